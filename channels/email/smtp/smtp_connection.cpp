#include "channels/email/smtp/smtp_connection.h"


#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/log.h"

namespace parley::channels::email::smtp {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

constexpr std::size_t read_max = 64 * 1024;
constexpr std::size_t data_step = 64 * 1024;

/// Keeps the memory counted for as long as somebody has the message.
struct HeldMail {
  std::string raw;
  HeldBytes held;
};

}  // namespace

/// The host's answer on its way to the coroutine, which waits for the timer.
struct SmtpConnection::Delivery {
  asio::steady_timer timer;
  std::optional<std::vector<Answer>> answers;
};

bool HeldBytes::resize(std::uint64_t bytes) {
  if (bytes > bytes_ && state_->bytes_held + (bytes - bytes_) > state_->options.bytes_held_max) { return false; }
  state_->bytes_held += bytes - bytes_;  // unsigned: wraps to the right value when it becomes less
  bytes_ = bytes;
  return true;
}

SmtpConnection::SmtpConnection(std::shared_ptr<SmtpState> state, std::unique_ptr<wire::LineStream> stream, std::string network)
    : state_(std::move(state)), stream_(std::move(stream)), network_name_(std::move(network)), network_(state_->networks[network_name_]), held_(state_) {
  ++state_->connections_open;
  ++network_.connections;
  state_->connections.insert(this);
}

SmtpConnection::~SmtpConnection() {
  --state_->connections_open;
  network_.bytes_arriving -= arriving_;
  if (--network_.connections == 0) { state_->networks.erase(network_name_); }
  state_->connections.erase(this);
}

void SmtpConnection::abort() {
  is_aborted_ = true;
  stream_->close();
  if (delivery_) { delivery_->timer.cancel(); }
}

wire::Task<void> SmtpConnection::run() {
  const auto self = shared_from_this();
  try {
    co_await serve();
  } catch (const std::exception& failure) {
    log_error("smtp_session_failed error=\"{}\"", {failure.what()});  // ends this connection, nothing else
  }
  stream_->close();
}

wire::Task<void> SmtpConnection::serve() {
  using Wants = SmtpSession::Wants;
  const auto& options = state_->options;
  if (options.security == Security::tls) {
    const bool is_started = co_await start_tls();
    if (!is_started) { co_return; }
  }
  SessionOptions settings = options.session;
  settings.offers_tls = options.security == Security::starttls;
  session_.emplace(std::move(settings), state_->host, state_->clock, stream_->remote_address(), stream_->is_tls());
  mail_due_ = SteadyClock::now() + options.mail_limit;
  step_due_ = SteadyClock::now() + options.command_limit;
  for (bool is_open = true; is_open && !is_aborted_;) {
    if (session_->wants() == Wants::input && state_->is_stopping) { session_->say_goodbye("4.3.2", "Shutting down"); }
    if (session_->wants() == Wants::input && !pending_.empty()) { feed(); }
    is_open = co_await flush();
    if (!is_open || is_aborted_) { break; }
    switch (session_->wants()) {
      case Wants::input:
        if (pending_.empty()) { is_open = co_await read(); }
        break;
      case Wants::tls:
        is_open = co_await start_tls();
        if (is_open && !is_aborted_) { session_->on_tls_started(); }
        break;
      case Wants::delivery: co_await deliver(); break;
      case Wants::end:
        co_await stream_->finish(options.finish_limit);
        co_return;
    }
  }
}

/// The connection is over when false.
wire::Task<bool> SmtpConnection::start_tls() {
  const auto started = co_await stream_->start_tls_as_server(*state_->options.tls, state_->options.command_limit);
  ++(started.has_error() ? state_->tls_failures : state_->tls_started);
  co_return !started.has_error();
}

wire::Task<bool> SmtpConnection::flush() {
  std::string output = session_->take_output();
  if (output.empty()) { co_return true; }
  const auto written = co_await stream_->write(std::move(output), state_->options.write_limit);
  co_return !written.has_error();
}

void SmtpConnection::feed() {
  const std::size_t used = session_->feed(pending_);
  pending_.erase(0, used);
  if (!hold(session_->held_bytes())) {
    session_->refuse_mail({452, "4.3.1", "Too much mail at once, try again later"});
    std::ignore = hold(session_->held_bytes());
  }
  note_progress(used);
  publish();
}

