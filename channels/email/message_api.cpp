// Endpoints for agents: one e-mail message with its formatting, what a reply would carry, taking back and sending again.
#include "base/text.h"
#include "channels/email/delivery_news.h"
#include "channels/email/email_api.h"
#include "channels/email/mime/html_sanitizer.h"
#include "channels/email/mime/html_to_text.h"
#include "channels/email/mime/mail_parser.h"
#include "channels/email/reading/address.h"
#include "channels/email/sending/mail_html.h"
#include "customers/customer_store.h"
#include "storage/outbox.h"
#include "tickets/ticket_api.h"
#include "tickets/ticket_edit.h"
#include "tickets/ticket_policy.h"
#include "tickets/ticket_store.h"

namespace parley::channels::email {

using nlohmann::json;
using storage::Transaction;
using tickets::Message;
using tickets::Ticket;
using Api = std::shared_ptr<EmailApi>;

namespace {

Error no_such_message() { return Error::with_reason(Errc::not_found, "not_found", "There is no such message."); }

struct Shown {
  Message message;
  Ticket ticket;
};

/// A message of e-mail whose ticket the caller may see.
Result<Shown> visible_message(Transaction& tx, const Call& call, MessageId id) {
  auto messages = tickets::load_messages(tx, {id.value});
  if (messages.empty() || messages.front().detail.empty()) { return no_such_message(); }
  auto ticket = tickets::find_ticket(tx, messages.front().ticket);
  if (!ticket || !tickets::can_see(call.who, *ticket)) { return no_such_message(); }
  return Shown{std::move(messages.front()), std::move(*ticket)};
}

Result<Ticket> visible_ticket(Transaction& tx, const Call& call) {
  auto ticket = tickets::find_ticket(tx, TicketId{call.id("ticket_id")});
  if (!ticket || !tickets::can_see(call.who, *ticket)) { return tickets::no_such_ticket(); }
  return std::move(*ticket);
}

std::string raw_address(MessageId id) { return "/api/v1/messages/" + std::to_string(id.value) + "/raw"; }

// --- one message -----------------------------------------------------------------------------------------------------------------------

struct Kept {
  Shown shown;
  std::optional<MailEntry> mail;  // came in
  std::string html;               // went out
};

Result<Kept> load_kept(storage::Database& database, const Api& api, const Call& call) {
  return database.read_now([&](Transaction& tx) -> Result<Kept> {
    PARLEY_TRY(auto shown, visible_message(tx, call, MessageId{call.id("message_id")}));
    Kept kept{std::move(shown), {}, {}};
    kept.mail = find_mail_of_message(tx, api->cipher, kept.shown.message.id);
    if (const auto row = tx.query_one("SELECT html FROM message_html WHERE message_id = ?", {kept.shown.message.id})) { kept.html = row->text(0); }
    return kept;
  });
}

Result<Reply> get_email(storage::Database& database, const Api& api, const Call& call) {
  PARLEY_TRY(const auto kept, load_kept(database, api, call));
  const auto& message = kept.shown.message;
  PARLEY_TRY(const auto detail, api->outgoing.details().open(message));
  const json inline_ids = detail.kept.value("inline", json::object());
  json out{{"html", ""}, {"quoted_html", ""}, {"text", message.text}, {"quoted_text", ""}, {"headers", json::array()}, {"sets_colors", false}, {"raw_url", raw_address(message.id)}};
  std::string raw;
  if (kept.mail) {
    PARLEY_TRY(raw, api->raw_store.load(*kept.mail));
  } else {
    PARLEY_TRY(auto built, api->outgoing.build(database, message.id));
    raw = std::move(built.mail.raw);
  }
  if (kept.mail && has_problem(*kept.mail, not_read)) { return Reply(out); }
  const Mail mail = parse_mail(raw);
  const ShownMail shown = show_mail(mail);
  // What an agent wrote is shown as composed; below it what the mail had besides: signature and history.
  out["html"] = with_file_addresses(kept.mail ? shown.html : kept.html, inline_ids, message.attachments);
  out["quoted_html"] = with_file_addresses(shown.quoted_html, inline_ids, message.attachments);
  if (kept.mail) { out["text"] = shown.text; }
  out["quoted_text"] = shown.quoted_text;
  out["sets_colors"] = shown.sets_colors;
  for (const auto& [name, value] : mail.headers) {
    if (out["headers"].size() == 200) { break; }
    out["headers"].push_back({{"name", name}, {"value", value}});
  }
  return Reply(out);
}

/// As plain text that no browser guesses about (nosniff stands on every answer), so that it is shown and nothing in it runs.
Reply raw_reply(std::string raw, const std::string& name) {
  Reply reply;
  reply.bytes = std::make_shared<const std::string>(std::move(raw));
  reply.content_type = "text/plain; charset=utf-8";
  reply.headers.emplace_back("content-disposition", "inline; filename=\"" + name + ".eml\"");
  return reply;
}

Result<Reply> get_raw(storage::Database& database, const Api& api, const Call& call) {
  PARLEY_TRY(const auto kept, load_kept(database, api, call));
  const std::string name = "message-" + std::to_string(kept.shown.message.id.value);
  if (kept.mail) {
    PARLEY_TRY(auto raw, api->raw_store.load(*kept.mail));
    return raw_reply(std::move(raw), name);
  }
  PARLEY_TRY(auto built, api->outgoing.build(database, kept.shown.message.id));
  return raw_reply(std::move(built.mail.raw), name);
}

// --- before a reply --------------------------------------------------------------------------------------------------------------------

Result<Reply> get_reply_defaults(Transaction& tx, const Api& api, const Call& call) {
  PARLEY_TRY(const auto ticket, visible_ticket(tx, call));
  PARLEY_TRY(const auto d, api->outgoing.defaults(tx, ticket, call.who));
  json bounces = json::array();
  for (const auto* list : {&d.to, &d.cc}) {
    for (const auto& address : *list) {
      const auto health = health_of(tx, api->cipher.lookup_hash("email", identity_address(address.address)));
      if (!health) { continue; }
      bounces.push_back({{"address", address.address}, {"is_hard", health->is_hard}, {"status", health->status}, {"reason", health->reason}, {"at", to_ms(health->at)}});
    }
  }
  std::string quote;
  if (d.last_incoming) {
    const auto detail = api->outgoing.details().open(*d.last_incoming);
    if (detail.has_value()) {
      quote = quote_html({address_of(detail->shown.value("from", json())), d.last_incoming->created_at, {}, {}, d.last_incoming->text}, ticket.requester.locale);
    }
  }
  return Reply(json{{"from", to_json(d.from)}, {"to", to_json(d.to)}, {"cc", to_json(d.cc)}, {"subject", d.subject}, {"signature_html", d.signature_html},
                    {"quote_html", quote}, {"quotes_history", d.sender->quotes_history}, {"may_add_recipients", may_add_recipients(call.who, *d.sender)}, {"undo_ms", undo_window.count()}, {"bounces", bounces}});
}

// --- after it ----------------------------------------------------------------------------------------------------------------------------

Result<Reply> message_reply(Transaction& tx, MessageId id, const Call& call) {
  tickets::announce_message(tx, id, tickets::Actor::agent(call.who.agent, call.who.name));
  const auto messages = tickets::load_messages(tx, {id.value});
  if (messages.empty()) { return no_such_message(); }
  return Reply(json{{"message", tickets::to_json(messages.front())}});
}

Result<Reply> undo(Transaction& tx, const Call& call) {
  const MessageId id{call.id("message_id")};
  PARLEY_TRY(const auto shown, visible_message(tx, call, id));
  const auto item = storage::find_outbox_of_message(tx, id.value);
  if (!item) { return no_such_message(); }
  if (item->state != storage::OutboxState::cancelled) {
    if (!storage::cancel_outbox(tx, item->id)) { return Error::with_reason(Errc::conflict, "already_sent", "The mail is on its way already."); }
    PARLEY_TRY(auto edit, tickets::TicketEdit::open(tx, shown.ticket.id, tickets::Actor::agent(call.who.agent, call.who.name)));
    undo_sending(edit, *item);
    edit.save();
  }
  return message_reply(tx, id, call);
}

using Move = bool (*)(Transaction&, std::int64_t);

/// `move` is what becomes of the outbox row; a row it does not fit is a conflict with this `reason`.
Result<Reply> move_message(Transaction& tx, const Call& call, Move move, const char* reason, const char* detail) {
  const MessageId id{call.id("message_id")};
  PARLEY_CHECK(visible_message(tx, call, id));
  const auto item = storage::find_outbox_of_message(tx, id.value);
  if (!item) { return no_such_message(); }
  if (!move(tx, item->id)) { return Error::with_reason(Errc::conflict, reason, detail); }
  return message_reply(tx, id, call);
}

Result<Reply> send_now(Transaction& tx, const Call& call) {
  return move_message(tx, call, storage::send_again, "already_sent", "The mail is on its way, or has arrived.");
}

Result<Reply> mark_arrived(Transaction& tx, const Call& call) {
  return move_message(tx, call, storage::confirm_outbox, "not_uncertain", "It is known what became of this mail.");
}

/// The person whose mail was passed on becomes the requester.
Result<Reply> take_over_requester(Transaction& tx, const Api& api, const Call& call) {
  PARLEY_TRY(const auto ticket, visible_ticket(tx, call));
  PARLEY_TRY(const auto shown, visible_message(tx, call, MessageId{call.body.at("message_id").get<std::int64_t>()}));
  if (shown.message.ticket != ticket.id) { return no_such_message(); }
  PARLEY_TRY(const auto detail, api->outgoing.details().open(shown.message));
  const MailAddress original = address_of(detail.shown.value("original_sender", json()));
  const auto address = identity_address(original.address);
  if (address.empty()) { return Error::with_reason(Errc::conflict, "no_original_sender", "This message does not say who wrote the forwarded mail."); }
  PARLEY_TRY(const auto customer, api->customers.find_or_create(tx, customers::IdentityKind::email, address, original.name, ticket.requester.locale));
  PARLEY_TRY(auto edit, tickets::TicketEdit::open(tx, ticket.id, tickets::Actor::agent(call.who.agent, call.who.name)));
  edit.set_requester(customer);
  edit.save();
  PARLEY_CHECK(api->outgoing.answer_to(tx, ticket.id, {original.name, address}));
  const auto changed = tickets::find_ticket(tx, ticket.id);
  if (!changed) { return tickets::no_such_ticket(); }
  return Reply(json{{"ticket", tickets::to_json(*changed)}});
}

Schema email_schema() {
  const Schema text = Schema::string();
  return Schema::object({required("html", text), required("quoted_html", text), required("text", text), required("quoted_text", text),
                         required("headers", Schema::array(Schema::object({required("name", text), required("value", text)}))), required("sets_colors", Schema::boolean()),
                         required("raw_url", text)});
}

Schema defaults_schema() {
  const Schema text = Schema::string(), address = Schema::ref("Address");
  const Schema bounce = Schema::object({required("address", text), required("is_hard", Schema::boolean()), required("status", text), required("reason", text), required("at", Schema::time())});
  return Schema::object({required("from", address), required("to", Schema::array(address)), required("cc", Schema::array(address)), required("subject", text),
                         required("signature_html", text), required("quote_html", text), required("quotes_history", Schema::boolean()), required("may_add_recipients", Schema::boolean()), required("undo_ms", Schema::integer(0)), required("bounces", Schema::array(bounce))});
}

}  // namespace

void register_message_routes(RouteTable& t, const Api& api) {
  const Schema message = Schema::object({required("message", Schema::ref("Message"))});
  const auto read = Permission::ticket_read, reply = Permission::ticket_reply;
  t.add({.method = "GET", .path = "/api/v1/messages/{message_id}/email", .operation_id = "get_message_email", .summary = "An e-mail message with its formatting and its quotes",
         .permission = read, .handler = DirectHandler([api](storage::Database& db, const Call& c) { return get_email(db, api, c); }), .response = email_schema()});
  t.add({.method = "GET", .path = "/api/v1/messages/{message_id}/raw", .operation_id = "get_message_raw", .summary = "An e-mail message as it came or left", .permission = read,
         .handler = DirectHandler([api](storage::Database& db, const Call& c) { return get_raw(db, api, c); }), .response = Schema::string(), .response_type = "text/plain",
         .is_socket_callable = false});
  t.add({.method = "GET", .path = "/api/v1/tickets/{ticket_id}/email", .operation_id = "get_reply_defaults", .summary = "What a reply by e-mail carries unless its author says otherwise",
         .permission = reply, .handler = ReadHandler([api](Transaction& tx, const Call& c) { return get_reply_defaults(tx, api, c); }), .response = defaults_schema()});
  t.add({.method = "POST", .path = "/api/v1/messages/{message_id}/undo", .operation_id = "undo_message", .summary = "Take back a mail that has not left yet", .permission = reply,
         .handler = WriteHandler(undo), .response = message});
  t.add({.method = "POST", .path = "/api/v1/messages/{message_id}/send", .operation_id = "send_message", .summary = "Send a mail again, or now", .permission = reply,
         .handler = WriteHandler(send_now), .response = message});
  t.add({.method = "POST", .path = "/api/v1/messages/{message_id}/arrived", .operation_id = "mark_message_arrived", .summary = "Say that a mail whose fate is uncertain has arrived",
         .permission = reply, .handler = WriteHandler(mark_arrived), .response = message});
  t.add({.method = "POST", .path = "/api/v1/tickets/{ticket_id}/requester", .operation_id = "take_over_requester",
         .summary = "Make the author of a forwarded mail the requester", .permission = Permission::ticket_update,
         .handler = WriteHandler([api](Transaction& tx, const Call& c) { return take_over_requester(tx, api, c); }),
         .body = Schema::object({required("message_id", Schema::id())}), .response = Schema::object({required("ticket", Schema::ref("Ticket"))}), .lane = "ticket_id"});
}

void register_routes(RouteTable& table, const Api& api) {
  register_message_routes(table, api);
  register_signature_routes(table);
  register_admin_routes(table, api);
  register_oauth_routes(table, api);
}

}  // namespace parley::channels::email
