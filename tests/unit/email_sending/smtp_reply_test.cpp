// What mail servers say, as they really say it.
#include "channels/email/sending/impl/smtp_reply.h"

#include <gtest/gtest.h>

#include "channels/email/sending/impl/smtp_explain.h"
#include "channels/email/sending/impl/smtp_transaction.h"

namespace parley::channels::email::sending {
namespace {

TEST(SmtpReply, PiecesOfAnySizeGiveWholeReplies) {
  const std::string wire = "250-5.1.1 is no status of 250\r\n250 last\r\n550-5.1.1 The email account\r\n550 5.1.1 does not exist. 10.2.3.4\n250\r\n";
  for (std::size_t size = 1; size < 40; ++size) {
    ReplyReader reader;
    std::vector<SmtpReply> replies;
    for (std::size_t at = 0; at < wire.size(); at += size) {
      reader.add(std::string_view(wire).substr(at, size));
      while (auto reply = reader.next()) { replies.push_back(*reply); }
    }
    ASSERT_EQ(replies.size(), 3U);
    EXPECT_EQ(replies[1].code, 550);
    EXPECT_EQ(replies[1].status, "5.1.1");
    EXPECT_EQ(replies[1].text, "The email account does not exist. 10.2.3.4");
    EXPECT_TRUE(replies[2].text.empty());
    EXPECT_TRUE(reader.is_empty() && !reader.is_broken());
  }
}

TEST(SmtpReply, NonsenseIsBrokenAndStaysSo) {
  for (const char* const wire : {"hello\r\n", "2\r\n", "250x\r\n", "199 a\r\n", "600 a\r\n", "250-a\r\n550 b\r\n", "\r\n"}) {
    ReplyReader reader;
    reader.add(wire);
    EXPECT_FALSE(reader.next()) << wire;
    EXPECT_TRUE(reader.is_broken()) << wire;
    reader.add("250 ok\r\n");
    EXPECT_FALSE(reader.next());
  }
  ReplyReader endless;
  endless.add(std::string(5'000, '2'));
  EXPECT_FALSE(endless.next());
  EXPECT_TRUE(endless.is_broken());
}

TEST(SmtpReply, StatusOnlyWhereItIsOne) {
  for (const char* const wire : {"550 192.168.1.1 is listed\r\n", "550 5.1 x\r\n", "550 5.1.1x\r\n", "550 3.1.1 x\r\n", "550 5..1 x\r\n"}) {
    ReplyReader reader;
    reader.add(wire);
    EXPECT_EQ(reader.next()->status, "") << wire;
  }
}

TEST(QueueId, OfManyServers) {
  EXPECT_EQ(queue_id("Ok: queued as 4XyZ1234ab"), "4XyZ1234ab");
  EXPECT_EQ(queue_id("OK id=1rABCD-0001aB-Cd"), "1rABCD-0001aB-Cd");
  EXPECT_EQ(queue_id("OK  1700000000 d2e1a72fcca58-abcdef.53 - gsmtp"), "d2e1a72fcca58-abcdef.53");
  EXPECT_EQ(queue_id("Mail OK queued as smtp3,DNGowAD3abc"), "smtp3,DNGowAD3abc");
  EXPECT_EQ(queue_id("<x@y> [InternalId=12345678, Hostname=a.b] Queued mail for delivery"), "12345678");
  EXPECT_EQ(queue_id("0123abcd Message accepted for delivery"), "0123abcd");
  EXPECT_EQ(queue_id("Ok 0100018c-1234-abcd-000000"), "0100018c-1234-abcd-000000");
  EXPECT_EQ(queue_id("Ok: queued as "), "");
  EXPECT_EQ(queue_id("Message accepted for delivery"), "");
  EXPECT_EQ(queue_id("OK"), "");
}

TEST(DataForm, DotsAndLineEnds) {
  EXPECT_EQ(data_form(""), "");
  EXPECT_EQ(data_form("a"), "a\r\n");
  EXPECT_EQ(data_form(".\r\n..\r\na.b\r\n"), "..\r\n...\r\na.b\r\n");
  EXPECT_EQ(data_form("a\n.\nb\r.\r\r\n"), "a\r\n..\r\nb\r\n..\r\n\r\n");
}

TEST(Explain, KnowsWhatTheGreatProvidersWant) {
  ConnectReport report;
  report.failed_at = ConnectStep::login;
  report.curl_code = 67;  // CURLE_LOGIN_DENIED
  report.last_reply.code = 535;
  report.last_reply.text = "Login Fail";
  SmtpRoute route;
  const auto says = [&](const char* host, const char* word) {
    route.host = host;
    return explain(route, report).find(word) != std::string::npos;
  };
  EXPECT_TRUE(says("smtp.gmail.com", "app password"));
  EXPECT_TRUE(says("smtp.qq.com", "授权码"));
  EXPECT_TRUE(says("smtp.exmail.qq.com", "客户端专用密码"));
  EXPECT_TRUE(says("smtp.163.com", "授权码"));
  EXPECT_TRUE(says("smtp.office365.com", "OAuth"));
  EXPECT_FALSE(says("mail.notqq.com", "授权码"));
  EXPECT_TRUE(says("mail.notqq.com", "The server said: 535 Login Fail"));
}

}  // namespace
}  // namespace parley::channels::email::sending
