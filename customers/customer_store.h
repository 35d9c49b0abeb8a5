// All SQL of the customers module. Identity values are sealed before they come here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "customers/customer.h"
#include "storage/transaction.h"

namespace parley::customers {

struct SealedIdentity {
  std::int64_t id{0};
  std::string kind;
  std::string value;
  bool is_verified{false};
};

CustomerId insert_customer(storage::Transaction& tx, const Customer& customer);
/// Follows a merge: the surviving customer is returned.
std::optional<Customer> find_customer(storage::Transaction& tx, CustomerId id);
void update_customer(storage::Transaction& tx, const Customer& customer);  // bumps version
void see_customer(storage::Transaction& tx, CustomerId id, const std::optional<Page>& page);
void merge_customer(storage::Transaction& tx, CustomerId from, CustomerId into);
/// Newest seen first; `name` matches a part of the name when not empty. Before (last_seen_at, id).
std::vector<Customer> list_customers(storage::Transaction& tx, const std::string& name, std::int64_t before_seen, std::int64_t before_id, int limit);

std::vector<SealedIdentity> identities_of(storage::Transaction& tx, CustomerId id);
void put_identity(storage::Transaction& tx, CustomerId id, const char* kind, const std::string& lookup, const std::string& sealed, bool is_verified);
void delete_identities(storage::Transaction& tx, CustomerId id, const char* kind);
/// The oldest customer with this identity; `verified_only` for claims that give access.
std::optional<CustomerId> find_by_identity(storage::Transaction& tx, const char* kind, const std::string& lookup, bool verified_only);

}  // namespace parley::customers
