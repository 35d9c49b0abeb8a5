
#include <atomic>
#include <random>
#include <thread>

#include "base/log.h"
#include "storage/impl/outbox_decision.h"
#include "storage/impl/outbox_text.h"
#include "storage/impl/stop_signal.h"

namespace parley::storage {
namespace {

constexpr milliseconds idle_wait{200};    // rows whose time comes without anybody moving the journal
constexpr milliseconds between_looks{20}; // while the journal moves all the time
constexpr int record_attempts = 8;

constexpr int state(OutboxState s) { return static_cast<int>(s); }

class Worker final : public OutboxWorker {
 public:
  Worker(Database& database, std::shared_ptr<const Clock> clock, OutboxOptions options, std::map<std::string, Sender> senders);

  Result<int> run_once() override;
  void run() override;
  void stop() override { stopping_.raise(); }
  OutboxProbe probe() const override { return {handed_over_, sent_, retried_, failed_, dead_, uncertain_}; }

 private:
  Result<bool> is_anything_to_do();
  Status expire_leases();
  Status drain(std::uint64_t lane_key, std::atomic<int>& count);
  Result<std::vector<OutboxItem>> claim(std::uint64_t lane_key);
  SendOutcome hand_over(const OutboxItem& item);
  void record(std::uint64_t lane_key, const OutboxItem& item, const SendOutcome& outcome);
  void announce(Transaction& tx, std::int64_t id) const;
  void count(OutboxState reached);
  std::vector<Value> channel_parameters(std::vector<Value> before) const;

  Database& database_;
  const std::shared_ptr<const Clock> clock_;
  const OutboxOptions options_;
  const std::map<std::string, Sender> senders_;
  std::string due_sql_, claim_sql_;
  std::atomic<std::uint64_t> handed_over_{0}, sent_{0}, retried_{0}, failed_{0}, dead_{0}, uncertain_{0};
  StopSignal stopping_;
};

Worker::Worker(Database& database, std::shared_ptr<const Clock> clock, OutboxOptions options, std::map<std::string, Sender> senders)
    : database_(database), clock_(std::move(clock)), options_(options), senders_(std::move(senders)) {
  if (senders_.empty()) { return; }
  // Only channels somebody here can send: rows of others wait for a node that can.
  due_sql_ = in_list_sql("SELECT EXISTS(SELECT 1 FROM outbox WHERE state=0 AND due_at<=? AND channel IN ", senders_.size(),
                         ") OR EXISTS(SELECT 1 FROM outbox WHERE state=1 AND lease_until<?)");
  // Locks the one row it returns; rows locked by another claimer are passed over.
  claim_sql_ = in_list_sql("SELECT id, channel, idempotency_key, message_id, payload, attempts, due_at, tried_since FROM outbox "
                           "WHERE state=0 AND due_at<=? AND channel IN ", senders_.size(),
                           " ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED");
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

Result<std::vector<OutboxItem>> Worker::claim(std::uint64_t lane_key) {
  return database_.write_now(lane_key, [this](Transaction& tx) -> Result<std::vector<OutboxItem>> {
    std::vector<OutboxItem> claimed;
    const TimePoint now = clock_->now();
    for (const Row& row : tx.query(claim_sql_, channel_parameters({now}))) {
      Fields fields(row);
      OutboxItem& item = claimed.emplace_back();
      item.id = fields.i64();
      item.channel = fields.text();
      item.idempotency_key = fields.text();
      item.message_id = fields.i64();
      item.payload = fields.text();
      item.attempts = static_cast<int>(fields.i64()) + 1;
      item.due_at = fields.time();
      item.tried_since = fields.time();
      item.state = OutboxState::sending;
      tx.execute("UPDATE outbox SET state=?, attempts=?, lease_until=?, updated_at=? WHERE id=?",
                 {state(OutboxState::sending), item.attempts, now + options_.claim_lease, now, item.id});
    }
    return claimed;
  });
}

SendOutcome Worker::hand_over(const OutboxItem& item) {
  ++handed_over_;
  try {
    return senders_.at(item.channel)(item);
  } catch (const std::exception& failure) {  // it may have thrown after the provider took it
    return {SendOutcome::Kind::unknown, {}, failure.what(), {}};
  }
}

/// `attempts` fences: a row that somebody decided to send again in the meantime is not touched.
void Worker::record(std::uint64_t lane_key, const OutboxItem& item, const SendOutcome& outcome) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const double jitter = std::uniform_real_distribution<double>(0.0, 1.0)(random);
  const TimePoint now = clock_->now();
  const OutboxDecision decision = decide_outbox(outcome, item, options_, now, jitter);
  const std::string error = outbox_text(outcome.error, 1000);
  const Value provider_id = outcome.provider_id.empty() ? Value{} : Value{outbox_text(outcome.provider_id, 255)};
  const Value payload = outcome.payload.empty() ? Value{} : Value{outcome.payload};
  for (int tries = 0; tries < record_attempts; ++tries) {
    const Status status = database_.write_now(lane_key, [&](Transaction& tx) -> Status {
      const auto moved = tx.execute("UPDATE outbox SET state=?, due_at=?, last_error=?, status=?, provider_id=COALESCE(?, provider_id), payload=COALESCE(?, payload), lease_until=NULL, "
                                    "updated_at=? WHERE id=? AND attempts=? AND state IN (1, 6)",
                                    {state(decision.state), decision.due_at, error, outbox_text(outcome.status, 16), provider_id, payload, now, item.id, item.attempts});
      if (moved == 1) { announce(tx, item.id); }
      return {};
    });
    if (status.has_value()) { return count(decision.state); }
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

Status Worker::drain(std::uint64_t lane_key, std::atomic<int>& handed) {
  while (!stopping_.is_raised()) {
    PARLEY_TRY(const auto items, claim(lane_key));  // returns after its COMMIT: `sending` is durable before anything leaves
    if (items.empty()) { break; }
    for (const OutboxItem& item : items) {
      record(lane_key, item, hand_over(item));
      ++handed;
    }
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

void Worker::run() {
  while (!stopping_.is_raised()) {
    const std::uint64_t seen = database_.durable_seq();
    const Result<int> done = run_once();
    if (done.has_error()) { log_error("outbox: {}", {done.error().detail}); }
    if (stopping_.sleep_for(done.has_error() ? idle_wait : between_looks)) { break; }
    if (done.has_value() && *done == 0) { database_.wait_journal(seen, idle_wait); }
  }
}

}  // namespace

std::unique_ptr<OutboxWorker> make_outbox_worker(Database& database, std::shared_ptr<const Clock> clock, OutboxOptions options,
                                                 std::map<std::string, Sender> senders) {
  return std::make_unique<Worker>(database, std::move(clock), options, std::move(senders));
}

}  // namespace parley::storage
