// The outbox emptied into a mail server that does what it is told.
#include "channels/email/mail_out.h"
#include "tests/integration/email/email_desk.h"
#include "tests/integration/email_sending/scripted_server.h"

namespace parley::test {
namespace {

using email::testing_support::ScriptedServer;

class MailOutTest : public EmailTest {
 protected:
  MailOutTest() : out({database, cipher, *outgoing, clock, tokens, {}, "shop.example"}) {}

  InboxId inbox_sending_to(const std::string& address, std::uint16_t port) {
    return email_inbox(address, {{"outgoing", "smtp"}, {"smtp", {{"host", "127.0.0.1"}, {"port", port}, {"security", "none"}, {"user", ""}, {"auth", "password"}}}});
  }
  std::int64_t answer(const std::string& inbox, json email = json::object()) {
    const auto taken = take(MailText{.to = inbox}.raw(), inbox);
    const auto posted = reply_by_mail(administrator, *taken.ticket, {{"email", std::move(email)}});
    EXPECT_EQ(outcome(posted), "ok");
    return posted->body["message"]["id"].get<std::int64_t>();
  }
  json delivery(std::int64_t id) { return message_json(read([&](Transaction& tx) -> Result<tickets::Message> { return tickets::load_messages(tx, {id}).at(0); }).value())["delivery"]; }
  int run_after(milliseconds wait) {
    clock->advance(wait);
    return out.run_once().value();
  }

  email::AccessTokens tokens{clock, {}, [](const std::string&, const std::string&) { return Status{}; }};
  email::MailOut out;
};

TEST_F(MailOutTest, WhoWasPutOffIsTriedAgainAloneAndWhoWasRefusedIsNamed) {
  int tries = 0;
  ScriptedServer::Options options;
  options.script = [&](const std::string& event) -> std::string {
    if (event.starts_with("RCPT") && event.find("gone@") != std::string::npos) { return "550 5.1.1 no such user"; }
    if (event.starts_with("RCPT") && event.find("full@") != std::string::npos && ++tries == 1) { return "452 4.2.2 mailbox full"; }
    return {};
  };
  ScriptedServer server(std::move(options));
  inbox_sending_to("support@shop.example", server.port());
  const auto id = answer("support@shop.example", {{"to", {"anna@customer.example", "full@customer.example", "gone@customer.example"}}});
  EXPECT_EQ(run_after(milliseconds{11'000}), 1);
  EXPECT_EQ(server.mails().at(0).recipients.size(), 1u);
  EXPECT_EQ(delivery(id)["state"], "pending");
  EXPECT_NE(delivery(id)["error"].get<std::string>().find("full@customer.example: 452"), std::string::npos) << delivery(id);
  EXPECT_EQ(outcome(call(administrator, "POST", "/messages/" + std::to_string(id) + "/undo")), "already_sent") << "Anna has it";

  EXPECT_EQ(run_after(milliseconds{30'000}), 1);
  ASSERT_EQ(server.mails().size(), 2u);
  ASSERT_EQ(server.mails()[1].recipients.size(), 1u) << "nobody gets it twice";
  EXPECT_NE(server.mails()[1].recipients[0].find("full@"), std::string::npos);
  EXPECT_EQ(delivery(id)["state"], "failed");
  ASSERT_EQ(delivery(id)["failures"].size(), 1u) << delivery(id);
  EXPECT_EQ(delivery(id)["failures"][0]["recipient"], 2);
  EXPECT_NE(delivery(id)["error"].get<std::string>().find("550"), std::string::npos) << delivery(id);
}

TEST_F(MailOutTest, AServerThatIsDownHoldsUpOnlyItsOwnMail) {
  std::uint16_t dead = 0;
  {
    ScriptedServer gone({});
    dead = gone.port();
  }
  ScriptedServer server({});
  inbox_sending_to("down@shop.example", dead);
  inbox_sending_to("up@shop.example", server.port());
  const auto waiting = answer("down@shop.example");
  const auto sent = answer("up@shop.example");
  EXPECT_EQ(run_after(milliseconds{11'000}), 2);
  EXPECT_EQ(delivery(sent)["state"], "sent");
  EXPECT_EQ(delivery(waiting)["state"], "pending");
  EXPECT_FALSE(delivery(waiting)["error"].get<std::string>().empty());
  for (int hours = 0; hours < 80; hours += 4) { run_after(std::chrono::hours{4}); }
  EXPECT_EQ(delivery(waiting)["state"], "dead") << "three days are enough";
}

}  // namespace
}  // namespace parley::test
