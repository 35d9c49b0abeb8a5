#include "base/text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace parley {
namespace {

/// Where the run of ASCII that begins at `at` ends: most of any mail, so eight bytes at a time.
std::size_t ascii_end(std::string_view text, std::size_t at) {
  constexpr std::uint64_t high_bits = 0x8080'8080'8080'8080;
  for (std::uint64_t eight = 0; at + sizeof eight <= text.size(); at += sizeof eight) {
    std::memcpy(&eight, text.data() + at, sizeof eight);
    if ((eight & high_bits) != 0) { break; }
  }
  while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80) { ++at; }
  return at;
}

/// Decodes one code point at `at` and moves past it; nothing when the bytes are not valid UTF-8 (RFC 3629).
std::optional<char32_t> next_code_point(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  if (lead < 0x80) { return text[at++]; }
  const int extra = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  if (lead < 0xC2 || lead > 0xF4 || at + static_cast<std::size_t>(extra) >= text.size()) { return std::nullopt; }
  char32_t code = lead & (0x3F >> extra);
  for (int i = 1; i <= extra; ++i) {
    const unsigned char c = byte(at + static_cast<std::size_t>(i));
    if ((c & 0xC0) != 0x80) { return std::nullopt; }
    code = (code << 6) | (c & 0x3F);
  }
  const bool overlong = (extra == 2 && code < 0x800) || (extra == 3 && code < 0x10000);
  if (overlong || (code >= 0xD800 && code <= 0xDFFF) || code > 0x10FFFF) { return std::nullopt; }
  at += static_cast<std::size_t>(extra) + 1;
  return code;
}

bool is_unwanted(char32_t c) {
  const bool control = (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7F && c < 0xA0);
  // Overrides and isolates can make text read as something else; a byte order mark inside text is noise.
  const bool direction = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
  return control || direction || c == 0xFEFF;
}

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }
bool is_plain(char c) { return (c >= 0x20 && c < 0x7F) || c == '\n' || c == '\t'; }
/// trim without a second copy of a long text.
std::string without_blank_ends(std::string text) {
  const std::string_view middle = trim(text);
  text.resize(static_cast<std::size_t>(middle.data() + middle.size() - text.data()));
  text.erase(0, text.size() - middle.size());
  return text;
}
bool is_email_atom(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || std::string_view("!#$%&'*+-/=?^_`{|}~.").find(c) != std::string_view::npos ||
         static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

bool is_valid_utf8(std::string_view text) {
  for (std::size_t at = ascii_end(text, 0); at < text.size(); at = ascii_end(text, at)) {
    if (!next_code_point(text, at)) { return false; }
  }
  return true;
}

std::size_t count_characters(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) { count += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0; }
  return count;
}

std::string_view first_characters(std::string_view text, std::size_t max) {
  if (text.size() <= max) { return text; }
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80 && count++ == max) { return text.substr(0, i); }
  }
  return text;
}

std::string clean_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  std::size_t kept = 0;  // what stands between here and `at` is wanted
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    if (is_plain(text[at])) {
      ++at;
      continue;
    }
    const auto code = next_code_point(text, at);
    if (code && !is_unwanted(*code)) { continue; }
    out.append(text.substr(kept, start - kept));
    if (!code) { ++at; }  // not UTF-8: callers validated, so this only guards against misuse
    kept = at;
  }
  out.append(text.substr(kept));
  return without_blank_ends(std::move(out));
}

std::string clean_line(std::string_view text) {
  std::string out = clean_text(text);
  std::size_t size = 0;
  for (const char c : out) {
    const bool blank = is_space(c);
    if (blank && size > 0 && out[size - 1] == ' ') { continue; }
    out[size++] = blank ? ' ' : c;
  }
  out.resize(size);
  return out;
}

bool is_ascii(std::string_view text) { return ascii_end(text, 0) == text.size(); }

std::string to_lower_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out) { c = to_lower_ascii(c); }
  return out;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) { text.remove_prefix(1); }
  while (!text.empty() && is_space(text.back())) { text.remove_suffix(1); }
  return text;
}

bool starts_with_ignore_case(std::string_view text, std::string_view prefix) {
  const auto is_same = [](char a, char b) { return to_lower_ascii(a) == to_lower_ascii(b); };
  return text.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), text.begin(), is_same);
}

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') { out += '\\'; }
    out += c;
  }
  return out + '"';
}

std::string first_name(const std::string& name) {
  const bool is_latin = !name.empty() && static_cast<unsigned char>(name.front()) < 0x80;
  return is_latin ? name.substr(0, name.find(' ')) : name;
}

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

std::optional<std::string> normalise_email(std::string_view address) {
  std::string email = to_lower_ascii(trim(address));
  const auto at = email.find('@');
  if (email.size() > 254 || at == std::string::npos || at == 0 || at > 64 || email.find('@', at + 1) != std::string::npos) {
    return std::nullopt;
  }
  const std::string_view local(email.data(), at);
  const std::string_view domain = std::string_view(email).substr(at + 1);
  for (const char c : local) {
    if (!is_email_atom(c)) { return std::nullopt; }
  }
  if (local.front() == '.' || local.back() == '.' || local.find("..") != std::string_view::npos) { return std::nullopt; }
  std::size_t label = 0;
  bool has_dot = false;
  for (const char c : domain) {
    if (c == '.') {
      if (label == 0) { return std::nullopt; }
      label = 0;
      has_dot = true;
      continue;
    }
    const bool fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || static_cast<unsigned char>(c) >= 0x80;
    if (!fine || ++label > 63) { return std::nullopt; }
  }
  if (!has_dot || label == 0) { return std::nullopt; }
  return email;
}

std::optional<std::string> normalise_phone(std::string_view number) {
  std::string out;
  for (const char c : trim(number)) {
    if (c >= '0' && c <= '9') {
      out.push_back(c);
    } else if (c == '+' && out.empty()) {
      out.push_back(c);
    } else if (std::string_view(" -().").find(c) == std::string_view::npos) {
      return std::nullopt;
    }
  }
  if (out.rfind("00", 0) == 0) { out = "+" + out.substr(2); }
  const std::size_t digits = out.size() - (out.rfind('+', 0) == 0 ? 1 : 0);
  if (digits < 6 || digits > 15) { return std::nullopt; }
  return out;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') { return c - '0'; }
  if (c >= 'a' && c <= 'f') { return c - 'a' + 10; }
  if (c >= 'A' && c <= 'F') { return c - 'A' + 10; }
  return -1;
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out.push_back(' ');
    } else if (text[i] == '%') {
      if (i + 2 >= text.size()) { return std::nullopt; }
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) { return std::nullopt; }
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

std::string percent_encode(std::string_view text) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~").find(c) != std::string_view::npos;
    if (plain) {
      out.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.push_back('%');
      out.push_back(digits[byte >> 4]);
      out.push_back(digits[byte & 15]);
    }
  }
  return out;
}

}  // namespace parley
