// Damaged sessions against the state machine. Whatever comes: replies are whole lines with codes, memory stays within the limits, no mail
// goes to strangers, an envelope holds nothing that could break a header, and how the bytes are cut makes no difference.
#include "tests/fuzz/fuzz.h"

#include "base/text.h"
#include "channels/email/smtp/smtp_path.h"
#include "tests/unit/email_smtp/dialogue.h"

namespace parley::channels::email::smtp {
namespace {

using Wants = SmtpSession::Wants;

SessionOptions small(bool is_lmtp) {
  SessionOptions options;
  options.is_lmtp = is_lmtp;
  options.offers_tls = true;
  options.message_max = 2'000;
  options.recipients_max = 5;
  return options;
}

const std::vector<std::string> sessions{
    "EHLO client.example\r\nMAIL FROM:<anna@client.example> SIZE=100 BODY=8BITMIME SMTPUTF8\r\nRCPT TO:<support@shop.example>\r\nDATA\r\nSubject: Hi\r\n\r\n..dots\r\n.\r\nQUIT\r\n",
    "LHLO client.example\r\nMAIL FROM:<>\r\nRCPT TO:<a@shop.example>\r\nRCPT TO:<b@shop.example>\r\nDATA\r\n.\r\nRSET\r\nQUIT\r\n",
    "HELO client.example\r\nMAIL FROM:<@relay.example:\"a b\"@client.example>\r\nRCPT TO:<postmaster>\r\nBDAT 5\r\nabc\r\nBDAT 4 LAST\r\n.\r\n\r\nNOOP\r\n",
    "EHLO c\r\nSTARTTLS\r\n", "EHLO c\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<nobody@shop.example>\r\nRCPT TO:<x@other.example>\r\nDATA\r\nVRFY a\r\nHELP\r\n"};

const std::vector<std::string> words{"\r\n", "\n", "\r", ".\r\n", "\r\n.\r\n", "\n.\n", "<", ">", "@", ":", "\"", "\\", " ", "MAIL FROM:<a@b.example>\r\n", "RCPT TO:<a@shop.example>\r\n", "DATA\r\n",
                                     "BDAT 10\r\n", "BDAT 3 LAST\r\nabc", "RSET\r\n", "EHLO x\r\n", "LHLO x\r\n", "STARTTLS\r\n", "SIZE=99999", std::string(1, '\0'), "\xff", "李", std::string(2100, 'x')};

void expect_replies(const std::string& heard) {
  std::size_t at = 0;
  while (at < heard.size()) {
    const std::size_t end = heard.find("\r\n", at);
    ASSERT_NE(end, std::string::npos);
    const std::string_view line = std::string_view(heard).substr(at, end - at);
    ASSERT_GE(line.size(), 4U);
    ASSERT_LE(line.size(), 510U);
    ASSERT_TRUE(line[0] >= '2' && line[0] <= '5' && (line[3] == ' ' || line[3] == '-')) << line;
    ASSERT_EQ(line.find_first_of("\r\n"), std::string_view::npos);
    at = end + 2;
  }
}

void expect_mail(const Envelope& envelope, const std::string& raw) {
  ASSERT_FALSE(envelope.recipients.empty());
  ASSERT_LE(envelope.recipients.size(), 5U);
  for (const auto& recipient : envelope.recipients) { EXPECT_TRUE(recipient == "postmaster" || recipient.ends_with("@shop.example")) << recipient; }
  EXPECT_LT(raw.size(), 2'000U + 3'000U);
  EXPECT_TRUE(raw.starts_with("Return-Path: <"));
  const std::string text = raw.substr(raw.find(" +0000\r\n"));
  for (std::size_t feed = text.find('\n'); feed != std::string::npos; feed = text.find('\n', feed + 1)) { ASSERT_EQ(text[feed - 1], '\r'); }
}

std::string hold_session(std::string_view bytes, bool is_lmtp, std::size_t piece, std::vector<std::string>& raws) {
  Dialogue dialogue(small(is_lmtp));
  std::string heard;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    heard += dialogue.say(bytes.substr(at, piece));
    EXPECT_LE(dialogue.session.held_bytes(), 20'000U);
  }
  for (std::size_t i = 0; i < dialogue.host.raws.size(); ++i) { expect_mail(dialogue.host.envelopes[i], dialogue.host.raws[i]); }
  raws = dialogue.host.raws;
  return heard;
}

TEST(FuzzEmailSmtp, SessionsStayWhole) {
  parley::test::fuzz(sessions, words, [](std::string_view bytes) {
    for (const bool is_lmtp : {false, true}) {
      std::vector<std::string> at_once, in_pieces;
      const std::string heard = hold_session(bytes, is_lmtp, bytes.size() + 1, at_once);
      expect_replies(heard);
      // But for STARTTLS, behind which nothing may come in the same piece.
      if (to_lower_ascii(bytes).find("starttls") != std::string::npos) { continue; }
      EXPECT_EQ(hold_session(bytes, is_lmtp, 1 + bytes.size() % 5, in_pieces), heard);
      EXPECT_EQ(in_pieces, at_once);
    }
  });
}

TEST(FuzzEmailSmtp, MailboxesAreFixedPoints) {
  parley::test::fuzz({"anna@shop.example", "\"a\\\"b c\"@shop.example", "@a.example,@b.example:anna@[IPv6:2001:db8::1]", "李娜@例え.example"},
                     {"\"", "\\", "@", ":", ".", "[", "]", " ", "<", ">", "xn--"}, [](std::string_view path) {
                       if (!is_valid_utf8(path) || std::any_of(path.begin(), path.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; })) { return; }
                       const auto mailbox = parse_mailbox(path);
                       if (!mailbox) { return; }
                       EXPECT_EQ(parse_mailbox(*mailbox), mailbox);
                       EXPECT_LE(mailbox->size(), 320U);
                     });
}

}  // namespace
}  // namespace parley::channels::email::smtp
