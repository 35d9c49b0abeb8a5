#include "storage/impl/outbox_decision.h"

#include <algorithm>
#include <cmath>

#include "storage/impl/outbox_row.h"

namespace parley::storage {
namespace {

milliseconds pause_before(int attempts, const OutboxOptions& options, double jitter) {
  const double doubled = static_cast<double>(options.backoff_first.count()) * std::exp2(std::min(attempts - 1, 40));
  const double whole = std::min(doubled, static_cast<double>(options.backoff_max.count()));
  return milliseconds{static_cast<std::int64_t>(whole * (0.5 + jitter / 2))};
}

bool is_last(const OutboxItem& item, const OutboxOptions& options, TimePoint now) {
  const bool has_no_attempts = options.attempts_max > 0 && item.attempts >= options.attempts_max;
  const bool is_too_old = options.give_up_after > milliseconds{0} && now - item.tried_since >= options.give_up_after;
  return has_no_attempts || is_too_old;
}

/// The others have it; what stands at the row is about those who have not.
void name_failure(OutboxItem& item) {
  item.state = OutboxState::failed;
  item.status = item.failures.front().status;
  item.last_error = item.failures.front().error;
}

void decide_retry(OutboxItem& item, const SendOutcome& outcome, const OutboxOptions& options, TimePoint now, double jitter) {
  if (outcome.was_tried && is_last(item, options, now)) {
    item.state = OutboxState::dead;
    return give_up_left(item, outcome.status, outcome.error);
  }
  const bool is_told = outcome.retry_after > milliseconds{0};
  item.state = OutboxState::pending;
  item.due_at = now + (is_told ? outcome.retry_after : pause_before(item.attempts, options, jitter));
  if (!outcome.was_tried) { --item.attempts; }
}

}  // namespace

OutboxItem decide_outbox(const SendOutcome& outcome, OutboxItem item, const OutboxOptions& options, TimePoint now, double jitter) {
  item.last_error = outcome.error;
  item.status = outcome.status;
  if (!outcome.provider_id.empty()) { item.provider_id = outcome.provider_id; }
  if (!outcome.left.empty()) { item.left = outcome.left; }
  item.failures.insert(item.failures.end(), outcome.failures.begin(), outcome.failures.end());
  switch (outcome.kind) {
    case SendOutcome::Kind::sent:
      item.left.clear();
      item.state = OutboxState::sent;
      if (!item.failures.empty()) { name_failure(item); }
      break;
    case SendOutcome::Kind::refused:
      item.state = OutboxState::failed;
      give_up_left(item, outcome.status, outcome.error);
      break;
    case SendOutcome::Kind::unknown: item.state = OutboxState::uncertain; break;
    case SendOutcome::Kind::withdrawn: item.state = OutboxState::cancelled; break;
    case SendOutcome::Kind::retry_later: decide_retry(item, outcome, options, now, jitter); break;
  }
  return item;
}

}  // namespace parley::storage
