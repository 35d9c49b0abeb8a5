// Visitors: who they are, and how a browser becomes a known customer.
#pragma once

#include <optional>
#include <string>

#include "base/principal.h"
#include "base/result.h"
#include "customers/customer_service.h"
#include "storage/field_cipher.h"
#include "tickets/inbox.h"

namespace parley::channels::chat {

inline constexpr milliseconds visitor_token_lifetime{400LL * 24 * 3600 * 1000};

struct IdentityClaim {
  std::string external_id, name, email, hmac;
};

/// The principal behind a visitor token, merges followed. Errors: unauthenticated.
Result<Principal> principal_of_visitor(storage::Transaction& tx, const std::string& key, const std::string& token);

struct VisitorEntry {
  std::optional<CustomerId> known;  // from the token the browser brought, when it was good
  std::optional<IdentityClaim> claim;
  std::string locale;
};
/// Decides which customer this visitor is: the one the shop vouches for (HMAC of external_id under the inbox secret), else the one
/// of the token, else a new one. An anonymous visitor who logs in takes his conversations along. Errors: forbidden "bad_identity".
Result<CustomerId> enter(storage::Transaction& tx, const customers::CustomerService& customers, const storage::FieldCipher& cipher,
                         const tickets::Inbox& inbox, const VisitorEntry& entry);

}  // namespace parley::channels::chat
