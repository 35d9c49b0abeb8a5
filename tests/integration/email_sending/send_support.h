// What the tests of handing over share.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "channels/email/sending/smtp_sender.h"
#include "tests/integration/email_sending/scripted_server.h"

namespace parley::channels::email {

std::ostream& operator<<(std::ostream& out, SmtpOutcome::Kind kind);
std::ostream& operator<<(std::ostream& out, SmtpOutcome::Stage stage);

namespace testing_support {

inline const std::string small_mail = "From: a@shop.example\r\nTo: b@customer.example\r\nSubject: x\r\n\r\nHello\r\n.hidden\r\n..\r\n.\r\nend\r\n";

SmtpRoute route_to(const ScriptedServer& server, Security security = Security::none);
HandOver mail_of(std::string_view raw = small_mail, std::vector<std::string> recipients = {"b@customer.example"});
/// A server that says `answer` when `event` begins with `at`.
ScriptedServer::Options saying(std::string at, std::string answer);
std::size_t count_of(const std::vector<std::string>& lines, std::string_view prefix);

/// A sender with a clock the test moves, and a folder for certificates.
class Sending : public testing::Test {
 protected:
  Sending();
  ~Sending() override;
  /// Gives the server a certificate for `host`; the same one each time.
  void secure(ScriptedServer::Options& options, const std::string& host = "localhost", long ends_s = 3'600);
  SmtpOutcome send(const ScriptedServer& server, const HandOver& mail = mail_of()) { return sender.hand_over(route_to(server), mail); }

  std::shared_ptr<ManualClock> clock{std::make_shared<ManualClock>()};
  SmtpSender sender{clock};
  std::filesystem::path folder;

 private:
  std::map<std::string, parley::test::Certificate> certificates_;
};

}  // namespace testing_support
}  // namespace parley::channels::email
