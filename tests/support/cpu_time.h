// CPU time of this thread, which other work on the machine does not lengthen as it does wall time.
#pragma once

#include <ctime>

namespace parley::test {

inline double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

}  // namespace parley::test
