// Anything that leaves the house is a row first, written in the command's transaction, then sent by a worker.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/database.h"

namespace parley::storage {

enum class OutboxState : std::uint8_t { pending, sending, sent, delivered, failed, dead, uncertain, cancelled };
std::string_view to_string(OutboxState state);
std::optional<OutboxState> parse_outbox_state(std::string_view text);

/// One recipient whom it will not reach.
struct OutboxFailure {
  int recipient{0};  // place in the list of people the message goes to
  std::string status, error;
};

struct OutboxItem {
  std::int64_t id{0};
  std::string channel;          // "email", "sms", "webhook", ...
  std::string lane;             // rows of one lane are handed over by few workers at a time: one slow provider does not hold up the others
  std::string idempotency_key;  // unique per channel; enqueueing it again is a no-op that returns the first id
  std::int64_t message_id{0};   // the message it carries, 0 when none
  std::string payload;          // JSON for the channel's sender
  OutboxState state{OutboxState::pending};
  int attempts{0};              // tried since it was asked for
  int claims{0};                // taken up ever: tells an older hand-over of the same row apart
  std::vector<int> left;        // recipients it still has to reach; empty: all, nobody has it yet
  std::vector<OutboxFailure> failures;  // recipients it will not reach
  TimePoint due_at{};
  TimePoint tried_since{};      // when it was due for the first time, or since somebody asked for it again
  std::string last_error;
  std::string status;           // the provider's code, "5.1.1"; empty when it gave none
  std::string provider_id;
  TimePoint updated_at{};
  std::optional<TimePoint> settled_at{};  // failed, dead, uncertain: somebody has dealt with it

  /// Some recipients have it already: it cannot be taken back any more.
  bool is_partly_sent() const { return !left.empty() || !failures.empty(); }
};

std::int64_t enqueue(Transaction& tx, const OutboxItem& item);

/// What a sender says about one hand-over.
struct SendOutcome {
  enum class Kind : std::uint8_t { sent, retry_later, refused, unknown, withdrawn } kind{Kind::unknown};  // withdrawn: it is not wanted any more
  std::string provider_id;
  std::string error;
  milliseconds retry_after{0};  // 0: the worker's back-off
  std::string status{};
  bool was_tried{true};         // false: held back before anything was tried; such a row is never given up
  std::vector<int> left{};      // recipients to try again; empty: those of the row
  std::vector<OutboxFailure> failures{};  // recipients refused for good, on top of the row's
};
using Sender = std::function<SendOutcome(const OutboxItem&)>;  // blocking, with its own deadline

struct OutboxOptions {
  int attempts_max{12};                  // 0: as many as fit into give_up_after
  milliseconds give_up_after{0};         // an attempt later than this is the last one; 0: no limit
  milliseconds backoff_first{1'000};
  milliseconds backoff_max{6 * 3600 * 1000};
  milliseconds claim_lease{60'000};  // a row left `sending` longer than this (crash) becomes `uncertain`
  int concurrency{2};
  int concurrency_of_lane{2};
  /// Runs in the transaction that moved a row (but not for the claim), e.g. to journal what became of a message.
  std::function<void(Transaction&, const OutboxItem&)> on_change{};
};

/// Figures for /metrics: what this worker has done since it was made.
struct OutboxProbe {
  std::uint64_t handed_over, sent, retried, failed, dead, uncertain;
  std::size_t under_way;  // now; at most `concurrency`
};

/// Moves a row along: pending -> sending (committed before the hand-over) -> sent | pending again | failed | dead | uncertain | cancelled.
/// `failed` is a row some recipient will never get; `failures` says who, and is empty when it is all of them.
/// `uncertain` is never resent by itself. `report` moves sent rows on when a provider tells (delivered, failed); never backwards.
class OutboxWorker {
 public:
  virtual ~OutboxWorker() = default;
  /// Claims what is due and hands it over; returns how many. Tests call it; `run` loops it on a thread of its own.
  virtual Result<int> run_once() = 0;
  virtual void run() = 0;
  virtual void stop() = 0;  // `run` returns after the hand-overs under way
  virtual OutboxProbe probe() const = 0;
};
std::unique_ptr<OutboxWorker> make_outbox_worker(Database& database, std::shared_ptr<const Clock> clock, OutboxOptions options,
                                                 std::map<std::string, Sender> senders);
/// Errors: not_found when no row has this provider id (the report may be ahead of our own record: the provider will repeat it),
/// invalid_input when `state` is none a provider can report.
Status report_delivery(Transaction& tx, const std::string& channel, const std::string& provider_id, OutboxState state,
                       const std::string& error);

std::optional<OutboxItem> find_outbox(Transaction& tx, std::int64_t id);
/// The newest row that carries this message.
std::optional<OutboxItem> find_outbox_of_message(Transaction& tx, std::int64_t message_id);
/// Newest first, below `before_id` (0: from the end); without those that are settled when `is_open` says so.
std::vector<OutboxItem> list_outbox(Transaction& tx, const std::vector<OutboxState>& states, bool is_open, std::int64_t before_id, int limit);
/// Takes back what nobody has yet. False when it is too late.
bool cancel_outbox(Transaction& tx, std::int64_t id);
/// Somebody decided: what is pending, failed, dead or uncertain is due now, for those who do not have it. False for other states.
bool send_again(Transaction& tx, std::int64_t id);
/// Somebody decided that it shall not be sent (again): what waits is cancelled, or given up for those still waiting; what is failed, dead
/// or uncertain stays that and is settled. False for other states.
bool discard_outbox(Transaction& tx, std::int64_t id);
/// Somebody knows that what is uncertain has arrived. False for other states.
bool confirm_outbox(Transaction& tx, std::int64_t id);
/// A provider reports that some recipients will not get a message (a bounce); none named: nobody does. What is on its way to others goes on.
/// False when this was known, or the row is none that can fail any more.
bool report_failures(Transaction& tx, std::int64_t message_id, const std::vector<OutboxFailure>& failures, const std::string& status, const std::string& error);
/// A provider reports that a message has arrived: sent and uncertain rows move. False when none did.
bool report_arrival(Transaction& tx, std::int64_t message_id);

}  // namespace parley::storage
