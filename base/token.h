// Things handed to browsers that come back: signed tokens and journal cursors. Every parser here takes hostile text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/ids.h"

namespace parley {

/// What a visitor token says. The token proves it; nothing is stored for it.
struct VisitorClaims {
  CustomerId customer;
  InboxId inbox;
  TimePoint issued_at{};
};
std::string sign_visitor_token(std::string_view key, const VisitorClaims& claims);
/// Nothing when forged, malformed, from the future, or older than `max_age`.
std::optional<VisitorClaims> read_visitor_token(std::string_view key, std::string_view token, TimePoint now, milliseconds max_age);

/// Where a client stands in the journal (docs/journal.md): opaque to it.
struct Cursor {
  std::string journal_uid;  // 8 bytes
  std::uint64_t seq{0};
};
std::string encode_cursor(const Cursor& cursor);
std::optional<Cursor> decode_cursor(std::string_view text);

/// The unguessable part of a file's address.
std::string sign_file(std::string_view key, AttachmentId id);

}  // namespace parley
