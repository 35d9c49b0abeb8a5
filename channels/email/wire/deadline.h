// One timer for whatever its owner waits for at the moment. Belongs to the thread of its executor, like its owner.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <functional>
#include <memory>

namespace parley::channels::email::wire {

class Deadline {
 public:
  /// `on_due` has to end the wait; it is never called after the Deadline is gone.
  Deadline(const boost::asio::any_io_executor& executor, std::function<void()> on_due);
  ~Deadline();
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  /// Starts anew.
  void arm(std::chrono::milliseconds limit);
  void disarm();
  /// As if the limit had passed; does nothing when not armed.
  void fire();
  /// The limit passed since the last arm().
  bool is_due() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace parley::channels::email::wire
