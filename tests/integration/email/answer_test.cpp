// To whom an answer goes, and which mail it answers.
#include "tests/integration/email/email_desk.h"

namespace parley::test {

namespace {

std::string forwarded_by_the_boss() {
  return MailText{.from = "Boss <boss@shop-owner.example>", .subject = "Fwd: Broken lamp", .headers = "Cc: Partner <partner@shop-owner.example>\r\n",
                  .body = "Please help her.\r\n\r\n---------- Forwarded message ---------\r\nFrom: Carla <carla@customer.example>\r\nDate: Mon, Jun 16, 2025\r\n"
                          "Subject: Broken lamp\r\nTo: <boss@shop-owner.example>\r\n\r\nMy lamp is broken.\r\n"}.raw();
}

}  // namespace

TEST_F(EmailTest, AfterATakeOverAnswersGoToTheNewRequesterUntilSomebodyWrites) {
  email_inbox("support@shop.example");
  const auto taken = take(forwarded_by_the_boss());
  const std::string path = "/tickets/" + std::to_string(taken.ticket->value);
  EXPECT_EQ(call(administrator, "GET", path + "/email")->body["to"][0]["address"], "boss@shop-owner.example");
  ASSERT_EQ(outcome(call(administrator, "POST", path + "/requester", {{"message_id", taken.message->value}})), "ok");
  const auto defaults = call(administrator, "GET", path + "/email");
  ASSERT_EQ(outcome(defaults), "ok");
  EXPECT_EQ(defaults->body["to"], json::array({{{"name", "Carla"}, {"address", "carla@customer.example"}}}));
  EXPECT_EQ(defaults->body["cc"], json::array()) << "the forwarder's people are not hers";
  const auto out = sent(reply_by_mail(administrator, *taken.ticket)->body["message"]["id"].get<std::int64_t>());
  ASSERT_EQ(out.to.size(), 1u);
  EXPECT_EQ(out.to[0].address, "carla@customer.example");

  ASSERT_EQ(outcome(call(administrator, "POST", "/email/mails/" + std::to_string(taken.mail_id) + "/reparse")), "ok");
  EXPECT_EQ(call(administrator, "GET", path + "/email")->body["to"][0]["address"], "carla@customer.example") << "reading the mail again changes nothing of it";

  const auto later = take(MailText{.from = "Boss <boss@shop-owner.example>", .in_reply_to = out.message_id, .body = "Is it done?\r\n"}.raw());
  ASSERT_EQ(later.ticket, taken.ticket);
  EXPECT_EQ(call(administrator, "GET", path + "/email")->body["to"][0]["address"], "boss@shop-owner.example");
}

TEST_F(EmailTest, ARobotsAnswerDoesNotTurnTheNextReplyToItself) {
  email_inbox("support@shop.example");
  const auto first = take(MailText{.message_id = "asked@customer.example", .headers = "Cc: Bob <bob@customer.example>\r\n", .body = "Where is <b>it</b>?\r\n"}.raw());
  const auto out = sent(reply_by_mail(administrator, *first.ticket)->body["message"]["id"].get<std::int64_t>());
  const auto away = take(MailText{.from = "Bob <bob@customer.example>", .subject = "Out of office", .message_id = "away@customer.example", .in_reply_to = out.message_id,
                                  .headers = "Auto-Submitted: auto-replied\r\n", .body = "I am away until Monday.\r\n"}.raw());
  ASSERT_EQ(away.ticket, first.ticket);
  const auto next = sent(reply_by_mail(administrator, *first.ticket, {{"text", "It has left."}})->body["message"]["id"].get<std::int64_t>());
  ASSERT_EQ(next.to.size(), 1u);
  EXPECT_EQ(next.to[0].address, "anna@customer.example");
  ASSERT_EQ(next.cc.size(), 1u);
  EXPECT_EQ(next.cc[0].address, "bob@customer.example");
  EXPECT_EQ(next.in_reply_to, "asked@customer.example");
  EXPECT_EQ(next.references, (std::vector<std::string>{out.message_id, "away@customer.example", "asked@customer.example"})) << "all of the thread, last what is answered";
  EXPECT_NE(next.text.find("> Where is <b>it</b>?"), std::string::npos) << next.text;
  EXPECT_EQ(next.html.find("away until Monday"), std::string::npos) << "quoted is what is answered, in both halves";
}

TEST_F(EmailTest, ATicketAMachineOpenedIsAnsweredAllTheSame) {
  email_inbox("support@shop.example");
  const auto first = take(MailText{.from = "Form <form@customer.example>", .message_id = "form@customer.example", .headers = "Auto-Submitted: auto-generated\r\n"}.raw());
  ASSERT_TRUE(first.ticket) << first.state;
  const auto out = sent(reply_by_mail(administrator, *first.ticket)->body["message"]["id"].get<std::int64_t>());
  EXPECT_EQ(out.to.at(0).address, "form@customer.example");
  EXPECT_EQ(out.in_reply_to, "form@customer.example");
}

}  // namespace parley::test
