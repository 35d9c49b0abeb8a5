#include "storage/outbox.h"

#include "storage/impl/outbox_row.h"

namespace parley::storage {
namespace {

constexpr std::string_view state_names[] = {"pending", "sending", "sent", "delivered", "failed", "dead", "uncertain", "cancelled"};

bool is_reportable(OutboxState state) {
  return state == OutboxState::sent || state == OutboxState::delivered || state == OutboxState::failed;
}

std::optional<OutboxItem> locked(Transaction& tx, std::int64_t id) { return outbox_row(tx, "WHERE id=? FOR UPDATE", {id}); }

std::optional<OutboxItem> locked_of_message(Transaction& tx, std::int64_t message_id) {
  return outbox_row(tx, "WHERE message_id=? ORDER BY id DESC LIMIT 1 FOR UPDATE", {message_id});
}

}  // namespace

std::string_view to_string(OutboxState state) { return state_names[static_cast<int>(state)]; }

std::optional<OutboxState> parse_outbox_state(std::string_view text) {
  for (int i = 0; i < static_cast<int>(std::size(state_names)); ++i) {
    if (state_names[i] == text) { return static_cast<OutboxState>(i); }
  }
  return std::nullopt;
}

std::int64_t enqueue(Transaction& tx, const OutboxItem& item) {
  return tx.insert(
      "INSERT INTO outbox (channel, lane, idempotency_key, message_id, payload, due_at, tried_since, created_at, updated_at) VALUES (?,?,?,?,?,?,?,?,?) "
      "ON DUPLICATE KEY UPDATE id=id",
      {item.channel, item.lane, item.idempotency_key, item.message_id, item.payload, item.due_at, std::max(item.due_at, tx.now()), tx.now(), tx.now()});
}

// --- looking ---------------------------------------------------------------------------------------------------------------------------

std::optional<OutboxItem> find_outbox(Transaction& tx, std::int64_t id) { return outbox_row(tx, "WHERE id=?", {id}); }

std::optional<OutboxItem> find_outbox_of_message(Transaction& tx, std::int64_t message_id) {
  return outbox_row(tx, "WHERE message_id=? ORDER BY id DESC LIMIT 1", {message_id});
}

std::vector<OutboxItem> list_outbox(Transaction& tx, const std::vector<OutboxState>& states, bool is_open, std::int64_t before_id, int limit) {
  if (states.empty()) { return {}; }
  std::vector<std::int64_t> wanted;
  for (const auto state : states) { wanted.push_back(static_cast<int>(state)); }
  std::vector<Value> parameters{before_id > 0 ? before_id : INT64_MAX, is_open};
  fill_in_list(parameters, wanted);
  parameters.emplace_back(limit);
  return outbox_rows(tx, in_list_sql("WHERE id<? AND NOT (? AND settled_at IS NOT NULL) AND state IN ", wanted.size(), " ORDER BY id DESC LIMIT ?"), parameters);
}

// --- what people decide ----------------------------------------------------------------------------------------------------------------

bool cancel_outbox(Transaction& tx, std::int64_t id) {
  auto item = locked(tx, id);
  if (!item || item->state != OutboxState::pending || item->is_partly_sent()) { return false; }
  item->state = OutboxState::cancelled;
  save_outbox(tx, *item);
  return true;
}

bool send_again(Transaction& tx, std::int64_t id) {
  auto item = locked(tx, id);
  if (!item) { return false; }
  switch (item->state) {
    case OutboxState::pending:
    case OutboxState::uncertain: break;
    case OutboxState::failed:
    case OutboxState::dead:
      item->left.clear();
      for (const auto& failure : std::exchange(item->failures, {})) { item->left.push_back(failure.recipient); }
      break;
    default: return false;
  }
  item->state = OutboxState::pending;
  item->attempts = 0;
  item->due_at = item->tried_since = tx.now();
  item->settled_at.reset();
  save_outbox(tx, *item);
  return true;
}

bool discard_outbox(Transaction& tx, std::int64_t id) {
  if (cancel_outbox(tx, id)) { return true; }
  auto item = locked(tx, id);
  if (!item || item->settled_at) { return false; }
  switch (item->state) {
    case OutboxState::pending:  // some have it
      give_up_left(*item, item->status, item->last_error);
      item->state = OutboxState::dead;
      break;
    case OutboxState::failed:
    case OutboxState::dead:
    case OutboxState::uncertain: break;
    default: return false;
  }
  item->settled_at = tx.now();
  save_outbox(tx, *item);
  return true;
}

bool confirm_outbox(Transaction& tx, std::int64_t id) {
  auto item = locked(tx, id);
  if (!item || item->state != OutboxState::uncertain) { return false; }
  item->state = item->failures.empty() ? OutboxState::sent : OutboxState::failed;
  item->left.clear();
  item->last_error.clear();
  save_outbox(tx, *item);
  return true;
}

// --- what providers report -------------------------------------------------------------------------------------------------------------

namespace {

bool may_fail(OutboxState state) {
  using enum OutboxState;
  return state == pending || state == sending || state == sent || state == delivered || state == failed || state == uncertain;
}

}  // namespace

bool report_failures(Transaction& tx, std::int64_t message_id, const std::vector<OutboxFailure>& failures, const std::string& status, const std::string& error) {
  auto item = locked_of_message(tx, message_id);
  if (!item || !may_fail(item->state)) { return false; }
  const bool is_under_way = item->state == OutboxState::pending || item->state == OutboxState::sending;
  const bool is_known = item->state == OutboxState::failed && item->failures.empty();  // nobody has it
  if (is_known || (failures.empty() && (is_under_way || item->state == OutboxState::failed))) { return false; }
  const std::size_t before = item->failures.size();
  for (const auto& failure : failures) {
    const auto is_same = [&](const OutboxFailure& each) { return each.recipient == failure.recipient; };
    if (std::none_of(item->failures.begin(), item->failures.end(), is_same)) { item->failures.push_back(failure); }
  }
  if (!failures.empty() && item->failures.size() == before) { return false; }
  if (!is_under_way) {
    item->state = OutboxState::failed;
    item->status = status;
    item->last_error = error;
  }
  save_outbox(tx, *item);
  return true;
}

bool report_arrival(Transaction& tx, std::int64_t message_id) {
  auto item = locked_of_message(tx, message_id);
  if (!item || (item->state != OutboxState::sent && item->state != OutboxState::uncertain)) { return false; }
  item->state = OutboxState::delivered;
  save_outbox(tx, *item);
  return true;
}

Status report_delivery(Transaction& tx, const std::string& channel, const std::string& provider_id, OutboxState state,
                       const std::string& error) {
  if (!is_reportable(state)) { return Error(Errc::invalid_input, "a provider reports sent, delivered or failed"); }
  auto item = outbox_row(tx, "WHERE channel=? AND provider_id=? ORDER BY id DESC LIMIT 1 FOR UPDATE", {channel, provider_id});
  if (!item) { return Error(Errc::not_found, "no outgoing " + channel + " has this provider id"); }
  // Only sent and uncertain rows move; delivered, failed and dead are final, and a late "sent" changes nothing.
  const bool moves = item->state == OutboxState::uncertain || (item->state == OutboxState::sent && state != OutboxState::sent);
  if (!moves) { return {}; }
  item->state = state;
  item->last_error = error;
  save_outbox(tx, *item);
  return {};
}

}  // namespace parley::storage
