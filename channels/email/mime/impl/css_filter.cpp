#include "channels/email/mime/impl/css_filter.h"

#include <algorithm>
#include <cstdlib>
#include <unordered_set>

#include "base/text.h"

namespace parley::channels::email::mime {
namespace {

constexpr std::size_t style_max = 4'096;
constexpr std::size_t declarations_max = 60;
constexpr std::size_t value_max = 400;

/// No position, z-index, content, cursor, filter, animation, transform, behaviour, custom properties.
const std::unordered_set<std::string_view>& allowed_properties() {
  static const std::unordered_set<std::string_view> names = {
      "background", "background-color", "border", "border-bottom", "border-bottom-color", "border-bottom-left-radius", "border-bottom-right-radius",
      "border-bottom-style", "border-bottom-width", "border-collapse", "border-color", "border-left", "border-left-color", "border-left-style",
      "border-left-width", "border-radius", "border-right", "border-right-color", "border-right-style", "border-right-width", "border-spacing",
      "border-style", "border-top", "border-top-color", "border-top-left-radius", "border-top-right-radius", "border-top-style", "border-top-width",
      "border-width", "box-sizing", "caption-side", "clear", "color", "direction", "display", "empty-cells", "float", "font", "font-family", "font-size",
      "font-style", "font-variant", "font-weight", "height", "letter-spacing", "line-height", "list-style", "list-style-position", "list-style-type",
      "margin", "margin-bottom", "margin-left", "margin-right", "margin-top", "max-height", "max-width", "min-height", "min-width", "opacity", "overflow",
      "overflow-wrap", "padding", "padding-bottom", "padding-left", "padding-right", "padding-top", "table-layout", "text-align", "text-decoration",
      "text-decoration-color", "text-decoration-line", "text-decoration-style", "text-indent", "text-transform", "vertical-align", "visibility",
      "white-space", "width", "word-break", "word-spacing", "word-wrap"};
  return names;
}

bool is_fine_char(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') || std::string_view(" #%.,()'\"+-/!_").find(c) != std::string_view::npos;
}

/// Only colour functions, every bracket and quote closed.
bool is_balanced(std::string_view lower) {
  static constexpr std::string_view functions[] = {"rgb", "rgba", "hsl", "hsla"};
  char quote = 0;
  bool is_inside = false;
  for (std::size_t i = 0; i < lower.size(); ++i) {
    const char c = lower[i];
    if (quote != 0) {
      if (c == '(' || c == ')') { return false; }  // no font is called that, and the next reader may disagree about the quote
      quote = c == quote ? '\0' : quote;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '(') {
      std::size_t begin = i;
      while (begin > 0 && ((lower[begin - 1] >= 'a' && lower[begin - 1] <= 'z') || lower[begin - 1] == '-' || lower[begin - 1] == '_')) { --begin; }
      if (is_inside || std::find(std::begin(functions), std::end(functions), lower.substr(begin, i - begin)) == std::end(functions)) { return false; }
      is_inside = true;
    } else if (c == ')') {
      if (!is_inside) { return false; }
      is_inside = false;
    }
  }
  return quote == 0 && !is_inside;
}

bool has_negative_number(std::string_view value) {
  for (std::size_t i = 0; i + 1 < value.size(); ++i) {
    if (value[i] == '-' && (value[i + 1] == '.' || (value[i + 1] >= '0' && value[i + 1] <= '9'))) { return true; }
  }
  return false;
}

bool is_allowed(std::string_view name, std::string_view value) {
  if (allowed_properties().count(name) == 0 || value.empty() || value.size() > value_max) { return false; }
  if (!std::all_of(value.begin(), value.end(), is_fine_char) || !is_balanced(to_lower_ascii(value))) { return false; }
  const bool moves = name.substr(0, 6) == "margin" || name == "text-indent" || name == "letter-spacing" || name == "word-spacing";
  return !(moves && has_negative_number(value));  // text moved over other text
}

}  // namespace

std::vector<std::pair<std::string, std::string>> read_declarations(std::string_view style) {
  std::vector<std::pair<std::string, std::string>> out;
  std::string name;
  std::string current;
  bool has_name = false;
  const auto finish = [&] {
    if (has_name && out.size() < declarations_max) { out.emplace_back(to_lower_ascii(trim(name)), clean_line(current)); }
    name.clear();
    current.clear();
    has_name = false;
  };
  char quote = 0;
  std::size_t depth = 0;
  style = style.substr(0, style_max);
  while (!style.empty() && (static_cast<unsigned char>(style.back()) & 0x80) != 0 && !is_valid_utf8(style)) { style.remove_suffix(1); }
  for (std::size_t i = 0; i < style.size(); ++i) {
    const char c = style[i];
    if (quote == 0 && c == '/' && i + 1 < style.size() && style[i + 1] == '*') {
      const std::size_t end = style.find("*/", i + 2);
      if (end == std::string_view::npos) { break; }
      i = end + 1;
      continue;
    }
    if (quote != 0) {
      quote = c == quote ? '\0' : quote;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')' && depth > 0) {
      --depth;
    } else if (c == ';' && depth == 0) {
      finish();
      continue;
    } else if (c == ':' && !has_name) {
      name = current;
      current.clear();
      has_name = true;
      continue;
    }
    current.push_back(c);
  }
  finish();
  return out;
}

namespace {

std::string filtered(std::string_view style) {
  std::string out;
  for (const auto& [name, value] : read_declarations(style)) {
    if (!is_allowed(name, value)) { continue; }
    if (!out.empty()) { out += "; "; }
    out += name;
    out += ": ";
    out += value;
  }
  return out;
}

}  // namespace

const std::string& StyleFilter::filter(std::string_view style) {
  style = style.substr(0, style_max);
  const auto known = judged_.find(style);
  return known != judged_.end() ? known->second : judged_.emplace(style, filtered(style)).first->second;
}

std::optional<double> pixels(std::string_view value) {
  const std::string text(trim(value));
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  const std::string unit = to_lower_ascii(trim(std::string_view(end)));
  const bool is_plain = unit.empty() || unit == "px" || unit == "pt" || unit.rfind("px ", 0) == 0 || unit == "px!important";
  if (end == text.c_str() || !(is_plain || number == 0)) { return std::nullopt; }
  return number;
}

}  // namespace parley::channels::email::mime
