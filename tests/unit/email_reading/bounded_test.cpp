// A megabyte of the worst: nothing may take more than linear time. The deadline is generous for a busy machine; quadratic work would need minutes.
#include <gtest/gtest.h>

#include "base/text.h"
#include "channels/email/reading/address.h"
#include "channels/email/reading/authentication.h"
#include "channels/email/reading/bounce.h"
#include "channels/email/reading/forward.h"
#include "channels/email/reading/machine.h"
#include "channels/email/reading/reply_text.h"
#include "channels/email/reading/subject.h"
#include "channels/email/reading/threading.h"
#include "tests/support/cpu_time.h"

namespace parley::channels::email {
namespace {

std::string repeat(std::string_view piece, std::size_t size = 1 << 20) {
  std::string out;
  while (out.size() < size) { out += piece; }
  return out;
}

std::string name_of(std::string_view piece) { return std::string(piece.substr(0, 40)); }

const std::vector<std::string> pieces{
    ">", ">\n", "> \n\n", "\n", " ", ",", ";", "<", "<a@b", "a@b.example,", "\"", "\"\\", "(", "()", ":", "a:", "a:\n", "@", "a@", "From: a\n", "From: a@b.example\nTo: b@c.example\n",
    "-- \n", "--\nx\n", "-----\n", "-----\nabc\n", "_____\n\n", "-----Original Message-----\n", "On 2026-01-01 10:00 a@b.example\n", "wrote:\n", "On 1/1/2026, x wrote:\n\n", "写道：\n",
    "a\n> b\n", "Sent from my iPhone\n", "a 5.1.1 ", "550 ", "a@b.example\n", "<a@b.example>:\n", "message-id ", "message-id: <", "[#1-aaaaaaaaaa]", "[#", "Re:", "发件人：", "\xE3\x80\x80", "\xC2\xA0\n",
    "<div>", "</div>", "<div class=\"gmail_quote\">", "<div class=\"gmail_quote\">x<blockquote>y</blockquote>", "<blockquote type=cite>", "<blockquote>a</blockquote>b", "<!--", "<a href=\"", "&", "&nbsp;",
    "<br>", "<hr>", "<div id=appendonsend></div>", "<div style=\"border-top:solid\">", "<b>x</b>", "<style>", "<p>On 2026-01-01 10:00 a@b.example wrote:</p>", "<includetail>", "=", "(;", "dkim=pass;",
};

template <class Work>
void in_time(std::string_view what, std::string_view piece, Work work) {
  const double began = parley::test::cpu_seconds();
  work();
  EXPECT_LT(parley::test::cpu_seconds() - began, 5.0) << what << " of " << name_of(piece);
}

TEST(Bounded, AMegabyteOfAnything) {
  const std::vector<std::string> token_keys{std::string(32, 'k')};
  for (const auto& piece : pieces) {
    const std::string text = repeat(piece);
    in_time("reply", piece, [&] { (void)split_reply(text); });
    in_time("html", piece, [&] { const auto reply = split_reply_html(text); (void)html_of(text, reply, ReplyPart::visible); });
    in_time("addresses", piece, [&] { EXPECT_LE(parse_addresses(text).size(), 500U); });
    in_time("address", piece, [&] { (void)normalise_address(text), (void)address_key(text), (void)domain_to_ascii(text); });
    in_time("token", piece, [&] { (void)read_message_id(token_keys, text), (void)read_reply_address(token_keys, text), (void)read_subject_token(token_keys, text); });
    in_time("subject", piece, [&] { (void)base_subject(text); });
  }
}

TEST(Bounded, AMailOfAnything) {
  const std::vector<std::string> token_keys{std::string(32, 'k')}, servers{"mx.shop.example"};
  for (const auto& piece : pieces) {
    Mail mail;
    mail.from = {{"", "mailer-daemon@mx.example"}};
    mail.subject = "Undeliverable: x";
    mail.text = "This is the mail system at host mx.\n" + repeat(piece);
    mail.parts = {{"message/delivery-status", "", "", false, "Reporting-MTA: dns; x\n\n" + repeat(piece)}, {"message/rfc822", "", "", false, repeat(piece)}};
    mail.headers = {{"Authentication-Results", "mx.shop.example; " + repeat(piece, 1 << 16)}, {"X-Spam-Status", repeat(piece, 1 << 16)}, {"Delivered-To", repeat(piece, 1 << 16)},
                    {"Content-Type", "multipart/report; report-type=delivery-status"}};
    in_time("mail", piece, [&] {
      (void)classify(mail);
      (void)read_bounce(mail);
      (void)candidates(mail, token_keys);
      (void)duplicate_key(mail);
      (void)read_spam(mail);
      (void)sender_trust(mail, servers);
      mail.headers.clear();
      mail.parts.erase(mail.parts.begin());
      (void)find_forward(mail);
    });
  }
}

}  // namespace
}  // namespace parley::channels::email
