// The shapes of the ticket model, for validation, the OpenAPI document and the browser's types.
#include "tickets/ticket_api.h"

namespace parley::tickets {

void define_email_components(RouteTable& t);

namespace {
const std::vector<std::string> states{"new", "open", "pending", "on_hold", "solved", "closed"};
const std::vector<std::string> priorities{"low", "normal", "high", "urgent"};
const std::vector<std::string> types{"question", "incident", "problem", "task", "complaint"};
const std::vector<std::string> author_kinds{"customer", "agent", "system"};
}  // namespace

void define_ticket_components(RouteTable& t) {
  const Schema id = Schema::id(), time = Schema::time(), text = Schema::string();
  t.define("Rating", Schema::object({required("score", Schema::integer(1, 5)), required("comment", text), required("created_at", time)}));
  t.define("LastMessage", Schema::object({required("id", id), required("kind", Schema::one_of({"reply", "note"})), required("author_kind", Schema::one_of(author_kinds)),
                                          required("text", text), required("has_attachments", Schema::boolean()), required("created_at", time)}));
  t.define("Ticket", Schema::object({required("id", id), required("number", Schema::integer()), required("version", Schema::integer()), required("subject", text),
                                     required("state", Schema::one_of(states)), required("priority", Schema::one_of(priorities)), required("type", Schema::one_of(types).nullable()),
                                     required("tags", Schema::array(text)), required("inbox_id", id), required("channel", text), required("team_id", id.nullable()),
                                     required("assignee_id", id.nullable()), required("requester", Schema::ref("CustomerBrief")), required("created_at", time),
                                     required("updated_at", time), required("last_message", Schema::ref("LastMessage").nullable()), required("waiting_since", time.nullable()),
                                     required("customer_message_count", Schema::integer()), required("message_count", Schema::integer()),
                                     required("offer", Schema::object({required("agent_id", id), required("expires_at", time)}).nullable()), required("queued_at", time.nullable()),
                                     required("custom_fields", Schema::map(Schema())), required("rating", Schema::ref("Rating").nullable()), required("solved_at", time.nullable())}));
  t.define("Attachment", Schema::object({required("id", id), required("name", text), required("content_type", text), required("size", Schema::integer()),
                                         required("width", Schema::integer().nullable()), required("height", Schema::integer().nullable()), required("url", text)}));
  t.define("Message", Schema::object({required("id", id), required("ticket_id", id), required("client_id", text.nullable()), required("kind", Schema::one_of({"reply", "note", "system"})),
                                      required("author", Schema::object({required("kind", Schema::one_of(author_kinds)), required("id", id.nullable()), required("name", text)})),
                                      required("channel", text), required("text", text), required("code", text.nullable()), required("params", Schema::map(Schema())),
                                      required("attachments", Schema::array(Schema::ref("Attachment"))), required("created_at", time),
                                      required("email", Schema::ref("MessageEmail").nullable()), required("delivery", Schema::ref("Delivery").nullable())}));
  const Schema failure = Schema::object({required("recipient", Schema::integer(0).described("place in to, cc and bcc, one after the other")), required("status", text), required("error", text)});
  t.define("Delivery", Schema::object({required("state", Schema::one_of({"pending", "sending", "sent", "delivered", "failed", "dead", "uncertain", "cancelled"})),
                                       required("due_at", time), required("attempts", Schema::integer(0)), required("status", text), required("error", text), required("failures", Schema::array(failure)), required("at", time)}));
  define_email_components(t);
  t.define("Draft", Schema::object({required("kind", Schema::one_of({"reply", "note"})), required("text", text), required("updated_at", time)}));
  const Schema change = Schema::object({required("field", text), required("from", Schema()), required("to", Schema())});
  const Schema actor = Schema::object({required("kind", Schema::one_of(author_kinds)), required("id", Schema::integer(0).described("0: the system itself")),
                                       required("name", text)});
  t.define("Change", Schema::object({required("version", Schema::integer()), required("kind", text), required("actor", actor), required("at", time),
                                     required("changes", Schema::array(change)), required("message", Schema::ref("Message").nullable())}));
  const Schema prechat = Schema::object({required("is_enabled", Schema::boolean()), required("fields", Schema::array(Schema::one_of({"name", "email"}), 2))});
  t.define("Inbox", Schema::object({required("id", id), required("key", text), required("name", text), required("channel", text), required("team_id", id.nullable()),
                                    required("locale", Schema::one_of({"en", "zh-CN"})), required("accent", text), required("greeting", text), required("allowed_domains", Schema::array(text)),
                                    required("assignment", Schema::one_of({"offer", "assign", "manual"})), required("offer_timeout_s", Schema::integer()),
                                    required("prechat", prechat), required("business_hours", business_hours_schema()),
                                    required("email_inbox_id", id.nullable().described("Chat: where answers by e-mail leave from")), required("is_open", Schema::boolean())}));
}

/// What e-mail adds to a message; the channel fills it in, the shape is part of the ticket model's contract.
void define_email_components(RouteTable& t) {
  const Schema text = Schema::string(), flag = Schema::boolean(), address = Schema::ref("Address");
  t.define("Address", Schema::object({required("name", text), required("address", text)}));
  t.define("MessageEmail",
           Schema::object({required("direction", Schema::one_of({"in", "out"})), required("from", address), required("to", Schema::array(address)),
                           required("cc", Schema::array(address)), required("bcc", Schema::array(address)), required("subject", text), required("has_html", flag),
                           required("has_hidden", flag), required("remote_images", Schema::integer(0)),
                           required("kind", Schema::one_of({"human", "auto_reply", "out_of_office", "bounce", "feedback_report", "mailing_list", "newsletter",
                                                            "calendar_reply", "read_receipt", "notification"})),
                           required("trust", Schema::one_of({"verified", "unknown", "failed"})), required("spf", text), required("dkim", text), required("dmarc", text),
                           required("is_signed", flag), required("is_encrypted", flag), required("problems", Schema::array(text)),
                           required("original_sender", address.nullable()), required("related_ticket_id", Schema::id().nullable()), optional("stops_on_reply", flag),
                           required("inline_attachment_ids", Schema::array(Schema::id()).described("Shown inside the HTML"))}));
}

Schema business_hours_schema() {
  const Schema intervals = Schema::array(Schema::array(Schema::string(5, 5), 2), 6);
  std::vector<Schema::Field> days;
  for (const auto* day : {"mon", "tue", "wed", "thu", "fri", "sat", "sun"}) { days.push_back(optional(day, intervals)); }
  return Schema::object({required("time_zone", Schema::string(1, 64)), required("is_always_open", Schema::boolean()),
                         required("days", Schema::object(std::move(days)).described("A day that is missing is closed")),
                         optional("holidays", Schema::array(Schema::string(10, 10), 100))});
}

std::vector<Schema::Field> email_fields() {
  const Schema addresses = Schema::array(Schema::string(1, 400), 50);
  const Schema email = Schema::object({optional("to", addresses), optional("cc", addresses), optional("bcc", addresses), optional("subject", Schema::string(0, 200)),
                                       optional("quotes_history", Schema::boolean()), optional("has_signature", Schema::boolean()),
                                       optional("send_at", Schema::time().nullable()), optional("stops_on_reply", Schema::boolean())});
  return {optional("html", Schema::string(0, 200'000)), optional("email", email.nullable())};
}

Schema message_body(bool for_agent) {
  std::vector<Schema::Field> fields{required("client_id", Schema::token(8, 64)), required("text", Schema::string(0, for_agent ? 50'000 : 10'000)),
                                    optional("attachment_ids", Schema::array(Schema::id(), for_agent ? 50 : 10))};
  if (for_agent) {
    fields.push_back(optional("channel", Schema::one_of({"chat", "email"}).described("Left out: the one the ticket began in")));
    for (auto& field : email_fields()) { fields.push_back(std::move(field)); }
    fields.push_back(required("kind", Schema::one_of({"reply", "note"})));
    fields.push_back(optional("seen_version", Schema::integer(0, UINT32_MAX).nullable()));
    fields.push_back(optional("force", Schema::boolean()));
    fields.push_back(optional("state", Schema::one_of(states).nullable()));
  }
  return Schema::object(std::move(fields));
}

}  // namespace parley::tickets
