// Machines that write to machines: no loop, no flood of tickets.
#include <condition_variable>

#include "tests/integration/email/email_desk.h"

namespace parley::test {

namespace {

/// Gives mails in without waiting for each, a bounded number at once.
class Crowd {
 public:
  explicit Crowd(email::Intake& intake) : intake_(intake) {}
  void give(const std::string& raw) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return under_way_ < 64; });
    ++under_way_;
    lock.unlock();
    email::IncomingMail mail{std::make_shared<const std::string>(raw), "smtp", {}, {}, {}, {"support@shop.example"}};
    intake_.take(std::move(mail), [this](const Result<email::TakenMail>& taken) {
      const std::lock_guard inner(mutex_);
      --under_way_;
      ++states_[taken.has_value() ? taken->state : "error"];
      changed_.notify_all();
    });
  }
  std::map<std::string, int> finish() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return under_way_ == 0; });
    return states_;
  }

 private:
  email::Intake& intake_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int under_way_{0};
  std::map<std::string, int> states_;
};

}  // namespace

TEST_F(EmailTest, TenThousandBouncesOpenNoTicketAndSayItOnce) {
  email_inbox("support@shop.example");
  const auto first = take(MailText{}.raw());
  const auto id = reply_by_mail(administrator, *first.ticket)->body["message"]["id"].get<std::int64_t>();
  mark_sent(id);
  const std::string ours = sent(id).message_id;
  Crowd crowd(*intake);
  for (int i = 0; i < 10'000; ++i) {
    crowd.give(MailText{.from = "MAILER-DAEMON@mx" + std::to_string(i % 7) + ".example", .subject = "Undelivered Mail Returned to Sender",
                        .message_id = "bounce" + std::to_string(i) + "@mx.example", .headers = "Auto-Submitted: auto-replied\r\n",
                        .body = "<anna@customer.example>: host mx.customer.example said: 550 5.1.1 User unknown\r\n\r\n--- Original message ---\r\nMessage-ID: <" + ours + ">\r\n"}.raw());
  }
  EXPECT_EQ(crowd.finish(), (std::map<std::string, int>{{"bounce", 10'000}}));
  EXPECT_EQ(tickets_stored(), 1);
  EXPECT_EQ(number("SELECT COUNT(*) FROM message WHERE code = 'delivery_failed'"), 1);
  EXPECT_EQ(number("SELECT COUNT(*) FROM outbox"), 1) << "nothing was answered";
}

TEST_F(EmailTest, ARobotThatWritesTooFastIsHeld) {
  email_inbox("support@shop.example");
  Crowd crowd(*intake);
  for (int i = 0; i < 200; ++i) { crowd.give(MailText{.from = "robot@machine.example", .subject = "Report " + std::to_string(i)}.raw()); }
  const auto states = crowd.finish();
  EXPECT_LE(tickets_stored(), 40);
  EXPECT_EQ(states.at("quarantined") + static_cast<int>(tickets_stored()), 200) << "held, not lost";
}

TEST_F(EmailTest, TwoOfOurInboxesDoNotTalkToEachOther) {
  email_inbox("support@shop.example");
  email_inbox("sales@shop.example");
  const auto first = take(MailText{.from = "Anna <anna@customer.example>"}.raw());
  EXPECT_EQ(outcome(reply_by_mail(administrator, *first.ticket, {{"email", {{"to", {"sales@shop.example"}}}}})), "/email/to/0:own_address");
  // A forwarding rule out in the world sends our own mail back to us.
  const auto id = reply_by_mail(administrator, *first.ticket)->body["message"]["id"].get<std::int64_t>();
  const auto returned = take(raw_of(id), "sales@shop.example");
  EXPECT_EQ(returned.state, "quarantined");
  EXPECT_EQ(entry(returned.mail_id).reason, "loop");
  EXPECT_EQ(tickets_stored(), 1);
}

TEST_F(EmailTest, AnOutOfOfficeRobotGetsNoAnswer) {
  email_inbox("support@shop.example");
  const auto first = take(MailText{}.raw());
  for (int round = 0; round < 5; ++round) {
    const auto id = reply_by_mail(administrator, *first.ticket)->body["message"]["id"].get<std::int64_t>();
    take(MailText{.subject = "Automatic reply", .in_reply_to = sent(id).message_id, .headers = "Auto-Submitted: auto-replied\r\nX-Auto-Response-Suppress: All\r\n"}.raw());
  }
  EXPECT_EQ(number("SELECT COUNT(*) FROM outbox"), 5) << "only what a person wrote";
  EXPECT_EQ(tickets_stored(), 1);
}

}  // namespace parley::test
