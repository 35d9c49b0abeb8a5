// Time is injected: code that needs "now" takes a Clock, tests move it. All stored and sent times are UTC milliseconds.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace parley {

using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;
using std::chrono::milliseconds;

inline std::int64_t to_ms(TimePoint t) { return t.time_since_epoch().count(); }
inline TimePoint from_ms(std::int64_t ms) { return TimePoint{milliseconds{ms}}; }

class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint now() const = 0;
};

class SystemClock final : public Clock {
 public:
  TimePoint now() const override {
    return std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now());
  }
};

/// A clock that stands still until a test moves it. Safe to read from any thread.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(TimePoint start = from_ms(1'750'000'000'000)) : ms_(to_ms(start)) {}
  TimePoint now() const override { return from_ms(ms_.load()); }
  void advance(milliseconds by) { ms_ += by.count(); }

 private:
  std::atomic<std::int64_t> ms_;
};

}  // namespace parley
