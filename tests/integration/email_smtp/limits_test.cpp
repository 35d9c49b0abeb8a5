#include "tests/integration/email_smtp/smtp_fixture.h"

namespace parley::channels::email::smtp {
namespace {

TEST(SmtpLimits, TooManyConnectionsAreToldAndRoomIsFoundAgain) {
  SmtpOptions options;
  options.connections_max = 2;
  SmtpPort port(options);
  MailClient first(port.port());
  EXPECT_TRUE(first.reply().starts_with("220"));
  {
    MailClient second(port.port());
    EXPECT_TRUE(second.reply().starts_with("220"));
    MailClient third(port.port());
    EXPECT_TRUE(third.reply().starts_with("421 4.7.0"));
    EXPECT_TRUE(third.is_closed_within(1s));
  }
  EXPECT_TRUE(SmtpPort::eventually([&] { return port.probe().connections_open == 1; }));
  MailClient fourth(port.port());
  EXPECT_TRUE(fourth.reply().starts_with("220"));
  EXPECT_EQ(port.probe().connections_refused, 1U);
}

TEST(SmtpLimits, OneAddressDoesNotTakeAllConnections) {
  SmtpOptions options;
  options.connections_per_address_max = 1;
  SmtpPort port(options);
  MailClient first(port.port());
  EXPECT_TRUE(first.reply().starts_with("220"));
  MailClient second(port.port());
  EXPECT_TRUE(second.reply().starts_with("421"));
}

TEST(SmtpLimits, MemoryIsBoundedOverAllMails) {
  SmtpOptions options;
  options.bytes_held_max = 300'000;
  options.connections_per_address_max = 0;
  SmtpPort port(options);
  port.host.answer = nullptr;
  const std::string body(120'000, 'x');
  MailClient first(port.port());
  first.begin_mail();
  first.send(body + "\r\n.\r\n");
  ASSERT_TRUE(SmtpPort::eventually([&] { return port.host.count() == 1; }));
  EXPECT_GE(port.probe().bytes_held, 120'000U);
  MailClient second(port.port());
  second.begin_mail();
  second.send(body + body);
  EXPECT_TRUE(second.say("\r\n.").starts_with("452 4.3.1"));
  port.host.take().done({{250, "2.0.0", "kept"}});
  EXPECT_EQ(first.reply(), "250 2.0.0 kept\r\n");
  port.host.clear();  // the host lets go of the bytes: only now is there room
  ASSERT_TRUE(SmtpPort::eventually([&] { return port.probe().bytes_held == 0; }));
  second.say("MAIL FROM:<>");
  second.say("RCPT TO:<a@shop.example>");
  second.say("DATA");
  second.send(body + "\r\n.\r\n");
  ASSERT_TRUE(SmtpPort::eventually([&] { return port.host.count() == 1; }));
  port.host.take().done({{250, "2.0.0", "kept"}});
  EXPECT_EQ(second.reply(), "250 2.0.0 kept\r\n");
}

TEST(SmtpLimits, OneAddressDoesNotTakeAllMemory) {
  SmtpOptions options;
  options.bytes_held_max = 300'000;
  SmtpPort port(options);
  const std::string body(160'000, 'x');
  MailClient client(port.port());
  client.begin_mail();
  client.send(body);
  EXPECT_TRUE(client.say("\r\n.").starts_with("452 4.3.1"));
  EXPECT_EQ(port.host.count(), 0U);
}

TEST(SmtpLimits, BigMailIsRefusedByWordAndByDeed) {
  SmtpOptions options;
  options.session.message_max = 100'000;
  SmtpPort port(options);
  MailClient client(port.port());
  client.reply();
  client.say("EHLO client.example");
  EXPECT_TRUE(client.say("MAIL FROM:<> SIZE=100001").starts_with("552"));
  client.say("MAIL FROM:<> SIZE=1");
  client.say("RCPT TO:<a@shop.example>");
  client.say("DATA");
  client.send(std::string(150'000, 'x'));
  EXPECT_TRUE(client.say("\r\n.").starts_with("552 5.3.4"));
  EXPECT_EQ(port.host.count(), 0U);
  EXPECT_TRUE(client.say("NOOP").starts_with("250"));
}

TEST(SmtpLimits, PortInUseIsSaid) {
  SmtpPort port;
  SmtpOptions options;
  options.port = port.port();
  const auto second = SmtpServer::start(port.io, options, port.host, port.clock);
  ASSERT_TRUE(second.has_error());
  EXPECT_EQ(second.error().code, Errc::unavailable);
  EXPECT_NE(second.error().detail.find(std::to_string(port.port())), std::string::npos);
}

}  // namespace
}  // namespace parley::channels::email::smtp
