#include <gtest/gtest.h>

#include "channels/email/mime/impl/body_text.h"
#include "channels/email/mime/impl/field_parser.h"
#include "channels/email/mime/impl/header_text.h"
#include "channels/email/reading/scan.h"

namespace parley::channels::email::mime {
namespace {

TEST(HeaderText, DecodedSyntaxStaysText) {
  bool is_clean = true;
  EXPECT_EQ(decode_structured("=?utf-8?Q?a=22,_b?= <x@y.example>", {}, is_clean), "\"a\\\", b\" <x@y.example>");
  EXPECT_EQ(decode_structured("\"=?utf-8?Q?a=22b?=\" <x@y.example>", {}, is_clean), "\"a\\\"b\" <x@y.example>");
  EXPECT_TRUE(is_clean);
}

TEST(Fields, DispositionNameWins) {
  bool is_clean = true;
  const auto fields = read_content_fields({"APPLICATION/PDF; name=a.pdf", "Attachment; filename=b.pdf", " Base64 ", " <id@x> ", {}}, {}, is_clean);
  EXPECT_EQ(fields.type, "application/pdf");
  EXPECT_EQ(fields.name, "b.pdf");
  EXPECT_EQ(fields.disposition, "attachment");
  EXPECT_EQ(fields.encoding, "base64");
  EXPECT_EQ(fields.content_id, "id@x");
}

TEST(Fields, FileNamesAreOnlyNames) {
  EXPECT_EQ(safe_file_name("/etc/passwd"), "passwd");
  EXPECT_EQ(safe_file_name("..\\..\\a.exe"), "a.exe");
  EXPECT_EQ(safe_file_name(".."), "");
  EXPECT_EQ(safe_file_name("a\r\nb.txt"), "a b.txt");
  const std::string longest = safe_file_name(std::string(500, 'x').append(".tar.gz"));
  EXPECT_EQ(longest.size(), 200U);
  EXPECT_EQ(longest.substr(197), ".gz");
}

TEST(Fields, MessageIds) {
  EXPECT_EQ(read_message_ids("<a@b> <c@d>", 10), (std::vector<std::string>{"a@b", "c@d"}));
  EXPECT_EQ(read_message_ids("a@b c@d", 10), (std::vector<std::string>{"a@b", "c@d"}));
  EXPECT_EQ(read_message_ids("<1@x><2@x><3@x><4@x>", 3), (std::vector<std::string>{"1@x", "3@x", "4@x"}));
  EXPECT_EQ(read_message_ids("<a@b", 10), (std::vector<std::string>{"a@b"}));
  EXPECT_TRUE(read_message_ids("  ", 10).empty());
}

TEST(Fields, Dates) {
  EXPECT_EQ(to_ms(*read_date("Tue, 6 Jan 2026 10:20:30 +0800")), 1'767'666'030'000);
  EXPECT_EQ(to_ms(*read_date(" 6 Jan 2026 02:20:30 GMT (comment)")), 1'767'666'030'000);
  EXPECT_FALSE(read_date("soon"));
}

TEST(BodyText, FlowedKeepsQuotesAndSignature) {
  EXPECT_EQ(unflow("a \r\nb\r\n> q \r\n> r\r\n> \r\n-- \r\nme \r\n", false), "a b\n> q r\n> \n-- \nme \n");
  EXPECT_EQ(unflow("> a \n>> b\n", false), "> a \n> > b\n");
}

TEST(BodyText, TidyKeepsLines) {
  EXPECT_EQ(tidy_text("a  \r\nb\rc\n\n\n\n\nd\n"), "a\nb\nc\n\n\nd");
  EXPECT_EQ(first_bytes("你好", 4), "你");
}

}  // namespace
}  // namespace parley::channels::email::mime
