#include "tickets/ticket_api.h"

#include <charconv>
#include <limits>

#include "base/json_text.h"
#include "base/text.h"
#include "customers/customer_service.h"
#include "customers/customer_store.h"
#include "storage/database.h"
#include "storage/journal.h"
#include "tickets/assignment.h"
#include "tickets/ticket_edit.h"
#include "tickets/ticket_policy.h"
#include "tickets/ticket_service.h"
#include "tickets/ticket_store.h"

namespace parley::tickets {

using nlohmann::json;
using storage::Transaction;
using Api = std::shared_ptr<TicketApi>;

std::vector<AttachmentId> attachment_ids_of(const json& body) {
  std::vector<AttachmentId> out;
  for (const auto& id : body.value("attachment_ids", json::array())) { out.push_back(AttachmentId{id.get<std::int64_t>()}); }
  return out;
}

Result<Reply> upload(storage::Database& database, const FileStore& files, const Call& call) {
  PARLEY_TRY(auto file, files.put(*call.raw_body, call.query.value("name", "file"), call.content_type));
  return database.write_now(static_cast<std::uint64_t>(std::hash<std::string>{}(call.who.key())), [&](Transaction& tx) -> Result<Reply> {
    file.id = insert_attachment(tx, file, call.who.key());
    return Reply(json{{"attachment", to_json(file)}}, 201);
  });
}

namespace {

Result<Ticket> visible_ticket(Transaction& tx, const Call& call) {
  auto ticket = find_ticket(tx, TicketId{call.id("ticket_id")});
  if (!ticket || !can_see(call.who, *ticket)) { return no_such_ticket(); }
  return std::move(*ticket);
}

Result<std::optional<PageKey>> page_of(const Call& call) {
  if (!call.query.contains("cursor")) { return std::optional<PageKey>{}; }
  const auto key = decode_page(call.query["cursor"].get<std::string>());
  if (!key) { return Error::field("/cursor", "bad_format", "This cursor is not one of ours."); }
  return std::optional<PageKey>{*key};
}

void add_etag(Reply& reply, const Ticket& ticket) { reply.headers.emplace_back("etag", "\"" + std::to_string(ticket.version) + "\""); }

Result<Reply> get_views(Transaction& tx, const Call& call) {
  const auto c = count_views(tx, call.who);
  json teams = json::object();
  for (const auto& [team, n] : c.teams) { teams[std::to_string(team)] = n; }
  return Reply(json{{"mine", c.mine}, {"unassigned", c.unassigned}, {"open", c.open}, {"pending", c.pending}, {"on_hold", c.on_hold}, {"solved", c.solved},
                    {"closed", c.closed}, {"all", c.open + c.solved + c.closed}, {"teams", teams}});
}

Result<Reply> get_tickets(Transaction& tx, const Api& api, const Call& call) {
  TicketQuery query;
  query.view = call.query.value("view", "open");
  query.sort = call.query.value("sort", "updated");
  query.text = clean_line(call.query.value("q", ""));
  if (call.query.contains("team_id")) { query.team = TeamId{call.query["team_id"].get<std::int64_t>()}; }
  if (query.view == "team" && !query.team) { return Error::field("/team_id", "missing", "view=team needs team_id."); }
  const int limit = call.query.value("limit", 50);
  query.limit = limit + 1;
  PARLEY_TRY(query.after, page_of(call));
  // The cursor is read before the rows: what commits in between is seen twice, never missed.
  const std::string socket_cursor = api->socket_cursor();
  auto rows = list_tickets(tx, call.who, query);
  const bool more = rows.size() > static_cast<std::size_t>(limit);
  if (more) { rows.pop_back(); }
  json items = json::array(), reads = json::object();
  std::vector<std::int64_t> ids;
  for (const auto& row : rows) {
    items.push_back(to_json(row));
    ids.push_back(row.id.value);
  }
  for (const auto& [id, n] : read_counts(tx, call.who.agent, ids)) { reads[std::to_string(id)] = n; }
  return Reply(json{{"items", items}, {"reads", reads}, {"next_cursor", more ? json(encode_page(page_key(rows.back(), query.sort))) : json(nullptr)},
                    {"socket_cursor", socket_cursor}});
}

Result<Reply> get_ticket(Transaction& tx, const Api& api, const Call& call) {
  PARLEY_TRY(const auto ticket, visible_ticket(tx, call));
  json drafts = json::array(), viewers = json::array();
  for (const auto& d : drafts_of(tx, ticket.id, call.who.agent)) { drafts.push_back(to_json(d)); }
  for (const auto& agent : api->notices.viewers_of(ticket.id)) { viewers.push_back(agent.value); }
  const auto reads = read_counts(tx, call.who.agent, {ticket.id.value});
  Reply reply(json{{"ticket", to_json(ticket)},
                   {"drafts", drafts},
                   {"read_count", reads.empty() ? 0 : reads.begin()->second},
                   {"customer_read_message_id", ticket.positions.customer_read.value},
                   {"customer_delivered_message_id", std::max(ticket.positions.customer_delivered.value, ticket.positions.customer_read.value)},
                   {"viewers", viewers}});
  add_etag(reply, ticket);
  return reply;
}

/// What leaves by e-mail may be formatted and have recipients of its own.
void add_email_fields(const json& body, NewMessage& message) {
  message.html = body.value("html", std::string());
  message.options = body.value("email", json());
}

/// The customer who is named by id, or by an address that may be new.
Result<CustomerId> customer_of(Transaction& tx, const Api& api, const json& body) {
  if (body.contains("customer_id")) {
    const auto customer = customers::find_customer(tx, CustomerId{body.at("customer_id").get<std::int64_t>()});
    if (!customer) { return Error::field("/customer_id", "unknown_customer", "There is no such customer."); }
    return customer->id;
  }
  if (!body.contains("requester")) { return Error::field("/customer_id", "missing", "A customer_id or a requester is needed."); }
  const auto email = normalise_email(body.at("requester").value("email", ""));
  if (!email) { return Error::field("/requester/email", "bad_format", "This is not an e-mail address."); }
  std::string name = clean_line(body.at("requester").value("name", ""));
  if (name.empty()) { name = email->substr(0, email->find('@')); }
  return customers::CustomerService(api->cipher).find_or_create(tx, customers::IdentityKind::email, *email, name, "en");
}

Result<Reply> post_ticket(Transaction& tx, const Api& api, const Call& call) {
  const auto inbox = find_inbox(tx, InboxId{call.body.at("inbox_id").get<std::int64_t>()});
  if (!inbox) { return Error::field("/inbox_id", "unknown_inbox", "There is no such inbox."); }
  if (!may_write_from(call.who, *inbox)) { return Error::field("/inbox_id", "forbidden_inbox", "This inbox belongs to a team you are not in."); }
  PARLEY_TRY(const CustomerId customer, customer_of(tx, api, call.body));
  NewMessage message{call.body.at("client_id").get<std::string>(), call.body.at("text").get<std::string>(), attachment_ids_of(call.body)};
  add_email_fields(call.body, message);
  PARLEY_TRY(const auto posted, start_by_agent(tx, call.who, *inbox, customer, call.body.at("subject").get<std::string>(), message, api->outbounds));
  return Reply(json{{"ticket", to_json(posted.ticket)}, {"message", to_json(posted.message)}}, 201);
}

Result<std::optional<std::uint32_t>> version_of(const std::string& if_match) {
  if (if_match.empty() || if_match == "*") { return std::optional<std::uint32_t>{}; }
  std::uint32_t version = 0;
  const auto [end, failed] = std::from_chars(if_match.data(), if_match.data() + if_match.size(), version);
  if (failed != std::errc{} || end != if_match.data() + if_match.size()) { return Error::field("/if-match", "bad_format", "If-Match carries a ticket's version."); }
  return std::optional<std::uint32_t>{version};
}

Result<TicketPatch> patch_of(const json& b) {
  TicketPatch patch;
  if (b.contains("state")) { patch.state = parse_state(b["state"].get<std::string>()); }
  if (b.contains("priority")) { patch.priority = b["priority"].get<std::string>(); }
  if (b.contains("type")) { patch.type = b["type"].is_null() ? std::optional<std::string>{} : std::optional(b["type"].get<std::string>()); }
  if (b.contains("team_id")) { patch.team = b["team_id"].is_null() ? std::optional<TeamId>{} : std::optional(TeamId{b["team_id"].get<std::int64_t>()}); }
  if (b.contains("assignee_id")) { patch.assignee = b["assignee_id"].is_null() ? std::optional<AgentId>{} : std::optional(AgentId{b["assignee_id"].get<std::int64_t>()}); }
  if (b.contains("subject")) { patch.subject = b["subject"].get<std::string>(); }
  if (b.contains("custom_fields")) { patch.custom_fields = dump_json(b["custom_fields"]); }
  if (b.contains("tags")) {
    std::vector<std::string> tags;
    for (const auto& tag : b["tags"]) {
      std::string clean = clean_line(tag.get<std::string>());
      if (clean.empty()) { return Error::field("/tags", "empty", "A tag needs a name."); }
      if (std::find(tags.begin(), tags.end(), clean) == tags.end()) { tags.push_back(std::move(clean)); }
    }
    patch.tags = std::move(tags);
  }
  return patch;
}

Result<Reply> patch_ticket(Transaction& tx, const Call& call) {
  PARLEY_TRY(const auto version, version_of(call.if_match));
  PARLEY_TRY(const auto patch, patch_of(call.body));
  const bool assigns_other = patch.assignee && *patch.assignee != std::optional(call.who.agent);
  if (assigns_other && !call.who.may(Permission::ticket_assign)) { return Error(Errc::forbidden, "ticket.assign"); }
  PARLEY_TRY(const auto ticket, update_ticket(tx, call.who, TicketId{call.id("ticket_id")}, patch, version));
  Reply reply(json{{"ticket", to_json(ticket)}});
  add_etag(reply, ticket);
  return reply;
}

Result<Reply> get_messages(Transaction& tx, const Call& call) {
  PARLEY_TRY(const auto ticket, visible_ticket(tx, call));
  MessageQuery query{call.query.value("before", std::int64_t{0}), call.query.value("after", std::int64_t{0}), call.query.value("limit", 50), false};
  bool has_more = false;
  json items = json::array();
  for (const auto& message : list_messages(tx, ticket.id, query, has_more)) { items.push_back(to_json(message)); }
  return Reply(json{{"items", items}, {"has_more", has_more}});
}

Result<Reply> post_message(Transaction& tx, const Api& api, const Call& call) {
  AgentMessage in;
  in.message = {call.body.at("client_id").get<std::string>(), call.body.at("text").get<std::string>(), attachment_ids_of(call.body),
                call.body.at("kind").get<std::string>()};
  if (in.message.kind == "reply" && !call.who.may(Permission::ticket_reply)) { return Error(Errc::forbidden, "ticket.reply"); }
  in.message.channel = call.body.value("channel", std::string());
  const json seen = call.body.value("seen_version", json());
  if (seen.is_number_integer()) { in.seen_version = seen.get<std::uint32_t>(); }
  in.is_forced = call.body.value("force", false);
  const json state = call.body.value("state", json());
  if (state.is_string()) { in.message.state = parse_state(state.get<std::string>()); }
  add_email_fields(call.body, in.message);
  PARLEY_TRY(const auto posted, post_agent_message(tx, call.who, TicketId{call.id("ticket_id")}, in, api->outbounds));
  return Reply(json{{"message", to_json(posted.message)}, {"ticket", to_json(posted.ticket)}}, posted.is_repeat ? 200 : 201);
}

Result<Reply> answer_offer(Transaction& tx, const Call& call, bool accepts) {
  PARLEY_TRY(auto edit, TicketEdit::open(tx, TicketId{call.id("ticket_id")}, Actor::agent(call.who.agent, call.who.name)));
  const bool is_mine = edit.ticket().offer && edit.ticket().offer->agent == call.who.agent;
  if (!is_mine) { PARLEY_CHECK(check_can_see(call.who, edit.ticket())); }
  PARLEY_CHECK(accepts ? accept_offer(edit, call.who.agent) : end_offer(edit, call.who.agent, "declined"));
  edit.save();
  return Reply(json{{"ticket", to_json(edit.ticket())}});
}

/// Nobody reads beyond the last message: later ones would count as read before they are written.
MessageId within(const Ticket& ticket, MessageId message) {
  return ticket.last_message ? std::min(message, ticket.last_message->id) : MessageId{};
}

Result<Reply> mark_read(Transaction& tx, const Api& api, const Call& call) {
  PARLEY_TRY(const auto ticket, visible_ticket(tx, call));
  const MessageId message = within(ticket, MessageId{call.body.at("message_id").get<std::int64_t>()});
  const int count = set_agent_read(tx, ticket.id, call.who.agent, message);
  // Only the person who answers tells the customer "read"; a supervisor passing by does not.
  const bool tells_customer = ticket.assignee == std::optional(call.who.agent) && advance_position(tx, ticket.id, PositionKind::agent_read, message);
  ReadNotice notice{audience_of(ticket), message, false, call.who.agent, count};
  if (!tells_customer) { notice.audience.customer = CustomerId{}; }
  tx.after_commit([api, notice] { api->notices.notify_read(notice); });
  return Reply(json{{"read_count", count}});
}

Result<Reply> put_draft(Transaction& tx, const Api& api, const Call& call) {
  PARLEY_TRY(const auto ticket, visible_ticket(tx, call));
  const Draft draft{call.body.at("kind").get<std::string>(), call.body.at("text").get<std::string>(), tx.now()};
  if (trim(draft.text).empty()) {
    delete_draft(tx, ticket.id, call.who.agent, draft.kind);
  } else {
    save_draft(tx, ticket.id, call.who.agent, draft);
  }
  tx.after_commit([api, id = ticket.id, agent = call.who.agent, draft] { api->notices.notify_draft(id, agent, draft); });
  return Reply(json{{"draft", to_json(draft)}});
}

Result<Reply> get_history(Transaction& tx, const Call& call) {
  PARLEY_TRY(const auto ticket, visible_ticket(tx, call));
  PARLEY_TRY(const auto after, page_of(call));
  const int limit = call.query.value("limit", 50);
  const auto rows = storage::read_ticket_journal(tx, ticket.id.value, after ? static_cast<std::uint64_t>(after->id) : 0, limit + 1);
  std::vector<ChangeRow> shown;
  for (const auto& row : rows) {
    if (shown.size() < static_cast<std::size_t>(limit)) { shown.push_back({row.ticket_version, row.kind, row.at, row.body}); }
  }
  const bool more = rows.size() > shown.size();
  const json next = more ? json(encode_page({0, static_cast<std::int64_t>(rows[shown.size() - 1].seq)})) : json(nullptr);
  return Reply(json{{"items", changes_json(tx, shown)}, {"next_cursor", next}});
}

Result<Reply> get_customer_tickets(Transaction& tx, const Call& call) {
  PARLEY_TRY(const auto after, page_of(call));
  const int limit = call.query.value("limit", 50);
  auto rows = tickets_of_customer(tx, CustomerId{call.id("customer_id")}, after, limit + 1);
  const bool more = rows.size() > static_cast<std::size_t>(limit);
  if (more) { rows.pop_back(); }
  json items = json::array();
  for (const auto& row : rows) {
    if (can_see(call.who, row)) { items.push_back(to_json(row)); }
  }
  return Reply(json{{"items", items}, {"next_cursor", more ? json(encode_page(page_key(rows.back(), "created"))) : json(nullptr)}});
}

const Schema ticket_ref = Schema::ref("Ticket");
Schema tickets_page() {
  return Schema::object({required("items", Schema::array(ticket_ref)), required("next_cursor", Schema::string().nullable())});
}
Schema ticket_fields() {
  return Schema::object({optional("state", Schema::one_of({"open", "pending", "on_hold", "solved", "closed"})),
                         optional("priority", Schema::one_of({"low", "normal", "high", "urgent"})),
                         optional("type", Schema::one_of({"question", "incident", "problem", "task", "complaint"}).nullable()),
                         optional("tags", Schema::array(Schema::string(1, 40), 20)), optional("team_id", Schema::id().nullable()),
                         optional("assignee_id", Schema::id().nullable()), optional("subject", Schema::string(1, 200)),
                         optional("custom_fields", Schema::map(Schema::string(0, 500), 50))});
}
Schema paging(std::vector<Schema::Field> more = {}) {
  more.push_back(optional("cursor", Schema::string(0, 100)));
  more.push_back(optional("limit", Schema::integer(1, 200)));
  return Schema::object(std::move(more));
}

constexpr std::uint64_t agent_body_max = 1024 * 1024;  // 200,000 characters of formatted text, in JSON

Schema new_ticket_body() {
  std::vector<Schema::Field> fields{required("inbox_id", Schema::id()), optional("customer_id", Schema::id()),
                                    optional("requester", Schema::object({optional("name", Schema::string(0, 200)), required("email", Schema::string(3, 254))})),
                                    required("subject", Schema::string(1, 200)), required("text", Schema::string(0, 50'000)),
                                    required("client_id", Schema::token(8, 64)), optional("attachment_ids", Schema::array(Schema::id(), 50))};
  for (auto& field : email_fields()) { fields.push_back(std::move(field)); }
  return Schema::object(std::move(fields));
}

void register_reading(RouteTable& t, const Api& api) {
  const auto count = Schema::integer(0);
  t.add({.method = "GET", .path = "/api/v1/views", .operation_id = "get_views", .summary = "Counts of the standard views", .permission = Permission::ticket_read,
         .handler = ReadHandler(get_views),
         .response = Schema::object({required("mine", count), required("unassigned", count), required("open", count), required("pending", count), required("on_hold", count),
                                     required("solved", count), required("closed", count), required("all", count), required("teams", Schema::map(count))})});
  t.add({.method = "GET", .path = "/api/v1/tickets", .operation_id = "list_tickets", .summary = "Tickets of a view", .permission = Permission::ticket_read,
         .handler = ReadHandler([api](Transaction& tx, const Call& c) { return get_tickets(tx, api, c); }),
         .query = paging({optional("view", Schema::one_of({"mine", "unassigned", "open", "pending", "on_hold", "solved", "closed", "all", "team"})),
                          optional("team_id", Schema::id()), optional("q", Schema::string(0, 200)), optional("sort", Schema::one_of({"updated", "waiting", "created"}))}),
         .response = Schema::object({required("items", Schema::array(ticket_ref)), required("reads", Schema::map(count)), required("next_cursor", Schema::string().nullable()),
                                     required("socket_cursor", Schema::string())})});
  t.add({.method = "GET", .path = "/api/v1/tickets/{ticket_id}", .operation_id = "get_ticket", .summary = "One ticket with own drafts", .permission = Permission::ticket_read,
         .handler = ReadHandler([api](Transaction& tx, const Call& c) { return get_ticket(tx, api, c); }),
         .response = Schema::object({required("ticket", ticket_ref), required("drafts", Schema::array(Schema::ref("Draft"))), required("read_count", count),
                                     required("customer_read_message_id", count), required("customer_delivered_message_id", count), required("viewers", Schema::array(Schema::id()))})});
  t.add({.method = "GET", .path = "/api/v1/tickets/{ticket_id}/messages", .operation_id = "list_messages", .summary = "Messages, oldest first", .permission = Permission::ticket_read,
         .handler = ReadHandler(get_messages),
         .query = Schema::object({optional("before", Schema::integer(0)), optional("after", Schema::integer(0)), optional("limit", Schema::integer(1, 200))}),
         .response = Schema::object({required("items", Schema::array(Schema::ref("Message"))), required("has_more", Schema::boolean())})});
  t.add({.method = "GET", .path = "/api/v1/tickets/{ticket_id}/history", .operation_id = "get_history", .summary = "What happened, newest first, from the journal",
         .permission = Permission::ticket_read, .handler = ReadHandler(get_history), .query = paging(),
         .response = Schema::object({required("items", Schema::array(Schema::ref("Change"))), required("next_cursor", Schema::string().nullable())})});
  t.add({.method = "GET", .path = "/api/v1/customers/{customer_id}/tickets", .operation_id = "list_customer_tickets", .summary = "A customer's tickets, newest first",
         .permission = Permission::ticket_read, .handler = ReadHandler(get_customer_tickets), .query = paging(), .response = tickets_page()});
}

void register_writing(RouteTable& t, const Api& api) {
  const Schema one = Schema::object({required("ticket", ticket_ref)});
  const Schema both = Schema::object({required("ticket", ticket_ref), required("message", Schema::ref("Message"))});
  const char* lane = "ticket_id";
  t.add({.method = "POST", .path = "/api/v1/tickets", .operation_id = "create_ticket", .summary = "Start a conversation with a customer", .permission = Permission::ticket_reply,
         .handler = WriteHandler([api](Transaction& tx, const Call& c) { return post_ticket(tx, api, c); }),
         .body = new_ticket_body(), .response = both, .success = 201, .body_max = agent_body_max});
  t.add({.method = "PATCH", .path = "/api/v1/tickets/{ticket_id}", .operation_id = "update_ticket", .summary = "Change a ticket; If-Match guards against lost updates",
         .permission = Permission::ticket_update, .handler = WriteHandler(patch_ticket), .body = ticket_fields(), .response = one, .lane = lane});
  t.add({.method = "POST", .path = "/api/v1/tickets/{ticket_id}/messages", .operation_id = "post_message", .summary = "Reply or add an internal note", .permission = Permission::ticket_note,
         .handler = WriteHandler([api](Transaction& tx, const Call& c) { return post_message(tx, api, c); }), .body = message_body(true), .response = both, .success = 201, .lane = lane, .body_max = agent_body_max});
  t.add({.method = "POST", .path = "/api/v1/tickets/{ticket_id}/accept", .operation_id = "accept_offer", .summary = "Take an offered ticket", .permission = Permission::ticket_reply,
         .handler = WriteHandler([](Transaction& tx, const Call& c) { return answer_offer(tx, c, true); }), .response = one, .lane = lane});
  t.add({.method = "POST", .path = "/api/v1/tickets/{ticket_id}/decline", .operation_id = "decline_offer", .summary = "Give an offered ticket back to the line",
         .permission = Permission::ticket_reply, .handler = WriteHandler([](Transaction& tx, const Call& c) { return answer_offer(tx, c, false); }), .response = one, .lane = lane});
  t.add({.method = "POST", .path = "/api/v1/tickets/{ticket_id}/read", .operation_id = "mark_read", .summary = "Say how far this agent has read; 0 marks unread",
         .permission = Permission::ticket_read, .handler = WriteHandler([api](Transaction& tx, const Call& c) { return mark_read(tx, api, c); }),
         .body = Schema::object({required("message_id", Schema::integer(0))}), .response = Schema::object({required("read_count", Schema::integer(0))}), .lane = lane});
  t.add({.method = "PUT", .path = "/api/v1/tickets/{ticket_id}/draft", .operation_id = "save_draft", .summary = "Keep an unsent text; empty deletes it", .permission = Permission::ticket_note,
         .handler = WriteHandler([api](Transaction& tx, const Call& c) { return put_draft(tx, api, c); }),
         .body = Schema::object({required("kind", Schema::one_of({"reply", "note"})), required("text", Schema::string(0, 220'000))}),
         .response = Schema::object({required("draft", Schema::ref("Draft"))}), .lane = lane, .body_max = agent_body_max});
  t.add({.method = "POST", .path = "/api/v1/uploads", .operation_id = "upload", .summary = "Store a file (raw body) to attach to a message", .permission = Permission::ticket_note,
         .handler = DirectHandler([api](storage::Database& db, const Call& c) { return upload(db, api->files, c); }),
         .query = Schema::object({required("name", Schema::string(1, 255))}), .response = Schema::object({required("attachment", Schema::ref("Attachment"))}), .success = 201,
         .body_max = upload_max, .has_raw_body = true, .is_socket_callable = false, .cost = 5});
}

}  // namespace

void register_routes(RouteTable& table, std::shared_ptr<TicketApi> api) {
  define_ticket_components(table);
  register_reading(table, api);
  register_writing(table, api);
  register_inbox_routes(table, api);
  register_template_routes(table);
}

}  // namespace parley::tickets
