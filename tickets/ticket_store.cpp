#include "tickets/ticket_store.h"

#include <limits>

#include "base/json_text.h"
#include "base/text.h"

namespace parley::tickets {

using nlohmann::json;
using storage::Fields;
using storage::fill_in_list;
using storage::in_list_sql;
using storage::Row;
using storage::Transaction;
using storage::Value;

namespace {

#define PARLEY_TICKET_COLUMNS                                                                                                     \
  "SELECT t.id, t.number, t.version, t.subject, t.state, t.priority, t.type, t.tags, t.inbox_id, t.channel, t.team_id, "          \
  "t.assignee_id, t.requester_id, c.name, c.is_verified, c.locale, i.assignment, t.created_at, t.updated_at, t.waiting_since, t.queued_at, "    \
  "t.offer_agent_id, t.offer_expires_at, t.customer_message_count, t.message_count, t.custom_fields, t.solved_at, "               \
  "t.rating_score, t.rating_comment, t.rated_at, t.last_message_id, m.kind, m.channel, m.author_kind, LEFT(m.text, 160), "        \
  "m.attachment_count, m.created_at, a.name, a.status, p.customer_read_message_id, p.customer_delivered_message_id, "             \
  "p.agent_read_message_id, p.agent_delivered_message_id FROM ticket t JOIN customer c ON c.id = t.requester_id JOIN inbox i ON i.id = t.inbox_id " \
  "LEFT JOIN message m ON m.id = t.last_message_id LEFT JOIN agent a ON a.id = t.assignee_id "                                    \
  "LEFT JOIN ticket_position p ON p.ticket_id = t.id "

Ticket ticket_of(const Row& row) {
  Fields f(row);
  Ticket t;
  t.id = f.id<TicketId>();
  t.number = f.i64();
  t.version = static_cast<std::uint32_t>(f.i64());
  t.subject = f.text();
  t.state = parse_state(f.text()).value_or(TicketState::open);
  t.priority = f.text();
  t.type = f.maybe_text();
  t.tags = stored_json(f.text()).get<std::vector<std::string>>();
  t.inbox = f.id<InboxId>();
  t.channel = f.text();
  t.team = f.maybe_id<TeamId>();
  t.assignee = f.maybe_id<AgentId>();
  t.requester.id = f.id<CustomerId>();
  t.requester.name = f.text();
  t.requester.is_verified = f.flag();
  t.requester.locale = f.text();
  t.is_routed = f.text() != "manual";
  t.created_at = f.time();
  t.updated_at = f.time();
  t.waiting_since = f.maybe_time();
  t.queued_at = f.maybe_time();
  const auto offered_to = f.maybe_id<AgentId>();
  const auto offer_expires = f.maybe_time();
  if (offered_to && offer_expires) { t.offer = Offer{*offered_to, *offer_expires}; }
  t.customer_message_count = static_cast<int>(f.i64());
  t.message_count = static_cast<int>(f.i64());
  t.custom_fields = f.text();
  t.solved_at = f.maybe_time();
  const auto score = f.maybe_i64();
  const auto comment = f.maybe_text();
  const auto rated = f.maybe_time();
  if (score) { t.rating = Rating{static_cast<int>(*score), comment.value_or(""), rated.value_or(TimePoint{})}; }
  const auto last = f.maybe_id<MessageId>();
  const auto kind = f.maybe_text();
  const auto channel = f.maybe_text();
  const auto author_kind = f.maybe_text();
  const auto text = f.maybe_text();
  const auto attachments = f.maybe_i64();
  const auto at = f.maybe_time();
  if (last && kind) { t.last_message = LastMessage{*last, *kind, channel.value_or(""), author_kind.value_or(""), text.value_or(""), attachments.value_or(0) > 0, at.value_or(TimePoint{})}; }
  t.assignee_name = f.maybe_text().value_or("");
  t.assignee_status = f.maybe_text().value_or("");
  const auto position = [&f] { return f.maybe_id<MessageId>().value_or(MessageId{}); };
  t.positions.customer_read = position();
  t.positions.customer_delivered = position();
  t.positions.agent_read = position();
  t.positions.agent_delivered = position();
  return t;
}

std::vector<Ticket> tickets_of(const std::vector<Row>& rows) {
  std::vector<Ticket> out;
  out.reserve(rows.size());
  for (const auto& row : rows) { out.push_back(ticket_of(row)); }
  return out;
}

}  // namespace

std::optional<Ticket> find_ticket(Transaction& tx, TicketId id) {
  const auto row = tx.query_one(PARLEY_TICKET_COLUMNS "WHERE t.id = ?", {id});
  return row ? std::optional(ticket_of(*row)) : std::nullopt;
}

std::vector<Ticket> load_tickets(Transaction& tx, const std::vector<std::int64_t>& ids) {
  if (ids.empty()) { return {}; }
  std::vector<Value> parameters;
  fill_in_list(parameters, ids);
  return tickets_of(tx.query(in_list_sql(PARLEY_TICKET_COLUMNS "WHERE t.id IN ", ids.size(), ""), parameters));
}

TicketId insert_ticket(Transaction& tx, const Ticket& t) {
  return TicketId{tx.insert(
      "INSERT INTO ticket (subject, tags, inbox_id, channel, team_id, requester_id, created_at, updated_at, custom_fields) VALUES (?,?,?,?,?,?,?,?,?)",
      {t.subject, dump_json(json(t.tags)), t.inbox, t.channel, t.team, t.requester.id, t.created_at, t.updated_at, t.custom_fields})};
}

void save_ticket(Transaction& tx, const Ticket& t) {
  const auto saved = tx.execute(
      "UPDATE ticket SET number = ?, version = ?, subject = ?, state = ?, priority = ?, type = ?, tags = ?, team_id = ?, assignee_id = ?, "
      "requester_id = ?, updated_at = ?, waiting_since = ?, queued_at = ?, offer_agent_id = ?, offer_expires_at = ?, "
      "customer_message_count = ?, message_count = ?, last_message_id = ?, custom_fields = ?, solved_at = ?, rating_score = ?, "
      "rating_comment = ?, rated_at = ? WHERE id = ? AND version = ?",
      {t.number, t.version, t.subject, to_string(t.state), t.priority, t.type, dump_json(json(t.tags)), t.team, t.assignee, t.requester.id,
       t.updated_at, t.waiting_since, t.queued_at, t.offer ? Value(t.offer->agent) : Value(), t.offer ? Value(t.offer->expires_at) : Value(),
       t.customer_message_count, t.message_count, t.last_message ? Value(t.last_message->id) : Value(), t.custom_fields, t.solved_at,
       t.rating ? Value(t.rating->score) : Value(), t.rating ? Value(t.rating->comment) : Value(),
       t.rating ? Value(t.rating->created_at) : Value(), t.id, t.version - 1});
  if (saved != 1) { throw storage::DatabaseError::stale("ticket " + std::to_string(t.id.value)); }
}

std::vector<Ticket> tickets_of_customer(Transaction& tx, CustomerId customer, const std::optional<PageKey>& after, int limit) {
  const PageKey key = after.value_or(PageKey{std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::max()});
  return tickets_of(tx.query(PARLEY_TICKET_COLUMNS "WHERE t.requester_id = ? AND (t.created_at, t.id) < (?, ?) ORDER BY t.created_at DESC, t.id DESC LIMIT ?",
                             {customer, key.sort, key.id, limit}));
}

PageKey page_key(const Ticket& t, const std::string& sort) {
  if (sort == "created") { return {to_ms(t.created_at), t.id.value}; }
  if (sort == "waiting") { return {t.waiting_since ? to_ms(*t.waiting_since) : std::numeric_limits<std::int64_t>::max(), t.id.value}; }
  return {to_ms(t.updated_at), t.id.value};
}

namespace {

/// SQL text and parameters grow together; every fragment is a constant, so only a few texts are ever prepared.
struct Filter {
  std::string sql;
  std::vector<Value> parameters;
  void add(std::string_view fragment, std::initializer_list<Value> values = {}) {
    sql += sql.empty() ? "WHERE " : " AND ";
    sql += fragment;
    parameters.insert(parameters.end(), values.begin(), values.end());
  }
};

void add_visibility(Filter& filter, const Principal& who) {
  if (who.sees_all_teams()) { return; }
  std::vector<std::int64_t> teams;
  for (const auto& team : who.teams) { teams.push_back(team.value); }
  if (teams.empty()) { teams.push_back(0); }
  filter.add(in_list_sql("(t.team_id IS NULL OR t.team_id IN ", teams.size(), " OR t.assignee_id = ?)"));
  fill_in_list(filter.parameters, teams);
  filter.parameters.emplace_back(who.agent);
}

void add_view(Filter& filter, const Principal& who, const TicketQuery& query) {
  static constexpr std::string_view unsolved = "t.state IN ('new','open','pending','on_hold')";
  if (query.view == "all") { return; }
  if (query.view == "pending" || query.view == "on_hold" || query.view == "solved" || query.view == "closed") {
    return filter.add("t.state = ?", {query.view});
  }
  filter.add(unsolved);
  if (query.view == "mine") { filter.add("t.assignee_id = ?", {who.agent}); }
  if (query.view == "unassigned") { filter.add("t.assignee_id IS NULL"); }
  if (query.view == "team") { filter.add("t.team_id = ?", {query.team}); }
}

void add_text(Filter& filter, const std::string& text) {
  if (text.empty()) { return; }
  std::string digits = text.front() == '#' ? text.substr(1) : text;
  if (!digits.empty() && digits.size() < 18 && digits.find_first_not_of("0123456789") == std::string::npos) {
    return filter.add("t.number = ?", {std::int64_t{std::stoll(digits)}});
  }
  std::string pattern = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') { pattern.push_back('\\'); }
    pattern.push_back(c);
  }
  pattern.push_back('%');
  filter.add("(t.subject LIKE ? OR c.name LIKE ?)", {pattern, pattern});
}

std::string_view add_order(Filter& filter, const TicketQuery& query) {
  if (query.sort == "waiting") {
    if (query.after) { filter.add("(COALESCE(t.waiting_since, 9223372036854775807), t.id) > (?, ?)", {query.after->sort, query.after->id}); }
    return " ORDER BY COALESCE(t.waiting_since, 9223372036854775807), t.id LIMIT ?";
  }
  if (query.sort == "created") {
    if (query.after) { filter.add("(t.created_at, t.id) < (?, ?)", {query.after->sort, query.after->id}); }
    return " ORDER BY t.created_at DESC, t.id DESC LIMIT ?";
  }
  if (query.after) { filter.add("(t.updated_at < ? OR (t.updated_at = ? AND t.id < ?))", {query.after->sort, query.after->sort, query.after->id}); }
  return " ORDER BY t.updated_at DESC, t.id DESC LIMIT ?";
}

}  // namespace

