// Dialogues as a client would have them: what is answered, in which order, with which codes.
#include "tests/unit/email_smtp/dialogue.h"

namespace parley::channels::email::smtp {
namespace {

struct Step {
  const char* name;
  const char* script;
};

const Step dialogues[] = {
    {"OneMail", R"(
S: 220 mail.shop.example ESMTP
C: EHLO client.example
S: 250-mail.shop.example
S: 250-PIPELINING
S: 250-SIZE 36700160
S: 250-8BITMIME
S: 250-SMTPUTF8
S: 250-CHUNKING
S: 250-ENHANCEDSTATUSCODES
S: 250 HELP
C: MAIL FROM:<anna@client.example> SIZE=100 BODY=8BITMIME
S: 250 2.1.0
C: RCPT TO:<support@shop.example>
S: 250 2.1.5
C: DATA
S: 354
C: Subject: Hi\r\n\r\nText\r\n.
S: 250 2.0.0 kept
C: QUIT
S: 221 2.0.0)"},
    {"OldClient", R"(
S: 220
C: helo client.example
S: 250 mail.shop.example
C: mail from: <anna@client.example>
S: 250 2.1.0
C: rcpt to: <@relay.example:support@shop.example>
S: 250 2.1.5
C: data
S: 354
C: .
S: 250 2.0.0)"},
    {"OrderOfCommands", R"(
S: 220
C: MAIL FROM:<anna@client.example>
S: 503 5.5.1
C: EHLO client.example
S: 250-
S: 250-
S: 250-
S: 250-
S: 250-
S: 250-
S: 250-
S: 250 
C: RCPT TO:<support@shop.example>
S: 503 5.5.1
C: DATA
S: 503 5.5.1
C: MAIL FROM:<>
S: 250 2.1.0
C: MAIL FROM:<>
S: 503 5.5.1
C: DATA
S: 554 5.5.1
C: RCPT TO:<support@shop.example>
S: 250 2.1.5
C: RSET
S: 250 2.0.0
C: DATA
S: 503 5.5.1)"},
    {"Refusals", R"(
S: 220
C: EHLO
S: 501 5.5.4
C: LHLO client.example
S: 500 5.5.1
C: HELO client.example
S: 250
C: MAIL FROM:anna@client.example
S: 501 5.5.4
C: MAIL FROM:<anna>
S: 501 5.1.7
C: MAIL FROM:<anna@client.example> SIZE=10
S: 555 5.5.4
C: MAIL TO:<anna@client.example>
S: 501 5.5.4
C: FROG
S: 500 5.5.1
C: AUTH PLAIN AGFubmEAYW5uYQ==
S: 502 5.5.1
C: EXPN staff
S: 502 5.5.1
C: STARTTLS
S: 502 5.5.1
C: VRFY anna
S: 252 2.5.2
C: HELP
S: 214 2.0.0
C: NOOP whatever
S: 250 2.0.0
C: bare line feed\nNOOP
S: 500 5.5.2
S: 250 2.0.0)"},
    {"ParametersOfMail", R"(
S: 220
C: EHLO client.example
S: 250-
S: 250-
S: 250-
S: 250-
S: 250-
S: 250-
S: 250-
S: 250 
C: MAIL FROM:<anna@client.example> SIZE=36700161
S: 552 5.3.4
C: MAIL FROM:<anna@client.example> SIZE=many
S: 501 5.5.4
C: MAIL FROM:<anna@client.example> BODY=BINARYMIME
S: 501 5.5.4
C: MAIL FROM:<anna@client.example> RET=HDRS
S: 555 5.5.4
C: MAIL FROM:<anna@client.example> SMTPUTF8=1
S: 555 5.5.4
C: MAIL FROM:<李娜@client.example>
S: 553 5.6.7
C: MAIL FROM:<李娜@client.example> SMTPUTF8 SIZE=36700160
S: 250 2.1.0
C: RCPT TO:<客服@shop.example>
S: 250 2.1.5
C: RCPT TO:<support@shop.example> NOTIFY=NEVER
S: 555 5.5.4)"},
    {"OnlyOurRecipients", R"(
S: 220
C: HELO client.example
S: 250
C: MAIL FROM:<anna@client.example>
S: 250
C: RCPT TO:<nobody@shop.example>
S: 550 5.1.1
C: RCPT TO:<anna@elsewhere.example>
S: 550 5.7.1
C: RCPT TO:<elsewhere.example!anna>
S: 501 5.1.3
C: RCPT TO:<anna%elsewhere.example@relay.example>
S: 550 5.7.1
C: RCPT TO:<@shop.example:anna@elsewhere.example>
S: 550 5.7.1
C: RCPT TO:<>
S: 501 5.1.3
C: RCPT TO:<Postmaster>
S: 250 2.1.5
C: RCPT TO:<"support"@shop.example>
S: 250 2.1.5)"},
    {"Chunks", R"(
S: 220
C: HELO client.example
S: 250
C: BDAT 3\r\nabc\r\nNOOP
S: 503 5.5.1
S: 500 5.5.1
S: 250 2.0.0
C: MAIL FROM:<anna@client.example>
S: 250
C: BDAT 5 LAST\r\nabc
S: 554 5.5.1
C: RCPT TO:<support@shop.example>
S: 250
C: BDAT 7\r\n.\r\n..\r\nRCPT TO:<late@shop.example>\r\nDATA\r\nBDAT 0 last
S: 250 2.0.0
S: 503 5.5.1
S: 503 5.5.1
S: 250 2.0.0 kept
C: BDAT some
S: 501 5.5.4)"},
    {"WebBrowser", R"(
S: 220
C: GET / HTTP/1.1\r\nHost: mail.shop.example\r\n\r\nHELO client.example
S: 554 5.5.1)"},
    {"WebBrowserLater", R"(
S: 220
C: NOOP
S: 250
C: POST /\r\nRSET
S: 554 5.5.1)"},
};

TEST(SmtpDialogue, GoesAsItShould) {
  for (const auto& [name, script] : dialogues) {
    SCOPED_TRACE(name);
    Dialogue dialogue;
    dialogue.follows(script);
  }
}

// A client may send in any pieces, and a server may not care.
TEST(SmtpDialogue, PiecesDoNotMatter) {
  const std::string all =
      "EHLO client.example\r\nMAIL FROM:<anna@client.example>\r\nRCPT TO:<support@shop.example>\r\nDATA\r\n..dots\r\n.\n.\r\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<a@shop.example>\r\n"
      "BDAT 4\r\nab\r\nBDAT 2 LAST\r\n\r\nQUIT\r\n";
  Dialogue at_once;
  const std::string expected = at_once.say(all);
  EXPECT_TRUE(expected.ends_with("221 2.0.0 Goodbye\r\n")) << expected;
  EXPECT_EQ(at_once.host.raws.size(), 2U);
  for (const std::size_t size : {1, 2, 3, 7, 40}) {
    Dialogue in_pieces;
    std::string heard;
    for (std::size_t at = 0; at < all.size(); at += size) { heard += in_pieces.say(all.substr(at, size)); }
    EXPECT_EQ(heard, expected) << size;
    EXPECT_EQ(in_pieces.host.raws, at_once.host.raws) << size;
  }
}

}  // namespace
}  // namespace parley::channels::email::smtp
