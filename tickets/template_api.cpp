// Templates: texts agents insert by typing "/". Variables are filled in by the console, where the agent sees the result before it is sent.
#include "base/text.h"
#include "staff/staff_store.h"
#include "tickets/ticket_api.h"

namespace parley::tickets {

using nlohmann::json;
using storage::Transaction;

namespace {

struct Template {
  std::int64_t id{0};
  std::string name, shortcut, locale, text;
  TimePoint updated_at{};
};

Template template_of(const storage::Row& row) {
  storage::Fields f(row);
  return {f.i64(), f.text(), f.text(), f.text(), f.text(), f.time()};
}

json to_json(const Template& t) {
  return {{"id", t.id}, {"name", t.name}, {"shortcut", t.shortcut}, {"locale", t.locale}, {"text", t.text}, {"updated_at", to_ms(t.updated_at)}};
}

#define PARLEY_TEMPLATE_COLUMNS "SELECT id, name, shortcut, locale, text, updated_at FROM template "

Error no_such_template() { return Error::with_reason(Errc::not_found, "not_found", "There is no such template."); }

Status fill_in(Template& t, const json& b) {
  if (b.contains("name")) { t.name = clean_line(b["name"].get<std::string>()); }
  if (t.name.empty()) { return Error::field("/name", "empty", "A name is needed."); }
  if (b.contains("shortcut")) { t.shortcut = to_lower_ascii(clean_line(b["shortcut"].get<std::string>())); }
  if (t.shortcut.find_first_of(" /") != std::string::npos) { return Error::field("/shortcut", "bad_format", "A shortcut is one word without a slash."); }
  if (b.contains("locale")) { t.locale = b["locale"].get<std::string>(); }
  if (b.contains("text")) { t.text = clean_text(b["text"].get<std::string>()); }
  if (t.text.empty()) { return Error::field("/text", "empty", "A template needs a text."); }
  return {};
}

Result<Reply> list_templates(Transaction& tx, const Call&) {
  json items = json::array();
  for (const auto& row : tx.query(PARLEY_TEMPLATE_COLUMNS "ORDER BY name, id LIMIT 1000")) { items.push_back(to_json(template_of(row))); }
  return Reply(json{{"items", items}});
}

Result<Reply> create_template(Transaction& tx, const Call& call) {
  Template t;
  t.updated_at = tx.now();
  PARLEY_CHECK(fill_in(t, call.body));
  t.id = tx.insert("INSERT INTO template (name, shortcut, locale, text, updated_at) VALUES (?,?,?,?,?)", {t.name, t.shortcut, t.locale, t.text, t.updated_at});
  staff::audit(tx, call.who.agent, "template.create", std::to_string(t.id));
  return Reply(json{{"template", to_json(t)}}, 201);
}

Result<Reply> change_template(Transaction& tx, const Call& call) {
  const auto row = tx.query_one(PARLEY_TEMPLATE_COLUMNS "WHERE id = ?", {call.id("template_id")});
  if (!row) { return no_such_template(); }
  Template t = template_of(*row);
  t.updated_at = tx.now();
  PARLEY_CHECK(fill_in(t, call.body));
  tx.execute("UPDATE template SET name = ?, shortcut = ?, locale = ?, text = ?, updated_at = ? WHERE id = ?", {t.name, t.shortcut, t.locale, t.text, t.updated_at, t.id});
  staff::audit(tx, call.who.agent, "template.update", std::to_string(t.id));
  return Reply(json{{"template", to_json(t)}});
}

Result<Reply> remove_template(Transaction& tx, const Call& call) {
  if (tx.execute("DELETE FROM template WHERE id = ?", {call.id("template_id")}) != 1) { return no_such_template(); }
  staff::audit(tx, call.who.agent, "template.delete", std::to_string(call.id("template_id")));
  return Reply(json(), 204);
}

Schema template_fields(bool is_new) {
  const auto field = is_new ? &required : &optional;
  return Schema::object({field("name", Schema::string(1, 120)), optional("shortcut", Schema::string(0, 40)), optional("locale", Schema::one_of({"en", "zh-CN", ""})),
                         field("text", Schema::string(1, 10'000))});
}

}  // namespace

void register_template_routes(RouteTable& t) {
  t.define("Template", Schema::object({required("id", Schema::id()), required("name", Schema::string()), required("shortcut", Schema::string()),
                                       required("locale", Schema::one_of({"en", "zh-CN", ""})), required("text", Schema::string()), required("updated_at", Schema::time())}));
  const Schema one = Schema::object({required("template", Schema::ref("Template"))});
  t.add({.method = "GET", .path = "/api/v1/templates", .operation_id = "list_templates", .summary = "Texts to insert", .permission = Permission::ticket_reply,
         .handler = ReadHandler(list_templates), .response = Schema::object({required("items", Schema::array(Schema::ref("Template"), 1000))})});
  t.add({.method = "POST", .path = "/api/v1/templates", .operation_id = "create_template", .summary = "Add a template", .permission = Permission::inbox_manage,
         .handler = WriteHandler(create_template), .body = template_fields(true), .response = one, .success = 201});
  t.add({.method = "PATCH", .path = "/api/v1/templates/{template_id}", .operation_id = "update_template", .summary = "Change a template", .permission = Permission::inbox_manage,
         .handler = WriteHandler(change_template), .body = template_fields(false), .response = one});
  t.add({.method = "DELETE", .path = "/api/v1/templates/{template_id}", .operation_id = "delete_template", .summary = "Remove a template", .permission = Permission::inbox_manage,
         .handler = WriteHandler(remove_template), .success = 204});
}

}  // namespace parley::tickets
