#pragma once

#include <string>
#include <string_view>

namespace parley::storage {

/// A provider's text made fit for a column: valid UTF-8, at most so many characters.
std::string outbox_text(std::string_view text, std::size_t characters_max);

}  // namespace parley::storage
