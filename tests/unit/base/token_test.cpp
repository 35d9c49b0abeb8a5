// Things that come back from browsers, one-time codes, and what a role may do.
#include "base/token.h"

#include <gtest/gtest.h>

#include "base/crypto.h"
#include "base/page.h"
#include "base/principal.h"

namespace parley {
namespace {

const std::string key(32, 'k');
const TimePoint issued = from_ms(1'750'000'000'000);
constexpr milliseconds year{365LL * 24 * 3600 * 1000};

std::string token() { return sign_visitor_token(key, {CustomerId{17}, InboxId{3}, issued}); }

TEST(VisitorToken, SaysWhatWasSigned) {
  const auto claims = read_visitor_token(key, token(), issued, year);
  ASSERT_TRUE(claims);
  EXPECT_EQ(claims->customer, CustomerId{17});
  EXPECT_EQ(claims->inbox, InboxId{3});
  EXPECT_EQ(claims->issued_at, issued);
}

TEST(VisitorToken, IsRefusedWhenAnyByteChanged) {
  const std::string good = token();
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string forged = good;
    forged[i] = forged[i] == 'A' ? 'B' : 'A';
    if (forged != good) { EXPECT_FALSE(read_visitor_token(key, forged, issued, year)) << i; }
  }
}

TEST(VisitorToken, IsRefusedWhenCutOrLengthened) {
  const std::string good = token();
  for (std::size_t size = 0; size < good.size(); ++size) { EXPECT_FALSE(read_visitor_token(key, good.substr(0, size), issued, year)) << size; }
  for (const std::string more : {"A", "=", " ", "\n"}) { EXPECT_FALSE(read_visitor_token(key, good + more, issued, year)); }
  EXPECT_FALSE(read_visitor_token(key, std::string(100'000, 'A'), issued, year));
}

TEST(VisitorToken, BelongsToItsKeyAndTime) {
  EXPECT_FALSE(read_visitor_token(std::string(32, 'o'), token(), issued, year)) << "another key";
  EXPECT_TRUE(read_visitor_token(key, token(), issued + year, year));
  EXPECT_FALSE(read_visitor_token(key, token(), issued + year + milliseconds{1}, year)) << "expired";
  EXPECT_TRUE(read_visitor_token(key, token(), issued - milliseconds{60'000}, year)) << "another node's clock";
  EXPECT_FALSE(read_visitor_token(key, token(), issued - milliseconds{60'001}, year)) << "from the future";
}

TEST(Cursor, RoundTrips) {
  for (const std::uint64_t seq : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1} << 40, UINT64_MAX}) {
    const auto back = decode_cursor(encode_cursor({"12345678", seq}));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->seq, seq);
    EXPECT_EQ(back->journal_uid, "12345678");
  }
}

TEST(Cursor, RefusesForeignText) {
  const std::string good = encode_cursor({"12345678", 7});
  for (const std::string& bad : {std::string(), std::string("x"), good.substr(1), good + "A", std::string(65, 'A'), "!" + good.substr(1), good.substr(0, 5) + " " + good.substr(6)}) {
    EXPECT_FALSE(decode_cursor(bad)) << bad;
  }
  EXPECT_FALSE(decode_cursor(base64url_encode(std::string(17, '\2')))) << "another version";
}

TEST(PageCursor, RoundTrips) {
  for (const PageKey page : {PageKey{0, 0}, PageKey{1'750'000'000'000, 12}, PageKey{INT64_MAX, INT64_MAX}, PageKey{-1, 5}}) {
    const auto back = decode_page(encode_page(page));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->sort, page.sort);
    EXPECT_EQ(back->id, page.id);
  }
}

TEST(PageCursor, RefusesForeignText) {
  for (const std::string plain : {"", ":", "1", "1:", ":1", "1:2:3", "1:2 ", " 1:2", "1;2", "1:0x2", "99999999999999999999:1", "1:99999999999999999999", "1.5:2"}) {
    EXPECT_FALSE(decode_page(base64url_encode(plain))) << plain;
  }
  for (const std::string text : {"%%", "not base64!", "MTo=", "\xff\xfe"}) { EXPECT_FALSE(decode_page(text)) << text; }
  EXPECT_FALSE(decode_page(encode_page({1, 2}) + std::string(500, 'A')));
}

TEST(FileSignature, DependsOnKeyAndFile) {
  EXPECT_EQ(sign_file(key, AttachmentId{5}), sign_file(key, AttachmentId{5}));
  EXPECT_NE(sign_file(key, AttachmentId{5}), sign_file(key, AttachmentId{6}));
  EXPECT_NE(sign_file(key, AttachmentId{5}), sign_file("other", AttachmentId{5}));
}

TEST(Encodings, MatchTheStandardsVectors) {
  const std::pair<std::string, std::string> base32[] = {{"", ""}, {"f", "MY"}, {"fo", "MZXQ"}, {"foo", "MZXW6"}, {"foob", "MZXW6YQ"}, {"fooba", "MZXW6YTB"}, {"foobar", "MZXW6YTBOI"}};
  for (const auto& [plain, coded] : base32) { EXPECT_EQ(base32_encode(plain), coded); }
  EXPECT_EQ(base64url_encode("\xfb\xff\xfe"), "-__-");
  EXPECT_EQ(base64url_decode("-__-"), "\xfb\xff\xfe");
  EXPECT_EQ(base64url_decode("Zm9v"), "foo");
  for (const std::string bad : {"+//+", "Zg==", "Zm9", "Z", "Zm 9v", "Zm9v\n", "Zh"}) {
    const auto decoded = base64url_decode(bad);
    EXPECT_TRUE(!decoded || base64url_encode(*decoded) == bad) << bad << ": accepted in a second spelling";
  }
  EXPECT_EQ(hex_decode(hex_encode("a\xff")), "a\xff");
  for (const std::string bad : {"f", "fg", "0x", " 00"}) { EXPECT_FALSE(hex_decode(bad)) << bad; }
  EXPECT_EQ(hex_encode(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex_encode(hmac_sha256("Jefe", "what do ya want for nothing?")), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(OneTimeCode, MatchesTheVectorsOfRfc6238) {
  const std::string secret = "12345678901234567890";  // the last six of the document's eight digits
  const std::pair<std::int64_t, const char*> vectors[] = {{59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
                                                          {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}};
  for (const auto& [second, code] : vectors) { EXPECT_EQ(totp_code(secret, second / 30), code) << second; }
}

TEST(OneTimeCode, IsValidOneStepEitherWayAndOnce) {
  const std::string secret = "12345678901234567890";
  const TimePoint now = from_ms(1'111'111'111'000);
  const std::int64_t step = 1'111'111'111 / 30;
  for (const int drift : {-1, 0, 1}) { EXPECT_EQ(verify_totp(secret, totp_code(secret, step + drift), now, 0), step + drift); }
  for (const int drift : {-2, 2}) { EXPECT_FALSE(verify_totp(secret, totp_code(secret, step + drift), now, 0)) << drift; }
  EXPECT_FALSE(verify_totp(secret, totp_code(secret, step), now, step)) << "used";
  EXPECT_FALSE(verify_totp(secret, totp_code(secret, step - 1), now, step)) << "older than the used one";
  for (const char* bad : {"", "0", "0504710", "abcdef"}) { EXPECT_FALSE(verify_totp(secret, bad, now, 0)) << bad; }
}

TEST(Password, IsVerifiedAgainstItsHashOnly) {
  const std::string hash = hash_password("correct horse");
  EXPECT_TRUE(verify_password(hash, "correct horse"));
  EXPECT_FALSE(verify_password(hash, "correct horse "));
  EXPECT_FALSE(verify_password("", "x"));
  EXPECT_FALSE(verify_password(std::string(500, 'x'), "x"));
}

TEST(Roles, HaveThePermissionsOfTheContract) {
  const std::vector<std::string> light{"ticket.read", "ticket.note", "customer.read"};
  const std::vector<std::string> agent{"ticket.read", "ticket.reply", "ticket.note", "ticket.update", "ticket.assign", "customer.read", "customer.update"};
  auto supervisor = agent;
  supervisor.insert(supervisor.end(), {"report.read"});
  auto administrator = supervisor;
  administrator.insert(administrator.end(), {"staff.manage", "inbox.manage", "audit.read"});
  EXPECT_EQ(permissions_of(Role::light_agent), light);
  EXPECT_EQ(permissions_of(Role::agent), agent);
  EXPECT_EQ(permissions_of(Role::supervisor), supervisor);
  EXPECT_EQ(permissions_of(Role::administrator), administrator);
  for (const Role role : {Role::administrator, Role::supervisor, Role::agent, Role::light_agent}) { EXPECT_EQ(parse_role(to_string(role)), role); }
  EXPECT_FALSE(parse_role("root"));
}

TEST(Principal, MayNothingUnlessItIsAnAgent) {
  Principal who;
  who.role = Role::administrator;
  for (const auto kind : {Principal::Kind::nobody, Principal::Kind::visitor, Principal::Kind::system}) {
    who.kind = kind;
    EXPECT_FALSE(who.may(Permission::ticket_read));
    EXPECT_FALSE(who.may(Permission::none));
    EXPECT_FALSE(who.sees_all_teams());
  }
  who.kind = Principal::Kind::agent;
  EXPECT_TRUE(who.may(Permission::none));
  EXPECT_TRUE(who.sees_all_teams());
}

}  // namespace
}  // namespace parley
