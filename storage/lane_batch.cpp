#include "storage/impl/lane_batch.h"

#include <nlohmann/json.hpp>

#include "storage/impl/answer.h"
#include "storage/impl/sql_error.h"
#include "storage/journal.h"

namespace parley::storage {
namespace {

constexpr int lock_retries_max = 3;
constexpr std::size_t event_body_max = 64 * 1024;

class LaneTransaction final : public Transaction {
 public:
  LaneTransaction(Connection& connection, Command& command) : connection_(connection), command_(command) {}

  std::vector<Row> query(std::string_view sql, std::span<const Value> parameters) override {
    has_written_ = has_written_ || !sql.starts_with("SELECT");
    return connection_.query(sql, parameters);
  }
  std::uint64_t execute(std::string_view sql, std::span<const Value> parameters) override {
    has_written_ = true;
    return connection_.execute(sql, parameters);
  }
  std::int64_t insert(std::string_view sql, std::span<const Value> parameters) override {
    has_written_ = true;
    return connection_.insert(sql, parameters);
  }
  void append(Event event) override {
    // Checked here, where it fails one command: in the tail a bad body would fail the whole batch.
    if (event.kind == epoch_kind) { throw std::logic_error("this event kind is reserved"); }
    if (event.body.size() > event_body_max) { throw std::logic_error("an event body is small facts, not content"); }
    if (!nlohmann::json::accept(event.body)) { throw std::logic_error("an event body must be JSON"); }
    command_.events.push_back(std::move(event));
  }
  TimePoint now() const override { return command_.at; }
  const std::string& command_id() const override { return command_.job->command_id; }
  void after_commit(std::function<void()> callback) override { command_.callbacks.push_back(std::move(callback)); }
  bool has_written() const { return has_written_; }

 private:
  Connection& connection_;
  Command& command_;
  bool has_written_{false};
};

enum class Attempt : std::uint8_t { ended, ended_with_traces, lock_wait };

/// Leaves the command's own error in `command.status`; rethrows what ends the whole transaction.
Attempt attempt(Connection& connection, Command& command) {
  LaneTransaction tx(connection, command);
  Attempt end = Attempt::ended;
  try {
    command.status = call_work(command.job->work, tx);
  } catch (const DatabaseError& failure) {
    if (!connection.is_usable() || connection.has_lost_transaction() || failure.is_stale()) { throw; }
    if (failure.is_lock_timeout()) { end = Attempt::lock_wait; }
    command.status = to_error(failure);
  }
  if (connection.has_lost_transaction()) {  // the command swallowed the exception, but its neighbours' work is gone as well
    throw DatabaseError(1213, "40001", "the transaction was rolled back inside a command");
  }
  return end == Attempt::ended && command.status.has_error() && tx.has_written() ? Attempt::ended_with_traces : end;
}

}  // namespace

// No savepoints: a round trip for each command would pay for a failure that is rare, and most refusals come before the first write.
void run_commands(Connection& connection, SharedState& shared, std::span<Command> commands) {
  const bool has_neighbours = commands.size() > 1;
  for (Command& command : commands) {
    for (int tries = 0;; ++tries) {
      command.at = shared.clock->now();
      command.events.clear();
      command.callbacks.clear();
      const Attempt end = attempt(connection, command);
      if (command.status.has_value()) { break; }
      ++shared.counters.rollbacks;
      if (has_neighbours) {
        if (end == Attempt::ended) { break; }
        throw DatabaseError(0, "HY000", "a command failed after its first write");
      }
      connection.run("ROLLBACK");
      if (end != Attempt::lock_wait || tries >= lock_retries_max || std::chrono::steady_clock::now() >= command.job->deadline ||
          !back_off(shared.stopping, tries)) {
        break;
      }
      ++shared.counters.retries;
    }
  }
}

}  // namespace parley::storage
