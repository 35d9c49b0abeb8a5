// What every load client reports with: quantiles, its own CPU time, one JSON line at a time.
#pragma once

#include <string>
#include <vector>

namespace bench {

struct Quantiles {
  double p50{0}, p99{0}, max{0};
};
Quantiles quantiles(std::vector<double> values);

/// CPU seconds of this process so far.
double own_cpu_s();
/// One line on standard output, at once.
void say(const std::string& line);
/// As printf, at most 1,023 characters.
std::string format(const char* pattern, ...) __attribute__((format(printf, 1, 2)));

}  // namespace bench
