
#include <atomic>
#include <functional>
#include <thread>

#include "base/log.h"
#include "storage/impl/follower_step.h"
#include "storage/impl/journal_tail.h"
#include "storage/impl/stop_signal.h"
#include "storage/journal.h"

namespace parley::storage {
namespace {

using Steady = std::chrono::steady_clock;

constexpr milliseconds quiet_wait{50};
constexpr milliseconds hole_poll{1};
constexpr milliseconds trim_check_after{20};  // a hole that stays open longer may be a trimmed range
constexpr milliseconds cursor_interval{250};  // delivery is at-least-once anyway: a commit per batch would buy nothing
constexpr milliseconds handler_pause_first{10};
constexpr milliseconds handler_pause_max{5'000};

class FollowerThread final : public Follower {
 public:
  FollowerThread(Database& database, FollowerOptions options, Handler handler, std::function<void()> resync, std::uint64_t cursor)
      : database_(database), options_(std::move(options)), handler_(std::move(handler)), resync_(std::move(resync)), cursor_(cursor),
        saved_(cursor), thread_([this] { follow(); }) {}
  ~FollowerThread() override { stop(); }

  void stop() override {
    stopping_.raise();
    const std::lock_guard hold(stop_mutex_);
    if (thread_.joinable()) { thread_.join(); }
  }
  FollowerProbe probe() const override {
    const std::uint64_t cursor = cursor_;
    const std::uint64_t durable = database_.durable_seq();
    return {cursor, durable > cursor ? durable - cursor : 0, delivered_, hole_waits_, hole_alarms_, handler_failures_};
  }

 private:
  void follow();
  void turn();
  struct NextRows {
    std::vector<JournalRow> rows;
    std::uint64_t up_to;  // a number that is missing up to here is a hole
  };
  Result<NextRows> next_rows(std::uint64_t cursor, std::uint64_t durable);
  bool deliver(const std::vector<JournalRow>& rows);
  void wait_at_hole();
  void look_for_trim();
  void start_over(std::uint64_t cursor, const char* why);
  void save_cursor(bool is_last);

  Database& database_;
  const FollowerOptions options_;
  const Handler handler_;
  const std::function<void()> resync_;
  std::atomic<std::uint64_t> cursor_;
  std::atomic<std::uint64_t> delivered_{0}, hole_waits_{0}, hole_alarms_{0}, handler_failures_{0};
  std::uint64_t saved_;
  Steady::time_point saved_at_{Steady::now()};
  std::uint64_t hole_at_{0};  // the cursor below the open hole, and since when
  Steady::time_point hole_since_{};
  bool is_hole_reported_{false}, is_trim_checked_{false};
  StopSignal stopping_;
  std::mutex stop_mutex_;
  std::thread thread_;
};

void FollowerThread::follow() {
  while (!stopping_.is_raised()) {
    try {
      turn();
    } catch (const std::exception& failure) {
      log_error("journal follower {}: {}", {options_.name, failure.what()});
      stopping_.sleep_for(quiet_wait);
    }
  }
  save_cursor(true);
}

void FollowerThread::turn() {
  const std::uint64_t cursor = cursor_;
  const std::uint64_t durable = database_.durable_seq();
  if (cursor > durable) { return start_over(durable, "its cursor is beyond the journal's end"); }
  if (durable == cursor) {
    save_cursor(false);
    database_.wait_journal(cursor, quiet_wait);
    return;
  }
  auto next = next_rows(cursor, durable);
  if (next.has_error()) {
    stopping_.sleep_for(quiet_wait);
    return;
  }
  const bool is_cut = next->rows.size() == static_cast<std::size_t>(options_.batch_max);
  FollowerStep step = follower_step(cursor, next->up_to, std::move(next->rows), is_cut);
  if (!step.deliverable.empty() && !deliver(step.deliverable)) { return; }
  if (step.must_resync) { return start_over(step.cursor, "events it has seen were lost with an unflushed commit"); }
  cursor_ = step.cursor;
  save_cursor(false);
  if (step.has_hole) { wait_at_hole(); }
}

Result<FollowerThread::NextRows> FollowerThread::next_rows(std::uint64_t cursor, std::uint64_t durable) {
  auto recent = database_.recent_journal(cursor, durable, options_.batch_max);
  if (!recent.empty()) {
    const std::uint64_t last = recent.back().seq;
    return NextRows{std::move(recent), last};
  }
  return database_.read_now([&](Transaction& tx) -> Result<NextRows> { return NextRows{read_journal(tx, cursor, durable, options_.batch_max), durable}; });
}

/// Again and again until the handler takes it; false when stopped before that.
bool FollowerThread::deliver(const std::vector<JournalRow>& rows) {
  milliseconds pause = handler_pause_first;
  while (true) {
    Status status;
    try {
      status = handler_(rows);
    } catch (const std::exception& failure) {
      status = Error(Errc::internal, failure.what());
    }
    if (status.has_value()) { break; }
    ++handler_failures_;
    log_warning("journal follower {}: handling {} rows from {} failed: {}", {options_.name, rows.size(), rows.front().seq,
                 status.error().detail});
    if (stopping_.sleep_for(pause)) { return false; }
    pause = std::min(pause * 2, handler_pause_max);
  }
  delivered_ += rows.size();
  return true;
}

/// The next number is durable but not visible to our read yet: the server showed a later commit first. It comes within moments.
void FollowerThread::wait_at_hole() {
  const auto now = Steady::now();
  if (hole_at_ != cursor_ || hole_since_ == Steady::time_point{}) {
    hole_at_ = cursor_;
    hole_since_ = now;
    is_hole_reported_ = is_trim_checked_ = false;
  }
  ++hole_waits_;
  if (!is_trim_checked_ && now - hole_since_ > trim_check_after) {
    is_trim_checked_ = true;
    look_for_trim();
    return;
  }
  if (!is_hole_reported_ && now - hole_since_ > options_.hole_alarm) {
    is_hole_reported_ = true;
    ++hole_alarms_;
    log_critical("journal follower {}: number {} is missing since {} ms", {options_.name, cursor_ + 1, options_.hole_alarm.count()});
  }
  stopping_.sleep_for(is_hole_reported_ ? quiet_wait : hole_poll);
}

void FollowerThread::look_for_trim() {
  const auto low = database_.read_now([](Transaction& tx) -> Result<std::int64_t> {
    const auto row = tx.query_one("SELECT low FROM journal_trim WHERE stream=?", {journal_stream});
    return row ? row->i64(0) : 0;
  });
  if (low.has_error()) {
    is_trim_checked_ = false;
  } else if (static_cast<std::uint64_t>(*low) > cursor_) {
    start_over(static_cast<std::uint64_t>(*low), "rows it needs have been trimmed");
  }
}

void FollowerThread::start_over(std::uint64_t cursor, const char* why) {
  log_warning("journal follower {}: starts over at {} (was {}): {}", {options_.name, cursor, cursor_.load(), why});
  if (resync_) { resync_(); }
  cursor_ = cursor;
  save_cursor(false);
}

void FollowerThread::save_cursor(bool is_last) {
  const auto now = Steady::now();
  const std::uint64_t cursor = cursor_;
  if (!options_.persists_cursor || cursor == saved_ || (!is_last && now - saved_at_ < cursor_interval)) { return; }
  saved_at_ = now;
  const Status status = database_.write_now(std::hash<std::string>{}(options_.name), [&](Transaction& tx) -> Status {
    tx.execute("INSERT INTO journal_follower (name, seq, at) VALUES (?,?,?) ON DUPLICATE KEY UPDATE seq=VALUES(seq), at=VALUES(at)",
               {options_.name, cursor, tx.now()});
    return {};
  });
  if (status.has_value()) { saved_ = cursor; }
}

}  // namespace

Result<std::unique_ptr<Follower>> start_follower(Database& database, FollowerOptions options, Follower::Handler handler,
                                                 std::function<void()> resync) {
  if (options.batch_max < 1 || (options.persists_cursor && options.name.empty())) {
    return Error(Errc::invalid_input, "a follower needs a name and a batch size");
  }
  std::uint64_t cursor = options.start_after;
  if (options.persists_cursor) {
    PARLEY_TRY(const auto stored, database.read_now([&](Transaction& tx) -> Result<std::int64_t> {
      const auto row = tx.query_one("SELECT seq FROM journal_follower WHERE name=?", {options.name});
      return row ? row->i64(0) : static_cast<std::int64_t>(options.start_after);
    }));
    cursor = static_cast<std::uint64_t>(stored);
  }
  return std::unique_ptr<Follower>(
      std::make_unique<FollowerThread>(database, std::move(options), std::move(handler), std::move(resync), cursor));
}

}  // namespace parley::storage
