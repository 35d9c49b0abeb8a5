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
  /// Who writes from this contact point: the oldest customer who has it, else a new one.
  Result<CustomerId> find_or_create(storage::Transaction& tx, IdentityKind kind, const std::string& value, const std::string& name, const std::string& locale) const;
  /// The key of a customer whose wrapped key a row brought along. Errors: internal.
  Result<storage::DataKey> open_key(std::string_view wrapped_key) const;
  /// Journals customer.updated.
  void announce(storage::Transaction& tx, CustomerId id, std::string_view actor_kind, std::int64_t actor_id) const;

 private:
  const storage::FieldCipher& cipher_;
};

}  // namespace parley::customers
