// What becomes of a row after a hand-over. Pure, so that it can be tested as a table.
#pragma once

#include "storage/outbox.h"

namespace parley::storage {

struct OutboxDecision {
  OutboxState state;
  TimePoint due_at;
};

/// `jitter` in [0,1): spreads the retries of a failed provider over the second half of each pause.
OutboxDecision decide_outbox(const SendOutcome& outcome, const OutboxItem& item, const OutboxOptions& options, TimePoint now, double jitter);

}  // namespace parley::storage
