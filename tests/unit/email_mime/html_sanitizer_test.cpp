// What strangers put into HTML mail, and what may be left of it.
#include "channels/email/mime/html_sanitizer.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "tests/support/cpu_time.h"
#include "tests/unit/email_mime/markup_check.h"

namespace parley::channels::email {
namespace {

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  out.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) { out += text; }
  return out;
}

struct Vector {
  const char* name;
  std::string html;
  std::string safe;
};

void PrintTo(const Vector& vector, std::ostream* out) { *out << vector.html; }

class Sanitizer : public ::testing::TestWithParam<Vector> {};

TEST_P(Sanitizer, LeavesOnlyWhatIsSafe) {
  const SafeHtml result = sanitize_html(GetParam().html);
  EXPECT_EQ(result.html, GetParam().safe);
  EXPECT_EQ(test::markup_fault(result.html), "");
  EXPECT_EQ(sanitize_html(result.html).html, result.html);
}

const std::string link = R"( rel="noopener noreferrer nofollow" target="_blank">)";

const Vector vectors[] = {
    {"Script", "a<script>alert(1)</script>b", "ab"},
    {"ScriptUnclosed", "a<script>alert(1)", "a"},
    {"ScriptBrokenUp", "<scr<script>ipt>alert(1)</scr</script>ipt>", "ipt&gt;alert(1)ipt&gt;"},
    {"ScriptUpperCaseSlash", "<SCRIPT/XSS SRC=//x.example/x.js></SCRIPT>x", "x"},
    {"Handlers", "<p onclick=a() ONMOUSEOVER='b()' onfocus =c() style=color:red>x</p>", R"(<p style="color: red">x</p>)"},
    {"HandlerSlash", "<img/src=x/onerror=alert(1)>y", "y"},
    {"HandlerAfterQuote", R"(<img src="cid:a"onerror=alert(1)>)", R"(<img src="cid:a">)"},
    {"HandlerNewline", "<img src=cid:a\nonerror\n=\nalert(1)>", R"(<img src="cid:a">)"},
    {"Backtick", "<img src=`cid:a` onerror=alert(1)>z", "z"},
    {"JavascriptLink", "<a href=javascript:alert(1)>x</a>", "<a>x</a>"},
    {"JavascriptMixedCase", "<a href=JaVaScRiPt:alert(1)>x</a>", "<a>x</a>"},
    {"JavascriptEntities", "<a href='&#106;&#x61;va&Tab;script&colon;alert(1)'>x</a>", "<a>x</a>"},
    {"JavascriptLeadingControl", "<a href='\x01 javascript:alert(1)'>x</a>", "<a>x</a>"},
    {"JavascriptNewline", "<a href='java\nscript:alert(1)'>x</a>", "<a>x</a>"},
    {"VbscriptAndData", "<a href=vbscript:x>a</a><a href='data:text/html,<script>'>b</a>", "<a>a</a><a>b</a>"},
    {"RelativeLink", "<a href=/admin>a</a><a href=#x>b</a><a href='?q'>c</a>", "<a>a</a><a>b</a><a>c</a>"},
    {"SchemeRelative", "<a href='//x.example/a'>a</a>", "<a href=\"https://x.example/a\"" + link + "a</a>"},
    {"BackslashHost", "<a href='https:\\\\x.example'>a</a>", "<a>a</a>"},
    {"LinkKept", "<a href='https://x.example/?a=1&b=\"2\"' target=_top rel=opener>a</a>", "<a href=\"https://x.example/?a=1&amp;b=%222%22\"" + link + "a</a>"},
    {"MailtoAndTel", "<a href='MAILTO:a@b.example'>m</a><a href=tel:+86123>t</a>", "<a href=\"mailto:a@b.example\"" + link + "m</a><a href=\"tel:+86123\"" + link + "t</a>"},
    {"Frames", "<iframe src=//x></iframe><frame><object data=x><embed src=y></object>a", "a"},
    {"FormLosesItsFields", "<form action=//x><input name=p type=password>Name <button>ok</button><textarea>t</textarea><select><option>o</select></form>", "Name okt"},
    {"Meta", "<meta http-equiv=refresh content='0;url=//x'><base href=//x><link rel=stylesheet href=//x>a", "a"},
    {"StyleElement", "<style>@import url(//x);</style>a", "a"},
    {"Svg", "<svg><script>alert(1)</script><a xlink:href=javascript:x><text>a</text></a></svg>b", "b"},
    {"SvgForeignObject", "<svg><foreignObject><p onclick=x>inside</p></foreignObject></svg>b", "b"},
    {"MathStyleMutation", "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\"></table></mtext></math>x", "x"},
    {"FormMathMutation", "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>", ""},
    {"SvgStyleComment", "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">", ""},
    {"NoscriptMutation", "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">a", "<p title=\"&lt;/noscript&gt;&lt;img src=x onerror=alert(1)&gt;\">a</p>"},
    {"TitleMutation", "<svg><title><style><img title='</style><img src=x onerror=alert(1)>'></title></svg>a", "a"},
    {"CommentUnclosed", "a<!-- <img src=x onerror=alert(1)>", "a"},
    {"CommentShort", "a<!--><img src=x onerror=alert(1)>-->b", "a--&gt;b"},
    {"CommentBang", "a<!-- x --!><b>b</b>", "a<b>b</b>"},
    {"ConditionalComment", "<!--[if mso]><v:rect onclick=x><![endif]-->a<![if !mso]>b<![endif]>", "ab"},
    {"Cdata", "<![CDATA[<script>alert(1)</script>]]>a", "alert(1)]]&gt;a"},
    {"ProcessingInstruction", "<?xml version=1?><?php x ?>a", "a"},
    {"Xmp", "<xmp><b>a</b></xmp>", "&lt;b&gt;a&lt;/b&gt;"},
    {"Plaintext", "<plaintext><script>x", "&lt;script&gt;x"},
    {"Template", "<template><img src=x onerror=alert(1)></template>a", "a"},
    {"EntityStaysText", "&lt;script&gt;alert(1)&lt;/script&gt; &amp;lt;b&amp;gt;", "&lt;script&gt;alert(1)&lt;/script&gt; &amp;lt;b&amp;gt;"},
    {"AttributeBreakOut", "<p title='\"><script>alert(1)</script>'>x</p>", R"(<p title="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;">x</p>)"},
    {"NulBytes", std::string("<scr\0ipt>alert(1)</scr\0ipt>a", 29), "alert(1)a"},
    {"InvalidUtf8", "\xC3<img src=cid:a \xE4\xBD>b", "\xEF\xBF\xBD<img src=\"cid:a\">b"},
    {"DuplicateAttribute", "<a href=https://good.example href=javascript:x>a</a>", "<a href=\"https://good.example\"" + link + "a</a>"},
    {"FakeRemoteSource", "<img data-remote-src='javascript:x'><img data-remote-src='cid:x' alt=z>", "z"},
    {"SourceSet", "<img src=cid:a srcset='//x 2x' lowsrc=//x dynsrc=//x>", R"(<img src="cid:a">)"},
    {"PictureSource", "<picture><source srcset=//x><img src=cid:a></picture><video poster=//x><source src=//y></video>", R"(<img src="cid:a">)"},
    {"DataPicture", "<img src='data:image/png;base64,AAAA'><img src='data:image/svg+xml;base64,AAAA' alt=s><img src='data:text/html;base64,AAAA'>", R"(<img src="data:image/png;base64,AAAA">s)"},
    {"ImageTag", "<image src=x onerror=alert(1)>a", "a"},
    {"StyleUrl", "<p style=\"background:url(//x);color:red;background-image:url('//y')\">a</p>", R"(<p style="color: red">a</p>)"},
    {"StyleExpression", "<p style='width:expression(alert(1));height:1px'>a</p>", R"(<p style="height: 1px">a</p>)"},
    {"StyleCommentInside", "<p style='width:exp/**/ression(alert(1));b/**/order:1px'>a</p>", R"(<p style="border: 1px">a</p>)"},
    {"StyleEscapes", "<p style='b\\61 ckground:u\\72l(//x);color:r\\65 d'>a</p>", "<p>a</p>"},
    {"StylePosition", "<p style='position:fixed;top:0;left:0;z-index:9;transform:none;width:5px'>a</p>", R"(<p style="width: 5px">a</p>)"},
    {"StyleBehaviour", "<p style='behavior:url(x);-moz-binding:url(y);filter:x;--a:b;content:\"x\";cursor:url(z)'>a</p>", "<p>a</p>"},
    {"StyleQuotedFont", "<p style='font-family:\"Microsoft YaHei\",微软雅黑;margin:-50px'>a</p>", R"(<p style="font-family: &quot;Microsoft YaHei&quot;,微软雅黑">a</p>)"},
    {"StyleUnclosedString", "<p style='color:\"red;background:url(//x)'>a</p>", "<p>a</p>"},
    {"StyleFunctionInString", "<p style=\"font-family:'url(a';color:red\">a</p>", R"(<p style="color: red">a</p>)"},
    {"StyleImageSet", "<p style='background:image-set(\"//x\" 1x);background:-webkit-image-set(x);color:var(--x);width:calc(1px)'>a</p>", "<p>a</p>"},
    {"QuoteClass", "<div class='gmail_quote evil'><blockquote type=cite id=x>q</blockquote></div><div id=divRplyFwdMsg>r</div>",
     R"(<div class="gmail_quote"><blockquote type="cite">q</blockquote></div><div class="divRplyFwdMsg">r</div>)"},
    {"QuoteMarks", "<div id=x_divRplyFwdMsg>a</div><div id=x_appendonsend></div><div id=yahoo_quoted_17 class='ydp1yahoo_quoted other'>b</div><div id=mail-editor-reference-message-container>c</div>",
     R"(<div class="x_divRplyFwdMsg">a</div><div class="x_appendonsend"></div><div class="yahoo_quoted_17">b</div><div class="mail-editor-reference-message-container">c</div>)"},
    {"QuoteMarkTooLong", "<div class='yahoo_quoted" + repeated("x", 80) + "'>a</div>", "<div>a</div>"},
    {"QuoteContainerOfQq", "<div>a</div><includetail onclick=x><div>b</div></includetail>", R"(<div>a</div><div class="includetail"><div>b</div></div>)"},
    {"BodyColours", "<body bgcolor=#ffffff style='color:black' onload=x>a</body>", R"(<div bgcolor="#ffffff" style="color: black">a</div>)"},
    {"UnclosedEverything", "<div><b><i>a<table><tr><td>b", "<div><b><i>a<table><tbody><tr><td>b</td></tr></tbody></table></i></b></div>"},
    {"StrayEnds", "</div></p></table></body></html>a</b>", "a"},
    {"PreNewline", "<pre>\n\nx</pre>", "<pre>\n\nx</pre>"},
    {"OutlookParagraph", "<p class=MsoNormal><o:p>&nbsp;</o:p></p>", "<p>&nbsp;</p>"},
    {"UnicodeLineSeparators", "a\xE2\x80\xA8" "b", "a\xE2\x80\xA8" "b"},
    {"Frameset", "<frameset><frame src=//x></frameset>", ""},
    {"Marquee", "<marquee onstart=x>a</marquee><blink>b</blink>", "ab"},
    {"DetailsToggle", "<details open ontoggle=alert(1)><summary>s</summary>x</details>", R"(<details open=""><summary>s</summary>x</details>)"},
    {"Isindex", "<isindex action=javascript:x prompt=p>a", "<hr>p<hr>a"},
    {"NestedTables", "<table><tr><td><table><td>x</table></table>", "<table><tbody><tr><td><table><tbody><tr><td>x</td></tr></tbody></table></td></tr></tbody></table>"},
};

INSTANTIATE_TEST_SUITE_P(Html, Sanitizer, ::testing::ValuesIn(vectors), [](const auto& each) { return std::string(each.param.name); });

TEST(SanitizerImages, RemoteOnesWaitAndPixelsGo) {
  const SafeHtml result = sanitize_html(
      "<img src=https://x.example/a.png width=300 alt=A><img src='//y.example/b.png'><img src=http://t.example/p.gif width=1 height=1>"
      "<img src=http://t.example/q style='display:none'><img src=http://t.example/r style='width:1px;height:1px'><td background=http://x.example/bg.png>"
      "<img src=cid:one%40x><img src='cid:two'>");
  EXPECT_EQ(result.remote_images, 2U);
  EXPECT_EQ(result.tracking_pixels, 3U);
  EXPECT_EQ(result.content_ids, (std::vector<std::string>{"one@x", "two"}));
  EXPECT_EQ(result.html,
            R"(<img data-remote-src="https://x.example/a.png" width="300" alt="A"><img data-remote-src="https://y.example/b.png"><img src="cid:one%40x"><img src="cid:two">)");
  EXPECT_FALSE(result.sets_colors);
  EXPECT_EQ(sanitize_html(result.html).remote_images, 2U);
}

TEST(SanitizerImages, WideRulersAreNoPixels) { EXPECT_EQ(sanitize_html("<img src=http://x.example/line.gif width=600 height=1>").tracking_pixels, 0U); }

TEST(SanitizerColours, AreTold) {
  EXPECT_TRUE(sanitize_html("<font color=red>a</font>").sets_colors);
  EXPECT_TRUE(sanitize_html("<p style='background:#fff'>a</p>").sets_colors);
  EXPECT_FALSE(sanitize_html("<p style='margin:0'>a</p>").sets_colors);
}

/// What hostile markup costs, in CPU time of this thread: other work on the machine does not count.
TEST(SanitizerBounds, HostileMarkupEndsSoonAndSafely) {
  std::string distinct;
  for (int i = 0; i < 50'000; ++i) { distinct += "<font a" + std::to_string(i) + ">"; }
  const std::string inputs[] = {
      repeated("<b>", 600'000), repeated("<div>", 400'000) + "x", repeated("<table><td>", 100'000), distinct + repeated("<p>x", 50'000), repeated("<a href=x>", 100'000),
      repeated("<i></p>", 100'000), repeated("<svg><foreignObject>", 50'000), repeated("<", 1'000'000), repeated("&", 1'000'000), repeated("<a b='", 200'000),
      repeated("<!--", 300'000), "<p style='" + repeated("(", 1'000'000) + "'>x", "<p " + repeated("a=b ", 300'000) + ">x", repeated("<select><table>", 80'000), repeated("\xE4\xBD", 600'000)};
  for (const auto& input : inputs) {
    const double began = parley::test::cpu_seconds();
    const SafeHtml result = sanitize_html(input);
    EXPECT_LT(parley::test::cpu_seconds() - began, 12.0) << input.substr(0, 60);
    EXPECT_EQ(test::markup_fault(result.html), "") << input.substr(0, 60);
    EXPECT_LE(result.html.size(), HtmlLimits{}.output_max + 1'000);
  }
}

TEST(SanitizerBounds, ACharacterReferenceBeyondAllNumbersIsNoCharacter) {
  const SafeHtml safe = sanitize_html("<p>a&#" + std::string(75, '6') + ";b</p>");
  EXPECT_EQ(safe.html, "<p>a\xEF\xBF\xBD" "b</p>");
}

TEST(SanitizerBounds, DeepTextStaysVisible) {
  const SafeHtml result = sanitize_html(repeated("<div>", 1'000) + "deep words" + repeated("</div>", 1'000));
  EXPECT_NE(result.html.find("deep words"), std::string::npos);
  EXPECT_EQ(test::markup_fault(result.html), "");
  HtmlLimits small;
  small.memory_max = 10'000;
  const SafeHtml reduced = sanitize_html("<p>one &amp; <b>two</b><script>x</script></p><img src=x onerror=y>" + repeated("<i>z", 1'000), small);
  EXPECT_TRUE(reduced.is_reduced);
  EXPECT_EQ(reduced.html.rfind("one", 0), 0U) << reduced.html.substr(0, 100);
  EXPECT_EQ(test::markup_fault(reduced.html), "");
}

}  // namespace
}  // namespace parley::channels::email
