// An independent look at sanitised HTML: a strict little reader that accepts only what a browser can read in one way.
#pragma once

#include <string>
#include <string_view>

namespace parley::channels::email::test {

/// Empty when every '<' begins a known tag with plainly quoted, allowed attributes, tags are nested and closed, and every URL has an
/// allowed scheme; else what is wrong and where.
std::string markup_fault(std::string_view html);

}  // namespace parley::channels::email::test
