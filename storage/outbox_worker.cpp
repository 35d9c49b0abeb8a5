
#include <atomic>
#include <bit>
#include <condition_variable>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include "base/log.h"
#include "storage/impl/outbox_decision.h"
#include "storage/impl/outbox_row.h"
#include "storage/impl/stop_signal.h"

namespace parley::storage {
namespace {

constexpr milliseconds idle_wait{200};    // rows whose time comes without anybody moving the journal
constexpr milliseconds between_looks{20}; // while the journal moves all the time
constexpr int record_attempts = 8;

constexpr int state(OutboxState s) { return static_cast<int>(s); }

/// How many rows of each lane are being handed over. Thread-safe.
class LanesUnderWay {
 public:
  void enter(const std::string& lane) {
    const std::lock_guard hold(mutex_);
    ++lanes_[lane];
  }
  void leave(const std::string& lane) {
    const std::lock_guard hold(mutex_);
    if (const auto found = lanes_.find(lane); --found->second == 0) { lanes_.erase(found); }
  }
  std::size_t all() const {
    const std::lock_guard hold(mutex_);
    std::size_t rows = 0;
    for (const auto& [lane, count] : lanes_) { rows += static_cast<std::size_t>(count); }
    return rows;
  }
  std::vector<std::string> with(int rows) const {
    const std::lock_guard hold(mutex_);
    std::vector<std::string> out;
    for (const auto& [lane, count] : lanes_) {
      if (count >= rows) { out.push_back(lane); }
    }
    return out;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, int> lanes_;
};

/// Threads that wait until there may be a row for them. Whoever finds one calls the next, so there are as many awake as there is work.
class IdleHands {
 public:
  void call_one() {
    {
      const std::lock_guard hold(mutex_);
      ++calls_;
    }
    called_.notify_one();
  }
  void end() {
    {
      const std::lock_guard hold(mutex_);
      is_over_ = true;
    }
    called_.notify_all();
  }
  /// False: no more calls will come.
  bool wait() {
    std::unique_lock hold(mutex_);
    called_.wait(hold, [this] { return calls_ > 0 || is_over_; });
    calls_ = 0;
    return !is_over_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable called_;
  int calls_{0};
  bool is_over_{false};
};

class Worker final : public OutboxWorker {
 public:
  Worker(Database& database, std::shared_ptr<const Clock> clock, OutboxOptions options, std::map<std::string, Sender> senders);

  Result<int> run_once() override;
  void run() override;
  void stop() override { stopping_.raise(); }
  OutboxProbe probe() const override { return {handed_over_, sent_, retried_, failed_, dead_, uncertain_, under_way_.all()}; }

 private:
  Result<bool> is_anything_to_do();
  Status expire_leases();
  Status drain(std::uint64_t hand, std::atomic<int>& count);
  Result<std::optional<OutboxItem>> claim(std::uint64_t hand);
  SendOutcome hand_over(const OutboxItem& item);
  void record(std::uint64_t hand, const OutboxItem& item, const SendOutcome& outcome);
  void announce(Transaction& tx, std::int64_t id) const;
  void count(OutboxState reached);
  std::vector<Value> channel_parameters(std::vector<Value> before) const;

