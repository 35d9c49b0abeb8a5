// The corpus of replies: what is shown, what is hidden, and that every byte of the mail is in exactly one piece.
#include "channels/email/reading/reply_text.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "channels/email/mime/html_sanitizer.h"
#include "channels/email/reading/scan.h"
#include "corpus.h"

namespace parley::channels::email {
namespace {

void expect_partition(std::string_view text, const ReplyText& reply) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < reply.pieces.size(); ++i) {
    const auto& piece = reply.pieces[i];
    EXPECT_EQ(piece.begin, at);
    EXPECT_LT(piece.begin, piece.end);
    EXPECT_TRUE(is_valid_utf8(text.substr(piece.begin, piece.end - piece.begin)));
    if (i > 0) { EXPECT_NE(piece.part, reply.pieces[i - 1].part); }
    at = piece.end;
  }
  EXPECT_EQ(at, text.size());
}

std::string name_of(const ::testing::TestParamInfo<std::string>& info) { return info.param; }

class ReplyCorpus : public ::testing::TestWithParam<std::string> {};

TEST_P(ReplyCorpus, IsSplitAsExpected) {
  const std::string text = corpus_file("reply/" + GetParam() + ".txt");
  auto expected = read_sections(corpus_file("reply/" + GetParam() + ".expected"));
  ReplyOptions options;
  options.is_forward = expected.contains("forward");
  const auto reply = split_reply(text, options);
  expect_partition(text, reply);
  EXPECT_EQ(text_of(text, reply, ReplyPart::visible), expected["visible"]);
  EXPECT_EQ(text_of(text, reply, ReplyPart::signature), expected["signature"]);
  const std::string quoted = text_of(text, reply, ReplyPart::quoted);
  EXPECT_EQ(trim(quoted.substr(0, quoted.find('\n'))), expected["quoted begins"]);

  std::string windows;  // the same with CRLF
  for (const char c : text) { windows += c == '\n' ? std::string("\r\n") : std::string(1, c); }
  const auto again = split_reply(windows, options);
  expect_partition(windows, again);
  EXPECT_EQ(clean_text(text_of(windows, again, ReplyPart::visible)), clean_text(expected["visible"]));
}
INSTANTIATE_TEST_SUITE_P(Reply, ReplyCorpus, ::testing::ValuesIn(corpus_names("reply", ".txt")), name_of);

class HtmlReplyCorpus : public ::testing::TestWithParam<std::string> {};

TEST_P(HtmlReplyCorpus, IsSplitAsExpected) {
  const std::string html = corpus_file("reply_html/" + GetParam() + ".html");
  auto expected = read_sections(corpus_file("reply_html/" + GetParam() + ".expected"));
  ReplyOptions options;
  options.is_forward = expected.contains("forward");
  const auto reply = split_reply_html(html, options);
  expect_partition(html, reply);
  EXPECT_EQ(plain(html_of(html, reply, ReplyPart::visible)), squeeze(expected["visible"]));
  EXPECT_EQ(plain(html_of(html, reply, ReplyPart::signature)), squeeze(expected["signature"]));
  const bool has_quote = expected.contains("quoted begins");
  const std::string begins = squeeze(expected["quoted begins"]);
  EXPECT_EQ(plain(html_of(html, reply, ReplyPart::quoted)).substr(0, begins.size()), begins);
  EXPECT_EQ(reply.has_quote(), has_quote);
}
INSTANTIATE_TEST_SUITE_P(Reply, HtmlReplyCorpus, ::testing::ValuesIn(corpus_names("reply_html", ".html")), name_of);

/// As the desk gets it: what the sanitiser leaves of a mail still says where the quote begins.
TEST_P(HtmlReplyCorpus, IsSplitTheSameWhenSanitised) {
  const std::string html = sanitize_html(corpus_file("reply_html/" + GetParam() + ".html")).html;
  auto expected = read_sections(corpus_file("reply_html/" + GetParam() + ".expected"));
  const auto reply = split_reply_html(html, {expected.contains("forward")});
  expect_partition(html, reply);
  EXPECT_EQ(plain(html_of(html, reply, ReplyPart::visible)), squeeze(expected["visible"])) << html;
  EXPECT_EQ(plain(html_of(html, reply, ReplyPart::signature)), squeeze(expected["signature"]));
  EXPECT_EQ(reply.has_quote(), expected.contains("quoted begins"));
}

TEST(Reply, HtmlPiecesStandAlone) {
  const std::string html = "<div class=\"a\"><p>Hello</p><div><b>more</b></div><blockquote type=\"cite\"><p>old</p></blockquote></div>";
  const auto reply = split_reply_html(html);
  EXPECT_EQ(html_of(html, reply, ReplyPart::visible), "<div class=\"a\"><p>Hello</p><div><b>more</b></div></div>");
  EXPECT_EQ(html_of(html, reply, ReplyPart::quoted), "<div class=\"a\"><blockquote type=\"cite\"><p>old</p></blockquote></div>");
}

TEST(Reply, EmptyTextHasNoPieces) {
  EXPECT_TRUE(split_reply("").pieces.empty());
  EXPECT_TRUE(split_reply_html("").pieces.empty());
  EXPECT_EQ(split_reply("\n \n").pieces.size(), 1U);
}

}  // namespace
}  // namespace parley::channels::email
