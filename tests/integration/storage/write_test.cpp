// Statements, types, transactions: what a command and a reader can rely on.
#include "storage/migrations.h"
#include "support.h"

namespace parley::storage {
namespace {

using namespace testing_support;

struct Write : testing::Test {
  std::unique_ptr<Database> database = open_fresh(options_for(fresh_url()));
};

TEST_F(Write, RoundTripsEveryKindOfValue) {
  ASSERT_TRUE(run_sql(*database, "CREATE TABLE v (id BIGINT PRIMARY KEY AUTO_INCREMENT, n BIGINT, u BIGINT UNSIGNED, t TINYINT, d DOUBLE, "
                                 "m DECIMAL(20,0), s TEXT, b VARBINARY(300), x LONGTEXT)").has_value());
  std::string bytes;
  for (int i = 0; i < 256; ++i) { bytes += static_cast<char>(i); }
  const std::string text = "Größe 退款 \xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7";
  const std::string long_text(400'000, 'x');
  const auto id = database->write_now(1, [&](Transaction& tx) -> Result<std::int64_t> {
    tx.insert("INSERT INTO v (n) VALUES (?)", {std::nullopt});
    return tx.insert("INSERT INTO v (n,u,t,d,m,s,b,x) VALUES (?,?,?,?,?,?,?,?)",
                     {INT64_MIN, std::uint64_t{1} << 62, true, 0.1, 12345, text, bytes, long_text});
  });
  ASSERT_TRUE(id.has_value()) << id.error().detail;
  EXPECT_EQ(*id, 2);
  const auto row = database->read_now([&](Transaction& tx) -> Result<Row> {
    return *tx.query_one("SELECT n,u,t,d,m,s,b,x,SUM(t),COUNT(*) FROM v WHERE id=? GROUP BY id", {*id});
  });
  ASSERT_TRUE(row.has_value()) << row.error().detail;
  EXPECT_EQ(row->i64(0), INT64_MIN);
  EXPECT_EQ(row->i64(1), std::int64_t{1} << 62);
  EXPECT_TRUE(row->flag(2));
  EXPECT_DOUBLE_EQ(row->real(3), 0.1);
  EXPECT_EQ(row->i64(4), 12345);
  EXPECT_EQ(row->text(5), text);
  EXPECT_EQ(row->text(6), bytes);
  EXPECT_EQ(row->text(7), long_text);
  EXPECT_EQ(row->i64(8), 1);
  EXPECT_EQ(row->i64(9), 1);
}

TEST_F(Write, CountsMatchedRows) {
  ASSERT_TRUE(run_sql(*database, "CREATE TABLE c (id INT PRIMARY KEY, v INT)").has_value());
  ASSERT_TRUE(run_sql(*database, "INSERT INTO c VALUES (1, 5), (2, 5)").has_value());
  const auto counts = database->write_now(1, [](Transaction& tx) -> Result<std::pair<std::uint64_t, std::uint64_t>> {
    return std::pair{tx.execute("UPDATE c SET v=5 WHERE id=?", {1}), tx.execute("UPDATE c SET v=5 WHERE id=?", {9})};
  });
  ASSERT_TRUE(counts.has_value());
  EXPECT_EQ(*counts, (std::pair<std::uint64_t, std::uint64_t>{1, 0}));
}

TEST_F(Write, AFailedStatusUndoesTheCommandAndItsEvents) {
  ASSERT_TRUE(run_sql(*database, "CREATE TABLE f (id INT PRIMARY KEY)").has_value());
  bool was_called_back = false;
  const Status status = database->write_now(1, [&](Transaction& tx) -> Status {
    tx.execute("INSERT INTO f VALUES (1)");
    tx.append({.kind = 1, .ticket = 1});
    tx.after_commit([&] { was_called_back = true; });
    return Error(Errc::forbidden, "no");
  });
  ASSERT_TRUE(status.has_error());
  EXPECT_EQ(status.error().code, Errc::forbidden);
  EXPECT_EQ(number(*database, "SELECT COUNT(*) FROM f"), 0);
  EXPECT_EQ(number(*database, "SELECT COUNT(*) FROM journal"), 0);
  EXPECT_FALSE(was_called_back);
}

TEST_F(Write, ADuplicateKeyIsAConflictAndKeepsTheConnection) {
  ASSERT_TRUE(run_sql(*database, "CREATE TABLE k (id INT PRIMARY KEY, name VARCHAR(20), UNIQUE KEY k_name (name))").has_value());
  ASSERT_TRUE(run_sql(*database, "INSERT INTO k VALUES (1, 'a')").has_value());
  std::string key;
  const Status status = database->write_now(1, [&](Transaction& tx) -> Status {
    try {
      tx.execute("INSERT INTO k VALUES (2, 'a')");
    } catch (const DatabaseError& error) {
      key = error.duplicate_key_name();
      throw;
    }
    return {};
  });
  EXPECT_EQ(key, "k_name");
  ASSERT_TRUE(status.has_error());
  EXPECT_EQ(status.error().code, Errc::conflict);
  EXPECT_EQ(database->probe().discarded_connections, 0U);
}

TEST_F(Write, AHandledDatabaseErrorDoesNotFailTheCommand) {
  ASSERT_TRUE(run_sql(*database, "CREATE TABLE h (id INT PRIMARY KEY)").has_value());
  const Status status = database->write_now(1, [](Transaction& tx) -> Status {
    tx.execute("INSERT INTO h VALUES (1)");
    try {
      tx.execute("INSERT INTO h VALUES (1)");
    } catch (const DatabaseError& error) {
      if (!error.is_duplicate_key()) { throw; }
    }
    tx.execute("INSERT INTO h VALUES (2)");
    return {};
  });
  ASSERT_TRUE(status.has_value()) << status.error().detail;
  EXPECT_EQ(number(*database, "SELECT COUNT(*) FROM h"), 2);
}

TEST_F(Write, EventsAreNumberedWithoutGapsAndDurableOnAnswer) {
  for (std::uint64_t i = 1; i <= 3; ++i) {
    const auto id = database->write_now(i, [](Transaction& tx) -> Result<std::string> {
      tx.append({.kind = 10, .ticket = 4, .ticket_version = 1, .body = "{\"quote\":\"it's \\\"fine\\\"\"}"});
      tx.append({.kind = 11, .ticket = 4, .ticket_version = 2});
      return tx.command_id();
    });
    ASSERT_TRUE(id.has_value()) << id.error().detail;
    EXPECT_EQ(id->size(), 16U);
    EXPECT_EQ(database->durable_seq(), 2 * i);
  }
  const auto rows = database->read_now([](Transaction& tx) -> Result<std::vector<JournalRow>> { return read_journal(tx, 0, 100, 100); });
  ASSERT_EQ(rows->size(), 6U);
  for (std::size_t i = 0; i < 6; ++i) { EXPECT_EQ((*rows)[i].seq, i + 1); }
  EXPECT_EQ((*rows)[0].body, "{\"quote\":\"it's \\\"fine\\\"\"}");
  EXPECT_EQ((*rows)[0].command_id, (*rows)[1].command_id);
  EXPECT_NE((*rows)[1].command_id, (*rows)[2].command_id);
}

TEST_F(Write, TicketHistoryReadsBothWays) {
  const Status status = database->write_now(1, [](Transaction& tx) -> Status {
    for (std::uint32_t version = 1; version <= 5; ++version) {
      tx.append({.kind = 1, .ticket = 7, .ticket_version = version});
      tx.append({.kind = 1, .ticket = 8, .ticket_version = version});
    }
    return {};
  });
  ASSERT_TRUE(status.has_value());
  const auto newest = database->read_now([](Transaction& tx) -> Result<std::vector<JournalRow>> { return read_ticket_journal(tx, 7, 0, 2); });
  ASSERT_EQ(newest->size(), 2U);
  EXPECT_EQ((*newest)[0].ticket_version, 5U);
  const auto older = database->read_now(
      [&](Transaction& tx) -> Result<std::vector<JournalRow>> { return read_ticket_journal(tx, 7, (*newest)[1].seq, 10); });
  ASSERT_EQ(older->size(), 3U);
  EXPECT_EQ((*older)[0].ticket_version, 3U);
  const auto changes = database->read_now([](Transaction& tx) -> Result<std::vector<JournalRow>> { return read_ticket_changes(tx, 8, 2, 10); });
  ASSERT_EQ(changes->size(), 3U);
  EXPECT_EQ((*changes)[0].ticket_version, 3U);
}

TEST_F(Write, AnEventMustBeSmallJson) {
  for (const std::string& body : {std::string("{"), std::string("\"\xff\""), "\"" + std::string(70'000, 'x') + "\""}) {
    const Status status = database->write_now(1, [&](Transaction& tx) -> Status {
      tx.append({.kind = 1, .body = body});
      return {};
    });
    ASSERT_TRUE(status.has_error());
    EXPECT_EQ(status.error().code, Errc::internal);
  }
}

TEST_F(Write, ReadersSeeOneSnapshotAndCannotWrite) {
  ASSERT_TRUE(run_sql(*database, "CREATE TABLE s (id INT)").has_value());
  const auto both = database->read_now([this](Transaction& tx) -> Result<std::pair<std::int64_t, std::int64_t>> {
    const std::int64_t first = tx.query("SELECT COUNT(*) FROM s").at(0).i64(0);
    EXPECT_TRUE(run_sql(*database, "INSERT INTO s VALUES (1)").has_value());
    return std::pair{first, tx.query("SELECT COUNT(*) FROM s").at(0).i64(0)};
  });
  EXPECT_EQ(*both, (std::pair<std::int64_t, std::int64_t>{0, 0}));
  EXPECT_EQ(number(*database, "SELECT COUNT(*) FROM s"), 1) << "the next job has a fresh snapshot";
  const Status write = database->read_now([](Transaction& tx) -> Status {
    tx.execute("INSERT INTO s VALUES (2)");
    return {};
  });
  EXPECT_TRUE(write.has_error());
  const Status append = database->read_now([](Transaction& tx) -> Status {
    tx.append({.kind = 1});
    return {};
  });
  EXPECT_TRUE(append.has_error());
}

TEST_F(Write, StrictModeRefusesWhatDoesNotFit) {
  ASSERT_TRUE(run_sql(*database, "CREATE TABLE m (name VARCHAR(3) CHARACTER SET ascii)").has_value());
  for (const char* text : {"toolong", "\xC3\xA4"}) {
    const Status status = database->write_now(1, [&](Transaction& tx) -> Status {
      tx.execute("INSERT INTO m VALUES (?)", {text});
      return {};
    });
    ASSERT_TRUE(status.has_error()) << text;
    EXPECT_EQ(status.error().code, Errc::invalid_input);
  }
}

TEST_F(Write, AStatementOfTheOtherKindIsAProgrammingErrorAndHarmsNobody) {
  const Status rows_ignored = database->write_now(1, [](Transaction& tx) -> Status {
    tx.execute("SELECT seq FROM journal_head FOR UPDATE");
    return {};
  });
  ASSERT_TRUE(rows_ignored.has_error());
  EXPECT_EQ(rows_ignored.error().code, Errc::internal);
  const Status no_rows = database->write_now(1, [](Transaction& tx) -> Status {
    tx.query("UPDATE journal_meta SET touches=touches");
    return {};
  });
  EXPECT_EQ(no_rows.error().code, Errc::internal);
  const auto returned = database->write_now(1, [](Transaction& tx) -> Result<std::int64_t> {
    return tx.query("INSERT INTO journal_trim VALUES (9, 4) RETURNING low").at(0).i64(0);
  });
  ASSERT_TRUE(returned.has_value()) << returned.error().detail;
  EXPECT_EQ(*returned, 4);
  EXPECT_EQ(database->probe().discarded_connections, 0U);
}

TEST_F(Write, ManyTextsPassThroughTheStatementCache) {
  const Status status = database->read_now([](Transaction& tx) -> Status {
    for (int round = 0; round < 2; ++round) {
      for (int i = 0; i < 300; ++i) { EXPECT_EQ(tx.query("SELECT " + std::to_string(i)).at(0).i64(0), i); }
    }
    return {};
  });
  EXPECT_TRUE(status.has_value());
}

TEST(Open, NeedsAMigratedSchemaAndSaysSo) {
  const auto opened = open_database(options_for(fresh_url()), std::make_shared<SystemClock>());
  ASSERT_TRUE(opened.has_error());
  EXPECT_NE(opened.error().detail.find("migrate"), std::string::npos) << opened.error().detail;
}

TEST(Open, GivesUpOnAnUnreachableServer) {
  const auto opened = open_database(options_for("mysql+unix:///nonexistent/db.sock?schema=x&user=root"), std::make_shared<SystemClock>(),
                                    milliseconds{30});
  ASSERT_TRUE(opened.has_error());
  EXPECT_EQ(opened.error().code, Errc::unavailable);
}

TEST(Open, KeepsTheJournalsName) {
  const auto options = options_for(fresh_url());
  const std::string uid = open_fresh(options)->journal_uid();
  EXPECT_EQ(uid.size(), 8U);
  EXPECT_EQ(open_existing(options)->journal_uid(), uid);
  EXPECT_NE(open_fresh(options_for(fresh_url()))->journal_uid(), uid);
}

}  // namespace
}  // namespace parley::storage