std::vector<Ticket> list_tickets(Transaction& tx, const Principal& who, const TicketQuery& query) {
  Filter filter;
  add_view(filter, who, query);
  add_visibility(filter, who);
  add_text(filter, query.text);
  const std::string_view order = add_order(filter, query);
  filter.parameters.emplace_back(query.limit);
  return tickets_of(tx.query(PARLEY_TICKET_COLUMNS + filter.sql + std::string(order), filter.parameters));
}

ViewCounts count_views(Transaction& tx, const Principal& who) {
  Filter filter;
  add_visibility(filter, who);
  filter.parameters.insert(filter.parameters.begin(), Value(who.agent));
  ViewCounts counts;
  for (const auto& row : tx.query("SELECT t.state, t.team_id, t.assignee_id IS NULL, t.assignee_id <=> ?, COUNT(*) FROM ticket t " + filter.sql +
                                      " GROUP BY 1, 2, 3, 4",
                                  filter.parameters)) {
    const auto state = parse_state(row.text(0)).value_or(TicketState::open);
    const std::int64_t n = row.i64(4);
    if (state == TicketState::pending) { counts.pending += n; }
    if (state == TicketState::on_hold) { counts.on_hold += n; }
    if (state == TicketState::solved) { counts.solved += n; }
    if (state == TicketState::closed) { counts.closed += n; }
    if (!is_unsolved(state)) { continue; }
    counts.open += n;
    if (row.flag(2)) { counts.unassigned += n; }
    if (row.flag(3)) { counts.mine += n; }
    if (!row.is_null(1)) { counts.teams[row.i64(1)] += n; }
  }
  return counts;
}

