#include "tests/integration/email_smtp/smtp_fixture.h"
#include "tests/integration/email_wire/test_certificate.h"

namespace parley::channels::email::smtp {
namespace {

SmtpOptions with_tls(Security security) {
  static const parley::channels::email::test::TestCertificate certificate;
  SmtpOptions options;
  options.security = security;
  options.tls = certificate.server_context();
  options.command_limit = 2s;
  return options;
}

TEST(SmtpTls, MailComesUnderTls) {
  SmtpPort port(with_tls(Security::starttls));
  MailClient client(port.port());
  client.reply();
  EXPECT_NE(client.say("EHLO client.example").find("250-STARTTLS\r\n"), std::string::npos);
  EXPECT_TRUE(client.say("STARTTLS").starts_with("220"));
  ASSERT_TRUE(client.start_tls());
  EXPECT_TRUE(client.say("MAIL FROM:<>").starts_with("503")) << "all is forgotten";
  EXPECT_EQ(client.say("EHLO client.example").find("STARTTLS"), std::string::npos);
  client.say("MAIL FROM:<>");
  client.say("RCPT TO:<a@shop.example>");
  client.say("DATA");
  EXPECT_EQ(client.say("text\r\n."), "250 2.0.0 kept\r\n");
  EXPECT_TRUE(port.host.take().envelope.is_tls);
  EXPECT_NE(port.host.take().raw->find("with ESMTPS"), std::string::npos);
  EXPECT_TRUE(client.say("QUIT").starts_with("221"));
  EXPECT_TRUE(client.is_closed_within(1s));
  EXPECT_EQ(port.probe().tls_started, 1U);
}

TEST(SmtpTls, FromTheFirstByte) {
  SmtpPort port(with_tls(Security::tls));
  MailClient client(port.port());
  ASSERT_TRUE(client.start_tls());
  EXPECT_TRUE(client.begin_mail().starts_with("354"));
  EXPECT_EQ(client.say("text\r\n."), "250 2.0.0 kept\r\n");
}

// CVE-2011-0411: a command put behind STARTTLS by somebody on the path.
TEST(SmtpTls, InjectedCommandEndsTheSession) {
  SmtpPort port(with_tls(Security::starttls));
  MailClient client(port.port());
  client.reply();
  client.say("EHLO client.example");
  EXPECT_TRUE(client.say("STARTTLS\r\nMAIL FROM:<attacker@evil.example>").starts_with("554"));
  EXPECT_TRUE(client.is_closed_within(1s));
}

TEST(SmtpTls, CommandInPlaceOfTheHandshakeEndsTheSession) {
  SmtpPort port(with_tls(Security::starttls));
  MailClient client(port.port());
  client.reply();
  client.say("EHLO client.example");
  EXPECT_TRUE(client.say("STARTTLS").starts_with("220"));
  client.send("MAIL FROM:<attacker@evil.example>\r\n");
  EXPECT_TRUE(client.is_closed_within(1s));
  EXPECT_TRUE(SmtpPort::eventually([&] { return port.probe().tls_failures == 1; }));
}

TEST(SmtpTls, NeedsACertificate) {
  boost::asio::io_context io;
  KeepingHost host;
  SystemClock clock;
  SmtpOptions options;
  options.security = Security::tls;
  EXPECT_EQ(SmtpServer::start(io, options, host, clock).error().code, Errc::invalid_input);
}

}  // namespace
}  // namespace parley::channels::email::smtp
