#include "server/net/byte_range.h"

#include <algorithm>
#include <charconv>

#include "server/net/header_text.h"

namespace parley::net {
namespace {

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || failure != std::errc{} || end != text.data() + text.size()) { return std::nullopt; }
  return value;
}

std::string_view opaque(std::string_view tag) {
  if (tag.starts_with("W/")) { tag.remove_prefix(2); }
  return tag;
}

}  // namespace

RangeAnswer parse_range(std::string_view field, std::uint64_t size) {
  field = trim_blanks(field);
  if (!field.starts_with("bytes=") || field.find(',') != std::string_view::npos) { return {}; }
  const auto spec = trim_blanks(field.substr(6));
  const auto dash = spec.find('-');
  if (dash == std::string_view::npos) { return {}; }
  const auto first_text = spec.substr(0, dash);
  const auto last_text = spec.substr(dash + 1);
  if (first_text.empty()) {  // the last n bytes
    const auto count = parse_number(last_text);
    if (!count) { return {}; }
    if (*count == 0 || size == 0) { return {.is_unsatisfiable = true, .range = {}}; }
    return {.is_unsatisfiable = false, .range = ByteRange{size - std::min(*count, size), size - 1}};
  }
  const auto first = parse_number(first_text);
  const auto last = last_text.empty() ? std::optional<std::uint64_t>(UINT64_MAX) : parse_number(last_text);
  if (!first || !last || *first > *last) { return {}; }
  if (*first >= size) { return {.is_unsatisfiable = true, .range = {}}; }
  return {.is_unsatisfiable = false, .range = ByteRange{*first, std::min(*last, size - 1)}};
}

bool etag_matches(std::string_view if_none_match, std::string_view etag) {
  if (etag.empty() || if_none_match.empty()) { return false; }
  if (trim_blanks(if_none_match) == "*") { return true; }
  while (!if_none_match.empty()) {
    const auto comma = if_none_match.find(',');
    if (opaque(trim_blanks(if_none_match.substr(0, comma))) == opaque(etag)) { return true; }
    if (comma == std::string_view::npos) { return false; }
    if_none_match.remove_prefix(comma + 1);
  }
  return false;
}

}  // namespace parley::net
