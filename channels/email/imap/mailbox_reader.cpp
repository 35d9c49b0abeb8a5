#include "channels/email/imap/mailbox_reader.h"

#include <boost/asio/co_spawn.hpp>
#include <random>

#include "base/log.h"
#include "channels/email/imap/impl/mailbox_visit.h"

namespace parley::channels::email::imap {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;
using wire::Task;

class MailboxReader::Core : public std::enable_shared_from_this<Core> {
 public:
  Core(asio::any_io_executor executor, ImapAccount account, std::shared_ptr<MailTaker> taker, ReaderOptions options)
      : executor_(executor),
        account_(std::move(account)),
        options_(std::move(options)),
        health_(options_.clock),
        taking_(std::make_shared<Taking>(executor, std::move(taker), options_, health_)) {}

  Task<void> run();
  void start();
  void stop();
  MailboxHealth health() const { return health_.get(); }

 private:
  Task<Error> visit();
  Task<void> pause(Error error);
  milliseconds pause_after(const Error& error);

  asio::any_io_executor executor_;
  const ImapAccount account_;
  const ReaderOptions options_;
  ReaderHealth health_;
  std::shared_ptr<Taking> taking_;
  std::unique_ptr<MailboxVisit> visit_;
  std::minstd_rand random_{std::random_device{}()};
  std::size_t failures_{0};  // in a row
};

void MailboxReader::Core::start() {
  health_.start();
  taking_->on_change = [this] {
    if (visit_) { visit_->interrupt(); }
  };
  const auto on_end = [self = shared_from_this()](std::exception_ptr failure) {
    if (!failure) { return; }
    self->health_.fail("The reader of this mailbox has ended because of an error; restart the server.");
    log_error("imap: {}: the reader ended", {self->account_.host});
  };
  asio::co_spawn(executor_, [self = shared_from_this()] { return self->run(); }, on_end);
}

void MailboxReader::Core::stop() {
  taking_->stop();
  if (visit_) { visit_->stop(); }
  health_.stop();
}

Task<Error> MailboxReader::Core::visit() {
  visit_ = std::make_unique<MailboxVisit>(executor_, account_, options_, *taking_, health_);
  Error error;
  try {
    error = co_await visit_->run();
  } catch (const std::exception& failure) { error = Error(Errc::internal, std::string("The reader failed: ") + failure.what()); }
  if (visit_->was_useful()) { failures_ = 0; }
  visit_.reset();
  co_return error;
}

milliseconds MailboxReader::Core::pause_after(const Error& error) {
  auto delay = options_.reconnect.after(++failures_);
  if (error.code == Errc::unauthenticated || error.code == Errc::rate_limited) { delay = std::max(delay, options_.refused_min); }
  // Many mailboxes of one server must not come back all at the same moment.
  return delay + milliseconds(random_() % static_cast<std::uint32_t>(delay.count() / 4 + 1));
}

Task<void> MailboxReader::Core::pause(Error error) {
  const auto delay = pause_after(error);
  health_.fail(error.detail);
  log_warning("imap: {}: {}; again in {} s", {account_.host, error.detail, delay.count() / 1000});
  for (const auto end = SteadyClock::now() + delay; !taking_->is_stopped();) {
    const auto left = std::chrono::duration_cast<milliseconds>(end - SteadyClock::now());
    if (left.count() <= 0) { break; }
    co_await taking_->wait(left);
  }
}

Task<void> MailboxReader::Core::run() {
  const auto self = shared_from_this();
  while (!taking_->is_stopped()) {
    auto error = co_await visit();
    if (!taking_->is_stopped()) { co_await pause(std::move(error)); }
  }
}

MailboxReader::MailboxReader(asio::any_io_executor executor, ImapAccount account, std::shared_ptr<MailTaker> taker, ReaderOptions options)
    : core_(std::make_shared<Core>(std::move(executor), std::move(account), std::move(taker), std::move(options))) {}

MailboxReader::~MailboxReader() { core_->stop(); }

void MailboxReader::start() { core_->start(); }
void MailboxReader::stop() { core_->stop(); }
MailboxHealth MailboxReader::health() const { return core_->health(); }

}  // namespace parley::channels::email::imap
