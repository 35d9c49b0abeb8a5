#include "figures.h"

#include <sys/resource.h>

#include <algorithm>
#include <cstdarg>
#include <cstdio>

namespace bench {

Quantiles quantiles(std::vector<double> values) {
  if (values.empty()) { return {}; }
  std::sort(values.begin(), values.end());
  const auto at = [&](double part) { return values[std::min(values.size() - 1, static_cast<std::size_t>(part * static_cast<double>(values.size())))]; };
  return {at(0.50), at(0.99), values.back()};
}

double own_cpu_s() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void say(const std::string& line) {
  std::fputs((line + "\n").c_str(), stdout);
  std::fflush(stdout);
}

std::string format(const char* pattern, ...) {
  char text[1024];
  va_list arguments;
  va_start(arguments, pattern);
  std::vsnprintf(text, sizeof text, pattern, arguments);
  va_end(arguments);
  return text;
}

}  // namespace bench
