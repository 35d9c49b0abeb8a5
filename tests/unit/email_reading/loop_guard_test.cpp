#include "channels/email/reading/loop_guard.h"

#include <gtest/gtest.h>

namespace parley::channels::email {
namespace {

using Verdict = LoopGuard::Verdict;
const LoopGuard::Limits limits{2, 3, milliseconds{60'000}, milliseconds{60'000}, 3};

TEST(LoopGuard, HoldsAFastPairOnly) {
  ManualClock clock;
  LoopGuard guard(clock, limits);
  for (int i = 0; i < 3; ++i) { EXPECT_EQ(guard.may_open("a@x.example", "support@shop.example"), Verdict::allow); }
  EXPECT_EQ(guard.may_open("A@X.example", "support+k7d2@shop.example"), Verdict::hold) << "the same pair, written differently";
  EXPECT_EQ(guard.may_open("b@x.example", "support@shop.example"), Verdict::allow);
  EXPECT_EQ(guard.may_open("a@x.example", "sales@shop.example"), Verdict::allow);
  EXPECT_EQ(guard.may_answer("a@x.example", "support@shop.example"), Verdict::allow) << "answers are counted apart";
}

TEST(LoopGuard, AskingAheadCountsNothing) {
  ManualClock clock;
  LoopGuard guard(clock, limits);
  for (int i = 0; i < 10; ++i) { EXPECT_FALSE(guard.would_hold("a@x.example", "support@shop.example")); }
  EXPECT_EQ(guard.pairs(), 0U);
  for (int i = 0; i < 3; ++i) { EXPECT_EQ(guard.may_open("a@x.example", "support@shop.example"), Verdict::allow); }
  EXPECT_TRUE(guard.would_hold("a@x.example", "support@shop.example"));
  EXPECT_FALSE(guard.would_hold("b@x.example", "support@shop.example"));
  clock.advance(milliseconds{60'000});
  EXPECT_FALSE(guard.would_hold("a@x.example", "support@shop.example"));
}

TEST(LoopGuard, SlowPairsAreNeverHeld) {
  ManualClock clock;
  LoopGuard guard(clock, limits);
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(guard.may_answer("a@x.example", "support@shop.example"), Verdict::allow) << i;
    clock.advance(milliseconds{30'000});
  }
}

TEST(LoopGuard, ALoopStaysHeldUntilItIsQuiet) {
  ManualClock clock;
  LoopGuard guard(clock, limits);
  int allowed = 0;
  for (int i = 0; i < 1000; ++i) {
    allowed += guard.may_answer("a@x.example", "support@shop.example") == Verdict::allow ? 1 : 0;
    clock.advance(milliseconds{1'000});
  }
  EXPECT_LE(allowed, 3);
  clock.advance(milliseconds{120'000});
  EXPECT_EQ(guard.may_answer("a@x.example", "support@shop.example"), Verdict::allow);
}

TEST(LoopGuard, ForgetsTheQuietestPair) {
  ManualClock clock;
  LoopGuard guard(clock, limits);
  for (int i = 0; i < 4; ++i) { (void)guard.may_open("loop@x.example", "s@shop.example"); }
  for (int i = 0; i < 100; ++i) {
    (void)guard.may_open("u" + std::to_string(i) + "@x.example", "s@shop.example");
    EXPECT_EQ(guard.may_open("loop@x.example", "s@shop.example"), Verdict::hold) << "a busy pair is not washed out";
    EXPECT_LE(guard.pairs(), 3U);
  }
}

TEST(LoopGuard, AClockThatJumpsBackDoesNoHarm) {
  ManualClock clock;
  LoopGuard guard(clock, limits);
  (void)guard.may_open("a@x.example", "s@shop.example");
  clock.advance(milliseconds{-1'000'000});
  EXPECT_EQ(guard.may_open("a@x.example", "s@shop.example"), Verdict::allow);
  EXPECT_EQ(guard.may_open("", ""), Verdict::allow);
}

}  // namespace
}  // namespace parley::channels::email
