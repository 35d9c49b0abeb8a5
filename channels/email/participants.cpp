#include "channels/email/participants.h"

#include "base/json.h"
#include "customers/customer_service.h"
#include "tickets/ticket_store.h"

namespace parley::channels::email {

using nlohmann::json;
using storage::Transaction;
using tickets::Ticket;

namespace {
constexpr int participants_from_messages = 30;  // the newest
}

std::vector<std::string> participants_of(Transaction& tx, const customers::CustomerService& customers, const DetailCipher& details, const Mailboxes& mailboxes,
                                         const Ticket& ticket) {
  std::vector<std::string> out;
  if (const auto requester = customers.load(tx, ticket.requester.id); requester.has_value()) {
    for (const auto& identity : requester->identities) {
      if (identity.kind == customers::IdentityKind::email) { out.push_back(identity.value); }
    }
  }
  bool has_more = false;
  for (const auto& message : tickets::list_messages(tx, ticket.id, {0, 0, participants_from_messages, true, "email"}, has_more)) {
    if (message.detail.empty()) { continue; }
    const auto detail = details.open(message);
    if (detail.has_error()) { continue; }
    for (const char* field : {"to", "cc", "bcc"}) {
      for (const auto& address : addresses_of(detail->shown.value(field, json()))) { out.push_back(address.address); }
    }
    out.push_back(address_of(detail->shown.value("from", json())).address);
  }
  std::erase_if(out, [&](const std::string& address) { return address.empty() || mailboxes.of_address(address) != nullptr; });
  return out;
}

}  // namespace parley::channels::email
