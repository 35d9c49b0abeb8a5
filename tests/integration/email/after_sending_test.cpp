// What becomes of a mail after the agent pressed Send: taken back, overtaken, refused, perhaps arrived, written again.
#include "channels/email/mail_out.h"
#include "tests/integration/email/email_desk.h"
#include "tests/integration/email_sending/scripted_server.h"

namespace parley::test {
namespace {

using email::testing_support::ScriptedServer;
using tickets::TicketState;

class AfterSendingTest : public EmailTest {
 protected:
  AfterSendingTest() : out({database, cipher, *outgoing, clock, tokens, {}, "shop.example"}) {}

  void serve(ScriptedServer::Options options = {}) {
    server = std::make_unique<ScriptedServer>(std::move(options));
    email_inbox("support@shop.example",
                {{"outgoing", "smtp"}, {"smtp", {{"host", "127.0.0.1"}, {"port", server->port()}, {"security", "none"}, {"user", ""}, {"auth", "password"}}}});
    question = *take(MailText{}.raw()).ticket;
  }
  /// A server that says `answer` to commands that begin with `command` and contain `word`.
  static ScriptedServer::Options saying(std::string command, std::string word, std::string answer) {
    ScriptedServer::Options options;
    options.script = [=](const std::string& event) { return event.starts_with(command) && event.find(word) != std::string::npos ? answer : std::string(); };
    return options;
  }
  std::int64_t answer(json body = json::object()) {
    const auto posted = reply_by_mail(administrator, question, std::move(body));
    EXPECT_EQ(outcome(posted), "ok");
    return posted->body["message"]["id"].get<std::int64_t>();
  }
  int run_after(milliseconds wait) {
    clock->advance(wait);
    return out.run_once().value();
  }
  Result<Reply> act(std::int64_t message, const std::string& verb) { return call(administrator, "POST", "/messages/" + std::to_string(message) + "/" + verb); }
  json delivery(std::int64_t id) { return message_json(read([&](Transaction& tx) -> Result<tickets::Message> { return tickets::load_messages(tx, {id}).at(0); }).value())["delivery"]; }
  /// Params of the lines of the ticket that tell of failures.
  std::vector<json> failures_told() {
    std::vector<json> out_lines;
    bool has_more = false;
    const auto all = read([&](Transaction& tx) -> Result<std::vector<tickets::Message>> { return tickets::list_messages(tx, question, {}, has_more); }).value();
    for (const auto& message : all) {
      if (message.code == "delivery_failed") { out_lines.push_back(message.params); }
    }
    return out_lines;
  }

