// Names of hosts in the alphabet of the DNS (IDNA), leniently.
#include <optional>
#include <string>
#include <string_view>

#include "base/text.h"
#include "channels/email/reading/address.h"
#include "channels/email/reading/scan.h"

namespace parley::channels::email {
namespace {

/// Code points of valid UTF-8, simple capitals (Latin-1, Greek, Cyrillic) lowered; empty when it is not valid.
std::u32string lower_code_points(std::string_view text) {
  std::u32string out;
  if (!is_valid_utf8(text)) { return out; }
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t code = size == 1 ? lead : lead & (0xFF >> (size + 1));
    for (std::size_t k = 1; k < size; ++k) { code = (code << 6) | (static_cast<unsigned char>(text[i + k]) & 0x3F); }
    i += size;
    const bool capital = (code >= 'A' && code <= 'Z') || (code >= 0xC0 && code <= 0xDE && code != 0xD7) || (code >= 0x391 && code <= 0x3A9) ||
                         (code >= 0x410 && code <= 0x42F);
    out.push_back(capital ? code + 32 : code);
  }
  return out;
}

std::uint32_t adapt(std::uint32_t delta, std::uint32_t points, bool is_first) {
  delta = is_first ? delta / 700 : delta / 2;
  delta += delta / points;
  std::uint32_t k = 0;
  for (; delta > 455; k += 36) { delta /= 35; }
  return k + 36 * delta / (delta + 38);
}

/// RFC 3492 for one label of at most 63 code points.
std::string punycode(const std::u32string& label) {
  std::string out;
  for (const char32_t c : label) {
    if (c < 0x80) { out.push_back(static_cast<char>(c)); }
  }
  const auto basic = static_cast<std::uint32_t>(out.size());
  if (basic > 0) { out.push_back('-'); }
  std::uint32_t n = 0x80, delta = 0, bias = 72, handled = basic;
  while (handled < label.size()) {
    char32_t smallest = 0x110000;
    for (const char32_t c : label) {
      if (c >= n && c < smallest) { smallest = c; }
    }
    delta += (static_cast<std::uint32_t>(smallest) - n) * (handled + 1);
    n = static_cast<std::uint32_t>(smallest);
    for (const char32_t c : label) {
      if (c < n) { ++delta; }
      if (c != n) { continue; }
      std::uint32_t q = delta;
      for (std::uint32_t k = 36;; k += 36) {
        const std::uint32_t t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
        if (q < t) { break; }
        const std::uint32_t digit = t + (q - t) % (36 - t);
        out.push_back(static_cast<char>(digit < 26 ? 'a' + digit : '0' + digit - 26));
        q = (q - t) / (36 - t);
      }
      out.push_back(static_cast<char>(q < 26 ? 'a' + q : '0' + q - 26));
      bias = adapt(delta, handled + 1, handled == basic);
      delta = 0;
      ++handled;
    }
    ++delta, ++n;
  }
  return out;
}

bool is_host_character(char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-' || c == '_'; }

std::optional<std::string> label_to_ascii(const std::u32string& label) {
  if (label.empty() || label.size() > 63) { return std::nullopt; }
  bool is_ascii = true;
  for (const char32_t c : label) {
    if (c < 0x80 && !is_host_character(static_cast<char>(c))) { return std::nullopt; }
    if (c >= 0x80 && c < 0xA1) { return std::nullopt; }
    if ((c >= 0x2000 && c <= 0x206F) || c == 0x3000 || c == 0xFEFF || c == 0xFFFD) { return std::nullopt; }  // invisible or a broken charset
    is_ascii = is_ascii && c < 0x80;
  }
  std::string out = is_ascii ? std::string(label.begin(), label.end()) : "xn--" + punycode(label);
  if (out.size() > 63) { return std::nullopt; }
  return out;
}

}  // namespace

std::optional<std::string> domain_to_ascii(std::string_view domain) {
  if (domain.ends_with('.')) { domain.remove_suffix(1); }
  if (domain.empty() || domain.size() > 255) { return std::nullopt; }
  const std::u32string points = lower_code_points(domain);
  std::u32string label;
  std::string out;
  for (std::size_t i = 0; i <= points.size(); ++i) {
    const bool is_dot = i < points.size() && (points[i] == '.' || points[i] == 0x3002 || points[i] == 0xFF0E);
    if (i < points.size() && !is_dot) {
      label.push_back(points[i]);
      continue;
    }
    const auto ascii = label_to_ascii(label);
    if (!ascii) { return std::nullopt; }
    if (!out.empty()) { out.push_back('.'); }
    out += *ascii;
    label.clear();
  }
  if (out.size() > 253) { return std::nullopt; }
  return out;
}

}  // namespace parley::channels::email
