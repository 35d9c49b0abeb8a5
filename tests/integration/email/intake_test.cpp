// What becomes of mail that comes in.
#include <fstream>

#include "channels/email/reading/threading.h"
#include "tests/integration/email/email_desk.h"

namespace parley::test {

using email::MailEntry;

TEST_F(EmailTest, AMailBecomesATicketWithItsSenderAsRequester) {
  email_inbox("support@shop.example");
  const auto taken = take(MailText{.from = "=?utf-8?B?546L5pmT6Zuv?= <Wang@Customer.Example>", .subject = "订单没有收到", .body = "你好，我的包裹在哪里？\r\n"}.raw());
  ASSERT_TRUE(taken.ticket);
  const Ticket stored = ticket(*taken.ticket);
  EXPECT_EQ(stored.subject, "订单没有收到");
  EXPECT_EQ(stored.channel, "email");
  EXPECT_EQ(stored.requester.name, "王晓雯");
  EXPECT_EQ(stored.requester.locale, "zh-CN");
  EXPECT_EQ(stored.state, TicketState::new_);
  EXPECT_TRUE(stored.waiting_since);
  const auto thread = messages(stored.id);
  ASSERT_EQ(thread.size(), 1u);
  const json shown = message_json(thread[0]);
  EXPECT_EQ(shown["text"], "你好，我的包裹在哪里？");
  EXPECT_EQ(shown["email"]["from"]["address"], "Wang@customer.example");
  EXPECT_EQ(shown["email"]["direction"], "in");
  EXPECT_EQ(shown["delivery"], nullptr);
  EXPECT_EQ(entry(taken.mail_id).state, "ticket");
}

TEST_F(EmailTest, AddressesAreNotReadableInTheDatabase) {
  email_inbox("support@shop.example");
  const auto taken = take(MailText{.from = "Anna <anna.secret@customer.example>"}.raw());
  EXPECT_EQ(number("SELECT COUNT(*) FROM message WHERE INSTR(detail, 'anna.secret') > 0 OR INSTR(text, 'anna.secret') > 0"), 0);
  EXPECT_EQ(number("SELECT COUNT(*) FROM mail WHERE INSTR(envelope, 'anna.secret') > 0"), 0);
  EXPECT_EQ(number("SELECT COUNT(*) FROM journal WHERE INSTR(body, 'anna.secret') > 0"), 0);
  EXPECT_EQ(entry(taken.mail_id).envelope["from"]["address"], "anna.secret@customer.example");
}

TEST_F(EmailTest, CopiesToSeveralOfOurAddressesAreOneMessage) {
  email_inbox("support@shop.example", {{"aliases", {"help@shop.example"}}});
  email_inbox("sales@shop.example");
  const std::string raw = MailText{.to = "support@shop.example, sales@shop.example", .message_id = "one@customer.example"}.raw();
  const auto first = take(raw), second = take("Received: from elsewhere\r\n" + raw, "sales@shop.example"), third = take(raw, "help@shop.example");
  EXPECT_FALSE(first.is_repeat);
  EXPECT_TRUE(second.is_repeat);
  EXPECT_TRUE(third.is_repeat);
  EXPECT_EQ(first.ticket, second.ticket);
  EXPECT_EQ(tickets_stored(), 1);
}

TEST_F(EmailTest, AMailboxThatGivesAMailAgainMakesNoSecondTicket) {
  const auto inbox = email_inbox("support@shop.example");
  for (const char* body : {"One\r\n", "One, with a footer the mailbox added\r\n"}) {
    email::IncomingMail mail{std::make_shared<const std::string>(MailText{.message_id = std::string(body).size() > 6 ? "b@x.example" : "a@x.example", .body = body}.raw()), "imap", "7/1/42", inbox, {}, {}};
    EXPECT_EQ(outcome(intake->take_now(std::move(mail))), "ok");
  }
  EXPECT_EQ(tickets_stored(), 1);
}

TEST_F(EmailTest, AnAnswerToOurMailJoinsTheTicketAndReopensIt) {
  email_inbox("support@shop.example");
  const auto mei = agent("Mei Lin");
  const auto first = take(MailText{}.raw());
  const auto posted = reply_by_mail(mei, *first.ticket, {{"state", "solved"}});
  ASSERT_EQ(outcome(posted), "ok");
  const auto out = sent(posted->body["message"]["id"].get<std::int64_t>());
  const auto second = take(MailText{.subject = "Something else entirely", .in_reply_to = out.message_id, .body = "Thanks!\r\n\r\nOn Mon, Mei wrote:\r\n> It leaves tomorrow.\r\n"}.raw());
  EXPECT_EQ(second.ticket, first.ticket);
  EXPECT_EQ(second.state, "joined");
  EXPECT_EQ(ticket(*first.ticket).state, TicketState::open);
  const auto thread = messages(*first.ticket);
  EXPECT_EQ(thread.back().text, "Thanks!");
  EXPECT_EQ(message_json(thread.back())["email"]["has_hidden"], true);
}

TEST_F(EmailTest, AnAnswerToTheReplyAddressJoinsWithoutAnyMessageId) {
  email_inbox("support@shop.example");
  const auto mei = agent("Mei Lin");
  const auto first = take(MailText{}.raw());
  const auto out = sent(reply_by_mail(mei, *first.ticket)->body["message"]["id"].get<std::int64_t>());
  ASSERT_EQ(out.reply_to.size(), 1u);
  const std::string address = out.reply_to[0].address;
  EXPECT_NE(address, "support@shop.example");
  EXPECT_EQ(take(MailText{.to = address}.raw(), address).ticket, first.ticket);
}

TEST_F(EmailTest, AStrangerWithAnOldMessageIdDoesNotGetIntoTheTicket) {
  email_inbox("support@shop.example");
  const auto mei = agent("Mei Lin");
  const auto first = take(MailText{}.raw());
  const auto out = sent(reply_by_mail(mei, *first.ticket)->body["message"]["id"].get<std::int64_t>());
  const auto stranger = take(MailText{.from = "Mallory <mallory@elsewhere.example>", .in_reply_to = out.message_id}.raw());
  ASSERT_TRUE(stranger.ticket);
  EXPECT_NE(stranger.ticket, first.ticket);
  EXPECT_EQ(messages(*first.ticket).size(), 2u);
  EXPECT_EQ(message_json(messages(*stranger.ticket).at(0))["email"]["related_ticket_id"], first.ticket->value);
}

TEST_F(EmailTest, NobodyGetsInByWritingInOurName) {
  email_inbox("support@shop.example");
  const auto mei = agent("Mei Lin");
  const auto first = take(MailText{}.raw());
  const auto out = sent(reply_by_mail(mei, *first.ticket)->body["message"]["id"].get<std::int64_t>());
  take(MailText{.from = "support@shop.example", .in_reply_to = out.message_id, .headers = "Reply-To: mallory@elsewhere.example\r\n"}.raw());
  EXPECT_EQ(messages(*first.ticket).size(), 2u);
  // Nor is an answer steered elsewhere by a Reply-To beside a customer's forged From.
  take(MailText{.in_reply_to = out.message_id, .headers = "Reply-To: mallory@elsewhere.example\r\n"}.raw());
  const auto defaults = call(mei, "GET", "/tickets/" + std::to_string(first.ticket->value) + "/email");
  ASSERT_EQ(outcome(defaults), "ok");
  EXPECT_EQ(defaults->body["to"][0]["address"], "anna@customer.example");
}

TEST_F(EmailTest, TwoMailsUnderOneMessageIdAreBothKept) {
  email_inbox("support@shop.example");
  take(MailText{.message_id = "same@robot.example", .body = "Order 1\r\n"}.raw());
  take(MailText{.message_id = "same@robot.example", .body = "Order 2\r\n"}.raw());
  EXPECT_EQ(tickets_stored(), 2);
}

TEST_F(EmailTest, PeopleInCopyMayAnswer) {
  email_inbox("support@shop.example");
  const auto mei = agent("Mei Lin");
  const auto first = take(MailText{.headers = "Cc: Bob <bob@customer.example>\r\n"}.raw());
  const auto out = sent(reply_by_mail(mei, *first.ticket)->body["message"]["id"].get<std::int64_t>());
  ASSERT_EQ(out.cc.size(), 1u);
  EXPECT_EQ(out.cc[0].address, "bob@customer.example");
  const auto answer = take(MailText{.from = "Bob <bob@customer.example>", .in_reply_to = out.message_id, .body = "From me too.\r\n"}.raw());
  EXPECT_EQ(answer.ticket, first.ticket);
  EXPECT_EQ(messages(*first.ticket).back().author.name, "Bob");
  EXPECT_EQ(ticket(*first.ticket).requester.name, "Anna");
}

TEST_F(EmailTest, AnOutOfOfficeNoteNeitherReopensNorMakesSomebodyWait) {
  email_inbox("support@shop.example");
  const auto mei = agent("Mei Lin");
  const auto first = take(MailText{}.raw());
  const auto posted = reply_by_mail(mei, *first.ticket, {{"state", "pending"}});
  const auto out = sent(posted->body["message"]["id"].get<std::int64_t>());
  const auto away = take(MailText{.subject = "Out of office", .in_reply_to = out.message_id, .headers = "Auto-Submitted: auto-replied\r\n", .body = "I am away until Monday.\r\n"}.raw());
  EXPECT_EQ(away.ticket, first.ticket);
  EXPECT_EQ(ticket(*first.ticket).state, TicketState::pending);
  EXPECT_FALSE(ticket(*first.ticket).waiting_since);
  const auto alone = take(MailText{.subject = "Out of office", .headers = "Auto-Submitted: auto-replied\r\n"}.raw());
  EXPECT_EQ(alone.state, "ignored");
  EXPECT_EQ(tickets_stored(), 1);
}

TEST_F(EmailTest, ABounceTellsTheMessageAndTheAddressAndOpensNoTicket) {
  email_inbox("support@shop.example");
  const auto mei = agent("Mei Lin");
  const auto first = take(MailText{}.raw());
  const auto id = reply_by_mail(mei, *first.ticket)->body["message"]["id"].get<std::int64_t>();
  mark_sent(id);
  const auto out = sent(id);
  const std::string report =
      "From: MAILER-DAEMON@mx.customer.example\r\nTo: support@shop.example\r\nSubject: Undelivered Mail Returned to Sender\r\nMessage-ID: <b1@mx.customer.example>\r\n"
      "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
      "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.customer.example\r\n\r\nFinal-Recipient: rfc822; anna@customer.example\r\nAction: failed\r\n"
      "Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 No such user\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <" + out.message_id + ">\r\n\r\n--b--\r\n";
  const auto bounced = take(report);
  EXPECT_EQ(bounced.state, "bounce");
  EXPECT_EQ(tickets_stored(), 1);
  const auto shown = message_json(read([&](Transaction& tx) -> Result<tickets::Message> { return tickets::load_messages(tx, {id}).at(0); }).value());
  EXPECT_EQ(shown["delivery"]["state"], "failed");
  EXPECT_EQ(shown["delivery"]["status"], "5.1.1");
  EXPECT_NE(call(mei, "GET", "/messages/" + std::to_string(id) + "/email")->body["text"].get<std::string>().find("It leaves tomorrow"), std::string::npos)
      << "our message, not the report about it";
  std::string about_somebody_else = report;
  about_somebody_else.replace(about_somebody_else.find("rfc822; anna@"), 13, "rfc822; boss@");
  about_somebody_else.replace(about_somebody_else.find("b1@mx"), 5, "b2@mx");
  take(about_somebody_else);
  EXPECT_EQ(number("SELECT COUNT(*) FROM email_address_health"), 1) << "a report tells nothing about people the message did not go to";
  const auto defaults = call(mei, "GET", "/tickets/" + std::to_string(first.ticket->value) + "/email");
  ASSERT_EQ(outcome(defaults), "ok");
  ASSERT_EQ(defaults->body["bounces"].size(), 1u);
  EXPECT_EQ(defaults->body["bounces"][0]["is_hard"], true);
}

TEST_F(EmailTest, ABounceThatNamesNoMailOfOursChangesNothing) {
  email_inbox("support@shop.example");
  const auto bounced = take(MailText{.from = "MAILER-DAEMON@mx.example", .subject = "Delivery Status Notification (Failure)",
                                     .body = "The following message to <anna@customer.example> was undeliverable. 550 5.1.1 User unknown\r\n\r\nMessage-ID: <forged@shop.example>\r\n"}.raw());
  EXPECT_EQ(bounced.state, "bounce");
  EXPECT_EQ(number("SELECT COUNT(*) FROM email_address_health"), 0);
  EXPECT_EQ(tickets_stored(), 0);
}

TEST_F(EmailTest, HeldMailIsKeptAndCanBeReleased) {
  email_inbox("support@shop.example");
  const auto spam = take(MailText{.headers = "X-Spam-Flag: YES\r\nX-Spam-Status: Yes, score=15.2\r\n"}.raw());
  EXPECT_EQ(spam.state, "quarantined");
  EXPECT_EQ(entry(spam.mail_id).reason, "spam");
  EXPECT_EQ(tickets_stored(), 0);
  const auto released = call(administrator, "POST", "/email/mails/" + std::to_string(spam.mail_id) + "/release");
  ASSERT_EQ(outcome(released), "ok");
  EXPECT_EQ(released->body["mail"]["state"], "ticket");
  EXPECT_EQ(tickets_stored(), 1);
  EXPECT_EQ(outcome(call(administrator, "POST", "/email/mails/" + std::to_string(spam.mail_id) + "/release")), "not_held");
}

TEST_F(EmailTest, MailForNobodyIsHeldAndReleasedIntoTheFirstInbox) {
  email_inbox("support@shop.example");
  const auto lost = take(MailText{.to = "nobody@shop.example"}.raw(), "nobody@shop.example");
  EXPECT_EQ(entry(lost.mail_id).reason, "unknown_recipient");
  ASSERT_EQ(outcome(call(administrator, "POST", "/email/mails/" + std::to_string(lost.mail_id) + "/release")), "ok");
  EXPECT_EQ(tickets_stored(), 1);
}

TEST_F(EmailTest, BlockedSendersOpenNoTicket) {
  email_inbox("support@shop.example");
  ASSERT_EQ(outcome(call(administrator, "POST", "/email/blocks", {{"pattern", "@Spam.Example"}})), "ok");
  EXPECT_EQ(take(MailText{.from = "x@sub.spam.example"}.raw()).state, "blocked");
  EXPECT_EQ(take(MailText{.from = "x@notspam.example"}.raw()).state, "ticket");
  EXPECT_EQ(outcome(call(administrator, "POST", "/email/blocks", {{"pattern", "nonsense"}})), "/pattern:bad_format");
}

TEST_F(EmailTest, AMailThatEndedTheProcessTwiceIsHeldUnread) {
  email_inbox("support@shop.example");
  const std::string raw = MailText{}.raw();
  for (const char* suffix : {".1", ".2"}) { std::ofstream(folder / "marks" / (email::ReadingMarks::name_of(raw) + suffix)) << ""; }
  start_intake();  // the process after that
  const auto poison = take("Received: from a server that tried again\r\n\tby us\r\n" + raw);
  EXPECT_EQ(poison.state, "quarantined");
  EXPECT_EQ(entry(poison.mail_id).reason, "crash");
  EXPECT_EQ(take(MailText{}.raw()).state, "ticket");  // its neighbour
}

TEST_F(EmailTest, AddressesInUseThatTheStandardForbidsAreCustomersToo) {
  email_inbox("support@shop.example");
  for (const std::string address : {"Taro..S.@docomo.example", "\"two words\"@customer.example"}) {
    const auto taken = take(MailText{.from = address}.raw());
    ASSERT_EQ(taken.state, "ticket") << address << " " << entry(taken.mail_id).reason;
    EXPECT_EQ(take(MailText{.from = address}.raw()).state, "ticket");
    const auto written = reply_by_mail(administrator, *taken.ticket);
    ASSERT_EQ(outcome(written), "ok") << address;
  }
  EXPECT_EQ(number("SELECT COUNT(*) FROM customer"), 2);
}

TEST_F(EmailTest, InlinePicturesAreFilesOfTheMessage) {
  email_inbox("support@shop.example");
  const std::string png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  const auto taken = take(MailText{.headers = "Content-Type: multipart/related; boundary=b\r\n",
                                   .body = "--b\r\nContent-Type: text/html\r\n\r\n<p>See <b>this</b> <img src=\"cid:pic1\"></p>\r\n--b\r\nContent-Type: image/png; name=p.png\r\n"
                                           "Content-Transfer-Encoding: base64\r\nContent-ID: <pic1>\r\nContent-Disposition: inline\r\n\r\n" + png + "\r\n--b--\r\n"}.raw());
  const auto thread = messages(*taken.ticket);
  ASSERT_EQ(thread[0].attachments.size(), 1u);
  EXPECT_EQ(message_json(thread[0])["email"]["inline_attachment_ids"], json::array({thread[0].attachments[0].id.value}));
  const auto shown = call(administrator, "GET", "/messages/" + std::to_string(thread[0].id.value) + "/email");
  ASSERT_EQ(outcome(shown), "ok");
  EXPECT_NE(shown->body["html"].get<std::string>().find("src=\"/files/" + std::to_string(thread[0].attachments[0].id.value)), std::string::npos) << shown->body["html"];
}

TEST_F(EmailTest, ProgramsStayInTheOriginal) {
  email_inbox("support@shop.example");
  const auto taken = take(MailText{.headers = "Content-Type: multipart/mixed; boundary=b\r\n",
                                   .body = "--b\r\nContent-Type: text/plain\r\n\r\nRun it\r\n--b\r\nContent-Type: application/x-msdownload; name=invoice.exe\r\n\r\nMZ\r\n--b--\r\n"}.raw());
  const auto shown = message_json(messages(*taken.ticket).at(0));
  EXPECT_TRUE(shown["attachments"].empty());
  EXPECT_EQ(shown["email"]["problems"], json::array({"program_left_out"}));
}

TEST_F(EmailTest, AForwardedMailsAuthorCanBecomeTheRequester) {
  email_inbox("support@shop.example");
  const auto taken = take(MailText{.from = "Boss <boss@shop-owner.example>", .subject = "Fwd: Broken lamp",
                                   .body = "Please help her.\r\n\r\n---------- Forwarded message ---------\r\nFrom: Carla <carla@customer.example>\r\nDate: Mon, Jun 16, 2025\r\n"
                                           "Subject: Broken lamp\r\nTo: <boss@shop-owner.example>\r\n\r\nMy lamp is broken.\r\n"}.raw());
  const auto first = messages(*taken.ticket).at(0);
  EXPECT_EQ(message_json(first)["email"]["original_sender"]["address"], "carla@customer.example");
  const auto moved = call(administrator, "POST", "/tickets/" + std::to_string(taken.ticket->value) + "/requester", {{"message_id", first.id.value}});
  ASSERT_EQ(outcome(moved), "ok");
  EXPECT_EQ(moved->body["ticket"]["requester"]["name"], "Carla");
}

TEST_F(EmailTest, ReparseReadsTheKeptMailAgain) {
  email_inbox("support@shop.example");
  const auto taken = take(MailText{.body = "As it was written\r\n"}.raw());
  EXPECT_TRUE(write([&](Transaction& tx) -> Status {
                tx.execute("UPDATE message SET text = 'read badly' WHERE id = ?", {*taken.message});
                return {};
              }).has_value());
  ASSERT_EQ(outcome(call(administrator, "POST", "/email/mails/" + std::to_string(taken.mail_id) + "/reparse")), "ok");
  EXPECT_EQ(messages(*taken.ticket).at(0).text, "As it was written");
}

}  // namespace parley::test
