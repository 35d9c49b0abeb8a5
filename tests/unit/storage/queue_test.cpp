#include <gtest/gtest.h>

#include <thread>

#include "storage/impl/durable_mark.h"
#include "storage/impl/job_queue.h"

namespace parley::storage {
namespace {

Job job(const std::string& name) { return {{}, [](Status) {}, Moment::max(), name}; }

TEST(JobQueue, RefusesWhenFullAndLeavesTheJobUntouched) {
  JobQueue queue(2);
  Job first = job("a"), second = job("b"), third = job("c");
  EXPECT_TRUE(queue.push(first));
  EXPECT_TRUE(queue.push(second));
  EXPECT_FALSE(queue.push(third));
  EXPECT_EQ(third.command_id, "c");
  EXPECT_TRUE(third.done);
  EXPECT_EQ(queue.depth(), 2U);
}

TEST(JobQueue, GivesWhatWaitsUpToTheLimitInOrder) {
  JobQueue queue(10);
  for (const char* name : {"a", "b", "c"}) {
    Job next = job(name);
    queue.push(next);
  }
  const auto taken = queue.take(2);
  ASSERT_EQ(taken.size(), 2U);
  EXPECT_EQ(taken[0].command_id, "a");
  EXPECT_EQ(taken[1].command_id, "b");
  EXPECT_EQ(queue.take(2).size(), 1U);
}

TEST(JobQueue, IsDrainedBeforeItEnds) {
  JobQueue queue(10);
  Job last = job("last");
  queue.push(last);
  queue.close();
  Job late = job("late");
  EXPECT_FALSE(queue.push(late));
  EXPECT_EQ(queue.take(5).size(), 1U);
  EXPECT_TRUE(queue.take(5).empty());
}

TEST(DurableMark, NeverMovesBackAndWakesWaiters) {
  DurableMark mark;
  mark.raise(5);
  mark.raise(3);
  EXPECT_EQ(mark.seq(), 5U);
  std::thread raiser([&] { mark.raise(6); });
  mark.wait(5, milliseconds{60'000});
  EXPECT_EQ(mark.seq(), 6U);
  raiser.join();
}

}  // namespace
}  // namespace parley::storage
