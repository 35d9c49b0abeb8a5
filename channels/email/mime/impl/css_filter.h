// Inline style, declaration by declaration: a short list of properties that cannot leave their box or fetch anything.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::channels::email::mime {

/// Declarations with lower-case names and trimmed values, comments gone; quotes and brackets respected. Nothing is judged.
std::vector<std::pair<std::string, std::string>> read_declarations(std::string_view style);
/// The style that may stay, "name: value; name: value"; may be empty.
std::string filter_style(std::string_view style);
/// A length in pixels ("1px", "0", "1"); nothing for anything else.
std::optional<double> pixels(std::string_view value);

}  // namespace parley::channels::email::mime
