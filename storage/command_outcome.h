// The kept answers of commands, so that repeating one returns the first outcome (also after a restart).
#pragma once

#include <optional>
#include <string>

#include "storage/transaction.h"

namespace parley::storage {

struct CommandOutcome {
  int status{200};
  std::string outcome;  // JSON
};
std::optional<CommandOutcome> find_command_outcome(Transaction& tx, const std::string& principal, const std::string& idempotency_key);
/// Takes the key before the command runs; a racing repeat waits here until the first has committed. False when the key is taken.
bool claim_command(Transaction& tx, const std::string& principal, const std::string& idempotency_key);
void keep_command_outcome(Transaction& tx, const std::string& principal, const std::string& idempotency_key, const CommandOutcome& outcome);
/// Removes what is older than `before`, at most `limit` rows; returns how many.
std::uint64_t forget_command_outcomes(Transaction& tx, TimePoint before, int limit);

}  // namespace parley::storage
