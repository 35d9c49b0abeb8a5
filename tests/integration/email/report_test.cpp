// What mail systems and providers say became of our mails.
#include <fstream>
#include <sstream>

#include "channels/email/reading/threading.h"
#include "tests/integration/email/email_desk.h"

namespace parley::test {

namespace {

/// A file of the readers' corpus as the mail it describes.
std::string corpus_mail(const std::string& name, const std::string& from = {}) {
  std::ifstream in(std::string(READING_CORPUS "/") + name + ".mail", std::ios::binary);
  std::ostringstream out;
  for (std::string line; std::getline(in, line);) {
    if (!from.empty() && line.starts_with("From: ") && out.str().find("From: ") == std::string::npos) { line = "From: " + from; }
    if (line.empty() && out.str().find("MIME-Version") == std::string::npos) { out << "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"; }
    out << line << "\r\n";
  }
  EXPECT_FALSE(out.str().empty()) << name;
  return out.str();
}

}  // namespace

class ReportTest : public EmailTest {
 protected:
  /// A reply that has left, to this address.
  std::int64_t sent_to(TicketId ticket, const std::string& address, json email = json::object()) {
    json full{{"to", {address}}, {"cc", json::array()}};
    full.update(email);
    const auto posted = reply_by_mail(administrator, ticket, {{"email", full}});
    EXPECT_EQ(outcome(posted), "ok");
    const auto id = posted->body["message"]["id"].get<std::int64_t>();
    mark_sent(id);
    return id;
  }
  std::string mail_from(std::int64_t id) { return outgoing->build(database, MessageId{id})->mail_from; }
  json delivery(std::int64_t id) {
    return message_json(read([&](Transaction& tx) -> Result<tickets::Message> { return tickets::load_messages(tx, {id}).at(0); }).value())["delivery"];
  }
  email::TakenMail fetch(InboxId inbox, const std::string& raw) {
    email::IncomingMail mail;
    mail.raw = std::make_shared<const std::string>(raw);
    mail.source = "imap";
    mail.source_key = "k/" + std::to_string(++fetched_);
    mail.inbox = inbox;
    auto taken = intake->take_now(std::move(mail));
    EXPECT_EQ(outcome(taken), "ok");
    return taken.value();
  }
  std::optional<email::AddressHealth> health(const std::string& address) {
    return read([&](Transaction& tx) -> Result<std::optional<email::AddressHealth>> { return email::health_of(tx, cipher.lookup_hash("email", address)); }).value();
  }

