#include <gtest/gtest.h>

#include "storage/transaction.h"

namespace parley::storage {
namespace {

TEST(Row, GivesTypedCellsAndThrowsOnTheWrongType) {
  const Row row({std::int64_t{7}, 1.5, std::string("text"), std::monostate{}});
  EXPECT_EQ(row.i64(0), 7);
  EXPECT_DOUBLE_EQ(row.real(0), 7.0);
  EXPECT_DOUBLE_EQ(row.real(1), 1.5);
  EXPECT_EQ(row.text(2), "text");
  EXPECT_TRUE(row.is_null(3));
  EXPECT_THROW(row.i64(2), std::logic_error);
  EXPECT_THROW(row.i64(3), std::logic_error);
  EXPECT_THROW(row.text(0), std::logic_error);
  EXPECT_THROW(row.i64(4), std::out_of_range);
}

TEST(Fields, ReadsFromLeftToRightWithOptionals) {
  const Row row({std::int64_t{3}, std::monostate{}, std::int64_t{1'750'000'000'000}, std::string("x"), std::monostate{}});
  Fields fields(row);
  EXPECT_EQ(fields.id<TicketId>(), TicketId{3});
  EXPECT_FALSE(fields.maybe_id<AgentId>().has_value());
  EXPECT_EQ(to_ms(*fields.maybe_time()), 1'750'000'000'000);
  EXPECT_EQ(fields.maybe_text(), "x");
  EXPECT_FALSE(fields.maybe_text().has_value());
}

TEST(InList, IsPaddedToAPowerOfTwo) {
  EXPECT_EQ(in_list_sql("SELECT x WHERE id IN ", 1, " LIMIT 1"), "SELECT x WHERE id IN (?) LIMIT 1");
  EXPECT_EQ(in_list_sql("", 3, ""), "(?,?,?,?)");
  std::vector<Value> parameters{Value("before")};
  fill_in_list(parameters, {5, 6, 7});
  ASSERT_EQ(parameters.size(), 5U);
  EXPECT_EQ(std::get<std::int64_t>(parameters[3].data()), 7);
  EXPECT_EQ(std::get<std::int64_t>(parameters[4].data()), 7);
}

TEST(DatabaseError, NamesTheDuplicateKey) {
  const DatabaseError error(1062, "23000", "Duplicate entry 'O'Hara' for key 'customer_identity_lookup'");
  EXPECT_EQ(error.duplicate_key_name(), "customer_identity_lookup");
  EXPECT_EQ(DatabaseError(1062, "23000", "Duplicate entry 'a' for key 'customer.email'").duplicate_key_name(), "email");
  EXPECT_EQ(DatabaseError(1213, "40001", "for key 'x'").duplicate_key_name(), "");
}

TEST(DatabaseError, KnowsLostConnections) {
  for (const int code : {1047, 1053, 1927, 2002, 2003, 2006, 2013, 2014, 2030, 2055}) {
    EXPECT_TRUE(DatabaseError(code, "", "").is_connection_lost()) << code;
  }
  for (const int code : {0, 1062, 1205, 1213, 1969}) { EXPECT_FALSE(DatabaseError(code, "", "").is_connection_lost()) << code; }
}

}  // namespace
}  // namespace parley::storage
