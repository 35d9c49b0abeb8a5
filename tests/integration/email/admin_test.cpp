// What administrators set up and look after.
#include "base/json_text.h"
#include "tests/integration/email/email_desk.h"

namespace parley::test {

namespace {
const json imap{{"host", "imap.shop.example"}, {"port", 993}, {"security", "tls"}, {"user", "support"}, {"secret", "s3cret"}};
}

TEST_F(EmailTest, SettingsTakeEffectAtOnceAndSecretsStayInside) {
  const auto inbox = email_inbox("Support@Shop.Example", {{"incoming", "imap"}, {"imap", imap}});
  EXPECT_EQ(transport.changes, 1);
  const auto listed = call(administrator, "GET", "/email/inboxes");
  ASSERT_EQ(listed->body["items"].size(), 1u);
  EXPECT_EQ(listed->body["items"][0]["address"], "support@shop.example");
  EXPECT_EQ(listed->body["items"][0]["imap"]["has_secret"], true);
  EXPECT_EQ(dump_json(listed->body).find("s3cret"), std::string::npos);
  EXPECT_EQ(number("SELECT COUNT(*) FROM email_inbox WHERE INSTR(settings, 's3cret') > 0 OR INSTR(secrets, 's3cret') > 0"), 0);
  EXPECT_EQ(mailboxes.of(inbox)->imap->secret, "s3cret");

  json without_secret = imap;
  without_secret.erase("secret");
  const std::string path = "/email/inboxes/" + std::to_string(inbox.value);
  ASSERT_EQ(outcome(call(administrator, "PUT", path, {{"address", "support@shop.example"}, {"incoming", "imap"}, {"outgoing", "none"}, {"imap", without_secret}})), "ok");
  EXPECT_EQ(mailboxes.of(inbox)->imap->secret, "s3cret") << "what is left out stays";
  without_secret["host"] = "imap.evil.example";
  ASSERT_EQ(outcome(call(administrator, "PUT", path, {{"address", "support@shop.example"}, {"incoming", "imap"}, {"outgoing", "none"}, {"imap", without_secret}})), "ok");
  EXPECT_EQ(mailboxes.of(inbox)->imap->secret, "") << "a password is never shown to another server";
}

TEST_F(EmailTest, BadSettingsNameTheField) {
  email_inbox("support@shop.example");
  const auto create = [&](const json& settings) {
    json email{{"address", "other@shop.example"}, {"incoming", "smtp"}, {"outgoing", "none"}};
    if (settings.is_object()) { email.update(settings); }
    return outcome(call(administrator, "POST", "/email/inboxes", {{"name", "Mail"}, {"email", email}}));
  };
  EXPECT_EQ(create({{"address", "nonsense"}}), "/address:bad_format");
  EXPECT_EQ(create({{"address", "SUPPORT@shop.example"}}), "/address:taken");
  EXPECT_EQ(create({{"aliases", {"a@b.example", "x"}}}), "/email/aliases/1:too_short");
  EXPECT_EQ(create({{"incoming", "imap"}}), "/imap:missing");
  EXPECT_EQ(create({{"outgoing", "smtp"}}), "/smtp:missing");
  EXPECT_EQ(create({{"incoming", "imap"}, {"imap", {{"host", "a b"}, {"port", 993}, {"security", "tls"}}}}), "/imap/host:bad_format");
  EXPECT_EQ(create({}), "ok");
}

TEST_F(EmailTest, OnlyAdministratorsManageMail) {
  const auto mei = agent("Mei Lin");
  for (const char* path : {"/email/inboxes", "/email/mails", "/email/blocks"}) { EXPECT_EQ(outcome(call(mei, "GET", path)), "forbidden") << path; }
  EXPECT_EQ(outcome(call(mei, "GET", "/outbox", {}, {{"state", "failed"}})), "forbidden");
  EXPECT_EQ(outcome(call(mei, "GET", "/templates")), "ok");
}

TEST_F(EmailTest, AConnectionIsTriedWithTheStoredSecret) {
  const auto inbox = email_inbox("support@shop.example", {{"incoming", "imap"}, {"imap", imap}});
  json server = imap;
  server.erase("secret");
  const auto tried = call(administrator, "POST", "/email/check", {{"inbox_id", inbox.value}, {"imap", server}});
  ASSERT_EQ(outcome(tried), "ok");
  EXPECT_EQ(tried->body["is_ok"], false);
  EXPECT_EQ(tried->body["steps"][1]["detail"], "The password is wrong.");
  EXPECT_EQ(transport.tried->secret, "s3cret");
  server["host"] = "imap.evil.example";
  ASSERT_EQ(outcome(call(administrator, "POST", "/email/check", {{"inbox_id", inbox.value}, {"imap", server}})), "ok");
  EXPECT_EQ(transport.tried->secret, "");
}

TEST_F(EmailTest, TheLogPagesThroughAllMail) {
  email_inbox("support@shop.example");
  for (int i = 0; i < 5; ++i) { take(MailText{.subject = "Mail " + std::to_string(i)}.raw()); }
  std::vector<std::string> subjects;
  json query{{"limit", 2}};
  for (int page = 0; page < 5; ++page) {
    const auto mails = call(administrator, "GET", "/email/mails", {}, query);
    ASSERT_EQ(outcome(mails), "ok");
    for (const auto& mail : mails->body["items"]) { subjects.push_back(mail["subject"].get<std::string>()); }
    if (mails->body["next_cursor"].is_null()) { break; }
    query["cursor"] = mails->body["next_cursor"];
  }
  EXPECT_EQ(subjects, (std::vector<std::string>{"Mail 4", "Mail 3", "Mail 2", "Mail 1", "Mail 0"}));
}

TEST_F(EmailTest, DeadLettersCanBeSentAgainOrGivenUp) {
  email_inbox("support@shop.example");
  const auto first = take(MailText{}.raw());
  for (int i = 0; i < 2; ++i) { ASSERT_EQ(outcome(reply_by_mail(administrator, *first.ticket)), "ok"); }
  EXPECT_TRUE(write([&](Transaction& tx) -> Status {
                tx.execute("UPDATE outbox SET state = 5, last_error = '421 try later'");
                return {};
              }).has_value());
  const auto dead = call(administrator, "GET", "/outbox", {}, {{"state", "dead"}});
  ASSERT_EQ(dead->body["items"].size(), 2u);
  EXPECT_EQ(dead->body["items"][0]["to"], json::array({"anna@customer.example"}));
  const auto path = [&](int i, const char* verb) { return "/outbox/" + std::to_string(dead->body["items"][static_cast<std::size_t>(i)]["id"].get<std::int64_t>()) + verb; };
  EXPECT_EQ(call(administrator, "POST", path(0, "/send"))->body["item"]["state"], "pending");
  const auto settled = call(administrator, "POST", path(1, "/discard"))->body["item"];
  EXPECT_EQ(settled["state"], "dead") << "nothing is said that was not so";
  EXPECT_TRUE(settled["settled_at"].is_number());
  const auto open = call(administrator, "GET", "/outbox");
  for (const auto& item : open->body["items"]) { EXPECT_NE(item["id"], settled["id"]); }
  EXPECT_EQ(outcome(call(administrator, "POST", path(1, "/discard"))), "not_held");
}

TEST_F(EmailTest, TemplatesAreKept) {
  const auto made = call(administrator, "POST", "/templates", {{"name", "Greeting"}, {"shortcut", "HI"}, {"locale", "en"}, {"text", "Hello {{customer.first_name}}"}});
  ASSERT_EQ(outcome(made), "ok");
  EXPECT_EQ(made->body["template"]["shortcut"], "hi");
  const std::string path = "/templates/" + std::to_string(made->body["template"]["id"].get<std::int64_t>());
  EXPECT_EQ(outcome(call(administrator, "PATCH", path, {{"shortcut", "two words"}})), "/shortcut:bad_format");
  EXPECT_EQ(call(administrator, "PATCH", path, {{"text", "你好"}})->body["template"]["text"], "你好");
  EXPECT_EQ(outcome(call(administrator, "DELETE", path)), "ok");
  EXPECT_EQ(call(administrator, "GET", "/templates")->body["items"], json::array());
}

}  // namespace parley::test
