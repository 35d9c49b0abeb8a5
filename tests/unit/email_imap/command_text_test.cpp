#include <gtest/gtest.h>

#include "base/crypto.h"
#include "base/text.h"
#include "channels/email/imap/command_text.h"

namespace parley::channels::email::imap {
namespace {

TEST(ImapCommand, QuotesWhatCanBeQuoted) {
  EXPECT_EQ(in_quotes(R"(pass"word\)"), R"("pass\"word\\")");
  EXPECT_TRUE(is_quotable("plain ASCII {5}"));
  for (const std::string text : {"a\r\nA2 LOGOUT", "密码", "tab\t"}) { EXPECT_FALSE(is_quotable(text)) << text; }
  EXPECT_FALSE(is_quotable(std::string(1'001, 'x')));
}

TEST(ImapCommand, WritesSetsOfUidsAsRanges) {
  const std::vector<std::uint32_t> uids{1, 4, 5, 6, 9, 10, UINT32_MAX};
  EXPECT_EQ(uid_set(uids).text, "1,4:6,9:10,4294967295");
  EXPECT_EQ(uid_set(uids).count, 7U);
  const UidSet part = uid_set(uids, 6);
  EXPECT_EQ(part.text, "1,4:6");
  EXPECT_EQ(part.count, 4U);
  EXPECT_EQ(uid_set({}).text, "");
}

TEST(ImapCommand, SearchesFromTheDayBefore) {
  EXPECT_EQ(search_day_before(from_ms(1795329000000)), "21-Nov-2026");
  EXPECT_EQ(search_day_before(from_ms(1772323200000)), "28-Feb-2026");
}

TEST(ImapCommand, EncodesMailboxNames) {
  const std::vector<std::pair<std::string, std::string>> names{
      {"INBOX", "INBOX"}, {"已处理", "&XfJZBHQG-"}, {"Gesendete Objekte/Köln", "Gesendete Objekte/K&APY-ln"}, {"R&D", "R&-D"},
      {"台北, 日本語", "&U,BTFw-, &ZeVnLIqe-"}, {"😀", "&2D3eAA-"}, {"", ""}};
  for (const auto& [name, encoded] : names) {
    EXPECT_EQ(encode_mailbox_name(name), encoded);
    EXPECT_EQ(decode_mailbox_name(encoded), name);
  }
  for (const std::string broken : {"&", "&XfJZ", "&/-", "&2D0-", "&A-", "a&!!-b"}) { EXPECT_EQ(decode_mailbox_name(broken), broken); }
}

TEST(ImapCommand, MakesTokens) {
  EXPECT_EQ(plain_token("tim", "tanstaaftanstaaf"), "AHRpbQB0YW5zdGFhZnRhbnN0YWFm");
  EXPECT_EQ(base64_decode(xoauth2_token("a@b.example", "vF9d")), "user=a@b.example\1auth=Bearer vF9d\1\1");
  EXPECT_EQ(base64_encode("a"), "YQ==");
  EXPECT_EQ(base64_decode("YQ=="), "a");
  EXPECT_EQ(base64_decode("not base64!"), std::nullopt);
}

}  // namespace
}  // namespace parley::channels::email::imap
