// A visitor has left and left an address: the agent goes on by e-mail, in the same ticket.
#include "channels/email/mail_out.h"
#include "tests/integration/email/email_desk.h"

namespace parley::test {
namespace {

class ChatByMailTest : public EmailTest {
 protected:
  ChatByMailTest() : mei(agent("Mei Lin")), chat(inbox()), anna(customer("Anna")), mail_inbox(email_inbox("support@shop.example")) {
    EXPECT_EQ(outcome(call(administrator, "PATCH", "/inboxes/" + std::to_string(chat.id.value), {{"email_inbox_id", mail_inbox.value}})), "ok");
    EXPECT_TRUE(write([&](Transaction& tx) { return customers.set_identity(tx, anna, customers::IdentityKind::email, "anna@customer.example", false); }).has_value());
    id = start(chat, anna, "Is anybody there?").ticket.id;
  }
  Principal visitor() {
    Principal who;
    who.kind = Principal::Kind::visitor;
    who.customer = anna;
    who.inbox = chat.id;
    return who;
  }
  json widget(const std::string& path) { return call(visitor(), "GET", "/widget/conversations" + path)->body; }
  std::int64_t mail_anna(const std::string& text) {
    const auto posted = reply_by_mail(mei, id, {{"channel", "email"}, {"text", text}});
    EXPECT_EQ(outcome(posted), "ok");
    return posted->body["message"]["id"].get<std::int64_t>();
  }

  Principal mei;
  Inbox chat;
  CustomerId anna;
  InboxId mail_inbox;
  TicketId id;
};

TEST_F(ChatByMailTest, AnAnswerLeavesByMailAndWhatComesBackIsInTheSameTicket) {
  const auto defaults = call(mei, "GET", "/tickets/" + std::to_string(id.value) + "/email");
  ASSERT_EQ(outcome(defaults), "ok");
  EXPECT_EQ(defaults->body["to"][0]["address"], "anna@customer.example");
  EXPECT_EQ(defaults->body["from"]["address"], "support@shop.example");

  const auto mail = sent(mail_anna("Now somebody is."));
  EXPECT_EQ(mail.to.at(0).address, "anna@customer.example");
  EXPECT_EQ(mail.subject, "Is anybody there?");
  const auto answer = take(MailText{.message_id = "a1@customer.example", .in_reply_to = mail.message_id, .body = "Good, thank you.\r\n"}.raw());
  EXPECT_EQ(answer.ticket, id);
  const auto all = messages(id);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].channel + " " + all[1].channel + " " + all[2].channel, "chat email email");
  EXPECT_EQ(all[2].text, "Good, thank you.");
  EXPECT_EQ(ticket(id).channel, "chat") << "where it began";
  EXPECT_EQ(ticket(id).requester.id, anna);
  EXPECT_TRUE(ticket(id).waiting_since);

  const auto second = sent(mail_anna("You are welcome."));
  EXPECT_EQ(second.in_reply_to, "a1@customer.example");
  EXPECT_EQ(second.subject, "Re: Is anybody there?");
}

TEST_F(ChatByMailTest, WhoeverHasTheBrowserDoesNotReadTheMail) {
  mail_anna("Your order 4711 leaves tomorrow.");
  take(MailText{.in_reply_to = sent(mail_anna("And the invoice.")).message_id, .body = "A secret.\r\n"}.raw());
  const json seen = widget("/" + std::to_string(id.value) + "/messages");
  ASSERT_EQ(seen["items"].size(), 1u) << seen.dump();
  EXPECT_EQ(seen["conversation"]["last_message"]["text"], "Is anybody there?");
  EXPECT_EQ(seen["conversation"]["unread_count"], 0);
  EXPECT_EQ(widget("")["items"].size(), 1u) << "the conversation itself is still hers";
  // She is back: the chat goes on where it was.
  EXPECT_EQ(outcome(call(visitor(), "POST", "/widget/conversations/" + std::to_string(id.value) + "/messages", {{"client_id", client_id()}, {"text", "I am back"}})), "ok");
  EXPECT_EQ(outcome(reply(mei, id)), "ok");
  const auto items = widget("/" + std::to_string(id.value) + "/messages")["items"];
  ASSERT_EQ(items.size(), 3u);
  EXPECT_EQ(items[2]["channel"], "chat") << "without a wish an answer goes where the ticket began";
}

TEST_F(ChatByMailTest, WhereThereIsNoWayByMailItIsSaid) {
  const auto nobody = start(chat, customer("No address")).ticket.id;
  EXPECT_EQ(outcome(reply_by_mail(mei, nobody, {{"channel", "email"}})), "/email/to:empty");
  const std::string path = "/inboxes/" + std::to_string(chat.id.value);
  EXPECT_EQ(outcome(call(administrator, "PATCH", path, {{"email_inbox_id", chat.id.value}})), "/email_inbox_id:unknown_inbox");
  EXPECT_EQ(outcome(call(administrator, "PATCH", "/inboxes/" + std::to_string(mail_inbox.value), {{"email_inbox_id", mail_inbox.value}})), "/email_inbox_id:not_allowed");
  ASSERT_EQ(outcome(call(administrator, "PATCH", path, {{"email_inbox_id", nullptr}})), "ok");
  EXPECT_EQ(outcome(reply_by_mail(mei, id, {{"channel", "email"}})), "cannot_send");
  const auto by_mail = take(MailText{.from = "Bo <bo@customer.example>"}.raw());
  EXPECT_EQ(outcome(reply_by_mail(mei, *by_mail.ticket, {{"channel", "chat"}})), "/channel:not_allowed") << "nobody would see it";
}

}  // namespace
}  // namespace parley::test
