#include "storage/command_outcome.h"

namespace parley::storage {

std::optional<CommandOutcome> find_command_outcome(Transaction& tx, const std::string& principal, const std::string& key) {
  const auto row = tx.query_one("SELECT status, outcome FROM command_outcome WHERE principal = ? AND idempotency_key = ?", {principal, key});
  if (!row) { return std::nullopt; }
  return CommandOutcome{static_cast<int>(row->i64(0)), row->text(1)};
}

bool claim_command(Transaction& tx, const std::string& principal, const std::string& key) {
  try {
    tx.execute("INSERT INTO command_outcome (principal, idempotency_key, status, outcome, at) VALUES (?,?,0,'null',?)", {principal, key, tx.now()});
    return true;
  } catch (const DatabaseError& failure) {
    if (!failure.is_duplicate_key()) { throw; }
    return false;  // only the statement was undone
  }
}

void keep_command_outcome(Transaction& tx, const std::string& principal, const std::string& key, const CommandOutcome& o) {
  tx.execute("INSERT INTO command_outcome (principal, idempotency_key, status, outcome, at) VALUES (?,?,?,?,?) "
             "ON DUPLICATE KEY UPDATE status = VALUES(status), outcome = VALUES(outcome)",
             {principal, key, o.status, o.outcome, tx.now()});
}

std::uint64_t forget_command_outcomes(Transaction& tx, TimePoint before, int limit) {
  return tx.execute("DELETE FROM command_outcome WHERE at < ? LIMIT ?", {before, limit});
}

}  // namespace parley::storage
