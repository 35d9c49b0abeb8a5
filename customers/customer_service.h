// Commands and look-ups on customers. Contact points are sealed with the customer's own key; equal values find each other by a keyed hash.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "customers/customer.h"
#include "storage/field_cipher.h"
#include "storage/transaction.h"

namespace parley::customers {

class CustomerService {
 public:
  explicit CustomerService(const storage::FieldCipher& cipher) : cipher_(cipher) {}

  CustomerId create(storage::Transaction& tx, const std::string& name, const std::string& locale) const;
  /// With readable identities. Errors: not_found, internal (a value that cannot be opened is left out and logged).
  Result<Customer> load(storage::Transaction& tx, CustomerId id) const;
  /// Adds or replaces one contact point. `value` must be normalised. A verified claim may be added beside others.
  Status set_identity(storage::Transaction& tx, CustomerId id, IdentityKind kind, const std::string& value, bool is_verified) const;
  std::optional<CustomerId> find(storage::Transaction& tx, IdentityKind kind, const std::string& value, bool verified_only) const;
  /// Journals customer.updated.
  void announce(storage::Transaction& tx, CustomerId id, std::string_view actor_kind, std::int64_t actor_id) const;

 private:
  Result<storage::DataKey> key_of(const Customer& customer) const;
  const storage::FieldCipher& cipher_;
};

}  // namespace parley::customers
