// A flag threads can sleep on.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace parley::storage {

class StopSignal {
 public:
  void raise() {
    {
      const std::lock_guard hold(mutex_);
      is_raised_ = true;
    }
    changed_.notify_all();
  }
  bool is_raised() const {
    const std::lock_guard hold(mutex_);
    return is_raised_;
  }
  /// Sleeps; true when the signal was raised.
  template <class Duration>
  bool sleep_for(Duration duration) const {
    std::unique_lock hold(mutex_);
    return changed_.wait_for(hold, duration, [this] { return is_raised_; });
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  bool is_raised_{false};
};

}  // namespace parley::storage
