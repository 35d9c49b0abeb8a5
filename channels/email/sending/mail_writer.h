// The bytes of a message that leaves the house. A pure function: the same mail gives the same bytes.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "channels/email/mail.h"

namespace parley::channels::email {

struct OutgoingPart {
  std::string content_type;  // "image/png"; what is no type/subtype is sent as application/octet-stream
  std::string name;          // file name, may be empty
  std::string content_id;    // without < >; for pictures the HTML shows as cid:
  std::string bytes;
  bool is_inline{false};     // together with content_id: belongs to the HTML
};

struct OutgoingMail {
  MailAddress from;
  std::vector<MailAddress> to, cc;  // people in bcc are known to the envelope alone
  std::optional<MailAddress> reply_to;
  std::string subject;
  std::string message_id, in_reply_to;  // without < >
  std::vector<std::string> references;  // oldest first; in_reply_to is added when it is missing
  TimePoint date{};
  std::string text, html;               // html is a whole document (mail_html.h); either may be empty
  std::vector<OutgoingPart> parts;
  bool is_automatic{false};             // nobody sat there and wrote it: asks other machines not to answer (RFC 3834)
  std::string list_unsubscribe;         // "https://…" (with one click, RFC 8058) or "mailto:…"; empty: none
  std::vector<std::pair<std::string, std::string>> extra_headers;
};

struct WrittenMail {
  std::string raw;               // RFC 5322, CRLF, 7-bit unless needs_smtputf8, lines of at most 998 and normally 76 bytes
  bool needs_smtputf8{false};    // a local part that is not ASCII: only servers with SMTPUTF8 (RFC 6531) can take it
};

struct MailBounds {
  static constexpr std::size_t recipients_max = 500;               // to and cc together
  static constexpr std::size_t parts_max = 200;
  static constexpr std::size_t bytes_max = 48 * 1'024 * 1'024;     // of texts and parts, before encoding
  static constexpr std::size_t header_value_max = 4'096;           // bytes of subject, names, ids, extra headers
  static constexpr std::size_t extra_headers_max = 50;
  static constexpr std::size_t references_bytes_max = 2'000;       // References keeps the first and the newest that fit
};

/// Errors: invalid_input naming the field (RFC 6901 pointer such as /to/0/address) for CR, LF, NUL or bad UTF-8 in what becomes a header,
/// for addresses and ids that are none, and for extra headers that would repeat ours; too_large beyond `bytes_max`.
/// References that no header can carry are left out. There is never a Bcc header.
Result<WrittenMail> write_mail(const OutgoingMail& mail);

}  // namespace parley::channels::email
