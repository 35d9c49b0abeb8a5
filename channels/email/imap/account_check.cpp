#include "channels/email/imap/account_check.h"

#include <algorithm>

#include "channels/email/imap/impl/imap_session.h"
#include "channels/email/wire/deadline.h"

namespace parley::channels::email::imap {
namespace {

using SteadyClock = std::chrono::steady_clock;
using wire::LineStream;
using wire::Task;

constexpr std::chrono::seconds session_limit{60};
constexpr std::size_t names_shown = 10;

class Steps {
 public:
  /// The step that ran since the last one; false: it failed.
  bool add(std::string step, const Status& done, std::string detail) {
    const auto now = SteadyClock::now();
    const auto ms = std::chrono::duration_cast<milliseconds>(now - began_);
    began_ = now;
    steps_.push_back({std::move(step), done.has_value(), done.has_value() ? std::move(detail) : done.error().detail, ms});
    return done.has_value();
  }
  void explain_last(std::string detail) { steps_.back().detail = std::move(detail); }
  std::vector<CheckStep> take() { return std::move(steps_); }

 private:
  std::vector<CheckStep> steps_;
  SteadyClock::time_point began_{SteadyClock::now()};
};

/// True: both steps are done.
bool add_connection(Steps& steps, const ImapAccount& account, const Result<std::unique_ptr<LineStream>>& connected) {
  Status resolved, reached;
  std::string address;
  if (connected.has_value()) {
    address = connected.value()->remote_address();
  } else {
    auto& failed = connected.error().code == Errc::not_found ? resolved : reached;
    failed = connected.error();
  }
  return steps.add("resolve", resolved, address) && steps.add("connect", reached, "port " + std::to_string(account.port));
}

Task<Result<std::string>> open_mailbox(ImapSession& session, const ImapAccount& account) {  // awaited in place
  auto selected = co_await session.select();
  if (selected.has_value()) {
    if (selected.value().is_read_only) { co_return Error{Errc::forbidden, "The mailbox may only be read, so mails that were taken could not be marked."}; }
    co_return std::to_string(selected.value().exists) + " mails";
  }
  Error error = selected.error();
  if (error.code != Errc::not_found) { co_return error; }
  auto names = co_await session.list();
  if (names.has_value() && !names.value().empty()) {
    error.detail += " There are: ";
    for (std::size_t i = 0; i < std::min(names.value().size(), names_shown); ++i) { error.detail += (i > 0 ? ", " : "") + names.value()[i]; }
  }
  if (account.mailbox.empty()) { error.detail = "No mailbox was named; INBOX is usual."; }
  co_return error;
}

Task<void> check_session(Steps& steps, ImapSession& session, const ImapAccount& account) {  // awaited in place
  auto secured = co_await session.secure();
  if (account.security != Security::none || secured.has_error()) {
    const std::string step = account.security == Security::none ? "connect" : "tls";
    if (!steps.add(step, secured, "encrypted, the certificate is of " + account.host)) { co_return; }
  }
  auto logged_in = co_await session.log_in();
  if (!steps.add("login", logged_in, account.user)) { co_return; }
  auto opened = co_await open_mailbox(session, account);
  const Status status = opened.has_error() ? Status{opened.error()} : Status{};
  steps.add("mailbox", status, opened.has_value() ? opened.value() : std::string());
  co_await session.log_out();
}

}  // namespace

Task<std::vector<CheckStep>> check_account(boost::asio::any_io_executor executor, ImapAccount account, std::shared_ptr<boost::asio::ssl::context> tls) {
  const SessionLimits limits;
  Steps steps;
  auto connected = co_await LineStream::connect(executor, account.host, account.port, limits.connect);
  if (!add_connection(steps, account, connected)) { co_return steps.take(); }
  if (!tls && account.security != Security::none) {
    auto context = wire::client_tls_context();
    if (context.has_error()) {
      const Status failed = context.error();
      steps.add("tls", failed, {});
      co_return steps.take();
    }
    tls = std::move(context).value();
  }
  ImapSession session(std::move(connected).value(), std::move(tls), account, limits);
  wire::Deadline deadline(executor, [&session] { session.close(); });
  deadline.arm(session_limit);
  co_await check_session(steps, session, account);
  if (deadline.is_due()) { steps.explain_last("The server did not get this done in a minute."); }
  co_return steps.take();
}

}  // namespace parley::channels::email::imap
