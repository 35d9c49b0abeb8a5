// Many writers that finish in any order, some outside our process: followers must see every event once, in order.
#include <atomic>
#include <random>
#include <thread>

#include "storage/impl/journal_tail.h"
#include "support.h"

namespace parley::storage {
namespace {

using namespace testing_support;

using Seen = std::vector<std::pair<std::uint64_t, std::string>>;  // number and command: reused numbers must not look right

struct Recorder {
  std::mutex mutex;
  Seen seen;
  int calls{0};

  Follower::Handler handler(int fails_every) {
    return [this, fails_every](const std::vector<JournalRow>& rows) -> Status {
      const std::lock_guard hold(mutex);
      if (fails_every > 0 && ++calls % fails_every == 0) { return Error(Errc::unavailable, "not now"); }
      for (const JournalRow& row : rows) { seen.emplace_back(row.seq, row.command_id); }
      return {};
    };
  }
  Seen copy() {
    const std::lock_guard hold(mutex);
    return seen;
  }
};

Seen full_scan(Database& database) {
  const auto rows = database.read_now([](Transaction& tx) -> Result<Seen> {
    Seen all;
    for (const Row& row : tx.query("SELECT seq, command_id FROM journal ORDER BY seq")) {
      all.emplace_back(static_cast<std::uint64_t>(row.i64(0)), row.text(1));
    }
    return all;
  });
  return *rows;
}

/// A writer outside the pool, as another node would be: takes its number, thinks with the counter locked, commits or rolls back late.
void write_from_the_side(const std::string& url, unsigned seed, int transactions) {
  auto connection = side_connection(url, ConnectionRole::lane);
  std::mt19937 random(seed);
  for (int i = 0; i < transactions; ++i) {
    try {
      connection->run("INSERT INTO work (payload) VALUES ('side')");
      std::this_thread::sleep_for(std::chrono::microseconds(random() % 3000));
      connection->run("UPDATE journal_head SET seq=LAST_INSERT_ID(seq+2) WHERE stream=1");
      connection->run("INSERT INTO journal VALUES (1,LAST_INSERT_ID()-1,2,1,1,0,UNHEX(MD5(UUID())),0,'{}'),"
                      "(1,LAST_INSERT_ID(),2,1,1,1,UNHEX(MD5(UUID())),0,'{}')");
      std::this_thread::sleep_for(std::chrono::microseconds(random() % 4000));
      connection->end_transaction(random() % 4 == 0 ? "ROLLBACK" : "COMMIT");
    } catch (const DatabaseError&) {
      connection->end_transaction("ROLLBACK");
    }
  }
}

void submit_random_command(Database& database, std::mt19937& random, Answers& answers) {
  const auto lane_key = random();
  const bool fails = random() % 10 == 0;
  const bool is_slow = random() % 50 == 0;
  const auto events = random() % 4;
  database.submit_write(lane_key, [=](Transaction& tx) -> Status {
    tx.execute("INSERT INTO work (payload) VALUES ('lane')");
    if (is_slow) { std::this_thread::sleep_for(milliseconds{3}); }
    for (std::uint32_t i = 0; i < events; ++i) { tx.append({.kind = 1, .ticket = static_cast<std::int64_t>(lane_key), .ticket_version = i}); }
    return fails ? Status{Error(Errc::conflict, "rolled back on purpose")} : Status{};
  }, answers.next());
}

TEST(JournalOrder, FollowersNeverSkipOrDoubleAnEvent) {
  auto options = options_for(fresh_url());
  options.readers = 4;
  const auto database = open_fresh(options);
  ASSERT_TRUE(run_sql(*database, "CREATE TABLE work (id BIGINT PRIMARY KEY AUTO_INCREMENT, payload VARCHAR(20))").has_value());
  Recorder steady, failing, small;
  auto first = start_follower(*database, {.name = "steady", .persists_cursor = false}, steady.handler(0));
  auto second = start_follower(*database, {.name = "failing"}, failing.handler(50));
  auto third = start_follower(*database, {.name = "small", .persists_cursor = false, .batch_max = 7}, small.handler(0));

  constexpr std::size_t commands = 12'000;
  std::vector<std::thread> sides;
  for (unsigned seed = 1; seed <= 2; ++seed) { sides.emplace_back(write_from_the_side, options.url, seed, 250); }
  Answers answers;
  std::mt19937 random(7);
  for (std::size_t i = 0; i < commands; ++i) {
    submit_random_command(*database, random, answers);
    if (i % 64 == 63) { answers.wait_for(i > 256 ? i - 256 : 0); }
  }
  ASSERT_EQ(answers.wait_for(commands).size(), commands);
  for (auto& side : sides) { side.join(); }

  const Seen truth = full_scan(*database);
  ASSERT_GT(truth.size(), commands);
  for (std::size_t i = 0; i < truth.size(); ++i) { ASSERT_EQ(truth[i].first, i + 1) << "the counter must have no gaps"; }
  for (auto* follower : {&first, &second, &third}) {
    EXPECT_TRUE(eventually([&] { return (**follower)->probe().cursor == truth.size(); })) << (**follower)->probe().cursor;
    EXPECT_EQ((**follower)->probe().hole_alarms, 0U);
  }
  EXPECT_EQ(steady.copy(), truth);
  EXPECT_EQ(failing.copy(), truth);
  EXPECT_EQ(small.copy(), truth);
  RecordProperty("events", static_cast<int>(truth.size()));
  RecordProperty("hole_waits", static_cast<int>((*first)->probe().hole_waits));
}

/// Somebody holds the counter for long: only those with events wait for it, and nothing is lost.
TEST(JournalOrder, AHeldCounterDelaysButLosesNothing) {
  auto options = options_for(fresh_url());
  options.statement_timeout = milliseconds{2'000};  // the lanes' wait for the counter ends after 1 s and must be repeated
  const auto database = open_fresh(options);
  ASSERT_TRUE(run_sql(*database, "CREATE TABLE work (id BIGINT PRIMARY KEY AUTO_INCREMENT, payload VARCHAR(20))").has_value());
  auto holder = side_connection(options.url, ConnectionRole::lane);
  holder->run("UPDATE journal_head SET seq=seq+1 WHERE stream=1");
  Answers answers;
  for (int i = 0; i < 30; ++i) {
    database->submit_write(static_cast<std::uint64_t>(i), [i](Transaction& tx) -> Status {
      tx.execute("INSERT INTO work (payload) VALUES ('x')");
      tx.append({.kind = 1, .ticket = i});
      return {};
    }, answers.next());
  }
  std::this_thread::sleep_for(milliseconds{1'300});
  holder->end_transaction("ROLLBACK");
  const auto statuses = answers.wait_for(30);
  ASSERT_EQ(statuses.size(), 30U);
  for (const Status& status : statuses) { EXPECT_TRUE(status.has_value()) << status.error().detail; }
  EXPECT_EQ(number(*database, "SELECT COUNT(*) FROM work"), 30);
  EXPECT_EQ(number(*database, "SELECT COUNT(*) FROM journal"), 30);
  EXPECT_EQ(number(*database, "SELECT seq FROM journal_head"), 30);
}

}  // namespace
}  // namespace parley::storage
