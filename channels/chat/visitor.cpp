#include "channels/chat/visitor.h"

#include "base/crypto.h"
#include "base/text.h"
#include "base/token.h"
#include "customers/customer_store.h"
#include "tickets/ticket_service.h"

namespace parley::channels::chat {

using customers::CustomerService;
using customers::IdentityKind;
using storage::Transaction;

Result<Principal> principal_of_visitor(Transaction& tx, const std::string& key, const std::string& token) {
  const auto claims = read_visitor_token(key, token, tx.now(), visitor_token_lifetime);
  const auto customer = claims ? customers::find_customer(tx, claims->customer) : std::nullopt;
  if (!customer) { return Error::with_reason(Errc::unauthenticated, "unauthenticated", "The visitor token is not valid. Begin a new session."); }
  Principal who;
  who.kind = Principal::Kind::visitor;
  who.customer = customer->id;
  who.inbox = claims->inbox;
  who.name = customer->name;
  return who;
}

namespace {

Status check_claim(Transaction& tx, const storage::FieldCipher& cipher, const tickets::Inbox& inbox, const IdentityClaim& claim) {
  PARLEY_TRY(const auto secret, tickets::inbox_secret(tx, cipher, inbox.id));
  const auto given = hex_decode(to_lower_ascii(claim.hmac));
  if (!given || !equal_in_constant_time(*given, hmac_sha256(secret, claim.external_id))) {
    return Error::with_reason(Errc::forbidden, "bad_identity", "The identity is not signed with this inbox's secret.");
  }
  return {};
}

/// Fills in what the shop says about its customer; never clears what is known.
Status learn(Transaction& tx, const CustomerService& service, CustomerId id, const IdentityClaim& claim) {
  auto customer = customers::find_customer(tx, id);
  if (!customer) { return Error(Errc::internal, "customer vanished"); }
  const std::string name = clean_line(first_characters(claim.name, 200));
  if ((!name.empty() && name != customer->name) || !customer->is_verified) {
    if (!name.empty()) { customer->name = name; }
    customer->is_verified = true;
    customers::update_customer(tx, *customer);
    service.announce(tx, id, "customer", id.value);
  }
  PARLEY_CHECK(service.set_identity(tx, id, IdentityKind::external_id, claim.external_id, true));
  if (const auto email = normalise_email(claim.email)) { PARLEY_CHECK(service.set_identity(tx, id, IdentityKind::email, *email, false)); }  // the signature covers the id only
  return {};
}

/// An anonymous visitor turned out to be a known customer.
Status bring_along(Transaction& tx, CustomerId visitor, CustomerId known) {
  const auto anonymous = customers::find_customer(tx, visitor);
  if (!anonymous || anonymous->id == known || anonymous->is_verified) { return {}; }
  PARLEY_CHECK(tickets::move_requester(tx, anonymous->id, known));
  customers::merge_customer(tx, anonymous->id, known);
  return {};
}

}  // namespace

Result<CustomerId> enter(Transaction& tx, const CustomerService& service, const storage::FieldCipher& cipher, const tickets::Inbox& inbox,
                         const VisitorEntry& entry) {
  if (!entry.claim) { return entry.known ? *entry.known : service.create(tx, "", entry.locale); }
  PARLEY_CHECK(check_claim(tx, cipher, inbox, *entry.claim));
  auto known = service.find(tx, IdentityKind::external_id, entry.claim->external_id, true);
  if (known) {
    if (entry.known) { PARLEY_CHECK(bring_along(tx, *entry.known, *known)); }
  } else {
    const auto visitor = entry.known ? customers::find_customer(tx, *entry.known) : std::nullopt;
    // A browser that carried another verified customer starts afresh: two people may share a computer.
    known = visitor && !visitor->is_verified ? visitor->id : service.create(tx, "", entry.locale);
  }
  PARLEY_CHECK(learn(tx, service, *known, *entry.claim));
  return *known;
}

}  // namespace parley::channels::chat