 private:
  int fetched_{0};
};

TEST_F(ReportTest, ABounceWithoutACopyOfTheOriginalIsKnownByTheEnvelopeAddress) {
  email_inbox("support@shop.example");
  const auto first = take(MailText{}.raw());
  for (const auto& [file, address] : {std::pair("bounce_qq", "12345@qq.com"), std::pair("bounce_netease", "anna@163.com")}) {
    const auto id = sent_to(*first.ticket, address);
    const auto bounced = take(corpus_mail(file), mail_from(id));
    EXPECT_EQ(bounced.state, "bounce");
    EXPECT_EQ(entry(bounced.mail_id).reason, "matched") << file;
    EXPECT_EQ(entry(bounced.mail_id).message, MessageId{id});
    EXPECT_EQ(delivery(id)["state"], "failed");
    ASSERT_TRUE(health(address)) << file;
    EXPECT_TRUE(health(address)->is_hard);
  }
  EXPECT_EQ(tickets_stored(), 1);
}

TEST_F(ReportTest, AReplyAddressIsWorthNothingToAReport) {
  email_inbox("support@shop.example");
  const auto first = take(MailText{}.raw());
  const auto id = sent_to(*first.ticket, "12345@qq.com");
  const std::string reply_to = sent(id).reply_to.at(0).address;
  EXPECT_NE(mail_from(id), reply_to);
  EXPECT_EQ(entry(take(corpus_mail("bounce_qq"), reply_to).mail_id).reason, "unmatched") << "everybody the mail was passed on to has that one";
  EXPECT_EQ(delivery(id)["state"], "sent");
}

TEST_F(ReportTest, WhatPeopleAndTheirRobotsWriteToTheEnvelopeAddressJoins) {
  email_inbox("support@shop.example");
  const auto first = take(MailText{}.raw());
  const auto id = sent_to(*first.ticket, "anna@customer.example");
  EXPECT_EQ(take(MailText{.subject = "Out of office", .headers = "Auto-Submitted: auto-replied\r\n", .body = "I am away until Monday.\r\n"}.raw(), mail_from(id)).ticket, first.ticket);
  EXPECT_EQ(take(MailText{.to = mail_from(id), .body = "Thanks\r\n"}.raw(), mail_from(id)).ticket, first.ticket);
  EXPECT_EQ(take(MailText{.from = "Mallory <m@elsewhere.example>"}.raw(), mail_from(id)).state, "ticket") << "not lost, and not let in";
  EXPECT_EQ(tickets_stored(), 2);
}

TEST_F(ReportTest, ALongAddressIsNotMadeLongerThanServersTake) {
  const std::string address = std::string(50, 's') + "@shop.example";
  email_inbox(address);
  const auto first = take(MailText{.to = address}.raw(), address);
  EXPECT_EQ(mail_from(sent_to(*first.ticket, "anna@customer.example")), address);
}

TEST_F(ReportTest, AMailboxAccountWritesAsItselfOnly) {
  const json account{{"host", "smtp.shop.example"}, {"port", 465}, {"security", "tls"}, {"user", "Support@shop.example"}, {"secret", "x"}};
  email_inbox("support@shop.example", {{"outgoing", "smtp"}, {"smtp", account}});
  const auto first = take(MailText{}.raw());
  EXPECT_EQ(mail_from(sent_to(*first.ticket, "anna@customer.example")), "support@shop.example");
}

TEST_F(ReportTest, TheMailboxsOwnProviderIsBelievedAboutWhomItLatelyWroteTo) {
  const json imap{{"host", "imap.qq.com"}, {"port", 993}, {"security", "tls"}, {"user", "shop@qq.com"}, {"secret", "x"}};
  const auto inbox = email_inbox("shop@qq.com", {{"incoming", "imap"}, {"imap", imap}});
  const auto first = fetch(inbox, MailText{.to = "shop@qq.com"}.raw());
  const auto other = fetch(inbox, MailText{.from = "Other <other@customer.example>", .to = "shop@qq.com"}.raw());
  sent_to(*other.ticket, "12345@qq.com");
  clock->advance(std::chrono::hours{1});
  const auto id = sent_to(*first.ticket, "Someone <12345@QQ.com>");
  EXPECT_EQ(mail_from(id), "shop@qq.com");

  EXPECT_EQ(entry(fetch(inbox, corpus_mail("bounce_qq", "postmaster@elsewhere.example")).mail_id).reason, "unmatched") << "anybody can say so";
  EXPECT_EQ(entry(take(corpus_mail("bounce_qq") + "by smtp\r\n", "shop@qq.com").mail_id).reason, "unmatched") << "not what came past the provider";
  EXPECT_EQ(delivery(id)["state"], "sent");
  const auto bounced = fetch(inbox, corpus_mail("bounce_qq") + "again\r\n");
  EXPECT_EQ(entry(bounced.mail_id).reason, "matched");
  EXPECT_EQ(entry(bounced.mail_id).message, MessageId{id}) << "the newest";
  EXPECT_EQ(delivery(id)["state"], "failed");
  EXPECT_TRUE(health("12345@qq.com"));
  EXPECT_EQ(number("SELECT COUNT(*) FROM email_sent_to WHERE INSTR(lookup, '12345') > 0"), 0);

  clock->advance(std::chrono::hours{24 * 5} + std::chrono::minutes{1});
  EXPECT_EQ(entry(fetch(inbox, corpus_mail("bounce_qq_full")).mail_id).reason, "unmatched") << "too long ago";
}

TEST_F(ReportTest, AProviderOfTheWayOutSpeaksForAShopsOwnDomain) {
  const json imap{{"host", "imap.163.com"}, {"port", 993}, {"security", "tls"}, {"user", "shop"}, {"secret", "x"}};
  const json smtp{{"host", "smtp.163.com"}, {"port", 465}, {"security", "tls"}, {"user", "shop"}, {"secret", "x"}};
  const auto inbox = email_inbox("shop@lamps.example", {{"incoming", "imap"}, {"imap", imap}, {"outgoing", "smtp"}, {"smtp", smtp}});
  const auto first = fetch(inbox, MailText{.to = "shop@lamps.example"}.raw());
  const auto id = sent_to(*first.ticket, "anna@163.com");
  EXPECT_EQ(entry(fetch(inbox, corpus_mail("bounce_netease")).mail_id).message, MessageId{id});
}

TEST_F(ReportTest, AMailThatNeverLeftCannotHaveComeBack) {
  const json imap{{"host", "imap.qq.com"}, {"port", 993}, {"security", "tls"}, {"user", "shop@qq.com"}, {"secret", "x"}};
  const auto inbox = email_inbox("shop@qq.com", {{"incoming", "imap"}, {"imap", imap}});
  const auto first = fetch(inbox, MailText{.to = "shop@qq.com"}.raw());
  ASSERT_EQ(outcome(reply_by_mail(administrator, *first.ticket, {{"email", {{"to", {"12345@qq.com"}}}}})), "ok");
  clock->advance(std::chrono::hours{1});
  EXPECT_EQ(entry(fetch(inbox, corpus_mail("bounce_qq")).mail_id).reason, "unmatched");
}

TEST_F(ReportTest, ASpamComplaintIsLinkedToTheMailItIsAbout) {
  email_inbox("support@shop.example");
  const auto first = take(MailText{}.raw());
  const auto id = sent_to(*first.ticket, "anna@customer.example");
  const std::string original = "Message-ID: <" + sent(id).message_id + ">\r\nFrom: support@shop.example\r\nTo: anna@customer.example\r\nSubject: x\r\n\r\nx\r\n";
  const auto taken = take("From: Abuse <feedback@isp.example>\r\nTo: support@shop.example\r\nSubject: FW: Your order\r\nMessage-ID: <arf1@isp.example>\r\nMIME-Version: 1.0\r\n"
                          "Content-Type: multipart/report; report-type=feedback-report; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nThis is an email abuse report.\r\n"
                          "--x\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nUser-Agent: SomeGenerator/1.0\r\nVersion: 1\r\n"
                          "Original-Rcpt-To: <anna@customer.example>\r\n\r\n--x\r\nContent-Type: message/rfc822\r\n\r\n" + original + "\r\n--x--\r\n");
  EXPECT_EQ(taken.state, "report");
  EXPECT_EQ(entry(taken.mail_id).ticket, first.ticket);
  EXPECT_EQ(entry(taken.mail_id).message, MessageId{id});
  ASSERT_TRUE(health("anna@customer.example"));
  EXPECT_FALSE(health("anna@customer.example")->is_hard);
  EXPECT_EQ(tickets_stored(), 1);
}

}  // namespace parley::test
