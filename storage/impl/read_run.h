// A read-only job on a connection, from the pool's threads or the caller's own.
#pragma once

#include "storage/impl/connection_slot.h"

namespace parley::storage {

/// Runs `work`, again after a deadlock or with a new connection when the old one breaks, until `deadline`. The transaction is left open.
Status run_read(SharedState& shared, ConnectionSlot& slot, Database::Work& work, Moment deadline);

}  // namespace parley::storage
