#include "channels/email/delivery_news.h"

#include "base/json.h"
#include "base/json_text.h"
#include "tickets/ticket_store.h"

namespace parley::channels::email {

using nlohmann::json;
using storage::Transaction;
using tickets::TicketState;

namespace {

/// When the customer wrote who has no answer but `reply`. Replies that were taken back or that nobody got are none.
std::optional<TimePoint> unanswered_since(Transaction& tx, TicketId ticket, MessageId reply) {
  const auto row = tx.query_one(
      "SELECT m.author_kind, m.created_at FROM message m LEFT JOIN outbox o ON o.message_id = m.id WHERE m.ticket_id = ? AND m.kind = 'reply' AND m.id <> ? "
      "AND (o.state IS NULL OR NOT (o.state = 7 OR (o.state IN (4, 5) AND o.failures IS NULL))) ORDER BY m.id DESC LIMIT 1", {ticket, reply});
  return row && row->text(0) == "customer" ? std::optional(from_ms(row->i64(1))) : std::nullopt;
}

void restore_waiting(tickets::TicketEdit& edit, MessageId reply) {
  const auto since = unanswered_since(edit.tx(), edit.ticket().id, reply);
  if (since && tickets::is_unsolved(edit.ticket().state)) { edit.set_waiting_since(*since); }
}

}  // namespace

void undo_sending(tickets::TicketEdit& edit, const storage::OutboxItem& item) {
  const json change = stored_json(item.payload);
  if (change.is_object() && change.value("state_after", "") == to_string(edit.ticket().state)) {
    const auto before = tickets::parse_state(change.value("state_before", ""));
    std::ignore = edit.set_state(TicketState::open);  // from where every other one can be reached again
    if (before && *before != TicketState::new_) { std::ignore = edit.set_state(*before); }
  }
  restore_waiting(edit, MessageId{item.message_id});
}

void tell_failure(Transaction& tx, const storage::OutboxItem& item, const std::vector<storage::OutboxFailure>& who) {
  const MessageId id{item.message_id};
  const auto messages = tickets::load_messages(tx, {id.value});
  if (messages.empty()) { return; }
  auto edit = tickets::TicketEdit::open(tx, messages.front().ticket, tickets::Actor::system());
  if (edit.has_error()) { return; }
  json recipients = json::array();
  for (const auto& failure : who) { recipients.push_back(failure.recipient); }
  edit->say("delivery_failed", {{"message_id", id.value}, {"status", item.status}, {"recipients", std::move(recipients)}, {"is_given_up", item.state == storage::OutboxState::dead}});
  if (who.empty()) {
    const bool is_missed = edit->ticket().state == TicketState::solved && unanswered_since(tx, edit->ticket().id, id);
    if (is_missed) { std::ignore = edit->set_state(TicketState::open); }
    restore_waiting(*edit, id);
  }
  edit->save();
}

}  // namespace parley::channels::email
