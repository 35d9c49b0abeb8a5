// Threads for work that is neither network nor a single transaction: password hashing, file writing. Bounded queue.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace parley::app {

class WorkPool {
 public:
  explicit WorkPool(int threads, std::size_t queue_max = 256) : queue_max_(queue_max) {
    for (int i = 0; i < threads; ++i) { threads_.emplace_back([this] { run(); }); }
  }
  ~WorkPool() { stop(); }

  /// Runs `work` on a thread of the pool, or `refused` at once when the queue is full.
  void submit(std::function<void()> work, const std::function<void()>& refused) {
    {
      const std::lock_guard lock(mutex_);
      if (!is_stopping_ && queue_.size() < queue_max_) {
        queue_.push_back(std::move(work));
        ready_.notify_one();
        return;
      }
    }
    refused();
  }
  void stop() {
    {
      const std::lock_guard lock(mutex_);
      is_stopping_ = true;
    }
    ready_.notify_all();
    for (auto& thread : threads_) {
      if (thread.joinable()) { thread.join(); }
    }
  }

 private:
  void run() {
    while (true) {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [this] { return is_stopping_ || !queue_.empty(); });
      if (queue_.empty()) { return; }  // stopping, and what was accepted is done
      auto work = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      work();
    }
  }

  std::size_t queue_max_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::function<void()>> queue_;
  bool is_stopping_{false};
  std::vector<std::thread> threads_;
};

}  // namespace parley::app
