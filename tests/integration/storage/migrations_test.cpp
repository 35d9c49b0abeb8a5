#include "storage/migrations.h"

#include <array>
#include <thread>

#include "support.h"

namespace parley::storage {
namespace {

using namespace testing_support;

const Migration first{1, "0001_first", "-- a comment\nCREATE TABLE a (id INT PRIMARY KEY);\nINSERT INTO a VALUES (1);\n"};
const Migration second_one{2, "0002_second", "ALTER TABLE a\n  ADD COLUMN name VARCHAR(10);\n"};

std::int64_t count(const std::string& url, const std::string& sql) { return side_connection(url)->query(sql).at(0).i64(0); }

TEST(Migrations, MakeTheSchemaAndRunOnce) {
  const std::string url = fresh_url();
  EXPECT_EQ(migrate(url, std::array{first}).value(), 1);
  EXPECT_EQ(migrate(url, std::array{first, second_one}).value(), 1);
  EXPECT_EQ(migrate(url, std::array{first, second_one}).value(), 0);
  EXPECT_EQ(count(url, "SELECT COUNT(*) FROM a WHERE name IS NULL"), 1);
  EXPECT_EQ(count(url, "SELECT COUNT(*) FROM schema_migration"), 2);
}

TEST(Migrations, AChangedTextIsRefused) {
  const std::string url = fresh_url();
  ASSERT_TRUE(migrate(url, std::array{first}).has_value());
  Migration changed = first;
  changed.sql = "CREATE TABLE a (id BIGINT PRIMARY KEY);\n";
  const auto again = migrate(url, std::array{changed});
  ASSERT_TRUE(again.has_error());
  EXPECT_EQ(again.error().code, Errc::conflict);
  EXPECT_NE(again.error().detail.find("0001_first"), std::string::npos);
}

TEST(Migrations, ANewerDatabaseIsRefused) {
  const std::string url = fresh_url();
  ASSERT_TRUE(migrate(url, std::array{first, second_one}).has_value());
  const auto older = migrate(url, std::array{first});
  ASSERT_TRUE(older.has_error());
  EXPECT_EQ(older.error().code, Errc::conflict);
  EXPECT_NE(older.error().detail.find("0002_second"), std::string::npos);
}

TEST(Migrations, AFailureNamesFileLineAndStatementAndIsNotRecorded) {
  const std::string url = fresh_url();
  const Migration bad{2, "0002_bad", "\nDO 1;\nALTER TABLE missing ADD x INT;\n"};
  const auto failed = migrate(url, std::array{first, bad});
  ASSERT_TRUE(failed.has_error());
  EXPECT_NE(failed.error().detail.find("0002_bad, line 3"), std::string::npos) << failed.error().detail;
  EXPECT_NE(failed.error().detail.find("ALTER TABLE missing"), std::string::npos) << failed.error().detail;
  EXPECT_EQ(count(url, "SELECT COUNT(*) FROM schema_migration"), 1);
}

TEST(Migrations, TwoServersAtOnceApplyEachOnce) {
  const std::string url = fresh_url();
  std::atomic<int> applied{0};
  std::vector<std::thread> servers;
  for (int i = 0; i < 3; ++i) {
    servers.emplace_back([&] { applied += migrate(url, std::array{first, second_one}).value(); });
  }
  for (auto& server : servers) { server.join(); }
  EXPECT_EQ(applied, 2);
}

TEST(Migrations, TheBinarysOwnApplyTwiceWithoutHarm) {
  const std::string url = fresh_url();
  EXPECT_EQ(migrate(url, embedded_migrations()).value(), static_cast<int>(embedded_migrations().size()));
  EXPECT_EQ(migrate(url, embedded_migrations()).value(), 0);
}

}  // namespace
}  // namespace parley::storage
