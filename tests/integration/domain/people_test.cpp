// Who somebody is: visitors and their shop's word, sealed contact points, log-in and its second factor.
#include <sodium.h>

#include <array>

#include "base/token.h"
#include "channels/chat/visitor.h"
#include "customers/customer_store.h"
#include "tests/integration/domain/desk.h"

namespace parley::test {
namespace {

using channels::chat::IdentityClaim;
using channels::chat::VisitorEntry;
using customers::IdentityKind;

struct Visitors : DeskTest {
  Inbox shop = inbox();
  IdentityClaim claim(const std::string& external_id, const std::string& name = {}, const std::string& email = {}) {
    return {external_id, name, email, hex_encode(hmac_sha256("inbox secret", external_id))};
  }
  Result<CustomerId> enter(std::optional<CustomerId> known, std::optional<IdentityClaim> claimed = std::nullopt) {
    return write([&](Transaction& tx) { return channels::chat::enter(tx, customers, cipher, shop, VisitorEntry{known, claimed, "en"}); });
  }
  customers::Customer loaded(CustomerId id) {
    return read([&](Transaction& tx) { return customers.load(tx, id); }).value();
  }
};

TEST_F(Visitors, AreNewUntilTheirBrowserIsKnown) {
  const auto first = enter(std::nullopt).value();
  EXPECT_EQ(enter(first).value(), first);
  EXPECT_NE(enter(std::nullopt).value(), first);
  EXPECT_FALSE(loaded(first).is_verified);
}

TEST_F(Visitors, TakeTheirConversationsAlongWhenTheShopVouches) {
  const auto known = enter(std::nullopt, claim("user-7", "Cara", "Cara@Mail.Example")).value();
  const auto anonymous = enter(std::nullopt).value();
  const auto talk = start(shop, anonymous).ticket;
  EXPECT_EQ(enter(anonymous, claim("user-7")).value(), known);
  EXPECT_EQ(ticket(talk.id).requester.id, known);
  EXPECT_EQ(ticket(talk.id).version, talk.version + 1);
  EXPECT_EQ(read([&](Transaction& tx) -> Result<CustomerId> { return customers::find_customer(tx, anonymous)->id; }).value(), known) << "the old token still leads to her";
  const auto cara = loaded(known);
  EXPECT_TRUE(cara.is_verified);
  EXPECT_EQ(cara.name, "Cara");
  EXPECT_EQ(cara.identities.size(), 2U);
}

TEST_F(Visitors, MayRepeatAPostWhoseAnswerWasLostOnTheWayToAName) {
  const auto known = enter(std::nullopt, claim("user-7", "Cara")).value(), anonymous = enter(std::nullopt).value();
  const tickets::NewMessage hello{.client_id = "lost-answer-1", .text = "Hello"};
  const auto post = [&](CustomerId who) { return write([&](Transaction& tx) { return tickets::start_conversation(tx, shop, who, hello); }).value(); };
  const auto first = post(anonymous);
  ASSERT_EQ(enter(anonymous, claim("user-7")).value(), known);
  const auto again = post(known);
  EXPECT_TRUE(again.is_repeat);
  EXPECT_EQ(again.message.id, first.message.id);
  EXPECT_EQ(number("SELECT COUNT(*) FROM ticket"), 1);
}

TEST_F(Visitors, BecomeTheVerifiedCustomerThemselvesTheFirstTime) {
  const auto anonymous = enter(std::nullopt).value();
  const auto talk = start(shop, anonymous).ticket.id;
  EXPECT_EQ(enter(anonymous, claim("user-9")).value(), anonymous);
  EXPECT_TRUE(loaded(anonymous).is_verified);
  EXPECT_EQ(ticket(talk).requester.id, anonymous);
}

TEST_F(Visitors, AreRefusedWithAWrongSignature) {
  auto forged = claim("user-7");
  forged.external_id = "user-8";
  for (const std::string& hmac : {forged.hmac, std::string(64, '0'), std::string(), std::string("zz"), forged.hmac.substr(0, 62)}) {
    auto bad = forged;
    bad.hmac = hmac;
    EXPECT_EQ(outcome(enter(std::nullopt, bad)), "bad_identity") << hmac;
  }
  EXPECT_EQ(number("SELECT COUNT(*) FROM customer"), 0);
}

TEST_F(Visitors, StayApartWhenTwoPeopleShareABrowser) {
  const auto cara = enter(std::nullopt, claim("cara")).value();
  const auto talk = start(shop, cara).ticket.id;
  const auto dora = enter(cara, claim("dora")).value();
  EXPECT_NE(dora, cara);
  EXPECT_EQ(ticket(talk).requester.id, cara) << "her conversations stay hers";
  EXPECT_EQ(enter(dora, claim("cara")).value(), cara);
  EXPECT_EQ(enter(cara, claim("dora")).value(), dora) << "known by now";
  EXPECT_EQ(loaded(cara).identities.size(), 1U);
}

TEST_F(Visitors, AreWhoTheirTokenSays) {
  const auto id = enter(std::nullopt).value();
  const std::string key = cipher.derive("visitor_token"), token = sign_visitor_token(key, {id, shop.id, clock->now()});
  const auto principal = [&](const std::string& text) { return read([&](Transaction& tx) { return channels::chat::principal_of_visitor(tx, key, text); }); };
  EXPECT_EQ(principal(token)->customer, id);
  EXPECT_EQ(outcome(principal(token + "A")), "unauthenticated");
  EXPECT_EQ(outcome(principal(sign_visitor_token(key, {CustomerId{999'999}, shop.id, clock->now()}))), "unauthenticated");
  clock->advance(milliseconds{401LL * 24 * 3600 * 1000});
  EXPECT_EQ(outcome(principal(token)), "unauthenticated");
}

TEST_F(Visitors, ContactPointsAreSealedAtRestAndFoundByLookUp) {
  const auto id = customer();
  const auto set = [&](CustomerId who, IdentityKind kind, const std::string& value) {
    return write([&](Transaction& tx) { return customers.set_identity(tx, who, kind, value, false); });
  };
  ASSERT_TRUE(set(id, IdentityKind::email, "cara@mail.example").has_value());
  ASSERT_TRUE(set(id, IdentityKind::phone, "+442079460958").has_value());
  ASSERT_TRUE(set(customer(), IdentityKind::email, "cara@mail.example").has_value());
  EXPECT_EQ(number("SELECT COUNT(*) FROM customer_identity WHERE value LIKE '%mail%' OR lookup LIKE '%mail%' OR value LIKE '%7946%' OR lookup LIKE '%7946%'"), 0);
  EXPECT_EQ(number("SELECT COUNT(DISTINCT value) FROM customer_identity WHERE kind = 'email'"), 2) << "equal values do not look equal";
  const auto find = [&](IdentityKind kind, const std::string& value, bool verified) {
    return read([&](Transaction& tx) -> Result<std::optional<CustomerId>> { return customers.find(tx, kind, value, verified); }).value();
  };
  EXPECT_EQ(find(IdentityKind::email, "cara@mail.example", false), id);
  EXPECT_EQ(find(IdentityKind::phone, "+442079460958", false), id);
  EXPECT_FALSE(find(IdentityKind::email, "cara@mail.example", true)) << "nobody proved it";
  EXPECT_FALSE(find(IdentityKind::phone, "cara@mail.example", false)) << "kinds do not mix";
  EXPECT_EQ(loaded(id).identities.front().value, "cara@mail.example");
  const auto other_key = storage::FieldCipher(std::string(32, 'x'));
  const customers::CustomerService stranger(other_key);
  EXPECT_TRUE(read([&](Transaction& tx) { return stranger.load(tx, id); }).has_error()) << "unreadable with another master key";
}

// --- log-in ---------------------------------------------------------------------------------------------------------------------

/// A hash that costs next to nothing to verify: its limits travel in it.
const std::string& password_hash() {
  static const std::string hash = [] {
    std::array<char, crypto_pwhash_STRBYTES> out{};
    const std::string_view password = "correct horse";
    EXPECT_EQ(crypto_pwhash_str_alg(out.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN, crypto_pwhash_ALG_ARGON2ID13), 0);
    return std::string(out.data());
  }();
  return hash;
}

std::string upper(std::string text) {
  for (char& c : text) { c = static_cast<char>(std::toupper(static_cast<unsigned char>(c))); }
  return text;
}

struct LogIn : DeskTest {
  Principal ann = agent("Ann", {.password_hash = password_hash()});
  staff::LoginRequest request(const std::string& password = "correct horse", const std::string& code = {}) {
    return {"ann@shop.example", password, code, false, "192.0.2." + std::to_string(++addresses), "test browser"};
  }
  std::string session() { return login.log_in(request()).value().session_token; }
  Result<Principal> who(const std::string& token) {
    return read([&](Transaction& tx) { return staff::principal_of_session(tx, token); });
  }
  /// Turns two-factor on; returns the secret.
  std::string second_factor(std::vector<std::string>* recovery = nullptr) {
    EXPECT_TRUE(login.begin_totp(ann.agent, "correct horse").has_value());
    const auto sealed = read([&](Transaction& tx) -> Result<std::string> { return staff::credentials_of(tx, ann.agent).totp_secret; }).value();
    const auto secret = cipher.open_with_master(sealed, "totp:" + std::to_string(ann.agent.value)).value();
    const auto codes = login.confirm_totp(ann.agent, code(secret)).value();
    if (recovery) { *recovery = codes; }
    clock->advance(milliseconds{90'000});
    return secret;
  }
  std::string code(const std::string& secret) { return totp_code(secret, to_ms(clock->now()) / 30'000); }
  int addresses{0};
};

TEST_F(LogIn, OpensASessionThatEnds) {
  const auto opened = login.log_in(request()).value();
  const auto principal = who(opened.session_token).value();
  EXPECT_EQ(principal.agent, ann.agent);
  EXPECT_EQ(principal.csrf_token, opened.csrf_token);
  EXPECT_EQ(outcome(who(opened.session_token + "x")), "unauthenticated");
  EXPECT_EQ(outcome(who("")), "unauthenticated");
  EXPECT_EQ(number("SELECT COUNT(*) FROM agent_session WHERE token_hash = '" + opened.session_token + "'"), 0) << "the token itself is not stored";
  clock->advance(staff::session_lifetime);
  EXPECT_EQ(outcome(who(opened.session_token)), "unauthenticated");
  const auto second = session();
  ASSERT_TRUE(login.log_out(second, ann.agent).has_value());
  EXPECT_EQ(outcome(who(second)), "unauthenticated");
}

TEST_F(LogIn, RefusesAWrongPasswordAndAnUnknownAddressAlike) {
  const auto wrong = login.log_in(request("wrong horse"));
  auto unknown_request = request();
  unknown_request.email = "nobody@shop.example";
  const auto unknown = login.log_in(unknown_request);
  EXPECT_EQ(outcome(wrong), "bad_credentials");
  EXPECT_EQ(outcome(unknown), "bad_credentials");
  EXPECT_EQ(wrong.error().detail, unknown.error().detail);
  EXPECT_EQ(number("SELECT COUNT(*) FROM audit_entry WHERE action = 'login.fail'"), 2);
  change_agent(ann.agent, [](staff::Agent& a) { a.is_active = false; });
  EXPECT_EQ(outcome(login.log_in(request())), "bad_credentials");
}

TEST_F(LogIn, SlowsGuessingDownHoweverTheAddressIsWritten) {
  for (int i = 0; i < 5; ++i) { EXPECT_EQ(outcome(login.log_in(request("guess"))), "bad_credentials"); }
  EXPECT_EQ(outcome(login.log_in(request())), "rate_limited") << "also the right password waits";
  for (const char* spelling : {"ANN@shop.example", " ann@shop.example", "ann@shop.example \t", "\xC3\xA1nn@shop.example"}) {
    auto again = request("guess");
    again.email = spelling;
    EXPECT_EQ(outcome(login.log_in(again)), "rate_limited") << spelling << ": reaches the same account";
  }
  clock->advance(milliseconds{900'000});
  EXPECT_EQ(outcome(login.log_in(request())), "ok");
}

TEST_F(LogIn, AsksForTheSecondFactorAndTakesEachCodeOnce) {
  const auto secret = second_factor();
  EXPECT_EQ(outcome(login.log_in(request())), "totp_required");
  EXPECT_EQ(outcome(login.log_in(request("wrong horse", code(secret)))), "bad_credentials") << "the password comes first";
  const auto now = code(secret);
  EXPECT_EQ(outcome(login.log_in(request("correct horse", now))), "ok");
  EXPECT_EQ(outcome(login.log_in(request("correct horse", now))), "bad_code") << "used";
  clock->advance(milliseconds{30'000});
  EXPECT_EQ(outcome(login.log_in(request("correct horse", "000000"))), code(secret) == "000000" ? "ok" : "bad_code");
  EXPECT_EQ(outcome(login.log_in(request("correct horse", " " + code(secret) + " "))), "ok");
}

TEST_F(LogIn, TakesEachRecoveryCodeOnce) {
  std::vector<std::string> recovery;
  second_factor(&recovery);
  ASSERT_EQ(recovery.size(), 10U);
  EXPECT_EQ(outcome(login.log_in(request("correct horse", recovery[3]))), "ok");
  EXPECT_EQ(outcome(login.log_in(request("correct horse", recovery[3]))), "bad_code");
  EXPECT_EQ(outcome(login.log_in(request("correct horse", upper(recovery[4])))), "ok") << "as a person may type it";
  ASSERT_TRUE(login.remove_totp(ann.agent, "correct horse").has_value());
  EXPECT_EQ(outcome(login.log_in(request())), "ok");
}

TEST_F(LogIn, SetsTheSecondFactorUpWithPasswordAndCodeOnly) {
  EXPECT_EQ(outcome(login.begin_totp(ann.agent, "wrong")), "/password:wrong_password");
  EXPECT_EQ(outcome(login.confirm_totp(ann.agent, "123456")), "totp_not_begun");
  ASSERT_TRUE(login.begin_totp(ann.agent, "correct horse").has_value());
  EXPECT_EQ(outcome(login.log_in(request())), "ok") << "not active before it is confirmed";
  second_factor();
  EXPECT_EQ(outcome(login.begin_totp(ann.agent, "correct horse")), "totp_active");
  EXPECT_EQ(outcome(login.remove_totp(ann.agent, "wrong")), "/password:wrong_password");
}

TEST_F(LogIn, EndsTheOtherSessionsWhenThePasswordChanges) {
  const auto here = session(), elsewhere = session();
  const auto me = who(here).value();
  EXPECT_EQ(outcome(login.change_password(me, "wrong", "another good one")), "/current_password:wrong_password");
  EXPECT_EQ(outcome(login.change_password(me, "correct horse", "short")), "/new_password:too_short");
  ASSERT_EQ(outcome(login.change_password(me, "correct horse", "another good one")), "ok");
  EXPECT_TRUE(who(here).has_value());
  EXPECT_EQ(outcome(who(elsewhere)), "unauthenticated");
  EXPECT_EQ(outcome(login.log_in(request())), "bad_credentials");
  EXPECT_EQ(outcome(login.log_in(request("another good one"))), "ok");
}

TEST_F(LogIn, EndsEverySessionOfADeactivatedAgent) {
  const auto token = session();
  change_agent(ann.agent, [](staff::Agent& a) { a.is_active = false; });
  EXPECT_EQ(outcome(who(token)), "unauthenticated");
}

}  // namespace
}  // namespace parley::test
