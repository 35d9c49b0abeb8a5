#include "channels/email/reading/authentication.h"

#include <gtest/gtest.h>

namespace parley::channels::email {
namespace {

const std::vector<std::string> trusted{"mx.shop.example", "mx.google.com"};

Mail with(std::vector<std::pair<std::string, std::string>> headers, const std::string& from = "anna@mail.example") {
  Mail mail;
  mail.from = {{"", from}};
  mail.headers = std::move(headers);
  return mail;
}
Mail results(const std::string& value) { return with({{"Authentication-Results", value}}); }

TEST(Authentication, IsReadOfTrustedServers) {
  const auto mail = results("mx.google.com; dkim=pass header.i=@mail.example header.s=s1 header.b=abc; spf=pass (google.com: domain of anna@mail.example designates "
                            "192.0.2.1 as permitted sender; really) smtp.mailfrom=anna@mail.example; dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=mail.example");
  const auto found = read_authentication(mail, trusted);
  EXPECT_EQ(found.spf, "pass");
  EXPECT_EQ(found.dkim, "pass");
  EXPECT_EQ(found.dmarc, "pass");
  EXPECT_EQ(sender_trust(mail, trusted), SenderTrust::verified);
}

TEST(Authentication, OthersAreIgnored) {
  for (const char* value : {"evil.example; dmarc=pass", "mx.shop.example.evil.example; dmarc=pass", "; dmarc=pass", "", "dmarc=pass", "(mx.shop.example) evil.example; dmarc=pass",
                            "evil.example mx.shop.example; dmarc=pass", "\"mx.shop.example; dmarc=pass"}) {
    EXPECT_EQ(read_authentication(results(value), trusted).dmarc, "") << value;
    EXPECT_EQ(sender_trust(results(value), trusted), SenderTrust::unknown) << value;
  }
  EXPECT_EQ(read_authentication(results("mx.shop.example; dmarc=pass"), {}).dmarc, "") << "nobody is trusted by default";
}

TEST(Authentication, WhatTheSenderBroughtAlongIsIgnored) {
  const auto mail = with({{"Authentication-Results", "mx.shop.example 1; spf=fail smtp.mailfrom=mail.example"},
                          {"Received", "from evil by mx.shop.example"},
                          {"Authentication-Results", "mx.shop.example; dkim=pass header.d=mail.example; dmarc=pass"}});
  const auto found = read_authentication(mail, trusted);
  EXPECT_EQ(found.spf, "fail");
  EXPECT_EQ(found.dmarc, "");
  EXPECT_EQ(sender_trust(mail, trusted), SenderTrust::unknown);
}

TEST(Authentication, SeveralHeadersOfOneServer) {
  const auto mail = with({{"authentication-results", "mx.shop.example;\tdmarc=fail (p=reject dis=none) header.from=mail.example"}, {"Authentication-Results", "MX.shop.example; dkim=none; spf=softfail"}});
  const auto found = read_authentication(mail, trusted);
  EXPECT_EQ(found.spf, "softfail");
  EXPECT_EQ(found.dkim, "none");
  EXPECT_EQ(sender_trust(mail, trusted), SenderTrust::failed);
}

TEST(Authentication, AlignmentDecidesWithoutDmarc) {
  EXPECT_EQ(sender_trust(results("mx.shop.example; dkim=fail header.d=mail.example; dkim = pass header.d=mail.example"), trusted), SenderTrust::verified);
  EXPECT_EQ(sender_trust(results("mx.shop.example; dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=b@evil.example"), trusted), SenderTrust::unknown);
  EXPECT_EQ(sender_trust(results("mx.shop.example; spf=pass smtp.mailfrom=b@bounce.mail.example"), trusted), SenderTrust::verified);
  EXPECT_EQ(sender_trust(results("mx.shop.example; spf=fail; dkim=fail"), trusted), SenderTrust::failed);
  EXPECT_EQ(sender_trust(results("mx.shop.example; none"), trusted), SenderTrust::unknown);
  auto two = results("mx.shop.example; dmarc=pass");
  two.from.push_back({"", "boss@shop.example"});
  EXPECT_EQ(sender_trust(two, trusted), SenderTrust::unknown);
}

struct SpamCase {
  std::vector<std::pair<std::string, std::string>> headers;
  SpamVerdict expected;
};
class SpamHeaders : public ::testing::TestWithParam<SpamCase> {};
TEST_P(SpamHeaders, GiveOneVerdict) { EXPECT_EQ(read_spam(with(GetParam().headers)).verdict, GetParam().expected) << GetParam().headers.size(); }
INSTANTIATE_TEST_SUITE_P(Authentication, SpamHeaders, ::testing::Values(
  SpamCase{{}, SpamVerdict::unknown},
  SpamCase{{{"X-Spam-Flag", "YES"}}, SpamVerdict::spam},
  SpamCase{{{"X-Spam-Flag", "NO"}}, SpamVerdict::clean},
  SpamCase{{{"X-Spam-Status", "No, score=-2.1 required=5.0 tests=BAYES_00"}}, SpamVerdict::clean},
  SpamCase{{{"X-Spam-Status", "No, score=3.9 required=5.0"}}, SpamVerdict::suspicious},
  SpamCase{{{"X-Spam-Status", "Yes, score=12.3 required=5.0"}}, SpamVerdict::spam},
  SpamCase{{{"X-Spam-Score", "7.5"}}, SpamVerdict::spam},
  SpamCase{{{"X-Spam-Score", "nan"}}, SpamVerdict::unknown},
  SpamCase{{{"X-Spam", "Yes"}}, SpamVerdict::spam},
  SpamCase{{{"X-Rspamd-Action", "add header"}}, SpamVerdict::spam},
  SpamCase{{{"X-Rspamd-Action", "no action"}, {"X-Rspamd-Score", "-1.2"}}, SpamVerdict::clean},
  SpamCase{{{"X-Rspamd-Action", "greylist"}}, SpamVerdict::suspicious},
  SpamCase{{{"X-Spamd-Result", "default: True [16.10 / 15.00]; R_SPF_FAIL"}}, SpamVerdict::spam},
  SpamCase{{{"X-MS-Exchange-Organization-SCL", "-1"}}, SpamVerdict::clean},
  SpamCase{{{"X-MS-Exchange-Organization-SCL", "5"}}, SpamVerdict::spam},
  SpamCase{{{"X-Forefront-Antispam-Report", "CIP:192.0.2.1;CTRY:US;LANG:en;SCL:9;SRV:;SFV:SPM;"}}, SpamVerdict::spam},
  SpamCase{{{"X-Spam-Flag", "NO"}, {"X-MS-Exchange-Organization-SCL", "6"}}, SpamVerdict::spam}));

}  // namespace
}  // namespace parley::channels::email
