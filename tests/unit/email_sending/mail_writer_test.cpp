// The bytes of a message, read by eye: what must and what must not stand in them.
#include "channels/email/sending/mail_writer.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "channels/email/mime/mail_parser.h"
#include "channels/email/reading/scan.h"

namespace parley::channels::email {
namespace {

OutgoingMail simple() {
  OutgoingMail mail;
  mail.from = {"Demo Shop", "support@shop.example"};
  mail.to = {{"", "anna@customer.example"}};
  mail.subject = "Your order";
  mail.message_id = "m1@shop.example";
  mail.date = from_ms(1'795'353'420'000);
  mail.text = "Hello";
  return mail;
}
std::string raw_of(const OutgoingMail& mail) {
  auto written = write_mail(mail);
  EXPECT_TRUE(written.has_value()) << written.error().detail;
  return written.has_value() ? written->raw : std::string();
}
bool holds(std::string_view text, std::string_view piece) { return text.find(piece) != std::string_view::npos; }
std::size_t longest_line(std::string_view raw) {
  std::size_t longest = 0;
  for (std::size_t at = 0; at < raw.size();) {
    const std::size_t end = std::min(raw.find("\r\n", at), raw.size());
    longest = std::max(longest, end - at);
    at = end + 2;
  }
  return longest;
}
bool has_bare_line_end(std::string_view raw) {
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '\n' && (i == 0 || raw[i - 1] != '\r')) { return true; }
    if (raw[i] == '\r' && (i + 1 == raw.size() || raw[i + 1] != '\n')) { return true; }
  }
  return false;
}

TEST(WriteMail, SimpleMailHasOneTextAndNoMore) {
  EXPECT_EQ(raw_of(simple()),
            "Date: Sun, 22 Nov 2026 13:17:00 +0000\r\n"
            "From: Demo Shop <support@shop.example>\r\n"
            "To: anna@customer.example\r\n"
            "Subject: Your order\r\n"
            "Message-ID: <m1@shop.example>\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: 7bit\r\n"
            "\r\n"
            "Hello\r\n");
}

TEST(WriteMail, OnlyTheLevelsThatAreNeeded) {
  OutgoingMail mail = simple();
  mail.html = "<p>Hello</p>";
  EXPECT_TRUE(holds(raw_of(mail), "multipart/alternative"));
  EXPECT_FALSE(holds(raw_of(mail), "multipart/related"));
  EXPECT_FALSE(holds(raw_of(mail), "multipart/mixed"));
  mail.parts.push_back({"image/png", "logo.png", "logo@x", "PNG", true});
  EXPECT_TRUE(holds(raw_of(mail), "multipart/related; type=\"multipart/alternative\""));
  EXPECT_FALSE(holds(raw_of(mail), "multipart/mixed"));
  mail.parts.push_back({"application/pdf", "a.pdf", "", "PDF", false});
  const std::string raw = raw_of(mail);
  const auto mixed = raw.find("multipart/mixed"), related = raw.find("multipart/related"), alternative = raw.find("multipart/alternative\"");
  EXPECT_LT(mixed, related);
  EXPECT_LT(related, raw.find("multipart/alternative;"));
  EXPECT_NE(alternative, std::string::npos);
  EXPECT_TRUE(holds(raw, "Content-ID: <logo@x>"));
}

TEST(WriteMail, ChineseIsSevenBitFoldedAndWholeCharacters) {
  OutgoingMail mail = simple();
  mail.subject = "关于您在我们店铺购买的商品的退款申请已经收到，我们会在三个工作日内处理，请您耐心等待😀谢谢";
  mail.from.name = "演示商店客服中心";
  mail.to = {{"王小明", "wang@例子.example"}};
  mail.text = "您好，\n您的退款已经处理。\n";
  const auto written = write_mail(mail).value();
  EXPECT_TRUE(is_ascii(written.raw));
  EXPECT_FALSE(written.needs_smtputf8);
  EXPECT_LE(longest_line(written.raw), 76U);
  EXPECT_TRUE(holds(written.raw, "Subject: =?UTF-8?B?"));
  EXPECT_TRUE(holds(written.raw, "<wang@xn--fsqu00a.example>"));
  const Mail read = parse_mail(written.raw);
  EXPECT_EQ(read.subject, mail.subject);
  EXPECT_EQ(read.from[0].name, "演示商店客服中心");
  EXPECT_EQ(read.text, "您好，\n您的退款已经处理。");
}

TEST(WriteMail, ForeignLocalPartNeedsSmtpUtf8AndSaysSo) {
  OutgoingMail mail = simple();
  mail.cc = {{"王", "小明@例子.example"}};
  const auto written = write_mail(mail).value();
  EXPECT_TRUE(written.needs_smtputf8);
  EXPECT_TRUE(holds(written.raw, "<小明@xn--fsqu00a.example>"));
}

TEST(WriteMail, UnusualLocalPartsAndNamesAreQuoted) {
  OutgoingMail mail = simple();
  mail.to = {{"Smith, John (sales)", "a..b@docomo.example"}, {"=?UTF-8?Q?fake?=", "x@y.example"}, {"Say \"hi\" \\o/", "z@y.example"}};
  const std::string raw = raw_of(mail);
  EXPECT_TRUE(holds(raw, "\"Smith, John (sales)\" <\"a..b\"@docomo.example>"));
  EXPECT_FALSE(holds(raw, "=?UTF-8?Q?fake?="));
  const Mail read = parse_mail(raw);
  ASSERT_EQ(read.to.size(), 3U);
  EXPECT_EQ(read.to[1].name, "=?UTF-8?Q?fake?=");
  EXPECT_EQ(read.to[2].name, R"(Say "hi" \o/)");
}

