// Ways to log in, as the bytes a server sees.
#include <algorithm>

#include "base/crypto.h"
#include "channels/email/imap/command_text.h"
#include "tests/integration/email_imap/fake_server.h"
#include "tests/integration/email_imap/mail_desk.h"

namespace parley::channels::email::imap {
namespace {

const std::vector<std::string> one_mail{mail("one")};
const std::string refusal_json = R"({"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"})";

class LogIn : public MailDesk {
 protected:
  ImapAccount account(const FakeServer& server, Auth auth = Auth::password) const {
    return {.host = "127.0.0.1", .port = server.port(), .security = Security::none, .user = "shop@test.example", .secret = "s3 \"cret\"", .auth = auth};
  }
  bool takes_mail() {
    return run_until([&] { return desk->has("Subject: one"); }, 5s);
  }
};

TEST_F(LogIn, OauthInOneStep) {
  const std::string token = xoauth2_token("shop@test.example", "s3 \"cret\"");
  const FakeServer server("* OK hi\r\n", [&](const std::string& line) -> std::string {
    if (line.ends_with(" AUTHENTICATE XOAUTH2 " + token)) { return "$ OK welcome\r\n"; }
    return line.find("AUTHENTICATE") != std::string::npos ? "$ BAD\r\n" : ordinary_answer(line, one_mail, "IMAP4rev1 IDLE SASL-IR AUTH=XOAUTH2");
  });
  const auto followed = reader(account(server, Auth::xoauth2));
  EXPECT_TRUE(takes_mail()) << followed->health().error;
}

TEST_F(LogIn, AsksForTheTokenEachTimeItConnects) {
  const FakeServer server("* OK hi\r\n", [&](const std::string& line) -> std::string {
    if (line.ends_with(" AUTHENTICATE XOAUTH2 " + xoauth2_token("shop@test.example", "fresh"))) { return "$ OK welcome\r\n"; }
    return line.find("AUTHENTICATE") != std::string::npos ? "$ BAD\r\n" : ordinary_answer(line, one_mail, "IMAP4rev1 IDLE SASL-IR AUTH=XOAUTH2");
  });
  desk->lent_secret = Error{Errc::unavailable, "The provider cannot answer now."};
  const auto followed = reader(account(server, Auth::xoauth2));
  ASSERT_TRUE(run_until([&] { return followed->health().error == "The provider cannot answer now."; })) << followed->health().error;
  desk->lent_secret = std::string("fresh");
  EXPECT_TRUE(takes_mail()) << followed->health().error;
}

TEST_F(LogIn, OauthInTwoSteps) {
  const std::string token = xoauth2_token("shop@test.example", "s3 \"cret\"");
  const FakeServer server("* OK hi\r\n", [&](const std::string& line) -> std::string {
    if (line.ends_with(" AUTHENTICATE XOAUTH2")) { return "+ \r\n"; }
    if (line == token) { return "$ OK welcome\r\n"; }
    return ordinary_answer(line, one_mail, "IMAP4rev1 IDLE AUTH=XOAUTH2");
  });
  const auto followed = reader(account(server, Auth::xoauth2));
  EXPECT_TRUE(takes_mail()) << followed->health().error;
}

TEST_F(LogIn, RefusedOauthAnswersTheChallengeWithAnEmptyLine) {
  for (const std::string capabilities : {"IMAP4rev1 SASL-IR AUTH=XOAUTH2", "IMAP4rev1 AUTH=XOAUTH2"}) {
    std::atomic<bool> was_answered{false};
    const FakeServer server("* OK hi\r\n", [&](const std::string& line) -> std::string {
      if (line.ends_with(" AUTHENTICATE XOAUTH2")) { return "+\r\n"; }
      if (line.empty()) {
        was_answered = true;
        return "$ NO SASL authentication failed\r\n";
      }
      if (line.find(' ') == std::string::npos || line.find("AUTHENTICATE") != std::string::npos) { return "+ " + base64_encode(refusal_json) + "\r\n"; }
      return ordinary_answer(line, one_mail, capabilities);
    });
    const auto followed = reader(account(server, Auth::xoauth2));
    ASSERT_TRUE(run_until([&] { return followed->health().state == MailboxHealth::State::failing; }));
    EXPECT_TRUE(was_answered);
    EXPECT_NE(followed->health().error.find("token"), std::string::npos) << followed->health().error;
    EXPECT_NE(followed->health().error.find("mail.google.com"), std::string::npos) << followed->health().error;
  }
}

TEST_F(LogIn, PlainWhenOfferedElseLogin) {
  const std::string token = plain_token("shop@test.example", "s3 \"cret\"");
  {
    const FakeServer server("* OK hi\r\n", [&](const std::string& line) -> std::string {
      if (line == token) { return "$ OK welcome\r\n"; }
      return ordinary_answer(line, one_mail, "IMAP4rev1 IDLE AUTH=PLAIN");
    });
    const auto followed = reader(account(server));
    EXPECT_TRUE(takes_mail()) << followed->health().error;
    EXPECT_EQ(server.count(token), 1U);
  }
  desk = std::make_shared<Desk>();
  const FakeServer server("* OK hi\r\n", [&](const std::string& line) { return ordinary_answer(line, one_mail); });
  const auto followed = reader(account(server));
  EXPECT_TRUE(takes_mail()) << followed->health().error;
  EXPECT_EQ(server.count(R"(LOGIN "shop@test.example" "s3 \"cret\"")"), 1U);
}

TEST_F(LogIn, ForeignLettersGoAsLiterals) {
  const FakeServer server("* OK hi\r\n", [&](const std::string& line) -> std::string {
    if (line.ends_with("LOGIN \"shop@test.example\" {6}")) { return "+ go on\r\n"; }
    if (line == "密码") { return "$ OK welcome\r\n"; }
    return ordinary_answer(line, one_mail);
  });
  auto chinese = account(server);
  chinese.secret = "密码";
  const auto followed = reader(chinese);
  EXPECT_TRUE(takes_mail()) << followed->health().error;
  EXPECT_EQ(server.count("密码"), 1U);
}

TEST_F(LogIn, SaysWhoItIsBeforeItOpensAMailbox) {
  std::atomic<bool> is_known{false};
  const FakeServer server("* OK Coremail System IMap Server Ready\r\n", [&](const std::string& line) -> std::string {
    if (line.find(" ID (") != std::string::npos) { is_known = true; }
    if (line.find("SELECT") != std::string::npos && !is_known) { return "$ NO SELECT Unsafe Login. Please contact kefu@188.com for help\r\n"; }
    return ordinary_answer(line, one_mail, "IMAP4rev1 XLIST ID IDLE");
  });
  const auto followed = reader(account(server));
  EXPECT_TRUE(takes_mail()) << followed->health().error;
}

TEST_F(LogIn, NeverWhereTheServerForbidsIt) {
  const FakeServer server("* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hi\r\n", [&](const std::string& line) { return ordinary_answer(line, one_mail, "IMAP4rev1 LOGINDISABLED"); });
  const auto followed = reader(account(server));
  EXPECT_TRUE(run_until([&] { return followed->health().state == MailboxHealth::State::failing; }));
  EXPECT_EQ(server.count("LOGIN \""), 0U);
}

}  // namespace
}  // namespace parley::channels::email::imap
