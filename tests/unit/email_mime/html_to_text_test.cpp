#include "channels/email/mime/html_to_text.h"

#include <gtest/gtest.h>

namespace parley::channels::email {
namespace {

struct Case {
  const char* name;
  const char* html;
  const char* text;
};
void PrintTo(const Case& each, std::ostream* out) { *out << each.html; }

class HtmlToText : public ::testing::TestWithParam<Case> {};
TEST_P(HtmlToText, ReadsAsAPersonWould) { EXPECT_EQ(html_to_text(GetParam().html), GetParam().text); }

const Case cases[] = {
    {"Paragraphs", "<p>one</p><p>two\n  words</p>three", "one\n\ntwo words\n\nthree"},
    {"Breaks", "a<br>b<br><br>c", "a\nb\n\nc"},
    {"GmailDivs", "<div dir=ltr><div>Hi,</div><div><br></div><div>thanks</div></div>", "Hi,\n\nthanks"},
    {"OutlookParagraphs", "<p class=MsoNormal>a</p><p class=MsoNormal>b</p>", "a\nb"},
    {"TightParagraphs", "<p style='margin:0px'>a</p><p style='margin:0'>b</p>", "a\nb"},
    {"Link", "see <a href='https://x.example/o'>order 5</a>.", "see order 5 (https://x.example/o)."},
    {"LinkSaysItsAddress", "<a href='https://www.x.example/'>x.example</a> <a href=mailto:a@b.example?subject=x>a@b.example</a>", "x.example a@b.example"},
    {"LinkMail", "<a href=mailto:a@b.example>write</a>", "write (a@b.example)"},
    {"LinkScript", "<a href=javascript:x>go</a>", "go"},
    {"List", "<ul><li>a</li><li>b<ol><li>c</li><li>d</li></ol></li></ul>e", "- a\n- b\n  1. c\n  2. d\ne"},
    {"Table", "<table><tr><th>Item<th>Price</tr><tr><td>Tea</td><td>5</td></tr></table>", "Item | Price\nTea | 5"},
    {"LayoutTable", "<table><tr><td><div>Block</div></td><td><p>Next</p></td></tr></table>", "Block\n\nNext"},
    {"Quote", "<p>answer</p><blockquote>question<br>more<blockquote>older</blockquote></blockquote><p>end</p>", "answer\n\n> question\n> more\n> > older\n\nend"},
    {"Hidden", "<div style='display:none'>x</div><span style='mso-hide:all'>y</span><div class=preheader>z</div><p hidden>w</p>shown", "shown"},
    {"TinyFontIsReset", "<div style='font-size:0px'>a<span style='font-size:14px'>b</span>c</div>", "b"},
    {"MaxHeight", "<div style='max-height:0px;overflow:hidden'>pre</div>text", "text"},
    {"PaddingCharacters", "pre\xE2\x80\x8B\xE2\x80\x8B\xCD\x8F\xC2\xAD text", "pre text"},
    {"Pre", "<pre>a\n  b\n\nc</pre>", "a\n  b\n\nc"},
    {"Picture", "<img alt='Our logo' src=x><img alt='' src=y><img alt=pixel width=1 src=z>Hi", "[Our logo] Hi"},
    {"ScriptAndStyle", "<title>t</title><style>p{}</style><script>x</script>a", "a"},
    {"Entities", "a&nbsp;b &lt;c&gt; &#20320;", "a\xC2\xA0" "b <c> 你"},
    {"Chinese", "<div>您好</div><div>谢谢</div>", "您好\n谢谢"},
    {"Rule", "a<hr>b", "a\n---\nb"},
    {"Heading", "<h1>Order</h1>text", "Order\n\ntext"},
    {"Empty", "", ""},
    {"OnlyTags", "<div><br></div>", ""},
};
INSTANTIATE_TEST_SUITE_P(Html, HtmlToText, ::testing::ValuesIn(cases), [](const auto& each) { return std::string(each.param.name); });

TEST(HtmlToTextBounds, DeepMarkupEnds) {
  std::string deep;
  for (int i = 0; i < 200'000; ++i) { deep += "<blockquote>"; }
  deep += "x";
  EXPECT_LE(html_to_text(deep).size(), 10'000U);
}

}  // namespace
}  // namespace parley::channels::email
