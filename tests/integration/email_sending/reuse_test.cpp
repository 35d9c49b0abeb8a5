// Connections are used again while that is safe, and a stale one costs nothing but a new connection.
#include <thread>

#include "tests/integration/email_sending/send_support.h"

namespace parley::channels::email {
namespace {

using namespace testing_support;
using Kind = SmtpOutcome::Kind;

TEST_F(Sending, OneConnectionForMailsOfOneRoute) {
  ScriptedServer server({});
  for (int i = 0; i < 5; ++i) { EXPECT_EQ(send(server).kind, Kind::sent); }
  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(server.mails().size(), 5U);
  EXPECT_EQ(count_of(server.commands(), "RSET"), 4U);
}

TEST_F(Sending, AlsoAfterARefusal) {
  ScriptedServer server(saying("RCPT TO:<gone", "550 5.1.1 no"));
  EXPECT_EQ(send(server, mail_of(small_mail, {"gone@x.example"})).kind, Kind::refused);
  EXPECT_EQ(send(server).kind, Kind::sent);
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(Sending, OtherSettingsMeanAnotherConnection) {
  ScriptedServer server({});
  EXPECT_EQ(send(server).kind, Kind::sent);
  SmtpRoute other = route_to(server);
  other.helo = "other.example";
  EXPECT_EQ(sender.hand_over(other, mail_of()).kind, Kind::sent);
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(Sending, IdleConnectionsAreClosedAfterAMinute) {
  ScriptedServer server({});
  send(server);
  clock->advance(milliseconds(59'000));
  send(server);
  EXPECT_EQ(server.connections(), 1);
  clock->advance(milliseconds(61'000));
  sender.close_idle();
  for (int i = 0; i < 500 && count_of(server.commands(), "QUIT") == 0; ++i) { std::this_thread::sleep_for(milliseconds(10)); }
  EXPECT_EQ(count_of(server.commands(), "QUIT"), 1U);
  send(server);
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(Sending, ConnectionsAreChangedAfterManyMails) {
  SmtpLimits limits;
  limits.mails_per_connection = 3;
  SmtpSender frugal(clock, limits);
  ScriptedServer server({});
  for (int i = 0; i < 7; ++i) { EXPECT_EQ(frugal.hand_over(route_to(server), mail_of()).kind, Kind::sent); }
  EXPECT_EQ(server.connections(), 3);
}

TEST_F(Sending, AServerThatHangsUpBetweenMailsIsNotNoticed) {
  for (const char* const farewell : {"!cut", "!reset", "421 4.4.2 idle too long!cut", "500 5.5.1 not again!cut"}) {
    ScriptedServer server(saying("RSET", farewell));
    EXPECT_EQ(send(server).kind, Kind::sent);
    const auto outcome = send(server);
    EXPECT_EQ(outcome.kind, Kind::sent) << farewell << outcome.error;
    EXPECT_EQ(server.connections(), 2);
    EXPECT_EQ(server.mails().size(), 2U);
  }
  ScriptedServer server(saying("<dot>", "250 2.0.0 ok\r\n421 4.3.2 and goodbye!cut"));  // closed before we come again
  EXPECT_EQ(send(server).kind, Kind::sent);
  EXPECT_EQ(send(server).kind, Kind::sent);
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(Sending, ABrokenConnectionIsNotUsedAgain) {
  std::atomic<int> dots{0};
  ScriptedServer::Options options;
  options.script = [&](const std::string& event) -> std::string { return event == "<dot>" && ++dots == 1 ? "!cut" : ""; };
  ScriptedServer server(options);
  EXPECT_EQ(send(server).kind, Kind::unknown);  // and above all not tried again on another connection
  EXPECT_EQ(server.dots(), 1);
  EXPECT_EQ(send(server).kind, Kind::sent);
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(Sending, ManyThreadsEachMailOnce) {
  ScriptedServer server({});
  std::vector<std::thread> threads;
  std::atomic<int> sent{0};
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 25; ++i) {
        const std::string raw = "Subject: " + std::to_string(t * 100 + i) + "\r\n\r\nx\r\n";
        sent += send(server, mail_of(raw)).kind == Kind::sent ? 1 : 0;
      }
    });
  }
  for (auto& thread : threads) { thread.join(); }
  EXPECT_EQ(sent, 200);
  std::set<std::string> subjects;
  for (const auto& mail : server.mails()) { subjects.insert(mail.data); }
  EXPECT_EQ(server.mails().size(), 200U);
  EXPECT_EQ(subjects.size(), 200U);
  EXPECT_LE(server.connections(), 8 + 8);  // at most one each at a time, changed after 50 mails
}

}  // namespace
}  // namespace parley::channels::email