TEST(WriteMail, FileNamesForOldAndNewReaders) {
  OutgoingMail mail = simple();
  mail.parts.push_back({"application/pdf", "报价单 2026.pdf", "", "x", false});
  mail.parts.push_back({"text/csv", "a \"b\".csv", "", "y", false});
  mail.parts.push_back({"application/zip", "", "", "z", false});
  mail.parts.back().name.assign(150, 'n').append("很长.zip");
  const std::string raw = raw_of(mail);
  EXPECT_TRUE(holds(raw, "name=\"=?UTF-8?B?5oql5Lu35Y2VIDIwMjYucGRm?=\""));
  EXPECT_TRUE(holds(raw, "filename*=UTF-8''%E6%8A%A5%E4%BB%B7%E5%8D%95%202026.pdf"));
  EXPECT_TRUE(holds(raw, R"(filename="a \"b\".csv")"));
  EXPECT_TRUE(holds(raw, "filename*0*=UTF-8''nnn"));
  EXPECT_LE(longest_line(raw), 76U);
}

TEST(WriteMail, LeadingDotsAndFromLinesAreOutOfHarmsWay) {
  OutgoingMail mail = simple();
  mail.text = "one\n.\n..two\nFrom here on\n-- \nShop";
  const std::string raw = raw_of(mail);
  EXPECT_FALSE(holds(raw, "\n."));
  EXPECT_FALSE(holds(raw, "\nFrom here"));
  EXPECT_EQ(parse_mail(raw).text, mail.text);
}

TEST(WriteMail, AutomaticMailAsksMachinesToStayQuiet) {
  OutgoingMail mail = simple();
  EXPECT_FALSE(holds(raw_of(mail), "Auto-Submitted"));
  EXPECT_FALSE(holds(raw_of(mail), "Precedence"));
  mail.is_automatic = true;
  const Mail read = parse_mail(raw_of(mail));
  EXPECT_EQ(header_value(read, "Auto-Submitted"), "auto-replied");
  EXPECT_EQ(header_value(read, "X-Auto-Response-Suppress"), "All");
  EXPECT_EQ(header_value(read, "Precedence"), "auto_reply");
}

TEST(WriteMail, UnsubscribeByOneClickOnlyOverHttps) {
  OutgoingMail mail = simple();
  mail.list_unsubscribe = "https://shop.example/u/1";
  EXPECT_TRUE(holds(raw_of(mail), "List-Unsubscribe: <https://shop.example/u/1>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
  mail.list_unsubscribe = "mailto:leave@shop.example";
  EXPECT_TRUE(holds(raw_of(mail), "List-Unsubscribe: <mailto:leave@shop.example>\r\n"));
  EXPECT_FALSE(holds(raw_of(mail), "List-Unsubscribe-Post"));
}

TEST(WriteMail, LongReferencesKeepTheFirstAndTheNewest) {
  OutgoingMail mail = simple();
  for (int i = 0; i < 500; ++i) { mail.references.push_back("id" + std::to_string(i) + "@shop.example"); }
  mail.references.push_back("not an id");
  mail.in_reply_to = "answered@customer.example";
  const Mail read = parse_mail(raw_of(mail));
  EXPECT_EQ(read.in_reply_to, mail.in_reply_to);
  EXPECT_EQ(read.references.front(), "id0@shop.example");
  EXPECT_EQ(read.references.back(), "answered@customer.example");
  EXPECT_EQ(read.references[read.references.size() - 2], "id499@shop.example");
  EXPECT_LT(header_value(read, "References").size(), 2'600U);
  EXPECT_GT(read.references.size(), 50U);
}

TEST(WriteMail, NobodyIsNamedWhenAllAreInBcc) {
  OutgoingMail mail = simple();
  mail.to.clear();
  EXPECT_TRUE(holds(raw_of(mail), "To: undisclosed-recipients:;\r\n"));
}

TEST(WriteMail, PassedOnMessagesStayReadable) {
  OutgoingMail mail = simple();
  OutgoingMail inner = simple();
  inner.html = "<p>inner</p>";
  mail.parts = {{"message/rfc822", "original.eml", "", raw_of(inner), false}};
  const std::string raw = raw_of(mail);
  EXPECT_TRUE(holds(raw, "Content-Type: message/rfc822; name=\"original.eml\""));
  const Mail read = parse_mail(raw);
  ASSERT_EQ(read.parts.size(), 1U);
  EXPECT_EQ(read.parts[0].content_type, "message/rfc822");
  EXPECT_EQ(parse_mail(read.parts[0].bytes).message_id, "m1@shop.example");

  mail.parts[0].bytes = "Subject: \xFF 8-bit\n\nbody";  // cannot go as it is: as a file, unharmed
  const Mail again = parse_mail(raw_of(mail));
  EXPECT_EQ(again.parts[0].content_type, "application/octet-stream");
  EXPECT_EQ(again.parts[0].bytes, mail.parts[0].bytes);
}

TEST(WriteMail, LinesAreWholeForAnyText) {
  std::vector<std::string> texts{"\r\r\n\n\r", ""};
  texts.emplace_back(100'000, 'x');
  texts.emplace_back(5'000, ' ').append("x");
  texts.emplace_back(3'000, 'a').append("é");
  for (const std::string& text : texts) {
    OutgoingMail mail = simple();
    mail.text = text;
    mail.subject = std::string(2'000, 's');
    const std::string raw = raw_of(mail);
    EXPECT_LE(longest_line(raw), 76U);
    EXPECT_FALSE(has_bare_line_end(raw));
    EXPECT_TRUE(raw.ends_with("\r\n"));
    EXPECT_EQ(parse_mail(raw).subject, mail.subject);
  }
}

}  // namespace
}  // namespace parley::channels::email
