// Inline style, declaration by declaration: a short list of properties that cannot leave their box or fetch anything.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace parley::channels::email::mime {

/// Declarations with lower-case names and trimmed values, comments gone; quotes and brackets respected. Nothing is judged.
std::vector<std::pair<std::string, std::string>> read_declarations(std::string_view style);

/// Remembers what it has judged: a mail repeats few styles on many elements.
class StyleFilter {
 public:
  /// The style that may stay, "name: value; name: value"; may be empty. Good as long as the filter.
  const std::string& filter(std::string_view style);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view style) const { return std::hash<std::string_view>{}(style); }
  };
  std::unordered_map<std::string, std::string, Hash, std::equal_to<>> judged_;
};

/// A length in pixels ("1px", "0", "1"); nothing for anything else.
std::optional<double> pixels(std::string_view value);

}  // namespace parley::channels::email::mime
