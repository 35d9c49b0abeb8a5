// CPU time of this thread, which other work on the machine does not lengthen as it does wall time.
#pragma once

#include <ctime>

namespace parley::test {

/// Seconds as an ordinary build would have taken them: sanitizers take about six times as long.
inline double cpu_seconds() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  constexpr double slowdown = 6;
#else
  constexpr double slowdown = 1;
#endif
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return (static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9) / slowdown;
}

}  // namespace parley::test