// --- read positions, drafts ---------------------------------------------------------------------------------------------------

Positions positions_of(Transaction& tx, TicketId id) {
  const auto row = tx.query_one(
      "SELECT customer_read_message_id, customer_delivered_message_id, agent_read_message_id, agent_delivered_message_id "
      "FROM ticket_position WHERE ticket_id = ?",
      {id});
  if (!row) { return {}; }
  return {MessageId{row->i64(0)}, MessageId{row->i64(1)}, MessageId{row->i64(2)}, MessageId{row->i64(3)}};
}

bool advance_position(Transaction& tx, TicketId id, PositionKind kind, MessageId message) {
  const Positions now = positions_of(tx, id);
  const auto write = [&](std::string_view sql, MessageId current) {
    if (current.value >= message.value) { return false; }
    tx.execute(sql, {id, message});
    return true;
  };
  switch (kind) {
    case PositionKind::customer_read:
      return write("INSERT INTO ticket_position (ticket_id, customer_read_message_id) VALUES (?,?) ON DUPLICATE KEY UPDATE "
                   "customer_read_message_id = GREATEST(customer_read_message_id, VALUES(customer_read_message_id))", now.customer_read);
    case PositionKind::customer_delivered:
      return write("INSERT INTO ticket_position (ticket_id, customer_delivered_message_id) VALUES (?,?) ON DUPLICATE KEY UPDATE "
                   "customer_delivered_message_id = GREATEST(customer_delivered_message_id, VALUES(customer_delivered_message_id))", now.customer_delivered);
    case PositionKind::agent_read:
      return write("INSERT INTO ticket_position (ticket_id, agent_read_message_id) VALUES (?,?) ON DUPLICATE KEY UPDATE "
                   "agent_read_message_id = GREATEST(agent_read_message_id, VALUES(agent_read_message_id))", now.agent_read);
    case PositionKind::agent_delivered:
      return write("INSERT INTO ticket_position (ticket_id, agent_delivered_message_id) VALUES (?,?) ON DUPLICATE KEY UPDATE "
                   "agent_delivered_message_id = GREATEST(agent_delivered_message_id, VALUES(agent_delivered_message_id))", now.agent_delivered);
  }
  return false;
}

