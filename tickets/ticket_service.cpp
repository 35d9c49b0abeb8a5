#include "tickets/ticket_service.h"

#include "base/event_kind.h"
#include "base/json_text.h"
#include "base/text.h"
#include "staff/staff_store.h"
#include "storage/journal.h"
#include "tickets/assignment.h"
#include "tickets/outbound.h"
#include "tickets/ticket_edit.h"
#include "tickets/ticket_policy.h"
#include "tickets/ticket_store.h"

namespace parley::tickets {

using nlohmann::json;
using storage::Transaction;

std::string visitor_key(CustomerId customer) { return "visitor:" + std::to_string(customer.value); }

namespace {

std::string uploader_of(const Actor& actor) { return actor.kind == "customer" ? visitor_key(CustomerId{actor.id}) : "agent:" + std::to_string(actor.id); }

/// Turns what a client sent into a message, or says what is wrong with it.
Result<Message> compose(Transaction& tx, const NewMessage& in) {
  Message message;
  message.client_id = in.client_id;
  message.kind = in.kind;
  message.channel = in.channel;
  message.text = clean_text(in.text);
  message.detail = in.detail;
  message.detail_owner = in.detail_owner;
  message.attachments = load_attachments(tx, in.attachments);
  if (message.attachments.size() != in.attachments.size()) { return Error::field("/attachment_ids", "unknown_attachment", "An upload is missing or was used before."); }
  if (message.text.empty() && message.attachments.empty()) { return Error::field("/text", "empty", "A message needs text or an attachment."); }
  return message;
}

/// The outcome of the first post with this client id, when there was one.
Result<std::optional<Posted>> repeated(Transaction& tx, const std::string& client_key) {
  auto message = find_message_by_client_key(tx, client_key);
  if (!message) { return std::optional<Posted>{}; }
  auto ticket = find_ticket(tx, message->ticket);
  if (!ticket) { return no_such_ticket(); }
  return std::optional<Posted>{Posted{std::move(*ticket), std::move(*message), true}};
}

Result<Message> add(TicketEdit& edit, const NewMessage& in, const std::string& client_key) {
  PARLEY_TRY(auto message, compose(edit.tx(), in));
  if (message.channel.empty()) { message.channel = edit.ticket().channel; }
  auto stored = edit.add_message(std::move(message), client_key, in.asks_answer);
  if (!claim_attachments(edit.tx(), in.attachments, uploader_of(edit.actor()), stored.id)) {
    return Error::field("/attachment_ids", "unknown_attachment", "An upload is missing or was used before.");
  }
  return stored;
}

/// Nothing: this client key is taken. Its unique index says so; asking first would cost every message a round trip.
Result<std::optional<Message>> add_unless_repeated(TicketEdit& edit, const NewMessage& in, const std::string& client_key) {
  try {
    PARLEY_TRY(auto message, add(edit, in, client_key));
    return std::optional(std::move(message));
  } catch (const storage::DatabaseError& failure) {
    if (failure.duplicate_key_name() != "message_client") { throw; }
    return std::optional<Message>{};
  }
}

Result<TicketEdit> new_ticket(Transaction& tx, const Inbox& inbox, CustomerId customer, std::string subject, Actor actor) {
  Ticket ticket;
  ticket.subject = std::move(subject);
  ticket.inbox = inbox.id;
  ticket.channel = inbox.channel;
  ticket.team = inbox.team;
  ticket.requester.id = customer;
  ticket.created_at = ticket.updated_at = tx.now();
  const TicketId id = insert_ticket(tx, ticket);
  auto stored = find_ticket(tx, id);
  if (!stored) { return Error(Errc::internal, "inserted ticket not found"); }
  stored->number = id.value;
  return TicketEdit::created(tx, std::move(*stored), std::move(actor));
}

void queue_if_routed(TicketEdit& edit) {
  const auto& ticket = edit.ticket();
  if (ticket.is_routed && !ticket.assignee && !ticket.queued_at) { edit.set_queued(edit.tx().now()); }
}

}  // namespace

std::string subject_of(const std::string& text) {
  const std::string line = clean_line(text.substr(0, text.find('\n')));
  const auto cut = first_characters(line, 80);
  return cut.size() == line.size() ? line : std::string(cut) + "…";
}

Result<Posted> start_conversation(Transaction& tx, const Inbox& inbox, CustomerId customer, const NewMessage& in, const std::string& subject) {
  const std::string client_key = visitor_key(customer) + "/" + in.client_id;
  PARLEY_TRY(auto first, repeated(tx, client_key));
  if (first) { return std::move(*first); }
  PARLEY_TRY(auto edit, new_ticket(tx, inbox, customer, subject_of(clean_text(subject.empty() ? in.text : subject)), Actor::customer(customer)));
  PARLEY_TRY(auto message, add(edit, in, client_key));
  queue_if_routed(edit);
  edit.save();
  return Posted{edit.ticket(), std::move(message), false};
}

namespace {

Result<Posted> write_on(TicketEdit& edit, const NewMessage& in) {
  auto& tx = edit.tx();
  const std::string client_key = visitor_key(CustomerId{edit.actor().id}) + "/" + in.client_id;
  const bool is_closed = edit.ticket().state == TicketState::closed;
  std::optional<Message> message;
  if (!is_closed) { PARLEY_TRY(message, add_unless_repeated(edit, in, client_key)); }
  if (!message) {
    PARLEY_TRY(auto first, repeated(tx, client_key));
    if (first) { return std::move(*first); }
    return Error::with_reason(Errc::conflict, "conversation_closed", "This conversation is closed. Start a new one.");
  }
  if (in.asks_answer) {
    const auto state = edit.ticket().state;
    if (state != TicketState::open && state != TicketState::new_) { PARLEY_CHECK(edit.set_state(TicketState::open)); }
    queue_if_routed(edit);
  }
  edit.save();
  return Posted{edit.ticket(), std::move(*message), false};
}

}  // namespace

Result<Posted> post_customer_message(Transaction& tx, TicketId id, CustomerId customer, const NewMessage& in) {
  PARLEY_TRY(auto edit, TicketEdit::open(tx, id, Actor::customer(customer)));
  if (edit.ticket().requester.id != customer) { return no_such_ticket(); }
  return write_on(edit, in);
}

Result<Posted> post_participant_message(Transaction& tx, TicketId id, CustomerId author, const NewMessage& in) {
  PARLEY_TRY(auto edit, TicketEdit::open(tx, id, Actor::customer(author)));
  return write_on(edit, in);
}

namespace {

/// Whether a change is news to somebody about to answer: a customer's or colleague's public words, a new state or another assignee.
bool is_news(const json& change, const Actor& reader) {
  const json& actor = change["actor"];
  if (actor.value("kind", "") == reader.kind && actor.value("id", std::int64_t{0}) == reader.id) { return false; }
  if (change.value("kind", "") == to_string(EventKind::message_updated)) { return false; }  // how its sending went
  const json& message = change["message"];
  if (message.is_object() && message.value("kind", "") == "reply") { return true; }
  for (const auto& field : change["changes"]) {
    const auto name = field.value("field", "");
    if (name == "state") { return true; }
    // The router giving the ticket to its reader is no news to him.
    if (name == "assignee_id" && field.value("to", json()) != json(reader.id)) { return true; }
  }
  return false;
}

Status guard_reply(TicketEdit& edit, const AgentMessage& in) {
  if (in.message.kind != "reply" || in.is_forced || !in.seen_version || *in.seen_version >= edit.ticket().version) { return {}; }
  std::vector<ChangeRow> rows;
  for (const auto& row : storage::read_ticket_changes(edit.tx(), edit.ticket().id.value, *in.seen_version, 200)) {
    rows.push_back({row.ticket_version, row.kind, row.at, row.body});
  }
  json news = json::array();
  for (auto& change : changes_json(edit.tx(), rows)) {
    if (is_news(change, edit.actor())) { news.push_back(std::move(change)); }
  }
  if (news.empty()) { return {}; }
  Error held = Error::with_reason(Errc::conflict, "reply_guard", "The ticket changed since it was last seen. Look at the changes, then send again.");
  held.extra = std::make_shared<json>(json{{"changes", std::move(news)}, {"ticket", to_json(edit.ticket())}});
  return held;
}

/// The message as it is stored now, with what its channel adds.
/// Files of this conversation may be sent once more (a mail that was taken back or did not arrive is written again): as copies.
void use_again(TicketEdit& edit, NewMessage& message) {
  for (const auto& [original, copy] : copy_attachments(edit.tx(), edit.ticket().id, message.attachments, uploader_of(edit.actor()))) {
    std::replace(message.attachments.begin(), message.attachments.end(), original, copy);
    const auto mark = [](AttachmentId id) { return "data-attachment-id=\"" + std::to_string(id.value) + "\""; };
    const std::string before = mark(original), after = mark(copy);
    for (auto at = message.html.find(before); at != std::string::npos; at = message.html.find(before, at + after.size())) { message.html.replace(at, before.size(), after); }
  }
}

Result<Message> hand_over(const Outbound& outbound, TicketEdit& edit, const NewMessage& given, const Message& message) {
  PARLEY_CHECK(outbound.posted(edit.tx(), edit.ticket(), given, message));
  auto stored = load_messages(edit.tx(), {message.id.value});
  if (stored.empty()) { return Error(Errc::internal, "inserted message not found"); }
  return std::move(stored.front());
}

}  // namespace

Result<Posted> post_agent_message(Transaction& tx, const Principal& who, TicketId id, const AgentMessage& given, const Outbounds& outbounds) {
  AgentMessage in = given;
  const std::string client_key = who.key() + "/" + in.message.client_id;
  PARLEY_TRY(auto edit, TicketEdit::open(tx, id, Actor::agent(who.agent, who.name)));
  PARLEY_CHECK(check_can_see(who, edit.ticket()));
  PARLEY_TRY(auto first, repeated(tx, client_key));
  if (first) { return std::move(*first); }
  const bool is_reply = in.message.kind == "reply";
  if (is_reply && edit.ticket().state == TicketState::closed) {
    return Error::with_reason(Errc::conflict, "ticket_closed", "A closed ticket takes no replies.");
  }
  PARLEY_CHECK(guard_reply(edit, in));
  if (!is_reply || in.message.channel.empty()) { in.message.channel = edit.ticket().channel; }
  if (in.message.channel != edit.ticket().channel && !outbound_of(outbounds, in.message.channel)) {
    return Error::field("/channel", "not_allowed", "This ticket cannot be answered by this channel.");
  }
  use_again(edit, in.message);
  const Outbound* const outbound = is_reply ? outbound_of(outbounds, in.message.channel) : nullptr;
  if (outbound) { PARLEY_CHECK(outbound->prepare(tx, who, edit.ticket(), in.message)); }
  PARLEY_TRY(auto message, add(edit, in.message, client_key));
  if (outbound) { PARLEY_TRY(message, hand_over(*outbound, edit, in.message, message)); }
  if (is_reply) {
    if (edit.ticket().state == TicketState::new_) { PARLEY_CHECK(edit.set_state(TicketState::open)); }
    if (!edit.ticket().assignee) { PARLEY_CHECK(assign(edit, {who.agent, "first_reply", "{}", false})); }
  }
  if (in.message.state && *in.message.state != edit.ticket().state) {
    if (!who.may(Permission::ticket_update)) { return Error(Errc::forbidden, "state needs ticket.update"); }
    PARLEY_CHECK(edit.set_state(*in.message.state));
  }
  delete_draft(tx, id, who.agent, in.message.kind);
  edit.save();
  return Posted{edit.ticket(), std::move(message), false};
}

Result<Posted> start_by_agent(Transaction& tx, const Principal& who, const Inbox& inbox, CustomerId customer, const std::string& subject, const NewMessage& given,
                              const Outbounds& outbounds) {
  NewMessage in = given;
  in.channel = inbox.channel;
  const Outbound* const outbound = outbound_of(outbounds, in.channel);
  const std::string client_key = who.key() + "/" + in.client_id;
  PARLEY_TRY(auto first, repeated(tx, client_key));
  if (first) { return std::move(*first); }
  PARLEY_TRY(auto edit, new_ticket(tx, inbox, customer, clean_line(subject), Actor::agent(who.agent, who.name)));
  if (outbound) { PARLEY_CHECK(outbound->prepare(tx, who, edit.ticket(), in)); }
  PARLEY_TRY(auto message, add(edit, in, client_key));
  if (outbound) { PARLEY_TRY(message, hand_over(*outbound, edit, in, message)); }
  PARLEY_CHECK(edit.set_state(TicketState::open));
  PARLEY_CHECK(assign(edit, {who.agent, "first_reply", "{}", false}));
  edit.save();
  return Posted{edit.ticket(), std::move(message), false};
}

namespace {

Status apply_team(TicketEdit& edit, const std::optional<TeamId>& team) {
  const auto from = edit.ticket().team ? staff::find_team(edit.tx(), *edit.ticket().team) : std::nullopt;
  const auto to = team ? staff::find_team(edit.tx(), *team) : std::nullopt;
  if (team && !to) { return Error::field("/team_id", "unknown_team", "There is no such team."); }
  const bool changes = team != edit.ticket().team;
  edit.set_team(team, from ? from->name : "", to ? to->name : "");
  if (changes && edit.ticket().offer) {  // the old team's agent is no longer asked; the ticket keeps its place in the line
    edit.set_offer(std::nullopt);
    edit.mark(EventKind::ticket_offer_ended, "team_changed");
  }
  if (!changes || !edit.ticket().assignee || !to) { return {}; }
  // A hand-over to another team leaves nobody from the old team holding the ticket.
  const bool is_member = std::find(to->members.begin(), to->members.end(), *edit.ticket().assignee) != to->members.end();
  if (!is_member) {
    const bool goes_to_line = edit.ticket().is_routed && is_unsolved(edit.ticket().state);
    unassign(edit, "team_changed", goes_to_line ? std::optional(edit.tx().now()) : std::nullopt);
  }
  return {};
}

Status apply_assignee(TicketEdit& edit, const std::optional<AgentId>& assignee) {
  if (assignee) { return assign(edit, {*assignee, "manual", "{}", false}); }
  unassign(edit, "manual", std::nullopt);
  return {};
}

}  // namespace

Result<Ticket> update_ticket(Transaction& tx, const Principal& who, TicketId id, const TicketPatch& patch, std::optional<std::uint32_t> if_version) {
  PARLEY_TRY(auto edit, TicketEdit::open(tx, id, Actor::agent(who.agent, who.name)));
  PARLEY_CHECK(check_can_see(who, edit.ticket()));
  if (if_version && *if_version != edit.ticket().version) {
    Error moved = Error::with_reason(Errc::precondition, "version_conflict", "The ticket was changed by somebody else. Fetch it again.");
    moved.extra = std::make_shared<json>(json{{"ticket", to_json(edit.ticket())}});
    return moved;
  }
  if (patch.subject) { edit.set_subject(clean_line(*patch.subject)); }
  if (patch.priority) { edit.set_priority(*patch.priority); }
  if (patch.type) { edit.set_type(*patch.type); }
  if (patch.tags) { edit.set_tags(*patch.tags); }
  if (patch.custom_fields) { edit.set_custom_fields(*patch.custom_fields); }
  if (patch.team) { PARLEY_CHECK(apply_team(edit, *patch.team)); }
  if (patch.assignee) { PARLEY_CHECK(apply_assignee(edit, *patch.assignee)); }
  if (patch.state) { PARLEY_CHECK(edit.set_state(*patch.state)); }
  edit.save();
  return edit.ticket();
}

Result<Ticket> rate_ticket(Transaction& tx, TicketId id, CustomerId customer, int score, const std::string& comment) {
  PARLEY_TRY(auto edit, TicketEdit::open(tx, id, Actor::customer(customer)));
  if (edit.ticket().requester.id != customer) { return no_such_ticket(); }
  if (edit.ticket().state != TicketState::solved) {
    return Error::with_reason(Errc::conflict, "not_ratable", "A conversation can be rated once it is solved.");
  }
  edit.set_rating({score, clean_text(comment), tx.now()});
  edit.say("rated", {{"score", score}});
  edit.mark(EventKind::ticket_rated);
  edit.save();
  return edit.ticket();
}

Status move_requester(Transaction& tx, CustomerId from, CustomerId to) {
  for (const auto& id : ticket_ids_of(tx, from)) {
    PARLEY_TRY(auto edit, TicketEdit::open(tx, id, Actor::system()));
    edit.set_requester(to);
    edit.save();
  }
  rename_author(tx, visitor_key(from), visitor_key(to));
  return {};
}

json changes_json(Transaction& tx, const std::vector<ChangeRow>& rows) {
  std::vector<std::int64_t> message_ids;
  std::vector<json> bodies;
  for (const auto& row : rows) {
    bodies.push_back(stored_json(row.body));
    if (bodies.back().contains("message_id")) { message_ids.push_back(bodies.back()["message_id"].get<std::int64_t>()); }
  }
  std::map<std::int64_t, Message> messages;
  for (auto& message : load_messages(tx, message_ids)) { messages.emplace(message.id.value, std::move(message)); }
  std::map<std::int64_t, std::string> agents;
  for (const auto& agent : staff::list_agents(tx)) { agents.emplace(agent.id.value, agent.name); }
  json out = json::array();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const json& body = bodies[i];
    json actor = body.value("actor", json::object());
    const auto found = messages.find(body.value("message_id", std::int64_t{0}));
    if (actor.value("kind", "") == "agent") {
      const auto agent = agents.find(actor.value("id", std::int64_t{0}));
      actor["name"] = agent == agents.end() ? "" : agent->second;
    } else {
      actor["name"] = found != messages.end() ? found->second.author.name : "";
    }
    out.push_back({{"version", rows[i].version},
                   {"kind", to_string(static_cast<EventKind>(rows[i].kind))},
                   {"actor", std::move(actor)},
                   {"at", to_ms(rows[i].at)},
                   {"changes", body.value("changes", json::array())},
                   {"message", found == messages.end() ? json(nullptr) : to_json(found->second)}});
  }
  return out;
}

}  // namespace parley::tickets
