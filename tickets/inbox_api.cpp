// Endpoints of inboxes.
#include "base/crypto.h"
#include "base/event_kind.h"
#include "base/json_text.h"
#include "base/text.h"
#include "staff/staff_store.h"
#include "tickets/inbox.h"
#include "tickets/ticket_api.h"

namespace parley::tickets {

using nlohmann::json;
using storage::Transaction;

namespace {

Result<std::vector<std::string>> domains_of(const json& list) {
  std::vector<std::string> out;
  for (const auto& item : list) {
    std::string domain = to_lower_ascii(trim(item.get<std::string>()));
    for (const char c : domain) {
      const bool fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || std::string_view("-.*:[]").find(c) != std::string_view::npos;
      if (!fine) { return Error::field("/allowed_domains", "bad_format", "A domain is a host name such as shop.example or *.shop.example."); }
    }
    if (!domain.empty()) { out.push_back(std::move(domain)); }
  }
  return out;
}

bool is_colour(const std::string& text) {
  return text.size() == 7 && text[0] == '#' && to_lower_ascii(text).find_first_not_of("0123456789abcdef", 1) == std::string::npos;
}

/// A chat inbox's answers by e-mail leave from an e-mail inbox.
Status apply_email_inbox(Transaction& tx, Inbox& inbox, const json& id) {
  inbox.email_inbox = id.is_null() ? std::nullopt : std::optional(InboxId{id.get<std::int64_t>()});
  if (!inbox.email_inbox) { return {}; }
  const auto other = find_inbox(tx, *inbox.email_inbox);
  if (!other || other->channel != "email") { return Error::field("/email_inbox_id", "unknown_inbox", "There is no such e-mail inbox."); }
  if (inbox.channel == "email") { return Error::field("/email_inbox_id", "not_allowed", "An e-mail inbox answers from its own address."); }
  return {};
}

Status apply(Transaction& tx, Inbox& inbox, const json& b) {
  if (b.contains("name")) { inbox.name = clean_line(b["name"].get<std::string>()); }
  if (inbox.name.empty()) { return Error::field("/name", "empty", "A name is needed."); }
  if (b.contains("team_id")) {
    inbox.team = b["team_id"].is_null() ? std::nullopt : std::optional(TeamId{b["team_id"].get<std::int64_t>()});
    if (inbox.team && !staff::find_team(tx, *inbox.team)) { return Error::field("/team_id", "unknown_team", "There is no such team."); }
  }
  if (b.contains("locale")) { inbox.locale = b["locale"].get<std::string>(); }
  if (b.contains("accent")) { inbox.accent = to_lower_ascii(b["accent"].get<std::string>()); }
  if (!is_colour(inbox.accent)) { return Error::field("/accent", "bad_format", "A colour is written #2447c7."); }
  if (b.contains("greeting")) { inbox.greeting = clean_text(b["greeting"].get<std::string>()); }
  if (b.contains("allowed_domains")) { PARLEY_TRY(inbox.allowed_domains, domains_of(b["allowed_domains"])); }
  if (b.contains("assignment")) { inbox.assignment = b["assignment"].get<std::string>(); }
  if (b.contains("offer_timeout_s")) { inbox.offer_timeout_s = b["offer_timeout_s"].get<int>(); }
  if (b.contains("email_inbox_id")) { PARLEY_CHECK(apply_email_inbox(tx, inbox, b["email_inbox_id"])); }
  if (b.contains("prechat")) { inbox.prechat = b["prechat"]; }
  if (b.contains("business_hours")) {
    PARLEY_CHECK(check_business_hours(b["business_hours"]));
    inbox.business_hours = b["business_hours"];
  }
  return {};
}

void announce(Transaction& tx, const Call& call, InboxId id, const char* action) {
  staff::audit(tx, call.who.agent, action, std::to_string(id.value));
  tx.append({static_cast<std::uint16_t>(EventKind::inbox_updated), 0, 0,
             dump_json(json{{"inbox_id", id.value}, {"actor", {{"kind", "agent"}, {"id", call.who.agent.value}}}})});
}

Result<Reply> create(Transaction& tx, const TicketApi& api, const Call& call) {
  Inbox inbox;
  inbox.key = "pk_" + random_token(12);
  inbox.prechat = default_prechat();
  inbox.business_hours = default_business_hours();
  PARLEY_CHECK(apply(tx, inbox, call.body));
  inbox.id = insert_inbox(tx, inbox, api.cipher.seal_with_master(random_token(24), "inbox:" + inbox.key));
  announce(tx, call, inbox.id, "inbox.create");
  return Reply(json{{"inbox", to_json(inbox, tx.now())}}, 201);
}

Result<Reply> patch(Transaction& tx, const Call& call) {
  auto inbox = find_inbox(tx, InboxId{call.id("inbox_id")});
  if (!inbox) { return Error::with_reason(Errc::not_found, "not_found", "There is no such inbox."); }
  PARLEY_CHECK(apply(tx, *inbox, call.body));
  update_inbox(tx, *inbox);
  announce(tx, call, inbox->id, "inbox.update");
  return Reply(json{{"inbox", to_json(*inbox, tx.now())}});
}

Schema fields(bool is_new) {
  const auto field = is_new ? &required : &optional;
  return Schema::object({field("name", Schema::string(1, 120)), optional("team_id", Schema::id().nullable()), optional("locale", Schema::one_of({"en", "zh-CN"})),
                         optional("accent", Schema::string(7, 7)), optional("greeting", Schema::string(0, 500)), optional("allowed_domains", Schema::array(Schema::string(0, 253), 50)),
                         optional("assignment", Schema::one_of({"offer", "assign", "manual"})), optional("offer_timeout_s", Schema::integer(5, 600)),
                         optional("prechat", Schema::object({required("is_enabled", Schema::boolean()), required("fields", Schema::array(Schema::one_of({"name", "email"}), 2))})),
                         optional("business_hours", business_hours_schema()), optional("email_inbox_id", Schema::id().nullable())});
}

}  // namespace

void register_inbox_routes(RouteTable& t, const std::shared_ptr<TicketApi>& api) {
  const Schema one = Schema::object({required("inbox", Schema::ref("Inbox"))});
  t.add({.method = "GET", .path = "/api/v1/inboxes", .operation_id = "list_inboxes", .summary = "All inboxes",
         .handler = ReadHandler([](Transaction& tx, const Call&) -> Result<Reply> {
           json items = json::array();
           for (const auto& inbox : list_inboxes(tx)) { items.push_back(to_json(inbox, tx.now())); }
           return Reply(json{{"items", items}});
         }),
         .response = Schema::object({required("items", Schema::array(Schema::ref("Inbox")))})});
  t.add({.method = "POST", .path = "/api/v1/inboxes", .operation_id = "create_inbox", .summary = "Add an inbox", .permission = Permission::inbox_manage,
         .handler = WriteHandler([api](Transaction& tx, const Call& c) { return create(tx, *api, c); }), .body = fields(true), .response = one, .success = 201});
  t.add({.method = "PATCH", .path = "/api/v1/inboxes/{inbox_id}", .operation_id = "update_inbox", .summary = "Change an inbox", .permission = Permission::inbox_manage,
         .handler = WriteHandler(patch), .body = fields(false), .response = one});
  t.add({.method = "GET", .path = "/api/v1/inboxes/{inbox_id}/secret", .operation_id = "get_inbox_secret", .summary = "The secret for verified identities",
         .permission = Permission::inbox_manage,
         .handler = ReadHandler([api](Transaction& tx, const Call& c) -> Result<Reply> {
           PARLEY_TRY(const auto secret, inbox_secret(tx, api->cipher, InboxId{c.id("inbox_id")}));
           return Reply(json{{"secret", secret}});
         }),
         .response = Schema::object({required("secret", Schema::string())}), .is_socket_callable = false});
}

}  // namespace parley::tickets
