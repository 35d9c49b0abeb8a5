#include "server/net/server_state.h"

#include <algorithm>
#include <array>
#include <random>

#include "server/net/failure_log.h"

namespace parley::net {
namespace {

constexpr int checks_per_ping = 4;

// Fine enough that a deadline is late by an eighth of itself at most.
Clock::duration tick_period(const ServerOptions& options) {
  using std::chrono::milliseconds;
  const auto shortest = std::min({options.header_timeout, options.body_timeout, options.idle_timeout, options.write_timeout,
                                  options.websocket_idle_ping});
  return std::clamp<milliseconds>(shortest / 8, milliseconds(5), milliseconds(200));
}

std::uint64_t random_seed() {
  std::random_device device;
  return (static_cast<std::uint64_t>(device()) << 32) | device();
}

}  // namespace

ServerState::ServerState(boost::asio::io_context& context, ServerOptions settings, Application& app,
                         std::function<void(const AccessRecord&)> log)
    : io(context), options(std::move(settings)), application(&app), access_log(std::move(log)), proxies(options.trusted_proxies),
      timer_(context.get_executor()), period_(tick_period(options)), id_seed_(random_seed()) {}

void ServerState::start_clock() {
  timer_.expires_after(period_);
  timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& failure) {
    const auto state = weak.lock();
    if (failure || !state) { return; }
    state->tick();
    state->start_clock();
  });
}

void ServerState::stop_clock() { timer_.cancel(); }

void ServerState::tick() {
  const auto now = Clock::now();
  try {
    deadlines.fire(now);
    check_sockets(now);
  } catch (...) {
    log_current_exception("net_clock_failed", {});
  }
}

// Every socket is looked at four times per ping interval, a few per tick, so that ten thousand pings are never due at once.
void ServerState::check_sockets(Clock::time_point now) {
  const double share = static_cast<double>(period_.count()) * checks_per_ping /
                       static_cast<double>(Clock::duration(options.websocket_idle_ping).count());
  const auto open = counters.sockets_open.get();
  checks_due_ = std::min(checks_due_ + share * static_cast<double>(open), static_cast<double>(open));
  while (checks_due_ >= 1 && !sockets.empty()) {
    checks_due_ -= 1;
    const auto alive = sockets.front().weak_from_this().lock();
    sockets.front().registered.unlink();
    if (!alive) { continue; }
    sockets.push_back(*alive);
    alive->check_alive(now);
  }
}

// splitmix64: unique for a long time and cheap; an id is a name, not a secret.
std::string ServerState::next_request_id() {
  std::uint64_t z = (id_seed_ += 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  z ^= z >> 31;
  std::string text(16, '0');
  for (char& c : text) {
    c = "0123456789abcdef"[z >> 60];
    z <<= 4;
  }
  return text;
}

Admission::Admission(std::shared_ptr<ServerState> state, const boost::asio::ip::address& peer) {
  const auto& options = state->options;
  if (state->counters.connections_open.get() >= options.connections_max) { return; }
  if (options.connections_per_address_max != 0 && !state->proxies.contains(address_text(peer))) {
    key_ = address_key(peer);
    auto& count = state->connections_by_address[key_];
    if (count >= options.connections_per_address_max) { return; }
    ++count;
  }
  state->counters.connections_open.add();
  state_ = std::move(state);
}

Admission::~Admission() {
  if (!state_) { return; }
  state_->counters.connections_open.subtract();
  if (key_.empty()) { return; }
  const auto found = state_->connections_by_address.find(key_);
  if (found != state_->connections_by_address.end() && --found->second == 0) { state_->connections_by_address.erase(found); }
}

}  // namespace parley::net
