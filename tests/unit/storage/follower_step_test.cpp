#include "storage/impl/follower_step.h"

#include <gtest/gtest.h>

namespace parley::storage {
namespace {

JournalRow event(std::uint64_t seq) {
  JournalRow row;
  row.seq = seq;
  row.kind = 1;
  row.body = "{}";
  return row;
}

JournalRow epoch(std::uint64_t seq, std::uint64_t previous) {
  JournalRow row = event(seq);
  row.kind = epoch_kind;
  row.body = "{\"prev\": " + std::to_string(previous) + "}";
  return row;
}

std::vector<std::uint64_t> numbers(const FollowerStep& step) {
  std::vector<std::uint64_t> found;
  for (const auto& row : step.deliverable) { found.push_back(row.seq); }
  return found;
}

using Numbers = std::vector<std::uint64_t>;

TEST(FollowerStep, DeliversContiguousRows) {
  const auto step = follower_step(4, 6, {event(5), event(6)}, false);
  EXPECT_EQ(numbers(step), (Numbers{5, 6}));
  EXPECT_EQ(step.cursor, 6U);
  EXPECT_FALSE(step.has_hole);
}

TEST(FollowerStep, NeverStepsOverAHole) {
  const auto step = follower_step(4, 8, {event(5), event(7), event(8)}, false);
  EXPECT_EQ(numbers(step), (Numbers{5}));
  EXPECT_EQ(step.cursor, 5U);
  EXPECT_TRUE(step.has_hole);
}

TEST(FollowerStep, SeesAHoleAtTheEnd) {
  EXPECT_TRUE(follower_step(4, 6, {event(5)}, false).has_hole);
  EXPECT_TRUE(follower_step(4, 6, {}, false).has_hole);
}

TEST(FollowerStep, ACutBatchIsNoHole) {
  EXPECT_FALSE(follower_step(4, 900, {event(5), event(6)}, true).has_hole);
  EXPECT_TRUE(follower_step(4, 900, {event(5), event(7)}, true).has_hole);
}

TEST(FollowerStep, CrossesAnEpochWhenAllBeforeItIsDelivered) {
  const auto first = follower_step(4, 1'000'007, {event(5), epoch(1'000'005, 5), event(1'000'006)}, false);
  EXPECT_EQ(numbers(first), (Numbers{5}));
  EXPECT_FALSE(first.must_resync);
  const auto second = follower_step(5, 1'000'007, {epoch(1'000'005, 5), event(1'000'006)}, false);
  EXPECT_TRUE(second.deliverable.empty());
  EXPECT_FALSE(second.must_resync);
  EXPECT_EQ(second.cursor, 1'000'005U);
  EXPECT_EQ(numbers(follower_step(second.cursor, 1'000'006, {event(1'000'006)}, false)), (Numbers{1'000'006}));
}

TEST(FollowerStep, WaitsForTheOldEpochsLastRows) {
  const auto step = follower_step(4, 1'000'005, {epoch(1'000'005, 5)}, false);
  EXPECT_EQ(step.cursor, 4U);
  EXPECT_TRUE(step.has_hole);
}

TEST(FollowerStep, ResyncsWhenItHasSeenLostNumbers) {
  const auto step = follower_step(7, 1'000'005, {epoch(1'000'005, 5)}, false);
  EXPECT_TRUE(step.must_resync);
  EXPECT_EQ(step.cursor, 1'000'005U);
}

}  // namespace
}  // namespace parley::storage
