// TLS is what was asked for or nothing, and the log-in is the one the server knows.
#include "tests/integration/email_sending/send_support.h"

namespace parley::channels::email {
namespace {

using namespace testing_support;
using Kind = SmtpOutcome::Kind;
using Stage = SmtpOutcome::Stage;

class Secured : public Sending {
 protected:
  ScriptedServer::Options tls(std::vector<std::string> extensions, bool begins_with_tls, const std::string& host = "localhost", long ends_s = 3'600) {
    ScriptedServer::Options options;
    options.extensions = std::move(extensions);
    secure(options, host, ends_s);
    options.begins_with_tls = begins_with_tls;
    ca_file = options.certificate_file;
    return options;
  }
  SmtpRoute secure_route(const ScriptedServer& server, Security security) {
    SmtpRoute route = route_to(server, security);
    route.ca_file = ca_file;
    return route;
  }
  std::string ca_file;
};

TEST_F(Secured, StartTlsAndTls) {
  ScriptedServer by_command(tls({"STARTTLS"}, false)), at_once(tls({"PIPELINING"}, true));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(sender.hand_over(secure_route(by_command, Security::starttls), mail_of()).kind, Kind::sent);
    EXPECT_EQ(sender.hand_over(secure_route(at_once, Security::tls), mail_of()).kind, Kind::sent);
  }
  EXPECT_EQ(by_command.connections(), 1);
  EXPECT_EQ(at_once.connections(), 1);
  EXPECT_EQ(by_command.mails()[2].data, small_mail);
}

TEST_F(Secured, ExtensionsSaidInTheOpenDoNotCount) {
  int greetings = 0;
  auto options = tls({}, false);
  options.script = [&](const std::string& event) -> std::string {
    if (!event.starts_with("EHLO")) { return {}; }
    return ++greetings == 1 ? "250-x\r\n250-STARTTLS\r\n250 SMTPUTF8" : "250-x\r\n250 SIZE";
  };
  ScriptedServer server(options);
  EXPECT_EQ(sender.hand_over(secure_route(server, Security::starttls), mail_of(small_mail, {"小@x.example"})).kind, Kind::refused);
  EXPECT_EQ(sender.hand_over(secure_route(server, Security::starttls), mail_of()).kind, Kind::sent);
  EXPECT_NE(server.mails()[0].from.find("SIZE="), std::string::npos);
}

TEST_F(Secured, NothingIsSentInTheOpenWhenStartTlsIsMissing) {
  ScriptedServer server({});
  SmtpRoute route = route_to(server, Security::starttls);
  route.user = "u";
  route.secret = "p";
  const auto outcome = sender.hand_over(route, mail_of());
  EXPECT_EQ(outcome.kind, Kind::retry_later);
  EXPECT_EQ(outcome.stage, Stage::tls);
  EXPECT_EQ(count_of(server.commands(), "AUTH"), 0U);
  EXPECT_EQ(count_of(server.commands(), "MAIL"), 0U);
}

TEST_F(Secured, WrongCertificatesAreRefused) {
  ScriptedServer stranger(tls({}, true)), other_name(tls({}, true, "other.example")), expired(tls({}, true, "expired", -10));
  SmtpRoute route = route_to(stranger, Security::tls);  // the system's authorities do not know it
  EXPECT_EQ(sender.hand_over(route, mail_of()).stage, Stage::tls);
  route = route_to(other_name, Security::tls);
  route.ca_file = folder / "other.example.certificate.pem";
  const auto outcome = sender.hand_over(route, mail_of());
  EXPECT_EQ(outcome.kind, Kind::retry_later);
  EXPECT_EQ(outcome.stage, Stage::tls);
  EXPECT_NE(outcome.error.find("not made out for 'localhost'"), std::string::npos) << outcome.error;
  route = route_to(expired, Security::tls);
  route.ca_file = folder / "expired.certificate.pem";
  EXPECT_EQ(sender.hand_over(route, mail_of()).stage, Stage::tls);
  EXPECT_TRUE(stranger.commands().empty() && other_name.commands().empty() && expired.commands().empty());
}

TEST_F(Secured, LogsInByPassword) {
  for (const char* const mechanism : {"PLAIN", "LOGIN", "CRAM-MD5 NTLM GSSAPI LOGIN PLAIN"}) {
    ScriptedServer server(tls({"STARTTLS", std::string("AUTH ") + mechanism}, false));
    SmtpRoute route = secure_route(server, Security::starttls);
    route.user = "support@shop.example";
    route.secret = "s3cret 密码";
    EXPECT_EQ(sender.hand_over(route, mail_of()).kind, Kind::sent) << mechanism;
    const auto commands = server.commands();
    const bool is_login = std::string_view(mechanism) == "LOGIN";
    // "\0support@shop.example\0s3cret 密码", or name and password apart
    const std::string_view expected = is_login ? "czNjcmV0IOWvhueggQ==" : "AHN1cHBvcnRAc2hvcC5leGFtcGxlAHMzY3JldCDlr4bnoIE=";
    EXPECT_EQ(count_of(commands, expected), 1U) << mechanism;
  }
}

TEST_F(Secured, LogsInByToken) {
  ScriptedServer server(tls({"AUTH PLAIN LOGIN XOAUTH2"}, true));
  SmtpRoute route = secure_route(server, Security::tls);
  route.user = "support@shop.example";
  route.secret = "ya29.token";
  route.auth = Auth::xoauth2;
  EXPECT_EQ(sender.hand_over(route, mail_of()).kind, Kind::sent);
  EXPECT_EQ(count_of(server.commands(), "AUTH XOAUTH2"), 1U);
  EXPECT_EQ(count_of(server.commands(), "AUTH PLAIN"), 0U);
  // "user=support@shop.example\1auth=Bearer ya29.token\1\1"
  EXPECT_EQ(count_of(server.commands(), "dXNlcj1zdXBwb3J0QHNob3AuZXhhbXBsZQFhdXRoPUJlYXJlciB5YTI5LnRva2VuAQE="), 1U);
}

TEST_F(Secured, AWrongPasswordIsTheRoutesProblemAndNotTheMails) {
  auto options = tls({"AUTH PLAIN"}, true);
  options.script = [](const std::string& event) { return event == "<login>" ? "535 5.7.8 Error: authentication failed" : ""; };
  ScriptedServer server(options);
  SmtpRoute route = secure_route(server, Security::tls);
  route.user = "u";
  route.secret = "very-secret";
  const auto outcome = sender.hand_over(route, mail_of());
  EXPECT_EQ(outcome.kind, Kind::retry_later);
  EXPECT_EQ(outcome.stage, Stage::login);
  EXPECT_TRUE(outcome.is_route_problem());
  EXPECT_EQ(outcome.status, "5.7.8");
  EXPECT_NE(outcome.error.find("authentication failed"), std::string::npos);
  EXPECT_EQ(outcome.error.find("very-secret"), std::string::npos);
  EXPECT_EQ(count_of(server.commands(), "MAIL"), 0U);
}

TEST_F(Secured, NoMailGoesAsAStrangersWhenThereIsNoLogIn) {
  ScriptedServer server(tls({"PIPELINING"}, true));
  SmtpRoute route = secure_route(server, Security::tls);
  route.user = "u";
  route.secret = "p";
  const auto outcome = sender.hand_over(route, mail_of());
  EXPECT_EQ(outcome.kind, Kind::retry_later);
  EXPECT_EQ(outcome.stage, Stage::login);
  EXPECT_EQ(count_of(server.commands(), "MAIL"), 0U);
}

}  // namespace
}  // namespace parley::channels::email
