#include "server/net/request_path.h"

#include <cstdint>

namespace parley::net {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') { return c - '0'; }
  if (c >= 'a' && c <= 'f') { return c - 'a' + 10; }
  if (c >= 'A' && c <= 'F') { return c - 'A' + 10; }
  return -1;
}

bool starts_with_scheme(std::string_view target, std::string_view scheme) {
  if (target.size() < scheme.size()) { return false; }
  for (std::size_t i = 0; i < scheme.size(); ++i) {
    if ((target[i] | 0x20) != (scheme[i] | 0x20)) { return false; }
  }
  return true;
}

// "http://host/path" -> authority "host", rest "/path". A user part is refused: no honest client sends one.
bool split_absolute_form(std::string_view& target, std::string& authority) {
  const std::size_t scheme = starts_with_scheme(target, "http://") ? 7 : starts_with_scheme(target, "https://") ? 8 : 0;
  if (scheme == 0) { return false; }
  auto rest = target.substr(scheme);
  const auto end = rest.find_first_of("/?");
  authority = std::string(rest.substr(0, end));
  if (authority.empty() || authority.find('@') != std::string::npos) { return false; }
  if (end != std::string_view::npos && rest[end] == '?') { return false; }
  target = end == std::string_view::npos ? std::string_view("/") : rest.substr(end);
  return true;
}

// A "%2F" would let "/a%2F..%2Fb" mean something else to us than to a proxy in front of us.
bool decode(std::string_view raw, std::string& out) {
  out.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    auto c = static_cast<unsigned char>(raw[i]);
    if (c == '%') {
      if (i + 2 >= raw.size()) { return false; }
      const int high = hex_value(raw[i + 1]);
      const int low = hex_value(raw[i + 2]);
      if (high < 0 || low < 0) { return false; }
      c = static_cast<unsigned char>(high * 16 + low);
      if (c == '/') { return false; }
      i += 2;
    }
    if (c < 0x20 || c == 0x7f) { return false; }
    out.push_back(static_cast<char>(c));
  }
  return true;
}

bool has_odd_segment(std::string_view path) {
  std::size_t start = 1;
  for (;;) {
    const auto slash = path.find('/', start);
    const auto segment = path.substr(start, slash == std::string_view::npos ? slash : slash - start);
    const bool is_last = slash == std::string_view::npos;
    if (segment == "." || segment == ".." || (segment.empty() && !is_last)) { return true; }
    if (is_last) { return false; }
    start = slash + 1;
  }
}

}  // namespace

bool is_valid_utf8(std::string_view text) {
  const auto* p = reinterpret_cast<const unsigned char*>(text.data());
  const auto* const end = p + text.size();
  while (p < end) {
    if (*p < 0x80) {
      ++p;
      continue;
    }
    const int extra = *p >= 0xf0 ? 3 : *p >= 0xe0 ? 2 : 1;
    if (*p < 0xc2 || *p > 0xf4 || end - p <= extra) { return false; }
    std::uint32_t code = *p & (0x3f >> extra);
    for (int i = 1; i <= extra; ++i) {
      if ((p[i] & 0xc0) != 0x80) { return false; }
      code = code << 6 | (p[i] & 0x3fu);
    }
    const bool is_overlong = (extra == 2 && code < 0x800) || (extra == 3 && code < 0x10000);
    if (is_overlong || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) { return false; }
    p += extra + 1;
  }
  return true;
}

std::optional<RequestPath> parse_target(std::string_view target) {
  RequestPath result;
  if (target == "*") {
    result.path = "*";
    return result;
  }
  if (target.empty()) { return std::nullopt; }
  if (target.front() != '/' && !split_absolute_form(target, result.authority)) { return std::nullopt; }
  if (target.find('#') != std::string_view::npos) { return std::nullopt; }
  const auto question = target.find('?');
  if (question != std::string_view::npos) { result.query = std::string(target.substr(question + 1)); }
  if (!decode(target.substr(0, question), result.path)) { return std::nullopt; }
  if (!is_valid_utf8(result.path) || has_odd_segment(result.path)) { return std::nullopt; }
  return result;
}

}  // namespace parley::net
