#include "tests/unit/email_smtp/dialogue.h"

namespace parley::channels::email::smtp {
namespace {

SessionOptions lmtp() {
  SessionOptions options;
  options.is_lmtp = true;
  return options;
}

TEST(Lmtp, EachRecipientIsAnswered) {
  Dialogue dialogue(lmtp());
  dialogue.host.answers = {{250, "2.0.0", "kept"}, {452, "4.2.2", "full"}};
  dialogue.follows(R"(
S: 220 mail.shop.example LMTP
C: EHLO client.example
S: 500 5.5.1
C: LHLO client.example
S: 250-
S: 250-
S: 250-
S: 250-
S: 250-
S: 250-
S: 250-
S: 250 
C: MAIL FROM:<anna@client.example>
S: 250
C: DATA
S: 503 5.5.1
C: RCPT TO:<a@shop.example>
S: 250
C: RCPT TO:<nobody@shop.example>
S: 550
C: RCPT TO:<b@shop.example>
S: 250
C: RCPT TO:<a@shop.example>
S: 250
C: DATA
S: 354
C: text\r\n.
S: 250 2.0.0 kept
S: 452 4.2.2 full
S: 250 2.0.0 kept)");
  ASSERT_EQ(dialogue.host.envelopes.size(), 1U);
  EXPECT_EQ(dialogue.host.envelopes[0].recipients, (std::vector<std::string>{"a@shop.example", "b@shop.example"}));
  EXPECT_TRUE(dialogue.host.envelopes[0].is_lmtp);
}

TEST(Lmtp, TooBigIsSaidForEachRecipient) {
  auto options = lmtp();
  options.message_max = 100;
  Dialogue dialogue(options);
  dialogue.say("LHLO c.example\r\nMAIL FROM:<>\r\nRCPT TO:<a@shop.example>\r\nRCPT TO:<b@shop.example>\r\nDATA\r\n");
  dialogue.say(std::string(120, 'x'));
  EXPECT_EQ(dialogue.say("\r\n.\r\n"), "552 5.3.4 The message is too big\r\n552 5.3.4 The message is too big\r\n");
}

}  // namespace
}  // namespace parley::channels::email::smtp
