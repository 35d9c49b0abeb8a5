// A desk with an e-mail inbox: raw messages in, tickets to look at, replies out.
#pragma once

#include "channels/email/email_api.h"
#include "storage/outbox.h"
#include "tests/integration/domain/desk.h"

namespace parley::test {

namespace email = channels::email;

struct SilentTransport final : email::Transport {
  void settings_changed() override { ++changes; }
  json health(const email::EmailSettings&) const override;
  json listener() const override { return nullptr; }
  std::vector<email::CheckStep> check_imap(const email::MailServer& server) override;
  std::vector<email::CheckStep> check_smtp(const email::MailServer& server) override;
  int changes{0};
  std::optional<email::MailServer> tried;
};

class EmailTest : public CallTest {
 protected:
  EmailTest();

  /// As a process that starts: what the one before left on disk is looked at.
  void start_intake();
  /// An inbox with its own address, through the endpoint administrators use.
  InboxId email_inbox(const std::string& address, json settings = json::object());
  email::TakenMail take(const std::string& raw, const std::string& recipient = "support@shop.example");
  std::vector<tickets::Message> messages(TicketId id);
  json message_json(const tickets::Message& message) { return tickets::to_json(message); }
  /// An agent's reply by mail; the mail as it would leave.
  Result<Reply> reply_by_mail(const Principal& who, TicketId ticket, json body = json::object());
  email::Mail sent(std::int64_t message_id);
  std::string raw_of(std::int64_t message_id);
  /// The outbox row was handed over.
  void mark_sent(std::int64_t message_id);
  std::int64_t tickets_stored() { return number("SELECT COUNT(*) FROM ticket"); }
  email::MailEntry entry(std::int64_t mail_id);

  email::Mailboxes mailboxes;
  email::RawStore raw_store{folder / "mail"};
  SilentTransport transport;
  email::SignIns sign_ins{clock, {}};
  std::unique_ptr<email::Intake> intake;
  std::unique_ptr<email::Outgoing> outgoing;
  std::shared_ptr<email::EmailApi> api;
  Principal administrator;
};

struct MailText {
  std::string from{"Anna <anna@customer.example>"}, to{"support@shop.example"}, subject{"Where is my parcel?"}, message_id{}, in_reply_to{}, headers{}, body{"Hello, where is it?\r\n"};
  std::string raw() const;
};

}  // namespace parley::test
