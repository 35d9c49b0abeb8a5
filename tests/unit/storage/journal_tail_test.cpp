#include "storage/impl/journal_tail.h"

#include <gtest/gtest.h>

namespace parley::storage {
namespace {

TEST(JournalTail, NumbersAllEventsOfABatchInOneText) {
  const std::vector<Event> first{{7, 3, 1, "{}"}, {8, 3, 2, "{}"}};
  const std::vector<Event> second{{9, 4, 1, "{}"}};
  const std::vector<CommandEvents> commands{{"AB", from_ms(5), first}, {"CD", from_ms(6), second}};
  EXPECT_EQ(journal_tail_sql(commands),
            "BEGIN NOT ATOMIC UPDATE journal_head SET seq=LAST_INSERT_ID(seq+3) WHERE stream=1; "
            "INSERT INTO journal (stream,seq,kind,ticket,ticket_version,idx,command_id,at,body) VALUES "
            "(1,LAST_INSERT_ID()-2,7,3,1,0,x'4142',5,x'7b7d'),(1,LAST_INSERT_ID()-1,8,3,2,1,x'4142',5,x'7b7d'),"
            "(1,LAST_INSERT_ID()-0,9,4,1,0,x'4344',6,x'7b7d'); COMMIT; SELECT LAST_INSERT_ID(); END");
}

TEST(JournalTail, NothingInABodyCanEndTheStatement) {
  const std::vector<Event> events{{1, 1, 1, R"({"a":"'); DROP TABLE journal; -- "})"}};
  const std::vector<CommandEvents> commands{{"id", from_ms(0), events}};
  EXPECT_EQ(journal_tail_sql(commands).find("DROP"), std::string::npos);
}

}  // namespace
}  // namespace parley::storage
