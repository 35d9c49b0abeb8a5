// Servers that break the protocol, lie, stall or hang up, played by a script.
#include <algorithm>

#include "tests/integration/email_imap/fake_server.h"
#include "tests/integration/email_imap/mail_desk.h"

namespace parley::channels::email::imap {
namespace {

const std::string greeting = "* OK ready\r\n";
const std::vector<std::string> mails{mail("one"), mail("two"), mail("three")};

class HostileServer : public MailDesk {
 protected:
  HostileServer() { options.limits.answer = options.limits.greeting = 500ms; }
  ImapAccount account(const FakeServer& server) const {
    return {.host = "127.0.0.1", .port = server.port(), .security = Security::none, .user = "shop", .secret = "test"};
  }
  bool is_failing(const MailboxReader& followed) { return followed.health().state == MailboxHealth::State::failing; }
  static bool asks_for(const std::string& line, int uid) { return line.find("UID FETCH " + std::to_string(uid) + " (UID BODY.PEEK[") != std::string::npos; }
};

TEST_F(HostileServer, OrdinaryOneWorks) {
  const FakeServer server(greeting, [](const std::string& line) { return ordinary_answer(line, mails); });
  const auto followed = reader(account(server));
  EXPECT_TRUE(run_until([&] { return desk->saved.uid == 3; })) << followed->health().error;
  EXPECT_EQ(desk->taken.size(), 3U);
}

TEST_F(HostileServer, AMailboxThatWasRestoredFromAnOlderCopyLosesNoMail) {
  std::mutex mutex;
  std::vector<std::string> held = mails;
  const FakeServer server(greeting, [&](const std::string& line) {
    const std::lock_guard lock(mutex);
    return ordinary_answer(line, held);
  });
  auto before = reader(account(server));
  ASSERT_TRUE(run_until([&] { return desk->saved.uid == 3; })) << before->health().error;
  before.reset();
  settle();
  {  // the copy of yesterday, and one mail since then, under a number that was another's
    const std::lock_guard lock(mutex);
    held = {mails[0], mail("since then")};
  }
  const auto after = reader(account(server));
  ASSERT_TRUE(run_until([&] { return desk->has("since then"); })) << after->health().error;
  EXPECT_EQ(desk->taken.size(), 5U) << "the first is offered again, and none of them is taken for another";
  EXPECT_EQ(desk->count("since then"), 1U);
  ASSERT_TRUE(run_until([&] { return desk->saved.uid == 2; }));
  EXPECT_EQ(desk->saved.rewinds, 1U);
  EXPECT_EQ(desk->saved.uidvalidity, 77U);
}

TEST_F(HostileServer, AServerWithoutUidnextIsNotTakenForARestoredOne) {
  std::mutex mutex;
  std::vector<std::string> held = mails;
  const FakeServer server(greeting, [&](const std::string& line) {
    const std::lock_guard lock(mutex);
    std::string answer = ordinary_answer(line, held);
    if (const auto at = answer.find("* OK [UIDNEXT"); at != std::string::npos) { answer.erase(at, answer.find("\r\n", at) + 2 - at); }
    return answer;
  });
  auto before = reader(account(server));
  ASSERT_TRUE(run_until([&] { return desk->saved.uid == 3; })) << before->health().error;
  before.reset();
  settle();
  {  // somebody deleted the newest ones
    const std::lock_guard lock(mutex);
    held.resize(1);
  }
  const auto after = reader(account(server));
  ASSERT_TRUE(run_until([&] { return after->health().state == MailboxHealth::State::ok; }));
  run_for(200ms);
  EXPECT_EQ(desk->offered, (std::vector<std::uint32_t>{1, 2, 3}));
}

TEST_F(HostileServer, AUidnextBelowAMailThatIsThereIsNotBelieved) {
  const FakeServer server(greeting, [&](const std::string& line) {
    std::string answer = ordinary_answer(line, mails);
    if (const auto at = answer.find("[UIDNEXT 4]"); at != std::string::npos) { answer.replace(at, 11, "[UIDNEXT 2]"); }
    return answer;
  });
  auto before = reader(account(server));
  ASSERT_TRUE(run_until([&] { return desk->saved.uid == 3; })) << before->health().error;
  before.reset();
  settle();
  desk->offered.clear();
  const auto after = reader(account(server));
  ASSERT_TRUE(run_until([&] { return after->health().state == MailboxHealth::State::ok; }));
  run_for(200ms);
  EXPECT_TRUE(desk->offered.empty()) << "at every visit it would be the whole mailbox";
  EXPECT_EQ(desk->saved.rewinds, 0U);
}

TEST_F(HostileServer, HangsUpInTheMiddleOfOneMail) {
  const FakeServer server(greeting, [](const std::string& line) -> std::string {
    if (asks_for(line, 2)) { return FakeServer::hang_up; }
    return ordinary_answer(line, mails);
  });
  const auto followed = reader(account(server));
  ASSERT_TRUE(run_until([&] { return desk->has("Subject: one") && desk->has("Subject: three"); })) << "a mail that ends every connection holds up nobody";
  EXPECT_EQ(desk->saved.uid, 1U);
}

TEST_F(HostileServer, StopsInTheMiddleOfAMailOnce) {
  std::atomic<int> cuts{0};
  const FakeServer server(greeting, [&](const std::string& line) -> std::string {
    if (asks_for(line, 2) && cuts++ == 0) { return "* 2 FETCH (UID 2 BODY[] {5000}\r\nFrom: a\r\n* BYE\r\n" + std::string(6'000, 'x') + ")\r\n$ OK done\r\n"; }
    return ordinary_answer(line, mails);
  });
  const auto followed = reader(account(server));
  ASSERT_TRUE(run_until([&] { return desk->taken.size() >= 2; })) << followed->health().error;
}

TEST_F(HostileServer, AnnouncesFourGigabytes) {
  const FakeServer server(greeting, [](const std::string& line) -> std::string {
    if (asks_for(line, 2)) { return "* 2 FETCH (UID 2 BODY[] {4294967296}\r\nxxxx"; }
    return ordinary_answer(line, mails);
  });
  const auto followed = reader(account(server));
  ASSERT_TRUE(run_until([&] { return desk->saved.uid == 3; })) << followed->health().error;
  const auto& cut = desk->taken.at({77, 0, 2});
  EXPECT_TRUE(cut.is_cut);
  EXPECT_TRUE(cut.raw->empty()) << "even its header was too large; it is known all the same";
}

TEST_F(HostileServer, HandsOutNothingOrNonsenseForOneMail) {
  for (const std::string answer : {"$ OK done\r\n", "* 2 FETCH (UID 2 BODY[] NIL)\r\n$ OK done\r\n", "* 2 FETCH ((((\r\n$ OK done\r\n", "$ NO cannot read it\r\n", "$ BAD what\r\n"}) {
    SCOPED_TRACE(answer);
    desk = std::make_shared<Desk>();
    const FakeServer server(greeting, [&](const std::string& line) { return asks_for(line, 2) ? answer : ordinary_answer(line, mails); });
    const auto followed = reader(account(server));
    EXPECT_TRUE(run_until([&] { return desk->taken.size() == 2; }));
    run_for(100ms);
    EXPECT_EQ(desk->saved.uid, 1U);
    EXPECT_FALSE(followed->health().error.empty());
  }
}

TEST_F(HostileServer, IsSilentSomewhere) {
  for (const std::string silent : {"", "LOGIN", "SELECT", "UID SEARCH", "BODY.PEEK", "STORE", "DONE"}) {
    SCOPED_TRACE(silent);
    options.idle_limit = 100ms;
    desk = std::make_shared<Desk>();
    const FakeServer server(silent.empty() ? "" : greeting, [&](const std::string& line) { return line.find(silent) != std::string::npos ? std::string() : ordinary_answer(line, mails); });
    const auto followed = reader(account(server));
    EXPECT_TRUE(run_until([&] { return is_failing(*followed); }, 5s));
    EXPECT_TRUE(run_until([&] { return server.connections() >= 2; }, 5s)) << "and is connected to again";
  }
}

TEST_F(HostileServer, SaysWhatIsNoImap) {
  std::vector<std::string> greetings{"220 smtp.example ESMTP\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n", "* BYE full\r\n", "* 1 EXISTS\r\n", "\r\n"};
  greetings.emplace_back(200'000, 'x');
  greetings.emplace_back(1'000, '\0').append("\r\n");
  for (const auto& words : greetings) {
    SCOPED_TRACE(words.substr(0, 20));
    const FakeServer server(words, [](const std::string&) { return std::string(); });
    const auto followed = reader(account(server));
    EXPECT_TRUE(run_until([&] { return is_failing(*followed); }, 5s));
    EXPECT_EQ(server.count("LOGIN"), 0U) << "no password for it";
  }
}

TEST_F(HostileServer, AnswersSearchesWithEverything) {
  const FakeServer server(greeting, [](const std::string& line) -> std::string {
    if (line.find("UID SEARCH") != std::string::npos) { return "* ESEARCH (TAG \"x\") UID ALL 1:4294967295\r\n$ OK done\r\n"; }
    return ordinary_answer(line, mails);
  });
  const auto followed = reader(account(server));
  EXPECT_TRUE(run_until([&] { return desk->taken.size() == 3; })) << followed->health().error;
}

TEST_F(HostileServer, GarblesWhatItKnowsAboutAMail) {
  const FakeServer server(greeting, [](const std::string& line) -> std::string {
    if (line.find("RFC822.SIZE") != std::string::npos) { return "* 1 FETCH (UID 1 FLAGS () RFC822.SIZE 10)\r\n* 2 FETCH (UID 2 FLAGS oops\r\n$ OK done\r\n"; }
    return ordinary_answer(line, mails);
  });
  const auto followed = reader(account(server));
  EXPECT_TRUE(run_until([&] { return desk->saved.uid == 3; })) << "what is not described is fetched all the same";
  EXPECT_EQ(desk->taken.size(), 3U);
}

TEST_F(HostileServer, GarblesASearch) {
  std::atomic<int> garbled{0};
  const FakeServer server(greeting, [&](const std::string& line) -> std::string {
    if (line.find("UID SEARCH") != std::string::npos && garbled++ < 2) { return "* SEARCH 1 2 oops\r\n$ OK done\r\n"; }
    return ordinary_answer(line, mails);
  });
  const auto followed = reader(account(server));
  EXPECT_TRUE(run_until([&] { return desk->taken.size() == 3; })) << "nothing is passed because of it";
}

TEST_F(HostileServer, OffersNoStartTls) {
  for (const std::string first : {"* OK ready\r\n", "* PREAUTH welcome\r\n", "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n"}) {
    const FakeServer server(first, [](const std::string& line) { return ordinary_answer(line, mails); });
    auto encrypted = account(server);
    encrypted.security = Security::starttls;
    const auto followed = reader(encrypted);
    EXPECT_TRUE(run_until([&] { return is_failing(*followed); }));
    EXPECT_NE(followed->health().error.find("STARTTLS"), std::string::npos);
    EXPECT_EQ(server.count("LOGIN") + server.count("AUTHENTICATE"), 0U);
  }
}

TEST_F(HostileServer, SlipsPlainTextInBehindStartTls) {
  const FakeServer server(greeting, [](const std::string& line) -> std::string {
    if (line.find("STARTTLS") != std::string::npos) { return "$ OK go\r\n* PREAUTH injected\r\n"; }
    return ordinary_answer(line, mails, "IMAP4rev1 STARTTLS AUTH=PLAIN");
  });
  auto encrypted = account(server);
  encrypted.security = Security::starttls;
  const auto followed = reader(encrypted);
  EXPECT_TRUE(run_until([&] { return is_failing(*followed); }));
  EXPECT_EQ(server.count("LOGIN") + server.count("AUTHENTICATE") + server.count("SELECT"), 0U);
}

TEST_F(HostileServer, RefusesToMarkWhatWasTaken) {
  const FakeServer server(greeting, [](const std::string& line) -> std::string {
    if (line.find("STORE") != std::string::npos) { return "$ NO you may not\r\n"; }
    return ordinary_answer(line, mails);
  });
  const auto followed = reader(account(server));
  ASSERT_TRUE(run_until([&] { return desk->taken.size() == 3; }));
  EXPECT_TRUE(run_until([&] { return followed->health().error.find("you may not") != std::string::npos; }));
  EXPECT_EQ(followed->health().state, MailboxHealth::State::ok) << "mail comes in";
}

TEST_F(HostileServer, StopsAtOnceWhateverItIsDoing) {
  for (const std::string silent : {"LOGIN", "BODY.PEEK", "nothing"}) {
    desk = std::make_shared<Desk>();
    options.limits.answer = 60s;
    const FakeServer server(greeting, [&](const std::string& line) { return line.find(silent) != std::string::npos ? std::string() : ordinary_answer(line, mails); });
    auto followed = reader(account(server));
    ASSERT_TRUE(run_until([&] { return server.count(silent) > 0 || desk->saved.uid == 3; }));
    run_for(100ms);
    followed->stop();
    EXPECT_EQ(followed->health().state, MailboxHealth::State::off);
    followed.reset();
    const auto began = std::chrono::steady_clock::now();
    settle();
    EXPECT_LT(std::chrono::steady_clock::now() - began, 4s) << "nothing is left running";
    if (silent == "nothing") { EXPECT_EQ(server.count("LOGOUT"), 1U); }
  }
}

}  // namespace
}  // namespace parley::channels::email::imap
