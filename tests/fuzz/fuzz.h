// Gives damaged inputs to a target: PARLEY_FUZZ_INPUTS mutations for each from PARLEY_FUZZ_SEED (1). Sanitizers make it sharper.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto.h"
#include "tests/fuzz/mutator.h"

namespace parley::test {

struct FuzzLimits {
  std::size_t inputs{20'000};        // unless PARLEY_FUZZ_INPUTS says otherwise
  std::chrono::seconds patience{1};  // for one input, so a hang or a blow-up shows
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
    const auto began = std::chrono::steady_clock::now();
    try {
      target(std::string_view(exact.data(), exact.size()));
    } catch (const std::exception& failure) { FAIL() << "input " << i << " (" << hex_encode(mutated) << ") threw " << failure.what(); }
    ASSERT_LT(std::chrono::steady_clock::now() - began, limits.patience) << "input " << i << " " << hex_encode(mutated);
    if (::testing::Test::HasFailure()) { FAIL() << "input " << i << " " << hex_encode(mutated); }
  }
}

}  // namespace parley::test
