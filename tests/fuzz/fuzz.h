// Gives damaged inputs to a target: PARLEY_FUZZ_INPUTS mutations for each from PARLEY_FUZZ_SEED (1). Sanitizers make it sharper.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto.h"
#include "tests/fuzz/mutator.h"
#include "tests/support/cpu_time.h"

namespace parley::test {

struct FuzzLimits {
  std::size_t inputs{20'000};        // unless PARLEY_FUZZ_INPUTS says otherwise
  double patience{1};                // seconds of CPU for one input, so a blow-up shows
  std::size_t bytes_max{SIZE_MAX};
  Damage damage{};
};

template <class Target>
void fuzz(std::vector<std::string> corpus, std::vector<std::string> words, Target target, FuzzLimits limits = {}) {
  Mutator mutator(number_from("PARLEY_FUZZ_SEED", 1), std::move(corpus), std::move(words), limits.damage);
  const std::size_t inputs = number_from("PARLEY_FUZZ_INPUTS", limits.inputs);
  for (std::size_t i = 0; i < inputs; ++i) {
    std::string mutated = mutator.next();
    mutated.resize(std::min(mutated.size(), limits.bytes_max));
    const std::vector<char> exact(mutated.begin(), mutated.end());  // no terminating zero, so that a sanitizer sees a read beyond the end
    const double began = cpu_seconds();
    try {
      target(std::string_view(exact.data(), exact.size()));
    } catch (const std::exception& failure) { FAIL() << "input " << i << " (" << hex_encode(mutated) << ") threw " << failure.what(); }
    ASSERT_LT(cpu_seconds() - began, limits.patience) << "input " << i << " " << hex_encode(mutated);
    if (::testing::Test::HasFailure()) { FAIL() << "input " << i << " " << hex_encode(mutated); }
  }
}

}  // namespace parley::test
