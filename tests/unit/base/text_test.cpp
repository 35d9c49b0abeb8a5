// Text of strangers: cleaning, cutting, addresses, percent encoding.
#include "base/text.h"

#include <gtest/gtest.h>

#include "base/crypto.h"

namespace parley {
namespace {

TEST(Utf8, AcceptsWellFormedTextOnly) {
  for (const std::string good : {"", "abc", "é", "你好", "\xF0\x9F\x98\x80", "\xEF\xBF\xBF", "\xF4\x8F\xBF\xBF", "\xED\x9F\xBF"}) { EXPECT_TRUE(is_valid_utf8(good)) << good; }
  const std::string bad[] = {"\x80",         "\xC3",         "\xC0\xAF", "\xC1\xBF",         "\xE0\x80\xAF",     "\xED\xA0\x80",     "\xF0\x80\x80\xAF",
                             "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF",     "\xE4\xBD",         "\xE4\xBD" "a",     "\xF0\x9F\x98",     "a\xC3"};
  for (const auto& text : bad) { EXPECT_FALSE(is_valid_utf8(text)) << hex_encode(text); }
}

TEST(Utf8, CountsAndCutsInCodePoints) {
  EXPECT_EQ(count_characters("a你\xF0\x9F\x98\x80"), 3U);
  EXPECT_EQ(first_characters("你好吗", 2), "你好");
  EXPECT_EQ(first_characters("你好", 5), "你好");
  EXPECT_EQ(first_characters("你好", 0), "");
}

TEST(CleanText, DropsWhatCanDeceive) {
  const struct {
    std::string raw, clean;
  } cases[] = {
      {"hello", "hello"},
      {"  two\tlines\r\nof text \n", "two\tlines\nof text"},
      {"a\rb", "ab"},
      {std::string("nul\0byte", 8), "nulbyte"},
      {"bell\x07 esc\x1b[31m del\x7f", "bell esc[31m del"},
      {"c1\xC2\x85x", "c1x"},
      {"invoice\xE2\x80\xAE" "fdp.exe", "invoicefdp.exe"},
      {"\xE2\x80\xAA\xE2\x80\xAB\xE2\x80\xAC\xE2\x80\xADx\xE2\x81\xA6\xE2\x81\xA7\xE2\x81\xA8\xE2\x81\xA9", "x"},
      {"\xEF\xBB\xBFtext", "text"},
      {"zero\xE2\x80\x8Dwidth joiner stays", "zero\xE2\x80\x8Dwidth joiner stays"},
      {"\xC2\xA0no-break space stays", "\xC2\xA0no-break space stays"},
      {"你好\xF0\x9F\x98\x80", "你好\xF0\x9F\x98\x80"},
      {"\n\n", ""},
  };
  for (const auto& c : cases) { EXPECT_EQ(clean_text(c.raw), c.clean) << hex_encode(c.raw); }
}

TEST(CleanText, NeverYieldsInvalidUtf8) {
  for (const std::string bad : {"a\xFF" "b", "\xE4\xBD", "\xF0\x9F\x98", "x\xC0\xAFy"}) { EXPECT_TRUE(is_valid_utf8(clean_text(bad))) << hex_encode(bad); }
}

TEST(CleanLine, MakesOneLine) {
  EXPECT_EQ(clean_line("  a \n\n b\t\tc  "), "a b c");
  EXPECT_EQ(clean_line("a\r\nb"), "a b");
}

/// Pieces joined by append: g++ 12 sees overruns in operator+ of constants.
std::string joined(std::initializer_list<std::string_view> pieces) {
  std::string out;
  for (const auto piece : pieces) { out.append(piece); }
  return out;
}

TEST(NormaliseEmail, AcceptsDeliverableAddressesOnly) {
  const std::string sixty_four(64, 'a'), sixty_three(63, 'b');
  const struct {
    std::string address;
    std::optional<std::string> normal;
  } cases[] = {
      {"Anna@Shop.Example", "anna@shop.example"},
      {"  a.b+c@x.co \n", "a.b+c@x.co"},
      {"o'neil_1@a-b.example", "o'neil_1@a-b.example"},
      {"user@例子.cn", "user@例子.cn"},
      {joined({sixty_four, "@x.co"}), joined({sixty_four, "@x.co"})},
      {joined({sixty_four, "a@x.co"}), std::nullopt},
      {joined({"a@", sixty_four, ".co"}), std::nullopt},
      {joined({sixty_four, "@", sixty_three, ".", sixty_three, ".", sixty_three, ".co"}), std::nullopt},
      {"", std::nullopt},
      {"a", std::nullopt},
      {"@x.co", std::nullopt},
      {"a@", std::nullopt},
      {"a@localhost", std::nullopt},
      {"a@b@c.co", std::nullopt},
      {"a b@x.co", std::nullopt},
      {".a@x.co", std::nullopt},
      {"a.@x.co", std::nullopt},
      {"a..b@x.co", std::nullopt},
      {"a@.co", std::nullopt},
      {"a@x..co", std::nullopt},
      {"a@x.co.", std::nullopt},
      {"a@x_y.co", std::nullopt},
      {"a@[1.2.3.4]", std::nullopt},
      {"a@x.co\r\nbcc: b@x.co", std::nullopt},
      {"<a@x.co>", std::nullopt},
      {"\"a b\"@x.co", std::nullopt},
  };
  for (const auto& c : cases) { EXPECT_EQ(normalise_email(c.address), c.normal) << c.address; }
}

TEST(NormalisePhone, KeepsDigitsAndPlus) {
  const struct {
    const char* number;
    std::optional<std::string> normal;
  } cases[] = {
      {"+44 20 7946 0958", "+442079460958"}, {"0044 (20) 7946-0958", "+442079460958"}, {"+86.138.0013.8000", "+8613800138000"},
      {"(+44) 20 7946 0958", "+442079460958"}, {"123456", "123456"},                   {"12345", std::nullopt},
      {"+123456789012345", "+123456789012345"}, {"+1234567890123456", std::nullopt},   {"+44+20", std::nullopt},
      {"4420 ext 7", std::nullopt},            {"", std::nullopt},                     {"1;23456", std::nullopt},
      {"１２３４５６", std::nullopt},
  };
  for (const auto& c : cases) { EXPECT_EQ(normalise_phone(c.number), c.normal) << c.number; }
}

TEST(PercentDecode, HandlesTheEdges) {
  const struct {
    std::string text;
    bool plus_is_space;
    std::optional<std::string> plain;
  } cases[] = {
      {"", true, ""},           {"a+b", true, "a b"},      {"a+b", false, "a+b"},        {"%41", true, "A"},
      {"x%2Fy%2fz", true, "x/y/z"}, {"%00", true, std::string(1, '\0')}, {"%", true, std::nullopt}, {"%4", true, std::nullopt},
      {"ab%4", true, std::nullopt}, {"%zz", true, std::nullopt},  {"%4g", true, std::nullopt},     {"%-1", true, std::nullopt},
      {"%%41", true, std::nullopt}, {"%2541", true, "%41"},       {"%E4%BD%A0", true, "你"},        {"100%25", true, "100%"},
  };
  for (const auto& c : cases) { EXPECT_EQ(percent_decode(c.text, c.plus_is_space), c.plain) << c.text; }
}

TEST(PercentEncode, IsUndoneByDecoding) {
  std::string all;
  for (int i = 0; i < 256; ++i) { all.push_back(static_cast<char>(i)); }
  EXPECT_EQ(percent_decode(percent_encode(all), true), all);
  EXPECT_EQ(percent_encode("a b/~你"), "a%20b%2F~%E4%BD%A0");
}

TEST(StartsWithIgnoreCase, ComparesAsciiOnly) {
  EXPECT_TRUE(starts_with_ignore_case("Bearer x", "bearer "));
  EXPECT_FALSE(starts_with_ignore_case("Bear", "bearer"));
}

}  // namespace
}  // namespace parley
