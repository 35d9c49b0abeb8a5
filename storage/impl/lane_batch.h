// Several commands in one transaction, each under a savepoint of its own.
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

/// Runs the commands; a failed one is undone alone and keeps its error. Throws DatabaseError when the whole transaction is gone or
/// the connection is: then nothing of the batch has happened.
void run_commands(Connection& connection, SharedState& shared, std::span<Command> commands);

}  // namespace parley::storage
