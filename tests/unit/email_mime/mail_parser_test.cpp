// Bounds, size and speed of reading whole messages; what single messages mean is in the corpus.
#include "channels/email/mime/mail_parser.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <ctime>
#include <iostream>
#include <thread>

#include "base/text.h"
#include "tests/support/cpu_time.h"

namespace parley::channels::email {
namespace {

bool has_problem(const Mail& mail, std::string_view word) { return std::find(mail.problems.begin(), mail.problems.end(), word) != mail.problems.end(); }

std::string lines(std::string_view line, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) { out += line; }
  return out;
}

TEST(ParseMail, KeepsAThirtyMegabyteAttachment) {
  std::string raw = "From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\nContent-Type: application/zip; name=big.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n";
  raw += lines("QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB\r\n", 582'543);
  raw += "--b--\r\n";
  const double began = parley::test::cpu_seconds();
  const Mail mail = parse_mail(raw);
  EXPECT_LT(parley::test::cpu_seconds() - began, 5.0);
  ASSERT_EQ(mail.parts.size(), 1U);
  EXPECT_EQ(mail.parts[0].bytes.size(), 582'543U * 57);
  EXPECT_EQ(mail.parts[0].bytes.find_first_not_of('A'), std::string::npos);
  EXPECT_EQ(mail.text, "hello");
  EXPECT_TRUE(mail.problems.empty());
}

TEST(ParseMail, CutsAtTheDecodedSizeAndSaysSo) {
  ParseLimits limits;
  limits.decoded_max = 100;
  const Mail mail = parse_mail("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhello\n--b\nContent-Type: a/b\n\n" + std::string(1'000, 'x') + "\n--b\nContent-Type: c/d\n\nyy\n--b--\n", limits);
  ASSERT_EQ(mail.parts.size(), 2U);
  EXPECT_EQ(mail.parts[0].bytes.size(), 95U);
  EXPECT_EQ(mail.parts[1].bytes.size(), 0U);
  EXPECT_TRUE(has_problem(mail, "truncated"));
}

TEST(ParseMail, LongTextIsCutForReadingAndKeptWhole) {
  ParseLimits limits;
  limits.text_max = 100;
  const std::string text = lines("你好", 100);
  const Mail mail = parse_mail("Content-Type: text/plain; charset=utf-8\n\n" + text, limits);
  EXPECT_EQ(mail.text.size(), 99U);
  EXPECT_TRUE(is_valid_utf8(mail.text));
  ASSERT_EQ(mail.parts.size(), 1U);
  EXPECT_EQ(mail.parts[0].name, "message.txt");
  EXPECT_EQ(mail.parts[0].bytes, text);
  EXPECT_TRUE(has_problem(mail, "text_too_long"));
}

TEST(ParseMail, PoisonEndsSoon) {
  std::string deep;
  for (int i = 0; i < 1'000; ++i) { deep += "Content-Type: multipart/mixed; boundary=b" + std::to_string(i) + "\n\n--b" + std::to_string(i) + "\n"; }
  const std::string messages[] = {
      deep + "\n" + lines("--b\n", 5'000'000),
      "Content-Type: multipart/mixed; boundary=b\n\n" + lines("--b\n", 5'000'000),
      "Content-Type: multipart/mixed; boundary=b\n\n" + lines("--b\n\n--b1\n", 2'000'000),
      lines("a:\n", 5'000'000),
      "To: " + lines("a:", 5'000'000) + "\n\nx",
      "To: " + lines("(", 5'000'000) + "\n\nx",
      "To: " + lines("a@b.example,", 1'000'000) + "\n\nx",
      "References: " + lines("<a@b>", 2'000'000) + "\n\nx",
      "Subject: " + lines("=?utf-8?B?5L2g?= ", 1'000'000) + "\n\nx",
      "Subject: " + lines("=?", 5'000'000) + "\n\nx",
      "Content-Type: a/b; " + lines("c*0*=d;", 1'000'000) + "\n\nx",
      "Content-Type: a/b; x=\"" + lines("\\\"", 5'000'000) + "\n\nx",
      "Content-Type: text/html\n\n" + lines("<div>", 4'000'000),
      "Content-Type: text/plain; charset=iso-2022-jp\n\n" + lines("\x1B$B", 5'000'000),
      "Content-Type: text/plain; charset=utf-8\n\n" + lines("\xFF", 10'000'000),
      "Content-Type: text/plain; charset=gbk\n\n" + lines("\xFF", parley::test::is_sanitized ? 100'000 : 10'000'000),  // ASan looks at all the rest in each call of iconv
      "Content-Type: text/plain; format=flowed\n\n" + lines("> ", 5'000'000),
      "Content-Type: text/plain; format=flowed\n\n" + lines(">>>>>>>>>>>>>>>>>>>>>>>>> a \n", 500'000),
      lines("\r", 10'000'000),
      lines(" ", 10'000'000),
      std::string(10'000'000, '\0'),
  };
  for (const auto& raw : messages) {
    const double began = parley::test::cpu_seconds();
    const Mail mail = parse_mail(raw);
    const double took = parley::test::cpu_seconds() - began;
    if (took > 1) { std::cout << took << " s: " << raw.substr(0, 40) << "\n"; }
    EXPECT_LT(took, 8.0) << raw.substr(0, 50);
    EXPECT_FALSE(has_problem(mail, "internal")) << raw.substr(0, 50);
    EXPECT_TRUE(is_valid_utf8(mail.text) && is_valid_utf8(mail.html) && is_valid_utf8(mail.subject));
  }
}

TEST(ParseMail, ThreadsDoNotDisturbEachOther) {
  const std::string raw = "From: =?gb2312?B?1cXI/Q==?= <a@b.example>\nSubject: =?big5?B?sGg=?=\nContent-Type: text/html; charset=gbk\n\n<p>\xC4\xE3\xBA\xC3</p>";
  const Mail first = parse_mail(raw);
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 300; ++i) {
        const Mail mail = parse_mail(raw);
        if (mail.text != first.text || mail.subject != first.subject || mail.from != first.from) { ++wrong; }
      }
    });
  }
  for (auto& thread : threads) { thread.join(); }
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(first.from[0].name, "张三");
  EXPECT_EQ(first.text, "你好");
}

/// What QQ Mail sends: 10 KB, both readings in base64 GB18030, a small picture.
std::string ten_kilobytes() {
  std::string raw =
      "From: \"=?gb18030?B?0KHD9w==?=\" <1@qq.example>\r\nTo: \"support\" <support@shop.example>\r\nSubject: =?gb18030?B?zcu79snqx+s=?=\r\nDate: Tue, 6 Jan 2026 10:20:30 +0800\r\nMessage-ID: "
      "<tencent_1@qq.example>\r\nReferences: <1@shop.example>\r\n\t<2@shop.example>\r\nMime-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=\"----=_NextPart\"\r\n\r\n";
  raw += "------=_NextPart\r\nContent-Type: text/plain; charset=\"gb18030\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + lines("xPq6w6OsztLSqs3Lu/ajrNa70OjSqrnP19PSu7j2oaMK\r\n", 60);
  raw += "------=_NextPart\r\nContent-Type: text/html; charset=\"utf-8\"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n<html><body>" +
         lines("<div style=\"color: #333; font-size: 14px\"><p>您好，我要<b>退货</b> <a href=\"https://shop.example/o/1\">order</a></p></div>\r\n", 56) + "</body></html>\r\n------=_NextPart--\r\n";
  return raw;
}

TEST(ParseMail, RateIsPrinted) {
  const std::string raw = ten_kilobytes();
  const double began = parley::test::cpu_seconds();
  constexpr int count = 300;
  for (int i = 0; i < count; ++i) { ASSERT_FALSE(parse_mail(raw).html.empty()); }
  const double each = (parley::test::cpu_seconds() - began) / count;
  std::cout << raw.size() << " bytes: " << static_cast<int>(1 / each) << " messages a second of CPU, " << each * 1e6 << " us each\n";
  EXPECT_LT(each, 0.1);
}

}  // namespace
}  // namespace parley::channels::email
