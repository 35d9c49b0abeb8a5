// What is held, for whom, and what becomes of it when a person lets it in.
#include <fstream>

#include "tests/integration/email/email_desk.h"

namespace parley::test {

class HeldTest : public EmailTest {
 protected:
  HeldTest() { inbox = email_inbox("support@shop.example"); }

  void block(const std::string& pattern) { ASSERT_EQ(outcome(call(administrator, "POST", "/email/blocks", {{"pattern", pattern}})), "ok"); }
  /// The ticket of a customer we have answered; the Message-ID of our answer.
  std::pair<TicketId, std::string> answered() {
    const auto first = take(MailText{}.raw());
    return {*first.ticket, sent(reply_by_mail(administrator, *first.ticket)->body["message"]["id"].get<std::int64_t>()).message_id};
  }
  std::string reason(const email::TakenMail& taken) { return entry(taken.mail_id).reason; }
  /// As if reading it had ended the process twice.
  void make_poison(const std::string& raw) {
    for (const char* suffix : {".1", ".2"}) { std::ofstream(folder / "marks" / (email::ReadingMarks::name_of(raw) + suffix)) << ""; }
    start_intake();
  }
  /// From an envelope, with a sender of its own.
  email::TakenMail take_from(const std::string& mail_from, const std::string& raw) {
    email::IncomingMail mail{std::make_shared<const std::string>(raw), "smtp", {}, {}, mail_from, {"support@shop.example"}};
    auto taken = intake->take_now(std::move(mail));
    EXPECT_EQ(outcome(taken), "ok");
    return taken.value();
  }

