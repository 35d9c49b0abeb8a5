#include "server/realtime/projector.h"

#include <nlohmann/json.hpp>
#include <set>

#include "base/json_text.h"
#include "base/schema.h"
#include "base/token.h"
#include "channels/chat/conversation.h"
#include "staff/staff_store.h"
#include "tickets/inbox.h"
#include "tickets/ticket_store.h"

namespace parley::realtime {

using nlohmann::json;
using storage::JournalRow;
using storage::Transaction;

Frame make_frame(const char* type, const json& payload) {
  return std::make_shared<const std::string>("{\"v\":1,\"type\":\"" + std::string(type) + "\",\"payload\":" + dump_json(payload) + "}");
}

Frame make_event_frame(std::uint64_t seq, const std::string& cursor, const json& payload) {
  return std::make_shared<const std::string>("{\"v\":1,\"type\":\"event\",\"seq\":" + std::to_string(seq) + ",\"cursor\":\"" + cursor +
                                             "\",\"payload\":" + dump_json(payload) + "}");
}

struct Projector::Loaded {
  std::vector<json> bodies;
  std::map<std::int64_t, tickets::Ticket> tickets;
  std::map<std::int64_t, tickets::Message> messages;
  std::map<std::int64_t, tickets::LastMessage> last_replies;
  std::map<std::int64_t, int> queue;
  std::map<std::int64_t, staff::Team> teams;
  std::map<std::int64_t, json> inboxes, customers;
};

Result<Projector::Loaded> Projector::load(Transaction& tx, const std::vector<JournalRow>& rows) {
  Loaded l;
  std::set<std::int64_t> ticket_ids, message_ids, customer_ids;
  bool wants_agents = false, wants_teams = false, wants_inboxes = false;
  for (const auto& row : rows) {
    l.bodies.push_back(stored_json(row.body));
    const json& body = l.bodies.back();
    if (row.ticket != 0) { ticket_ids.insert(row.ticket); }
    if (body.contains("message_id")) { message_ids.insert(body["message_id"].get<std::int64_t>()); }
    if (body.contains("customer_id")) { customer_ids.insert(body["customer_id"].get<std::int64_t>()); }
    wants_agents = wants_agents || row.ticket == 0;  // staff changed, or something rare
    wants_teams = wants_teams || body.contains("team_id");
    wants_inboxes = wants_inboxes || body.contains("inbox_id");
  }
  for (auto& t : tickets::load_tickets(tx, {ticket_ids.begin(), ticket_ids.end()})) {
    if (auto reply = tickets::last_chat_reply(tx, t)) { l.last_replies.emplace(t.id.value, std::move(*reply)); }
    if (t.queued_at) { l.queue[t.id.value] = tickets::queue_position(tx, t); }
    l.tickets.emplace(t.id.value, std::move(t));
  }
  for (auto& m : tickets::load_messages(tx, {message_ids.begin(), message_ids.end()})) { l.messages.emplace(m.id.value, std::move(m)); }
  if (agents_.empty() || wants_agents) {
    agents_.clear();
    for (auto& a : staff::list_agents(tx)) { agents_.emplace(a.id.value, std::move(a)); }
  }
  if (wants_teams) {
    for (auto& t : staff::list_teams(tx)) { l.teams.emplace(t.id.value, std::move(t)); }
  }
  if (wants_inboxes) {
    for (const auto& i : tickets::list_inboxes(tx)) { l.inboxes.emplace(i.id.value, tickets::to_json(i, tx.now())); }
  }
  for (const auto id : customer_ids) {
    const auto customer = customers_.load(tx, CustomerId{id});
    if (customer.has_value()) { l.customers.emplace(id, customers::to_json(*customer, options_.is_online(customer->id))); }
  }
  return l;
}

namespace {

/// Notes, priorities, tags and offers are none of the customer's business, not even that they changed.
bool concerns_customer(EventKind kind, const json& changes) {
  if (kind == EventKind::ticket_created || kind == EventKind::ticket_rated) { return true; }
  return std::any_of(changes.begin(), changes.end(), [](const json& change) {
    const auto field = change.value("field", "");
    return field == "state" || field == "assignee_id" || field == "subject" || field == "requester_id";
  });
}

}  // namespace

void Projector::fill_ticket_event(LiveEvent& event, json payload, const JournalRow& row, const json& body, const Loaded& l) const {
  const auto found = l.tickets.find(row.ticket);
  if (found == l.tickets.end()) { return; }
  const tickets::Ticket& ticket = found->second;
  event.is_about_ticket = true;
  event.audience = tickets::audience_of(ticket);
  event.team_before = ticket.team;
  event.assignee_before = ticket.assignee;
  const json changes = body.value("changes", json::array());
  for (const auto& change : changes) {
    const auto field = change.value("field", "");
    const json from = change.value("from", json());
    if (field == "team_id") { event.team_before = from.is_null() ? std::nullopt : std::optional(TeamId{from.get<std::int64_t>()}); }
    if (field == "assignee_id") { event.assignee_before = from.is_null() ? std::nullopt : std::optional(AgentId{from.get<std::int64_t>()}); }
  }
  event.audience_changed = event.team_before != ticket.team || event.assignee_before != ticket.assignee;
  payload["ticket"] = tickets::to_json(ticket);
  if (!changes.empty()) { payload["changes"] = changes; }
  if (body.contains("reason")) { payload["reason"] = body["reason"]; }
  const auto message = l.messages.find(body.value("message_id", std::int64_t{0}));
  if (message != l.messages.end()) { payload["message"] = tickets::to_json(message->second); }
  const std::string cursor = encode_cursor({database_.journal_uid(), row.seq});
  event.for_agents = make_event_frame(row.seq, cursor, payload);
  event.gone_text = dump_json({{"kind", "ticket.gone"}, {"ticket_id", row.ticket}});

  const bool shows_message = event.kind != EventKind::message_updated && message != l.messages.end() && message->second.kind == "reply" && message->second.channel == "chat";
  if (ticket.channel != "chat") { return; }
  if (!shows_message && !concerns_customer(event.kind, changes)) { return; }
  channels::chat::ConversationContext context;
  context.agent_is_online = channels::chat::agent_is_online(ticket, options_.is_connected);
  const auto place = l.queue.find(row.ticket);
  context.queue_position = place == l.queue.end() ? 0 : place->second;
  if (const auto reply = l.last_replies.find(row.ticket); reply != l.last_replies.end()) { context.last_reply = reply->second; }
  json shown{{"kind", shows_message ? "message.created" : "conversation.updated"}, {"conversation", channels::chat::conversation_json(ticket, context)}};
  shown["conversation"].erase("unread_count");  // depends on the reader's position at delivery; the widget counts itself
  if (shows_message) { shown["message"] = channels::chat::public_message_json(message->second); }
  event.for_visitor = make_event_frame(row.seq, cursor, shown);
}

Result<std::vector<LiveEvent>> Projector::project(const std::vector<JournalRow>& rows) {
  PARLEY_TRY(const auto l, reader_->read([&](Transaction& tx) -> Result<Loaded> { return load(tx, rows); }));
  std::vector<LiveEvent> out;
  out.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const JournalRow& row = rows[i];
    const json& body = l.bodies[i];
    LiveEvent event;
    event.seq = row.seq;
    event.kind = static_cast<EventKind>(row.kind);
    json actor = body.value("actor", json{{"kind", "system"}, {"id", 0}});
    const auto agent = agents_.find(actor.value("id", std::int64_t{0}));
    actor["name"] = actor.value("kind", "") == "agent" && agent != agents_.end() ? agent->second.name : "";
    json payload{{"kind", to_string(event.kind)}, {"at", to_ms(row.at)}, {"actor", std::move(actor)}};
    const auto attach = [&](const char* id_name, const char* name, const auto& map, const auto& to_shape) {
      const auto found = map.find(body.value(id_name, std::int64_t{0}));
      if (found == map.end()) { return; }
      payload[name] = to_shape(found->second);
      event.for_agents = make_event_frame(row.seq, encode_cursor({database_.journal_uid(), row.seq}), payload);
    };
    const auto as_is = [](const json& shape) { return shape; };
    if (row.ticket != 0) {
      fill_ticket_event(event, std::move(payload), row, body, l);
    } else if (event.kind == EventKind::customer_updated) {
      attach("customer_id", "customer", l.customers, as_is);
    } else if (event.kind == EventKind::inbox_updated) {
      attach("inbox_id", "inbox", l.inboxes, as_is);
    } else if (event.kind == EventKind::team_updated) {
      attach("team_id", "team", l.teams, [](const staff::Team& t) { return staff::to_json(t); });
    } else if (event.kind == EventKind::agent_updated) {
      event.agent = AgentId{body.value("agent_id", std::int64_t{0})};
      attach("agent_id", "agent", agents_, [this](const staff::Agent& a) { return staff::to_json(a, options_.is_connected(a.id)); });
    }
    out.push_back(std::move(event));
  }
  return out;
}

}  // namespace parley::realtime
