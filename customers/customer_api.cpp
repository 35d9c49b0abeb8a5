#include "customers/customer_api.h"

#include <limits>

#include "base/json_text.h"
#include "base/page.h"
#include "base/text.h"
#include "customers/customer_store.h"

namespace parley::customers {

using nlohmann::json;
using storage::Transaction;
using IsOnline = std::function<bool(CustomerId)>;

namespace {

/// By e-mail or phone when the text is one, else by name.
std::vector<Customer> search(Transaction& tx, const CustomerService& service, const std::string& text, const PageKey& before, int limit) {
  const auto email = normalise_email(text);
  const auto phone = email ? std::nullopt : normalise_phone(text);
  std::optional<CustomerId> exact;
  if (email) { exact = service.find(tx, IdentityKind::email, *email, false); }
  if (phone) { exact = service.find(tx, IdentityKind::phone, *phone, false); }
  if (exact) {
    if (auto customer = find_customer(tx, *exact)) { return {std::move(*customer)}; }
  }
  return list_customers(tx, text, before.sort, before.id, limit);
}

Result<Reply> list(Transaction& tx, const CustomerService& service, const IsOnline& is_online, const Call& call) {
  const int limit = call.query.value("limit", 50);
  PageKey before{std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::max()};
  if (call.query.contains("cursor")) {
    const auto key = decode_page(call.query["cursor"].get<std::string>());
    if (!key) { return Error::field("/cursor", "bad_format", "This cursor is not one of ours."); }
    before = *key;
  }
  auto rows = search(tx, service, std::string(trim(call.query.value("q", ""))), before, limit + 1);
  const bool more = rows.size() > static_cast<std::size_t>(limit);
  if (more) { rows.pop_back(); }
  json items = json::array();
  for (const auto& row : rows) {
    PARLEY_TRY(const auto customer, service.load(tx, row.id));
    items.push_back(to_json(customer, is_online(customer.id)));
  }
  const json next = more ? json(encode_page({to_ms(rows.back().last_seen_at), rows.back().id.value})) : json(nullptr);
  return Reply(json{{"items", items}, {"next_cursor", next}});
}

Status apply_contacts(Transaction& tx, const CustomerService& service, CustomerId id, const json& body) {
  if (body.contains("email")) {
    delete_identities(tx, id, "email");
    if (!body["email"].is_null()) {
      const auto email = normalise_email(body["email"].get<std::string>());
      if (!email) { return Error::field("/email", "bad_format", "This is not an e-mail address."); }
      PARLEY_CHECK(service.set_identity(tx, id, IdentityKind::email, *email, false));
    }
  }
  if (body.contains("phone")) {
    delete_identities(tx, id, "phone");
    if (!body["phone"].is_null()) {
      const auto phone = normalise_phone(body["phone"].get<std::string>());
      if (!phone) { return Error::field("/phone", "bad_format", "This is not a phone number."); }
      PARLEY_CHECK(service.set_identity(tx, id, IdentityKind::phone, *phone, false));
    }
  }
  return {};
}

Result<Reply> patch(Transaction& tx, const CustomerService& service, const IsOnline& is_online, const Call& call) {
  PARLEY_TRY(auto customer, service.load(tx, CustomerId{call.id("customer_id")}));
  const json& b = call.body;
  if (b.contains("name")) { customer.name = clean_line(b["name"].get<std::string>()); }
  if (b.contains("note")) { customer.note = clean_text(b["note"].get<std::string>()); }
  if (b.contains("locale")) { customer.locale = b["locale"].get<std::string>(); }
  if (b.contains("custom_fields")) { customer.custom_fields = dump_json(b["custom_fields"]); }
  update_customer(tx, customer);
  PARLEY_CHECK(apply_contacts(tx, service, customer.id, b));
  service.announce(tx, customer.id, "agent", call.who.agent.value);
  PARLEY_TRY(const auto fresh, service.load(tx, customer.id));
  return Reply(json{{"customer", to_json(fresh, is_online(fresh.id))}});
}

void define_components(RouteTable& t) {
  t.define("CustomerBrief", Schema::object({required("id", Schema::id()), required("name", Schema::string()), required("is_verified", Schema::boolean()),
                                            required("locale", Schema::string())}));
  const Schema identity = Schema::object({required("id", Schema::id()), required("kind", Schema::one_of({"visitor", "email", "phone", "external_id"})),
                                          required("value", Schema::string()), required("is_verified", Schema::boolean())});
  const Schema page = Schema::object({required("url", Schema::string()), required("title", Schema::string()), required("at", Schema::time())});
  t.define("Customer",
           Schema::object({required("id", Schema::id()), required("name", Schema::string()), required("is_verified", Schema::boolean()),
                           required("locale", Schema::string()), required("created_at", Schema::time()), required("last_seen_at", Schema::time()),
                           required("note", Schema::string()), required("is_online", Schema::boolean()), required("version", Schema::integer()),
                           required("identities", Schema::array(identity)), required("page", page.nullable()), required("custom_fields", Schema::map(Schema()))}));
}

}  // namespace

void register_routes(RouteTable& t, const CustomerService& service, IsOnline is_online) {
  define_components(t);
  const CustomerService* s = &service;
  t.add({.method = "GET", .path = "/api/v1/customers", .operation_id = "list_customers", .summary = "Customers, last seen first; q searches name, e-mail and phone",
         .permission = Permission::customer_read,
         .handler = ReadHandler([s, is_online](Transaction& tx, const Call& c) { return list(tx, *s, is_online, c); }),
         .query = Schema::object({optional("q", Schema::string(0, 200)), optional("cursor", Schema::string(0, 100)), optional("limit", Schema::integer(1, 200))}),
         .response = Schema::object({required("items", Schema::array(Schema::ref("Customer"))), required("next_cursor", Schema::string().nullable())})});
  t.add({.method = "GET", .path = "/api/v1/customers/{customer_id}", .operation_id = "get_customer", .summary = "One customer", .permission = Permission::customer_read,
         .handler = ReadHandler([s, is_online](Transaction& tx, const Call& c) -> Result<Reply> {
           PARLEY_TRY(const auto customer, s->load(tx, CustomerId{c.id("customer_id")}));
           return Reply(json{{"customer", to_json(customer, is_online(customer.id))}});
         }),
         .response = Schema::object({required("customer", Schema::ref("Customer"))})});
  t.add({.method = "PATCH", .path = "/api/v1/customers/{customer_id}", .operation_id = "update_customer", .summary = "Change a customer",
         .permission = Permission::customer_update,
         .handler = WriteHandler([s, is_online](Transaction& tx, const Call& c) { return patch(tx, *s, is_online, c); }),
         .body = Schema::object({optional("name", Schema::string(0, 200)), optional("note", Schema::string(0, 5000)), optional("locale", Schema::one_of({"en", "zh-CN"})),
                                 optional("custom_fields", Schema::map(Schema::string(0, 500), 50)), optional("email", Schema::string(0, 254).nullable()),
                                 optional("phone", Schema::string(0, 40).nullable())}),
         .response = Schema::object({required("customer", Schema::ref("Customer"))}), .lane = "customer_id"});
}

}  // namespace parley::customers
