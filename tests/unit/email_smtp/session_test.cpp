#include "tests/unit/email_smtp/dialogue.h"

namespace parley::channels::email::smtp {
namespace {

using Wants = SmtpSession::Wants;

TEST(SmtpSession, KeepsTheEnvelopeAndTheBytes) {
  Dialogue dialogue;
  begin_mail(dialogue);
  dialogue.say("Subject: Hi\r\n\r\n..dotted \xff line\r\n.\r\n");
  ASSERT_EQ(dialogue.host.envelopes.size(), 1U);
  const auto& envelope = dialogue.host.envelopes.front();
  EXPECT_EQ(envelope.mail_from, "anna@client.example");
  EXPECT_EQ(envelope.recipients, std::vector<std::string>{"support@shop.example"});
  EXPECT_EQ(envelope.helo, "client.example");
  EXPECT_EQ(envelope.remote_address, "192.0.2.1");
  EXPECT_FALSE(envelope.is_tls || envelope.is_utf8 || envelope.is_lmtp);
  EXPECT_TRUE(dialogue.host.raws.front().starts_with("Return-Path: <anna@client.example>\r\nReceived: from client.example ([192.0.2.1])"));
  EXPECT_EQ(dialogue.text(), "Subject: Hi\r\n\r\n.dotted \xff line\r\n");
}

TEST(SmtpSession, WholeBatchesOfPipelinedMails) {
  Dialogue dialogue;
  std::string batch = "EHLO client.example\r\n";
  for (int i = 0; i < 50; ++i) { batch += "MAIL FROM:<>\r\nRCPT TO:<a@shop.example>\r\nDATA\r\n" + std::to_string(i) + "\r\n.\r\n"; }
  const std::string heard = dialogue.say(batch);
  EXPECT_EQ(dialogue.host.raws.size(), 50U);
  EXPECT_TRUE(dialogue.host.raws[49].ends_with("\r\n49\r\n"));
  EXPECT_TRUE(heard.ends_with("354 End with a line that is a single dot\r\n250 2.0.0 kept\r\n"));
  EXPECT_EQ(dialogue.session.counts().mails_kept, 50U);
}

TEST(SmtpSession, WorstAnswerSpeaksForAllRecipients) {
  const struct {
    std::vector<Answer> answers;
    const char* heard;
  } cases[] = {
      {{{250, "2.0.0", "kept as 7"}, {250, "2.0.0", "kept"}}, "250 2.0.0 kept as 7\r\n"},
      {{{250, "2.0.0", "kept"}, {550, "5.2.1", "closed"}}, "550 5.2.1 closed\r\n"},
      {{{550, "5.2.1", "closed"}, {451, "4.3.0", "later"}}, "451 4.3.0 later\r\n"},
      {{{250, "2.0.0", "kept"}}, "451 4.3.0 "},                                    // one is missing
      {{{250, "2.0.0", "kept"}, {99, "", "x"}}, "451 4.3.0 "},                     // no such code
      {{{354, "", "go on"}, {250, "2.0.0", "kept"}}, "451 4.3.0 "},
      {{{250, "5.1.1", "a\r\n550 b"}, {250, "2.0.0", "kept"}}, "250 2.0.0 a  550 b\r\n"},  // a reply is one line, its codes agree
  };
  for (const auto& [answers, heard] : cases) {
    Dialogue dialogue;
    dialogue.host.answers = answers;
    dialogue.say("HELO c\r\nMAIL FROM:<>\r\nRCPT TO:<a@shop.example>\r\nRCPT TO:<b@shop.example>\r\nDATA\r\n");
    const std::string answer = dialogue.say("x\r\n.\r\n");
    EXPECT_TRUE(answer.starts_with(heard)) << answer << " instead of " << heard;
  }
}

TEST(SmtpSession, BigMessageIsReadFreedAndRefused) {
  SessionOptions options;
  options.message_max = 10'000;
  Dialogue dialogue(options);
  begin_mail(dialogue);
  EXPECT_EQ(dialogue.say(std::string(15'000, 'x')), "");
  EXPECT_EQ(dialogue.session.held_bytes(), 0U);
  EXPECT_EQ(dialogue.say("\r\n.\r\n"), "552 5.3.4 The message is too big\r\n");
  EXPECT_TRUE(dialogue.host.raws.empty());
  EXPECT_TRUE(begin_mail(dialogue).ends_with("354 End with a line that is a single dot\r\n"));
  EXPECT_EQ(dialogue.say(std::string(9'998, 'x') + "\r\n.\r\n"), "250 2.0.0 kept\r\n");
}

TEST(SmtpSession, MessageWithoutAnEndEndsTheSession) {
  SessionOptions options;
  options.message_max = 10'000;
  Dialogue dialogue(options);
  begin_mail(dialogue);
  std::string heard;
  for (int i = 0; i < 100; ++i) { heard += dialogue.say(std::string(1'000, 'x')); }
  EXPECT_EQ(heard, "552 5.3.4 The message is far too big\r\n");
  EXPECT_EQ(dialogue.session.wants(), Wants::end);
}

TEST(SmtpSession, BigChunksAreRefusedAtOnceOrSkipped) {
  SessionOptions options;
  options.message_max = 100;
  Dialogue dialogue(options);
  dialogue.say("EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<a@shop.example>\r\n");
  EXPECT_EQ(dialogue.say("BDAT 150\r\n" + std::string(150, 'x')), "552 5.3.4 The message is too big\r\n");
  EXPECT_EQ(dialogue.say("BDAT 5 LAST\r\nabcde"), "503 5.5.1 MAIL first\r\n");
  EXPECT_TRUE(dialogue.host.raws.empty());
  EXPECT_EQ(dialogue.say("RSET\r\n"), "250 2.0.0 Forgotten\r\n");
  EXPECT_EQ(dialogue.say("BDAT 99999999999999999999999\r\n").substr(0, 3), "501");
  EXPECT_EQ(dialogue.session.wants(), Wants::end);
  Dialogue other(options);
  other.say("");
  EXPECT_EQ(other.say("BDAT 999999999999\r\n").substr(0, 3), "552");
  EXPECT_EQ(other.session.wants(), Wants::end);
}

TEST(SmtpSession, TlsForgetsWhatWasSaidBefore) {
  SessionOptions options;
  options.offers_tls = true;
  Dialogue dialogue(options);
  EXPECT_NE(dialogue.say("EHLO client.example\r\n").find("250-STARTTLS\r\n"), std::string::npos);
  EXPECT_EQ(dialogue.say("MAIL FROM:<a@b.example>\r\nSTARTTLS now\r\n"), "250 2.1.0 Sender ok\r\n501 5.5.4 STARTTLS stands alone\r\n");
  EXPECT_EQ(dialogue.say("STARTTLS\r\n"), "220 2.0.0 Go ahead\r\n");
  EXPECT_EQ(dialogue.say("RCPT TO:<a@shop.example>\r\n").substr(0, 3), "503");
  EXPECT_EQ(dialogue.say("MAIL FROM:<>\r\n").substr(0, 3), "503") << "the greeting is forgotten too";
  EXPECT_EQ(dialogue.say("EHLO client.example\r\n").find("STARTTLS"), std::string::npos);
  EXPECT_EQ(dialogue.say("STARTTLS\r\n").substr(0, 3), "503");
  dialogue.say("MAIL FROM:<>\r\nRCPT TO:<a@shop.example>\r\nDATA\r\nx\r\n.\r\n");
  ASSERT_EQ(dialogue.host.envelopes.size(), 1U);
  EXPECT_TRUE(dialogue.host.envelopes[0].is_tls);
}

TEST(SmtpSession, CommandsBehindStartTlsAreRefused) {
  SessionOptions options;
  options.offers_tls = true;
  Dialogue dialogue(options);
  dialogue.say("EHLO client.example\r\n");
  EXPECT_EQ(dialogue.say("STARTTLS\r\nMAIL FROM:<attacker@evil.example>\r\n"), "554 5.5.1 Commands after STARTTLS\r\n");
  EXPECT_EQ(dialogue.session.wants(), Wants::end);
}

TEST(SmtpSession, TlsWhereNoneIsSpoken) {
  Dialogue dialogue;
  dialogue.say("");
  EXPECT_EQ(dialogue.say(std::string_view("\x16\x03\x01\x02\x00\x01", 6)).substr(0, 3), "554");
  EXPECT_EQ(dialogue.session.wants(), Wants::end);
}

TEST(SmtpSession, LongLinesAreSkipped) {
  Dialogue dialogue;
  dialogue.say("");
  EXPECT_EQ(dialogue.say("NOOP " + std::string(2'042, 'x') + "\r\n"), "250 2.0.0 Ok\r\n");
  EXPECT_EQ(dialogue.say("NOOP " + std::string(2'043, 'x') + "\r\nNOOP\r\n"), "500 5.5.2 Line too long\r\n250 2.0.0 Ok\r\n");
  EXPECT_EQ(dialogue.say(std::string(100'000, 'x')), "500 5.5.2 This line does not end\r\n");
  EXPECT_EQ(dialogue.session.wants(), Wants::end);
}

TEST(SmtpSession, TooManyRecipientsAreForAnotherTime) {
  Dialogue dialogue;
  dialogue.say("HELO c\r\nMAIL FROM:<>\r\n");
  for (int i = 0; i < 100; ++i) { EXPECT_EQ(dialogue.say("RCPT TO:<a" + std::to_string(i) + "@shop.example>\r\n").substr(0, 3), "250"); }
  EXPECT_EQ(dialogue.say("RCPT TO:<b@shop.example>\r\n"), "452 4.5.3 Too many recipients\r\n");
  EXPECT_EQ(dialogue.say("DATA\r\nx\r\n.\r\n").substr(0, 3), "354");
  EXPECT_EQ(dialogue.host.envelopes[0].recipients.size(), 100U);
}

TEST(SmtpSession, ErrorsAndIdlingHaveAnEnd) {
  Dialogue guessing;
  guessing.say("HELO c\r\nMAIL FROM:<>\r\n");
  std::string heard;
  for (int i = 0; i < 30; ++i) { heard = guessing.session.wants() == Wants::end ? heard : guessing.say("RCPT TO:<x" + std::to_string(i) + "@other.example>\r\n"); }
  EXPECT_TRUE(heard.ends_with("421 4.7.0 mail.shop.example Too many errors\r\n")) << heard;
  EXPECT_EQ(guessing.session.counts().recipients_refused, 21U);
  for (const char* command : {"NOOP\r\n", "RSET\r\n", "HELO c\r\n", "VRFY x\r\n", "BDAT 0\r\n"}) {
    Dialogue idling;
    idling.say("HELO c\r\nMAIL FROM:<>\r\nRCPT TO:<a@shop.example>\r\n");
    int count = 0;
    while (idling.session.wants() == Wants::input && count < 1'000) {
      idling.say(command);
      ++count;
    }
    EXPECT_LE(count, 101) << command;
  }
}

TEST(SmtpSession, GarbageIsAnError) {
  Dialogue dialogue;
  dialogue.say("");
  EXPECT_EQ(dialogue.say(std::string_view("HELO a\0b\r\n", 10)).substr(0, 9), "500 5.5.2");
  EXPECT_EQ(dialogue.say("HELO \xff\xfe\r\n").substr(0, 9), "500 5.5.2");
  EXPECT_EQ(dialogue.say("\r\n").substr(0, 9), "500 5.5.1");
  EXPECT_EQ(dialogue.say("HELO a\rb\r\n").substr(0, 9), "500 5.5.2");
}

TEST(SmtpSession, RefusedMailIsAnsweredAtItsEnd) {
  Dialogue dialogue;
  begin_mail(dialogue);
  dialogue.say(std::string(1'000, 'x'));
  EXPECT_GE(dialogue.session.held_bytes(), 1'000U);
  dialogue.session.refuse_mail({452, "4.3.1", "No room"});
  EXPECT_EQ(dialogue.session.held_bytes(), 0U);
  EXPECT_EQ(dialogue.say("more\r\n.\r\n"), "452 4.3.1 No room\r\n");
  EXPECT_EQ(dialogue.session.counts().mails_deferred, 1U);
  EXPECT_TRUE(dialogue.host.raws.empty());
}

// There may turn out to be no room just when its last byte has come.
TEST(SmtpSession, CompleteMailMayBeRefusedToo) {
  Dialogue dialogue;
  begin_mail(dialogue);
  EXPECT_EQ(dialogue.session.feed("text\r\n.\r\nNOOP\r\n"), 9U);
  ASSERT_EQ(dialogue.session.wants(), Wants::delivery);
  dialogue.session.refuse_mail({452, "4.3.1", "No room"});
  EXPECT_EQ(dialogue.session.wants(), Wants::input);
  EXPECT_EQ(dialogue.session.take_output(), "452 4.3.1 No room\r\n");
  EXPECT_EQ(dialogue.say("NOOP\r\n"), "250 2.0.0 Ok\r\n");
}

}  // namespace
}  // namespace parley::channels::email::smtp
