// Bounded queue of work for database threads. Full or closed: refused at once, so that load does not turn into latency.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "storage/database.h"

namespace parley::storage {

using Moment = std::chrono::steady_clock::time_point;

struct Job {
  Database::Work work;
  Database::Done done;
  Moment deadline;
  std::string command_id{};  // writes: kept over retries, so that the journal can be asked about it
};

class JobQueue {
 public:
  explicit JobQueue(std::size_t limit) : limit_(limit) {}

  /// False (and `job` untouched): full or closed.
  bool push(Job& job) {
    {
      const std::lock_guard hold(mutex_);
      if (is_closed_ || jobs_.size() >= limit_) { return false; }
      jobs_.push_back(std::move(job));
    }
    filled_.notify_one();
    return true;
  }
  /// Waits for work, then takes what is there, at most `limit`. Empty: closed and drained.
  std::vector<Job> take(std::size_t limit) {
    std::unique_lock hold(mutex_);
    filled_.wait(hold, [this] { return is_closed_ || !jobs_.empty(); });
    std::vector<Job> taken;
    while (!jobs_.empty() && taken.size() < limit) {
      taken.push_back(std::move(jobs_.front()));
      jobs_.pop_front();
    }
    return taken;
  }
  void close() {
    {
      const std::lock_guard hold(mutex_);
      is_closed_ = true;
    }
    filled_.notify_all();
  }
  std::size_t depth() const {
    const std::lock_guard hold(mutex_);
    return jobs_.size();
  }

 private:
  const std::size_t limit_;
  mutable std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<Job> jobs_;
  bool is_closed_{false};
};

}  // namespace parley::storage
