// The door to MySQL: reads through a pool, writes through lanes that batch commands and append the journal.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "storage/transaction.h"

namespace parley::storage {

struct JournalRow;

struct DatabaseOptions {
  std::string url;            // mysql://user:password@host:port/schema or mysql+unix:///path/to.sock?schema=parley&user=root
  int readers{3};             // connections and threads of the read pool
  int lanes{3};               // connections and threads that write
  std::size_t queue_max{4096};       // jobs waiting per pool (reads) and per lane (writes); more are refused: unavailable
  std::size_t batch_max{32};         // commands per commit
  milliseconds job_deadline{10'000}; // a job that waited longer is answered `timeout` without having run
  milliseconds statement_timeout{8'000};  // max_statement_time on the server
  milliseconds network_timeout{15'000};   // connect/read/write time-outs in the driver
};

/// Figures for /metrics, read from any thread.
struct DatabaseProbe {
  std::uint64_t reads, writes, commits, retries, rollbacks, refused, timed_out, discarded_connections;
  std::uint64_t read_queue_depth, write_queue_depth;
  std::uint64_t journal_seq;                 // newest durable number
  std::vector<std::uint64_t> commit_micros_histogram;  // bucket counts, bounds in commit_bucket_bounds_us()
};
const std::vector<std::uint64_t>& commit_bucket_bounds_us();

/// Reads on the caller's thread, over a connection of its own: each statement sees what is committed when it begins, two may see different
/// states. No hand-over between threads and no end of a transaction: for one thread that reads all the time. The database must outlive it.
class StatementReader {
 public:
  virtual ~StatementReader() = default;
  /// Blocks. Errors: as reads of Database.
  virtual Status run(std::function<Status(Transaction&)> work) = 0;

  /// `work` returns Result<T>.
  template <class F>
  auto read(F work) -> std::invoke_result_t<F&, Transaction&> {
    std::optional<std::invoke_result_t<F&, Transaction&>> result;
    PARLEY_CHECK(run([&](Transaction& tx) -> Status {
      result = work(tx);
      return {};
    }));
    return std::move(*result);
  }
};

/// Threads: all public functions may be called from any thread. `done` callbacks run on a worker thread and must not block or throw;
/// when the queue is full or the database is stopped, `done` runs with `unavailable` at once on the caller's thread.
/// The blocking forms must not be called from a `done` or `after_commit` callback: they would wait for their own thread.
/// Work may run more than once (deadlock, lost connection before COMMIT), so it must have no side effects outside the transaction.
class Database {
 public:
  virtual ~Database() = default;

  using Work = std::function<Status(Transaction&)>;
  using Done = std::function<void(Status)>;

  /// Read-only snapshot on the pool.
  virtual void submit_read(Work work, Done done) = 0;
  virtual std::unique_ptr<StatementReader> make_reader() = 0;
  /// Transaction on lane `lane_key % lanes` (use the ticket's or customer's id). A failed Status or an exception undoes this command
  /// alone (its neighbours in the batch run again without it); success is reported only after the COMMIT is durable. On an unknown outcome (connection lost during COMMIT)
  /// the journal is asked for the command id before anything is repeated.
  virtual void submit_write(std::uint64_t lane_key, Work work, Done done) = 0;

  /// The newest journal number whose COMMIT has returned (durable mark), and a way to be woken when it moves.
  virtual std::uint64_t durable_seq() const = 0;
  /// The rows after+1, after+2, ... that this process has committed lately, without a hole and not beyond `up_to`; others are in the database.
  virtual std::vector<JournalRow> recent_journal(std::uint64_t after, std::uint64_t up_to, int limit) const = 0;
  virtual void wait_journal(std::uint64_t beyond, milliseconds at_most) = 0;
  /// 8 bytes naming this journal; changes after a restore from backup.
  virtual const std::string& journal_uid() const = 0;

  virtual DatabaseProbe probe() const = 0;
  /// True when a trivial query answers within the limit.
  virtual bool is_healthy(milliseconds limit) = 0;
  /// Finishes queued work, refuses new work, closes connections. Idempotent.
  virtual void stop() = 0;

  template <class T, class F>
  void read(F work, std::function<void(Result<T>)> done) {
    auto slot = std::make_shared<std::optional<T>>();
    submit_read(keep<T>(slot, std::move(work)), hand_over<T>(slot, std::move(done)));
  }
  template <class T, class F>
  void write(std::uint64_t lane_key, F work, std::function<void(Result<T>)> done) {
    auto slot = std::make_shared<std::optional<T>>();
    submit_write(lane_key, keep<T>(slot, std::move(work)), hand_over<T>(slot, std::move(done)));
  }
  /// Blocking forms, for start-up, command line, followers and tests. `work` returns Result<T>.
  template <class F>
  auto read_now(F work) -> std::invoke_result_t<F&, Transaction&> {
    return now(std::move(work), [this](Work w, Done d) { submit_read(std::move(w), std::move(d)); });
  }
  template <class F>
  auto write_now(std::uint64_t lane_key, F work) -> std::invoke_result_t<F&, Transaction&> {
    return now(std::move(work), [this, lane_key](Work w, Done d) { submit_write(lane_key, std::move(w), std::move(d)); });
  }

 private:
  template <class T, class F>
  static Work keep(std::shared_ptr<std::optional<T>> slot, F work) {
    return [slot = std::move(slot), work = std::move(work)](Transaction& tx) mutable -> Status {
      Result<T> result = work(tx);
      if (result.has_error()) { return std::move(result).error(); }
      *slot = std::move(result).value();
      return {};
    };
  }
  template <class T>
  static Done hand_over(std::shared_ptr<std::optional<T>> slot, std::function<void(Result<T>)> done) {
    return [slot = std::move(slot), done = std::move(done)](Status status) {
      if (status.has_error()) {
        done(std::move(status).error());
      } else {
        done(std::move(**slot));
      }
    };
  }
  template <class F, class Submit>
  static auto now(F work, Submit submit) -> std::invoke_result_t<F&, Transaction&> {
    using ResultType = std::invoke_result_t<F&, Transaction&>;
    auto outcome = std::make_shared<std::promise<ResultType>>();
    auto future = outcome->get_future();
    if constexpr (std::is_same_v<ResultType, Status>) {
      submit(Work(std::move(work)), [outcome](Status status) { outcome->set_value(std::move(status)); });
    } else {
      using T = typename ResultType::value_type;
      auto slot = std::make_shared<std::optional<T>>();
      submit(keep<T>(slot, std::move(work)), hand_over<T>(slot, [outcome](Result<T> r) { outcome->set_value(std::move(r)); }));
    }
    return future.get();
  }
};

/// Connects (retrying for `connect_patience`), checks the server, makes the schema when missing. Errors: unavailable.
Result<std::unique_ptr<Database>> open_database(DatabaseOptions options, std::shared_ptr<const Clock> clock,
                                                milliseconds connect_patience = milliseconds{10'000});

}  // namespace parley::storage
