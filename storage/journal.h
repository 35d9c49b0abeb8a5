// Followers of the journal: every committed event, once, in commit order, only when durable. See docs/journal.md.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "storage/database.h"

namespace parley::storage {

struct JournalRow {
  std::uint64_t seq{0};
  std::uint16_t kind{0};
  std::int64_t ticket{0};
  std::uint32_t ticket_version{0};
  std::string command_id;
  TimePoint at{};
  std::string body;
};

/// Kind of the marker row written at a database start: numbers below may have been lost with unflushed commits.
inline constexpr std::uint16_t epoch_kind = 65535;

/// Reads up to `limit` rows with seq in (after, up_to], in order (they may have holes that are not visible yet).
std::vector<JournalRow> read_journal(Transaction& tx, std::uint64_t after, std::uint64_t up_to, int limit);
/// The number before the `count` newest rows up to `up_to`: reading from there gives them all. Numbers leap at a database start, so
/// this is not up_to - count.
std::uint64_t seq_before_newest(Transaction& tx, std::uint64_t up_to, int count);
/// A ticket's rows, newest first, below `before_seq` (0: from the end).
std::vector<JournalRow> read_ticket_journal(Transaction& tx, std::int64_t ticket, std::uint64_t before_seq, int limit);
/// A ticket's rows with ticket_version > after, oldest first.
std::vector<JournalRow> read_ticket_changes(Transaction& tx, std::int64_t ticket, std::uint32_t after_version, int limit);

struct FollowerOptions {
  std::string name;                 // also the key of its cursor row
  bool persists_cursor{true};       // false: starts at `start_after`
  std::uint64_t start_after{0};
  int batch_max{500};
  milliseconds hole_alarm{5'000};   // a hole older than this is logged and counted
};

struct FollowerProbe {
  std::uint64_t cursor, lag, delivered, hole_waits, hole_alarms, handler_failures;
};

/// A thread that hands batches of contiguous durable rows to `handler`. At-least-once: when the handler returns an error the batch
/// is given again after a back-off (10 ms doubling to 5 s), so handling must be idempotent. `resync` is called instead when rows
/// the follower needs are gone (trimmed, or an epoch below its cursor).
class Follower {
 public:
  using Handler = std::function<Status(const std::vector<JournalRow>&)>;
  virtual ~Follower() = default;
  virtual void stop() = 0;  // returns when the thread has ended
  virtual FollowerProbe probe() const = 0;
};
Result<std::unique_ptr<Follower>> start_follower(Database& database, FollowerOptions options, Follower::Handler handler,
                                                 std::function<void()> resync = {});

}  // namespace parley::storage
