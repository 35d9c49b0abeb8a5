#include "channels/email/sending/impl/transfer_encoding.h"

#include <algorithm>
#include <cstdint>

namespace parley::channels::email::sending {
namespace {

constexpr std::string_view hex = "0123456789ABCDEF";
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t bytes_per_line = line_max / 4 * 3;

/// Writes the base64 of `bytes` at `to`; the place behind it.
char* put_base64(char* to, std::string_view bytes) {
  const auto byte = [&](std::size_t i) { return std::uint32_t{static_cast<unsigned char>(bytes[i])}; };
  std::size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3) {
    const std::uint32_t three = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    *to++ = alphabet[three >> 18];
    *to++ = alphabet[three >> 12 & 63];
    *to++ = alphabet[three >> 6 & 63];
    *to++ = alphabet[three & 63];
  }
  if (i == bytes.size()) { return to; }
  const bool has_two = i + 2 == bytes.size();
  const std::uint32_t rest = byte(i) << 16 | (has_two ? byte(i + 1) << 8 : 0);
  *to++ = alphabet[rest >> 18];
  *to++ = alphabet[rest >> 12 & 63];
  *to++ = has_two ? alphabet[rest >> 6 & 63] : '=';
  *to++ = '=';
  return to;
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_crlf(std::string_view text, std::size_t at) { return text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n'; }
bool ends_line(std::string_view text, std::size_t at) { return at == text.size() || is_crlf(text, at); }

}  // namespace

std::string with_crlf(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 32);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of("\r\n", at), text.size());
    out += text.substr(at, end - at);
    if (end == text.size()) { break; }
    out += "\r\n";
    at = end + (is_crlf(text, end) ? 2 : 1);
  }
  return out;
}

TransferEncoding shortest_encoding(std::string_view text) {
  std::size_t foreign = 0;
  bool is_plain = text.find("=_") == std::string_view::npos;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find("\r\n", at), text.size());
    const std::string_view line = text.substr(at, end - at);
    is_plain = is_plain && line.size() <= line_max && !line.starts_with("From ") && !line.starts_with('.') && (line.empty() || !is_blank(line.back()));
    foreign += static_cast<std::size_t>(std::count_if(line.begin(), line.end(), [](char c) { return c != '\t' && (c < 0x20 || c >= 0x7F); }));
    at = end + 2;
  }
  if (is_plain && foreign == 0) { return TransferEncoding::seven_bit; }
  return foreign * 6 > text.size() ? TransferEncoding::base64 : TransferEncoding::quoted_printable;  // three bytes for one against four for three
}

std::string_view name_of(TransferEncoding encoding) {
  return encoding == TransferEncoding::seven_bit ? "7bit" : encoding == TransferEncoding::base64 ? "base64" : "quoted-printable";
}

void append_base64(std::string& out, std::string_view bytes) {
  const std::size_t lines = (bytes.size() + bytes_per_line - 1) / bytes_per_line, before = out.size();
  out.resize(before + (bytes.size() + 2) / 3 * 4 + lines * 2);
  char* to = out.data() + before;
  for (std::size_t at = 0; at < bytes.size(); at += bytes_per_line) {
    to = put_base64(to, bytes.substr(at, bytes_per_line));
    *to++ = '\r';
    *to++ = '\n';
  }
}

void append_quoted_printable(std::string& out, std::string_view text) {
  std::size_t column = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (is_crlf(text, at)) {
      out += "\r\n";
      column = 0;
      ++at;
      continue;
    }
    const char c = text[at];
    bool is_literal = (c > 0x20 && c < 0x7F && c != '=') || (is_blank(c) && !ends_line(text, at + 1));
    const std::size_t room = ends_line(text, at + 1) ? line_max : line_max - 1;  // "=" for the break
    if (column + (is_literal ? 1 : 3) > room) {
      out += "=\r\n";
      column = 0;
    }
    // A dot could end the message at a careless server, and mailboxes change "From ".
    if (column == 0 && (c == '.' || text.substr(at, 5) == "From ")) { is_literal = false; }
    column += is_literal ? 1 : 3;
    if (is_literal) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '=';
      out += hex[byte >> 4];
      out += hex[byte & 15];
    }
  }
}

void append_encoded(std::string& out, std::string_view bytes, TransferEncoding encoding) {
  switch (encoding) {
    case TransferEncoding::seven_bit: out += bytes; break;
    case TransferEncoding::quoted_printable: append_quoted_printable(out, bytes); break;
    case TransferEncoding::base64: append_base64(out, bytes); break;
  }
}

}  // namespace parley::channels::email::sending
