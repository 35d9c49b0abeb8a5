// What leaves, and what an agent can still do about it.
#include "tests/integration/email/email_desk.h"

namespace parley::test {

TEST_F(EmailTest, AReplyIsAddressedThreadedAndSigned) {
  email_inbox("support@shop.example", {{"sender_name", "Lumen"}, {"signature_html", "<p>{{agent.name}}, {{inbox.name}}</p>"}});
  const auto mei = agent("Mei Lin");
  const auto first = take(MailText{.message_id = "q1@customer.example", .headers = "References: <q0@customer.example>\r\n"}.raw());
  const auto posted = reply_by_mail(mei, *first.ticket, {{"html", "<p>It leaves <b>tomorrow</b>.</p><script>x()</script>"}, {"text", ""}});
  ASSERT_EQ(outcome(posted), "ok");
  const json& message = posted->body["message"];
  EXPECT_EQ(message["text"], "It leaves tomorrow.");
  EXPECT_EQ(message["delivery"]["state"], "pending");
  const auto mail = sent(message["id"].get<std::int64_t>());
  ASSERT_EQ(mail.to.size(), 1u);
  EXPECT_EQ(mail.to[0].address, "anna@customer.example");
  EXPECT_EQ(mail.from.at(0).name, "Mei | Lumen");
  EXPECT_EQ(mail.subject, "Re: Where is my parcel?");
  EXPECT_EQ(mail.in_reply_to, "q1@customer.example");
  EXPECT_EQ(mail.references, (std::vector<std::string>{"q0@customer.example", "q1@customer.example"}));
  EXPECT_NE(mail.html.find("<b>tomorrow</b>"), std::string::npos) << mail.html;
  EXPECT_EQ(mail.html.find("script"), std::string::npos);
  EXPECT_NE(mail.text.find("Mei Lin, Lumen"), std::string::npos) << mail.text;
  EXPECT_NE(mail.text.find("> Hello, where is it?"), std::string::npos) << mail.text;
}

TEST_F(EmailTest, AnAgentsOwnSignatureStandsAboveTheInboxs) {
  email_inbox("support@shop.example", {{"sender_name", "Lumen"}, {"signature_html", "<p>{{inbox.name}}</p>"}});
  const auto mei = agent("Mei Lin"), tom = agent("Tom");
  const auto first = take(MailText{}.raw());
  EXPECT_EQ(call(mei, "GET", "/me/signature")->body["signature_html"], "");
  const auto kept = call(mei, "PUT", "/me/signature", {{"signature_html", "<p>Best, <b>{{agent.first_name}}</b></p><script>x()</script>"}});
  ASSERT_EQ(outcome(kept), "ok");
  EXPECT_EQ(kept->body["signature_html"], "<p>Best, <b>{{agent.first_name}}</b></p>");
  const std::string path = "/tickets/" + std::to_string(first.ticket->value) + "/email";
  EXPECT_EQ(call(mei, "GET", path)->body["signature_html"], "<div><p>Best, <b>Mei</b></p></div><div><p>Lumen</p></div>");
  EXPECT_EQ(call(tom, "GET", path)->body["signature_html"], "<p>Lumen</p>") << "somebody else's is his";
  const auto mail = sent(reply_by_mail(mei, *first.ticket)->body["message"]["id"].get<std::int64_t>());
  EXPECT_LT(mail.text.find("Best, Mei"), mail.text.find("Lumen")) << mail.text;
  EXPECT_EQ(outcome(call(mei, "PUT", "/me/signature", {{"signature_html", std::string(10'001, 'x')}})), "/signature_html:too_long");
}

TEST_F(EmailTest, TheSameMessageIsTheSameBytesEveryTime) {
  email_inbox("support@shop.example");
  const auto first = take(MailText{}.raw());
  const auto id = reply_by_mail(administrator, *first.ticket)->body["message"]["id"].get<std::int64_t>();
  const std::string once = raw_of(id);
  clock->advance(milliseconds{3'600'000});
  EXPECT_EQ(raw_of(id), once);
}

TEST_F(EmailTest, UndoTakesTheMailBackWhileItWaits) {
  email_inbox("support@shop.example");
  const auto first = take(MailText{}.raw());
  const auto id = reply_by_mail(administrator, *first.ticket)->body["message"]["id"].get<std::int64_t>();
  EXPECT_FALSE(ticket(*first.ticket).waiting_since);
  const auto undone = call(administrator, "POST", "/messages/" + std::to_string(id) + "/undo");
  ASSERT_EQ(outcome(undone), "ok");
  EXPECT_EQ(undone->body["message"]["delivery"]["state"], "cancelled");
  EXPECT_TRUE(ticket(*first.ticket).waiting_since) << "the customer waits again";
  clock->advance(milliseconds{60'000});
  int handed = 0;
  const auto worker = storage::make_outbox_worker(database, clock, {}, {{"email", [&](const storage::OutboxItem&) -> storage::SendOutcome {
                                                                         ++handed;
                                                                         return {storage::SendOutcome::Kind::sent, {}, {}, {}};
                                                                       }}});
  ASSERT_TRUE(worker->run_once().has_value());
  EXPECT_EQ(handed, 0);
}

TEST_F(EmailTest, AfterTheWindowItLeavesAndCannotBeTakenBack) {
  email_inbox("support@shop.example");
  const auto first = take(MailText{}.raw());
  const auto id = reply_by_mail(administrator, *first.ticket)->body["message"]["id"].get<std::int64_t>();
  std::vector<std::int64_t> handed, announced;
  storage::OutboxOptions options;
  options.on_change = [&](Transaction& tx, const storage::OutboxItem& item) {
    announced.push_back(item.message_id);
    tickets::announce_message(tx, MessageId{item.message_id});
  };
  const auto worker = storage::make_outbox_worker(database, clock, options, {{"email", [&](const storage::OutboxItem& item) -> storage::SendOutcome {
                                                                                handed.push_back(item.message_id);
                                                                                return {storage::SendOutcome::Kind::refused, {}, "550 5.7.1 no", {}, "5.7.1"};
                                                                              }}});
  ASSERT_TRUE(worker->run_once().has_value());
  EXPECT_TRUE(handed.empty()) << "the undo window is open";
  clock->advance(milliseconds{10'001});
  ASSERT_TRUE(worker->run_once().has_value());
  EXPECT_EQ(handed, std::vector<std::int64_t>{id});
  EXPECT_EQ(announced, std::vector<std::int64_t>{id});
  EXPECT_EQ(outcome(call(administrator, "POST", "/messages/" + std::to_string(id) + "/undo")), "already_sent");
  const auto again = call(administrator, "POST", "/messages/" + std::to_string(id) + "/send");
  ASSERT_EQ(outcome(again), "ok");
  EXPECT_EQ(again->body["message"]["delivery"]["state"], "pending");
  EXPECT_EQ(number("SELECT COUNT(*) FROM journal WHERE kind = 7"), 2);
}

TEST_F(EmailTest, DeliveryNewsAreNoNewsToTheReplyGuard) {
  email_inbox("support@shop.example");
  const auto first = take(MailText{}.raw());
  const auto posted = reply_by_mail(administrator, *first.ticket);
  const auto seen = posted->body["ticket"]["version"];
  EXPECT_TRUE(write([&](Transaction& tx) -> Status {
                tickets::announce_message(tx, MessageId{posted->body["message"]["id"].get<std::int64_t>()});
                return {};
              }).has_value());
  EXPECT_EQ(outcome(reply_by_mail(administrator, *first.ticket, {{"seen_version", seen}})), "ok");
}

TEST_F(EmailTest, RecipientsAreChecked) {
  email_inbox("support@shop.example");
  const auto first = take(MailText{}.raw());
  EXPECT_EQ(outcome(reply_by_mail(administrator, *first.ticket, {{"email", {{"to", {"Bob <bob@x.example>", "nonsense"}}}}})), "/email/to/1:bad_format");
  EXPECT_EQ(outcome(reply_by_mail(administrator, *first.ticket, {{"email", {{"cc", {"support@shop.example"}}}}})), "/email/cc/0:own_address");
  EXPECT_EQ(outcome(reply_by_mail(administrator, *first.ticket, {{"email", {{"to", json::array()}}}})), "/email/to:empty");
  const auto posted = reply_by_mail(administrator, *first.ticket, {{"email", {{"to", {"Bob <bob@x.example>"}}, {"bcc", {"eve@y.example"}}, {"subject", "New"}, {"quotes_history", false}}}});
  ASSERT_EQ(outcome(posted), "ok");
  const auto id = posted->body["message"]["id"].get<std::int64_t>();
  const auto built = outgoing->build(database, MessageId{id});
  EXPECT_EQ(built->recipients, (std::vector<std::string>{"bob@x.example", "eve@y.example"}));
  EXPECT_EQ(built->mail.raw.find("eve@y.example"), std::string::npos) << "nobody learns of blind copies";
  EXPECT_EQ(sent(id).text.find("where is it"), std::string::npos);
}

TEST_F(EmailTest, WhoMayWriteToWhomIsAnInboxesChoice) {
  const auto inbox = email_inbox("support@shop.example", {{"recipients", "participants"}});
  const auto mei = agent("Mei Lin");
  const auto first = take(MailText{.headers = "Cc: Bob <bob@customer.example>\r\n"}.raw());
  const std::string path = "/tickets/" + std::to_string(first.ticket->value) + "/email";
  EXPECT_EQ(call(mei, "GET", path)->body["may_add_recipients"], false);
  EXPECT_EQ(call(administrator, "GET", path)->body["may_add_recipients"], true);
  EXPECT_EQ(outcome(reply_by_mail(mei, *first.ticket, {{"email", {{"to", {"Bob@Customer.example"}}, {"cc", {"anna@customer.example"}}}}})), "ok");
  EXPECT_EQ(outcome(reply_by_mail(mei, *first.ticket, {{"email", {{"cc", {"bob@customer.example", "friend@else.example"}}}}})), "/email/cc/1:forbidden_recipient");
  EXPECT_EQ(outcome(reply_by_mail(mei, *first.ticket, {{"email", {{"bcc", {"friend@else.example"}}}}})), "/email/bcc/0:forbidden_recipient");
  EXPECT_EQ(outcome(reply_by_mail(administrator, *first.ticket, {{"email", {{"cc", {"friend@else.example"}}}}})), "ok");
  const auto open = [&](const Principal& who, const std::string& address) {
    return outcome(call(who, "POST", "/tickets", {{"inbox_id", inbox.value}, {"requester", {{"name", "X"}, {"email", address}}}, {"subject", "Hi"}, {"text", "Hello"}, {"client_id", client_id()}}));
  };
  clock->advance(milliseconds{1'000});
  EXPECT_EQ(open(mei, "anna@customer.example"), "ok");
  EXPECT_EQ(open(mei, "nobody@knows.example"), "/requester/email:forbidden_recipient");
  EXPECT_EQ(open(administrator, "nobody@knows.example"), "ok");
}

TEST_F(EmailTest, ATeamsInboxIsWrittenFromByItsTeam) {
  const auto inbox = email_inbox("support@shop.example");
  const auto blue = team("Blue"), red = team("Red");
  const auto insider = agent("In", {.teams = {blue}}), outsider = agent("Out", {.teams = {red}});
  ASSERT_TRUE(write([&](Transaction& tx) -> Status {
                tx.execute("UPDATE inbox SET team_id = ? WHERE id = ?", {blue, inbox});
                return {};
              }).has_value());
  const auto open = [&](const Principal& who) {
    return outcome(call(who, "POST", "/tickets", {{"inbox_id", inbox.value}, {"requester", {{"name", "X"}, {"email", "x@y.example"}}}, {"subject", "Hi"}, {"text", "Hello"}, {"client_id", client_id()}}));
  };
  EXPECT_EQ(open(outsider), "/inbox_id:forbidden_inbox");
  EXPECT_EQ(open(insider), "ok");
  EXPECT_EQ(open(administrator), "ok");
}

TEST_F(EmailTest, HeadersCannotBeSmuggledIn) {
  email_inbox("support@shop.example");
  const auto first = take(MailText{}.raw());
  const auto posted = reply_by_mail(administrator, *first.ticket, {{"email", {{"subject", "Hi\r\nBcc: all@x.example"}, {"to", {"\"A\r\nX: y\" <bob@x.example>"}}}}});
  ASSERT_EQ(outcome(posted), "ok");
  const auto mail = sent(posted->body["message"]["id"].get<std::int64_t>());
  EXPECT_TRUE(mail.bcc.empty());
  for (const auto& [name, value] : mail.headers) { EXPECT_NE(name, "X"); }
}

TEST_F(EmailTest, PicturesOfTheComposerTravelInTheMail) {
  email_inbox("support@shop.example");
  const auto first = take(MailText{}.raw());
  const std::string png("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0", 29);
  const auto id = write([&](Transaction& tx) -> Result<AttachmentId> {
                    return tickets::insert_attachment(tx, files.put(png, "lamp.png", "image/png").value(), administrator.key());
                  }).value();
  const auto posted = reply_by_mail(administrator, *first.ticket, {{"html", "<p>See <img data-attachment-id=\"" + std::to_string(id.value) + "\" src=\"/files/x\"></p>"},
                                                                   {"text", ""}, {"attachment_ids", {id.value}}});
  ASSERT_EQ(outcome(posted), "ok");
  const auto mail = sent(posted->body["message"]["id"].get<std::int64_t>());
  ASSERT_EQ(mail.parts.size(), 1u);
  EXPECT_EQ(mail.parts[0].bytes, png);
  EXPECT_TRUE(mail.parts[0].is_inline);
  EXPECT_NE(mail.html.find("cid:" + mail.parts[0].content_id), std::string::npos) << mail.html;
}

TEST_F(EmailTest, AnAgentWritesFirstToANewAddress) {
  const auto inbox = email_inbox("support@shop.example");
  const auto made = call(administrator, "POST", "/tickets", {{"inbox_id", inbox.value}, {"requester", {{"name", "Dora"}, {"email", "dora@x.example"}}}, {"subject", "Your order"},
                                                             {"text", "Hello Dora"}, {"client_id", client_id()}});
  ASSERT_EQ(outcome(made), "ok");
  EXPECT_EQ(made->body["ticket"]["channel"], "email");
  const auto mail = sent(made->body["message"]["id"].get<std::int64_t>());
  EXPECT_EQ(mail.to.at(0).address, "dora@x.example");
  EXPECT_EQ(mail.subject, "Your order");
}

TEST_F(EmailTest, AnInboxWithoutAWayOutSaysSo) {
  email_inbox("support@shop.example", {{"outgoing", "none"}});
  const auto first = take(MailText{}.raw());
  EXPECT_EQ(outcome(reply_by_mail(administrator, *first.ticket)), "cannot_send");
  EXPECT_EQ(outcome(reply_by_mail(administrator, *first.ticket, {{"kind", "note"}})), "ok");
}

TEST_F(EmailTest, MailTicketsAreNotShownInTheWidget) {
  email_inbox("support@shop.example");
  const auto first = take(MailText{}.raw());
  Principal visitor;
  visitor.kind = Principal::Kind::visitor;
  visitor.customer = ticket(*first.ticket).requester.id;
  EXPECT_EQ(call(visitor, "GET", "/widget/conversations")->body["items"], json::array());
  EXPECT_EQ(outcome(call(visitor, "GET", "/widget/conversations/" + std::to_string(first.ticket->value) + "/messages")), "not_found");
}

TEST_F(EmailTest, ATeamSeesItsMailOnly) {
  email_inbox("support@shop.example", {});
  const auto blue = team("Blue"), red = team("Red");
  const auto insider = agent("In", {.teams = {blue}}), outsider = agent("Out", {.teams = {red}});
  const auto first = take(MailText{}.raw());
  ASSERT_EQ(outcome(patch(administrator, *first.ticket, {.team = std::optional(blue)})), "ok");
  const auto message = messages(*first.ticket).at(0).id.value;
  EXPECT_EQ(outcome(call(insider, "GET", "/messages/" + std::to_string(message) + "/email")), "ok");
  EXPECT_EQ(outcome(call(outsider, "GET", "/messages/" + std::to_string(message) + "/email")), "not_found");
  for (const auto& [who, expected] : {std::pair(insider, "ok"), std::pair(outsider, "not_found")}) {
    auto download = http("GET", "/messages/" + std::to_string(message) + "/raw");
    download.credentials.bearer_token = token_of(who);
    EXPECT_EQ(outcome(call(download)), expected);
  }
  EXPECT_EQ(outcome(call(outsider, "POST", "/messages/" + std::to_string(message) + "/undo")), "not_found");
}

}  // namespace parley::test
