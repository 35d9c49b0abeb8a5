// What commands that share a commit do to each other: nothing.
#include <atomic>
#include <thread>

#include "support.h"

namespace parley::storage {
namespace {

using namespace testing_support;

struct Batch : testing::Test {
  DatabaseOptions options = [] {
    auto made = options_for(fresh_url());
    made.lanes = 2;
    return made;
  }();
  std::unique_ptr<Database> database = open_fresh(options);
  Gate gate;
  Answers answers;

  void SetUp() override { ASSERT_TRUE(run_sql(*database, "CREATE TABLE t (id INT PRIMARY KEY, v INT NOT NULL DEFAULT 0)").has_value()); }
  /// Keeps lane 1 busy until the gate opens, so that what is submitted meanwhile becomes one batch.
  void hold_lane() {
    database->submit_write(1, [this](Transaction&) -> Status {
      gate.wait();
      return {};
    }, answers.next());
    gate.wait_for_visitor();
  }
  void insert(int id, std::function<Status(Transaction&)> then = {}) {
    database->submit_write(1, [id, then](Transaction& tx) -> Status {
      tx.execute("INSERT INTO t (id) VALUES (?)", {id});
      tx.append({.kind = 1, .ticket = id, .ticket_version = 1});
      return then ? then(tx) : Status{};
    }, answers.next());
  }
};

TEST_F(Batch, SharesOneCommit) {
  hold_lane();
  for (int id = 1; id <= 10; ++id) { insert(id); }
  const auto commits = database->probe().commits;
  gate.open();
  answers.wait_for(11);
  EXPECT_EQ(database->probe().commits - commits, 2U) << "the held one and the batch";
  EXPECT_EQ(number(*database, "SELECT COUNT(*) FROM t"), 10);
  EXPECT_EQ(number(*database, "SELECT COUNT(*) FROM journal"), 10);
  EXPECT_EQ(number(*database, "SELECT MAX(seq) FROM journal"), 10);
}

TEST_F(Batch, APoisonedCommandUndoesItselfOnly) {
  hold_lane();
  insert(1);
  insert(2, [](Transaction&) -> Status { return Error(Errc::conflict, "changed its mind"); });
  insert(3, [](Transaction& tx) -> Status {
    tx.execute("INSERT INTO nonsense VALUES (1)");
    return {};
  });
  insert(4, [](Transaction&) -> Status { throw std::runtime_error("bug"); });
  insert(1);
  insert(6, [](Transaction& tx) -> Status {
    tx.append({.kind = 1, .body = "not json"});
    return {};
  });
  insert(7);
  gate.open();
  const auto statuses = answers.wait_for(8);
  ASSERT_EQ(statuses.size(), 8U);
  const std::vector<bool> wanted{true, true, false, false, false, false, false, true};
  for (std::size_t i = 0; i < wanted.size(); ++i) { EXPECT_EQ(statuses[i].has_value(), wanted[i]) << i; }
  EXPECT_EQ(statuses[2].error().detail, "changed its mind");
  EXPECT_EQ(statuses[4].error().code, Errc::internal);
  EXPECT_EQ(statuses[5].error().code, Errc::conflict);
  EXPECT_EQ(number(*database, "SELECT COUNT(*) FROM t"), 2);
  EXPECT_EQ(number(*database, "SELECT COUNT(*) FROM journal"), 2);
  EXPECT_EQ(database->durable_seq(), 2U) << "undone commands take no numbers";
}

TEST_F(Batch, LaterCommandsSeeEarlierOnes) {
  hold_lane();
  insert(1);
  std::int64_t seen = 0;
  database->submit_write(1, [&](Transaction& tx) -> Status {
    seen = tx.query("SELECT COUNT(*) FROM t").at(0).i64(0);
    return {};
  }, answers.next());
  gate.open();
  answers.wait_for(3);
  EXPECT_EQ(seen, 1);
}

TEST_F(Batch, CallbacksRunAfterCommitAndBeforeTheAnswer) {
  std::atomic<std::uint64_t> durable_in_callback{0};
  const Status status = database->write_now(1, [&](Transaction& tx) -> Status {
    tx.append({.kind = 1});
    tx.after_commit([&] { durable_in_callback = database->durable_seq(); });
    tx.after_commit([] { throw std::runtime_error("a callback's bug"); });
    return {};
  });
  ASSERT_TRUE(status.has_value());
  EXPECT_EQ(durable_in_callback, 1U);
}

/// Two lanes that lock two rows in opposite order: the server sacrifices one, which must run again and succeed.
TEST_F(Batch, ADeadlockIsRetried) {
  ASSERT_TRUE(run_sql(*database, "INSERT INTO t (id) VALUES (1), (2)").has_value());
  std::atomic<int> first_attempts{0};
  std::atomic<int> attempts{0};
  const auto both = [&](int first, int second) {
    return [&, first, second](Transaction& tx) -> Status {
      const bool is_first_attempt = ++attempts <= 2;
      tx.execute("UPDATE t SET v=v+1 WHERE id=?", {first});
      if (is_first_attempt) {
        ++first_attempts;
        eventually([&] { return first_attempts >= 2; });
      }
      tx.execute("UPDATE t SET v=v+1 WHERE id=?", {second});
      tx.append({.kind = 1, .ticket = first});
      return {};
    };
  };
  database->submit_write(0, both(1, 2), answers.next());
  database->submit_write(1, both(2, 1), answers.next());
  for (const Status& status : answers.wait_for(2)) { EXPECT_TRUE(status.has_value()) << status.error().detail; }
  EXPECT_GE(attempts, 3);
  EXPECT_GE(database->probe().retries, 1U);
  EXPECT_EQ(number(*database, "SELECT SUM(v) FROM t"), 4);
  EXPECT_EQ(number(*database, "SELECT COUNT(*) FROM journal"), 2);
}

/// The victim's neighbours lose their work with it and must get it back.
TEST_F(Batch, ADeadlockInABatchLosesNothing) {
  ASSERT_TRUE(run_sql(*database, "INSERT INTO t (id) VALUES (1), (2)").has_value());
  auto side = side_connection(options.url, ConnectionRole::lane);
  side->run("UPDATE t SET v=v+100 WHERE id IN (2)");
  side->run("INSERT INTO t (id) VALUES (50),(51),(52),(53),(54),(55),(56),(57)");  // heavier: the batch will be the victim
  std::atomic<bool> has_locked{false};
  hold_lane();
  insert(10);
  database->submit_write(1, [&](Transaction& tx) -> Status {
    tx.execute("UPDATE t SET v=v+1 WHERE id=1");
    has_locked = true;
    try {
      tx.execute("UPDATE t SET v=v+1 WHERE id=2");
    } catch (const DatabaseError& error) {  // even a command that hides it cannot save the transaction
      if (!error.is_deadlock()) { throw; }
    }
    return {};
  }, answers.next());
  insert(11);
  gate.open();
  ASSERT_TRUE(eventually([&] { return has_locked.load(); }));
  side->run("UPDATE t SET v=v+100 WHERE id=1");
  side->end_transaction("COMMIT");
  for (const Status& status : answers.wait_for(4)) { EXPECT_TRUE(status.has_value()) << status.error().detail; }
  EXPECT_EQ(number(*database, "SELECT SUM(v) FROM t"), 202);
  EXPECT_EQ(number(*database, "SELECT COUNT(*) FROM t WHERE id IN (10, 11)"), 2);
  EXPECT_EQ(number(*database, "SELECT COUNT(*) FROM journal"), 2);
}

}  // namespace
}  // namespace parley::storage
