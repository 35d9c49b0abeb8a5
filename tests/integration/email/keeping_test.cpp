// Nothing of a mail is lost, and none is kept twice.
#include "tests/integration/email/email_desk.h"

namespace parley::test {

namespace {

std::string with_files(int count, const std::string& headers = {}) {
  std::string body = "--b\r\nContent-Type: text/plain\r\n\r\nSee below\r\n";
  for (int i = 0; i < count; ++i) {
    body += "--b\r\nContent-Type: text/plain; name=f" + std::to_string(i) + ".txt\r\nContent-Disposition: attachment; filename=f" + std::to_string(i) + ".txt\r\n\r\nfile " + std::to_string(i) + "\r\n";
  }
  return MailText{.headers = headers + "Content-Type: multipart/mixed; boundary=b\r\n", .body = body + "--b--\r\n"}.raw();
}

/// Nothing that zlib could make smaller.
std::string noise(std::size_t lines) {
  std::string out;
  for (std::size_t i = 0; i < lines; ++i) { out += base64_encode(random_bytes(54)) + "\r\n"; }
  return out;
}

}  // namespace

class KeepingTest : public EmailTest {
 protected:
  email::TakenMail take_by(email::IncomingMail mail) {
    auto taken = intake->take_now(std::move(mail));
    EXPECT_EQ(outcome(taken), "ok");
    return taken.value();
  }
  std::string reparse(std::int64_t mail_id) { return outcome(call(administrator, "POST", "/email/mails/" + std::to_string(mail_id) + "/reparse")); }
};

TEST_F(KeepingTest, HundredsOfFilesAreAllThere) {
  email_inbox("support@shop.example");
  const auto taken = take(with_files(300));
  const auto message = messages(*taken.ticket).at(0);
  ASSERT_EQ(message.attachments.size(), 300u);
  EXPECT_EQ(message.attachments.back().name, "f299.txt");
  EXPECT_EQ(message_json(message)["email"]["problems"], json::array());
}

TEST_F(KeepingTest, BeyondAThousandPartsTheAgentIsTold) {
  email_inbox("support@shop.example");
  const auto taken = take(with_files(1'200));
  const auto message = messages(*taken.ticket).at(0);
  EXPECT_GT(message.attachments.size(), 900u);
  EXPECT_LE(message.attachments.size(), 1'000u);
  const json problems = message_json(message)["email"]["problems"];
  EXPECT_NE(std::find(problems.begin(), problems.end(), "too_many_parts"), problems.end()) << problems;
}

TEST_F(KeepingTest, ReadAgainAMessageGetsTheFilesThatWereNotFoundBefore) {
  email_inbox("support@shop.example");
  const std::string png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  const auto taken = take(MailText{.headers = "Content-Type: multipart/related; boundary=b\r\n",
                                   .body = "--b\r\nContent-Type: text/html\r\n\r\n<p>See <b>this</b> <img src=\"cid:pic1\"></p>\r\n--b\r\nContent-Type: image/png; name=p.png\r\n"
                                           "Content-Transfer-Encoding: base64\r\nContent-ID: <pic1>\r\nContent-Disposition: inline\r\n\r\n" + png + "\r\n--b\r\nContent-Type: text/csv; name=list.csv\r\n"
                                           "Content-Disposition: attachment\r\n\r\n1,2\r\n--b--\r\n"}.raw());
  ASSERT_EQ(messages(*taken.ticket).at(0).attachments.size(), 2u);
  const auto kept = messages(*taken.ticket).at(0).attachments.at(1).id.value;
  EXPECT_TRUE(write([&](Transaction& tx) -> Status {  // as a reader would have left it that did not see the picture
                tx.execute("DELETE FROM attachment WHERE message_id = ? AND id <> ?", {*taken.message, kept});
                tx.execute("UPDATE message SET attachment_count = 1 WHERE id = ?", {*taken.message});
                return {};
              }).has_value());
  ASSERT_EQ(reparse(taken.mail_id), "ok");
  auto message = messages(*taken.ticket).at(0);
  ASSERT_EQ(message.attachments.size(), 2u);
  EXPECT_EQ(message.attachments[0].id.value, kept) << "what was there stays";
  const auto picture = message.attachments[1].id.value;
  EXPECT_EQ(message_json(message)["email"]["inline_attachment_ids"].back(), picture);
  const auto shown = call(administrator, "GET", "/messages/" + std::to_string(message.id.value) + "/email");
  EXPECT_NE(shown->body["html"].get<std::string>().find("src=\"/files/" + std::to_string(picture)), std::string::npos) << shown->body["html"];
  ASSERT_EQ(reparse(taken.mail_id), "ok");
  EXPECT_EQ(messages(*taken.ticket).at(0).attachments.size(), 2u) << "and once is enough";
}

TEST_F(KeepingTest, ReadAgainAMailIsStillTooLarge) {
  const auto inbox = email_inbox("support@shop.example");
  const auto taken = take_by({std::make_shared<const std::string>(MailText{.body = ""}.raw()), "imap", "1/1", inbox, {}, {}, true});
  ASSERT_EQ(reparse(taken.mail_id), "ok");
  EXPECT_EQ(message_json(messages(*taken.ticket).at(0))["email"]["problems"], json::array({"too_large"}));
  EXPECT_EQ(messages(*taken.ticket).at(0).text, "(…)");
}

TEST_F(KeepingTest, AnAlarmThatSaysTheSameAgainIsNotTheSame) {
  email_inbox("support@shop.example");
  const std::string raw = "From: printer@office.example\r\nTo: support@shop.example\r\nSubject: Paper empty\r\n\r\nTray 1 is empty.\r\n";
  clock->advance(milliseconds{86'400'000 - to_ms(clock->now()) % 86'400'000 - 60'000});  // a minute to midnight
  const auto first = take(raw);
  EXPECT_TRUE(take(raw).is_repeat);
  clock->advance(std::chrono::minutes{2});
  EXPECT_TRUE(take(raw).is_repeat) << "sent again because nobody heard 250, over midnight";
  clock->advance(std::chrono::hours{24});
  const auto next_day = take(raw);
  EXPECT_FALSE(next_day.is_repeat);
  clock->advance(std::chrono::hours{24});
  EXPECT_FALSE(take(raw).is_repeat) << "every day";
  clock->advance(std::chrono::hours{24 * 30});
  EXPECT_FALSE(take(raw).is_repeat);
  EXPECT_EQ(tickets_stored(), 4);
}

TEST_F(KeepingTest, OneMailToTwoInboxesByTwoWaysIsOneMessage) {
  const json imap{{"host", "imap.shop.example"}, {"port", 993}, {"security", "tls"}, {"user", "sales"}, {"secret", "x"}};
  email_inbox("support@shop.example");
  const auto sales = email_inbox("sales@shop.example", {{"incoming", "imap"}, {"imap", imap}});
  const std::string raw = MailText{.to = "support@shop.example, sales@shop.example"}.raw();
  const auto first = take("Received: from a by b\r\n" + raw);
  const auto second = take_by({std::make_shared<const std::string>("Delivered-To: sales@shop.example\r\nReceived: from c by d\r\n" + raw), "imap", "9/1/1", sales, {}, {}});
  EXPECT_TRUE(second.is_repeat);
  EXPECT_EQ(second.message, first.message);
  EXPECT_EQ(tickets_stored(), 1);
}

TEST_F(KeepingTest, ALargeMailIsKeptInAFileAndReadAgainFromThere) {
  email_inbox("support@shop.example");
  const std::string raw = MailText{.headers = "Content-Type: multipart/mixed; boundary=b\r\n",
                                   .body = "--b\r\nContent-Type: text/plain\r\n\r\nA large one\r\n--b\r\nContent-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
                                           noise(20'000) + "--b--\r\n"}.raw();
  ASSERT_GT(raw.size(), 1u << 20);
  const auto taken = take(raw);
  const auto stored = entry(taken.mail_id);
  EXPECT_TRUE(stored.packed.empty()) << "not in the row";
  EXPECT_EQ(raw_store.load(stored).value(), raw);
  EXPECT_TRUE(write([&](Transaction& tx) -> Status {
                tx.execute("UPDATE message SET text = 'read badly' WHERE id = ?", {*taken.message});
                return {};
              }).has_value());
  ASSERT_EQ(reparse(taken.mail_id), "ok");
  EXPECT_EQ(messages(*taken.ticket).at(0).text, "A large one");
  EXPECT_EQ(messages(*taken.ticket).at(0).attachments.size(), 1u);
}

TEST_F(KeepingTest, ARawMailIsHandedInByHttp) {
  const auto inbox = email_inbox("support@shop.example");
  const std::string path = "/email/inboxes/" + std::to_string(inbox.value) + "/mail";
  const auto hand_in = [&](const Principal& who, std::string raw) {
    auto request = http("POST", path);
    request.raw_body = std::make_shared<std::string>(std::move(raw));
    request.content_type = "message/rfc822";
    request.credentials.bearer_token = token_of(who);
    return call(request);
  };
  const std::string raw = MailText{}.raw();
  const auto taken = hand_in(administrator, raw);
  ASSERT_EQ(outcome(taken), "ok");
  EXPECT_EQ(taken->body["state"], "ticket");
  EXPECT_EQ(entry(taken->body["mail_id"].get<std::int64_t>()).source, "http");
  EXPECT_EQ(ticket(TicketId{taken->body["ticket_id"].get<std::int64_t>()}).requester.name, "Anna");
  EXPECT_EQ(hand_in(administrator, raw)->body, taken->body) << "handed in again it is the same";
  EXPECT_EQ(outcome(hand_in(administrator, "")), "/:empty");
  EXPECT_EQ(outcome(hand_in(agent("Mei"), raw)), "forbidden");
  EXPECT_EQ(email::raw_mail_max, 50u << 20) << "docs/api.md";
}

TEST_F(KeepingTest, WhatTheTrustedServerFoundIsShownAndAForgedSenderStaysOutside) {
  email_inbox("support@shop.example", {{"trusted_servers", {"mx.shop.example"}}});
  const std::string good = "Authentication-Results: mx.shop.example; spf=pass; dkim=pass header.d=customer.example; dmarc=pass header.from=customer.example\r\n";
  const std::string bad = "Authentication-Results: mx.shop.example; spf=fail; dkim=none; dmarc=fail header.from=customer.example\r\n";
  const auto first = take(MailText{.headers = good}.raw());
  const json shown = message_json(messages(*first.ticket).at(0))["email"];
  EXPECT_EQ(shown["trust"], "verified");
  EXPECT_EQ(shown["spf"], "pass");
  EXPECT_EQ(shown["dkim"], "pass");
  EXPECT_EQ(shown["dmarc"], "pass");
  const auto ours = sent(reply_by_mail(administrator, *first.ticket)->body["message"]["id"].get<std::int64_t>()).message_id;
  const auto forged = take(MailText{.in_reply_to = ours, .headers = bad}.raw());
  ASSERT_TRUE(forged.ticket);
  EXPECT_NE(forged.ticket, first.ticket);
  const json outside = message_json(messages(*forged.ticket).at(0))["email"];
  EXPECT_EQ(outside["trust"], "failed");
  EXPECT_EQ(outside["related_ticket_id"], first.ticket->value);
  const auto by_another = take(MailText{.in_reply_to = ours, .headers = "Authentication-Results: mx.elsewhere.example; dmarc=fail\r\n"}.raw());
  EXPECT_EQ(by_another.ticket, first.ticket) << "anybody can write that";
}

}  // namespace parley::test
