// kill -9 of mariadbd under load: what was answered is there exactly once, and followers agree with the journal.
#include <signal.h>

#include <atomic>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "storage/migrations.h"
#include "storage/private_mariadb.h"
#include "support.h"

namespace parley::storage {
namespace {

using namespace testing_support;

struct Load {
  Database& database;
  std::mutex mutex;
  std::set<std::int64_t> acknowledged;
  std::atomic<int> in_flight{0};
  std::atomic<std::uint64_t> refused{0};

  void submit(std::int64_t id) {
    ++in_flight;
    database.submit_write(static_cast<std::uint64_t>(id), [id](Transaction& tx) -> Status {
      // No primary key on the value: a repetition would show as a second row instead of an error.
      tx.execute("INSERT INTO load_row (value) VALUES (?)", {id});
      tx.append({.kind = 1, .ticket = id, .ticket_version = 1});
      return {};
    }, [this, id](Status status) {
      if (status.has_value()) {
        const std::lock_guard hold(mutex);
        acknowledged.insert(id);
      } else {
        ++refused;
      }
      --in_flight;
    });
  }
};

TEST(Crash, AcknowledgedWritesSurviveExactlyOnceAndFollowersAgree) {
  TemporaryFolder folder;
  auto server = start_private_mariadb({.data_directory = folder.path()});
  ASSERT_TRUE(server.has_value()) << server.error().detail;
  auto options = options_for((*server)->url());
  options.job_deadline = milliseconds{20'000};
  const auto database = open_fresh(options);
  ASSERT_TRUE(run_sql(*database, "CREATE TABLE load_row (id BIGINT PRIMARY KEY AUTO_INCREMENT, value BIGINT, KEY(value))").has_value());
  std::vector<std::pair<std::uint64_t, std::string>> seen;
  std::atomic<int> resyncs{0};
  auto follower = start_follower(*database, {.name = "f", .persists_cursor = false}, [&](const std::vector<JournalRow>& rows) -> Status {
    for (const JournalRow& row : rows) { seen.emplace_back(row.seq, row.command_id); }
    return {};
  }, [&] { ++resyncs; });

  constexpr int kills = 4;
  Load load{.database = *database};
  std::atomic<bool> is_over{false};
  std::thread writer([&] {
    for (std::int64_t id = 1; !is_over; ++id) {
      load.submit(id);
      while (load.in_flight > 60 && !is_over) { std::this_thread::sleep_for(std::chrono::microseconds(100)); }
    }
  });
  std::mt19937 random(11);
  for (int i = 0; i < kills; ++i) {
    std::this_thread::sleep_for(milliseconds{300 + random() % 300});
    kill(static_cast<pid_t>((*server)->probe().pid), SIGKILL);
    EXPECT_TRUE(eventually([&] { return (*server)->probe().restarts == static_cast<std::uint64_t>(i) + 1 && (*server)->probe().is_up; }));
  }
  std::this_thread::sleep_for(milliseconds{200});
  is_over = true;
  writer.join();
  ASSERT_TRUE(eventually([&] { return load.in_flight == 0; }, milliseconds{25'000}));
  EXPECT_EQ(load.refused, 0U) << "every command had time to come through";

  const auto rows = database->read_now([](Transaction& tx) -> Result<std::map<std::int64_t, int>> {
    std::map<std::int64_t, int> counts;
    for (const Row& row : tx.query("SELECT value FROM load_row")) { ++counts[row.i64(0)]; }
    return counts;
  });
  ASSERT_TRUE(rows.has_value()) << rows.error().detail;
  EXPECT_EQ(rows->size(), load.acknowledged.size());
  for (const std::int64_t id : load.acknowledged) { ASSERT_EQ(rows->contains(id) ? rows->at(id) : 0, 1) << id; }

  const auto truth = *database->read_now([](Transaction& tx) -> Result<std::vector<std::pair<std::uint64_t, std::string>>> {
    std::vector<std::pair<std::uint64_t, std::string>> all;
    for (const Row& row : tx.query("SELECT seq, command_id FROM journal WHERE kind<>? ORDER BY seq", {epoch_kind})) {
      all.emplace_back(static_cast<std::uint64_t>(row.i64(0)), row.text(1));
    }
    return all;
  });
  EXPECT_EQ(truth.size(), load.acknowledged.size());
  ASSERT_TRUE(eventually([&] { return (*follower)->probe().cursor == truth.back().first; })) << (*follower)->probe().cursor;
  (*follower)->stop();
  EXPECT_EQ(seen, truth) << "no event skipped, doubled or invented";
  EXPECT_EQ(resyncs, 0) << "followers only ever see what is durable";
  EXPECT_EQ(number(*database, "SELECT COUNT(*) FROM journal WHERE kind=65535"), kills);
  RecordProperty("events", static_cast<int>(truth.size()));
}

}  // namespace
}  // namespace parley::storage
