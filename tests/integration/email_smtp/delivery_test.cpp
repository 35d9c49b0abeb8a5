#include <fmt/format.h>

#include "tests/integration/email_smtp/smtp_fixture.h"

namespace parley::channels::email::smtp {
namespace {

TEST(SmtpDelivery, MailArrivesAsItWasSent) {
  SmtpPort port;
  MailClient client(port.port());
  EXPECT_TRUE(client.begin_mail().starts_with("354"));
  EXPECT_EQ(client.say("Subject: Hi\r\n\r\n..dot\r\n."), "250 2.0.0 kept\r\n");
  const auto kept = port.host.take();
  EXPECT_EQ(kept.envelope.mail_from, "anna@client.example");
  EXPECT_EQ(kept.envelope.recipients, std::vector<std::string>{"support@shop.example"});
  EXPECT_EQ(kept.envelope.remote_address, "127.0.0.1");
  EXPECT_TRUE(kept.raw->starts_with("Return-Path: <anna@client.example>\r\nReceived: from client.example ([127.0.0.1])\r\n\tby mail.shop.example (Parley) with ESMTP\r\n"));
  EXPECT_TRUE(kept.raw->ends_with("\r\nSubject: Hi\r\n\r\n.dot\r\n"));
  EXPECT_TRUE(client.say("QUIT").starts_with("221"));
  EXPECT_TRUE(client.is_closed_within(1s));
}

TEST(SmtpDelivery, PipelinedMailsAreAnsweredInOrder) {
  SmtpPort port;
  port.host.answer = [](const Envelope& envelope) { return std::vector<Answer>{{250, "2.0.0", "for " + envelope.recipients.front()}}; };
  MailClient client(port.port());
  client.reply();
  std::string batch = "EHLO client.example\r\n";
  for (int i = 0; i < 100; ++i) { batch += fmt::format("MAIL FROM:<>\r\nRCPT TO:<a{0}@shop.example>\r\nDATA\r\nbody {0}\r\n.\r\n", i); }
  client.send(batch + "QUIT\r\n");
  client.reply();
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(client.reply().starts_with("250 2.1.0"));
    EXPECT_TRUE(client.reply().starts_with("250 2.1.5"));
    EXPECT_TRUE(client.reply().starts_with("354"));
    EXPECT_EQ(client.reply(), fmt::format("250 2.0.0 for a{}@shop.example\r\n", i));
  }
  EXPECT_TRUE(client.reply().starts_with("221"));
  EXPECT_EQ(port.host.count(), 100U);
  EXPECT_EQ(port.probe().mails_kept, 100U);
}

TEST(SmtpDelivery, LmtpAnswersEachRecipient) {
  SmtpOptions options;
  options.session.is_lmtp = true;
  SmtpPort port(options);
  port.host.answer = [](const Envelope&) { return std::vector<Answer>{{250, "2.0.0", "kept"}, {550, "5.2.1", "closed"}}; };
  MailClient client(port.port());
  EXPECT_TRUE(client.begin_mail("RCPT TO:<a@shop.example>\r\nRCPT TO:<b@shop.example>\r\n", "LHLO").starts_with("354"));
  EXPECT_EQ(client.say("text\r\n."), "250 2.0.0 kept\r\n");
  EXPECT_EQ(client.reply(), "550 5.2.1 closed\r\n");
  EXPECT_TRUE(port.host.take().envelope.is_lmtp);
}

TEST(SmtpDelivery, ThirtyMegabytesPassWhole) {
  SmtpPort port;
  std::string line(76, 'x');
  line += "\r\n";
  std::string body;
  for (int i = 0; i < 400'000; ++i) { body += line; }
  MailClient client(port.port());
  EXPECT_TRUE(client.begin_mail().starts_with("354"));
  client.send(body);
  EXPECT_EQ(client.say("."), "250 2.0.0 kept\r\n");
  EXPECT_TRUE(port.host.take().raw->ends_with("+0000\r\n" + body));
  port.host.clear();
  EXPECT_TRUE(SmtpPort::eventually([&] { return port.probe().bytes_held == 0; }));
}

TEST(SmtpDelivery, HalfAMailIsNoMail) {
  SmtpPort port;
  {
    MailClient client(port.port());
    client.begin_mail();
    client.send("Subject: half\r\n\r\ntext\r\n.");
  }
  EXPECT_TRUE(SmtpPort::eventually([&] { return port.probe().connections_open == 0; }));
  EXPECT_EQ(port.host.count(), 0U);
  EXPECT_EQ(port.probe().bytes_held, 0U);
}

TEST(SmtpDelivery, ClientThatLeavesBeforeTheAnswerHarmsNobody) {
  SmtpPort port;
  port.host.answer = nullptr;
  {
    MailClient client(port.port());
    client.begin_mail();
    client.send("text\r\n.\r\n");
    ASSERT_TRUE(SmtpPort::eventually([&] { return port.host.count() == 1; }));
  }
  port.host.take().done({{250, "2.0.0", "kept"}});
  EXPECT_TRUE(SmtpPort::eventually([&] { return port.probe().connections_open == 0; }));
}

TEST(SmtpDelivery, SilentOrBrokenHostMeansLater) {
  SmtpOptions options;
  options.delivery_limit = 50ms;
  SmtpPort port(options);
  port.host.answer = nullptr;
  MailClient client(port.port());
  client.begin_mail();
  EXPECT_TRUE(client.say("text\r\n.").starts_with("451 4.3.0"));
  const auto kept = port.host.take();
  kept.done({{250, "2.0.0", "too late"}});
  kept.done({{250, "2.0.0", "and again"}});
  EXPECT_TRUE(client.say("NOOP").starts_with("250"));
  port.host.throws = true;
  client.say("MAIL FROM:<>");
  client.say("RCPT TO:<a@shop.example>");
  client.say("DATA");
  EXPECT_TRUE(client.say(".").starts_with("451 4.3.0"));
  EXPECT_EQ(port.probe().mails_deferred, 2U);
}

}  // namespace
}  // namespace parley::channels::email::smtp
