#include "channels/email/sending/smtp_check.h"

#include <algorithm>

#include "channels/email/sending/impl/smtp_connection.h"
#include "channels/email/sending/impl/smtp_explain.h"

namespace parley::channels::email {
using namespace sending;

namespace {

std::string detail_of(ConnectStep step, const SmtpRoute& route, const ConnectReport& report) {
  switch (step) {
    case ConnectStep::resolve: return report.address.empty() ? route.host : report.address;
    case ConnectStep::connect: return route.host + ":" + std::to_string(route.port);
    case ConnectStep::tls: return route.security == Security::none ? "Not encrypted: only for a server in your own network." : "Encrypted, and the certificate is right.";
    case ConnectStep::login: return route.user.empty() ? "No log-in needed." : "Logged in as " + route.user + ".";
    case ConnectStep::done: break;
  }
  return {};
}

/// When the step ended, since the beginning; 0: there was none to end.
milliseconds end_of(ConnectStep step, const ConnectReport& report) {
  if (step == report.failed_at) { return report.whole; }
  switch (step) {
    case ConnectStep::resolve: return report.resolved;
    case ConnectStep::connect: return report.connected;
    case ConnectStep::tls: return report.encrypted;
    default: return report.whole;
  }
}

}  // namespace

std::vector<CheckStep> check_route(const SmtpRoute& route, milliseconds limit) {
  const std::atomic<bool> never_stops{false};
  SmtpConnection connection(never_stops);
  const ConnectReport report = connection.open(route, limit);
  std::vector<CheckStep> steps;
  milliseconds begin{0};
  const std::pair<ConnectStep, const char*> all[] = {{ConnectStep::resolve, "resolve"}, {ConnectStep::connect, "connect"}, {ConnectStep::tls, "tls"}, {ConnectStep::login, "login"}};
  for (const auto& [step, name] : all) {
    const bool is_ok = step != report.failed_at;
    const milliseconds end = std::max(begin, end_of(step, report));
    steps.push_back({name, is_ok, is_ok ? detail_of(step, route, report) : explain(route, report), end - begin});
    begin = end;
    if (!is_ok) { break; }
  }
  return steps;
}

}  // namespace parley::channels::email