/// One sender alone cannot take all the memory, so that his slowness is his own.
bool SmtpConnection::hold(std::uint64_t bytes) {
  const auto& options = state_->options;
  const std::uint64_t arriving = network_.bytes_arriving - arriving_ + bytes;
  const bool has_share = options.connections_per_address_max == 0 || bytes <= arriving_ || arriving <= options.bytes_held_max / 2;
  if (!has_share || !held_.resize(bytes)) { return false; }
  network_.bytes_arriving = arriving;
  arriving_ = bytes;
  return true;
}

/// A command has one deadline however it trickles in; a mail has to bring 64 KB in each of its own.
void SmtpConnection::note_progress(std::size_t received) {
  const std::uint64_t commands = session_->counts().commands;
  const bool is_step = commands != commands_seen_ || (session_->is_receiving() && (received_ += received) >= data_step);
  if (!is_step) { return; }
  commands_seen_ = commands;
  received_ = 0;
  step_due_ = SteadyClock::now() + (session_->is_receiving() ? state_->options.data_limit : state_->options.command_limit);
}

wire::Task<bool> SmtpConnection::read() {
  const auto due = std::min(step_due_, mail_due_);
  const auto left = std::max(milliseconds(0), std::chrono::ceil<milliseconds>(due - SteadyClock::now()));
  auto bytes = co_await stream_->read_some(read_max, left);
  if (bytes.has_value()) {
    pending_ = std::move(bytes).value();
    state_->bytes_in += pending_.size();
    if (SteadyClock::now() < due || state_->is_stopping) { co_return true; }
  } else if (bytes.error().code != Errc::timeout) {
    co_return false;
  }
  if (state_->is_stopping) { co_return true; }
  ++state_->timed_out;
  session_->say_goodbye("4.4.2", "Too slow");
  co_return true;
}

std::function<void(std::vector<Answer>)> SmtpConnection::make_done() {
  // Only the I/O thread may find out whether the connection is still there, and be the one that lets go of it.
  return [weak = std::weak_ptr(delivery_), executor = delivery_->timer.get_executor()](std::vector<Answer> answers) {
    asio::post(executor, [weak, answers = std::move(answers)]() mutable {
      const auto delivery = weak.lock();
      if (!delivery || delivery->answers) { return; }
      delivery->answers = std::move(answers);
      delivery->timer.cancel();
    });
  };
}

wire::Task<void> SmtpConnection::deliver() {
  auto mail = session_->take_mail();
  network_.bytes_arriving -= std::exchange(arriving_, 0);
  const auto keeper = std::make_shared<HeldMail>(HeldMail{std::move(mail.raw), std::move(held_)});
  std::shared_ptr<const std::string> raw(keeper, &keeper->raw);
  const std::size_t recipients = mail.envelope.recipients.size();
  asio::steady_timer timer(co_await asio::this_coro::executor, state_->options.delivery_limit);
  delivery_ = std::make_shared<Delivery>(Delivery{std::move(timer), std::nullopt});
  try {
    state_->host.deliver(std::move(mail.envelope), std::move(raw), make_done());
  } catch (const std::exception& failure) {
    log_error("smtp_delivery_failed error=\"{}\"", {failure.what()});
    delivery_->answers.emplace(recipients);
  }
  boost::system::error_code ignored;
  if (!delivery_->answers) { co_await delivery_->timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored)); }
  const auto answers = std::exchange(delivery_, nullptr)->answers.value_or(std::vector<Answer>(recipients));
  session_->on_answers(answers);
  publish();
  mail_due_ = SteadyClock::now() + state_->options.mail_limit;
  step_due_ = SteadyClock::now() + state_->options.command_limit;
}

/// Adds what the session counted since the last time.
void SmtpConnection::publish() {
  const SmtpSession::Counts now = session_->counts(), before = std::exchange(published_, now);
  state_->commands += now.commands - before.commands;
  state_->errors += now.errors - before.errors;
  state_->recipients_refused += now.recipients_refused - before.recipients_refused;
  state_->foreign_protocol += now.foreign_protocol - before.foreign_protocol;
  state_->mails_kept += now.mails_kept - before.mails_kept;
  state_->mails_deferred += now.mails_deferred - before.mails_deferred;
  state_->mails_refused += now.mails_refused - before.mails_refused;
}

}  // namespace parley::channels::email::smtp
