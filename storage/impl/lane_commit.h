// The end of a batch: the journal tail and COMMIT, and finding out what happened when the answer to it got lost.
#pragma once

#include <optional>

#include "storage/impl/connection_slot.h"
#include "storage/impl/lane_batch.h"

namespace parley::storage {

enum class CommitEnd : std::uint8_t {
  committed,  // durable; the mark has been raised
  undone,     // certainly nothing happened
  unknown     // the connection broke and the database could not be asked in time
};

struct CommitOutcome {
  CommitEnd end;
  std::optional<DatabaseError> failure{};
};

CommitOutcome commit_batch(ConnectionSlot& slot, SharedState& shared, std::span<const Command> commands);

/// A durable commit that changes nothing of interest: the redo log is sequential, so it carries everything committed before it.
void touch_durably(Connection& connection);

}  // namespace parley::storage