int count_messages_after(Transaction& tx, TicketId id, MessageId message, const char* channel, const char* author_kind) {
  const auto row = tx.query_one("SELECT COUNT(*) FROM message WHERE ticket_id = ? AND id > ? AND kind = 'reply' AND channel = ? AND author_kind = ?", {id, message, channel, author_kind});
  return static_cast<int>(row->i64(0));
}

int set_agent_read(Transaction& tx, TicketId id, AgentId agent, MessageId message) {
  const auto row = tx.query_one("SELECT COUNT(*) FROM message WHERE ticket_id = ? AND id <= ? AND kind = 'reply' AND author_kind = 'customer'", {id, message});
  const std::int64_t count = row->i64(0);
  tx.execute("INSERT INTO ticket_read (ticket_id, agent_id, message_id, read_count) VALUES (?,?,?,?) "
             "ON DUPLICATE KEY UPDATE message_id = VALUES(message_id), read_count = VALUES(read_count)",
             {id, agent, message, count});
  return static_cast<int>(count);
}

std::map<std::int64_t, int> read_counts(Transaction& tx, AgentId agent, const std::vector<std::int64_t>& tickets) {
  std::map<std::int64_t, int> out;
  if (tickets.empty()) { return out; }
  std::vector<Value> parameters{Value(agent)};
  fill_in_list(parameters, tickets);
  for (const auto& row : tx.query(in_list_sql("SELECT ticket_id, read_count FROM ticket_read WHERE agent_id = ? AND ticket_id IN ", tickets.size(), ""), parameters)) {
    out[row.i64(0)] = static_cast<int>(row.i64(1));
  }
  return out;
}

