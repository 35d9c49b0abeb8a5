#include "storage/impl/read_pool.h"


#include "base/log.h"
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

}  // namespace

ReadPool::ReadPool(SharedState& shared) : shared_(shared), queue_(shared.options.queue_max) {
  for (int i = 0; i < shared.options.readers; ++i) {
    threads_.emplace_back([this] { serve(); });
  }
}

void ReadPool::stop() {
  queue_.close();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) { thread.join(); }
  }
}

void ReadPool::serve() {
  ConnectionSlot slot(shared_, ConnectionRole::reader);
  for (auto jobs = queue_.take(1); !jobs.empty(); jobs = queue_.take(1)) { run(slot, jobs.front()); }
}

void ReadPool::run(ConnectionSlot& slot, Job& job) {
  if (std::chrono::steady_clock::now() >= job.deadline) {
    ++shared_.counters.timed_out;
    return answer(job, Error(Errc::timeout, "the read waited too long for its turn"));
  }
  ++shared_.counters.reads;
  for (int tries = 0;; ++tries) {
    bool may_retry = false;
    Status status = attempt(slot, job, may_retry);
    if (may_retry && tries < read_attempts_max && std::chrono::steady_clock::now() < job.deadline) {
      ++shared_.counters.retries;
      continue;
    }
    answer(job, std::move(status));
    break;
  }
  // Ends the snapshot after the answer is on its way: nobody waits for this round trip.
  try {
    if (Connection* connection = slot.current()) { connection->end_transaction("COMMIT"); }
  } catch (const DatabaseError& failure) {
    log_debug("storage: ending a snapshot failed: {}", {failure.what()});
  }
  slot.drop_if_broken();
}

Status ReadPool::attempt(ConnectionSlot& slot, Job& job, bool& may_retry) {
  Connection* connection = slot.get(job.deadline);
  if (connection == nullptr) { return Error(Errc::unavailable, "the database cannot be reached"); }
  try {
    ReadTransaction tx(*connection, shared_.clock->now());
    return call_work(job.work, tx);
  } catch (const DatabaseError& failure) {
    may_retry = failure.is_connection_lost() || failure.is_deadlock();
    slot.drop_if_broken();
    return to_error(failure);
  }
}

}  // namespace parley::storage
