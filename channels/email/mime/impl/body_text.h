// A text/plain body made readable.
#pragma once

#include <string>
#include <string_view>

namespace parley::channels::email::mime {

/// RFC 3676: soft line breaks joined, space stuffing removed, quote depth written as "> " for each level.
std::string unflow(std::string_view text, bool deletes_space);
/// LF line ends, no control characters, no blanks at line ends, at most two empty lines in a row.
std::string tidy_text(std::string_view text);

}  // namespace parley::channels::email::mime
