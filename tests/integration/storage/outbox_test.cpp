#include "storage/outbox.h"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
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

TEST_F(Outbox, AProviderThatIsSilentHoldsUpOnlyItsOwnLane) {
  options.concurrency = 4;
  std::mutex mutex;
  std::condition_variable changed;
  int silent = 0, sent = 0;
  bool is_over = false;
  const Sender slow = [&](const OutboxItem& item) {
    std::unique_lock hold(mutex);
    if (item.lane == "shop/slow") {
      ++silent;
      changed.notify_all();
      changed.wait(hold, [&] { return is_over; });
    } else {
      ++sent;
      changed.notify_all();
    }
    return next;
  };
  const auto put_in = [&](const std::string& key, const std::string& lane) {
    ASSERT_TRUE(database->write_now(1, [&](Transaction& tx) -> Status {
      enqueue(tx, {.channel = "email", .lane = lane, .idempotency_key = key, .payload = "{}"});
      return {};
    }).has_value());
  };
  for (int i = 0; i < 6; ++i) { put_in("slow" + std::to_string(i), "shop/slow"); }
  const auto mail = make_outbox_worker(*database, clock, options, {{"email", slow}});
  std::thread loop([&] { mail->run(); });
  const auto wait_for = [&](const std::function<bool()>& is_so) {
    std::unique_lock hold(mutex);
    return changed.wait_for(hold, std::chrono::seconds{20}, is_so);
  };
  EXPECT_TRUE(wait_for([&] { return silent == options.concurrency_of_lane; }));
  put_in("other", "shop/other");
  put_in("another", "shop/another");
  EXPECT_TRUE(wait_for([&] { return sent == 2; })) << "mail of other shops goes on";
  {
    const std::lock_guard hold(mutex);
    EXPECT_EQ(silent, options.concurrency_of_lane) << "no more than its share";
    is_over = true;
  }
  changed.notify_all();
  EXPECT_TRUE(wait_for([&] { return silent == 6; })) << "its turn comes when the provider answers again";
  mail->stop();
  loop.join();
}

TEST_F(Outbox, WhoWasRefusedIsNamedAndOnlyHeIsTriedAgain) {
  next.failures = {{1, "5.1.1", "no such user"}};
  const auto id = put("a");
  const auto mail = worker();
  std::ignore = mail->run_once();
  const auto row = [&] { return *database->read_now([&](Transaction& tx) -> Result<OutboxItem> { return *find_outbox(tx, id); }); };
  EXPECT_EQ(row().state, OutboxState::failed);
  ASSERT_EQ(row().failures.size(), 1U);
  EXPECT_EQ(row().failures[0].recipient, 1);
  const auto decide = [&](bool (*what)(Transaction&, std::int64_t)) {
    return *database->write_now(1, [&](Transaction& tx) -> Result<bool> { return what(tx, id); });
  };
  EXPECT_FALSE(decide(cancel_outbox)) << "somebody has it";
  EXPECT_TRUE(decide(send_again));
  EXPECT_EQ(row().left, std::vector<int>{1});
  EXPECT_EQ(row().attempts, 0) << "the back-off begins anew";
  next.failures.clear();
  clock->advance(std::chrono::hours{24 * 3650});  // the database's clock is ahead of this one
  std::ignore = mail->run_once();
  EXPECT_EQ(row().state, OutboxState::sent);
  EXPECT_TRUE(row().left.empty());
}

TEST_F(Outbox, AReportWhileOthersStillWaitIsNotLost) {
  const auto id = put("a");
  next = {Kind::retry_later, "", "450 busy", {}};
  next.left = {1};
  const auto mail = worker();
  std::ignore = mail->run_once();
  const auto report = [&](std::vector<OutboxFailure> who) {
    return *database->write_now(1, [&](Transaction& tx) -> Result<bool> { return report_failures(tx, 5, who, "5.1.1", "no such user"); });
  };
  EXPECT_TRUE(report({{0, "5.1.1", "no such user"}}));
  EXPECT_FALSE(report({{0, "5.1.1", "no such user"}})) << "said already";
  EXPECT_EQ(state(id), OutboxState::pending) << "the other one still gets it";
  clock->advance(milliseconds{1000});
  next = {Kind::sent, "provider-1", "", {}};
  std::ignore = mail->run_once();
  EXPECT_EQ(state(id), OutboxState::failed);
}

TEST_F(Outbox, WhatIsDealtWithKeepsItsStateAndLeavesTheList) {
  next = {Kind::unknown, "", "cut", {}};
  const auto id = put("a");
  const auto mail = worker();
  std::ignore = mail->run_once();
  const auto listed = [&](bool is_open) {
    return database->read_now([&](Transaction& tx) -> Result<std::size_t> { return list_outbox(tx, {OutboxState::uncertain}, is_open, 0, 10).size(); }).value();
  };
  EXPECT_EQ(listed(true), 1U);
  EXPECT_TRUE(*database->write_now(1, [&](Transaction& tx) -> Result<bool> { return discard_outbox(tx, id); }));
  EXPECT_EQ(state(id), OutboxState::uncertain);
  EXPECT_EQ(listed(true), 0U);
  EXPECT_EQ(listed(false), 1U);
  EXPECT_TRUE(*database->write_now(1, [&](Transaction& tx) -> Result<bool> { return confirm_outbox(tx, id); }));
  EXPECT_EQ(state(id), OutboxState::sent);
  const auto waiting = put("b");
  EXPECT_TRUE(*database->write_now(1, [&](Transaction& tx) -> Result<bool> { return discard_outbox(tx, waiting); }));
  EXPECT_EQ(state(waiting), OutboxState::cancelled);
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
