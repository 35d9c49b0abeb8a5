// Endpoints for administrators: e-mail inboxes, connection tests, the log of mail with what is held, the outbox, blocked senders.
#include "base/crypto.h"
#include "base/event_kind.h"
#include "base/json_text.h"
#include "base/text.h"
#include "channels/email/delivery_news.h"
#include "channels/email/email_api.h"
#include "channels/email/reading/address.h"
#include "staff/staff_store.h"
#include "storage/outbox.h"
#include "tickets/ticket_api.h"
#include "tickets/ticket_edit.h"
#include "tickets/ticket_store.h"

namespace parley::channels::email {

using nlohmann::json;
using storage::Transaction;
using Api = std::shared_ptr<EmailApi>;

namespace {

Error no_such_inbox() { return Error::with_reason(Errc::not_found, "not_found", "There is no such e-mail inbox."); }

json inbox_json(const Api& api, const EmailSettings& settings) {
  json out = to_json(settings);
  out["health"] = api->transport.health(settings);
  return out;
}

// --- inboxes ---------------------------------------------------------------------------------------------------------------------------

Result<Reply> list_email_inboxes(storage::Database& database, const Api& api, const Call&) {
  PARLEY_TRY(const auto all, database.read_now([&](Transaction& tx) -> Result<std::vector<EmailSettings>> { return list_settings(tx, api->cipher); }));
  json items = json::array();
  for (const auto& settings : all) { items.push_back(inbox_json(api, settings)); }
  return Reply(json{{"items", items}, {"listener", api->transport.listener()}});
}

/// What the schema cannot say: addresses are one inbox's alone, and only a demo keeps its mail.
Status check_settings(Transaction& tx, const Api& api, const EmailSettings& settings) {
  if (settings.outgoing == "local" && !api->allows_local) { return Error::field("/outgoing", "not_allowed", "Only a demo shop keeps its mail to itself."); }
  for (const auto& other : list_settings(tx, api->cipher)) {
    if (other.inbox == settings.inbox) { continue; }
    for (const auto& address : other.own_addresses()) {
      const auto own = settings.own_addresses();
      if (std::find(own.begin(), own.end(), address) != own.end()) {
        return Error::field("/address", "taken", "The inbox " + other.inbox_name + " has the address " + address + " already.");
      }
    }
  }
  return {};
}

void announce_inbox(Transaction& tx, const Call& call, InboxId id, const char* action) {
  staff::audit(tx, call.who.agent, action, std::to_string(id.value));
  tx.append({static_cast<std::uint16_t>(EventKind::inbox_updated), 0, 0, dump_json(json{{"inbox_id", id.value}, {"actor", {{"kind", "agent"}, {"id", call.who.agent.value}}}})});
}

Status take_effect(storage::Database& database, const Api& api) {
  PARLEY_CHECK(api->mailboxes.reload(database, api->cipher));
  api->transport.settings_changed();
  return {};
}

Result<tickets::Inbox> inbox_of(Transaction& tx, const json& body) {
  tickets::Inbox inbox;
  inbox.channel = "email";
  inbox.key = "pk_" + random_token(12);
  inbox.name = clean_line(body.at("name").get<std::string>());
  if (inbox.name.empty()) { return Error::field("/name", "empty", "A name is needed."); }
  inbox.locale = body.value("locale", inbox.locale);
  inbox.assignment = body.value("assignment", "manual");
  inbox.prechat = tickets::default_prechat();
  inbox.business_hours = tickets::default_business_hours();
  if (body.contains("team_id") && !body["team_id"].is_null()) {
    inbox.team = TeamId{body["team_id"].get<std::int64_t>()};
    if (!staff::find_team(tx, *inbox.team)) { return Error::field("/team_id", "unknown_team", "There is no such team."); }
  }
  return inbox;
}

Result<Reply> create_email_inbox(storage::Database& database, const Api& api, const Call& call) {
  PARLEY_TRY(const auto body, with_grants(*api, call, call.body.at("email")));
  PARLEY_TRY(auto made, database.write_now(0, [&](Transaction& tx) -> Result<json> {
    PARLEY_TRY(auto inbox, inbox_of(tx, call.body));
    EmailSettings settings;
    PARLEY_CHECK(read_settings(settings, body));
    PARLEY_CHECK(check_settings(tx, api, settings));
    inbox.id = tickets::insert_inbox(tx, inbox, api->cipher.seal_with_master(random_token(24), "inbox:" + inbox.key));
    settings.inbox = inbox.id;
    save_settings(tx, api->cipher, settings);
    announce_inbox(tx, call, inbox.id, "email_inbox.create");
    return json{{"inbox", tickets::to_json(inbox, tx.now())}, {"email_inbox", to_json(settings)}};
  }));
  PARLEY_CHECK(take_effect(database, api));
  const auto settings = api->mailboxes.of(InboxId{made["email_inbox"].value("inbox_id", std::int64_t{0})});
  if (settings) { made["email_inbox"] = inbox_json(api, *settings); }
  return Reply(std::move(made), 201);
}

Result<Reply> change_email_inbox(storage::Database& database, const Api& api, const Call& call) {
  const InboxId id{call.id("inbox_id")};
  PARLEY_TRY(const auto body, with_grants(*api, call, call.body));
  PARLEY_CHECK(database.write_now(0, [&](Transaction& tx) -> Status {
    auto settings = find_settings(tx, api->cipher, id);
    if (!settings) { return no_such_inbox(); }
    PARLEY_CHECK(read_settings(*settings, body));
    PARLEY_CHECK(check_settings(tx, api, *settings));
    save_settings(tx, api->cipher, *settings);
    announce_inbox(tx, call, id, "email_inbox.update");
    return {};
  }));
  PARLEY_CHECK(take_effect(database, api));
  const auto settings = api->mailboxes.of(id);
  if (!settings) { return no_such_inbox(); }
  return Reply(json{{"email_inbox", inbox_json(api, *settings)}});
}

Result<Reply> check_connection(const Api& api, const Call& call) {
  const auto stored = call.body.contains("inbox_id") && call.body["inbox_id"].is_number_integer() ? api->mailboxes.of(InboxId{call.body["inbox_id"].get<std::int64_t>()}) : nullptr;
  const auto has = [&](const char* name) { return call.body.contains(name) && call.body[name].is_object(); };
  if (has("imap") == has("smtp")) { return Error::field("/imap", "missing", "Say which server to try: imap or smtp."); }
  const char* name = has("imap") ? "imap" : "smtp";
  PARLEY_TRY(const auto body, with_grants(*api, call, call.body));
  PARLEY_TRY(const auto server, mail_server_of(body[name], std::string("/") + name, !stored ? std::nullopt : has("imap") ? stored->imap : stored->smtp));
  const auto steps = has("imap") ? api->transport.check_imap(server) : api->transport.check_smtp(server);
  json items = json::array();
  bool is_ok = !steps.empty();
  for (const auto& step : steps) {
    is_ok = is_ok && step.is_ok;
    items.push_back({{"step", step.step}, {"is_ok", step.is_ok}, {"detail", step.detail}, {"ms", step.ms.count()}});
  }
  return Reply(json{{"is_ok", is_ok}, {"steps", items}});
}

// --- mail that came in -----------------------------------------------------------------------------------------------------------------

Result<Reply> post_mail(const Api& api, const Call& call) {
  IncomingMail mail;
  mail.inbox = InboxId{call.id("inbox_id")};
  if (!api->mailboxes.of(mail.inbox)) { return no_such_inbox(); }
  if (!call.raw_body || call.raw_body->empty()) { return Error::field("/", "empty", "The body is a raw message (message/rfc822)."); }
  mail.raw = call.raw_body;
  mail.source = "http";
  PARLEY_TRY(const auto taken, api->intake.take_now(std::move(mail)));
  const auto id_or_null = [](const auto& id) { return id ? json(id->value) : json(nullptr); };
  return Reply(json{{"mail_id", taken.mail_id}, {"state", taken.state}, {"ticket_id", id_or_null(taken.ticket)}, {"message_id", id_or_null(taken.message)}});
}

Result<std::int64_t> before_of(const Call& call) {
  const std::string cursor = call.query.value("cursor", "");
  if (cursor.empty()) { return std::int64_t{0}; }
  const auto key = decode_page(cursor);
  if (!key) { return Error::field("/cursor", "bad_format", "This cursor is not one of ours."); }
  return key->id;
}

Result<Reply> get_mails(Transaction& tx, const Api& api, const Call& call) {
  MailQuery query;
  if (call.query.contains("inbox_id")) { query.inbox = InboxId{call.query["inbox_id"].get<std::int64_t>()}; }
  query.state = call.query.value("state", "");
  PARLEY_TRY(query.before, before_of(call));
  const int limit = call.query.value("limit", 50);
  query.limit = limit + 1;
  auto mails = list_mails(tx, api->cipher, query);
  const bool more = mails.size() > static_cast<std::size_t>(limit);
  if (more) { mails.pop_back(); }
  json items = json::array();
  for (const auto& mail : mails) { items.push_back(to_json(mail)); }
  return Reply(json{{"items", items}, {"next_cursor", more ? json(encode_page({0, mails.back().id})) : json(nullptr)}, {"quarantined_count", count_quarantined(tx)}});
}

Result<Reply> get_mail_raw(storage::Database& database, const Api& api, const Call& call) {
  PARLEY_TRY(const auto mail, database.read_now([&](Transaction& tx) -> Result<std::optional<MailEntry>> { return find_mail(tx, api->cipher, call.id("mail_id")); }));
  if (!mail) { return Error::with_reason(Errc::not_found, "not_found", "There is no such mail."); }
  PARLEY_TRY(auto raw, api->raw_store.load(*mail));
  Reply reply;
  reply.bytes = std::make_shared<const std::string>(std::move(raw));
  reply.content_type = "message/rfc822";
  reply.headers.emplace_back("content-disposition", "attachment; filename=\"mail-" + std::to_string(mail->id) + ".eml\"");
  return reply;
}

Result<Reply> audited(storage::Database& database, const Call& call, const char* action, const Result<MailEntry>& done) {
  if (done.has_error()) { return done.error(); }
  PARLEY_CHECK(database.write_now(0, [&](Transaction& tx) -> Status {
    staff::audit(tx, call.who.agent, action, std::to_string(done->id));
    return {};
  }));
  return Reply(json{{"mail", to_json(*done)}});
}

Result<Reply> discard_mail(Transaction& tx, const Api& api, const Call& call) {
  auto mail = find_mail(tx, api->cipher, call.id("mail_id"));
  if (!mail) { return Error::with_reason(Errc::not_found, "not_found", "There is no such mail."); }
  if (mail->ticket) { return Error::with_reason(Errc::conflict, "not_held", "This mail is a ticket already, or was dealt with."); }
  mail->state = "discarded";
  update_mail(tx, *mail);
  staff::audit(tx, call.who.agent, "mail.discard", std::to_string(mail->id));
  return Reply(json{{"mail", to_json(*mail)}});
}

// --- outbox ----------------------------------------------------------------------------------------------------------------------------

/// Whom it has not reached, of all it goes to.
json unreached(const std::vector<std::string>& all, const storage::OutboxItem& item) {
  if (!item.is_partly_sent()) { return all; }
  std::vector<int> places = item.left;
  for (const auto& failure : item.failures) { places.push_back(failure.recipient); }
  json out = json::array();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (std::find(places.begin(), places.end(), static_cast<int>(i)) != places.end()) { out.push_back(all[i]); }
  }
  return out;
}

json outbox_json(Transaction& tx, const Api& api, const storage::OutboxItem& item) {
  std::vector<std::string> to;
  json ticket = nullptr;
  std::string subject;
  const auto messages = tickets::load_messages(tx, {item.message_id});
  if (!messages.empty()) {
    ticket = messages.front().ticket.value;
    if (const auto detail = api->outgoing.details().open(messages.front()); detail.has_value()) {
      subject = detail->shown.value("subject", "");
      for (const char* field : {"to", "cc", "bcc"}) {
        for (const auto& address : addresses_of(detail->shown.value(field, json()))) { to.push_back(address.address); }
      }
    }
  }
  return {{"id", item.id}, {"channel", item.channel}, {"message_id", item.message_id}, {"ticket_id", ticket}, {"to", unreached(to, item)}, {"subject", subject},
          {"state", to_string(item.state)}, {"attempts", item.attempts}, {"due_at", to_ms(item.due_at)}, {"error", item.last_error}, {"updated_at", to_ms(item.updated_at)},
          {"settled_at", item.settled_at ? json(to_ms(*item.settled_at)) : json(nullptr)}};
}

Result<Reply> get_outbox(Transaction& tx, const Api& api, const Call& call) {
  PARLEY_TRY(const auto before, before_of(call));
  const int limit = call.query.value("limit", 50);
  const auto state = storage::parse_outbox_state(call.query.value("state", ""));
  using enum storage::OutboxState;
  const auto states = state ? std::vector{*state} : std::vector{pending, sending, failed, dead, uncertain};  // what is not over
  auto rows = storage::list_outbox(tx, states, !state, before, limit + 1);
  const bool more = rows.size() > static_cast<std::size_t>(limit);
  if (more) { rows.pop_back(); }
  json items = json::array();
  for (const auto& row : rows) { items.push_back(outbox_json(tx, api, row)); }
  return Reply(json{{"items", items}, {"next_cursor", more ? json(encode_page({0, rows.back().id})) : json(nullptr)}});
}

/// The conversation sees it; a mail that was taken back leaves the ticket as it was.
Status tell_moved(Transaction& tx, const storage::OutboxItem& item, const tickets::Actor& actor) {
  tickets::announce_message(tx, MessageId{item.message_id}, actor);
  const auto messages = tickets::load_messages(tx, {item.message_id});
  if (item.state != storage::OutboxState::cancelled || messages.empty()) { return {}; }
  PARLEY_TRY(auto edit, tickets::TicketEdit::open(tx, messages.front().ticket, actor));
  undo_sending(edit, item);
  edit.save();
  return {};
}

Result<Reply> move_outbox(Transaction& tx, const Api& api, const Call& call, bool sends) {
  const auto id = call.id("outbox_id");
  const auto item = storage::find_outbox(tx, id);
  if (!item) { return Error::with_reason(Errc::not_found, "not_found", "There is no such entry."); }
  if (!(sends ? storage::send_again(tx, id) : storage::discard_outbox(tx, id))) {
    return Error::with_reason(Errc::conflict, "not_held", "This entry is " + std::string(to_string(item->state)) + ".");
  }
  staff::audit(tx, call.who.agent, sends ? "outbox.send" : "outbox.discard", std::to_string(id));
  const auto moved = storage::find_outbox(tx, id);
  if (item->message_id != 0) { PARLEY_CHECK(tell_moved(tx, *moved, tickets::Actor::agent(call.who.agent, call.who.name))); }
  return Reply(json{{"item", outbox_json(tx, api, *moved)}});
}

// --- blocked senders -------------------------------------------------------------------------------------------------------------------

json to_json(const Block& b) { return {{"id", b.id}, {"pattern", b.pattern}, {"note", b.note}, {"created_at", to_ms(b.created_at)}}; }

Result<Reply> get_blocks(Transaction& tx, const Call&) {
  json items = json::array();
  for (const auto& block : list_blocks(tx)) { items.push_back(to_json(block)); }
  return Reply(json{{"items", items}});
}

Result<Reply> add_block(Transaction& tx, const Call& call) {
  std::string pattern = to_lower_ascii(trim(call.body.at("pattern").get<std::string>()));
  const bool is_domain = !pattern.empty() && pattern.front() == '@';
  const auto plain = normalise_email(is_domain ? "x" + pattern : pattern);
  if (!plain) { return Error::field("/pattern", "bad_format", "Write somebody@shop.example, or @shop.example for everybody there."); }
  pattern = is_domain ? plain->substr(1) : address_key(*plain);
  Block block{0, pattern, clean_line(call.body.value("note", "")), tx.now()};
  block.id = tx.insert("INSERT INTO email_block (pattern, note, created_at) VALUES (?,?,?) ON DUPLICATE KEY UPDATE note = VALUES(note)", {block.pattern, block.note, block.created_at});
  staff::audit(tx, call.who.agent, "email_block.create", block.pattern);
  return Reply(json{{"block", to_json(block)}}, 201);
}

Result<Reply> remove_block(Transaction& tx, const Call& call) {
  if (tx.execute("DELETE FROM email_block WHERE id = ?", {call.id("block_id")}) != 1) { return Error::with_reason(Errc::not_found, "not_found", "There is no such entry."); }
  staff::audit(tx, call.who.agent, "email_block.delete", std::to_string(call.id("block_id")));
  return Reply(json(), 204);
}

// --- shapes ----------------------------------------------------------------------------------------------------------------------------

const Schema text = Schema::string(), flag = Schema::boolean(), number = Schema::integer();

Schema server_shape(bool is_imap) {
  std::vector<Schema::Field> fields{required("host", text), required("port", number), required("security", Schema::one_of(words_of<Security>())), required("user", text),
                                    required("auth", Schema::one_of(words_of<Auth>())), required("has_secret", flag),
                                    required("oauth", Schema::object({required("token_url", text), required("client_id", text), required("has_client_secret", flag), required("scope", text)}).nullable())};
  if (is_imap) {
    fields.push_back(required("mailbox", text));
    fields.push_back(required("after", Schema::one_of({"mark_seen", "move", "delete"})));
    fields.push_back(required("move_to", text));
  }
  return Schema::object(std::move(fields)).nullable();
}

void define_components(RouteTable& t) {
  t.define("EmailHealth", Schema::object({required("state", Schema::one_of({"ok", "failing", "waiting", "off"})), required("last_ok_at", Schema::time().nullable()), required("error", text),
                                          required("error_at", Schema::time().nullable()), required("count", number)}));
  const Schema health = Schema::ref("EmailHealth");
  t.define("EmailInbox", Schema::object({required("inbox_id", Schema::id()), required("address", text), required("aliases", Schema::array(text)), required("sender_name", text),
                                         required("uses_agent_name", flag), required("signature_html", text), required("incoming", Schema::one_of({"smtp", "imap", "none"})),
                                         required("imap", server_shape(true)), required("outgoing", Schema::one_of({"smtp", "local", "none"})), required("smtp", server_shape(false)),
                                         required("rate_per_minute", number), required("trusted_servers", Schema::array(text)), required("quotes_history", flag), required("recipients", Schema::one_of({"anyone", "participants"})),
                                         required("is_enabled", flag), required("health", Schema::object({required("in", health), required("out", health)}))}));
  t.define("MailEntry", Schema::object({required("id", Schema::id()), required("inbox_id", Schema::id().nullable()), required("source", Schema::one_of({"smtp", "imap", "http"})),
                                        required("state", Schema::one_of({"ticket", "joined", "bounce", "report", "ignored", "blocked", "quarantined", "discarded"})), required("reason", text),
                                        required("from", Schema::ref("Address")), required("to", Schema::array(text)), required("subject", text), required("size", number),
                                        required("received_at", Schema::time()), required("ticket_id", Schema::id().nullable()), required("message_id", Schema::id().nullable()),
                                        required("problems", Schema::array(text))}));
  t.define("OutboxEntry", Schema::object({required("id", Schema::id()), required("channel", text), required("message_id", number), required("ticket_id", Schema::id().nullable()),
                                          required("to", Schema::array(text)), required("subject", text),
                                          required("state", Schema::one_of({"pending", "sending", "sent", "delivered", "failed", "dead", "uncertain", "cancelled"})),
                                          required("attempts", number), required("due_at", Schema::time()), required("error", text), required("updated_at", Schema::time()),
                                          required("settled_at", Schema::time().nullable().described("Somebody has dealt with it"))}));
  t.define("EmailBlock", Schema::object({required("id", Schema::id()), required("pattern", text), required("note", text), required("created_at", Schema::time())}));
}

Schema page_of(const char* component) { return Schema::object({required("items", Schema::array(Schema::ref(component))), required("next_cursor", text.nullable())}); }

void add_inbox_routes(RouteTable& t, const Api& api) {
  const auto manage = Permission::inbox_manage;
  const Schema one = Schema::object({required("email_inbox", Schema::ref("EmailInbox"))});
  const auto direct = [&](const char* method, const char* path, const char* id, const char* summary, auto handler, Schema body, Schema response, int success = 200) {
    t.add({.method = method, .path = path, .operation_id = id, .summary = summary, .permission = manage,
           .handler = DirectHandler([api, handler](storage::Database& db, const Call& c) { return handler(db, api, c); }), .body = std::move(body), .response = std::move(response), .success = success,
           .keeps_outcome = false});
  };
  direct("GET", "/api/v1/email/inboxes", "list_email_inboxes", "E-mail inboxes with their settings and health", list_email_inboxes, {},
         Schema::object({required("items", Schema::array(Schema::ref("EmailInbox"))),
                         required("listener", Schema::object({required("host", text), required("port", number)}).nullable().described("Where mail is taken by SMTP"))}));
  direct("POST", "/api/v1/email/inboxes", "create_email_inbox", "Add an e-mail inbox", create_email_inbox,
         Schema::object({required("name", Schema::string(1, 120)), optional("team_id", Schema::id().nullable()), optional("locale", Schema::one_of({"en", "zh-CN"})),
                         optional("assignment", Schema::one_of({"offer", "assign", "manual"})), required("email", email_settings_schema())}),
         Schema::object({required("inbox", Schema::ref("Inbox")), required("email_inbox", Schema::ref("EmailInbox"))}), 201);
  direct("PUT", "/api/v1/email/inboxes/{inbox_id}", "update_email_inbox", "Change an e-mail inbox; takes effect at once", change_email_inbox, email_settings_schema(), one);
  const Schema step = Schema::object({required("step", text), required("is_ok", flag), required("detail", text), required("ms", number)});
  direct("POST", "/api/v1/email/check", "check_email", "Try a connection", [](storage::Database&, const Api& a, const Call& c) { return check_connection(a, c); },
         Schema::object({optional("inbox_id", Schema::id().nullable()), optional("imap", mail_server_schema(true)), optional("smtp", mail_server_schema(false))}),
         Schema::object({required("is_ok", flag), required("steps", Schema::array(step))}));
  t.add({.method = "POST", .path = "/api/v1/email/inboxes/{inbox_id}/mail", .operation_id = "post_mail", .summary = "Hand in a raw message (message/rfc822)", .permission = manage,
         .handler = DirectHandler([api](storage::Database&, const Call& c) { return post_mail(api, c); }),
         .response = Schema::object({required("mail_id", Schema::id()), required("state", text), required("ticket_id", Schema::id().nullable()), required("message_id", Schema::id().nullable())}),
         .body_max = raw_mail_max, .has_raw_body = true, .is_socket_callable = false, .cost = 2});
}

void add_mail_routes(RouteTable& t, const Api& api) {
  const auto manage = Permission::inbox_manage;
  const Schema mail = Schema::object({required("mail", Schema::ref("MailEntry"))});
  t.add({.method = "GET", .path = "/api/v1/email/mails", .operation_id = "list_mails", .summary = "Mail that came in, newest first", .permission = manage,
         .handler = ReadHandler([api](Transaction& tx, const Call& c) { return get_mails(tx, api, c); }),
         .query = Schema::object({optional("inbox_id", Schema::id()), optional("state", Schema::one_of({"ticket", "joined", "bounce", "report", "ignored", "blocked", "quarantined", "discarded"})),
                                  optional("cursor", Schema::string(0, 100)), optional("limit", Schema::integer(1, 200))}),
         .response = Schema::object({required("items", Schema::array(Schema::ref("MailEntry"))), required("next_cursor", text.nullable()), required("quarantined_count", number)})});
  t.add({.method = "GET", .path = "/api/v1/email/mails/{mail_id}/raw", .operation_id = "get_mail_raw", .summary = "A mail as it came", .permission = manage,
         .handler = DirectHandler([api](storage::Database& db, const Call& c) { return get_mail_raw(db, api, c); }), .response = text, .response_type = "message/rfc822", .is_socket_callable = false});
  t.add({.method = "POST", .path = "/api/v1/email/mails/{mail_id}/release", .operation_id = "release_mail", .summary = "Make a held mail a ticket", .permission = manage,
         .handler = DirectHandler([api](storage::Database& db, const Call& c) { return audited(db, c, "mail.release", api->intake.release(c.id("mail_id"))); }), .response = mail});
  t.add({.method = "POST", .path = "/api/v1/email/mails/{mail_id}/reparse", .operation_id = "reparse_mail", .summary = "Read a kept mail again", .permission = manage,
         .handler = DirectHandler([api](storage::Database& db, const Call& c) { return audited(db, c, "mail.reparse", api->intake.reparse(c.id("mail_id"))); }), .response = mail});
  t.add({.method = "POST", .path = "/api/v1/email/mails/{mail_id}/discard", .operation_id = "discard_mail", .summary = "Put a held mail aside", .permission = manage,
         .handler = WriteHandler([api](Transaction& tx, const Call& c) { return discard_mail(tx, api, c); }), .response = mail});
}

void add_outbox_routes(RouteTable& t, const Api& api) {
  const auto manage = Permission::inbox_manage;
  const Schema item = Schema::object({required("item", Schema::ref("OutboxEntry"))});
  t.add({.method = "GET", .path = "/api/v1/outbox", .operation_id = "list_outbox", .summary = "What is to leave the house, or could not", .permission = manage,
         .handler = ReadHandler([api](Transaction& tx, const Call& c) { return get_outbox(tx, api, c); }),
         .query = Schema::object({optional("state", Schema::one_of({"pending", "sending", "sent", "delivered", "failed", "dead", "uncertain", "cancelled"})),
                                  optional("cursor", Schema::string(0, 100)), optional("limit", Schema::integer(1, 200))}),
         .response = page_of("OutboxEntry")});
  t.add({.method = "POST", .path = "/api/v1/outbox/{outbox_id}/send", .operation_id = "send_outbox", .summary = "Send an entry again", .permission = manage,
         .handler = WriteHandler([api](Transaction& tx, const Call& c) { return move_outbox(tx, api, c, true); }), .response = item});
  t.add({.method = "POST", .path = "/api/v1/outbox/{outbox_id}/discard", .operation_id = "discard_outbox", .summary = "Give an entry up", .permission = manage,
         .handler = WriteHandler([api](Transaction& tx, const Call& c) { return move_outbox(tx, api, c, false); }), .response = item});
}

void add_block_routes(RouteTable& t) {
  const auto manage = Permission::inbox_manage;
  t.add({.method = "GET", .path = "/api/v1/email/blocks", .operation_id = "list_email_blocks", .summary = "Blocked senders", .permission = manage, .handler = ReadHandler(get_blocks),
         .response = Schema::object({required("items", Schema::array(Schema::ref("EmailBlock"), 5'000))})});
  t.add({.method = "POST", .path = "/api/v1/email/blocks", .operation_id = "create_email_block", .summary = "Block a sender or a domain", .permission = manage, .handler = WriteHandler(add_block),
         .body = Schema::object({required("pattern", Schema::string(2, 254)), optional("note", Schema::string(0, 200))}),
         .response = Schema::object({required("block", Schema::ref("EmailBlock"))}), .success = 201});
  t.add({.method = "DELETE", .path = "/api/v1/email/blocks/{block_id}", .operation_id = "delete_email_block", .summary = "Let a sender in again", .permission = manage,
         .handler = WriteHandler(remove_block), .success = 204});
}

}  // namespace

void register_admin_routes(RouteTable& t, const Api& api) {
  define_components(t);
  add_inbox_routes(t, api);
  add_mail_routes(t, api);
  add_outbox_routes(t, api);
  add_block_routes(t);
}

}  // namespace parley::channels::email
