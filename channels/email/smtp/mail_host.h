// Who receives what came by SMTP or LMTP.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace parley::channels::email::smtp {

/// What the client said about one mail; hostile, but free of control characters and valid UTF-8.
struct Envelope {
  std::string mail_from;                // "local@domain", empty for <> (a report)
  std::vector<std::string> recipients;  // "local@domain" as written, or "postmaster"; each once
  std::string helo;                     // what the client calls itself
  std::string remote_address;           // "192.0.2.1", "2001:db8::1"
  bool is_extended{false};              // greeted with EHLO
  bool is_tls{false}, is_utf8{false}, is_lmtp{false};
};

/// 250 "2.0.0" "kept as 123"; 4xx: the client tries again later; 5xx: it never does.
struct Answer {
  int code{451};
  std::string enhanced{"4.3.0"};  // RFC 3463
  std::string text;               // one line
};

class MailHost {
 public:
  virtual ~MailHost() = default;
  /// Whether mail for this address is taken: an address as in Envelope::recipients. Called on the I/O thread for each RCPT, so it looks
  /// into memory only.
  virtual bool is_ours(std::string_view recipient) = 0;
  /// For the wording of a refusal: an unknown mailbox of ours, or an attempt to relay.
  virtual bool is_our_domain(std::string_view) { return false; }
  /// Called on the I/O thread; must not block it. `raw` is the whole message with trace fields in front. `done` is called exactly
  /// once, on any thread, while the io_context lives, with one answer for each of the envelope's recipients in their order; only after
  /// a 250 has the client rid itself of the mail, so the mail must be safe by then. A client that does not hear the 250 sends it again.
  virtual void deliver(Envelope envelope, std::shared_ptr<const std::string> raw, std::function<void(std::vector<Answer>)> done) = 0;
};

}  // namespace parley::channels::email::smtp
