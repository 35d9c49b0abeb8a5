// What nobody needs any more is removed bit by bit: kept outcomes, uploads that no message names.
#pragma once

#include "base/clock.h"
#include "storage/database.h"
#include "tickets/file_store.h"

namespace parley::app {

inline constexpr milliseconds outcome_lifetime{7LL * 24 * 3600 * 1000};
inline constexpr milliseconds upload_lifetime{24LL * 3600 * 1000};

/// One round, at most 500 rows of each kind. Blocking.
void keep_house(storage::Database& database, const tickets::FileStore& files);

}  // namespace parley::app
