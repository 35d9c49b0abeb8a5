// Pieces of IMAP commands: strings, sets of UIDs, mailbox names.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace parley::channels::email::imap {

/// Whether a quoted string can carry it: printable ASCII only, at most 1,000 bytes. Anything else must go as a literal.
bool is_quotable(std::string_view text);

/// 1,4:7 of ascending UIDs, as many as fit into `bytes_max`; `count` says how many those were.
struct UidSet {
  std::string text;
  std::size_t count{0};
};
UidSet uid_set(std::span<const std::uint32_t> ascending, std::size_t bytes_max = 4'000);

/// The day before `time`, as SEARCH SINCE wants it ("7-Jul-2026"): servers compare days without a zone, so one day of margin.
std::string search_day_before(TimePoint time);

/// A UTF-8 mailbox name as modified UTF-7 (RFC 3501 section 5.1.3), such as &XfJZBHQG- for 已处理.
std::string encode_mailbox_name(std::string_view utf8);
/// The way back; what is not well-formed stays as it is.
std::string decode_mailbox_name(std::string_view encoded);

/// The token of AUTHENTICATE PLAIN (RFC 4616) and XOAUTH2, in base64.
std::string plain_token(std::string_view user, std::string_view password);
std::string xoauth2_token(std::string_view user, std::string_view bearer);

}  // namespace parley::channels::email::imap
