#include "channels/chat/widget_api.h"

#include "base/text.h"
#include "base/token.h"
#include "customers/customer_store.h"
#include "staff/staff_store.h"
#include "storage/database.h"
#include "tickets/ticket_api.h"
#include "tickets/ticket_service.h"
#include "tickets/ticket_store.h"

namespace parley::channels::chat {

using nlohmann::json;
using storage::Transaction;
using tickets::Ticket;
using Api = std::shared_ptr<WidgetApi>;

namespace {

Error no_such_conversation() { return Error::with_reason(Errc::not_found, "not_found", "There is no such conversation."); }

Result<Ticket> own_ticket(Transaction& tx, const Call& call) {
  auto ticket = tickets::find_ticket(tx, TicketId{call.id("conversation_id")});
  if (!ticket || ticket->requester.id != call.who.customer || ticket->channel != "chat") { return no_such_conversation(); }
  return std::move(*ticket);
}

json shown(Transaction& tx, const Api& api, const Ticket& ticket, bool has_read = false) {
  return conversation_json(ticket, load_context(tx, ticket, api->is_connected, has_read));
}

json conversations_of(Transaction& tx, const Api& api, CustomerId customer) {
  json out = json::array();
  for (const auto& ticket : tickets::tickets_of_customer(tx, customer, std::nullopt, 20)) {
    if (ticket.channel == "chat") { out.push_back(shown(tx, api, ticket)); }  // whoever has the browser need not be who reads the mail
  }
  return out;
}

json customer_json(Transaction& tx, const Api& api, CustomerId id) {
  const auto customer = api->customers.load(tx, id);
  if (customer.has_error()) { return nullptr; }
  json email = nullptr;
  for (const auto& identity : customer->identities) {
    if (identity.kind == customers::IdentityKind::email) { email = identity.value; }
  }
  return {{"id", customer->id.value}, {"name", customer->name}, {"email", email}, {"is_verified", customer->is_verified}};
}

json inbox_json(Transaction& tx, const Api& api, const tickets::Inbox& inbox) {
  int online = 0;
  for (const auto& agent : staff::list_agents(tx)) {
    const bool serves = !inbox.team || std::find(agent.teams.begin(), agent.teams.end(), *inbox.team) != agent.teams.end();
    online += serves && agent.is_active && agent.role != Role::light_agent && agent.status == "online" && api->is_connected(agent.id) ? 1 : 0;
  }
  const auto opens = tickets::next_opening(inbox.business_hours, tx.now());
  return {{"name", inbox.name},
          {"accent", inbox.accent},
          {"greeting", inbox.greeting},
          {"locale", inbox.locale},
          {"is_open", tickets::is_open_at(inbox.business_hours, tx.now())},
          {"opens_at", opens ? json(to_ms(*opens)) : json(nullptr)},
          {"prechat", inbox.prechat},
          {"agents_online", online},
          {"upload_max_bytes", tickets::upload_max}};
}

std::optional<customers::Page> page_of(const json& body) {
  const auto page = body.find("page");
  if (page == body.end() || !page->is_object()) { return std::nullopt; }
  const std::string url = clean_line(page->value("url", ""));
  if (url.rfind("https://", 0) != 0 && url.rfind("http://", 0) != 0) { return std::nullopt; }
  return customers::Page{std::string(first_characters(url, 2000)), std::string(first_characters(clean_line(page->value("title", "")), 300)), {}};
}

std::optional<IdentityClaim> claim_of(const json& body) {
  const auto identity = body.find("identity");
  if (identity == body.end() || identity->is_null()) { return std::nullopt; }
  const auto text = [&](const char* name) { return identity->value(name, json()).is_string() ? (*identity)[name].get<std::string>() : std::string(); };
  return IdentityClaim{text("external_id"), text("name"), text("email"), text("hmac")};
}

Result<Reply> begin_session(Transaction& tx, const Api& api, const Call& call) {
  const auto inbox = tickets::find_inbox_by_key(tx, call.body.at("inbox_key").get<std::string>());
  if (!inbox) { return Error::with_reason(Errc::not_found, "not_found", "There is no inbox with this key."); }
  if (!call.origin.empty() && !call.is_same_origin && !tickets::allows_origin(*inbox, call.origin)) {
    return Error::with_reason(Errc::forbidden, "origin_not_allowed", "This page is not among the inbox's allowed domains.");
  }
  VisitorEntry entry;
  entry.claim = claim_of(call.body);
  entry.locale = call.body.value("locale", inbox->locale);
  if (call.body.contains("visitor_token") && call.body["visitor_token"].is_string()) {
    const auto known = principal_of_visitor(tx, api->token_key, call.body["visitor_token"].get<std::string>());
    if (known.has_value()) { entry.known = known->customer; }
  }
  PARLEY_TRY(const auto customer, enter(tx, api->customers, api->cipher, *inbox, entry));
  customers::see_customer(tx, customer, page_of(call.body));
  return Reply(json{{"visitor_token", sign_visitor_token(api->token_key, {customer, inbox->id, tx.now()})},
                    {"customer", customer_json(tx, api, customer)},
                    {"inbox", inbox_json(tx, api, *inbox)},
                    {"workspace", {{"name", staff::workspace(tx).name}}},
                    {"conversations", conversations_of(tx, api, customer)},
                    {"socket_cursor", api->socket_cursor()}});
}

Status apply_profile(Transaction& tx, const Api& api, CustomerId id, const json& body) {
  if (body.contains("email") && !body["email"].is_null() && !trim(body["email"].get<std::string>()).empty()) {
    const auto email = normalise_email(body["email"].get<std::string>());
    if (!email) { return Error::field("/email", "bad_format", "This is not an e-mail address."); }
    PARLEY_CHECK(api->customers.set_identity(tx, id, customers::IdentityKind::email, *email, false));
    api->customers.announce(tx, id, "customer", id.value);
  }
  const std::string name = body.contains("name") && body["name"].is_string() ? clean_line(body["name"].get<std::string>()) : "";
  auto customer = customers::find_customer(tx, id);
  // A name the shop vouched for is not overwritten by what somebody typed.
  if (!customer || name.empty() || customer->is_verified || customer->name == name) { return {}; }
  customer->name = name;
  customers::update_customer(tx, *customer);
  api->customers.announce(tx, id, "customer", id.value);
  return {};
}

tickets::NewMessage message_of(const json& body) {
  return {body.at("client_id").get<std::string>(), body.at("text").get<std::string>(), tickets::attachment_ids_of(body)};
}

Result<Reply> start(Transaction& tx, const Api& api, const Call& call) {
  const auto inbox = tickets::find_inbox(tx, call.who.inbox);
  if (!inbox) { return Error::with_reason(Errc::not_found, "not_found", "The inbox is gone."); }
  PARLEY_CHECK(apply_profile(tx, api, call.who.customer, call.body));
  if (const auto page = page_of(call.body)) { customers::see_customer(tx, call.who.customer, page); }
  PARLEY_TRY(const auto posted, tickets::start_conversation(tx, *inbox, call.who.customer, message_of(call.body)));
  return Reply(json{{"conversation", shown(tx, api, posted.ticket, true)}, {"message", public_message_json(posted.message)}}, posted.is_repeat ? 200 : 201);
}

Result<Reply> post(Transaction& tx, const Api& api, const Call& call) {
  PARLEY_TRY(const auto posted, tickets::post_customer_message(tx, TicketId{call.id("conversation_id")}, call.who.customer, message_of(call.body)));
  return Reply(json{{"conversation", shown(tx, api, posted.ticket, true)}, {"message", public_message_json(posted.message)}}, posted.is_repeat ? 200 : 201);
}

Result<Reply> get_messages(Transaction& tx, const Api& api, const Call& call) {
  PARLEY_TRY(const auto ticket, own_ticket(tx, call));
  tickets::MessageQuery query{call.query.value("before", std::int64_t{0}), call.query.value("after", std::int64_t{0}), call.query.value("limit", 50), true, "chat"};
  bool has_more = false;
  json items = json::array();
  for (const auto& message : tickets::list_messages(tx, ticket.id, query, has_more)) { items.push_back(public_message_json(message)); }
  return Reply(json{{"items", items}, {"has_more", has_more}, {"conversation", shown(tx, api, ticket)}});
}

Result<Reply> mark_read(Transaction& tx, const Api& api, const Call& call) {
  PARLEY_TRY(const auto ticket, own_ticket(tx, call));
  const MessageId last = ticket.last_message ? ticket.last_message->id : MessageId{};
  const MessageId message = std::min(MessageId{call.body.at("message_id").get<std::int64_t>()}, last);
  if (tickets::advance_position(tx, ticket.id, tickets::PositionKind::customer_read, message)) {
    tickets::ReadNotice notice{tickets::audience_of(ticket), message, true, {}, 0};
    tx.after_commit([api, notice] { api->notices.notify_read(notice); });
  }
  return Reply(json::object());
}

Result<Reply> rate(Transaction& tx, const Api& api, const Call& call) {
  PARLEY_TRY(const auto ticket, tickets::rate_ticket(tx, TicketId{call.id("conversation_id")}, call.who.customer, call.body.at("score").get<int>(),
                                                     call.body.value("comment", "")));
  return Reply(json{{"conversation", shown(tx, api, ticket)}});
}

void define_components(RouteTable& t) {
  const Schema id = Schema::id(), time = Schema::time(), text = Schema::string(), count = Schema::integer(0);
  const Schema agent = Schema::object({required("id", id), required("name", text), required("is_online", Schema::boolean())});
  t.define("Conversation", Schema::object({required("id", id), required("number", Schema::integer()), required("state", Schema::one_of({"queued", "open", "closed"})), required("subject", text),
                                           required("agent", agent.nullable()), required("queue", Schema::object({required("position", Schema::integer(1))}).nullable()),
                                           required("rating", Schema::ref("Rating").nullable()), required("can_rate", Schema::boolean()), required("created_at", time), required("updated_at", time),
                                           required("last_message", Schema::ref("LastMessage").nullable()), required("agent_read_message_id", count),
                                           required("agent_delivered_message_id", count), required("unread_count", count)}));
  t.define("VisitorCustomer", Schema::object({required("id", id), required("name", text), required("email", text.nullable()), required("is_verified", Schema::boolean())}));
  const Schema prechat = Schema::object({required("is_enabled", Schema::boolean()), required("fields", Schema::array(Schema::one_of({"name", "email"}), 2))});
  t.define("WidgetInbox", Schema::object({required("name", text), required("accent", text), required("greeting", text), required("locale", text), required("is_open", Schema::boolean()),
                                          required("opens_at", time.nullable()), required("prechat", prechat), required("agents_online", count), required("upload_max_bytes", count)}));
}

Schema page_field() { return Schema::object({required("url", Schema::string(0, 2000)), optional("title", Schema::string(0, 300))}).nullable(); }

void register_session(RouteTable& t, const Api& api) {
  const Schema identity = Schema::object({required("external_id", Schema::string(1, 200)), required("hmac", Schema::string(64, 64)), optional("name", Schema::string(0, 200).nullable()),
                                          optional("email", Schema::string(0, 254).nullable())});
  t.add({.method = "POST", .path = "/api/v1/widget/session", .operation_id = "begin_visitor_session", .summary = "Begin or continue a visitor's session", .access = Access::open,
         .handler = WriteHandler([api](Transaction& tx, const Call& c) { return begin_session(tx, api, c); }),
         .body = Schema::object({required("inbox_key", Schema::string(1, 64)), optional("visitor_token", Schema::string(0, 128).nullable()), optional("identity", identity.nullable()),
                                 optional("locale", Schema::one_of({"en", "zh-CN"})), optional("page", page_field())}),
         .response = Schema::object({required("visitor_token", Schema::string()), required("customer", Schema::ref("VisitorCustomer")), required("inbox", Schema::ref("WidgetInbox")),
                                     required("workspace", Schema::object({required("name", Schema::string())})), required("conversations", Schema::array(Schema::ref("Conversation"))),
                                     required("socket_cursor", Schema::string())}),
         .is_socket_callable = false, .cost = 3});
  t.add({.method = "PATCH", .path = "/api/v1/widget/profile", .operation_id = "update_visitor", .summary = "Say who I am", .access = Access::visitor,
         .handler = WriteHandler([api](Transaction& tx, const Call& c) -> Result<Reply> {
           PARLEY_CHECK(apply_profile(tx, api, c.who.customer, c.body));
           return Reply(json{{"customer", customer_json(tx, api, c.who.customer)}});
         }),
         .body = Schema::object({optional("name", Schema::string(0, 200)), optional("email", Schema::string(0, 254))}),
         .response = Schema::object({required("customer", Schema::ref("VisitorCustomer"))})});
  t.add({.method = "POST", .path = "/api/v1/widget/uploads", .operation_id = "visitor_upload", .summary = "Store a file (raw body) to attach to a message", .access = Access::visitor,
         .handler = DirectHandler([api](storage::Database& db, const Call& c) { return tickets::upload(db, api->files, c); }),
         .query = Schema::object({required("name", Schema::string(1, 255))}), .response = Schema::object({required("attachment", Schema::ref("Attachment"))}), .success = 201,
         .body_max = tickets::upload_max, .has_raw_body = true, .is_socket_callable = false, .cost = 10});
}

void register_conversations(RouteTable& t, const Api& api) {
  const Schema conversation = Schema::ref("Conversation");
  const Schema both = Schema::object({required("conversation", conversation), required("message", Schema::ref("Message"))});
  const std::string one = "/api/v1/widget/conversations/{conversation_id}";
  const char* lane = "conversation_id";
  t.add({.method = "GET", .path = "/api/v1/widget/conversations", .operation_id = "list_conversations", .summary = "My conversations, newest first", .access = Access::visitor,
         .handler = ReadHandler([api](Transaction& tx, const Call& c) -> Result<Reply> { return Reply(json{{"items", conversations_of(tx, api, c.who.customer)}}); }),
         .response = Schema::object({required("items", Schema::array(conversation))})});
  t.add({.method = "POST", .path = "/api/v1/widget/conversations", .operation_id = "start_conversation", .summary = "Start a conversation", .access = Access::visitor,
         .handler = WriteHandler([api](Transaction& tx, const Call& c) { return start(tx, api, c); }),
         .body = Schema::object({required("client_id", Schema::token(8, 64)), required("text", Schema::string(0, 10'000)), optional("attachment_ids", Schema::array(Schema::id(), 10)),
                                 optional("name", Schema::string(0, 200).nullable()), optional("email", Schema::string(0, 254).nullable()), optional("page", page_field())}),
         .response = both, .success = 201, .cost = 5});
  t.add({.method = "GET", .path = one + "/messages", .operation_id = "list_visitor_messages", .summary = "Public messages, oldest first", .access = Access::visitor,
         .handler = ReadHandler([api](Transaction& tx, const Call& c) { return get_messages(tx, api, c); }),
         .query = Schema::object({optional("before", Schema::integer(0)), optional("after", Schema::integer(0)), optional("limit", Schema::integer(1, 200))}),
         .response = Schema::object({required("items", Schema::array(Schema::ref("Message"))), required("has_more", Schema::boolean()), required("conversation", conversation)})});
  t.add({.method = "POST", .path = one + "/messages", .operation_id = "post_visitor_message", .summary = "Write on", .access = Access::visitor,
         .handler = WriteHandler([api](Transaction& tx, const Call& c) { return post(tx, api, c); }), .body = tickets::message_body(false), .response = both, .success = 201, .lane = lane});
  t.add({.method = "POST", .path = one + "/read", .operation_id = "visitor_read", .summary = "Say how far I have read", .access = Access::visitor,
         .handler = WriteHandler([api](Transaction& tx, const Call& c) { return mark_read(tx, api, c); }), .body = Schema::object({required("message_id", Schema::id())}),
         .response = Schema::object({}), .lane = lane});
  t.add({.method = "POST", .path = one + "/rating", .operation_id = "rate_conversation", .summary = "Rate a solved conversation", .access = Access::visitor,
         .handler = WriteHandler([api](Transaction& tx, const Call& c) { return rate(tx, api, c); }),
         .body = Schema::object({required("score", Schema::integer(1, 5)), optional("comment", Schema::string(0, 1000))}),
         .response = Schema::object({required("conversation", conversation)}), .lane = lane});
}

}  // namespace

void register_routes(RouteTable& table, std::shared_ptr<WidgetApi> api) {
  define_components(table);
  register_session(table, api);
  register_conversations(table, api);
}

}  // namespace parley::channels::chat
