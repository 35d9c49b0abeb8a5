// The follower's rule, without clock, thread or database: what of the rows read may be delivered.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "storage/journal.h"

namespace parley::storage {

struct FollowerStep {
  std::vector<JournalRow> deliverable;  // contiguous above the cursor
  std::uint64_t cursor{0};              // after delivering them
  bool has_hole{false};                 // a row beyond the next number is visible, or the mark is, but not the next number itself
  bool must_resync{false};              // an epoch below the cursor: numbers we delivered were lost unflushed and given out again
};

/// `rows`: what read_journal gave for (cursor, durable]; `may_have_more`: it was cut by its limit.
/// At an epoch the step ends: what was before it is delivered first.
FollowerStep follower_step(std::uint64_t cursor, std::uint64_t durable, std::vector<JournalRow> rows, bool may_have_more);

}  // namespace parley::storage
