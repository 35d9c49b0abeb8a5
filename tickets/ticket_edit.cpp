#include "tickets/ticket_edit.h"

#include "base/json_text.h"
#include "base/text.h"
#include "tickets/ticket_policy.h"
#include "tickets/ticket_store.h"

namespace parley::tickets {

using nlohmann::json;

namespace {

template <class IdType>
json id_json(const std::optional<IdType>& id) {
  return id ? json(id->value) : json(nullptr);
}

}  // namespace

Result<TicketEdit> TicketEdit::open(storage::Transaction& tx, TicketId id, Actor actor) {
  auto ticket = find_ticket(tx, id);
  if (!ticket) { return no_such_ticket(); }
  return TicketEdit(tx, std::move(*ticket), std::move(actor));
}

TicketEdit TicketEdit::created(storage::Transaction& tx, Ticket ticket, Actor actor) {
  TicketEdit edit(tx, std::move(ticket), std::move(actor));
  edit.is_new_ = edit.is_dirty_ = true;
  return edit;
}

void TicketEdit::change(const char* field, json from, json to) {
  is_dirty_ = true;
  changes_.push_back({{"field", field}, {"from", std::move(from)}, {"to", std::move(to)}});
}

Status TicketEdit::set_state(TicketState state) {
  if (state == ticket_.state) { return {}; }
  if (!may_change(ticket_.state, state)) {
    return Error::with_reason(Errc::conflict, "bad_transition",
                              "A ticket that is " + std::string(to_string(ticket_.state)) + " cannot become " + std::string(to_string(state)) + ".");
  }
  const json from = to_string(ticket_.state), to = to_string(state);
  change("state", from, to);
  // The quiet first step new -> open says nothing to a reader; every other step does.
  if (ticket_.state != TicketState::new_ || state != TicketState::open) { say("state_changed", {{"from", from}, {"to", to}}); }
  ticket_.state = state;
  if (is_unsolved(state)) {
    ticket_.solved_at.reset();
  } else {
    if (!ticket_.solved_at) { ticket_.solved_at = tx_.now(); }
    ticket_.waiting_since.reset();
    ticket_.queued_at.reset();
    ticket_.offer.reset();
  }
  return {};
}

void TicketEdit::set_priority(const std::string& priority) {
  if (priority == ticket_.priority) { return; }
  change("priority", ticket_.priority, priority);
  say("priority_changed", {{"from", ticket_.priority}, {"to", priority}});
  ticket_.priority = priority;
}

void TicketEdit::set_type(const std::optional<std::string>& type) {
  if (type == ticket_.type) { return; }
  change("type", ticket_.type ? json(*ticket_.type) : json(nullptr), type ? json(*type) : json(nullptr));
  ticket_.type = type;
}

void TicketEdit::set_tags(std::vector<std::string> tags) {
  if (tags == ticket_.tags) { return; }
  change("tags", ticket_.tags, tags);
  ticket_.tags = std::move(tags);
}

// Subjects and custom fields are the customer's words: the journal says that they changed, not to what.
void TicketEdit::set_subject(const std::string& subject) {
  if (subject == ticket_.subject) { return; }
  change("subject", nullptr, nullptr);
  ticket_.subject = subject;
}

void TicketEdit::set_custom_fields(const std::string& json_text) {
  if (json_text == ticket_.custom_fields) { return; }
  change("custom_fields", nullptr, nullptr);
  ticket_.custom_fields = json_text;
}

void TicketEdit::set_team(std::optional<TeamId> team, const std::string& from_name, const std::string& to_name) {
  if (team == ticket_.team) { return; }
  change("team_id", id_json(ticket_.team), id_json(team));
  say("team_changed", {{"from", from_name}, {"to", to_name}});
  ticket_.team = team;
}

void TicketEdit::set_assignee(std::optional<AgentId> assignee, std::string name, std::string status) {
  if (assignee == ticket_.assignee) { return; }
  change("assignee_id", id_json(ticket_.assignee), id_json(assignee));
  ticket_.assignee = assignee;
  ticket_.assignee_name = std::move(name);
  ticket_.assignee_status = std::move(status);
}

void TicketEdit::set_offer(std::optional<Offer> offer) {
  ticket_.offer = offer;
  is_dirty_ = true;
}
void TicketEdit::set_queued(std::optional<TimePoint> since) {
  if (since == ticket_.queued_at) { return; }
  ticket_.queued_at = since;
  is_dirty_ = true;
}
void TicketEdit::set_rating(Rating rating) {
  ticket_.rating = std::move(rating);
  is_dirty_ = true;
}
void TicketEdit::set_waiting_since(std::optional<TimePoint> since) {
  ticket_.waiting_since = since;
  is_dirty_ = true;
}

void TicketEdit::set_requester(CustomerId requester) {
  if (requester == ticket_.requester.id) { return; }
  change("requester_id", ticket_.requester.id.value, requester.value);
  ticket_.requester.id = requester;
}

void TicketEdit::say(std::string code, json params) {
  Message line;
  line.ticket = ticket_.id;
  line.kind = "system";
  line.author = actor_;
  line.channel = ticket_.channel;
  line.code = std::move(code);
  line.params = std::move(params);
  line.created_at = tx_.now();
  lines_.push_back(insert_message(tx_, line, {}));
  is_dirty_ = true;
}

Message TicketEdit::add_message(Message message, const std::string& client_key, bool asks_answer) {
  message.ticket = ticket_.id;
  message.author = actor_;
  message.created_at = tx_.now();
  message.id = insert_message(tx_, message, client_key);
  messages_.push_back(message.id);
  ++ticket_.message_count;
  ticket_.last_message = LastMessage{message.id, message.kind, message.channel, actor_.kind, std::string(first_characters(message.text, 160)),
                                     !message.attachments.empty(), message.created_at};
  is_dirty_ = true;
  if (message.kind != "reply") { return message; }
  if (actor_.kind == "customer") {
    ++ticket_.customer_message_count;
    if (asks_answer && !ticket_.waiting_since) { ticket_.waiting_since = tx_.now(); }
  } else {
    ticket_.waiting_since.reset();
  }
  return message;
}

void TicketEdit::mark(EventKind kind, std::string reason) {
  marks_.emplace_back(kind, std::move(reason));
  is_dirty_ = true;
}

void TicketEdit::append(EventKind kind, const json& changes, std::optional<MessageId> message, const std::string& reason) {
  json body{{"actor", {{"kind", actor_.kind}, {"id", actor_.id}}}};
  if (!changes.empty()) { body["changes"] = changes; }
  if (message) { body["message_id"] = message->value; }
  if (!reason.empty()) { body["reason"] = reason; }
  tx_.append({static_cast<std::uint16_t>(kind), ticket_.id.value, ticket_.version, dump_json(body)});
}

// The first event carries the field changes; the first line about them rides on it, so the usual command costs one event.
void TicketEdit::save() {
  if (!is_dirty_) { return; }
  ++ticket_.version;
  ticket_.updated_at = tx_.now();
  save_ticket(tx_, ticket_);
  json changes = std::move(changes_);
  changes_ = json::array();
  const auto take_changes = [&] { return std::exchange(changes, json::array()); };
  std::size_t next_line = 0;
  if (is_new_) { append(EventKind::ticket_created, take_changes(), std::nullopt); }
  for (const auto& message : messages_) { append(EventKind::message_created, take_changes(), message); }
  for (const auto& [kind, reason] : marks_) {
    const auto line = next_line < lines_.size() ? std::optional(lines_[next_line++]) : std::nullopt;
    append(kind, take_changes(), line, reason);
  }
  const bool has_event = is_new_ || !messages_.empty() || !marks_.empty();
  if (!has_event) {
    const auto line = next_line < lines_.size() ? std::optional(lines_[next_line++]) : std::nullopt;
    append(EventKind::ticket_updated, take_changes(), line);
  }
  while (next_line < lines_.size()) { append(EventKind::message_created, json::array(), lines_[next_line++]); }
  is_dirty_ = is_new_ = false;
  messages_.clear();
  lines_.clear();
  marks_.clear();
}

void announce_message(storage::Transaction& tx, MessageId message, const Actor& actor) {
  const auto row = tx.query_one("SELECT t.id, t.version FROM message m JOIN ticket t ON t.id = m.ticket_id WHERE m.id = ?", {message});
  if (!row) { return; }
  tx.append({static_cast<std::uint16_t>(EventKind::message_updated), row->i64(0), static_cast<std::uint32_t>(row->i64(1)),
             dump_json(json{{"actor", {{"kind", actor.kind}, {"id", actor.id}}}, {"message_id", message.value}})});
}

}  // namespace parley::tickets
