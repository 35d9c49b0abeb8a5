// What the server says is what the caller learns, for the mail and for each recipient.
#include "tests/integration/email_sending/send_support.h"

namespace parley::channels::email {
namespace {

using namespace testing_support;
using Kind = SmtpOutcome::Kind;
using Stage = SmtpOutcome::Stage;

TEST_F(Sending, MailArrivesAsItWas) {
  ScriptedServer server({});
  const auto outcome = send(server);
  EXPECT_EQ(outcome.kind, Kind::sent) << outcome.error;
  EXPECT_EQ(outcome.provider_id, "4TEST1");
  EXPECT_EQ(outcome.status, "2.0.0");
  EXPECT_TRUE(outcome.error.empty());
  EXPECT_TRUE(outcome.not_taken.empty());
  ASSERT_EQ(server.mails().size(), 1U);
  EXPECT_EQ(server.mails()[0].from, "<support@shop.example> SIZE=" + std::to_string(small_mail.size() + 3));
  EXPECT_EQ(server.mails()[0].recipients, std::vector<std::string>{"<b@customer.example>"});
  EXPECT_EQ(server.mails()[0].data, small_mail);
  EXPECT_EQ(server.commands()[0], "EHLO shop.example");
}

TEST_F(Sending, BareLineEndsCannotSmuggleASecondMail) {
  ScriptedServer server({});
  send(server, mail_of("Subject: x\r\n\r\nfirst\n.\r\nMAIL FROM:<evil@x.example>\r.\rlast\n.\n"));
  ASSERT_EQ(server.mails().size(), 1U);
  EXPECT_EQ(server.mails()[0].data, "Subject: x\r\n\r\nfirst\r\n.\r\nMAIL FROM:<evil@x.example>\r\n.\r\nlast\r\n.\r\n");
}

TEST_F(Sending, EmptyReturnPathAndQuotedLocalParts) {
  ScriptedServer server({});
  HandOver mail = mail_of(small_mail, {"a..b@docomo.example", "小明@xn--fsqu00a.example"});
  mail.recipients.pop_back();
  mail.mail_from.clear();
  EXPECT_EQ(send(server, mail).kind, Kind::sent);
  EXPECT_TRUE(server.mails()[0].from.starts_with("<> "));
  EXPECT_EQ(server.mails()[0].recipients[0], "<\"a..b\"@docomo.example>");
}

TEST_F(Sending, ThirtyMegabytes) {
  std::string raw = "Subject: big\r\n\r\n";
  while (raw.size() < 30'000'000) { raw += "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB\r\n"; }
  ScriptedServer server({});
  EXPECT_EQ(send(server, mail_of(raw)).kind, Kind::sent);
  EXPECT_TRUE(server.mails()[0].data == raw);
}

struct Answer {
  const char *at, *says;
  Kind kind;
  Stage stage;
  const char* status;
};
std::ostream& operator<<(std::ostream& out, const Answer& answer) { return out << answer.at << ": " << answer.says; }
class Answers : public Sending, public testing::WithParamInterface<Answer> {};
TEST_P(Answers, DecideTheOutcome) {
  const Answer& answer = GetParam();
  ScriptedServer server(saying(answer.at, answer.says));
  const auto outcome = send(server);
  EXPECT_EQ(outcome.kind, answer.kind) << outcome.error;
  EXPECT_EQ(outcome.stage, answer.stage);
  EXPECT_EQ(outcome.status, answer.status);
  EXPECT_EQ(outcome.error.empty(), answer.kind == Kind::sent);
  EXPECT_EQ(outcome.provider_id.empty(), answer.kind != Kind::sent || outcome.status.empty());
  if (answer.kind != Kind::unknown) { EXPECT_EQ(server.mails().size(), answer.kind == Kind::sent ? 1U : 0U); }
}
INSTANTIATE_TEST_SUITE_P(Smtp, Answers,
                         testing::Values(Answer{"<connect>", "554 5.7.1 go away", Kind::retry_later, Stage::connect, "5.7.1"},
                                         Answer{"<connect>", "421 4.3.2 busy!cut", Kind::retry_later, Stage::connect, "4.3.2"},
                                         Answer{"MAIL", "450 4.7.1 slow down", Kind::retry_later, Stage::envelope, "4.7.1"},
                                         Answer{"MAIL", "421 4.7.0 too many!cut", Kind::retry_later, Stage::envelope, "4.7.0"},
                                         Answer{"MAIL", "553 5.7.1 not your address", Kind::refused, Stage::envelope, "5.7.1"},
                                         Answer{"MAIL", "552 5.3.4 too big", Kind::refused, Stage::envelope, "5.3.4"},
                                         Answer{"MAIL", "530 5.7.0 log in first", Kind::retry_later, Stage::login, "5.7.0"},
                                         Answer{"RCPT", "450 4.2.1 greylisted", Kind::retry_later, Stage::envelope, "4.2.1"},
                                         Answer{"RCPT", "550-5.1.1 no such\r\n550 5.1.1 user", Kind::refused, Stage::envelope, "5.1.1"},
                                         Answer{"RCPT", "552 5.5.3 too many recipients", Kind::retry_later, Stage::envelope, "5.5.3"},
                                         Answer{"DATA", "451 4.3.0 disk full", Kind::retry_later, Stage::envelope, "4.3.0"},
                                         Answer{"DATA", "554 5.7.1 no", Kind::refused, Stage::envelope, "5.7.1"},
                                         Answer{"<dot>", "451 4.3.0 later", Kind::retry_later, Stage::answer, "4.3.0"},
                                         Answer{"<dot>", "554 5.7.1 spam", Kind::refused, Stage::answer, "5.7.1"},
                                         Answer{"<dot>", "250 thanks", Kind::sent, Stage::answer, ""}, Answer{"<dot>", "250 2.6.0 ok id=1abcdE-0001", Kind::sent, Stage::answer, "2.6.0"},
                                         Answer{"<dot>", "354 what", Kind::unknown, Stage::answer, ""}));

ScriptedServer::Options judging_recipients() {
  ScriptedServer::Options options;
  options.script = [](const std::string& event) -> std::string {
    if (!event.starts_with("RCPT")) { return {}; }
    return event.find("gone") != std::string::npos ? "550 5.1.1 no such user" : event.find("full") != std::string::npos ? "452 4.2.2 mailbox full" : "";
  };
  return options;
}

TEST_F(Sending, SomeRecipientsRefused) {
  for (const bool is_pipelined : {true, false}) {
    auto options = judging_recipients();
    if (!is_pipelined) { options.extensions.clear(); }
    ScriptedServer server(options);
    const auto outcome = send(server, mail_of(small_mail, {"gone@x.example", "anna@x.example", "full@x.example", "ben@x.example"}));
    EXPECT_EQ(outcome.kind, Kind::sent);
    ASSERT_EQ(outcome.not_taken.size(), 2U);
    EXPECT_EQ(outcome.not_taken[0].address, "gone@x.example");
    EXPECT_TRUE(outcome.not_taken[0].is_refused);
    EXPECT_EQ(outcome.not_taken[0].status, "5.1.1");
    EXPECT_EQ(outcome.not_taken[0].error, "550 no such user");
    EXPECT_EQ(outcome.not_taken[1].address, "full@x.example");
    EXPECT_FALSE(outcome.not_taken[1].is_refused);
    EXPECT_EQ(server.mails()[0].recipients, (std::vector<std::string>{"<anna@x.example>", "<ben@x.example>"}));
  }
}

TEST_F(Sending, NobodyTakenButSomebodyMayBeLater) {
  ScriptedServer server(judging_recipients());
  const auto outcome = send(server, mail_of(small_mail, {"gone@x.example", "full@x.example"}));
  EXPECT_EQ(outcome.kind, Kind::retry_later);
  EXPECT_EQ(outcome.status, "4.2.2");
  ASSERT_EQ(outcome.not_taken.size(), 2U);
  EXPECT_TRUE(outcome.not_taken[0].is_refused);
  EXPECT_EQ(count_of(server.commands(), "DATA"), 0U);
  EXPECT_EQ(send(server, mail_of(small_mail, {"gone@x.example"})).kind, Kind::refused);
}

TEST_F(Sending, HundredsOfRecipients) {
  for (const bool is_pipelined : {true, false}) {
    ScriptedServer::Options options;
    if (!is_pipelined) { options.extensions.clear(); }
    ScriptedServer server(options);
    std::vector<std::string> all;
    for (int i = 0; i < 320; ++i) { all.push_back("r" + std::to_string(i) + "@customer.example"); }
    EXPECT_EQ(send(server, mail_of(small_mail, all)).kind, Kind::sent);
    EXPECT_EQ(server.mails()[0].recipients.size(), 320U);
  }
}

TEST_F(Sending, BadEnvelopeNeverReachesTheServer) {
  ScriptedServer server({});
  for (const std::string& evil : {std::string("a@b.example>\r\nRCPT TO:<c@d.example"), std::string("a@b.example\n"), std::string("nobody"), std::string("")}) {
    EXPECT_EQ(send(server, mail_of(small_mail, {"ok@x.example", evil})).kind, Kind::refused);
    HandOver mail = mail_of();
    mail.mail_from = evil;
    if (!evil.empty()) { EXPECT_EQ(send(server, mail).kind, Kind::refused); }
  }
  EXPECT_EQ(send(server, mail_of(small_mail, {})).kind, Kind::refused);
  EXPECT_EQ(send(server, mail_of(small_mail, std::vector<std::string>(501, "a@b.example"))).kind, Kind::refused);
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(Sending, ForeignAddressesOnlyToServersThatTakeThem) {
  const HandOver mail = mail_of(small_mail, {"小明@例子.example"});
  ScriptedServer without({});
  const auto outcome = send(without, mail);
  EXPECT_EQ(outcome.kind, Kind::refused);
  EXPECT_EQ(outcome.status, "5.6.7");
  EXPECT_EQ(count_of(without.commands(), "MAIL"), 0U);

  ScriptedServer::Options options;
  options.extensions = {"SMTPUTF8", "8BITMIME"};
  ScriptedServer with(options);
  EXPECT_EQ(send(with, mail).kind, Kind::sent);
  EXPECT_TRUE(with.mails()[0].from.ends_with(" SMTPUTF8"));
  EXPECT_EQ(with.mails()[0].recipients[0], "<小明@xn--fsqu00a.example>");
  EXPECT_EQ(send(with, mail_of("Subject: x\r\n\r\n\xE4\xBD\xA0\r\n")).kind, Kind::sent);
  EXPECT_TRUE(with.mails()[1].from.ends_with(" BODY=8BITMIME"));
}

TEST_F(Sending, TextInTheServersOwnCharsetIsReadable) {
  ScriptedServer server(saying("RCPT", "550 \xD3\xC3\xBB\xA7 unknown"));
  EXPECT_EQ(send(server).error, "550 ???? unknown");
}

}  // namespace
}  // namespace parley::channels::email
