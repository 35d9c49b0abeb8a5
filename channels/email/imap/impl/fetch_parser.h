#pragma once

#include "channels/email/imap/imap_response.h"
#include "channels/email/imap/impl/response_cursor.h"

namespace parley::channels::email::imap {

/// What follows "* 12 FETCH". Items nobody asked for are passed over.
Result<Fetch> parse_fetch(ResponseCursor& cursor, std::uint32_t sequence);

/// "17-Jul-1996 02:44:25 -0700" (RFC 3501 date-time), nothing when it is something else.
std::optional<TimePoint> parse_internal_date(std::string_view text);

}  // namespace parley::channels::email::imap
