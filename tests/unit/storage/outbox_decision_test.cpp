#include "storage/impl/outbox_decision.h"

#include <gtest/gtest.h>

namespace parley::storage {
namespace {

using Kind = SendOutcome::Kind;
const TimePoint now = from_ms(1'000'000);

OutboxItem decide(Kind kind, int attempts, double jitter = 0.0, milliseconds told = milliseconds{0}) {
  const OutboxOptions options{.attempts_max = 5, .backoff_first = milliseconds{1000}, .backoff_max = milliseconds{6000}};
  OutboxItem item;
  item.attempts = attempts;
  return decide_outbox({kind, {}, {}, told}, item, options, now, jitter);
}

TEST(OutboxDecision, FollowsTheSendersWord) {
  EXPECT_EQ(decide(Kind::sent, 1).state, OutboxState::sent);
  EXPECT_EQ(decide(Kind::refused, 1).state, OutboxState::failed);
  EXPECT_EQ(decide(Kind::unknown, 1).state, OutboxState::uncertain);
  EXPECT_EQ(decide(Kind::retry_later, 4).state, OutboxState::pending);
  EXPECT_EQ(decide(Kind::retry_later, 5).state, OutboxState::dead);
}

TEST(OutboxDecision, DoublesThePauseUpToItsLimitWithJitterInTheSecondHalf) {
  EXPECT_EQ(decide(Kind::retry_later, 1).due_at - now, milliseconds{500});
  EXPECT_EQ(decide(Kind::retry_later, 1, 0.5).due_at - now, milliseconds{750});
  EXPECT_EQ(decide(Kind::retry_later, 2).due_at - now, milliseconds{1000});
  EXPECT_EQ(decide(Kind::retry_later, 3).due_at - now, milliseconds{2000});
  EXPECT_EQ(decide(Kind::retry_later, 4).due_at - now, milliseconds{3000});
}

TEST(OutboxDecision, KeepsToAPauseTheProviderAskedFor) {
  EXPECT_EQ(decide(Kind::retry_later, 1, 0.9, milliseconds{90'000}).due_at - now, milliseconds{90'000});
}

TEST(OutboxDecision, GivesUpByAgeHoweverOftenTheRowWasHeldBack) {
  const OutboxOptions options{.attempts_max = 0, .give_up_after = std::chrono::hours{72}};
  OutboxItem item;
  item.attempts = 5'000;
  item.tried_since = now - std::chrono::hours{71};
  SendOutcome outcome{Kind::retry_later, {}, {}, {}};
  EXPECT_EQ(decide_outbox(outcome, item, options, now, 0.0).state, OutboxState::pending);
  item.tried_since = now - std::chrono::hours{72};
  EXPECT_EQ(decide_outbox(outcome, item, options, now, 0.0).state, OutboxState::dead);
  outcome.was_tried = false;  // nobody may say that it failed when nobody tried
  EXPECT_EQ(decide_outbox(outcome, item, options, now, 0.0).state, OutboxState::pending);
}

TEST(OutboxDecision, WhatWasHeldBackIsNoAttempt) {
  OutboxItem item;
  item.attempts = 1;
  SendOutcome outcome{Kind::retry_later, {}, {}, milliseconds{5'000}};
  outcome.was_tried = false;
  EXPECT_EQ(decide_outbox(outcome, item, {}, now, 0.0).attempts, 0);
  EXPECT_EQ(decide_outbox(outcome, item, {}, now, 0.0).due_at, now + milliseconds{5'000});
}

TEST(OutboxDecision, ARefusedRecipientIsAFailureOnceTheOthersHaveIt) {
  OutboxItem item;
  item.attempts = 1;
  SendOutcome outcome{Kind::retry_later, {}, {}, {}};
  outcome.left = {2};
  outcome.failures = {{1, "5.1.1", "no such user"}};
  const auto waiting = decide_outbox(outcome, item, {}, now, 0.0);
  EXPECT_EQ(waiting.state, OutboxState::pending);
  EXPECT_EQ(waiting.left, std::vector<int>{2});
  const auto over = decide_outbox({Kind::sent, "id", {}, {}}, waiting, {}, now, 0.0);
  EXPECT_EQ(over.state, OutboxState::failed);
  EXPECT_TRUE(over.left.empty());
  ASSERT_EQ(over.failures.size(), 1U);
  EXPECT_EQ(over.failures[0].recipient, 1);
}

TEST(OutboxDecision, GivingUpNamesThoseWhoWereStillWaiting) {
  OutboxItem item;
  item.attempts = 12;
  item.left = {0, 3};
  const auto dead = decide_outbox({Kind::retry_later, {}, "mailbox full", {}, "4.2.2"}, item, {}, now, 0.0);
  EXPECT_EQ(dead.state, OutboxState::dead);
  ASSERT_EQ(dead.failures.size(), 2U);
  EXPECT_EQ(dead.failures[1].recipient, 3);
  EXPECT_EQ(dead.failures[1].status, "4.2.2");
}

}  // namespace
}  // namespace parley::storage
