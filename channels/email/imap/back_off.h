#pragma once

#include <algorithm>
#include <chrono>

namespace parley::channels::email::imap {

/// Delays that double from `least` to `most`.
struct BackOff {
  std::chrono::milliseconds least, most;

  /// After so many failures in a row (1: the first).
  std::chrono::milliseconds after(std::size_t failures) const {
    auto delay = least;
    for (std::size_t i = 1; i < failures && delay < most; ++i) { delay *= 2; }
    return std::min(delay, most);
  }
};

}  // namespace parley::channels::email::imap
