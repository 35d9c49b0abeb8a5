// Damaged mails against everything that reads them. Nothing may crash, throw or hang; pieces must cover the text in whole characters;
// a token nobody made is never accepted. PARLEY_FUZZ_INPUTS (20000) mutations for each target from PARLEY_FUZZ_SEED (1).
#include <gtest/gtest.h>

#include "../../unit/email_reading/corpus.h"
#include "base/crypto.h"
#include "base/text.h"
#include "channels/email/reading/address.h"
#include "channels/email/reading/authentication.h"
#include "channels/email/reading/bounce.h"
#include "channels/email/reading/forward.h"
#include "channels/email/reading/machine.h"
#include "channels/email/reading/reply_text.h"
#include "channels/email/reading/subject.h"
#include "channels/email/reading/threading.h"
#include "tests/fuzz/fuzz.h"

namespace parley::channels::email {
namespace {

/// Bytes that are not UTF-8 are replaced: the functions take text that was decoded before.
std::string as_utf8(std::string_view bytes) {
  std::string text;
  for (std::size_t at = 0; at < bytes.size();) {
    std::size_t size = 1;
    while (size <= 4 && (at + size > bytes.size() || !is_valid_utf8(bytes.substr(at, size)))) { ++size; }
    text += size <= 4 ? bytes.substr(at, size) : "?";
    at += size <= 4 ? size : 1;
  }
  return text;
}

template <class Target>
void fuzz(std::vector<std::string> corpus, std::vector<std::string> words, Target target) {
  parley::test::fuzz(std::move(corpus), std::move(words), target,
             {.patience = 2, .bytes_max = 16 * 1024, .damage = {.blows = 8, .length = 40, .run = 200, .splice = 200}});
}

std::vector<std::string> files(const std::string& folder, const std::string& extension) {
  std::vector<std::string> out;
  for (const auto& name : corpus_names(folder, extension)) { out.push_back(corpus_file(folder + "/" + name + extension)); }
  return out;
}

const std::vector<std::string> marks{">", "> ", "\n", "\n\n", "-- \n", "wrote:", "写道：", "On 2026-01-06 10:00 a@b.example", "From: a@b.example\n", "Subject: x\n", "-----Original Message-----\n",
                                     "________________________________\n", "发件人：", "\xC2\xA0", "\xE3\x80\x80", "＞", "Sent from my iPhone\n", "\r\n", std::string(1, '\0'), "\xF0\x9F\x98\x80", "\xE5"};

void expect_pieces(std::string_view text, const ReplyText& reply) {
  std::size_t at = 0;
  const bool is_text = is_valid_utf8(text);
  for (std::size_t i = 0; i < reply.pieces.size(); ++i) {
    const auto& piece = reply.pieces[i];
    ASSERT_EQ(piece.begin, at);
    ASSERT_LT(piece.begin, piece.end);
    ASSERT_LE(piece.end, text.size());
    if (is_text) { ASSERT_TRUE(is_valid_utf8(text.substr(piece.begin, piece.end - piece.begin))); }
    if (i > 0) { ASSERT_NE(piece.part, reply.pieces[i - 1].part); }
    at = piece.end;
  }
  ASSERT_EQ(at, text.size());
}

TEST(FuzzEmailReading, RepliesAreCoveredInWholeCharacters) {
  fuzz(files("reply", ".txt"), marks, [](std::string_view raw) {
    for (const std::string& text : {std::string(raw), as_utf8(raw)}) {
      for (const bool is_forward : {false, true}) {
        const auto reply = split_reply(text, {is_forward});
        expect_pieces(text, reply);
        if (!trim(text).empty()) { EXPECT_FALSE(reply.pieces.empty()); }
      }
    }
  });
}

TEST(FuzzEmailReading, HtmlRepliesAreCoveredInWholeCharacters) {
  fuzz(files("reply_html", ".html"),
       {"<div>", "</div>", "<blockquote type=\"cite\">", "</blockquote>", "<br>", "<!--", "-->", "<", ">", "\"", "<div class=\"gmail_quote\">", "<hr>", "&nbsp;", "&gt;", "<p>On 2026-01-06 10:00 a@b.example wrote:</p>",
        "<div id=\"divRplyFwdMsg\">", "<style>", "\xE5\x8F\x91", "\n"},
       [](std::string_view raw) {
         for (const std::string& html : {std::string(raw), as_utf8(raw)}) {
           const auto reply = split_reply_html(html);
           expect_pieces(html, reply);
           for (const auto part : {ReplyPart::visible, ReplyPart::quoted, ReplyPart::signature}) {
             const std::string alone = html_of(html, reply, part);
             if (is_valid_utf8(html)) { EXPECT_TRUE(is_valid_utf8(alone)); }
           }
         }
       });
}

TEST(FuzzEmailReading, AddressesAreDeliverableOrEmpty) {
  fuzz({"Li, Anna <anna@shop.example>, \"B, C\" <b@shop.example>; c@shop.example (C)", "Team: a@b.example, D <d@e.example>;, undisclosed-recipients:;", "李娜 <anna@例え.テスト>，王伟 <wei@qq.com>",
        "<@relay.example:anna@shop.example>", "\"a\\\"b\" <Anna.Li+x@GoogleMail.com>"},
       {"<", ">", "\"", "\\", "(", ")", ",", ";", ":", "@", "@@", ".", " ", "，", "\xE5", "xn--", "+", "[", "]", "mailto:", std::string(70, 'a'), std::string(1, '\0')}, [](std::string_view text) {
         for (const auto& entry : parse_addresses(text)) {
           EXPECT_FALSE(entry.name.empty() && entry.address.empty());
           if (entry.address.empty()) { continue; }
           EXPECT_EQ(normalise_address(entry.address), entry.address) << "normalising twice changes nothing";
           EXPECT_EQ(std::count(entry.address.begin(), entry.address.end(), '@'), 1);
           EXPECT_EQ(entry.address.find_first_of(" \r\n\t<>,;\""), std::string::npos) << "nothing that could break a header";
           EXPECT_EQ(address_key(address_key(entry.address)), address_key(entry.address));
           EXPECT_TRUE(is_valid_utf8(entry.address));
         }
       });
}

TEST(FuzzEmailReading, ForgedTokensAreNeverAccepted) {
  const std::vector<std::string> keys{std::string(32, 'k')};
  std::vector<std::string> good;
  for (const std::int64_t n : {std::int64_t{1}, std::int64_t{4711}, INT64_MAX}) {
    good.push_back(make_message_id(keys, {TicketId{n}, MessageId{n / 2}}, "shop.example"));
    good.push_back(make_reply_address(keys, {TicketId{n}, MessageId{n / 2}}, "support@shop.example"));
    good.push_back("Re: order " + make_subject_token(keys, TicketId{n}));
  }
  fuzz(good, {"a", "2", "7", "=", "@", "+", "<", ">", "p.", "[#", "-", "]", "A", "aaaaaaaa"}, [&](std::string_view text) {
    // What is accepted must be, but for case and surroundings, exactly what we would make ourselves.
    const std::string lower = to_lower_ascii(text);
    if (const auto token = read_message_id(keys, text)) { EXPECT_NE(lower.find(make_token(keys, TokenPurpose::message_id, *token)), std::string::npos); }
    if (const auto token = read_reply_address(keys, text)) { EXPECT_NE(lower.find("+" + make_token(keys, TokenPurpose::reply_address, *token) + "@"), std::string::npos); }
    if (const auto ticket = read_subject_token(keys, text)) { EXPECT_NE(lower.find(make_subject_token(keys, *ticket)), std::string::npos); }
    const std::vector<std::string> foreign{std::string(32, 'x')};
    EXPECT_FALSE(read_message_id(foreign, text));
    EXPECT_FALSE(read_reply_address(foreign, text));
    EXPECT_FALSE(read_subject_token(foreign, text));
  });
}

TEST(FuzzEmailReading, WholeMailsAreClassified) {
  const std::vector<std::string> keys{std::string(32, 'k')}, trusted{"mx.shop.example"};
  auto corpus = files("mail", ".mail");
  corpus.push_back("From: a@b.example\nAuthentication-Results: mx.shop.example; dkim=pass (x) header.d=b.example; dmarc=fail\nX-Spam-Status: No, score=1.2 required=5\n\nx\n");
  fuzz(corpus, {"\n", "550 5.1.1 ", "a@b.example", "<", ">:", "Final-Recipient: rfc822;", "Action: failed\n", "Status: 5.", "=== part message/delivery-status\n", "Message-ID: <x@y.example>\n", "收件人", "退信原因",
                "Subject: Fwd: x\n", "Auto-Submitted: auto-replied\n", ";", "(", "\"", "=", "---------- Forwarded message ---------\n"},
       [&](std::string_view text) {
         Mail mail;
         try {
           mail = read_mail(as_utf8(text));
         } catch (const std::runtime_error&) { return; }  // not in the form of the corpus any more
         const auto verdict = classify(mail);
         EXPECT_FALSE(verdict.may_answer && verdict.kind != MailKind::human);
         if (const auto bounce = read_bounce(mail)) {
           EXPECT_FALSE(bounce->recipients.empty());
           for (const auto& recipient : bounce->recipients) {
             EXPECT_TRUE(recipient.address.empty() || recipient.address.find('@') != std::string::npos);
             EXPECT_TRUE(is_valid_utf8(recipient.reason));
             EXPECT_FALSE(recipient.is_hard && recipient.state != DeliveryState::failed);
             if (recipient.state != DeliveryState::delivered) { EXPECT_FALSE(recipient.status.empty()); }
           }
         }
         if (const auto forward = find_forward(mail)) {
           EXPECT_LE(forward->begin, forward->body_begin);
           EXPECT_LE(forward->body_begin, mail.text.size());
           EXPECT_TRUE(is_valid_utf8(std::string_view(mail.text).substr(forward->body_begin)));
         }
         for (const auto& candidate : candidates(mail, keys)) { EXPECT_EQ(candidate.proof, ThreadProof::stored_id) << "none of these was made with our key"; }
         EXPECT_EQ(duplicate_key(mail).size(), 64U);
         (void)read_spam(mail);
         (void)sender_trust(mail, trusted);
         EXPECT_EQ(base_subject(base_subject(mail.subject)), base_subject(mail.subject));
       });
}

}  // namespace
}  // namespace parley::channels::email
