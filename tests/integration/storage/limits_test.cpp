// Bounds: queues, deadlines, statement time, lost connections before COMMIT.
#include <atomic>
#include <thread>

#include "support.h"

namespace parley::storage {
namespace {

using namespace testing_support;

struct Limits : testing::Test {
  DatabaseOptions options = options_for(fresh_url());
  Gate gate;
  Answers answers;

  Database::Work held() {
    return [this](Transaction&) -> Status {
      gate.wait();
      return {};
    };
  }
  static Status nothing(Transaction&) { return {}; }
};

TEST_F(Limits, AFullQueueRefusesAtOnce) {
  options.queue_max = 2;
  options.lanes = 1;
  options.readers = 1;
  const auto database = open_fresh(options);
  database->submit_write(0, held(), answers.next());
  gate.wait_for_visitor();
  database->submit_write(0, nothing, answers.next());
  database->submit_write(0, nothing, answers.next());
  Answers refused;
  database->submit_write(0, nothing, refused.next());
  const auto statuses = refused.wait_for(1);
  ASSERT_TRUE(statuses.at(0).has_error());
  EXPECT_EQ(statuses[0].error().code, Errc::unavailable);
  EXPECT_EQ(database->probe().refused, 1U);
  EXPECT_EQ(database->probe().write_queue_depth, 2U);
  gate.open();
  for (const Status& status : answers.wait_for(3)) { EXPECT_TRUE(status.has_value()); }
}

TEST_F(Limits, AJobThatWaitedTooLongIsNotRun) {
  options.lanes = 1;
  options.readers = 1;
  options.job_deadline = milliseconds{20};
  const auto database = open_fresh(options);
  std::atomic<int> runs{0};
  const auto counted = [&](Transaction&) -> Status {
    ++runs;
    return {};
  };
  Answers held_answers;
  database->submit_write(0, held(), held_answers.next());
  gate.wait_for_visitor();
  const auto submitted = std::chrono::steady_clock::now();
  database->submit_write(0, counted, answers.next());
  eventually([&] { return std::chrono::steady_clock::now() - submitted > milliseconds{25}; });
  gate.open();
  const auto statuses = answers.wait_for(1);
  ASSERT_TRUE(statuses.at(0).has_error());
  EXPECT_EQ(statuses[0].error().code, Errc::timeout);
  EXPECT_EQ(runs, 0);
  EXPECT_EQ(database->probe().timed_out, 1U);
}

TEST_F(Limits, ASlowStatementIsCutOff) {
  options.statement_timeout = milliseconds{100};
  const auto database = open_fresh(options);
  const auto slow = [](Transaction& tx) -> Status {
    tx.query("SELECT COUNT(*) FROM information_schema.COLUMNS a, information_schema.COLUMNS b, information_schema.COLUMNS c");
    return {};
  };
  const Status read = database->read_now(slow);
  ASSERT_TRUE(read.has_error());
  EXPECT_EQ(read.error().code, Errc::timeout) << read.error().detail;
  const Status write = database->write_now(0, slow);
  ASSERT_TRUE(write.has_error());
  EXPECT_EQ(write.error().code, Errc::timeout) << write.error().detail;
  EXPECT_EQ(database->probe().discarded_connections, 0U);
}

TEST_F(Limits, ALockWaitIsRetriedUntilTheHolderIsDone) {
  options.statement_timeout = milliseconds{2'000};  // lock waits end after one second
  const auto database = open_fresh(options);
  ASSERT_TRUE(run_sql(*database, "CREATE TABLE l (id INT PRIMARY KEY, v INT)").has_value());
  ASSERT_TRUE(run_sql(*database, "INSERT INTO l VALUES (1, 0)").has_value());
  auto holder = side_connection(options.url, ConnectionRole::lane);
  holder->run("UPDATE l SET v=10 WHERE id=1");
  std::atomic<int> attempts{0};
  database->submit_write(0, [&](Transaction& tx) -> Status {
    if (++attempts == 2) { holder->end_transaction("COMMIT"); }
    tx.execute("UPDATE l SET v=v+1 WHERE id=1");
    return {};
  }, answers.next());
  const auto statuses = answers.wait_for(1);
  ASSERT_TRUE(statuses.at(0).has_value()) << statuses[0].error().detail;
  EXPECT_EQ(attempts, 2);
  EXPECT_EQ(number(*database, "SELECT v FROM l"), 11);
}

TEST_F(Limits, AConnectionLostBeforeCommitIsReplacedAndTheCommandRunsAgain) {
  const auto database = open_fresh(options);
  ASSERT_TRUE(run_sql(*database, "CREATE TABLE r (id INT PRIMARY KEY)").has_value());
  auto killer = side_connection(options.url);
  std::atomic<int> attempts{0};
  const Status write = database->write_now(0, [&](Transaction& tx) -> Status {
    tx.execute("INSERT INTO r VALUES (1)");
    if (++attempts == 1) { killer->run("KILL " + std::to_string(tx.query("SELECT CONNECTION_ID()").at(0).i64(0))); }
    tx.execute("INSERT INTO r VALUES (2)");
    tx.append({.kind = 1});
    return {};
  });
  ASSERT_TRUE(write.has_value()) << write.error().detail;
  EXPECT_EQ(attempts, 2);
  EXPECT_EQ(number(*database, "SELECT COUNT(*) FROM r"), 2);
  EXPECT_EQ(number(*database, "SELECT COUNT(*) FROM journal"), 1);
  attempts = 0;
  const Status read = database->read_now([&](Transaction& tx) -> Status {
    if (++attempts == 1) { killer->run("KILL " + std::to_string(tx.query("SELECT CONNECTION_ID()").at(0).i64(0))); }
    tx.query("SELECT 1");
    return {};
  });
  EXPECT_TRUE(read.has_value()) << read.error().detail;
  EXPECT_GE(database->probe().discarded_connections, 2U);
}

TEST_F(Limits, AStoppedDatabaseFinishesWhatWaitsAndRefusesMore) {
  options.lanes = 1;
  const auto database = open_fresh(options);
  database->submit_write(0, held(), answers.next());
  gate.wait_for_visitor();
  for (int i = 0; i < 5; ++i) { database->submit_write(0, nothing, answers.next()); }
  std::thread stopper([&] { database->stop(); });
  gate.open();
  stopper.join();
  database->stop();
  const auto statuses = answers.wait_for(6);
  ASSERT_EQ(statuses.size(), 6U);
  for (const Status& status : statuses) { EXPECT_TRUE(status.has_value()) << status.error().detail; }
  EXPECT_EQ(database->write_now(0, nothing).error().code, Errc::unavailable);
  EXPECT_FALSE(database->is_healthy(milliseconds{100}));
}

TEST_F(Limits, HealthIsATrueAnswerFromTheServer) {
  options.readers = 1;
  const auto database = open_fresh(options);
  EXPECT_TRUE(database->is_healthy(milliseconds{5'000}));
  database->submit_read(held(), answers.next());
  gate.wait_for_visitor();
  EXPECT_FALSE(database->is_healthy(milliseconds{20}));
  gate.open();
}

}  // namespace
}  // namespace parley::storage
