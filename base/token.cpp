#include "base/token.h"

#include "base/crypto.h"

namespace parley {
namespace {

constexpr char token_version = 1;
constexpr char cursor_version = 1;
constexpr std::size_t mac_size = 16;

void put_u64(std::string& out, std::uint64_t v) {
  for (int shift = 56; shift >= 0; shift -= 8) { out.push_back(static_cast<char>((v >> shift) & 0xFF)); }
}
std::uint64_t get_u64(std::string_view bytes, std::size_t at) {
  std::uint64_t v = 0;
  for (std::size_t i = 0; i < 8; ++i) { v = (v << 8) | static_cast<unsigned char>(bytes[at + i]); }
  return v;
}
std::string mac_of(std::string_view key, std::string_view body) { return hmac_sha256(key, body).substr(0, mac_size); }

}  // namespace

std::string sign_visitor_token(std::string_view key, const VisitorClaims& claims) {
  std::string body(1, token_version);
  put_u64(body, static_cast<std::uint64_t>(claims.customer.value));
  put_u64(body, static_cast<std::uint64_t>(claims.inbox.value));
  put_u64(body, static_cast<std::uint64_t>(to_ms(claims.issued_at)));
  return base64url_encode(body + mac_of(key, body));
}

std::optional<VisitorClaims> read_visitor_token(std::string_view key, std::string_view token, TimePoint now, milliseconds max_age) {
  constexpr std::size_t body_size = 1 + 3 * 8;
  if (token.size() > 128) { return std::nullopt; }
  const auto bytes = base64url_decode(token);
  if (!bytes || bytes->size() != body_size + mac_size || bytes->front() != token_version) { return std::nullopt; }
  const std::string_view body = std::string_view(*bytes).substr(0, body_size);
  if (!equal_in_constant_time(mac_of(key, body), std::string_view(*bytes).substr(body_size))) { return std::nullopt; }
  VisitorClaims claims{CustomerId{static_cast<std::int64_t>(get_u64(body, 1))}, InboxId{static_cast<std::int64_t>(get_u64(body, 9))},
                       from_ms(static_cast<std::int64_t>(get_u64(body, 17)))};
  // A minute of grace: another node's clock may run ahead.
  if (claims.issued_at > now + milliseconds{60'000} || claims.issued_at + max_age < now) { return std::nullopt; }
  return claims;
}

std::string encode_cursor(const Cursor& cursor) {
  std::string body(1, cursor_version);
  body += cursor.journal_uid;
  put_u64(body, cursor.seq);
  return base64url_encode(body);
}

std::optional<Cursor> decode_cursor(std::string_view text) {
  if (text.size() > 64) { return std::nullopt; }
  const auto bytes = base64url_decode(text);
  if (!bytes || bytes->size() != 17 || bytes->front() != cursor_version) { return std::nullopt; }
  return Cursor{bytes->substr(1, 8), get_u64(*bytes, 9)};
}

std::string sign_file(std::string_view key, AttachmentId id) {
  return base64url_encode(mac_of(key, "file:" + std::to_string(id.value)));
}

}  // namespace parley
