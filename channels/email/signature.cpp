#include "channels/email/signature.h"

#include "base/text.h"
#include "channels/email/email_api.h"
#include "channels/email/mime/html_sanitizer.h"
#include "channels/email/sending/mail_html.h"
#include "staff/staff_store.h"

namespace parley::channels::email {

using nlohmann::json;
using storage::Transaction;

namespace {

constexpr int signature_max = 10'000;  // characters

std::string own_signature(Transaction& tx, AgentId agent) {
  const auto row = tx.query_one("SELECT html FROM agent_signature WHERE agent_id = ?", {agent});
  return row ? row->text(0) : std::string();
}

Result<Reply> get_signature(Transaction& tx, const Call& call) { return Reply(json{{"signature_html", own_signature(tx, call.who.agent)}}); }

Result<Reply> put_signature(Transaction& tx, const Call& call) {
  const std::string html = sanitize_html(call.body.at("signature_html").get<std::string>()).html;
  tx.execute("INSERT INTO agent_signature (agent_id, html) VALUES (?,?) ON DUPLICATE KEY UPDATE html = VALUES(html)", {call.who.agent, html});
  return get_signature(tx, call);
}

}  // namespace

std::string signature_of(Transaction& tx, const Principal& who, const EmailSettings& settings) {
  const std::string own = own_signature(tx, who.agent);
  const bool has_both = !own.empty() && !settings.signature_html.empty();
  const std::string html = has_both ? "<div>" + own + "</div><div>" + settings.signature_html + "</div>" : own + settings.signature_html;
  if (html.empty()) { return html; }
  return fill_variables(html,
                        {{"agent.name", who.name}, {"agent.first_name", first_name(who.name)}, {"inbox.name", settings.shown_name()}, {"inbox.address", settings.address},
                         {"workspace.name", staff::workspace(tx).name}},
                        TextKind::html);
}

void register_signature_routes(RouteTable& t) {
  const Schema shown = Schema::object({required("signature_html", Schema::string())});
  t.add({.method = "GET", .path = "/api/v1/me/signature", .operation_id = "get_signature", .summary = "What stands under one's own mails", .handler = ReadHandler(get_signature),
         .response = shown});
  t.add({.method = "PUT", .path = "/api/v1/me/signature", .operation_id = "set_signature", .summary = "Change what stands under one's own mails",
         .handler = WriteHandler(put_signature), .body = Schema::object({required("signature_html", Schema::string(0, signature_max))}), .response = shown});
}

}  // namespace parley::channels::email
