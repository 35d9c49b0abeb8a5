// The text that numbers and writes a batch's events and commits, in one round trip.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "storage/transaction.h"

namespace parley::storage {

inline constexpr int journal_stream = 1;  // one database, one stream
inline constexpr int epoch_step = 1'000'000;  // numbers left out at a start of the database: more than can be lost unflushed

struct CommandEvents {
  std::string_view command_id;
  TimePoint at;
  std::span<const Event> events;
};

/// The compound's result is the last number given. At least one event.
std::string journal_tail_sql(std::span<const CommandEvents> commands);

}  // namespace parley::storage
