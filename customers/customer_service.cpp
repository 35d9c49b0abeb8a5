#include "customers/customer_service.h"

#include "base/crypto.h"
#include "base/event_kind.h"
#include "base/json_text.h"
#include "base/log.h"
#include "customers/customer_store.h"

namespace parley::customers {

using storage::Transaction;

namespace {

/// The key is made before the row has an id, so it is bound to a random owner name kept in front of it.
constexpr std::size_t owner_size = 16;
std::string context_of(const std::string& wrapped, std::string_view kind) {
  return "identity:" + hex_encode(std::string_view(wrapped).substr(0, owner_size)) + ":" + std::string(kind);
}

IdentityKind parse_kind(const std::string& text) {
  if (text == "email") { return IdentityKind::email; }
  if (text == "phone") { return IdentityKind::phone; }
  if (text == "external_id") { return IdentityKind::external_id; }
  return IdentityKind::visitor;
}

}  // namespace

std::string_view to_string(IdentityKind kind) {
  switch (kind) {
    case IdentityKind::visitor: return "visitor";
    case IdentityKind::email: return "email";
    case IdentityKind::phone: return "phone";
    case IdentityKind::external_id: return "external_id";
  }
  return "visitor";
}

CustomerId CustomerService::create(Transaction& tx, const std::string& name, const std::string& locale) const {
  Customer customer;
  customer.name = name;
  customer.locale = locale;
  const std::string owner = random_bytes(owner_size);
  customer.wrapped_key = owner + cipher_.new_wrapped_key(owner);
  return insert_customer(tx, customer);
}

Result<CustomerId> CustomerService::find_or_create(Transaction& tx, IdentityKind kind, const std::string& value, const std::string& name,
                                                   const std::string& locale) const {
  if (const auto known = find(tx, kind, value, false)) { return *known; }
  const CustomerId id = create(tx, name, locale);
  PARLEY_CHECK(set_identity(tx, id, kind, value, false));
  return id;
}

Result<storage::DataKey> CustomerService::open_key(std::string_view wrapped_key) const {
  if (wrapped_key.size() <= owner_size) { return Error(Errc::internal, "customer has no key"); }
  return cipher_.unwrap(wrapped_key.substr(owner_size), wrapped_key.substr(0, owner_size));
}

Result<Customer> CustomerService::load(Transaction& tx, CustomerId id) const {
  auto customer = find_customer(tx, id);
  if (!customer) { return Error::with_reason(Errc::not_found, "not_found", "There is no such customer."); }
  const auto sealed = identities_of(tx, customer->id);
  if (sealed.empty()) { return std::move(*customer); }
  PARLEY_TRY(const auto key, open_key(customer->wrapped_key));
  for (const auto& identity : sealed) {
    auto value = cipher_.open(key, identity.value, context_of(customer->wrapped_key, identity.kind));
    if (value.has_error()) {
      log_error("identity_unreadable customer={} identity={}", {customer->id.value, identity.id});
      continue;
    }
    customer->identities.push_back({identity.id, parse_kind(identity.kind), *value, identity.is_verified});
  }
  return std::move(*customer);
}

Status CustomerService::set_identity(Transaction& tx, CustomerId id, IdentityKind kind, const std::string& value, bool is_verified) const {
  const auto customer = find_customer(tx, id);
  if (!customer) { return Error::with_reason(Errc::not_found, "not_found", "There is no such customer."); }
  PARLEY_TRY(const auto key, open_key(customer->wrapped_key));
  const std::string name(to_string(kind));
  put_identity(tx, customer->id, name.c_str(), cipher_.lookup_hash(name, value), cipher_.seal(key, value, context_of(customer->wrapped_key, name)),
               is_verified);
  return {};
}

std::optional<CustomerId> CustomerService::find(Transaction& tx, IdentityKind kind, const std::string& value, bool verified_only) const {
  const std::string name(to_string(kind));
  return find_by_identity(tx, name.c_str(), cipher_.lookup_hash(name, value), verified_only);
}

void CustomerService::announce(Transaction& tx, CustomerId id, std::string_view actor_kind, std::int64_t actor_id) const {
  tx.append({static_cast<std::uint16_t>(EventKind::customer_updated), 0, 0,
             dump_json(nlohmann::json{{"customer_id", id.value}, {"actor", {{"kind", actor_kind}, {"id", actor_id}}}})});
}

}  // namespace parley::customers
