// The newest journal number known to be durable, and waiting for it to move.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "base/clock.h"

namespace parley::storage {

class DurableMark {
 public:
  std::uint64_t seq() const { return seq_.load(std::memory_order_acquire); }
  void raise(std::uint64_t seq) {
    {
      const std::lock_guard hold(mutex_);
      if (seq <= seq_.load(std::memory_order_relaxed)) { return; }
      seq_.store(seq, std::memory_order_release);
    }
    moved_.notify_all();
  }
  /// Wakes the waiters without moving (shutdown).
  void release() {
    {
      const std::lock_guard hold(mutex_);
      is_released_ = true;
    }
    moved_.notify_all();
  }
  void wait(std::uint64_t beyond, milliseconds at_most) {
    std::unique_lock hold(mutex_);
    moved_.wait_for(hold, at_most, [&] { return is_released_ || seq_.load(std::memory_order_relaxed) > beyond; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable moved_;
  std::atomic<std::uint64_t> seq_{0};
  bool is_released_{false};
};

}  // namespace parley::storage
