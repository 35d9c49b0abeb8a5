#include "channels/email/reading/address.h"

#include <gtest/gtest.h>

#include <random>

namespace parley::channels::email {
namespace {

struct ListCase {
  const char* list;
  std::vector<MailAddress> expected;
};
class AddressList : public ::testing::TestWithParam<ListCase> {};
TEST_P(AddressList, IsReadLeniently) { EXPECT_EQ(parse_addresses(GetParam().list), GetParam().expected) << GetParam().list; }

INSTANTIATE_TEST_SUITE_P(Address, AddressList, ::testing::Values(
  ListCase{"anna@shop.example", {{"", "anna@shop.example"}}},
  ListCase{"Anna Li <anna@Shop.Example>", {{"Anna Li", "anna@shop.example"}}},
  ListCase{"\"Li, Anna\" <anna@shop.example>, bob@shop.example", {{"Li, Anna", "anna@shop.example"}, {"", "bob@shop.example"}}},
  ListCase{"Li, Anna <anna@shop.example>, Bob B. <bob@shop.example>", {{"Li, Anna", "anna@shop.example"}, {"Bob B.", "bob@shop.example"}}},
  ListCase{"Dr. A. Li <a.li@shop.example>", {{"Dr. A. Li", "a.li@shop.example"}}},
  ListCase{"Anna <anna@shop.example", {{"Anna", "anna@shop.example"}}},
  ListCase{"Anna <anna@shop.example, Bob <bob@shop.example>", {{"Anna", "anna@shop.example"}, {"Bob", "bob@shop.example"}}},
  ListCase{"Anna anna@shop.example", {{"Anna", "anna@shop.example"}}},
  ListCase{"anna@shop.example>", {{"", "anna@shop.example"}}},
  ListCase{"anna@shop.example (Anna Li)", {{"Anna Li", "anna@shop.example"}}},
  ListCase{"Anna (Sales) <anna@shop.example>", {{"Anna (Sales)", "anna@shop.example"}}},
  ListCase{"anna@shop.example <anna@shop.example>", {{"anna@shop.example", "anna@shop.example"}}},
  ListCase{"'Anna' <anna@shop.example>", {{"Anna", "anna@shop.example"}}},
  ListCase{"\"Anna \\\"the boss\\\" Li\" <anna@shop.example>", {{"Anna \"the boss\" Li", "anna@shop.example"}}},
  ListCase{"\"Anna <anna@shop.example>", {{"\"Anna", "anna@shop.example"}}},
  ListCase{"Pipe 5\" <pipe@shop.example>, \"B, C\" <b@shop.example>", {{"Pipe 5\"", "pipe@shop.example"}, {"B, C", "b@shop.example"}}},
  ListCase{"undisclosed-recipients:;", {{"undisclosed-recipients", ""}}},
  ListCase{"Team: anna@shop.example, Bob <bob@shop.example>;, c@shop.example", {{"", "anna@shop.example"}, {"Bob", "bob@shop.example"}, {"", "c@shop.example"}}},
  ListCase{"anna@shop.example; bob@shop.example", {{"", "anna@shop.example"}, {"", "bob@shop.example"}}},
  ListCase{"李娜 <anna@shop.example>，王伟 <wei@shop.example>；c@shop.example", {{"李娜", "anna@shop.example"}, {"王伟", "wei@shop.example"}, {"", "c@shop.example"}}},
  ListCase{"mailto:anna@shop.example", {{"", "anna@shop.example"}}},
  ListCase{"<@relay.example,@b.example:anna@shop.example>", {{"", "anna@shop.example"}}},
  ListCase{"Sales: Anna <anna@shop.example>", {{"Sales: Anna", "anna@shop.example"}}},
  ListCase{"nobody at all", {{"nobody at all", ""}}},
  ListCase{"nobody, anna@shop.example", {{"nobody", ""}, {"", "anna@shop.example"}}},
  ListCase{"Anna <>", {{"Anna", ""}}},
  ListCase{",, ;,", {}},
  ListCase{"", {}},
  ListCase{"Anna <anna@müller.example>", {{"Anna", "anna@xn--mller-kva.example"}}},
  ListCase{"anna @shop.example", {{"anna @shop.example", ""}}}));

TEST(Address, DomainsBecomeAscii) {
  EXPECT_EQ(domain_to_ascii("Bücher.Example"), "xn--bcher-kva.example");
  EXPECT_EQ(domain_to_ascii("例え.テスト"), "xn--r8jz45g.xn--zckzah");
  EXPECT_EQ(domain_to_ascii("中国。cn"), "xn--fiqs8s.cn");
  EXPECT_EQ(domain_to_ascii("ПОЧТА.рф"), "xn--80a1acny.xn--p1ai");
  EXPECT_EQ(domain_to_ascii("shop.example."), "shop.example");
  for (const char* bad : {"", ".", "a..b", "a b.example", "a\xFF.example", "shop.example/x", ".example"}) { EXPECT_FALSE(domain_to_ascii(bad)) << bad; }
  std::string long_label(64, 'a');
  long_label += ".example";
  EXPECT_FALSE(domain_to_ascii(long_label));
}

TEST(Address, NormalisesAndRefuses) {
  EXPECT_EQ(normalise_address(" <Anna.Li@SHOP.example> "), "Anna.Li@shop.example");
  EXPECT_EQ(normalise_address("anna@[192.0.2.1]"), "anna@[192.0.2.1]");
  EXPECT_EQ(normalise_address("anna@shop.example."), "anna@shop.example");
  EXPECT_EQ(normalise_address("\"mailto:anna@shop.example"), "anna@shop.example");
  for (const char* bad : {"", "@", "anna", "anna@", "@shop.example", "an na@shop.example", "a@b@c.example", "anna@sh op.example", "<>", "mailto:mailto:a@b.example"}) { EXPECT_EQ(normalise_address(bad), "") << bad; }
}

TEST(Address, KeysIgnoreWhatProvidersIgnore) {
  EXPECT_EQ(address_key("Anna.Li+shop@GoogleMail.com"), "annali@gmail.com");
  EXPECT_EQ(address_key("Anna+x@outlook.com"), "anna@outlook.com");
  EXPECT_EQ(address_key("Anna.Li@outlook.com"), "anna.li@outlook.com");
  EXPECT_EQ(address_key("Anna+x@shop.example"), "anna+x@shop.example") << "elsewhere a tag may be another person";
  EXPECT_EQ(address_key("123+x@qq.com"), "123+x@qq.com");
  EXPECT_EQ(address_key("garbage"), "");
  EXPECT_NE(address_key("..@gmail.com"), address_key("...@gmail.com"));
}

TEST(Address, ExtensionsOfOurAddresses) {
  EXPECT_EQ(address_extension("Support+k7D2@Shop.example", "support@shop.example"), "k7D2");
  EXPECT_EQ(address_extension("support@shop.example", "support@shop.example"), "");
  EXPECT_EQ(address_extension("support+@shop.example", "support@shop.example"), "");
  EXPECT_EQ(address_extension("sales+k7d2@shop.example", "support@shop.example"), "");
  EXPECT_EQ(address_extension("support+k7d2@other.example", "support@shop.example"), "");
  EXPECT_EQ(with_extension("support@shop.example", "k7d2"), "support+k7d2@shop.example");
}

TEST(Address, SubdomainsNeedADot) {
  EXPECT_TRUE(is_same_or_subdomain("mail.shop.example", "shop.example"));
  EXPECT_TRUE(is_same_or_subdomain("shop.example", "mail.shop.example"));
  EXPECT_FALSE(is_same_or_subdomain("evilshop.example", "shop.example"));
  EXPECT_FALSE(is_same_or_subdomain("shop.example", "example")) << "a top-level domain aligns with nobody";
  EXPECT_FALSE(is_same_or_subdomain("", "shop.example"));
}

}  // namespace
}  // namespace parley::channels::email
