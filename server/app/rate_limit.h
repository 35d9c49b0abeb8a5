// Token buckets per caller, bounded in number. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/clock.h"

namespace parley::app {

struct RateLimits {
  double agent_per_second{50}, agent_burst{400};
  double visitor_per_second{5}, visitor_burst{60};
  double address_per_second{10}, address_burst{200};  // callers nobody knows yet, by network address
};

class RateLimiter {
 public:
  RateLimiter(std::shared_ptr<const Clock> clock, RateLimits limits) : clock_(std::move(clock)), limits_(limits) {}
  /// 0 when the call may go on, else how long to wait. `key` is Principal::key() or "address:…".
  milliseconds take(const std::string& key, int cost);

 private:
  struct Bucket {
    double tokens;
    TimePoint at;
  };
  static constexpr std::size_t buckets_max = 100'000;
  void make_room(TimePoint now);

  std::shared_ptr<const Clock> clock_;
  RateLimits limits_;
  std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace parley::app