std::vector<Draft> drafts_of(Transaction& tx, TicketId id, AgentId agent) {
  std::vector<Draft> out;
  for (const auto& row : tx.query("SELECT kind, text, updated_at FROM draft WHERE ticket_id = ? AND agent_id = ?", {id, agent})) {
    out.push_back({row.text(0), row.text(1), from_ms(row.i64(2))});
  }
  return out;
}

void save_draft(Transaction& tx, TicketId id, AgentId agent, const Draft& draft) {
  tx.execute("INSERT INTO draft (ticket_id, agent_id, kind, text, updated_at) VALUES (?,?,?,?,?) "
             "ON DUPLICATE KEY UPDATE text = VALUES(text), updated_at = VALUES(updated_at)",
             {id, agent, draft.kind, draft.text, draft.updated_at});
}

void delete_draft(Transaction& tx, TicketId id, AgentId agent, const std::string& kind) {
  tx.execute("DELETE FROM draft WHERE ticket_id = ? AND agent_id = ? AND kind = ?", {id, agent, kind});
}

// --- queue and load -----------------------------------------------------------------------------------------------------------

void insert_decision(Transaction& tx, TicketId id, std::optional<AgentId> agent, const std::string& reason, const std::string& explanation) {
  tx.execute("INSERT INTO assignment_decision (ticket_id, at, agent_id, reason, explanation) VALUES (?,?,?,?,?)", {id, tx.now(), agent, reason, explanation});
}

bool is_chosen_by_hand(Transaction& tx, TicketId id, AgentId agent, TimePoint since) {
  const auto last = tx.query_one("SELECT 1 FROM (SELECT agent_id, reason, at FROM assignment_decision WHERE ticket_id = ? ORDER BY id DESC LIMIT 1) d "
                                 "WHERE agent_id = ? AND reason IN ('manual','first_reply') AND at >= ?", {id, agent, since});
  return last.has_value();
}

std::vector<std::pair<TicketId, AgentId>> recent_refusals(Transaction& tx, TimePoint since) {
  std::vector<std::pair<TicketId, AgentId>> out;
  for (const auto& row : tx.query("SELECT d.ticket_id, d.agent_id FROM ticket t JOIN assignment_decision d ON d.ticket_id = t.id "
                                  "WHERE t.queued_at IS NOT NULL AND d.at >= ? AND d.reason IN ('declined','expired') AND d.agent_id IS NOT NULL",
                                  {since})) {
    out.emplace_back(TicketId{row.i64(0)}, AgentId{row.i64(1)});
  }
  return out;
}

std::vector<Ticket> queued_tickets(Transaction& tx, int limit) {
  return tickets_of(tx.query(PARLEY_TICKET_COLUMNS "WHERE t.queued_at IS NOT NULL AND t.offer_agent_id IS NULL ORDER BY t.queued_at, t.id LIMIT ?", {limit}));
}

std::vector<TicketId> expired_offers(Transaction& tx, TimePoint now) {
  std::vector<TicketId> out;
  for (const auto& row : tx.query("SELECT id FROM ticket WHERE offer_agent_id IS NOT NULL AND offer_expires_at <= ?", {now})) { out.push_back(TicketId{row.i64(0)}); }
  return out;
}

