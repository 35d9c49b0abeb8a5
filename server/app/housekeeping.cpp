#include "server/app/housekeeping.h"


#include "base/log.h"
#include "storage/command_outcome.h"
#include "tickets/ticket_store.h"

namespace parley::app {

using storage::Transaction;

namespace {
constexpr int round_max = 500;
}

void keep_house(storage::Database& database, const tickets::FileStore& files) {
  std::ignore = database.write_now(0, [](Transaction& tx) -> Status {
    storage::forget_command_outcomes(tx, tx.now() - outcome_lifetime, round_max);
    return {};
  });
  const auto unused = database.write_now(0, [](Transaction& tx) -> Result<std::vector<std::string>> {
    return tickets::forget_unused_uploads(tx, tx.now() - upload_lifetime, round_max);
  });
  if (unused.has_error()) { return; }
  for (const auto& sha256 : *unused) { files.remove_unused(sha256); }
  if (!unused->empty()) { log_info("uploads_forgotten count={}", {unused->size()}); }
}

}  // namespace parley::app
