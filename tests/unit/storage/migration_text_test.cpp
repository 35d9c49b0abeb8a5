#include "storage/impl/migration_text.h"

#include <gtest/gtest.h>

#include "storage/migrations.h"

namespace parley::storage {
namespace {

TEST(MigrationText, SplitsAtLinesThatEndInASemicolon) {
  const auto statements = split_migration("-- head\n\nCREATE TABLE a (\n  x INT -- a; b\n);\n  INSERT INTO a VALUES (';');  \nDO 1");
  ASSERT_EQ(statements.size(), 3U);
  EXPECT_EQ(statements[0].text, "CREATE TABLE a (\n  x INT -- a; b\n)");
  EXPECT_EQ(statements[0].line, 3);
  EXPECT_EQ(statements[1].text, "  INSERT INTO a VALUES (';')");
  EXPECT_EQ(statements[1].line, 6);
  EXPECT_EQ(statements[2].text, "DO 1\n");
}

TEST(MigrationText, EmptyTextHasNoStatements) {
  EXPECT_TRUE(split_migration("").empty());
  EXPECT_TRUE(split_migration("-- nothing\n\n").empty());
}

TEST(EmbeddedMigrations, AreNumberedUpwardsAndBeginWithTheJournal) {
  const auto all = embedded_migrations();
  ASSERT_GE(all.size(), 2U);
  EXPECT_EQ(all[0].name, "0001_journal");
  for (std::size_t i = 1; i < all.size(); ++i) { EXPECT_LT(all[i - 1].number, all[i].number); }
}

}  // namespace
}  // namespace parley::storage
