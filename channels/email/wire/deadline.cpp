#include "channels/email/wire/deadline.h"

#include <boost/asio/steady_timer.hpp>

namespace parley::channels::email::wire {

// The timer's handler may be queued already when the owner goes on or goes away: it holds the state weakly and knows its round.
struct Deadline::State {
  State(const boost::asio::any_io_executor& executor, std::function<void()> action) : timer(executor), on_due(std::move(action)) {}

  boost::asio::steady_timer timer;
  std::function<void()> on_due;
  std::uint64_t round{0};
  bool is_armed{false}, is_due{false};
};

Deadline::Deadline(const boost::asio::any_io_executor& executor, std::function<void()> on_due)
    : state_(std::make_shared<State>(executor, std::move(on_due))) {}

Deadline::~Deadline() { disarm(); }

void Deadline::arm(std::chrono::milliseconds limit) {
  const std::uint64_t round = ++state_->round;
  state_->is_armed = true;
  state_->is_due = false;
  state_->timer.expires_after(limit);
  state_->timer.async_wait([this, round, weak = std::weak_ptr(state_)](const boost::system::error_code& failure) {
    const auto state = weak.lock();
    if (!failure && state && state->round == round) { fire(); }
  });
}

void Deadline::disarm() {
  if (!state_->is_armed) { return; }
  ++state_->round;
  state_->is_armed = false;
  state_->timer.cancel();
}

void Deadline::fire() {
  if (!state_->is_armed) { return; }
  disarm();
  state_->is_due = true;
  state_->on_due();
}

bool Deadline::is_due() const { return state_->is_due; }

}  // namespace parley::channels::email::wire
