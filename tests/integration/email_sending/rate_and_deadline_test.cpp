// Nothing waits for ever, no server is flooded, and stopping is quick.
#include <thread>

#include "tests/integration/email_sending/send_support.h"

namespace parley::channels::email {
namespace {

using namespace testing_support;
using Kind = SmtpOutcome::Kind;
using Stage = SmtpOutcome::Stage;
using Steady = std::chrono::steady_clock;

HandOver paced(int per_minute, std::uint64_t mail = 0, const char* sender = "inbox/1") {
  auto out = mail_of();
  out.pace = {sender, per_minute, mail};
  return out;
}

TEST_F(Sending, RateIsKeptByTheClock) {
  ScriptedServer server({});
  const SmtpRoute route = route_to(server);
  EXPECT_EQ(sender.hand_over(route, paced(12)).kind, Kind::sent);
  EXPECT_EQ(sender.hand_over(route, paced(12)).kind, Kind::sent);
  const auto held = sender.hand_over(route, paced(12));
  EXPECT_EQ(held.kind, Kind::retry_later);
  EXPECT_TRUE(held.is_held());
  EXPECT_EQ(held.retry_after, milliseconds(5'000));
  EXPECT_TRUE(held.not_taken.empty());
  clock->advance(milliseconds(4'999));
  EXPECT_TRUE(sender.hand_over(route, paced(12)).is_held());
  clock->advance(milliseconds(1));
  EXPECT_EQ(sender.hand_over(route, paced(12)).kind, Kind::sent);
  EXPECT_EQ(sender.hand_over(route, paced(12, 0, "inbox/2")).kind, Kind::sent) << "another inbox at the same relay has its own";
}

TEST_F(Sending, EachMailThatIsHeldBackHasATurnOfItsOwn) {
  ScriptedServer server({});
  const SmtpRoute route = route_to(server);
  int held_back = 0;
  std::map<std::uint64_t, TimePoint> due;
  for (std::uint64_t mail = 1; mail <= 30; ++mail) { due[mail] = clock->now(); }
  while (!due.empty()) {
    const auto next = std::min_element(due.begin(), due.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    if (next->second > clock->now()) { clock->advance(next->second - clock->now()); }
    const auto outcome = sender.hand_over(route, paced(60, next->first));
    if (!outcome.is_held()) {
      due.erase(next);
      continue;
    }
    ++held_back;
    next->second = clock->now() + outcome.retry_after;
  }
  EXPECT_EQ(held_back, 20) << "ten go at once; nobody is asked to wait twice";
}

TEST_F(Sending, NoMinuteSeesMuchMoreThanTheRate) {
  ScriptedServer server({});
  const SmtpRoute route = route_to(server);
  std::vector<int> per_second;
  for (int second = 0; second < 180; ++second) {
    int sent = 0;
    while (!sender.hand_over(route, paced(60)).is_held()) { ++sent; }
    per_second.push_back(sent);
    clock->advance(milliseconds(1'000));
  }
  for (std::size_t from = 0; from + 60 <= per_second.size(); ++from) {
    const int in_minute = std::accumulate(per_second.begin() + static_cast<long>(from), per_second.begin() + static_cast<long>(from) + 60, 0);
    EXPECT_LE(in_minute, 70);
    EXPECT_GE(in_minute, 59);
  }
}

SmtpLimits impatient() {
  SmtpLimits limits;
  limits.connect = limits.progress = limits.whole = milliseconds(300);
  return limits;
}

TEST_F(Sending, SilenceEndsWithWhatIsKnown) {
  SmtpSender quick(clock, impatient());
  struct Case {
    const char *at, *says;
    Kind kind;
    Stage stage;
  };
  for (const auto& each : {Case{"<connect>", "!silent", Kind::retry_later, Stage::connect}, Case{"EHLO", "!silent", Kind::retry_later, Stage::login},
                           Case{"MAIL", "!silent", Kind::retry_later, Stage::envelope}, Case{"RCPT", "250~!silent", Kind::retry_later, Stage::envelope},
                           Case{"DATA", "!silent", Kind::retry_later, Stage::envelope}, Case{"<dot>", "!silent", Kind::unknown, Stage::answer}}) {
    ScriptedServer server(saying(each.at, each.says));
    const auto began = Steady::now();
    const auto outcome = quick.hand_over(route_to(server), mail_of());
    EXPECT_EQ(outcome.kind, each.kind) << each.at << ": " << outcome.error;
    EXPECT_EQ(outcome.stage, each.stage) << each.at;
    EXPECT_LT(Steady::now() - began, milliseconds(3'000));
  }
}

TEST_F(Sending, AServerThatStopsReadingIsLeft) {
  std::string raw = "Subject: big\r\n\r\n";
  while (raw.size() < 20'000'000) { raw += "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB\r\n"; }
  SmtpLimits limits = impatient();
  limits.connect = limits.whole = milliseconds(3'000);  // what a busy machine needs to come as far as the content
  SmtpSender quick(clock, limits);
  ScriptedServer server(saying("<content", "!silent"));
  const auto outcome = quick.hand_over(route_to(server), mail_of(raw));
  EXPECT_EQ(outcome.kind, Kind::retry_later);
  EXPECT_EQ(outcome.stage, Stage::content);
}

TEST_F(Sending, NobodyListens) {
  std::uint16_t port = 0;
  {
    ScriptedServer gone({});
    port = gone.port();
  }
  SmtpRoute route;
  route.host = "127.0.0.1";
  route.port = port;
  route.security = Security::none;
  auto outcome = sender.hand_over(route, mail_of());
  EXPECT_EQ(outcome.kind, Kind::retry_later);
  EXPECT_EQ(outcome.stage, Stage::connect);
  EXPECT_TRUE(outcome.is_route_problem());
  route.host = "no-such-host.invalid";
  outcome = sender.hand_over(route, mail_of());
  EXPECT_EQ(outcome.kind, Kind::retry_later);
  EXPECT_EQ(outcome.stage, Stage::resolve);
  for (const char* const evil : {"a b", "x/y", "user@host", "h\r\nQUIT", "", "h?x", "h#x"}) {
    route.host = evil;
    EXPECT_EQ(sender.hand_over(route, mail_of()).stage, Stage::resolve) << evil;
  }
}

TEST_F(Sending, ADeadRouteRestsAndThenIsTriedAgain) {
  std::atomic<bool> is_up{false};
  ScriptedServer::Options options;
  options.script = [&](const std::string& event) -> std::string { return event == "<connect>" && !is_up ? "421 4.3.2 going down!cut" : ""; };
  ScriptedServer server(options);
  EXPECT_TRUE(send(server).is_route_problem());
  const auto rested = send(server);
  EXPECT_TRUE(rested.is_route_problem());
  EXPECT_FALSE(rested.error.empty()) << "the second mail says what the first one met";
  EXPECT_EQ(server.connections(), 1);
  clock->advance(milliseconds{10'000});
  EXPECT_EQ(send(server).kind, Kind::retry_later);
  EXPECT_EQ(server.connections(), 2);
  is_up = true;
  clock->advance(milliseconds{19'999});
  EXPECT_EQ(send(server).kind, Kind::retry_later) << "the second rest is twice as long";
  clock->advance(milliseconds{1});
  EXPECT_EQ(send(server).kind, Kind::sent);
  EXPECT_EQ(send(server).kind, Kind::sent);
}

TEST_F(Sending, StoppingEndsWaitsAndLetsNoNewOnesBegin) {
  for (const char* const at : {"<connect>", "MAIL"}) {
    SmtpSender patient(clock);
    std::atomic<bool> is_waiting{false};
    ScriptedServer::Options options;
    options.script = [&, at](const std::string& event) -> std::string {
      if (!event.starts_with(at)) { return {}; }
      is_waiting = true;
      return "!silent";
    };
    ScriptedServer server(options);
    SmtpOutcome outcome;
    std::thread worker([&] { outcome = patient.hand_over(route_to(server), mail_of()); });
    while (!is_waiting) { std::this_thread::yield(); }
    const auto began = Steady::now();
    patient.stop();
    worker.join();
    EXPECT_LT(Steady::now() - began, milliseconds(5'000));
    EXPECT_EQ(outcome.kind, Kind::retry_later);
    EXPECT_TRUE(patient.hand_over(route_to(server), mail_of()).is_held());
  }
}

TEST_F(Sending, StoppingWaitsForTheAnswerToAMailThatHasLeft) {
  SmtpSender patient(clock);
  std::atomic<bool> has_dot{false}, may_answer{false};
  ScriptedServer::Options options;
  options.script = [&](const std::string& event) -> std::string {
    if (event != "<dot>") { return {}; }
    has_dot = true;
    while (!may_answer) { std::this_thread::yield(); }
    return {};
  };
  ScriptedServer server(options);
  SmtpOutcome outcome;
  std::thread worker([&] { outcome = patient.hand_over(route_to(server), mail_of()); });
  while (!has_dot) { std::this_thread::yield(); }
  patient.stop();
  may_answer = true;
  worker.join();
  EXPECT_EQ(outcome.kind, Kind::sent);
}

}  // namespace
}  // namespace parley::channels::email
