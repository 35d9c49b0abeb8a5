// The connection test of the administration screen: which step fails, and a sentence that helps.
#include "channels/email/sending/smtp_check.h"

#include "tests/integration/email_sending/send_support.h"

namespace parley::channels::email {
namespace {

using namespace testing_support;

std::string steps_of(const std::vector<CheckStep>& steps) {
  std::string out;
  for (const auto& each : steps) { out += (out.empty() ? "" : " ") + each.step + (each.is_ok ? "" : "!"); }
  return out;
}

class Check : public Sending {
 protected:
  ScriptedServer::Options with_tls(std::vector<std::string> extensions, bool begins_with_tls) {
    ScriptedServer::Options options;
    options.extensions = std::move(extensions);
    secure(options);
    options.begins_with_tls = begins_with_tls;
    ca_file = options.certificate_file;
    return options;
  }
  SmtpRoute route(const ScriptedServer& server, Security security) {
    SmtpRoute out = route_to(server, security);
    out.ca_file = ca_file;
    out.user = "support";
    out.secret = "secret";
    return out;
  }
  std::string ca_file;
};

TEST_F(Check, AllIsWellAndNoMailWasSent) {
  ScriptedServer server(with_tls({"STARTTLS", "AUTH PLAIN"}, false));
  const auto steps = check_route(route(server, Security::starttls));
  EXPECT_EQ(steps_of(steps), "resolve connect tls login");
  EXPECT_TRUE(steps[0].detail == "127.0.0.1" || steps[0].detail == "::1") << steps[0].detail;
  EXPECT_EQ(steps[3].detail, "Logged in as support.");
  EXPECT_EQ(count_of(server.commands(), "MAIL"), 0U);
}

TEST_F(Check, EachStepCanFail) {
  SmtpRoute unknown;
  unknown.host = "no-such-host.invalid";
  auto steps = check_route(unknown);
  EXPECT_EQ(steps_of(steps), "resolve!");
  EXPECT_NE(steps[0].detail.find("no-such-host.invalid"), std::string::npos);

  SmtpRoute closed;
  closed.host = "127.0.0.1";
  closed.port = 1;
  steps = check_route(closed);
  EXPECT_EQ(steps_of(steps), "resolve connect!");
  EXPECT_NE(steps[1].detail.find("Nothing answers at 127.0.0.1:1"), std::string::npos);

  ScriptedServer plain({});
  steps = check_route(route(plain, Security::starttls));
  EXPECT_EQ(steps_of(steps), "resolve connect tls!");
  EXPECT_NE(steps[2].detail.find("does not offer STARTTLS"), std::string::npos) << steps[2].detail;
  steps = check_route(route(plain, Security::tls));
  EXPECT_EQ(steps_of(steps), "resolve connect tls!");
  EXPECT_NE(steps[2].detail.find("does not begin with TLS"), std::string::npos) << steps[2].detail;
  steps = check_route(route(plain, Security::none));
  EXPECT_EQ(steps_of(steps), "resolve connect tls login!");
  EXPECT_NE(steps[3].detail.find("without encryption"), std::string::npos) << steps[3].detail;

  ScriptedServer refuses(saying("<connect>", "554 5.7.1 your address is on a list"));
  steps = check_route(route(refuses, Security::none));
  EXPECT_EQ(steps_of(steps), "resolve connect!");
  EXPECT_NE(steps[1].detail.find("your address is on a list"), std::string::npos);
}

TEST_F(Check, TlsPortSpokenToInTheOpenDoesNotGreet) {
  ScriptedServer server(with_tls({}, true));
  const auto steps = check_route(route(server, Security::starttls), milliseconds(400));
  EXPECT_EQ(steps_of(steps), "resolve connect!");
  EXPECT_NE(steps[1].detail.find("did not greet in time"), std::string::npos) << steps[1].detail;
  EXPECT_GE(steps[1].ms, milliseconds(300));
}

TEST_F(Check, UntrustedCertificateIsNamed) {
  ScriptedServer server(with_tls({"AUTH PLAIN"}, true));
  SmtpRoute stranger = route(server, Security::tls);
  stranger.ca_file.clear();
  auto steps = check_route(stranger);
  EXPECT_EQ(steps_of(steps), "resolve connect tls!");
  EXPECT_NE(steps[2].detail.find("not signed by an authority"), std::string::npos) << steps[2].detail;
  stranger.ca_file = "/nowhere/ca.pem";
  steps = check_route(stranger);
  EXPECT_EQ(steps_of(steps), "resolve connect tls!");
  EXPECT_NE(steps[2].detail.find("CA file"), std::string::npos) << steps[2].detail;
}

TEST_F(Check, WrongPasswordInTheServersWords) {
  auto options = with_tls({"AUTH PLAIN"}, true);
  options.script = [](const std::string& event) { return event == "<login>" ? "535-5.7.8 Username and Password\r\n535 5.7.8 not accepted" : ""; };
  ScriptedServer server(options);
  const auto steps = check_route(route(server, Security::tls));
  EXPECT_EQ(steps_of(steps), "resolve connect tls login!");
  EXPECT_EQ(steps[3].detail, "User name or password is wrong. The server said: 535 5.7.8 Username and Password not accepted");
}

}  // namespace
}  // namespace parley::channels::email
