#include "storage/database.h"

#include <sodium.h>

#include "storage/impl/database_impl.h"
#include "storage/impl/journal_tail.h"
#include "storage/impl/read_run.h"

namespace parley::storage {

namespace {

class SingleReader final : public StatementReader {
 public:
  explicit SingleReader(SharedState& shared) : shared_(shared), slot_(shared, ConnectionRole::single) {}
  Status run(Database::Work work) override {
    return run_read(shared_, slot_, work, std::chrono::steady_clock::now() + shared_.options.job_deadline);
  }

 private:
  SharedState& shared_;
  ConnectionSlot slot_;
};

}  // namespace

const std::vector<std::uint64_t>& commit_bucket_bounds_us() {
  static const std::vector<std::uint64_t> bounds(commit_bounds_us.begin(), commit_bounds_us.end());
  return bounds;
}

DatabaseImpl::DatabaseImpl(std::unique_ptr<SharedState> shared, std::string journal_uid)
    : shared_(std::move(shared)), journal_uid_(std::move(journal_uid)), readers_(*shared_) {
  for (int i = 0; i < shared_->options.lanes; ++i) { lanes_.push_back(std::make_unique<Lane>(*shared_)); }
  watch_ = std::thread([this] { watch_head(); });
}

DatabaseImpl::~DatabaseImpl() { stop(); }

Job DatabaseImpl::make_job(Work work, Done done) const {
  if (!done) { done = [](Status) {}; }
  return {std::move(work), std::move(done), std::chrono::steady_clock::now() + shared_->options.job_deadline};
}

void DatabaseImpl::refuse(Job& job) {
  ++shared_->counters.refused;
  job.done(Error(Errc::unavailable, "too much work is waiting for the database, or it is stopping"));
}

void DatabaseImpl::submit_read(Work work, Done done) {
  Job job = make_job(std::move(work), std::move(done));
  if (!readers_.submit(job)) { refuse(job); }
}

std::unique_ptr<StatementReader> DatabaseImpl::make_reader() { return std::make_unique<SingleReader>(*shared_); }

void DatabaseImpl::submit_write(std::uint64_t lane_key, Work work, Done done) {
  Job job = make_job(std::move(work), std::move(done));
  job.command_id.resize(16);
  randombytes_buf(job.command_id.data(), job.command_id.size());
  if (!lanes_[lane_key % lanes_.size()]->submit(job)) { refuse(job); }
}

void DatabaseImpl::wait_journal(std::uint64_t beyond, milliseconds at_most) { shared_->durable.wait(beyond, at_most); }

DatabaseProbe DatabaseImpl::probe() const {
  const Counters& counters = shared_->counters;
  DatabaseProbe probe{};
  probe.reads = counters.reads;
  probe.writes = counters.writes;
  probe.commits = counters.commits;
  probe.retries = counters.retries;
  probe.rollbacks = counters.rollbacks;
  probe.refused = counters.refused;
  probe.timed_out = counters.timed_out;
  probe.discarded_connections = counters.discarded;
  probe.read_queue_depth = readers_.depth();
  for (const auto& lane : lanes_) { probe.write_queue_depth += lane->depth(); }
  probe.journal_seq = shared_->durable.seq();
  probe.commit_micros_histogram.assign(counters.commit_histogram.begin(), counters.commit_histogram.end());
  return probe;
}

bool DatabaseImpl::is_healthy(milliseconds limit) {
  auto answered = std::make_shared<std::promise<bool>>();
  auto future = answered->get_future();
  submit_read(
      [](Transaction& tx) -> Status {
        tx.query("SELECT 1");
        return {};
      },
      [answered](Status status) { answered->set_value(status.has_value()); });
  return future.wait_for(limit) == std::future_status::ready && future.get();
}

/// Numbers that others committed (another node, a start of the server) become durable for us with a commit of our own. While our
/// lanes commit, the mark moves by itself and this thread only sleeps.
void DatabaseImpl::watch_head() {
  constexpr milliseconds interval{50};
  std::uint64_t seen = 0;
  while (!shared_->stopping.sleep_for(interval)) {
    const std::uint64_t durable = durable_seq();
    if (std::exchange(seen, durable) != durable) { continue; }
    const auto head = read_now([](Transaction& tx) -> Result<std::int64_t> {
      return tx.query("SELECT seq FROM journal_head WHERE stream=?", {journal_stream}).at(0).i64(0);
    });
    if (head.has_error() || static_cast<std::uint64_t>(*head) <= durable) { continue; }
    const Status touched = write_now(0, [](Transaction& tx) -> Status {
      tx.execute("UPDATE journal_meta SET touches=touches+1 WHERE id=1");
      return {};
    });
    if (touched.has_value()) { shared_->durable.raise(static_cast<std::uint64_t>(*head)); }
  }
}

void DatabaseImpl::stop() {
  const std::lock_guard hold(stop_mutex_);
  shared_->stopping.raise();
  if (watch_.joinable()) { watch_.join(); }
  readers_.close();
  for (auto& lane : lanes_) { lane->close(); }
  readers_.stop();
  for (auto& lane : lanes_) { lane->stop(); }
  shared_->durable.release();
}

}  // namespace parley::storage
