// What lanes, readers and the database share. Written from many threads: atomics and self-locking parts only.
#pragma once

#include <array>
#include <atomic>
#include <memory>

#include "storage/database.h"
#include "storage/impl/connection.h"
#include "storage/impl/durable_mark.h"
#include "storage/impl/recent_journal.h"
#include "storage/impl/stop_signal.h"

namespace parley::storage {

inline constexpr std::array<std::uint64_t, 14> commit_bounds_us{100,    200,    500,     1'000,   2'000,   5'000,     10'000,
                                                                20'000, 50'000, 100'000, 200'000, 500'000, 1'000'000, 5'000'000};

struct Counters {
  std::atomic<std::uint64_t> reads{0}, writes{0}, commits{0}, retries{0}, rollbacks{0}, refused{0}, timed_out{0}, discarded{0};
  std::array<std::atomic<std::uint64_t>, commit_bounds_us.size() + 1> commit_histogram{};

  void count_commit(std::uint64_t micros) {
    ++commits;
    std::size_t bucket = 0;
    while (bucket < commit_bounds_us.size() && micros > commit_bounds_us[bucket]) { ++bucket; }
    ++commit_histogram[bucket];
  }
};

struct SharedState {
  DatabaseOptions options;
  ConnectionSettings connection;
  std::shared_ptr<const Clock> clock;
  Counters counters;
  DurableMark durable;
  RecentJournal recent;
  StopSignal stopping;  // raised when queues are closed: nobody waits for a lost database any longer
};

}  // namespace parley::storage
