// The structured headers: content type and disposition (RFC 2045, 2183, 2231), addresses, dates, message ids. The grammar is
// GMime's; values are bounded before it sees them, because it recurses and searches lists.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "channels/email/mail.h"

namespace parley::channels::email::mime {

struct ContentFields {
  std::string type{"text/plain"};  // lower case, "type/subtype"
  std::string charset, boundary, start, smime_type, name, disposition, content_id, encoding;
  bool is_flowed{false}, deletes_space{false}, has_type{false};
};

struct RawFields {  // values as sent, empty when missing
  std::string_view type, disposition, transfer_encoding, content_id, description;
};

/// `is_clean` becomes false when a name had a missing or wrong charset.
ContentFields read_content_fields(const RawFields& raw, std::string_view hint, bool& is_clean);

/// At most `max` mailboxes, groups taken apart. `is_clean` becomes false when the value had to be cut or repaired.
std::vector<MailAddress> read_addresses(std::string_view raw, std::string_view hint, std::size_t max, bool& is_clean);
std::optional<TimePoint> read_date(std::string_view raw);
/// Ids without brackets, in order; at most `max`: the first and the newest.
std::vector<std::string> read_message_ids(std::string_view raw, std::size_t max);

/// A file name that is only a name: no path, no control characters, at most 200 characters with its ending kept.
std::string safe_file_name(std::string_view name);

/// Must run before any GMime call; safe from every thread, does its work once.
void start_gmime();

}  // namespace parley::channels::email::mime
