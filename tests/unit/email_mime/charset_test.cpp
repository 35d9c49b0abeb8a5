#include "channels/email/mime/impl/charset.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace parley::channels::email::mime {
namespace {

TEST(Charset, NamesAreReadAsWhatIsSent) {
  const struct {
    std::string_view declared, known;
  } cases[] = {{"gb2312", "GB18030"}, {"GBK", "GB18030"}, {" GB_2312-80 ", "GB18030"}, {"x-gbk", "GB18030"}, {"iso-8859-1", "CP1252"}, {"ISO8859_1", "CP1252"}, {"utf8", "UTF-8"},
               {"\"utf-8\"", "UTF-8"}, {"unicode-1-1-utf-7", "UTF-7"}, {"ks_c_5601-1987", "CP949"}, {"Windows-31J", "CP932"}, {"koi8-r", "KOI8-R"}, {"", ""}, {"nonsense", ""},
               {"UTF-8//IGNORE", ""}, {"../../lib/evil", ""}};
  for (const auto& c : cases) { EXPECT_EQ(known_charset(c.declared), c.known) << c.declared; }
}

TEST(Charset, EveryKnownNameOpens) {
  for (const std::string_view name : {"utf-8", "gbk", "big5", "iso-2022-jp", "shift_jis", "euc-jp", "euc-kr", "iso-2022-kr", "johab", "latin1", "iso-8859-2", "iso-8859-8-i", "windows-1250", "windows-1258",
                                      "koi8-u", "cp866", "macintosh", "viscii", "tis-620", "euc-tw", "iso-2022-cn", "utf-16", "utf-32", "utf-7", "hz-gb-2312"}) {
    const auto known = known_charset(name);
    ASSERT_FALSE(known.empty()) << name;
    EXPECT_TRUE(is_valid_utf8(convert("abc \xB0\xA1\xFF\x80 ~{", known).text)) << name;
  }
}

TEST(Charset, DetectsWhatShopsReceive) {
  EXPECT_EQ(detect_charset("\xCD\xCB\xBF\xEE"), "GB18030");                               // 退款
  EXPECT_EQ(detect_charset("\xB0\x68\xB4\xDA\xAA\xBA\xB0\xDD\xC3\x44"), "BIG5-HKSCS");    // 退款的問題
  EXPECT_EQ(detect_charset("\x82\xA0\x82\xE8\x82\xAA\x82\xC6\x82\xA4"), "CP932");         // ありがとう
  EXPECT_EQ(detect_charset("caf\xE9 cr\xE8me"), "CP1252");
  EXPECT_EQ(detect_charset("\xE4\xBD\xA0"), "UTF-8");
  EXPECT_EQ(detect_charset("\x1B$B$\"\x1B(B"), "ISO-2022-JP");
  EXPECT_EQ(detect_charset("plain"), "UTF-8");
}

TEST(Charset, DamageIsCountedAndMarked) {
  const Converted cut = convert("\xC4\xE3\xBA", "GB18030");
  EXPECT_EQ(cut.text, "你\xEF\xBF\xBD");
  EXPECT_EQ(cut.error_count, 1U);
  EXPECT_EQ(convert("a\xFF\xFF" "b", "UTF-8").text, "a\xEF\xBF\xBD" "b");
}

}  // namespace
}  // namespace parley::channels::email::mime
