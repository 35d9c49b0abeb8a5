#include "storage/impl/outbox_decision.h"

#include <algorithm>
#include <cmath>

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

}  // namespace

OutboxDecision decide_outbox(const SendOutcome& outcome, const OutboxItem& item, const OutboxOptions& options, TimePoint now, double jitter) {
  switch (outcome.kind) {
    case SendOutcome::Kind::sent: return {OutboxState::sent, now};
    case SendOutcome::Kind::refused: return {OutboxState::failed, now};
    case SendOutcome::Kind::unknown: return {OutboxState::uncertain, now};
    case SendOutcome::Kind::retry_later: break;
  }
  if (outcome.was_tried && is_last(item, options, now)) { return {OutboxState::dead, now}; }
  const bool is_told = outcome.retry_after > milliseconds{0};
  return {OutboxState::pending, now + (is_told ? outcome.retry_after : pause_before(item.attempts, options, jitter))};
}

}  // namespace parley::storage