  InboxId inbox;
};

TEST_F(HeldTest, ABlockedSenderIsBlockedWhateverElseHisMailIs) {
  block("x@spam.example");
  const std::string from = "x@spam.example";
  EXPECT_EQ(take(MailText{.from = from, .headers = "X-Spam-Flag: YES\r\nX-Spam-Status: Yes, score=15.2\r\n"}.raw()).state, "blocked");
  EXPECT_EQ(take(MailText{.from = from, .headers = "List-Unsubscribe: <https://spam.example/u>\r\n"}.raw()).state, "blocked");
  EXPECT_EQ(take(MailText{.from = from}.raw(), "nobody@shop.example").state, "blocked");
  for (int i = 0; i < 60; ++i) { ASSERT_EQ(take(MailText{.from = from}.raw()).state, "blocked") << i; }
  const auto quarantined = call(administrator, "GET", "/email/mails");
  EXPECT_EQ(quarantined->body["quarantined_count"], 0);
}

TEST_F(HeldTest, ANewsletterIsHeldAndAnAnswerThatLooksLikeOneIsNot) {
  const std::string marks = "List-Unsubscribe: <https://crm.example/u>\r\nX-Campaign-Id: 7\r\n";
  const auto [ticket_id, ours] = answered();
  EXPECT_EQ(reason(take(MailText{.headers = marks}.raw())), "newsletter");
  const auto answer = take(MailText{.in_reply_to = ours, .headers = marks, .body = "Our order number is 5.\r\n"}.raw());
  EXPECT_EQ(answer.state, "joined");
  EXPECT_EQ(answer.ticket, ticket_id);
  const auto stranger = take(MailText{.from = "Mallory <m@elsewhere.example>", .in_reply_to = ours, .headers = marks}.raw());
  EXPECT_EQ(reason(stranger), "newsletter") << "it would open a ticket";
  EXPECT_EQ(tickets_stored(), 1);
}

TEST_F(HeldTest, WhoAnswersUsIsNotTooFast) {
  const auto [ticket_id, ours] = answered();
  for (int i = 0; i < 40; ++i) { take(MailText{.subject = "Order " + std::to_string(i)}.raw()); }
  EXPECT_EQ(reason(take(MailText{.subject = "One more"}.raw())), "too_fast");
  EXPECT_EQ(take(MailText{.in_reply_to = ours, .body = "Thanks!\r\n"}.raw()).ticket, ticket_id) << "a carrier's desk that answers fifty questions at once";
  EXPECT_EQ(reason(take(MailText{.in_reply_to = ours, .headers = "Auto-Submitted: auto-generated\r\n"}.raw())), "too_fast") << "but its robot is";
}

TEST_F(HeldTest, CopiesDoNotMakeASenderTooFast) {
  const std::string raw = MailText{}.raw();
  const auto first = take(raw);
  for (int i = 0; i < 100; ++i) { ASSERT_TRUE(take(raw).is_repeat); }
  EXPECT_EQ(take(MailText{.subject = "Another question"}.raw()).state, "ticket");
}

TEST_F(HeldTest, AMailWithoutASenderBecomesATicketOfItsEnvelopesSender) {
  const auto held = take_from("robot@machine.example", MailText{.from = "Alarm system"}.raw());
  ASSERT_EQ(reason(held), "no_sender");
  const auto released = intake->release(held.mail_id);
  ASSERT_EQ(outcome(released), "ok");
  const Ticket opened = ticket(*released->ticket);
  EXPECT_EQ(call(administrator, "GET", "/tickets/" + std::to_string(opened.id.value) + "/email")->body["to"][0]["address"], "robot@machine.example");
}

TEST_F(HeldTest, AMailWithoutAnySenderBecomesATicketOfSomebodyWithoutAddress) {
  for (const auto& [from, name] : {std::pair("", "Unknown sender"), std::pair("Front door", "Front door")}) {
    const auto held = take_from("", "Subject: Alarm\r\nMessage-ID: <" + random_token(6) + "@x.example>\r\n" + (*from == 0 ? "" : std::string("From: ") + from + "\r\n") + "\r\nIt rings.\r\n");
    ASSERT_EQ(entry(held.mail_id).state, "quarantined") << entry(held.mail_id).reason;
    const auto released = intake->release(held.mail_id);
    ASSERT_EQ(outcome(released), "ok") << name;
    const Ticket opened = ticket(*released->ticket);
    EXPECT_EQ(opened.requester.name, name);
    EXPECT_EQ(opened.subject, "Alarm");
    EXPECT_EQ(outcome(reply_by_mail(administrator, opened.id)), "/email/to:empty");
    EXPECT_EQ(outcome(reply_by_mail(administrator, opened.id, {{"email", {{"to", {"owner@customer.example"}}}}})), "ok");
  }
}

TEST_F(HeldTest, APoisonIsReleasedWithoutReadingItAndNobodyReadsItByLooking) {
  const std::string raw = MailText{.subject = "Poison subject"}.raw();
  make_poison(raw);
  const auto held = take_from("anna@customer.example", raw);
  ASSERT_EQ(reason(held), "crash");
  const auto released = intake->release(held.mail_id);
  ASSERT_EQ(outcome(released), "ok");
  EXPECT_TRUE(std::filesystem::exists(folder / "marks" / (email::ReadingMarks::name_of(raw) + ".2"))) << "it was not read: whoever reads it well takes the marks away";
  const TicketId opened = *released->ticket;
  const auto message = messages(opened).at(0);
  EXPECT_EQ(message_json(message)["email"]["problems"], json::array({"not_read"}));
  EXPECT_EQ(ticket(opened).requester.name, "anna");
  const std::string path = "/messages/" + std::to_string(message.id.value);
  const auto shown = call(administrator, "GET", path + "/email");
  ASSERT_EQ(outcome(shown), "ok");
  EXPECT_EQ(shown->body["headers"], json::array());
  auto download = http("GET", path + "/raw");
  download.credentials.bearer_token = token_of(administrator);
  const auto original = call(download);
  ASSERT_EQ(outcome(original), "ok");
  EXPECT_EQ(*original->bytes, raw);
  EXPECT_EQ(raw_of(reply_by_mail(administrator, opened)->body["message"]["id"].get<std::int64_t>()).find("Poison"), std::string::npos);
  EXPECT_EQ(outcome(intake->reparse(held.mail_id)), "crash");

  for (const char* suffix : {".1", ".2"}) { std::filesystem::remove(folder / "marks" / (email::ReadingMarks::name_of(raw) + suffix)); }
  start_intake();  // a week later, with a better reader
  const auto read_again = intake->reparse(held.mail_id);
  ASSERT_EQ(outcome(read_again), "ok");
  EXPECT_EQ(messages(opened).at(0).text, "Hello, where is it?");
  EXPECT_EQ(message_json(messages(opened).at(0))["email"]["problems"], json::array());
}

TEST_F(HeldTest, APoisonStaysUnreadWhenItsMarksAreForgotten) {
  const std::string raw = MailText{}.raw();
  make_poison(raw);
  const auto held = take_from("anna@customer.example", raw);
  std::filesystem::remove_all(folder / "marks");
  start_intake();
  const auto released = intake->release(held.mail_id);
  ASSERT_EQ(outcome(released), "ok");
  EXPECT_EQ(released->problems, std::vector<std::string>{"not_read"});
  EXPECT_EQ(messages(*released->ticket).at(0).text, "(…)");
}

}  // namespace parley::test
