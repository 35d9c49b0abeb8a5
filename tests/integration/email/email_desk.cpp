#include "tests/integration/email/email_desk.h"

#include "channels/email/mime/mail_parser.h"
#include "staff/staff_api.h"
#include "tickets/ticket_api.h"

namespace parley::test {

json SilentTransport::health(const email::EmailSettings&) const {
  const json off{{"state", "off"}, {"last_ok_at", nullptr}, {"error", ""}, {"error_at", nullptr}, {"count", 0}};
  return {{"in", off}, {"out", off}};
}

std::vector<email::CheckStep> SilentTransport::check_imap(const email::MailServer& server) {
  tried = server;
  return {{"resolve", true, "127.0.0.1", milliseconds{1}}, {"login", false, "The password is wrong.", milliseconds{2}}};
}

std::vector<email::CheckStep> SilentTransport::check_smtp(const email::MailServer& server) {
  tried = server;
  return {{"resolve", true, "127.0.0.1", milliseconds{1}}};
}

namespace {
const std::vector<std::string> keys{std::string(32, 'k')};
}

void EmailTest::start_intake() {
  intake = std::make_unique<email::Intake>(email::Intake::Parts{database, customers, cipher, files, raw_store, mailboxes, clock, keys, folder / "marks"});
}

EmailTest::EmailTest() {
  start_intake();
  outgoing = std::make_unique<email::Outgoing>(email::OutgoingParts{customers, cipher, files, raw_store, mailboxes, keys});
  tickets::set_detail_reader([this](const tickets::Message& message) -> json {
    auto detail = outgoing->details().open(message);
    return detail.has_value() ? std::move(detail->shown) : json();
  });
  api = std::make_shared<email::EmailApi>(email::EmailApi{*intake, *outgoing, mailboxes, transport, sign_ins, customers, cipher, raw_store, true});
  email::register_routes(table, api);
  administrator = agent("root", {.role = Role::administrator});
  ticket_api->outbounds["email"] = outgoing.get();
  serve();
}

InboxId EmailTest::email_inbox(const std::string& address, json settings) {
  json email{{"address", address}, {"incoming", "smtp"}, {"outgoing", "local"}};
  if (settings.is_object()) { email.update(settings); }
  const auto made = call(administrator, "POST", "/email/inboxes", {{"name", "Mail"}, {"email", email}});
  EXPECT_EQ(outcome(made), "ok");
  return InboxId{made->body["inbox"]["id"].get<std::int64_t>()};
}

email::TakenMail EmailTest::take(const std::string& raw, const std::string& recipient) {
  email::IncomingMail mail;
  mail.raw = std::make_shared<const std::string>(raw);
  mail.source = "smtp";
  mail.recipients = {recipient};
  auto taken = intake->take_now(std::move(mail));
  EXPECT_EQ(outcome(taken), "ok");
  return taken.has_value() ? *taken : email::TakenMail{};
}

std::vector<tickets::Message> EmailTest::messages(TicketId id) {
  return read([&](Transaction& tx) -> Result<std::vector<tickets::Message>> {
           bool more = false;
           return tickets::list_messages(tx, id, {0, 0, 100, true}, more);
         })
      .value();
}

Result<Reply> EmailTest::reply_by_mail(const Principal& who, TicketId ticket, json body) {
  json full{{"client_id", client_id()}, {"kind", "reply"}, {"text", "It leaves tomorrow."}};
  full.update(body);
  return call(who, "POST", "/tickets/" + std::to_string(ticket.value) + "/messages", full);
}

std::string EmailTest::raw_of(std::int64_t message_id) {
  const auto built = outgoing->build(database, MessageId{message_id});
  EXPECT_EQ(outcome(built), "ok");
  return built.has_value() ? built->mail.raw : std::string();
}

email::Mail EmailTest::sent(std::int64_t message_id) { return email::parse_mail(raw_of(message_id)); }

void EmailTest::mark_sent(std::int64_t message_id) {
  EXPECT_TRUE(write([&](Transaction& tx) -> Status {
                tx.execute("UPDATE outbox SET state = 2, attempts = 1 WHERE message_id = ?", {message_id});
                return {};
              }).has_value());
}

email::MailEntry EmailTest::entry(std::int64_t mail_id) {
  return *read([&](Transaction& tx) -> Result<std::optional<email::MailEntry>> { return email::find_mail(tx, cipher, mail_id); }).value();
}

std::string MailText::raw() const {
  static int count = 0;
  const std::string id = message_id.empty() ? "m" + std::to_string(++count) + "." + random_token(4) + "@customer.example" : message_id;
  return "From: " + from + "\r\nTo: " + to + "\r\nSubject: " + subject + "\r\nMessage-ID: <" + id + ">\r\nDate: Mon, 16 Jun 2025 10:00:00 +0000\r\n" +
         (in_reply_to.empty() ? "" : "In-Reply-To: <" + in_reply_to + ">\r\n") + headers + "MIME-Version: 1.0\r\n" +
         (headers.find("Content-Type") == std::string::npos ? "Content-Type: text/plain; charset=utf-8\r\n" : "") + "\r\n" + body;
}

}  // namespace parley::test
