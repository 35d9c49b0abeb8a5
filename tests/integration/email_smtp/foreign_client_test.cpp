// Clients that others wrote.
#include <cstdlib>

#include "tests/integration/email_smtp/smtp_fixture.h"
#include "tests/integration/email_wire/test_certificate.h"

namespace parley::channels::email::smtp {
namespace {

bool has(const char* program) { return std::system((std::string("command -v ") + program + " >/dev/null 2>&1").c_str()) == 0; }
int run(const std::string& command) { return std::system((command + " >/dev/null 2>&1").c_str()); }

TEST(SmtpForeignClient, SwaksSendsWithTls) {
  if (!has("swaks")) { GTEST_SKIP() << "swaks is not installed"; }
  const parley::channels::email::test::TestCertificate certificate;
  SmtpOptions options;
  options.security = Security::starttls;
  options.tls = certificate.server_context();
  SmtpPort port(options);
  const std::string common = "swaks --server 127.0.0.1:" + std::to_string(port.port()) + " --from anna@client.example --helo client.example ";
  EXPECT_EQ(run(common + "--to support@shop.example --tls --header 'Subject: 订单' --body 'first\n.second'"), 0);
  ASSERT_EQ(port.host.count(), 1U);
  EXPECT_TRUE(port.host.take().envelope.is_tls);
  EXPECT_NE(port.host.take().raw->find("Subject: 订单\r\n"), std::string::npos);
  EXPECT_NE(port.host.take().raw->find("first\r\n.second\r\n"), std::string::npos);
  EXPECT_EQ(run(common + "--to a@shop.example,b@shop.example --pipeline --body text"), 0);
  EXPECT_EQ(port.host.take(1).envelope.recipients.size(), 2U);
  EXPECT_NE(run(common + "--to anna@elsewhere.example --body text"), 0);
  EXPECT_EQ(port.host.count(), 2U);
}

TEST(SmtpForeignClient, SwaksSpeaksLmtp) {
  if (!has("swaks")) { GTEST_SKIP() << "swaks is not installed"; }
  SmtpOptions options;
  options.session.is_lmtp = true;
  SmtpPort port(options);
  EXPECT_EQ(run("swaks --protocol LMTP --server 127.0.0.1:" + std::to_string(port.port()) + " --from '<>' --to a@shop.example --helo client.example --body text"), 0);
  ASSERT_EQ(port.host.count(), 1U);
  EXPECT_EQ(port.host.take().envelope.mail_from, "");
}

TEST(SmtpForeignClient, CurlSends) {
  if (!has("curl")) { GTEST_SKIP() << "curl is not installed"; }
  SmtpPort port;
  EXPECT_EQ(run("printf 'Subject: curl\\r\\n\\r\\n.dot\\r\\n' | curl -s smtp://127.0.0.1:" + std::to_string(port.port()) +
                "/client.example --mail-from anna@client.example --mail-rcpt support@shop.example --upload-file -"),
            0);
  ASSERT_EQ(port.host.count(), 1U);
  EXPECT_TRUE(port.host.take().raw->ends_with("Subject: curl\r\n\r\n.dot\r\n"));
}

}  // namespace
}  // namespace parley::channels::email::smtp
