// Modified UTF-7: runs of non-ASCII as UTF-16 in base64 with ',' for '/', between '&' and '-'; '&' itself is "&-".
#include <algorithm>

#include "base/crypto.h"
#include "base/text.h"
#include "channels/email/imap/command_text.h"

namespace parley::channels::email::imap {
namespace {

bool is_direct(char byte) { return byte >= ' ' && byte <= '~'; }

void append_unit(std::string& utf16, std::uint32_t unit) {
  utf16 += static_cast<char>(unit >> 8);
  utf16 += static_cast<char>(unit & 0xFF);
}

/// Of valid UTF-8.
std::string to_utf16(std::string_view utf8) {
  std::string out;
  while (!utf8.empty()) {
    const auto character = first_characters(utf8, 1);
    utf8.remove_prefix(character.size());
    const auto lead = static_cast<unsigned char>(character.front());
    std::uint32_t code = character.size() == 1 ? lead : lead & (0xFFU >> (character.size() + 1));
    for (const char c : character.substr(1)) { code = code << 6 | (static_cast<unsigned char>(c) & 0x3FU); }
    if (code >= 0x10000) {
      append_unit(out, 0xD800 + ((code - 0x10000) >> 10));
      code = 0xDC00 + ((code - 0x10000) & 0x3FF);
    }
    append_unit(out, code);
  }
  return out;
}

void append_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
    return;
  }
  const int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  constexpr unsigned char leads[]{0, 0xC0, 0xE0, 0xF0};
  out += static_cast<char>(leads[more] | (code >> (6 * more)));
  for (int i = more - 1; i >= 0; --i) { out += static_cast<char>(0x80 | ((code >> (6 * i)) & 0x3F)); }
}

/// Nothing when it is no UTF-16.
std::optional<std::string> to_utf8(std::string_view utf16) {
  if (utf16.size() % 2 != 0) { return std::nullopt; }
  std::string out;
  const auto unit = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(utf16[i]) << 8 | static_cast<unsigned char>(utf16[i + 1])); };
  for (std::size_t i = 0; i < utf16.size(); i += 2) {
    std::uint32_t code = unit(i);
    if (code >= 0xD800 && code < 0xDC00 && i + 4 <= utf16.size() && unit(i + 2) >= 0xDC00 && unit(i + 2) < 0xE000) {
      code = 0x10000 + ((code - 0xD800) << 10) + (unit(i + 2) - 0xDC00);
      i += 2;
    } else if (code >= 0xD800 && code < 0xE000) {
      return std::nullopt;
    }
    append_utf8(out, code);
  }
  return out;
}

std::string encode_run(std::string_view utf8) {
  std::string text = base64url_encode(to_utf16(utf8));
  std::ranges::replace(text, '-', '+');
  std::ranges::replace(text, '_', ',');
  return '&' + text + '-';
}

std::optional<std::string> decode_run(std::string_view inside) {
  if (inside.empty()) { return "&"; }
  std::string text(inside);
  if (text.find_first_of("-_/") != std::string::npos) { return std::nullopt; }
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, ',', '_');
  const auto utf16 = base64url_decode(text);
  return utf16 ? to_utf8(*utf16) : std::nullopt;
}

}  // namespace

std::string encode_mailbox_name(std::string_view utf8) {
  if (!is_valid_utf8(utf8)) { return std::string(utf8); }
  std::string out;
  while (!utf8.empty()) {
    if (is_direct(utf8.front())) {
      out += utf8.front();
      if (utf8.front() == '&') { out += '-'; }
      utf8.remove_prefix(1);
      continue;
    }
    const auto run_end = static_cast<std::size_t>(std::ranges::find_if(utf8, is_direct) - utf8.begin());
    out += encode_run(utf8.substr(0, run_end));
    utf8.remove_prefix(run_end);
  }
  return out;
}

std::string decode_mailbox_name(std::string_view encoded) {
  std::string out;
  for (std::size_t at = 0; at < encoded.size();) {
    const std::size_t end = encoded[at] == '&' ? encoded.find('-', at) : std::string_view::npos;
    const auto run = end == std::string_view::npos ? std::nullopt : decode_run(encoded.substr(at + 1, end - at - 1));
    out += run ? *run : std::string(1, encoded[at]);
    at = run ? end + 1 : at + 1;
  }
  return out;
}

}  // namespace parley::channels::email::imap
