// Damaged mail and damaged HTML: nothing may crash, throw or hang, all text is UTF-8, and sanitised HTML is safe and settled.
// PARLEY_FUZZ_INPUTS (3000) mutations for each target from PARLEY_FUZZ_SEED (1). Sanitizers make it sharper.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/crypto.h"
#include "base/text.h"
#include "channels/email/mime/html_sanitizer.h"
#include "channels/email/mime/html_to_text.h"
#include "channels/email/mime/mail_parser.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/email_mime/markup_check.h"

namespace parley::channels::email {
namespace {

namespace fs = std::filesystem;

template <class Target>
void fuzz(std::vector<std::string> corpus, std::vector<std::string> words, Target target) {
  parley::test::fuzz(std::move(corpus), std::move(words), target,
             {.inputs = 3'000, .patience = 5, .damage = {.blows = 8, .length = 24, .splice = 200}});
}

void check_html(const std::string& html) {
  EXPECT_EQ(test::markup_fault(html), "") << html;
  EXPECT_EQ(sanitize_html(html).html, html);
}

TEST(FuzzEmailMime, EveryMessageBecomesAMail) {
  std::vector<std::string> corpus;
  for (const auto& entry : fs::directory_iterator(EMAIL_MIME_CORPUS)) {
    if (entry.path().extension() != ".eml" || entry.file_size() > 20'000) { continue; }
    std::ifstream file(entry.path(), std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    corpus.push_back(bytes.str());
  }
  std::sort(corpus.begin(), corpus.end());
  ASSERT_GE(corpus.size(), 60U);
  fuzz(corpus,
       {"\r\n", "\r\n\r\n", "\n", "\r", "\t", ":", "--", "--b", "--b--\r\n", "=?", "?=", "=?utf-8?B?", "=?gb2312?Q?", "\"", "\\", "<", ">", ";", "*0*=", "filename*=utf-8''%E8", "charset=utf-7",
        "charset=iso-2022-jp", "charset=hz-gb-2312", "charset=utf-16", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", "Content-Type: text/html\r\n\r\n", "Content-Type: message/rfc822\r\n\r\n",
        "Content-Transfer-Encoding: base64\r\n", "Content-Transfer-Encoding: quoted-printable\r\n", "Content-Transfer-Encoding: x-uuencode\r\n", "begin 644 x\r\n", "format=flowed; delsp=yes", "\x1B$B", "~{",
        "\xff", "\xE4\xBD", std::string(1, '\0'), "multipart/signed", "multipart/encrypted", "application/pkcs7-mime"},
       [](std::string_view raw) {
         const Mail mail = parse_mail(raw);
         EXPECT_TRUE(std::find(mail.problems.begin(), mail.problems.end(), "internal") == mail.problems.end());
         for (const std::string* text : {&mail.subject, &mail.text, &mail.html, &mail.message_id, &mail.in_reply_to}) { EXPECT_TRUE(is_valid_utf8(*text)); }
         EXPECT_EQ(mail.subject.find_first_of("\r\n"), std::string::npos);
         for (const auto* list : {&mail.from, &mail.to, &mail.cc, &mail.reply_to}) {
           for (const auto& address : *list) { EXPECT_TRUE(is_valid_utf8(address.name) && is_valid_utf8(address.address)); }
         }
         for (const auto& part : mail.parts) {
           EXPECT_TRUE(is_valid_utf8(part.name) && is_valid_utf8(part.content_type) && is_valid_utf8(part.content_id));
           EXPECT_EQ(part.name.find_first_of("/\\\r\n"), std::string::npos);
         }
         for (const auto& [name, value] : mail.headers) { EXPECT_TRUE(is_valid_utf8(name) && is_valid_utf8(value)); }
         for (const auto& id : mail.references) { EXPECT_TRUE(is_valid_utf8(id)); }
         check_html(mail.html);
       });
}

TEST(FuzzEmailMime, SanitisedHtmlIsSafeAndSettled) {
  fuzz({"<p onclick=x>a<b>c</b></p><img src=cid:a onerror=x>", "<svg><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">", "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "<table><tr><td><a href=https://x.example><table><a href=//y>z</table></a></table>", "<ul><li>a<li>b<ol><li>c</ol></ul><dl><dt>d<dd>e</dl>", "<pre>\n\nx</pre><listing>\ny</listing>",
        "<div style=\"color:red;background:url(x);font-family:'a b'\">x</div>", "<!--[if mso]>x<![endif]--><![CDATA[y]]><?z?>", "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<select><option><table><tr><td>x</select>", "<body bgcolor=red><frameset><frame></body></html>text", "<a><p><a><div><nobr><nobr><font><p>x", "&lt;&#60;&#x3c;&nbsp;&notit;&#0;&#xD800;&#x10FFFF;",
        "<p style=\"margin:0 0 12px;color:red\">It's a text of some length, with a \"quotation\"</p><b style='font-size:12px;color:red'>and &amp; another of these</b>",
        "<img src='data:image/png;base64,AAAA' width=1 height=1><img src=//x/y>", "<h1><h2><button><button><p></h1>", "<ruby>a<rt>b<rp>c</ruby><details open><summary>s</details>"},
       {"<", ">", "</", "/>", "<!--", "-->", "--!>", "<![CDATA[", "]]>", "\"", "'", "`", "=", "&", "&#", ";", "<table>", "</table>", "<td>", "<a href=", "</a>", "<p>", "</p>", "<b>", "<i>", "<svg>", "</svg>",
        "<math>", "<mtext>", "<mglyph>", "<style>", "</style>", "<title>", "<script>", "</script>", "<template>", "<select>", "<form>", "<noscript>", "<plaintext>", "<xmp>", "<textarea>", "<foreignObject>",
        "<pre>", "\n", "<caption>", "<colgroup>", "<col>", "<button>", "<nobr>", "<applet>", "<br>", "</br>", "<image>", "<isindex>", "<frameset>", "<body a=b>", "<html lang=x>", "<head>", "javascript:", "style=",
        " style=\"color:red;margin:0 auto\"", ">a text that is long enough<", ">it's a \"text\" that is long <", "&#xE000;aaa", "\xEE\x80\x80" "aab", "url(", "expression(", "/*", "*/", "\\", "position:fixed", "onerror=", "srcdoc=", std::string(1, '\0'), "\xff", "\xC2\xA0", "\xE2\x80\xAE", "\r"},
       [](std::string_view html) {
         const SafeHtml safe = sanitize_html(html);
         check_html(safe.html);
         EXPECT_TRUE(is_valid_utf8(html_to_text(html)));
       });
}

}  // namespace
}  // namespace parley::channels::email
