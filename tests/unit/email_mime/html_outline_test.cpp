// gumbo is given the outline of HTML, and the tree is that of the whole, also where HTML is made to look like something else.
#include "channels/email/mime/impl/html_outline.h"

#include <gtest/gtest.h>

#include "tests/unit/email_mime/tree_text.h"

namespace parley::channels::email::mime {
namespace {

std::string tree_of(const std::string& html) { return test::tree_text(HtmlTree(html, {}).root()); }

TEST(HtmlOutline, IsMuchShorterThanAMail) {
  std::string html = "<html><body>";
  for (int i = 0; i < 100; ++i) {
    html += "<p style=\"margin:0 0 12px;font-family:Helvetica,Arial,sans-serif\">It's a paragraph as people write them, with a \"quotation\" &amp; more.</p>\r\n";
  }
  const HtmlOutline outline(html);
  EXPECT_TRUE(outline.has_references());
  EXPECT_LT(outline.html().size(), html.size() / 2);
  EXPECT_EQ(tree_of(html), test::tree_text_of_all(html));
}

TEST(HtmlOutline, MoreTextsThanReferences) {
  std::string html;
  for (int i = 0; i < 18'000; ++i) { html += "<i>a text that is long enough " + std::to_string(i) + "</i>"; }
  EXPECT_EQ(tree_of(html), test::tree_text_of_all(html));
}

TEST(HtmlOutline, WhatOnlyLooksLikeATextOrAStyleIsReadAsItIs) {
  const std::string text = "a text that is long enough to be replaced";
  const std::string style = "style=\"color:red;margin:0 auto;title dir lang\"";
  const std::string mark = "\xEE\x80\x80";
  const std::string inputs[] = {
      "<a title=\"x " + style + "\">" + text + "</a>",                                      // the value ends where the style seems to begin
      "<a x= " + style + ">" + text + "</a>",                                              // a value without quotes
      "<a =" + style + ">" + text + "</a>",
      "<a title='>it's " + text + "'>" + text + "</a>",                                    // a text inside a value, with its quote
      "</p title='>it's " + text + " x=\">" + text + "</p>\">" + text,                      // the same where no attribute is kept
      "<!-- <a title=\" --> <p " + style + ">" + text + "</p><p title=\"" + text + "\">",
      "<!--[if mso]><p " + style + ">" + text + "</p><![endif]-->" + text,
      "<script><!--<script>" + text + "--></script>" + text + "</script><p>" + text + "</p>",
      "<style>" + text + "<p " + style + "></style><title><b " + style + ">" + text + "</title><textarea>\n" + text + "</textarea>",
      "<svg><![CDATA[>" + text + "]]>" + text + "</svg>" + text,
      "<frameset><frame>" + text + "</frameset>" + text,
      "<isindex prompt=\">" + text + "\">" + text,
      "<table><tr " + style + ">" + text + "<td>" + text + "<tr " + style + "></table><tr " + style + ">" + text,
      "<table>" + text + "<colgroup>" + text + "</table>",
      "<p><b " + style + ">" + text + "<p>" + text + "</b><p " + style + ">" + text,
      "<select><option>" + text + "<p " + style + ">" + text + "</select>",
      "<p>" + mark + "aaa</p><p>" + text + "</p>",                                          // references of the sender's
      "<p>&#xE000;aaa</p><p>" + text + "</p>",
      "<p>&#0057344;aaa</p><!-- >" + text + " -->",
      "<p>&#x10000E000;aaa</p><!-- >" + text + " -->",
      "<p>" + text + "\xC2\x85" + text + "\xEF\xBF\xBE" + text + "\xF0\x9F\xBF\xBE" + text + "</p>",  // read as U+FFFD
      "<p>" + text + "\r\n" + text + "\r" + text + "\x01" + text + "</p>",
      "<p>" + text + std::string(1, '\0') + text + "</p>",
      "<plaintext>" + text + "</plaintext><p " + style + ">" + text,
      "<template><p " + style + ">" + text + "</template>" + text,
      "<noscript><p " + style + ">" + text + "</noscript>" + text,
      "<body " + style + "><body " + style + " bgcolor=red>" + text,
      "<p>" + text + "<p " + style,
  };
  for (const auto& html : inputs) { EXPECT_EQ(tree_of(html), test::tree_text_of_all(html)) << html; }
}

}  // namespace
}  // namespace parley::channels::email::mime
