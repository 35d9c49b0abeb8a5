#include "channels/email/mime/impl/counted_memory.h"

#include <cstddef>
#include <cstdlib>
#include <ctime>
#include <new>

namespace parley::channels::email::mime {
namespace {

constexpr std::size_t chunk_size = 32 * 1'024;  // for small blocks
constexpr std::size_t clock_looks = 256;  // allocations between two

std::size_t cpu_ms() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<std::size_t>(now.tv_sec) * 1'000 + static_cast<std::size_t>(now.tv_nsec) / 1'000'000;
}

}  // namespace

CountedMemory::CountedMemory(const HtmlLimits& limits) : limits_(limits), began_ms_(cpu_ms()) { first_.before = first_.after = &first_; }

CountedMemory::~CountedMemory() {
  for (Large* block = first_.after; block != &first_;) {
    Large* const next = block->after;
    std::free(block);
    block = next;
  }
}

bool CountedMemory::is_late() { return ++allocations_ % clock_looks == 0 && cpu_ms() - began_ms_ > limits_.cpu_ms_max; }

void* CountedMemory::allocate(std::size_t size) {
  if (is_late() || size > limits_.memory_max) { return nullptr; }
  const std::size_t whole = (size + sizeof(Head) + step - 1) / step * step;
  Head* const head = whole <= small_max ? allocate_small(whole) : allocate_large(whole);
  return head == nullptr ? nullptr : head + 1;
}

CountedMemory::Head* CountedMemory::allocate_small(std::size_t size) {
  Head*& free = free_[size / step];
  if (free != nullptr) {
    Head* const head = free;
    free = head->next_free;
    return head;
  }
  if (left_ < size) {
    Head* const chunk = allocate_large(chunk_size);
    if (chunk == nullptr) { return nullptr; }
    next_ = reinterpret_cast<std::byte*>(chunk + 1);
    left_ = chunk_size - sizeof(Head);
  }
  Head* const head = new (next_) Head{size, nullptr};
  next_ += size;
  left_ -= size;
  return head;
}

CountedMemory::Head* CountedMemory::allocate_large(std::size_t size) {
  const std::size_t whole = size + sizeof(Large) - sizeof(Head);
  if (used_ + whole > limits_.memory_max) { return nullptr; }
  void* const bytes = std::malloc(whole);
  if (bytes == nullptr) { return nullptr; }
  used_ += whole;
  auto* const block = new (bytes) Large{&first_, first_.after, {size, nullptr}};
  first_.after->before = block;
  first_.after = block;
  return &block->head;
}

void CountedMemory::release(void* bytes) {
  if (bytes == nullptr) { return; }
  Head* const head = static_cast<Head*>(bytes) - 1;
  if (head->size <= small_max) {
    head->next_free = free_[head->size / step];
    free_[head->size / step] = head;
    return;
  }
  auto* const block = reinterpret_cast<Large*>(reinterpret_cast<std::byte*>(head) - offsetof(Large, head));
  used_ -= head->size + sizeof(Large) - sizeof(Head);
  block->before->after = block->after;
  block->after->before = block->before;
  std::free(block);
}

}  // namespace parley::channels::email::mime
