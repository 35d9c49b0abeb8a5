// Memory of one parse of HTML: bounded in size and in CPU time, small blocks cut from larger ones, all of it freed at once.
#pragma once

#include <array>
#include <cstddef>

#include "channels/email/mime/html_sanitizer.h"

namespace parley::channels::email::mime {

class CountedMemory {
 public:
  explicit CountedMemory(const HtmlLimits& limits);
  ~CountedMemory();
  CountedMemory(const CountedMemory&) = delete;
  CountedMemory& operator=(const CountedMemory&) = delete;

  /// Null when a bound was hit, or the system has no more.
  void* allocate(std::size_t size);
  void release(void* bytes);

 private:
  /// Stands before every block.
  struct alignas(16) Head {
    std::size_t size;  // of the block with its head
    Head* next_free;   // while a small block waits to be used again
  };
  /// Stands before a block that has its memory to itself.
  struct Large {
    Large* before;
    Large* after;
    Head head;
  };

  bool is_late();
  Head* allocate_small(std::size_t size);
  Head* allocate_large(std::size_t size);

  static constexpr std::size_t step = 32;  // small blocks are multiples of it
  static constexpr std::size_t small_max = 512;

  const HtmlLimits limits_;
  std::size_t began_ms_;
  std::size_t used_{0};  // from the system
  std::size_t allocations_{0};
  std::byte* next_{nullptr};  // the rest of the last chunk
  std::size_t left_{0};
  std::array<Head*, small_max / step + 1> free_{};
  Large first_{};  // of a ring
};

}  // namespace parley::channels::email::mime
