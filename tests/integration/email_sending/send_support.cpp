#include "tests/integration/email_sending/send_support.h"

#include <algorithm>
#include <array>
#include <ostream>

namespace parley::channels::email {

std::ostream& operator<<(std::ostream& out, SmtpOutcome::Kind kind) {
  constexpr std::array names{"sent", "retry_later", "refused", "unknown"};
  return out << names[static_cast<std::size_t>(kind)];
}
std::ostream& operator<<(std::ostream& out, SmtpOutcome::Stage stage) {
  constexpr std::array names{"held", "resolve", "connect", "tls", "login", "envelope", "content", "answer"};
  return out << names[static_cast<std::size_t>(stage)];
}

namespace testing_support {

SmtpRoute route_to(const ScriptedServer& server, Security security) {
  SmtpRoute route;
  route.host = "localhost";
  route.port = server.port();
  route.security = security;
  route.helo = "shop.example";
  return route;
}

HandOver mail_of(std::string_view raw, std::vector<std::string> recipients) { return {"support@shop.example", std::move(recipients), raw}; }

ScriptedServer::Options saying(std::string at, std::string answer) {
  ScriptedServer::Options options;
  options.script = [at = std::move(at), answer = std::move(answer)](const std::string& event) { return event.starts_with(at) ? answer : std::string(); };
  return options;
}

std::size_t count_of(const std::vector<std::string>& lines, std::string_view prefix) {
  return static_cast<std::size_t>(std::count_if(lines.begin(), lines.end(), [&](const std::string& line) { return line.starts_with(prefix); }));
}

Sending::Sending() {
  static std::atomic<int> number{0};
  folder = std::filesystem::temp_directory_path() / ("parley_sending_" + std::to_string(::getpid()) + "_" + std::to_string(++number));
  std::filesystem::create_directories(folder);
}
void Sending::secure(ScriptedServer::Options& options, const std::string& host, long ends_s) {
  if (!certificates_.contains(host)) { certificates_.emplace(host, parley::test::make_certificate(folder, host, ends_s)); }
  options.certificate_file = certificates_.at(host).certificate_file;
  options.key_file = certificates_.at(host).key_file;
}

Sending::~Sending() { std::filesystem::remove_all(folder); }

}  // namespace testing_support
}  // namespace parley::channels::email
