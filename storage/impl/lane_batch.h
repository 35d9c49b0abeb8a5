// Several commands in one transaction.
#pragma once

#include <span>
#include <vector>

#include "storage/impl/job_queue.h"
#include "storage/impl/shared_state.h"

namespace parley::storage {

struct Command {
  Job* job;
  Status status{};
  TimePoint at{};
  std::vector<Event> events{};
  std::vector<std::function<void()>> callbacks{};
};

/// Runs the commands; one that fails keeps its error. Throws DatabaseError when the whole transaction is gone or the connection is,
/// or when a command failed after it had written something its neighbours must not commit: then nothing of the batch has happened
/// and each command is to be run alone.
void run_commands(Connection& connection, SharedState& shared, std::span<Command> commands);

}  // namespace parley::storage
