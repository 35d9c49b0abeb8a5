#include "tests/integration/email_smtp/smtp_fixture.h"

namespace parley::channels::email::smtp {
namespace {

TEST(SmtpStop, WholeMailsAreAnsweredAndNothingNewBegins) {
  SmtpPort port;
  port.host.answer = nullptr;
  MailClient idle(port.port()), half(port.port()), whole(port.port());
  EXPECT_TRUE(idle.reply().starts_with("220"));
  half.begin_mail();
  half.send("begun\r\n");
  whole.begin_mail();
  whole.send("text\r\n.\r\nMAIL FROM:<>\r\n");
  ASSERT_TRUE(SmtpPort::eventually([&] { return port.host.count() == 1; }));
  std::thread stopper([&] { port.stop(5s); });
  EXPECT_TRUE(idle.reply().starts_with("421 4.3.2"));
  EXPECT_TRUE(half.reply().starts_with("421 4.3.2"));
  EXPECT_THROW(MailClient(port.port()), std::runtime_error);
  port.host.take().done({{250, "2.0.0", "kept"}});
  EXPECT_EQ(whole.reply(), "250 2.0.0 kept\r\n");
  EXPECT_TRUE(whole.reply().starts_with("421 4.3.2"));
  stopper.join();
  EXPECT_EQ(port.probe().connections_open, 0U);
  EXPECT_EQ(port.host.count(), 1U);
}

TEST(SmtpStop, PatienceHasAnEnd) {
  SmtpPort port;
  port.host.answer = nullptr;
  MailClient client(port.port());
  client.begin_mail();
  client.send("text\r\n.\r\n");
  ASSERT_TRUE(SmtpPort::eventually([&] { return port.host.count() == 1; }));
  const auto began = std::chrono::steady_clock::now();
  port.stop(50ms);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 1s);
  EXPECT_EQ(port.probe().connections_open, 0U);
  EXPECT_EQ(client.reply(), "") << "an answer that was not heard is none: the client sends again";
  port.host.take().done({{250, "2.0.0", "late"}});
}

TEST(SmtpStop, ServerMayGoAtAnyMoment) {
  SmtpPort port;
  port.host.answer = nullptr;
  MailClient waiting(port.port()), receiving(port.port()), idle(port.port());
  waiting.begin_mail();
  waiting.send("text\r\n.\r\n");
  receiving.begin_mail();
  ASSERT_TRUE(SmtpPort::eventually([&] { return port.host.count() == 1; }));
  port.on_io_thread([&] { port.server.reset(); });
  EXPECT_TRUE(waiting.is_closed_within(1s));
  EXPECT_TRUE(receiving.is_closed_within(1s));
  port.host.take().done({{250, "2.0.0", "late"}});
}

TEST(SmtpStop, ContextMayGoWithMailsUnderWay) {
  std::function<void(std::vector<Answer>)> done;
  std::shared_ptr<const std::string> raw;
  {
    SmtpPort port;
    port.host.answer = nullptr;
    MailClient waiting(port.port()), receiving(port.port());
    waiting.begin_mail();
    waiting.send("text\r\n.\r\n");
    receiving.begin_mail();
    ASSERT_TRUE(SmtpPort::eventually([&] { return port.host.count() == 1; }));
    done = port.host.take().done;
    raw = port.host.take().raw;
  }
  EXPECT_TRUE(raw->ends_with("text\r\n"));  // and the last owner of the bytes may be anybody
}

}  // namespace
}  // namespace parley::channels::email::smtp
