// What an agent wrote survives mail programs, and what comes back from them can be told apart again.
#include "channels/email/sending/mail_html.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "channels/email/mime/html_sanitizer.h"
#include "channels/email/mime/html_to_text.h"
#include "channels/email/mime/mail_parser.h"
#include "channels/email/reading/reply_text.h"
#include "channels/email/sending/mail_writer.h"

namespace parley::channels::email {
namespace {

bool contains(std::string_view text, std::string_view piece) { return text.find(piece) != std::string_view::npos; }

QuotedMail question(std::string html = "<p>Where is my <b>order</b>?</p>") {
  QuotedMail quote;
  quote.author = {"Anna Berg", "anna@customer.example"};
  quote.at = from_ms(1'795'353'420'000);
  quote.utc_offset = std::chrono::minutes(480);
  quote.html = std::move(html);
  return quote;
}
Composition answer(std::string locale) {
  Composition out;
  out.html = "<p>Dear Anna,</p><p>it is on its <b>way</b>.</p>";
  out.signature_html = "<p>Ben<br>Demo Shop</p>";
  out.quote = question();
  out.locale = std::move(locale);
  return out;
}
std::string shown_part(std::string_view html, ReplyPart part) { return html_to_text(html_of(html, split_reply_html(html), part)); }

TEST(ComposeBody, IsADocumentWithStylesAtItsElements) {
  const MailBody body = compose_body(answer("zh-CN"));
  EXPECT_TRUE(body.html.starts_with("<!DOCTYPE html>\n<html lang=\"zh-CN\">"));
  EXPECT_TRUE(contains(body.html, "Microsoft YaHei"));
  EXPECT_TRUE(contains(body.html, "<p style=\"margin-top:0;margin-bottom:1em\">Dear Anna,</p>"));
  EXPECT_FALSE(contains(body.html, "<style"));
  EXPECT_TRUE(sanitize_html(body.html).html.find("Dear Anna") != std::string::npos);
}

TEST(ComposeBody, TextHasSignatureAndQuotedHistory) {
  EXPECT_EQ(compose_body(answer("en")).text,
            "Dear Anna,\n\nit is on its way.\n\n-- \nBen\nDemo Shop\n\nOn 22 Nov 2026, 21:17, Anna Berg <anna@customer.example> wrote:\n> Where is my order?");
  EXPECT_TRUE(contains(compose_body(answer("zh-CN")).text, "在 2026年11月22日 21:17，Anna Berg <anna@customer.example> 写道：\n> Where is my order?"));
}

TEST(ComposeBody, TextAloneBecomesHtml) {
  Composition composition;
  composition.text = "a < b\nsecond  line & <script>";
  const MailBody body = compose_body(composition);
  EXPECT_TRUE(contains(body.html, "<div>a &lt; b<br>second&nbsp; line &amp; &lt;script&gt;</div>"));
  EXPECT_EQ(body.text, composition.text);
}

TEST(ComposeBody, HostileMarkupIsGoneEvenWhenNobodyCleanedItBefore) {
  Composition composition;
  composition.html = "<p onclick=x>a</p><script>alert(1)</script><img src=x onerror=y><a href='javascript:x'>b</a>";
  composition.quote = question("<b>c</b><iframe src=//evil></iframe><p title='\"><script>'>d</p>");
  composition.quote->author.name = "<script>\"Eve\"\r\n";
  const MailBody body = compose_body(composition);
  for (const char* const evil : {"<script", "onclick", "onerror", "javascript:", "<iframe"}) { EXPECT_FALSE(contains(body.html, evil)) << evil; }
}

TEST(ComposeBody, PicturesOfTheMessageTravelThoseOfTheQuoteDoNot) {
  Composition composition;
  composition.html = "<p>See</p><img src=\"cid:new@shop.example\" style=\"width: 200px\"><img src=\"https://shop.example/logo.png\">";
  composition.quote = question("<p>old</p><img src=\"cid:old@x\" alt=\"photo\"><img src=\"https://customer.example/p.png\">");
  const MailBody body = compose_body(composition);
  EXPECT_EQ(body.content_ids, std::vector<std::string>{"new@shop.example"});
  EXPECT_TRUE(contains(body.html, "style=\"max-width:100%;height:auto;border:0; width: 200px\""));
  EXPECT_TRUE(contains(body.html, "<img style=\"max-width:100%;height:auto;border:0\" src=\"https://shop.example/logo.png\""));
  EXPECT_FALSE(contains(body.html, "cid:old@x"));
  EXPECT_TRUE(contains(body.html, "[photo]"));
  EXPECT_TRUE(contains(body.html, " src=\"https://customer.example/p.png\""));
}

TEST(ComposeBody, LongHistoryIsCut) {
  Composition composition;
  composition.text = "short";
  std::string html;
  for (int i = 0; i < 40'000; ++i) { html += "<p>again</p>"; }
  composition.quote = question(html);
  const MailBody body = compose_body(composition);
  EXPECT_LT(body.html.size(), 2 * quote_bytes_max);
  EXPECT_LT(body.text.size(), 2 * quote_bytes_max);
  EXPECT_TRUE(contains(body.text, "[…]"));
}

TEST(ComposeBody, OurOwnMailComesApartIntoItsPieces) {
  for (const char* const locale : {"en", "zh-CN"}) {
    OutgoingMail mail;
    const MailBody body = compose_body(answer(locale));
    mail.from = {"Shop", "support@shop.example"};
    mail.to = {{"", "anna@customer.example"}};
    mail.message_id = "m@shop.example";
    mail.text = body.text;
    mail.html = body.html;
    const Mail read = parse_mail(write_mail(mail)->raw);
    EXPECT_EQ(shown_part(read.html, ReplyPart::visible), "Dear Anna,\n\nit is on its way.") << locale;
    EXPECT_TRUE(contains(shown_part(read.html, ReplyPart::signature), "Demo Shop")) << locale;
    EXPECT_TRUE(contains(shown_part(read.html, ReplyPart::quoted), "Where is my order?")) << locale;
    const auto split = split_reply(read.text);
    EXPECT_EQ(text_of(read.text, split, ReplyPart::visible), "Dear Anna,\n\nit is on its way.");
    EXPECT_TRUE(contains(text_of(read.text, split, ReplyPart::signature), "Demo Shop"));
    EXPECT_TRUE(contains(text_of(read.text, split, ReplyPart::quoted), "Where is my order?"));
  }
}

/// How programs wrap what they answer to.
std::vector<std::string> answers_to(const std::string& html) {
  return {
      "<div>Thank you!</div><br><div class=\"gmail_quote\"><div class=\"gmail_attr\">On Sun, Nov 22, 2026 at 9:20 PM Shop &lt;support@shop.example&gt; wrote:<br></div><blockquote class=\"gmail_quote\">" + html + "</blockquote></div>",
      "<div>Thank you!</div><div><br><blockquote type=\"cite\"><div>On 22 Nov 2026, at 21:20, Shop &lt;support@shop.example&gt; wrote:</div><br>" + html + "</blockquote></div>",
      "<div>Thank you!</div><div id=\"appendonsend\"></div><hr><div id=\"divRplyFwdMsg\"><b>From:</b> Shop &lt;support@shop.example&gt;<br><b>Sent:</b> Sunday, November 22, 2026 9:20 PM<br><b>To:</b> Anna<br><b>Subject:</b> Re: Order</div>" + html,
      "<div>Thank you!</div><div>------------------&nbsp;原始邮件&nbsp;------------------</div><div><b>发件人:</b> \"Shop\" &lt;support@shop.example&gt;;<br><b>发送时间:</b> 2026年11月22日 21:20<br><b>收件人:</b> \"Anna\";<br><b>主题:</b> Re: Order</div>" + html,
      "<div>Thank you!</div><p>在 2026-11-22 21:20:00，\"Shop\" &lt;support@shop.example&gt; 写道：</p><blockquote id=\"isReplyContent\">" + html + "</blockquote>",
      "<div>Thank you!</div><div>On 11/22/26 21:20, Shop &lt;support@shop.example&gt; wrote:<br></div><blockquote type=\"cite\">" + html + "</blockquote>",
  };
}

TEST(ComposeBody, AnAnswerThatQuotesOurMailIsTrimmedToTheAnswer) {
  for (const char* const locale : {"en", "zh-CN"}) {
    const std::string ours = compose_body(answer(locale)).html;
    for (const std::string& reply : answers_to(ours)) {
      const std::string safe = sanitize_html(reply).html;
      EXPECT_EQ(shown_part(safe, ReplyPart::visible), "Thank you!") << locale << "\n" << safe;
    }
    std::string plain = "Thank you!\n\nOn 22 Nov 2026, at 21:20, Shop <support@shop.example> wrote:\n\n";
    const std::string text = compose_body(answer(locale)).text;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      plain += "> " + text.substr(at, end - at) + "\n";
      at = end + 1;
    }
    EXPECT_EQ(text_of(plain, split_reply(plain), ReplyPart::visible), "Thank you!");
  }
}

TEST(FillVariables, ValuesAreEscapedInHtmlOnly) {
  const std::map<std::string, std::string, std::less<>> values{{"agent.name", "Ben <b> & \"Co\""}, {"inbox.name", "{{agent.name}}"}};
  EXPECT_EQ(fill_variables("<p>{{agent.name}}</p>", values, TextKind::html), "<p>Ben &lt;b&gt; &amp; &quot;Co&quot;</p>");
  EXPECT_EQ(fill_variables("{{ agent.name }}!", values, TextKind::plain), "Ben <b> & \"Co\"!");
  EXPECT_EQ(fill_variables("{{inbox.name}}", values, TextKind::plain), "{{agent.name}}");  // values are not templates
  EXPECT_EQ(fill_variables("a{{agent.phone}}b", values, TextKind::plain), "ab");
  EXPECT_EQ(fill_variables("{{ {{agent.name}} {{}} {{A}} {{agent", values, TextKind::plain), "{{ Ben <b> & \"Co\" {{}} {{A}} {{agent");
}

}  // namespace
}  // namespace parley::channels::email
