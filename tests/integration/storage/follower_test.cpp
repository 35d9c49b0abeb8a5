#include <atomic>
#include <thread>

#include "storage/impl/journal_tail.h"
#include "support.h"

namespace parley::storage {
namespace {

using namespace testing_support;

struct Following : testing::Test {
  DatabaseOptions options = options_for(fresh_url());
  std::unique_ptr<Database> database = open_fresh(options);
  std::mutex mutex;
  std::vector<std::uint64_t> seen;

  void append(int count) {
    ASSERT_TRUE(database->write_now(1, [count](Transaction& tx) -> Status {
      for (int i = 0; i < count; ++i) { tx.append({.kind = 1, .ticket = 1}); }
      return {};
    }).has_value());
  }
  /// A new process: what it has not committed itself it must ask the database for.
  void restart() {
    database.reset();
    database = open_existing(options);
  }
  Follower::Handler recorder() {
    return [this](const std::vector<JournalRow>& rows) -> Status {
      const std::lock_guard hold(mutex);
      for (const JournalRow& row : rows) { seen.push_back(row.seq); }
      return {};
    };
  }
  std::vector<std::uint64_t> numbers() {
    const std::lock_guard hold(mutex);
    return seen;
  }
  bool has_reached(Follower& follower, std::uint64_t seq) {
    return eventually([&] { return follower.probe().cursor == seq; });
  }
};

using Numbers = std::vector<std::uint64_t>;

TEST_F(Following, ContinuesWhereItStopped) {
  append(3);
  auto first = start_follower(*database, {.name = "index"}, recorder());
  ASSERT_TRUE(has_reached(**first, 3));
  (*first)->stop();
  append(2);
  auto second = start_follower(*database, {.name = "index"}, recorder());
  ASSERT_TRUE(has_reached(**second, 5));
  EXPECT_EQ(numbers(), (Numbers{1, 2, 3, 4, 5}));
}

TEST_F(Following, GivesABatchAgainUntilItIsTaken) {
  std::atomic<int> refusals{3};
  auto follower = start_follower(*database, {.name = "f", .persists_cursor = false}, [&](const std::vector<JournalRow>& rows) -> Status {
    if (refusals-- == 1) { throw std::runtime_error("bug"); }
    if (refusals >= 0) { return Error(Errc::unavailable, "later"); }
    return recorder()(rows);
  });
  append(2);
  ASSERT_TRUE(has_reached(**follower, 2));
  EXPECT_EQ(numbers(), (Numbers{1, 2}));
  EXPECT_EQ((*follower)->probe().handler_failures, 3U);
}

TEST_F(Following, StopsAtAHoleRaisesTheAlarmAndGoesOnWhenItCloses) {
  append(2);
  restart();
  auto side = side_connection(options.url);
  side->run("DELETE FROM journal WHERE seq=2");
  auto follower = start_follower(*database, {.name = "f", .persists_cursor = false, .hole_alarm = milliseconds{60}}, recorder());
  append(1);
  ASSERT_TRUE(eventually([&] { return (*follower)->probe().hole_alarms == 1; }));
  EXPECT_EQ(numbers(), (Numbers{1}));
  side->run("INSERT INTO journal VALUES (1,2,1,1,1,0,REPEAT('c',16),0,'{}')");
  ASSERT_TRUE(has_reached(**follower, 3));
  EXPECT_EQ(numbers(), (Numbers{1, 2, 3}));
  EXPECT_EQ((*follower)->probe().hole_alarms, 1U);
}

TEST_F(Following, ResyncsWhenItsRowsWereTrimmed) {
  append(5);
  restart();
  auto side = side_connection(options.url);
  side->run("DELETE FROM journal WHERE seq<=3");
  side->run("UPDATE journal_trim SET low=3");
  std::atomic<int> resyncs{0};
  auto follower = start_follower(*database, {.name = "f", .persists_cursor = false}, recorder(), [&] { ++resyncs; });
  ASSERT_TRUE(has_reached(**follower, 5));
  EXPECT_EQ(resyncs, 1);
  EXPECT_EQ(numbers(), (Numbers{4, 5}));
}

TEST_F(Following, ResyncsAtAnEpochBelowItsCursorOnly) {
  append(4);
  std::atomic<int> resyncs{0};
  auto up_to_date = start_follower(*database, {.name = "a", .persists_cursor = false}, recorder(), [&] { ++resyncs; });
  ASSERT_TRUE(has_reached(**up_to_date, 4));
  auto side = side_connection(options.url);
  side->run("INSERT INTO journal VALUES (1,1000003,65535,0,0,0,REPEAT('e',16),0,'{\"prev\":4}')");  // as a start of the server does
  side->run("UPDATE journal_head SET seq=1000003 WHERE stream=1");
  append(1);
  ASSERT_TRUE(has_reached(**up_to_date, 1'000'004));
  EXPECT_EQ(resyncs, 0);
  EXPECT_EQ(numbers(), (Numbers{1, 2, 3, 4, 1'000'004}));

  auto ahead = start_follower(*database, {.name = "b", .persists_cursor = false, .start_after = 9}, recorder(), [&] { ++resyncs; });
  ASSERT_TRUE(has_reached(**ahead, 1'000'004));
  EXPECT_EQ(resyncs, 1);
}

TEST_F(Following, WhatThisProcessHasCommittedIsDeliveredAsTheDatabaseHasItAndWithoutAskingIt) {
  std::vector<JournalRow> given;
  auto follower = start_follower(*database, {.name = "f", .persists_cursor = false}, [&](const std::vector<JournalRow>& rows) -> Status {
    const std::lock_guard hold(mutex);
    given.insert(given.end(), rows.begin(), rows.end());
    return {};
  });
  const auto reads_before = database->probe().reads;
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(database->write_now(1, [i](Transaction& tx) -> Status {
      tx.append({.kind = 7, .ticket = 40 + i, .ticket_version = 2, .body = R"({"a":"单'\\"})"});
      tx.append({.kind = 8});
      return {};
    }).has_value());
    ASSERT_TRUE(has_reached(**follower, 2 + 2 * i));
  }
  // The database's watch over other nodes' commits asks now and then.
  EXPECT_LE(database->probe().reads - reads_before, 5U);
  const auto stored = database->read_now([](Transaction& tx) -> Result<std::vector<JournalRow>> { return read_journal(tx, 0, 40, 100); });
  const std::lock_guard hold(mutex);
  ASSERT_EQ(given.size(), 40U);
  for (std::size_t i = 0; i < 40; ++i) {
    const auto facts = [](const JournalRow& r) { return std::tuple(r.seq, r.kind, r.ticket, r.ticket_version, r.command_id, r.at, r.body); };
    EXPECT_EQ(facts(given[i]), facts(stored->at(i)));
  }
}

TEST_F(Following, SeesCommitsOfOthersWithinThePollInterval) {
  auto follower = start_follower(*database, {.name = "f", .persists_cursor = false}, recorder());
  auto side = side_connection(options.url, ConnectionRole::lane);
  side->run("UPDATE journal_head SET seq=LAST_INSERT_ID(seq+1) WHERE stream=1");
  side->run("INSERT INTO journal VALUES (1,LAST_INSERT_ID(),1,1,1,0,REPEAT('c',16),0,'{}')");
  side->end_transaction("COMMIT");
  ASSERT_TRUE(has_reached(**follower, 1));
  EXPECT_EQ(database->durable_seq(), 1U);
}

TEST_F(Following, StartsOverWhenTheJournalIsShorterThanItsCursor) {
  append(2);
  std::atomic<int> resyncs{0};
  auto follower = start_follower(*database, {.name = "f", .persists_cursor = false, .start_after = 500}, recorder(), [&] { ++resyncs; });
  ASSERT_TRUE(has_reached(**follower, 2));
  EXPECT_EQ(resyncs, 1);
}

}  // namespace
}  // namespace parley::storage
