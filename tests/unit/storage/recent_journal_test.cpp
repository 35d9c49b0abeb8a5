#include "storage/impl/recent_journal.h"

#include <gtest/gtest.h>

namespace parley::storage {
namespace {

std::vector<std::uint64_t> seqs(const std::vector<JournalRow>& rows) {
  std::vector<std::uint64_t> out;
  for (const auto& row : rows) { out.push_back(row.seq); }
  return out;
}

using Seqs = std::vector<std::uint64_t>;

struct RecentJournalTest : testing::Test {
  RecentJournal recent;
  void add(std::size_t events, std::uint64_t last, const std::string& body = "{}") {
    const std::vector<Event> list(events, Event{.kind = 1, .body = body});
    const std::vector<CommandEvents> commands{{"0123456789abcdef", TimePoint{}, list}};
    recent.add(commands, last);
  }
};

TEST_F(RecentJournalTest, GivesNumbersWithoutAHole) {
  add(2, 2);
  add(1, 4);  // another lane was faster
  EXPECT_EQ(seqs(recent.after(0, 10, 100)), (Seqs{1, 2}));
  EXPECT_EQ(seqs(recent.after(2, 10, 100)), Seqs{});
  add(1, 3);
  EXPECT_EQ(seqs(recent.after(1, 10, 100)), (Seqs{2, 3, 4}));
  EXPECT_EQ(seqs(recent.after(1, 3, 100)), (Seqs{2, 3})) << "not beyond what is durable";
  EXPECT_EQ(seqs(recent.after(1, 10, 2)), (Seqs{2, 3})) << "not more than asked for";
  EXPECT_EQ(seqs(recent.after(9, 8, 2)), Seqs{});
}

TEST_F(RecentJournalTest, NumbersOfABatchGoToItsCommandsInOrder) {
  const std::vector<Event> first{{.kind = 1}, {.kind = 2}}, second{{.kind = 3}};
  const std::vector<CommandEvents> commands{{"a", from_ms(5), first}, {"b", from_ms(6), second}};
  recent.add(commands, 12);
  const auto rows = recent.after(9, 12, 10);
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[1].kind, 2);
  EXPECT_EQ(rows[1].command_id, "a");
  EXPECT_EQ(rows[2].seq, 12u);
  EXPECT_EQ(rows[2].command_id, "b");
  EXPECT_EQ(to_ms(rows[2].at), 6);
}

TEST_F(RecentJournalTest, OldRowsGoWhenThereAreManyOrTheyAreLarge) {
  for (std::uint64_t last = 1; last <= 2'100; ++last) { add(1, last); }
  EXPECT_TRUE(recent.after(50, 5'000, 1).empty());
  EXPECT_EQ(recent.after(100, 5'000, 5'000).size(), 2'000u);
  for (std::uint64_t last = 2'101; last <= 2'200; ++last) { add(1, last, std::string(60'000, 'x')); }
  EXPECT_TRUE(recent.after(2'150, 5'000, 1).empty());
  EXPECT_EQ(recent.after(2'190, 5'000, 100).size(), 10u);
}

}  // namespace
}  // namespace parley::storage
