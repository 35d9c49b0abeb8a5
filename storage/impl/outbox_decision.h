// What becomes of a row after a hand-over. Pure, so that it can be tested as a table.
#pragma once

#include "storage/outbox.h"

namespace parley::storage {

/// The row as it is from now on. `item` as it is while it is sent.
/// `jitter` in [0,1): spreads the retries of a failed provider over the second half of each pause.
OutboxItem decide_outbox(const SendOutcome& outcome, OutboxItem item, const OutboxOptions& options, TimePoint now, double jitter);

}  // namespace parley::storage
