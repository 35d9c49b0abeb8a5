// What the shop owner reads when a server refuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/crypto.h"
#include "channels/email/imap/command_text.h"
#include "channels/email/imap/login_advice.h"

namespace parley::channels::email::imap {
namespace {

using testing::HasSubstr;

Error explained(std::string host, std::string code, std::string text, Auth auth = Auth::password, std::string challenge = {}) {
  ImapAccount account{.host = std::move(host), .user = "shop", .secret = "s3cret", .auth = auth};
  return explain_login(account, Condition{Condition::Kind::no, {std::move(code), {}, 0}, std::move(text)}, challenge);
}

TEST(LoginAdvice, NamesWhatHelpsAtTheProvider) {
  struct Row {
    std::string host, code, text, advice;
    Errc expected;
  };
  const std::vector<Row> rows{
      {"imap.gmail.com", "ALERT", "Application-specific password required: https://support.google.com/ (Failure)", "app password", Errc::unauthenticated},
      {"imap.gmail.com", "AUTHENTICATIONFAILED", "Invalid credentials (Failure)", "app password", Errc::unauthenticated},
      {"imap.163.com", "", "LOGIN Login error or password error", "授权码", Errc::unauthenticated},
      {"imap.qq.com", "", "Login fail. Account is abnormal, service is not open, password is incorrect", "switch", Errc::unauthenticated},
      {"imap.exmail.qq.com", "", "LOGIN Login error password error", "授权码", Errc::unauthenticated},
      {"imap.163.com", "", "LOGIN Unsafe Login. Please contact kefu@188.com for help", "unsafe", Errc::unauthenticated},
      {"outlook.office365.com", "", "LOGIN failed.", "OAuth", Errc::unauthenticated},
      {"imap.mail.yahoo.com", "AUTHENTICATIONFAILED", "LOGIN Invalid credentials", "app password", Errc::unauthenticated},
      {"mail.shop.example", "AUTHENTICATIONFAILED", "Authentication failed.", "wrong", Errc::unauthenticated},
      {"mail.notgmail.com", "", "failed", "wrong", Errc::unauthenticated},
      {"mail.shop.example", "EXPIRED", "no", "expired", Errc::unauthenticated},
      {"mail.shop.example", "UNAVAILABLE", "Temporary authentication failure.", "at the moment", Errc::unavailable},
      {"mail.shop.example", "LIMIT", "Too many connections", "too many", Errc::rate_limited},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.host + ": " + row.text);
    const Error error = explained(row.host, row.code, row.text);
    EXPECT_EQ(error.code, row.expected);
    EXPECT_THAT(error.detail, HasSubstr(row.advice));
    EXPECT_THAT(error.detail, HasSubstr(row.text)) << "the server's own words help those who search for them";
    EXPECT_THAT(error.detail, testing::Not(HasSubstr("s3cret")));
  }
}

TEST(LoginAdvice, ShowsWhatIsInTheChallengeOfOAuth) {
  const Error error = explained("imap.gmail.com", "", "SASL authentication failed", Auth::xoauth2, base64_encode(R"({"status":"400","schemes":"Bearer"})"));
  EXPECT_EQ(error.code, Errc::unauthenticated);
  EXPECT_THAT(error.detail, HasSubstr("token"));
  EXPECT_THAT(error.detail, HasSubstr("\"status\":\"400\""));
}

TEST(LoginAdvice, KeepsForeignWordsShortAndOnOneLine) {
  const std::string words = server_words("a\r\nb\x1b[31m" + std::string(5'000, 'x') + "\xff");
  EXPECT_LT(words.size(), 320U);
  EXPECT_EQ(words.find('\n'), std::string::npos);
  EXPECT_EQ(words.find('\x1b'), std::string::npos);
  EXPECT_EQ(server_words("\xff\xfe"), "\"??\"");
}

TEST(LoginAdvice, SaysThatNothingWasSentWhenTheCertificateIsWrong) {
  const ImapAccount account{.host = "mail.shop.example"};
  const Error error = explain_tls(account, Error{Errc::forbidden, "the certificate is not trusted: hostname mismatch"});
  EXPECT_EQ(error.code, Errc::forbidden);
  EXPECT_THAT(error.detail, HasSubstr("mail.shop.example:993"));
  EXPECT_THAT(error.detail, HasSubstr("hostname mismatch"));
}

}  // namespace
}  // namespace parley::channels::email::imap