int chat_load(Transaction& tx, AgentId agent, TicketId except) {
  const auto row = tx.query_one(
      "SELECT (SELECT COUNT(*) FROM ticket WHERE assignee_id = ? AND state IN ('new','open') AND channel = 'chat' AND id <> ?) + "
      "(SELECT COUNT(*) FROM ticket WHERE offer_agent_id = ? AND id <> ?)",
      {agent, except, agent, except});
  return static_cast<int>(row->i64(0));
}

std::vector<AgentId> agents_with_offers(Transaction& tx) {
  std::vector<AgentId> out;
  for (const auto& row : tx.query("SELECT DISTINCT offer_agent_id FROM ticket WHERE offer_agent_id IS NOT NULL")) { out.push_back(AgentId{row.i64(0)}); }
  return out;
}

std::map<std::int64_t, int> chat_loads(Transaction& tx) {
  std::map<std::int64_t, int> out;
  for (const auto& row : tx.query("SELECT assignee_id, COUNT(*) FROM ticket WHERE state IN ('new','open') AND channel = 'chat' AND assignee_id IS NOT NULL GROUP BY 1")) {
    out[row.i64(0)] += static_cast<int>(row.i64(1));
  }
  for (const auto& row : tx.query("SELECT offer_agent_id, COUNT(*) FROM ticket WHERE offer_agent_id IS NOT NULL GROUP BY 1")) {
    out[row.i64(0)] += static_cast<int>(row.i64(1));
  }
  return out;
}

std::vector<AgentId> awaited_agents(Transaction& tx, TimePoint since) {
  std::vector<AgentId> out;
  for (const auto& row : tx.query("SELECT DISTINCT assignee_id FROM ticket WHERE assignee_id IS NOT NULL AND state IN ('new','open') AND channel = 'chat' "
                                  "AND waiting_since >= ?", {since})) {
    out.push_back(AgentId{row.i64(0)});
  }
  return out;
}

std::vector<TicketId> waiting_chats_of(Transaction& tx, AgentId agent) {
  std::vector<TicketId> out;
  for (const auto& row : tx.query("SELECT id FROM ticket WHERE assignee_id = ? AND state IN ('new','open') AND channel = 'chat' AND waiting_since IS NOT NULL "
                                  "ORDER BY waiting_since LIMIT 200", {agent})) {
    out.push_back(TicketId{row.i64(0)});
  }
  return out;
}

std::vector<QueuePlace> queue_places(Transaction& tx) {
  std::vector<QueuePlace> out;
  std::int64_t inbox = 0;
  int position = 0;
  for (const auto& row : tx.query("SELECT id, requester_id, inbox_id FROM ticket WHERE queued_at IS NOT NULL ORDER BY inbox_id, queued_at, id LIMIT 2000")) {
    position = row.i64(2) == inbox ? position + 1 : 1;
    inbox = row.i64(2);
    out.push_back({TicketId{row.i64(0)}, CustomerId{row.i64(1)}, position});
  }
  return out;
}

int queue_position(Transaction& tx, const Ticket& t) {
  if (!t.queued_at) { return 0; }
  const auto row = tx.query_one("SELECT COUNT(*) FROM ticket WHERE inbox_id = ? AND queued_at IS NOT NULL AND (queued_at < ? OR (queued_at = ? AND id <= ?))",
                                {t.inbox, *t.queued_at, *t.queued_at, t.id});
  return static_cast<int>(row->i64(0));
}

std::vector<TicketId> ticket_ids_of(Transaction& tx, CustomerId customer) {
  std::vector<TicketId> out;
  for (const auto& row : tx.query("SELECT id FROM ticket WHERE requester_id = ? ORDER BY id", {customer})) { out.push_back(TicketId{row.i64(0)}); }
  return out;
}

}  // namespace parley::tickets
