#include "storage/outbox.h"

#include <atomic>
#include <thread>

#include "support.h"

namespace parley::storage {
namespace {

using namespace testing_support;
using Kind = SendOutcome::Kind;

struct Outbox : testing::Test {
  std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
  std::string url = fresh_url();
  std::unique_ptr<Database> database = open_fresh(options_for(url));
  std::atomic<int> hand_overs{0};
  SendOutcome next{Kind::sent, "provider-1", "", {}};
  OutboxOptions options{.attempts_max = 3, .backoff_first = milliseconds{1000}, .claim_lease = milliseconds{5000}, .concurrency = 1};

  Sender sender() {
    return [this](const OutboxItem&) {
      ++hand_overs;
      return next;
    };
  }
  std::unique_ptr<OutboxWorker> worker() { return make_outbox_worker(*database, clock, options, {{"email", sender()}}); }
  std::int64_t put(const std::string& key, const std::string& channel = "email") {
    return *database->write_now(1, [&](Transaction& tx) -> Result<std::int64_t> {
      return enqueue(tx, {.channel = channel, .idempotency_key = key, .message_id = 5, .payload = "{\"to\":\"x\"}"});
    });
  }
  OutboxState state(std::int64_t id) {
    return static_cast<OutboxState>(number(*database, "SELECT state FROM outbox WHERE id=" + std::to_string(id)));
  }
};

TEST_F(Outbox, TheSameKeyIsOneRow) {
  const auto first = put("a");
  const auto other = put("b");
  EXPECT_EQ(put("a"), first);
  EXPECT_NE(other, first);
  EXPECT_NE(put("a", "sms"), first);
  EXPECT_EQ(number(*database, "SELECT COUNT(*) FROM outbox"), 3);
}

TEST_F(Outbox, SendsWhatIsDueOnce) {
  const auto id = put("a");
  const auto sender_of_mail = worker();
  EXPECT_EQ(sender_of_mail->run_once().value(), 1);
  EXPECT_EQ(state(id), OutboxState::sent);
  EXPECT_EQ(sender_of_mail->run_once().value(), 0);
  EXPECT_EQ(hand_overs, 1);
  EXPECT_EQ(sender_of_mail->probe().sent, 1U);
}

TEST_F(Outbox, LeavesOtherChannelsAndLaterRowsAlone) {
  put("a", "sms");
  ASSERT_TRUE(database->write_now(1, [&](Transaction& tx) -> Status {
    enqueue(tx, {.channel = "email", .idempotency_key = "later", .payload = "{}", .due_at = clock->now() + milliseconds{100}});
    return {};
  }).has_value());
  const auto mail = worker();
  EXPECT_EQ(mail->run_once().value(), 0);
  clock->advance(milliseconds{100});
  EXPECT_EQ(mail->run_once().value(), 1);
}

TEST_F(Outbox, RetriesWithBackOffAndThenGivesUp) {
  next = {Kind::retry_later, "", "451 try later", {}};
  const auto id = put("a");
  const auto mail = worker();
  EXPECT_EQ(mail->run_once().value(), 1);
  EXPECT_EQ(state(id), OutboxState::pending);
  EXPECT_EQ(mail->run_once().value(), 0) << "not before its time";
  clock->advance(milliseconds{1000});
  EXPECT_EQ(mail->run_once().value(), 1);
  clock->advance(milliseconds{2000});
  EXPECT_EQ(mail->run_once().value(), 1);
  EXPECT_EQ(state(id), OutboxState::dead);
  clock->advance(milliseconds{1'000'000});
  EXPECT_EQ(mail->run_once().value(), 0);
  EXPECT_EQ(hand_overs, 3);
  EXPECT_EQ(mail->probe().retried, 2U);
  EXPECT_EQ(mail->probe().dead, 1U);
}

TEST_F(Outbox, ARefusalAndAnUnknownOutcomeAreFinal) {
  const auto mail = worker();
  next = {Kind::refused, "", "no such mailbox", {}};
  const auto refused = put("a");
  std::ignore = mail->run_once();
  next = {Kind::unknown, "", "connection cut after DATA", {}};
  const auto unknown = put("b");
  std::ignore = mail->run_once();
  EXPECT_EQ(state(refused), OutboxState::failed);
  EXPECT_EQ(state(unknown), OutboxState::uncertain);
  clock->advance(milliseconds{100'000'000});
  EXPECT_EQ(mail->run_once().value(), 0);
  EXPECT_EQ(hand_overs, 2);
}

TEST_F(Outbox, ASenderThatThrowsLeavesAnUncertainRow) {
  const auto id = put("a");
  const auto mail = make_outbox_worker(*database, clock, options, {{"email", [](const OutboxItem&) -> SendOutcome {
                                                                      throw std::runtime_error("caf\xe9");  // not UTF-8
                                                                    }}});
  EXPECT_EQ(mail->run_once().value(), 1);
  EXPECT_EQ(state(id), OutboxState::uncertain);
}

TEST_F(Outbox, ACrashAfterTheHandOverMakesItUncertainAndNeverSendsTwice) {
  const auto id = put("a");
  // The hand-over happens and the database is gone before the outcome can be noted: what a killed server leaves behind.
  auto doomed_database = open_existing(options_for(url));
  auto doomed = make_outbox_worker(*doomed_database, clock, options, {{"email", [&](const OutboxItem& item) {
                                                                         EXPECT_EQ(state(item.id), OutboxState::sending) << "claim is durable";
                                                                         ++hand_overs;
                                                                         doomed_database->stop();
                                                                         return next;
                                                                       }}});
  std::thread crash([&] { std::ignore = doomed->run_once(); });
  ASSERT_TRUE(eventually([&] { return hand_overs == 1; }));
  doomed->stop();
  crash.join();
  EXPECT_EQ(state(id), OutboxState::sending);

  const auto survivor = worker();
  EXPECT_EQ(survivor->run_once().value(), 0);
  EXPECT_EQ(state(id), OutboxState::sending) << "the lease still runs: the other worker may be alive";
  clock->advance(options.claim_lease + milliseconds{1});
  EXPECT_EQ(survivor->run_once().value(), 0);
  EXPECT_EQ(state(id), OutboxState::uncertain);
  clock->advance(milliseconds{100'000'000});
  EXPECT_EQ(survivor->run_once().value(), 0);
  EXPECT_EQ(hand_overs, 1);
  EXPECT_EQ(survivor->probe().uncertain, 1U);
}

TEST_F(Outbox, ProviderReportsMoveRowsForwardOnly) {
  const auto report = [&](OutboxState to) {
    return database->write_now(1, [to](Transaction& tx) { return report_delivery(tx, "email", "provider-1", to, ""); });
  };
  EXPECT_EQ(report(OutboxState::delivered).error().code, Errc::not_found);
  const auto id = put("a");
  std::ignore = worker()->run_once();
  EXPECT_TRUE(report(OutboxState::delivered).has_value());
  EXPECT_EQ(state(id), OutboxState::delivered);
  EXPECT_TRUE(report(OutboxState::sent).has_value());
  EXPECT_TRUE(report(OutboxState::failed).has_value());
  EXPECT_EQ(state(id), OutboxState::delivered);
  EXPECT_EQ(report(OutboxState::pending).error().code, Errc::invalid_input);
}

TEST_F(Outbox, SeveralWorkersNeverSendARowTwice) {
  for (int i = 0; i < 60; ++i) { put("key" + std::to_string(i)); }
  options.concurrency = 3;
  const auto first = worker(), second = worker();
  std::thread other([&] { std::ignore = second->run_once(); });
  std::ignore = first->run_once();
  other.join();
  EXPECT_EQ(hand_overs, 60);
  EXPECT_EQ(number(*database, "SELECT COUNT(*) FROM outbox WHERE state=2"), 60);
}

TEST_F(Outbox, TheLoopSendsWhatArrivesAndStops) {
  const auto mail = worker();
  std::thread loop([&] { mail->run(); });
  put("a");
  EXPECT_TRUE(eventually([&] { return hand_overs == 1; }));
  mail->stop();
  loop.join();
}

}  // namespace
}  // namespace parley::storage
