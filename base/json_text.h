// JSON to text and back. Whoever calls these does not compile the library's parser and writer again: together 3 s of each file.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "base/result.h"

namespace parley {

/// Parses untrusted JSON: valid UTF-8, at most 32 levels deep. Errors: invalid_input.
Result<nlohmann::json> parse_json(std::string_view text);
/// Parses JSON of our own. Broken text gives a value that is_discarded().
nlohmann::json stored_json(std::string_view text);
/// Compact text; bytes that are not UTF-8 are replaced, never thrown over.
std::string dump_json(const nlohmann::json& value);

}  // namespace parley
