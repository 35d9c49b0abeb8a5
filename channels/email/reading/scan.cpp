#include "channels/email/reading/scan.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace parley::channels::email {
namespace {

using namespace std::string_view_literals;

constexpr std::array wide_blanks{"\xC2\xA0"sv, "\xE3\x80\x80"sv, "\xE2\x80\x8B"sv, "\xEF\xBB\xBF"sv};

bool is_ascii_byte(char c) { return static_cast<unsigned char>(c) < 0x80; }
bool is_narrow_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

}  // namespace

std::vector<Line> split_lines(std::string_view text) {
  std::vector<Line> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::size_t next = std::min(end + 1, text.size());
    std::string_view line = text.substr(begin, end - begin);
    if (!line.empty() && line.back() == '\r') { line.remove_suffix(1); }
    lines.push_back({begin, next, line});
    begin = next;
  }
  return lines;
}

std::string_view trim_blank(std::string_view text) {
  const auto wide = [&](auto stands) -> std::size_t {
    const auto found = std::find_if(wide_blanks.begin(), wide_blanks.end(), stands);
    return found == wide_blanks.end() ? 0 : found->size();
  };
  while (!text.empty()) {
    const std::size_t size = is_ascii_byte(text.front()) ? is_narrow_blank(text.front()) : wide([&](std::string_view blank) { return text.starts_with(blank); });
    if (size == 0) { break; }
    text.remove_prefix(size);
  }
  while (!text.empty()) {
    const std::size_t size = is_ascii_byte(text.back()) ? is_narrow_blank(text.back()) : wide([&](std::string_view blank) { return text.ends_with(blank); });
    if (size == 0) { break; }
    text.remove_suffix(size);
  }
  return text;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool equal_ignore_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) { return false; }
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (to_lower_ascii(a[i]) != to_lower_ascii(b[i])) { return false; }
  }
  return true;
}

bool ends_with_ignore_case(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && equal_ignore_case(text.substr(text.size() - suffix.size()), suffix);
}

std::size_t find_ignore_case(std::string_view text, std::string_view needle, std::size_t from) {
  if (needle.empty() || text.size() < needle.size()) { return std::string_view::npos; }
  const char first = to_lower_ascii(needle.front());
  const std::size_t last = text.size() - needle.size();
  if (first < 'a' || first > 'z') {  // it looks the same in both cases
    for (std::size_t at = text.find(first, from); at <= last; at = text.find(first, at + 1)) {
      if (equal_ignore_case(text.substr(at, needle.size()), needle)) { return at; }
    }
    return std::string_view::npos;
  }
  for (std::size_t at = from; at <= last; ++at) {
    if ((text[at] | 0x20) == first && equal_ignore_case(text.substr(at, needle.size()), needle)) { return at; }
  }
  return std::string_view::npos;
}

bool contains_any(std::string_view text, std::span<const std::string_view> needles) {
  for (const auto needle : needles) {
    if (contains_ignore_case(text, needle)) { return true; }
  }
  return false;
}

bool starts_with_any(std::string_view text, std::span<const std::string_view> prefixes) {
  for (const auto prefix : prefixes) {
    if (equal_ignore_case(text.substr(0, prefix.size()), prefix)) { return true; }
  }
  return false;
}

std::string_view first_bytes(std::string_view text, std::size_t max) {
  if (text.size() <= max) { return text; }
  while (max > 0 && (static_cast<unsigned char>(text[max]) & 0xC0) == 0x80) { --max; }
  return text.substr(0, max);
}

std::vector<std::string_view> header_values(const Mail& mail, std::string_view name) {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : mail.headers) {
    if (equal_ignore_case(key, name)) { values.push_back(value); }
  }
  return values;
}

std::string_view header_value(const Mail& mail, std::string_view name) {
  for (const auto& [key, value] : mail.headers) {
    if (equal_ignore_case(key, name)) { return value; }
  }
  return {};
}

bool has_header(const Mail& mail, std::string_view name) {
  for (const auto& header : mail.headers) {
    if (equal_ignore_case(header.first, name)) { return true; }
  }
  return false;
}

}  // namespace parley::channels::email
