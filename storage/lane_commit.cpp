#include "storage/impl/lane_commit.h"

#include <algorithm>

#include "base/log.h"
#include "storage/impl/journal_tail.h"

namespace parley::storage {
namespace {

std::vector<CommandEvents> events_of(std::span<const Command> commands) {
  std::vector<CommandEvents> found;
  for (const Command& command : commands) {
    if (command.status.has_value() && !command.events.empty()) {
      found.push_back({command.job->command_id, command.at, command.events});
    }
  }
  return found;
}

Moment latest_deadline(std::span<const Command> commands) {
  return std::ranges::max_element(commands, {}, [](const Command& c) { return c.job->deadline; })->job->deadline;
}

/// True when the old connection has really ended at the server: until then its COMMIT may still be under way.
bool has_ended(Connection& connection, const std::string& fence, Moment deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::seconds>(deadline - std::chrono::steady_clock::now()).count();
  const std::vector<Value> wait{fence, std::clamp<std::int64_t>(left, 0, 5)};
  if (connection.query("SELECT COALESCE(GET_LOCK(?, ?), 0)", wait).at(0).i64(0) != 1) { return false; }
  connection.query("SELECT RELEASE_LOCK(?)", std::vector<Value>{fence});
  return true;
}

/// The batch's last number when it was committed, 0 when not.
std::uint64_t find_in_journal(Connection& connection, std::string_view command_id, std::uint64_t known_before) {
  // A range of the primary key: only the few numbers given since the durable mark was last seen.
  const std::vector<Value> wanted{journal_stream, known_before, command_id};
  const auto rows = connection.query("SELECT COALESCE(MAX(seq), 0) FROM journal WHERE stream=? AND seq>? AND command_id=?", wanted);
  connection.end_transaction("COMMIT");
  return static_cast<std::uint64_t>(rows.at(0).i64(0));
}

/// Asks a connection that works what became of the tail.
CommitEnd settle(ConnectionSlot& slot, SharedState& shared, std::span<const Command> commands, const std::string& fence,
                 std::string_view last_command, std::uint64_t known_before) {
  const Moment deadline = latest_deadline(commands);
  for (int tries = 0; tries < 5; ++tries) {
    Connection* connection = slot.get(deadline);
    if (connection == nullptr) { return CommitEnd::unknown; }
    try {
      if (connection->fence() != fence && !has_ended(*connection, fence, deadline)) { continue; }
      const std::uint64_t last = find_in_journal(*connection, last_command, known_before);
      if (last == 0) { return CommitEnd::undone; }
      touch_durably(*connection);  // visible is not yet durable
      shared.durable.raise(last);
      return CommitEnd::committed;
    } catch (const DatabaseError& failure) {
      log_warning("storage: looking for an unanswered commit failed: {}", {failure.what()});
    }
  }
  return CommitEnd::unknown;
}

void roll_back(ConnectionSlot& slot) {
  try {
    if (Connection* connection = slot.current()) { connection->end_transaction("ROLLBACK"); }
  } catch (const DatabaseError&) {  // the slot drops it
  }
}

}  // namespace

void touch_durably(Connection& connection) {
  connection.run("UPDATE journal_meta SET touches=touches+1 WHERE id=1");
  connection.end_transaction("COMMIT");
}

CommitOutcome commit_batch(ConnectionSlot& slot, SharedState& shared, std::span<const Command> commands) {
  const bool has_work = std::ranges::any_of(commands, [](const Command& c) { return c.status.has_value(); });
  if (!has_work && commands.size() == 1) { return {CommitEnd::committed}; }  // its ROLLBACK has ended the transaction
  const auto events = events_of(commands);
  const std::uint64_t known_before = shared.durable.seq();
  Connection& connection = *slot.current();
  const std::string fence = connection.fence();
  const auto begun = std::chrono::steady_clock::now();
  try {
    if (events.empty()) {
      connection.end_transaction("COMMIT");
    } else {
      const auto last = static_cast<std::uint64_t>(connection.run_for_number(journal_tail_sql(events)));
      shared.recent.add(events, last);
      shared.durable.raise(last);
    }
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begun);
    shared.counters.count_commit(static_cast<std::uint64_t>(took.count()));
    return {CommitEnd::committed};
  } catch (const DatabaseError& failure) {
    log_warning("storage: a commit failed: {}", {failure.what()});
    // Also with a working connection: the tail's own SELECT may have failed behind its COMMIT.
    roll_back(slot);
    if (!events.empty()) {
      return {settle(slot, shared, commands, fence, events.back().command_id, known_before), failure};
    }
    return {slot.current() != nullptr ? CommitEnd::undone : CommitEnd::unknown, failure};
  }
}

}  // namespace parley::storage
