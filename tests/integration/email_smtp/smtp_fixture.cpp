#include "tests/integration/email_smtp/smtp_fixture.h"

#include <boost/asio/co_spawn.hpp>
#include <future>

namespace parley::channels::email::smtp {

namespace asio = boost::asio;

void KeepingHost::deliver(Envelope envelope, std::shared_ptr<const std::string> raw, std::function<void(std::vector<Answer>)> done) {
  if (throws) { throw std::runtime_error("asked for"); }
  {
    const std::lock_guard lock(mutex_);
    kept_.push_back({envelope, std::move(raw), answer ? nullptr : done});
  }
  if (answer) { std::thread([done = std::move(done), answers = answer(envelope)] { done(answers); }).join(); }
}

std::size_t KeepingHost::count() {
  const std::lock_guard lock(mutex_);
  return kept_.size();
}

KeepingHost::Kept KeepingHost::take(std::size_t index) {
  const std::lock_guard lock(mutex_);
  return kept_.at(index);
}

void KeepingHost::clear() {
  const std::lock_guard lock(mutex_);
  kept_.clear();
}

SmtpPort::SmtpPort(SmtpOptions options) {
  options.port = 0;
  options.session.host_name = "mail.shop.example";
  options.finish_limit = 100ms;
  auto started = SmtpServer::start(io, std::move(options), host, clock);
  if (started.has_error()) { throw std::runtime_error(started.error().detail); }
  server = std::move(started).value();
  thread_ = std::thread([this] { io.run(); });
}

// Deliberately rough: connections and deliveries may be under way when the io_context goes.
SmtpPort::~SmtpPort() {
  io.stop();
  thread_.join();
}

void SmtpPort::stop(milliseconds patience) {
  std::promise<void> done;
  asio::post(io, [&] { asio::co_spawn(io, server->stop(patience), [&](std::exception_ptr) { done.set_value(); }); });
  done.get_future().wait();
}

void SmtpPort::on_io_thread(const std::function<void()>& action) {
  std::promise<void> done;
  asio::post(io, [&] {
    action();
    done.set_value();
  });
  done.get_future().wait();
}

bool SmtpPort::eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 1000; ++i) {
    if (condition()) { return true; }
    std::this_thread::sleep_for(5ms);
  }
  return condition();
}

}  // namespace parley::channels::email::smtp
