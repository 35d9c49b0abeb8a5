// How one inbox's way in or way out has been doing, for the administrator.
#pragma once

#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/ids.h"

namespace parley::channels::email {

/// Health of docs/api.md. `state`: ok, failing, waiting or off.
inline nlohmann::json health_json(const char* state, const std::optional<TimePoint>& ok_at, const std::string& error, const std::optional<TimePoint>& error_at,
                                  std::uint64_t count) {
  const auto time_or_null = [](const std::optional<TimePoint>& at) { return at ? nlohmann::json(to_ms(*at)) : nlohmann::json(nullptr); };
  return {{"state", state}, {"last_ok_at", time_or_null(ok_at)}, {"error", error}, {"error_at", time_or_null(error_at)}, {"count", count}};
}

/// Thread-safe.
class ServiceHealth {
 public:
  /// `error`: empty when it went well.
  void note(InboxId inbox, const std::string& error, TimePoint now) {
    const std::lock_guard lock(mutex_);
    State& state = states_[inbox.value];
    if (error.empty()) {
      state.ok_at = now;
      ++state.count;
    } else {
      state.error_at = now;
      state.error = error;
    }
  }
  nlohmann::json of(InboxId inbox, bool is_on) const {
    const std::lock_guard lock(mutex_);
    const auto found = states_.find(inbox.value);
    const State s = found == states_.end() ? State{} : found->second;
    const bool is_failing = s.error_at && (!s.ok_at || *s.ok_at < *s.error_at);
    return health_json(!is_on ? "off" : is_failing ? "failing" : s.ok_at ? "ok" : "waiting", s.ok_at, s.error, s.error_at, s.count);
  }

 private:
  struct State {
    std::optional<TimePoint> ok_at, error_at;
    std::string error;
    std::uint64_t count{0};
  };
  mutable std::mutex mutex_;
  std::map<std::int64_t, State> states_;
};

}  // namespace parley::channels::email
