// The rules by which no mail is lost and none holds up another.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "channels/email/imap/mail_ledger.h"

namespace parley::channels::email::imap {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using Form = MailLedger::Form;
using Time = MailLedger::Time;

class Ledger : public testing::Test {
 protected:
  void look(std::initializer_list<std::uint32_t> uids, std::uint32_t to) {
    for (const auto uid : uids) { ledger.add(uid, 100, Form::whole); }
    ledger.set_looked_to(to);
  }
  std::uint32_t next_uid() {
    const auto job = ledger.next(now);
    return job ? job->uid : 0;
  }
  void take(std::uint32_t uid) { EXPECT_TRUE(ledger.answer(uid, ledger.give(uid, now), true, now)); }
  void refuse(std::uint32_t uid) { EXPECT_TRUE(ledger.answer(uid, ledger.give(uid, now), false, now)); }
  void settle(std::uint32_t uid) { ledger.settle(std::vector{uid}); }
  std::uint32_t position() const { return ledger.position().uid; }

  Time now{1000h};
  MailLedger ledger{ReaderPosition{7, 10, 0, {}}, BackOff{5s, 60s}};
};

TEST_F(Ledger, PositionStopsBelowTheFirstMailThatIsNotDone) {
  look({12, 15, 20}, 30);
  EXPECT_EQ(position(), 11U);
  take(15);
  settle(15);
  EXPECT_EQ(position(), 11U) << "15 is done, but 12 is not";
  take(12);
  EXPECT_EQ(position(), 11U) << "taken, but not marked yet";
  settle(12);
  EXPECT_EQ(position(), 19U);
  take(20);
  settle(20);
  EXPECT_EQ(position(), 30U);
}

TEST_F(Ledger, IgnoresWhatItKnows) {
  look({9, 10, 11}, 20);
  EXPECT_EQ(next_uid(), 11U);
  take(11);
  settle(11);
  look({11, 15}, 20);
  EXPECT_EQ(next_uid(), 0U) << "what was looked through already is not opened again";
  EXPECT_EQ(position(), 20U);
}

TEST_F(Ledger, RefusedMailWaitsWhileItsNeighboursGoOn) {
  look({11, 12, 13}, 13);
  ASSERT_EQ(next_uid(), 11U);
  refuse(11);
  EXPECT_EQ(next_uid(), 12U);
  take(12);
  EXPECT_EQ(next_uid(), 13U);
  take(13);
  EXPECT_EQ(next_uid(), 0U);
  EXPECT_EQ(ledger.next_due(), now + 5s);
  now += 5s;
  EXPECT_EQ(next_uid(), 11U);
  refuse(11);
  now += 5s;
  EXPECT_EQ(next_uid(), 0U) << "the pause doubles";
  now += 5s;
  EXPECT_EQ(next_uid(), 11U);
  EXPECT_EQ(position(), 10U) << "and is never passed";
}

TEST_F(Ledger, RetriesAndNewMailTakeTurns) {
  look({11, 12, 13, 14}, 14);
  refuse(11);
  refuse(12);
  now += 5s;
  std::vector<std::uint32_t> order;
  for (int i = 0; i < 4; ++i) {
    order.push_back(next_uid());
    take(order.back());
  }
  EXPECT_THAT(order, ElementsAre(13, 11, 14, 12));
}

TEST_F(Ledger, LateYesCountsAndLateNoDoesNot) {
  look({11}, 11);
  const auto first = ledger.give(11, now);
  now += 10s;
  EXPECT_EQ(ledger.give_up(now - 5s, now), 1U);
  EXPECT_EQ(ledger.given(), 0U);
  now += 5s;
  const auto second = ledger.give(11, now);
  EXPECT_FALSE(ledger.answer(11, first, false, now));
  EXPECT_EQ(ledger.given(), 1U);
  EXPECT_TRUE(ledger.answer(11, first, true, now));
  EXPECT_EQ(ledger.given(), 0U);
  EXPECT_FALSE(ledger.answer(11, second, false, now)) << "it is in the database";
  EXPECT_THAT(ledger.taken(true), ElementsAre(11));
  EXPECT_EQ(ledger.give_up(now + 1h, now), 0U);
}

TEST_F(Ledger, MailTakenInPartIsToldApart) {
  look({11, 12}, 12);
  ledger.shrink(12);
  for (const std::uint32_t uid : {11u, 12u}) { ledger.answer(uid, ledger.give(uid, now), true, now); }
  EXPECT_THAT(ledger.taken(true), ElementsAre(11));
  EXPECT_THAT(ledger.taken(false), ElementsAre(12));
}

TEST_F(Ledger, MailThatBreaksTheConnectionIsTriedOnceMoreAtOnceThenLater) {
  look({11, 12}, 12);
  ledger.fetch_failed(11, now);
  EXPECT_EQ(ledger.next_due(), Time{}) << "12 has not been tried";
  EXPECT_EQ(next_uid(), 12U);
  take(12);
  EXPECT_EQ(next_uid(), 11U);
  ledger.fetch_failed(11, now);
  EXPECT_EQ(next_uid(), 0U);
  now += 10s;
  EXPECT_EQ(next_uid(), 11U);
}

TEST_F(Ledger, AsksForLessOfMailThatIsTooLarge) {
  look({11}, 11);
  EXPECT_EQ(ledger.next(now)->form, Form::whole);
  ledger.shrink(11);
  EXPECT_EQ(ledger.next(now)->form, Form::header);
  ledger.shrink(11);
  EXPECT_EQ(ledger.next(now)->form, Form::nothing);
  ledger.shrink(11);
  EXPECT_EQ(ledger.next(now)->form, Form::nothing);
}

TEST_F(Ledger, LooksForNoMoreWhenTooManyFail) {
  for (std::uint32_t uid = 11; uid <= 10 + MailLedger::entries_max / 2; ++uid) {
    EXPECT_TRUE(ledger.has_room());
    ledger.add(uid, 1, Form::whole);
  }
  EXPECT_FALSE(ledger.has_room());
  settle(11);
  EXPECT_TRUE(ledger.has_room());
}

TEST(BackOff, DoublesUpToItsMost) {
  const BackOff back_off{10s, 15min};
  EXPECT_EQ(back_off.after(1), 10s);
  EXPECT_EQ(back_off.after(2), 20s);
  EXPECT_EQ(back_off.after(4), 80s);
  EXPECT_EQ(back_off.after(8), 15min);
  EXPECT_EQ(back_off.after(1'000'000), 15min);
}

}  // namespace
}  // namespace parley::channels::email::imap
