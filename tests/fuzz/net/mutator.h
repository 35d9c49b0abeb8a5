// Byte streams a hostile client might send: valid ones, damaged in a repeatable way.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace parley::net::test {

class Mutator {
 public:
  explicit Mutator(std::uint64_t seed);
  std::string next();
  /// A number below `limit`.
  std::size_t below(std::size_t limit) { return limit == 0 ? 0 : random_() % limit; }

 private:
  void damage(std::string& bytes);
  std::mt19937_64 random_;
  std::vector<std::string> corpus_;
};

}  // namespace parley::net::test