  Database& database_;
  const std::shared_ptr<const Clock> clock_;
  const OutboxOptions options_;
  const std::map<std::string, Sender> senders_;
  std::string due_sql_, claim_sql_;
  LanesUnderWay under_way_;
  IdleHands idle_;
  std::mutex claiming_;
  std::atomic<std::uint64_t> handed_over_{0}, sent_{0}, retried_{0}, failed_{0}, dead_{0}, uncertain_{0};
  StopSignal stopping_;
};

Worker::Worker(Database& database, std::shared_ptr<const Clock> clock, OutboxOptions options, std::map<std::string, Sender> senders)
    : database_(database), clock_(std::move(clock)), options_(options), senders_(std::move(senders)) {
  if (senders_.empty()) { return; }
  // Only channels somebody here can send: rows of others wait for a node that can.
  due_sql_ = in_list_sql("SELECT EXISTS(SELECT 1 FROM outbox WHERE state=0 AND due_at<=? AND channel IN ", senders_.size(),
                         ") OR EXISTS(SELECT 1 FROM outbox WHERE state=1 AND lease_until<?)");
  // Locks the one row it returns; rows locked by another claimer are passed over, as are lanes that have their share under way.
  claim_sql_ = in_list_sql("WHERE state=0 AND due_at<=? AND channel IN ", senders_.size(), " AND lane NOT IN ");
}

std::vector<Value> Worker::channel_parameters(std::vector<Value> before) const {
  for (const auto& [channel, sender] : senders_) { before.emplace_back(channel); }
  before.insert(before.end(), std::bit_ceil(senders_.size()) - senders_.size(), Value(senders_.rbegin()->first));
  return before;
}

Result<bool> Worker::is_anything_to_do() {
  auto parameters = channel_parameters({clock_->now()});
  parameters.emplace_back(clock_->now());
  return database_.read_now([this, &parameters](Transaction& tx) -> Result<bool> {
    return tx.query(due_sql_, parameters).at(0).flag(0);
  });
}

/// Rows whose worker died between claim and record: whether they left the house nobody here knows, so nobody sends them again.
Status Worker::expire_leases() {
  std::uint64_t expired = 0;
  PARLEY_CHECK(database_.write_now(0, [&](Transaction& tx) -> Status {
    expired = 0;
    for (const Row& row : tx.query("SELECT id FROM outbox WHERE state=? AND lease_until<? LIMIT 500 FOR UPDATE",
                                   {state(OutboxState::sending), clock_->now()})) {
      tx.execute("UPDATE outbox SET state=?, lease_until=NULL, updated_at=?, last_error='the sender stopped before it could note the outcome' WHERE id=?",
                 {state(OutboxState::uncertain), clock_->now(), row.i64(0)});
      announce(tx, row.i64(0));
      ++expired;
    }
    return {};
  }));
  uncertain_ += expired;
  return {};
}

/// One hand at a time, so that two do not both see room for one row in a lane.
Result<std::optional<OutboxItem>> Worker::claim(std::uint64_t hand) {
  const std::lock_guard one_at_a_time(claiming_);
  const auto full = under_way_.with(options_.concurrency_of_lane);
  auto claimed = database_.write_now(hand, [&](Transaction& tx) -> Result<std::optional<OutboxItem>> {
    const TimePoint now = clock_->now();
    std::vector<Value> parameters = channel_parameters({now});
    parameters.emplace_back("-");  // no lane has this name: the list must not be empty
    for (const auto& lane : full) { parameters.emplace_back(lane); }
    parameters.insert(parameters.end(), std::bit_ceil(full.size() + 1) - full.size() - 1, Value("-"));
    auto rows = outbox_rows(tx, in_list_sql(claim_sql_, full.size() + 1, " ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED"), parameters);
    if (rows.empty()) { return std::nullopt; }
    OutboxItem& item = rows.front();
    ++item.attempts;
    ++item.claims;
    item.state = OutboxState::sending;
    tx.execute("UPDATE outbox SET state=?, attempts=?, claims=?, lease_until=?, updated_at=? WHERE id=?",
               {state(OutboxState::sending), item.attempts, item.claims, now + options_.claim_lease, now, item.id});
    return std::move(item);
  });
  if (claimed.has_value() && *claimed) { under_way_.enter((*claimed)->lane); }
  return claimed;
}

SendOutcome Worker::hand_over(const OutboxItem& item) {
  ++handed_over_;
  try {
    return senders_.at(item.channel)(item);
  } catch (const std::exception& failure) {  // it may have thrown after the provider took it
    return {SendOutcome::Kind::unknown, {}, failure.what(), {}};
  }
}

/// `claims` fences: a row that somebody decided to send again in the meantime is not touched. The row is read again, as reports of
/// recipients may have come while it was under way.
void Worker::record(std::uint64_t hand, const OutboxItem& item, const SendOutcome& outcome) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const double jitter = std::uniform_real_distribution<double>(0.0, 1.0)(random);
  for (int tries = 0; tries < record_attempts; ++tries) {
    OutboxState reached = OutboxState::sending;
    const Status status = database_.write_now(hand, [&](Transaction& tx) -> Status {
      const auto row = outbox_row(tx, "WHERE id=? AND claims=? AND state IN (1, 6) FOR UPDATE", {item.id, item.claims});
      if (!row) { return {}; }
      const OutboxItem decided = decide_outbox(outcome, *row, options_, clock_->now(), jitter);
      reached = decided.state;
      save_outbox(tx, decided);
      if (outcome.was_tried && options_.on_change) { options_.on_change(tx, decided); }
      return {};
    });
    if (status.has_value()) { return count(reached); }
    log_error("outbox: the outcome of {} cannot be noted: {}", {item.id, status.error().detail});
    if (stopping_.sleep_for(milliseconds{50 << tries})) { break; }
  }
  log_error("outbox: {} stays `sending` and becomes uncertain when its lease ends", {item.id});
}

void Worker::announce(Transaction& tx, std::int64_t id) const {
  if (!options_.on_change) { return; }
  if (const auto item = find_outbox(tx, id)) { options_.on_change(tx, *item); }
}

void Worker::count(OutboxState reached) {
  switch (reached) {
    case OutboxState::sent: ++sent_; break;
    case OutboxState::pending: ++retried_; break;
    case OutboxState::failed: ++failed_; break;
    case OutboxState::dead: ++dead_; break;
    case OutboxState::uncertain: ++uncertain_; break;
    case OutboxState::sending:
    case OutboxState::delivered:
    case OutboxState::cancelled: break;
  }
}

Status Worker::drain(std::uint64_t hand, std::atomic<int>& handed) {
  while (!stopping_.is_raised()) {
    PARLEY_TRY(const auto item, claim(hand));  // returns after its COMMIT: `sending` is durable before anything leaves
    if (!item) { break; }
    idle_.call_one();
    record(hand, *item, hand_over(*item));
    under_way_.leave(item->lane);
    ++handed;
  }
  return {};
}

Result<int> Worker::run_once() {
  if (senders_.empty()) { return 0; }
  PARLEY_TRY(const bool is_work, is_anything_to_do());
  if (!is_work) { return 0; }
  PARLEY_CHECK(expire_leases());
  std::atomic<int> handed{0};
  std::vector<std::thread> others;
  for (int i = 1; i < options_.concurrency; ++i) {
    others.emplace_back([this, i, &handed] { std::ignore = drain(static_cast<std::uint64_t>(i), handed); });
  }
  const Status own = drain(0, handed);
  for (std::thread& other : others) { other.join(); }
  if (own.has_error() && handed == 0) { return own.error(); }
  return handed.load();
}

/// Looks for work and calls a hand when there is some; no hand waits for another.
void Worker::run() {
  if (senders_.empty()) { return; }
  std::atomic<int> handed{0};
  std::vector<std::thread> hands;
  for (int i = 0; i < options_.concurrency; ++i) {
    hands.emplace_back([this, i, &handed] {
      while (idle_.wait()) {
        if (const Status status = drain(static_cast<std::uint64_t>(i), handed); status.has_error()) { log_error("outbox: {}", {status.error().detail}); }
      }
    });
  }
  while (!stopping_.is_raised()) {
    const std::uint64_t seen = database_.durable_seq();
    const int before = handed;
    const Result<bool> is_work = is_anything_to_do();
    if (is_work.has_error()) { log_error("outbox: {}", {is_work.error().detail}); }
    if (is_work.has_value() && *is_work) {
      if (const Status status = expire_leases(); status.has_error()) { log_error("outbox: {}", {status.error().detail}); }
      idle_.call_one();
    }
    if (stopping_.sleep_for(is_work.has_error() ? idle_wait : between_looks)) { break; }
    // Nothing to do, or what is due is in lanes that are full.
    if (handed == before) { database_.wait_journal(seen, idle_wait); }
  }
  idle_.end();
  for (std::thread& hand : hands) { hand.join(); }
}

}  // namespace

std::unique_ptr<OutboxWorker> make_outbox_worker(Database& database, std::shared_ptr<const Clock> clock, OutboxOptions options,
                                                 std::map<std::string, Sender> senders) {
  return std::make_unique<Worker>(database, std::move(clock), options, std::move(senders));
}

}  // namespace parley::storage
