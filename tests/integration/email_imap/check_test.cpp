// The connection test says where it stopped and what helps.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "channels/email/imap/account_check.h"
#include "tests/integration/email_imap/fake_server.h"
#include "tests/integration/email_wire/test_certificate.h"
#include "tests/support/dovecot.h"

namespace parley::channels::email::imap {
namespace {

using testing::HasSubstr;

class AccountCheck : public testing::Test {
 protected:
  std::vector<CheckStep> check(ImapAccount account, std::shared_ptr<boost::asio::ssl::context> tls = nullptr) {
    boost::asio::io_context io{1};
    std::vector<CheckStep> steps;
    boost::asio::co_spawn(io, check_account(io.get_executor(), std::move(account), std::move(tls)), [&](std::exception_ptr failure, std::vector<CheckStep> result) {
      EXPECT_FALSE(failure);
      steps = std::move(result);
    });
    io.run_for(std::chrono::seconds(20));
    return steps;
  }
  /// "resolve connect tls! …": the steps in order, "!" after the one that failed.
  static std::string summary(const std::vector<CheckStep>& steps) {
    std::string text;
    for (const auto& step : steps) { text += (text.empty() ? "" : " ") + step.step + (step.is_ok ? "" : "!"); }
    return text;
  }

  email::test::TestCertificate certificate{"localhost"};
  parley::test::Dovecot server{{.certificate_file = certificate.certificate_file, .key_file = certificate.key_file}};
  std::shared_ptr<boost::asio::ssl::context> trusting{wire::client_tls_context(certificate.certificate_file).value()};
  ImapAccount good{.host = "localhost", .port = server.imaps_port(), .security = Security::tls, .user = "shop", .secret = "test"};
};

TEST_F(AccountCheck, AllIsWell) {
  server.deliver("shop", "Subject: x\r\n\r\nx\r\n");
  const auto steps = check(good, trusting);
  EXPECT_EQ(summary(steps), "resolve connect tls login mailbox");
  EXPECT_THAT(steps.back().detail, HasSubstr("1 mails"));
  EXPECT_EQ(server.count_with_flag("shop", 'S'), 0U) << "nothing is marked";
  auto starttls = good;
  starttls.security = Security::starttls;
  starttls.port = server.imap_port();
  EXPECT_EQ(summary(check(starttls, trusting)), "resolve connect tls login mailbox");
  auto open = starttls;
  open.security = Security::none;
  EXPECT_EQ(summary(check(open)), "resolve connect login mailbox");
}

TEST_F(AccountCheck, StopsWhereItFails) {
  auto account = good;
  account.host = "no-such-host.invalid";
  EXPECT_EQ(summary(check(account, trusting)), "resolve!");
  account = good;
  account.port = 1;
  EXPECT_EQ(summary(check(account, trusting)), "resolve connect!");
  account = good;
  account.secret = "guess";
  auto steps = check(account, trusting);
  EXPECT_EQ(summary(steps), "resolve connect tls login!");
  EXPECT_THAT(steps.back().detail, HasSubstr("password"));
  account = good;
  account.mailbox = "Suport";
  steps = check(account, trusting);
  EXPECT_EQ(summary(steps), "resolve connect tls login mailbox!");
  EXPECT_THAT(steps.back().detail, HasSubstr("There are: INBOX"));
}

TEST_F(AccountCheck, TellsCertificatesAndPortsApart) {
  auto steps = check(good);  // nobody vouches for it
  EXPECT_EQ(summary(steps), "resolve connect tls!");
  EXPECT_THAT(steps.back().detail, HasSubstr("certificate"));
  const email::test::TestCertificate other("elsewhere.example");
  const parley::test::Dovecot elsewhere({.certificate_file = other.certificate_file, .key_file = other.key_file});
  auto misnamed = good;
  misnamed.port = elsewhere.imaps_port();
  steps = check(misnamed, wire::client_tls_context(other.certificate_file).value());
  EXPECT_EQ(summary(steps), "resolve connect tls!") << "trusted, but of another host";
  EXPECT_THAT(steps.back().detail, HasSubstr("host"));
  auto plain_port = good;
  plain_port.port = server.imap_port();
  steps = check(plain_port, trusting);
  EXPECT_EQ(summary(steps), "resolve connect tls!");
  EXPECT_THAT(steps.back().detail, HasSubstr("STARTTLS on port 143"));
}

TEST_F(AccountCheck, ExplainsGooglesRefusal) {
  const FakeServer google("* OK Gimap ready\r\n", [](const std::string& line) -> std::string {
    if (line.find("LOGIN") != std::string::npos) { return "$ NO [ALERT] Application-specific password required: https://support.google.com/ (Failure)\r\n"; }
    return ordinary_answer(line, {});
  });
  const auto steps = check({.host = "127.0.0.1", .port = google.port(), .security = Security::none, .user = "shop", .secret = "test"});
  EXPECT_EQ(summary(steps), "resolve connect login!");
  EXPECT_THAT(steps.back().detail, HasSubstr("app password"));
}

}  // namespace
}  // namespace parley::channels::email::imap
