#include "storage/impl/lane.h"


#include "base/log.h"
#include "storage/impl/answer.h"
#include "storage/impl/lane_commit.h"
#include "storage/impl/sql_error.h"

namespace parley::storage {
namespace {

constexpr int command_attempts_max = 12;

Moment now() { return std::chrono::steady_clock::now(); }

bool is_worth_retrying(const DatabaseError& failure) {
  return failure.is_connection_lost() || failure.is_deadlock() || failure.is_lock_timeout() || failure.is_stale();
}

void run_callbacks(Command& command) {
  for (const auto& callback : command.callbacks) {
    try {
      callback();
    } catch (const std::exception& failure) {
      log_error("storage: an after-commit callback threw: {}", {failure.what()});
    }
  }
}

}  // namespace

Lane::Lane(SharedState& shared)
    : shared_(shared), queue_(shared.options.queue_max), slot_(shared, ConnectionRole::lane), thread_([this] { serve(); }) {}

void Lane::stop() {
  queue_.close();
  if (thread_.joinable()) { thread_.join(); }
}

void Lane::serve() {
  const std::size_t limit = std::max<std::size_t>(1, shared_.options.batch_max);
  for (auto jobs = queue_.take(limit); !jobs.empty(); jobs = queue_.take(limit)) { run(jobs); }
  slot_.close();
}

void Lane::run(std::span<Job> jobs) {
  if (jobs.size() > 1 && !attempt(jobs)) { return; }
  // One by one: after a deadlock or an error in the tail nobody shares another's fate.
  for (Job& job : jobs) {
    if (job.done) { run_alone(job); }
  }
}

void Lane::run_alone(Job& job) {
  for (int tries = 0;; ++tries) {
    const auto failure = attempt({&job, 1});
    if (!failure) { return; }
    if (tries >= command_attempts_max || now() >= job.deadline || !is_worth_retrying(*failure)) { return answer(job, to_error(*failure)); }
    ++shared_.counters.retries;
    back_off(shared_.stopping, tries);
  }
}

std::optional<DatabaseError> Lane::attempt(std::span<Job> jobs) {
  std::vector<Command> commands;
  for (Job& job : jobs) {
    if (now() < job.deadline) {
      commands.push_back({.job = &job});
    } else {
      ++shared_.counters.timed_out;
      answer(job, Error(Errc::timeout, "the command waited too long for its turn"));
    }
  }
  if (commands.empty()) { return std::nullopt; }
  Connection* connection = slot_.get(commands.front().job->deadline);
  if (connection == nullptr) {
    answer(*commands.front().job, Error(Errc::unavailable, "the database cannot be reached"));
    if (commands.size() == 1) { return std::nullopt; }
    return DatabaseError(2002, "HY000", "the database cannot be reached");
  }
  try {
    run_commands(*connection, shared_, commands);
  } catch (const DatabaseError& failure) {
    log_info("storage: a batch of {} is run again: {}", {commands.size(), failure.what()});
    try {
      if (Connection* usable = slot_.current()) { usable->end_transaction("ROLLBACK"); }
    } catch (const DatabaseError&) {  // dropped below
    }
    slot_.drop_if_broken();
    return failure;
  }
  const CommitOutcome outcome = commit_batch(slot_, shared_, commands);
  slot_.drop_if_broken();
  if (outcome.end == CommitEnd::undone) { return outcome.failure; }
  answer_all(commands, outcome.end == CommitEnd::committed);
  return std::nullopt;
}

void Lane::answer_all(std::span<Command> commands, bool is_committed) {
  for (Command& command : commands) {
    if (command.status.has_value() && is_committed) {
      ++shared_.counters.writes;
      run_callbacks(command);
    } else if (command.status.has_value()) {
      command.status = Error(Errc::unavailable, "the connection broke during COMMIT and the outcome is not known");
    }
    answer(*command.job, std::move(command.status));
  }
}

}  // namespace parley::storage