  std::unique_ptr<ScriptedServer> server;
  TicketId question;
  email::AccessTokens tokens{clock, {}, [](const std::string&, const std::string&) { return Status{}; }};
  email::MailOut out;
};

TEST_F(AfterSendingTest, TakingBackAMailThatSolvedTheTicketOpensItAgain) {
  serve();
  const auto id = answer({{"state", "solved"}});
  EXPECT_EQ(ticket(question).state, TicketState::solved);
  ASSERT_EQ(outcome(act(id, "undo")), "ok");
  EXPECT_EQ(ticket(question).state, TicketState::open);
  EXPECT_TRUE(ticket(question).waiting_since) << "nobody has answered after all";
  ASSERT_TRUE(patch(administrator, question, {.state = TicketState::on_hold}).has_value());
  ASSERT_EQ(outcome(act(answer({{"state", "solved"}}), "undo")), "ok");
  EXPECT_EQ(ticket(question).state, TicketState::on_hold);
  const auto other = answer({{"state", "solved"}});
  for (const auto state : {TicketState::open, TicketState::pending}) { ASSERT_TRUE(patch(administrator, question, {.state = state}).has_value()); }
  ASSERT_EQ(outcome(act(other, "undo")), "ok");
  EXPECT_EQ(ticket(question).state, TicketState::pending) << "what somebody decided since stays";
}

TEST_F(AfterSendingTest, AMailInBackOffCanBeTakenBack) {
  serve(saying("RCPT", "", "451 4.3.0 try later"));
  const auto id = answer();
  run_after(milliseconds{11'000});
  EXPECT_EQ(delivery(id)["state"], "pending");
  EXPECT_EQ(delivery(id)["attempts"], 1);
  EXPECT_EQ(outcome(act(id, "undo")), "ok");
  EXPECT_EQ(run_after(std::chrono::hours{80}), 0);
  EXPECT_TRUE(server->mails().empty());
}

TEST_F(AfterSendingTest, AScheduledMailLeavesWithTheDateItLeaves) {
  serve();
  const auto friday = clock->now(), monday = friday + std::chrono::hours{60};
  const auto id = answer({{"email", {{"send_at", to_ms(monday)}}}});
  EXPECT_EQ(run_after(std::chrono::hours{59}), 0);
  EXPECT_EQ(run_after(std::chrono::hours{2}), 1);
  EXPECT_EQ(delivery(id)["state"], "sent");
  EXPECT_EQ(to_ms(*sent(id).date) / 1000, to_ms(monday) / 1000);
}

TEST_F(AfterSendingTest, AScheduledMailDoesNotFollowACustomerWhoWroteFirst) {
  serve();
  const json monday = to_ms(clock->now() + std::chrono::hours{60});
  const auto stops = answer({{"email", {{"send_at", monday}, {"stops_on_reply", true}}}});
  const auto goes = answer({{"email", {{"send_at", monday}}}});
  EXPECT_EQ(take(MailText{.subject = "Out of office", .in_reply_to = sent(stops).message_id, .headers = "Auto-Submitted: auto-replied\r\n"}.raw()).ticket, question);
  clock->advance(std::chrono::hours{1});
  const auto undisturbed = outgoing->build(database, MessageId{stops});
  EXPECT_FALSE(undisturbed->is_superseded) << "a robot is not the customer";
  EXPECT_EQ(take(MailText{.in_reply_to = sent(stops).message_id, .body = "It has arrived, thank you!\r\n"}.raw()).ticket, question);
  run_after(std::chrono::hours{60});
  EXPECT_EQ(delivery(stops)["state"], "cancelled");
  EXPECT_EQ(delivery(stops)["status"], "superseded");
  EXPECT_EQ(delivery(goes)["state"], "sent");
  EXPECT_EQ(server->mails().size(), 1U);
}

TEST_F(AfterSendingTest, AnAnswerThatNobodyGotOpensTheSolvedTicketAndSaysSo) {
  serve(saying("RCPT", "", "550 5.1.1 no such user"));
  const auto id = answer({{"state", "solved"}});
  run_after(milliseconds{11'000});
  EXPECT_EQ(delivery(id)["state"], "failed");
  EXPECT_EQ(ticket(question).state, TicketState::open);
  EXPECT_TRUE(ticket(question).waiting_since);
  ASSERT_EQ(failures_told().size(), 1U);
  EXPECT_EQ(failures_told()[0]["message_id"], id);
  EXPECT_EQ(failures_told()[0]["recipients"], json::array()) << "nobody has it";
  EXPECT_EQ(failures_told()[0]["is_given_up"], false);
}

TEST_F(AfterSendingTest, ACopyThatWasRefusedIsNamedAndTheTicketStaysSolved) {
  serve(saying("RCPT", "boss@", "550 5.1.1 no such user"));
  const auto id = answer({{"state", "solved"}, {"email", {{"to", {"anna@customer.example"}}, {"cc", {"boss@customer.example"}}}}});
  run_after(milliseconds{11'000});
  EXPECT_EQ(ticket(question).state, TicketState::solved);
  ASSERT_EQ(failures_told().size(), 1U);
  EXPECT_EQ(failures_told()[0]["recipients"], json::array({1}));
  EXPECT_EQ(delivery(id)["failures"][0]["recipient"], 1);
  EXPECT_EQ(call(administrator, "GET", "/outbox")->body["items"][0]["to"], json::array({"boss@customer.example"})) << "Anna has it";
  EXPECT_EQ(delivery(id)["failures"][0]["status"], "5.1.1");
  ASSERT_EQ(outcome(act(id, "send")), "ok");
  run_after(milliseconds{1'000});
  EXPECT_EQ(server->mails().size(), 1U) << "Anna does not get it twice";
}

TEST_F(AfterSendingTest, GivingUpAfterThreeDaysIsNews) {
  serve(saying("MAIL", "", "451 4.3.0 try later"));
  const auto id = answer();
  for (int hours = 0; hours < 80; hours += 4) { run_after(std::chrono::hours{4}); }
  EXPECT_EQ(delivery(id)["state"], "dead");
  ASSERT_EQ(failures_told().size(), 1U);
  EXPECT_EQ(failures_told()[0]["is_given_up"], true);
}

TEST_F(AfterSendingTest, WhatMayHaveArrivedIsSettledByTheAgentsWord) {
  serve(saying("<dot>", "", "!cut"));
  const auto id = answer();
  run_after(milliseconds{11'000});
  ASSERT_EQ(delivery(id)["state"], "uncertain");
  EXPECT_EQ(run_after(std::chrono::hours{80}), 0) << "never by itself";
  ASSERT_EQ(outcome(act(id, "arrived")), "ok");
  EXPECT_EQ(delivery(id)["state"], "sent");
  EXPECT_EQ(outcome(act(id, "arrived")), "not_uncertain");
}

TEST_F(AfterSendingTest, FilesOfAMailThatDidNotArriveCanBeSentAgainByAColleague) {
  serve();
  const auto file = write([&](Transaction& tx) -> Result<AttachmentId> {
                      return tickets::insert_attachment(tx, files.put("%PDF-1.4 invoice", "invoice.pdf", "application/pdf").value(), administrator.key());
                    }).value();
  const auto first = answer({{"attachment_ids", {file.value}}});
  ASSERT_EQ(outcome(act(first, "undo")), "ok");
  const auto mei = agent("Mei Lin");
  const auto again = reply_by_mail(mei, question, {{"attachment_ids", {file.value}}});
  ASSERT_EQ(outcome(again), "ok");
  const auto mail = sent(again->body["message"]["id"].get<std::int64_t>());
  ASSERT_EQ(mail.parts.size(), 1U);
  EXPECT_EQ(mail.parts[0].bytes, "%PDF-1.4 invoice");
  EXPECT_EQ(sent(first).parts.size(), 1U) << "the first keeps its own";

  const auto elsewhere = take(MailText{.from = "Carl <carl@customer.example>", .subject = "Other"}.raw());
  EXPECT_EQ(outcome(reply_by_mail(mei, *elsewhere.ticket, {{"attachment_ids", {file.value}}})), "/attachment_ids:unknown_attachment") << "not into another conversation";
}

TEST_F(AfterSendingTest, DiscardingWhatWaitsLeavesTheTicketAsItWas) {
  serve();
  const auto id = answer({{"state", "solved"}});
  const auto row = number("SELECT id FROM outbox WHERE message_id = " + std::to_string(id));
  const auto discarded = call(administrator, "POST", "/outbox/" + std::to_string(row) + "/discard");
  ASSERT_EQ(outcome(discarded), "ok");
  EXPECT_EQ(discarded->body["item"]["state"], "cancelled");
  EXPECT_EQ(ticket(question).state, TicketState::open);
}

}  // namespace
}  // namespace parley::test
