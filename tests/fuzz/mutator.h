// Valid inputs damaged in a repeatable way.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

namespace parley::test {

inline std::size_t number_from(const char* name, std::size_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// How hard inputs are hit; all in bytes but the first.
struct Damage {
  std::size_t blows{6};       // below this many
  std::size_t length{8};      // erased, doubled or replaced at once
  std::size_t run{300};       // of one byte
  std::size_t splice{24};     // taken from another input
};

class Mutator {
 public:
  Mutator(std::uint64_t seed, std::vector<std::string> corpus, std::vector<std::string> words, Damage damage)
      : random_(seed), corpus_(std::move(corpus)), words_(std::move(words)), damage_(damage) {}

  std::string next() {
    std::string bytes = pick();
    for (std::size_t i = below(damage_.blows); i > 0; --i) { hit(bytes); }
    return bytes;
  }
  const std::string& pick() { return corpus_[below(corpus_.size())]; }
  /// A number below `limit`.
  std::size_t below(std::size_t limit) { return limit == 0 ? 0 : random_() % limit; }
  void hit(std::string& bytes) {
    const std::size_t at = below(bytes.size() + 1);
    const std::size_t length = 1 + below(damage_.length);
    switch (below(8)) {
      case 0:
        if (at < bytes.size()) { bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8))); }
        return;
      case 1:
        if (at < bytes.size()) { bytes[at] = static_cast<char>(below(256)); }
        return;
      case 2: bytes.erase(at, length); return;
      case 3: bytes.insert(at, std::string(bytes, at, length * 4)); return;
      case 4: bytes.resize(at); return;
      case 5: bytes.insert(at, words_[below(words_.size())]); return;
      case 6: {  // of any byte, or of one that means something here
        const char byte = bytes.empty() || below(2) == 0 ? static_cast<char>(below(256)) : bytes[below(bytes.size())];
        bytes.insert(at, std::string(1 + below(damage_.run), byte));
        return;
      }
      default: {
        const std::string& other = pick();
        bytes.replace(at, std::min(length, bytes.size() - at), other, below(other.size()), 1 + below(damage_.splice));
      }
    }
  }

 private:
  std::mt19937_64 random_;
  std::vector<std::string> corpus_, words_;
  Damage damage_;
};

}  // namespace parley::test
