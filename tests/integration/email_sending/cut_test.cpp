// The connection breaks at every point there is. What the sender says must fit what the server really has: a mail that may be there is never
// "retry_later", and a mail that cannot be there is never "unknown".
#include "tests/integration/email_sending/send_support.h"

namespace parley::channels::email {
namespace {

using namespace testing_support;
using Kind = SmtpOutcome::Kind;
using Stage = SmtpOutcome::Stage;

struct Point {
  const char* at;    // event
  const char* says;  // before the break; "~": in the middle of a line
  Kind kind;
  Stage stage;
};
const std::vector<Point>& points() {
  static const std::vector<Point> all = {
      {"<connect>", "", Kind::retry_later, Stage::connect},
      {"<connect>", "22~", Kind::retry_later, Stage::connect},
      {"<connect>", "220 hello", Kind::retry_later, Stage::login},
      {"EHLO", "", Kind::retry_later, Stage::login},
      {"EHLO", "250-test.exam~", Kind::retry_later, Stage::login},
      {"EHLO", "250 test.example", Kind::retry_later, Stage::envelope},
      {"MAIL", "", Kind::retry_later, Stage::envelope},
      {"MAIL", "250 2.1.~", Kind::retry_later, Stage::envelope},
      {"MAIL", "250 2.1.0 ok", Kind::retry_later, Stage::envelope},
      {"RCPT", "", Kind::retry_later, Stage::envelope},
      {"RCPT", "250 2.1.5 ok", Kind::retry_later, Stage::envelope},
      {"DATA", "", Kind::retry_later, Stage::envelope},
      {"DATA", "35~", Kind::retry_later, Stage::envelope},
      {"<dot>", "", Kind::unknown, Stage::answer},
      {"<dot>", "2~", Kind::unknown, Stage::answer},
      {"<dot>", "250 2.0.0 Ok: queued as 4AB~", Kind::unknown, Stage::answer},
      {"<dot>", "250-2.0.0 first line of two", Kind::unknown, Stage::answer},
      {"<dot>", "HTTP/1.1 200 OK", Kind::unknown, Stage::answer},
      {"<dot>", "250 2.0.0 Ok: queued as 4ABCD", Kind::sent, Stage::answer},
      {"<dot>", "451 4.3.0 later", Kind::retry_later, Stage::answer},
      {"<dot>", "554 5.7.1 spam", Kind::refused, Stage::answer},
  };
  return all;
}

enum class Wire : unsigned char { open, tls };
using CutCase = std::tuple<std::size_t, const char*, Wire>;
class Cuts : public Sending, public testing::WithParamInterface<CutCase> {};

TEST_P(Cuts, AreToldApart) {
  const auto& [index, end, wire] = GetParam();
  const Point& point = points()[index];
  auto options = saying(point.at, std::string(point.says) + end);
  const bool is_tls = wire == Wire::tls;
  if (is_tls) {
    secure(options);
    options.begins_with_tls = true;
  }
  ScriptedServer server(options);
  SmtpRoute route = route_to(server, is_tls ? Security::tls : Security::none);
  route.ca_file = options.certificate_file;
  const auto outcome = sender.hand_over(route, mail_of());
  const bool is_aborted = std::string_view(end) == "!reset";
  // An aborted connection may take with it what was said just before.
  if (is_aborted && point.kind != Kind::unknown && std::string_view(point.at) == "<dot>") {
    EXPECT_TRUE(outcome.kind == point.kind || outcome.kind == Kind::unknown) << outcome.kind;
  } else {
    EXPECT_EQ(outcome.kind, point.kind) << outcome.error;
    if (!is_aborted) { EXPECT_EQ(outcome.stage, point.stage); }
  }
  EXPECT_EQ(outcome.error.empty(), outcome.kind == Kind::sent);
  if (outcome.kind == Kind::retry_later || outcome.kind == Kind::refused) { EXPECT_TRUE(server.mails().empty()); }
  if (outcome.kind == Kind::unknown) { EXPECT_EQ(server.dots(), 1); }
}
INSTANTIATE_TEST_SUITE_P(Smtp, Cuts,
                         testing::Combine(testing::Range<std::size_t>(0, 21), testing::Values("!cut", "!reset"), testing::Values(Wire::open, Wire::tls)));

TEST_F(Sending, BreaksInTheMiddleOfTheContentAreRetried) {
  std::string raw = "Subject: big\r\n\r\n";  // more than both sockets hold, so the end cannot have left
  while (raw.size() < 30'000'000) { raw += "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB\r\n"; }
  for (const char* const end : {"!cut", "!reset"}) {
    for (const std::size_t after : {std::size_t{1}, std::size_t{1'000}, std::size_t{70'000}, std::size_t{1'000'000}}) {
      ScriptedServer::Options options;
      options.script = [after, end](const std::string& event) -> std::string {
        return event.starts_with("<content ") && std::stoul(event.substr(9)) >= after ? end : "";
      };
      ScriptedServer server(options);
      const auto outcome = send(server, mail_of(raw));
      EXPECT_EQ(outcome.kind, Kind::retry_later) << outcome.error;
      EXPECT_EQ(outcome.stage, Stage::content);
      EXPECT_EQ(server.dots(), 0);
    }
  }
}

TEST_F(Sending, RefusedInTheMiddleOfTheContent) {
  std::string raw = "Subject: big\r\n\r\n";
  while (raw.size() < 8'000'000) { raw += "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB\r\n"; }
  ScriptedServer::Options options;  // says why, goes on reading for a while, and never sees the dot
  options.script = [](const std::string& event) -> std::string { return event.starts_with("<content ") && std::stoul(event.substr(9)) >= 500'000 ? "552 5.3.4 too big!silent" : ""; };
  SmtpLimits limits;
  limits.progress = milliseconds(400);
  SmtpSender impatient(clock, limits);
  ScriptedServer server(options);
  const auto outcome = impatient.hand_over(route_to(server), mail_of(raw));
  EXPECT_NE(outcome.kind, Kind::unknown);
  EXPECT_NE(outcome.kind, Kind::sent);
  EXPECT_EQ(server.dots(), 0);
}

TEST_F(Sending, AServerThatGivesUpBeforeTheDotHasNoMail) {
  // The whole content fits the socket: only a look before the dot can see that the other side is gone.
  ScriptedServer::Options options;
  options.script = [](const std::string& event) -> std::string { return event.starts_with("<content ") ? "421 4.3.2 shutting down!cut" : ""; };
  ScriptedServer server(options);
  const auto outcome = send(server);
  EXPECT_TRUE(outcome.kind == Kind::retry_later || outcome.kind == Kind::unknown) << outcome.kind;  // unknown only when the dot was quicker
  EXPECT_EQ(server.dots(), 0);
}

TEST_F(Sending, EndlessAndSenselessAnswers) {
  const std::string endless(200'000, 'x');
  std::string many;
  for (int i = 0; i < 3'000; ++i) { many += "250-" + std::string(60, 'y') + "\r\n"; }
  for (const std::string& noise : {endless, many, std::string("\r\n\r\n\r\n"), std::string("999 no"), std::string("250x"), std::string("25")}) {
    ScriptedServer envelope(saying("MAIL", noise));
    EXPECT_EQ(send(envelope).kind, Kind::retry_later);
    ScriptedServer answer(saying("<dot>", noise));
    EXPECT_EQ(send(answer).kind, Kind::unknown);
    EXPECT_EQ(answer.dots(), 1);
  }
}

}  // namespace
}  // namespace parley::channels::email
