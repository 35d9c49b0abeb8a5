#include "storage/impl/read_run.h"

#include "storage/impl/answer.h"
#include "storage/impl/sql_error.h"

namespace parley::storage {
namespace {

constexpr int read_attempts_max = 5;

class ReadTransaction final : public Transaction {
 public:
  ReadTransaction(Connection& connection, TimePoint now) : connection_(connection), now_(now) {}

  std::vector<Row> query(std::string_view sql, std::span<const Value> parameters) override {
    return connection_.query(sql, parameters);
  }
  std::uint64_t execute(std::string_view sql, std::span<const Value> parameters) override {
    return connection_.execute(sql, parameters);
  }
  std::int64_t insert(std::string_view sql, std::span<const Value> parameters) override {
    return connection_.insert(sql, parameters);
  }
  void append(Event) override { throw std::logic_error("append in a read-only transaction"); }
  TimePoint now() const override { return now_; }
  const std::string& command_id() const override { return no_command_; }
  void after_commit(std::function<void()>) override { throw std::logic_error("after_commit in a read-only transaction"); }

 private:
  Connection& connection_;
  TimePoint now_;
  std::string no_command_;
};

Status attempt_read(SharedState& shared, ConnectionSlot& slot, Database::Work& work, Moment deadline, bool& may_retry) {
  Connection* connection = slot.get(deadline);
  if (connection == nullptr) { return Error(Errc::unavailable, "the database cannot be reached"); }
  try {
    ReadTransaction tx(*connection, shared.clock->now());
    return call_work(work, tx);
  } catch (const DatabaseError& failure) {
    may_retry = failure.is_connection_lost() || failure.is_deadlock();
    slot.drop_if_broken();
    return to_error(failure);
  }
}

}  // namespace

Status run_read(SharedState& shared, ConnectionSlot& slot, Database::Work& work, Moment deadline) {
  ++shared.counters.reads;
  for (int tries = 0;; ++tries) {
    bool may_retry = false;
    Status status = attempt_read(shared, slot, work, deadline, may_retry);
    if (!may_retry || tries >= read_attempts_max || std::chrono::steady_clock::now() >= deadline) { return status; }
    ++shared.counters.retries;
  }
}

}  // namespace parley::storage
