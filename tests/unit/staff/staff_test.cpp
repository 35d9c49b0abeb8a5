// Guessing gets slower, and who counts as present.
#include <gtest/gtest.h>

#include "staff/login.h"
#include "staff/presence.h"

namespace parley::staff {
namespace {

struct Throttle : ::testing::Test {
  std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
  LoginThrottle throttle{clock};
  void fail(int times, const std::string& key = "email:a@x.co") {
    for (int i = 0; i < times; ++i) { throttle.failed(key); }
  }
  std::int64_t wait(const std::string& key = "email:a@x.co") { return throttle.wait_for(key).count(); }
};

TEST_F(Throttle, LetsFourFailuresPass) {
  EXPECT_EQ(wait(), 0);
  fail(4);
  EXPECT_EQ(wait(), 0);
}

TEST_F(Throttle, DoublesFromTwoSecondsToFifteenMinutes) {
  fail(4);
  for (const std::int64_t expected : {2'000, 4'000, 8'000, 16'000, 32'000, 64'000, 128'000, 256'000, 512'000, 900'000, 900'000}) {
    fail(1);
    EXPECT_EQ(wait(), expected);
    clock->advance(milliseconds{expected - 1});
    EXPECT_EQ(wait(), 1);
    clock->advance(milliseconds{1});
    EXPECT_EQ(wait(), 0);
  }
}

TEST_F(Throttle, CountsEachKeyAlone) {
  fail(9);
  EXPECT_GT(wait(), 0);
  EXPECT_EQ(wait("email:b@x.co"), 0);
}

TEST_F(Throttle, ForgetsAfterSuccessOrAnHour) {
  fail(9);
  throttle.succeeded("email:a@x.co");
  EXPECT_EQ(wait(), 0);
  fail(4);
  EXPECT_EQ(wait(), 0);
  clock->advance(milliseconds{3'600'001});
  fail(1);
  EXPECT_EQ(wait(), 0) << "an old series does not count on";
}

TEST_F(Throttle, StaysBoundedUnderManyAddresses) {
  for (int i = 0; i < 120'000; ++i) { throttle.failed("address:" + std::to_string(i)); }
  fail(6);
  EXPECT_GT(wait(), 0);
}

TEST(NewPassword, MustBeLongAndVaried) {
  const std::pair<std::string, const char*> cases[] = {{"correct horse", ""},          {"1234567", "too_short"},         {"", "too_short"}, {"aaaaaaaaaaaa", "too_simple"},
                                                       {std::string(201, 'a'), "too_long"}, {"你好你好你好你好", ""}, {"你好你好", "too_short"}};
  for (const auto& [password, code] : cases) {
    const auto checked = check_new_password(password, "/password");
    EXPECT_EQ(checked.has_error() ? checked.error().fields.at(0).code : "", code) << password;
  }
  EXPECT_EQ(check_new_password("你你你你你你你你你", "/password").has_error(), true) << "one character repeated, also beyond ASCII";
}

struct Presence : ::testing::Test {
  std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
  PresenceBook book{clock, milliseconds{60'000}};
  const AgentId ann{1}, bob{2};
};

TEST_F(Presence, LastsAsLongAsASocketIsOpen) {
  EXPECT_FALSE(book.is_connected(ann));
  book.socket_opened(ann);
  clock->advance(milliseconds{3'600'000});
  EXPECT_TRUE(book.is_connected(ann));
  EXPECT_TRUE(book.take_expired().empty());
}

TEST_F(Presence, GivesAGraceAfterTheLastSocketOnly) {
  book.socket_opened(ann);
  book.socket_opened(ann);
  book.socket_closed(ann);
  clock->advance(milliseconds{60'001});
  EXPECT_TRUE(book.is_connected(ann)) << "the other socket is open";
  book.socket_closed(ann);
  clock->advance(milliseconds{59'999});
  EXPECT_TRUE(book.is_connected(ann));
  EXPECT_TRUE(book.take_expired().empty());
  clock->advance(milliseconds{1});
  EXPECT_FALSE(book.is_connected(ann));
  EXPECT_EQ(book.take_expired(), std::vector{ann});
  EXPECT_TRUE(book.take_expired().empty()) << "told once";
}

TEST_F(Presence, SurvivesAPageReload) {
  book.socket_opened(ann);
  book.socket_closed(ann);
  clock->advance(milliseconds{5'000});
  book.socket_opened(ann);
  clock->advance(milliseconds{600'000});
  EXPECT_TRUE(book.take_expired().empty());
}

TEST_F(Presence, ListsWhoIsConnected) {
  book.socket_opened(bob);
  book.socket_opened(ann);
  EXPECT_EQ(book.connected(), (std::vector{ann, bob}));
  book.socket_closed(bob);
  clock->advance(milliseconds{60'000});
  EXPECT_EQ(book.connected(), std::vector{ann});
}

TEST_F(Presence, IgnoresACloseWithoutAnOpen) {
  book.socket_closed(ann);
  book.socket_opened(ann);
  clock->advance(milliseconds{600'000});
  EXPECT_TRUE(book.is_connected(ann));
}

}  // namespace
}  // namespace parley::staff
