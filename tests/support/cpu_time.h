// CPU time of this thread, which other work on the machine does not lengthen as it does wall time.
#pragma once

#include <ctime>

namespace parley::test {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool is_sanitized = true;
#else
inline constexpr bool is_sanitized = false;
#endif

/// Seconds as an ordinary build would have taken them: sanitizers take about six times as long.
inline double cpu_seconds() {
  constexpr double slowdown = is_sanitized ? 6 : 1;
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return (static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9) / slowdown;
}

}  // namespace parley::test
