// The answer to COMMIT gets lost: every command must still happen exactly once.
#include <thread>

#include "cut_proxy.h"
#include "support.h"

namespace parley::storage {
namespace {

using namespace testing_support;

struct CommitLoss : testing::Test {
  TemporaryFolder folder;
  std::string direct_url = fresh_url();
  std::string server_socket = parse_database_url(direct_url)->socket;
  std::string proxy_socket = (folder.path() / "proxy.sock").string();
  CutProxy proxy{proxy_socket, server_socket};
  std::unique_ptr<Database> database;

  void SetUp() override {
    std::string url = direct_url;
    url.replace(url.find(server_socket), server_socket.size(), proxy_socket);
    auto options = options_for(url);
    options.lanes = 1;
    database = open_fresh(options);
    ASSERT_TRUE(run_sql(*database, "CREATE TABLE p (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(20))").has_value());
  }
  Status insert_with_event() {
    return database->write_now(0, [](Transaction& tx) -> Status {
      tx.execute("INSERT INTO p (name) VALUES ('x')");
      tx.append({.kind = 1, .ticket = 1});
      return {};
    });
  }
  void expect_once() {
    EXPECT_EQ(number(*database, "SELECT COUNT(*) FROM p"), 1);
    EXPECT_EQ(number(*database, "SELECT COUNT(*) FROM journal"), 1);
    EXPECT_EQ(number(*database, "SELECT seq FROM journal_head"), 1);
    EXPECT_EQ(database->durable_seq(), 1U);
    EXPECT_EQ(proxy.cuts(), 1);
  }
};

TEST_F(CommitLoss, BeforeTheServerSawTheTail) {
  proxy.arm(Cut::before_tail);
  const Status status = insert_with_event();
  ASSERT_TRUE(status.has_value()) << status.error().detail;
  expect_once();
}

TEST_F(CommitLoss, AfterTheServerCommitted) {
  proxy.arm(Cut::after_answer);
  const Status status = insert_with_event();
  ASSERT_TRUE(status.has_value()) << status.error().detail;
  expect_once();
}

/// The nasty one: the journal does not have the command yet when we could first ask, because the server is still at it.
TEST_F(CommitLoss, WhileTheServerIsStillWorkingOnIt) {
  auto side = side_connection(direct_url, ConnectionRole::lane);
  side->query("SELECT seq FROM journal_head WHERE stream=1 FOR UPDATE");  // the tail will wait for this row
  proxy.arm(Cut::while_running);
  Answers answers;
  database->submit_write(0, [](Transaction& tx) -> Status {
    tx.execute("INSERT INTO p (name) VALUES ('x')");
    tx.append({.kind = 1, .ticket = 1});
    return {};
  }, answers.next());
  ASSERT_TRUE(eventually([&] { return proxy.cuts() == 1; }));
  std::this_thread::sleep_for(milliseconds{100});  // time for a hasty second attempt
  side->end_transaction("COMMIT");
  const auto statuses = answers.wait_for(1);
  ASSERT_TRUE(statuses.at(0).has_value()) << statuses[0].error().detail;
  expect_once();
}

TEST_F(CommitLoss, AWholeBatchIsFoundThroughOneOfItsCommands) {
  Gate gate;
  Answers answers;
  database->submit_write(0, [&](Transaction&) -> Status {
    gate.wait();
    return {};
  }, answers.next());
  gate.wait_for_visitor();
  for (int i = 0; i < 3; ++i) {
    database->submit_write(0, [i](Transaction& tx) -> Status {
      tx.execute("INSERT INTO p (name) VALUES ('x')");
      if (i != 1) { tx.append({.kind = 1, .ticket = i}); }  // one without events shares its neighbours' certainty
      return {};
    }, answers.next());
  }
  proxy.arm(Cut::after_answer);
  gate.open();
  for (const Status& status : answers.wait_for(4)) { EXPECT_TRUE(status.has_value()) << status.error().detail; }
  EXPECT_EQ(number(*database, "SELECT COUNT(*) FROM p"), 3);
  EXPECT_EQ(number(*database, "SELECT COUNT(*) FROM journal"), 2);
}

}  // namespace
}  // namespace parley::storage
