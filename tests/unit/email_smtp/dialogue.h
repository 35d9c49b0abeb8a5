// A client talking to an SmtpSession, without a network.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "channels/email/smtp/smtp_session.h"

namespace parley::channels::email::smtp {

/// Takes mail for @shop.example but for nobody@; keeps what was delivered.
class FakeHost final : public MailHost {
 public:
  bool is_ours(std::string_view recipient) override;
  bool is_our_domain(std::string_view domain) override { return domain == "shop.example"; }
  void deliver(Envelope envelope, std::shared_ptr<const std::string> raw, std::function<void(std::vector<Answer>)> done) override;

  std::vector<Envelope> envelopes;
  std::vector<std::string> raws;
  std::vector<Answer> answers{};  // empty: 250 for all
};

class Dialogue {
 public:
  explicit Dialogue(SessionOptions options = {}, bool is_tls = false);

  /// What comes back; mails are delivered to `host` and a wish for TLS is granted.
  std::string say(std::string_view bytes);
  /// A script of lines "C: what the client says" and "S: beginning of the next reply line"; \r, \n and \\ may be written so.
  void follows(std::string_view script);
  /// Text of the only mail, without its trace fields.
  std::string text() const;

  FakeHost host;
  ManualClock clock;
  SmtpSession session;
};

/// Greeting, sender and one recipient, up to and with the answer to DATA.
std::string begin_mail(Dialogue& dialogue);

}  // namespace parley::channels::email::smtp
