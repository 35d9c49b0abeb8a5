// Mail by SMTP, from the client's line to the ticket.
#include <thread>

#include "channels/email/mail_service.h"
#include "tests/integration/email/email_desk.h"
#include "tests/integration/email_smtp/mail_client.h"

namespace parley::test {

class ListenerTest : public EmailTest {
 protected:
  ListenerTest() {
    email::MailServiceOptions options;
    options.takes_smtp = true;
    options.smtp.port = 0;
    options.smtp.session.host_name = "mail.shop.example";
    auto started = email::MailService::start({io_, database, cipher, mailboxes, *intake, *outgoing, clock}, std::move(options));
    if (started.has_error()) { throw std::runtime_error(started.error().detail); }
    service_ = std::move(*started);
    thread_ = std::thread([this] { io_.run(); });
  }
  ~ListenerTest() override {
    io_.stop();
    thread_.join();
    service_.reset();
  }
  std::uint16_t port() const { return service_->smtp_port(); }

 private:
  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_{io_.get_executor()};
  std::unique_ptr<email::MailService> service_;
  std::thread thread_;
};

TEST_F(ListenerTest, OnlyInboxesWhoseWayInIsSmtpAreWrittenTo) {
  const json imap{{"host", "imap.shop.example"}, {"port", 993}, {"security", "tls"}, {"user", "sales"}, {"secret", "x"}};
  email_inbox("support@shop.example");
  email_inbox("news@other.example", {{"incoming", "none"}});
  email_inbox("sales@shop.example", {{"incoming", "imap"}, {"imap", imap}, {"is_enabled", true}});
  email::smtp::MailClient client(port());
  client.reply();
  client.say("EHLO x.example");
  EXPECT_EQ(client.say("MAIL FROM:<a@b.example>").substr(0, 3), "250");
  for (const std::string address : {"sales@shop.example", "sales+x@shop.example", "news@other.example", "postmaster@other.example"}) {
    EXPECT_EQ(client.say("RCPT TO:<" + address + ">").substr(0, 9), "550 5.1.1") << address << ": past its provider's checks";
  }
  for (const std::string address : {"support@shop.example", "Support+x@shop.example", "postmaster@shop.example", "postmaster"}) {
    EXPECT_EQ(client.say("RCPT TO:<" + address + ">").substr(0, 3), "250") << address;
  }
  EXPECT_TRUE(mailboxes.of_address("sales@shop.example")) << "but it is ours: nobody writes in its name, and nothing is answered to it";
}

TEST_F(ListenerTest, AddressesInAnotherScriptAreInboxesAndCustomers) {
  email_inbox("客服@例子.example");
  email::smtp::MailClient client(port());
  client.reply();
  EXPECT_NE(client.say("EHLO x.example").find("SMTPUTF8"), std::string::npos);
  EXPECT_EQ(client.say("MAIL FROM:<晓雯@顾客.example> SMTPUTF8 BODY=8BITMIME").substr(0, 3), "250");
  EXPECT_EQ(client.say("RCPT TO:<客服@例子.example>").substr(0, 3), "250");
  EXPECT_EQ(client.say("DATA").substr(0, 3), "354");
  EXPECT_EQ(client.say(MailText{.from = "王晓雯 <晓雯@顾客.example>", .to = "客服@例子.example"}.raw() + ".").substr(0, 3), "250");
  ASSERT_EQ(tickets_stored(), 1);
  const TicketId opened{number("SELECT MAX(id) FROM ticket")};
  EXPECT_EQ(ticket(opened).requester.name, "王晓雯");
  const auto defaults = call(administrator, "GET", "/tickets/" + std::to_string(opened.value) + "/email");
  ASSERT_EQ(outcome(defaults), "ok");
  const auto address = defaults->body["to"][0]["address"].get<std::string>();
  EXPECT_TRUE(address.starts_with("晓雯@xn--")) << address;
  EXPECT_EQ(take(MailText{.from = "晓雯@顾客.example", .to = "客服@例子.example"}.raw(), "客服@xn--fsqu00a.example").state, "ticket") << "our domain in either spelling";
  EXPECT_EQ(number("SELECT COUNT(*) FROM customer"), 1);
}

}  // namespace parley::test
