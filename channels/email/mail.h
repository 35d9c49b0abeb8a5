// An e-mail as the desk sees it: what came in, read once, in UTF-8. Nothing in here touches the network or the database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace parley::channels::email {

struct MailAddress {
  std::string name;     // decoded display name, may be empty
  std::string address;  // "local@domain", domain in lower case and ASCII (punycode) when it can be; empty for a group or garbage
  bool operator==(const MailAddress&) const = default;
};

/// A leaf of the message that is not its readable text: attachment, inline picture, calendar, TNEF, delivery report ...
struct MailPart {
  std::string content_type;  // "image/png", lower case, without parameters
  std::string name;          // decoded file name, no path, may be empty
  std::string content_id;    // without < >, may be empty
  bool is_inline{false};     // named by cid: in the HTML, or disposition inline
  std::string bytes;         // decoded
};

/// What the receiving server found, from an Authentication-Results header of a host we trust (RFC 8601).
struct Authentication {
  std::string spf, dkim, dmarc;  // "pass", "fail", "none" ...; empty: not said
};

struct Mail {
  std::vector<MailAddress> from, reply_to, to, cc, bcc;
  std::optional<MailAddress> sender, return_path;
  std::string subject;                            // decoded, one line
  std::string message_id, in_reply_to;            // without < >, empty when missing
  std::vector<std::string> references;            // without < >, oldest first, bounded
  std::optional<TimePoint> date;
  std::string text;                               // the readable text: text/plain, or made from the HTML
  std::string html;                               // sanitised, cid: left in place; empty when there was none
  bool sets_colors{false};                        // the HTML has colours of its own
  std::vector<MailPart> parts;
  std::vector<std::pair<std::string, std::string>> headers;  // all, raw names as sent, values unfolded and decoded, in order, bounded
  std::vector<std::string> problems;              // stable words for what was wrong: "bad_charset", "too_many_parts", "truncated" ...
  bool is_signed{false}, is_encrypted{false};
};

}  // namespace parley::channels::email
