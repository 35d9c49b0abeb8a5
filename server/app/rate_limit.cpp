#include "server/app/rate_limit.h"

#include <algorithm>

namespace parley::app {

void RateLimiter::make_room(TimePoint now) {
  if (buckets_.size() < buckets_max) { return; }
  // A bucket untouched for ten minutes is full again: forgetting it changes nothing.
  std::erase_if(buckets_, [&](const auto& item) { return item.second.at + milliseconds{600'000} < now; });
  if (buckets_.size() >= buckets_max) { buckets_.clear(); }
}

milliseconds RateLimiter::take(const std::string& key, int cost) {
  const bool is_agent = key.rfind("agent:", 0) == 0, is_visitor = key.rfind("visitor:", 0) == 0;
  const double rate = is_agent ? limits_.agent_per_second : is_visitor ? limits_.visitor_per_second : limits_.address_per_second;
  const double burst = is_agent ? limits_.agent_burst : is_visitor ? limits_.visitor_burst : limits_.address_burst;
  if (rate <= 0) { return milliseconds{0}; }
  const TimePoint now = clock_->now();
  const std::lock_guard lock(mutex_);
  make_room(now);
  auto& bucket = buckets_.try_emplace(key, Bucket{burst, now}).first->second;
  bucket.tokens = std::min(burst, bucket.tokens + rate * static_cast<double>((now - bucket.at).count()) / 1000.0);
  bucket.at = now;
  if (bucket.tokens >= cost) {
    bucket.tokens -= cost;
    return milliseconds{0};
  }
  return milliseconds{static_cast<std::int64_t>((cost - bucket.tokens) / rate * 1000.0) + 1};
}

}  // namespace parley::app
