// Readers that end at any moment: nothing is lost, and what is repeated is known by its number.
#include <fstream>
#include <random>
#include <set>

#include "tests/integration/email_imap/mail_desk.h"
#include "tests/support/dovecot.h"

namespace parley::channels::email::imap {
namespace {

class Restart : public MailDesk, public testing::WithParamInterface<ImapAccount::After> {
 protected:
  ImapAccount account() const {
    return {.host = "127.0.0.1", .port = server.imap_port(), .security = Security::none, .user = "shop", .secret = "test", .after = GetParam(), .move_to = "Done"};
  }
  std::set<std::string> subjects_in(const std::string& mailbox) const {
    std::set<std::string> out;
    for (const auto& path : server.mails("shop", mailbox)) {
      std::ifstream file(path);
      for (std::string line; std::getline(file, line);) {
        if (line.starts_with("Subject: ")) { out.insert(line); }
      }
    }
    return out;
  }
  parley::test::Dovecot server;
};

TEST_P(Restart, AfterEverythingIsSavedNothingComesAgain) {
  for (int i = 0; i < 5; ++i) { server.deliver("shop", mail("m" + std::to_string(i))); }
  auto first = reader(account());
  ASSERT_TRUE(run_until([&] { return desk->saved.uid == 5; }));
  first.reset();
  settle();
  desk->offered.clear();
  const auto second = reader(account());
  ASSERT_TRUE(run_until([&] { return second->health().state == MailboxHealth::State::ok; }));
  server.deliver("shop", mail("new"));
  ASSERT_TRUE(run_until([&] { return desk->has("new"); }));
  EXPECT_EQ(desk->offered, std::vector<std::uint32_t>{6});
}

TEST_P(Restart, AfterALostPositionWhatIsStillThereComesAgain) {
  desk->forgets_position = true;
  for (int i = 0; i < 5; ++i) { server.deliver("shop", mail("m" + std::to_string(i))); }
  auto first = reader(account());
  ASSERT_TRUE(run_until([&] { return desk->taken.size() == 5; }));
  first.reset();
  settle();
  desk->forgets_position = false;
  server.deliver("shop", mail("new"));
  const auto second = reader(account());
  ASSERT_TRUE(run_until([&] { return desk->has("new") && desk->saved.uid == 6; }));
  EXPECT_EQ(desk->taken.size(), 6U) << "repeats have the same number";
}

TEST_P(Restart, AtRandomMomentsNothingIsLost) {
  constexpr int mails = 60;
  std::minstd_rand random(7);
  for (int i = 0; i < mails; ++i) { server.deliver("shop", mail("m" + std::to_string(i) + ".")); }
  for (int round = 0; round < 100 && desk->saved.uid < mails; ++round) {
    const auto brief = reader(account());
    run_for(std::chrono::milliseconds(random() % 60));
  }
  const auto last = reader(account());
  ASSERT_TRUE(run_until([&] { return desk->saved.uid == mails; }, 20s));
  for (int i = 0; i < mails; ++i) { EXPECT_EQ(desk->count("Subject: m" + std::to_string(i) + ".\r\n"), 1U) << i; }
  switch (GetParam()) {
    case ImapAccount::After::mark_seen: EXPECT_EQ(server.count_with_flag("shop", 'S'), static_cast<std::size_t>(mails)); break;
    case ImapAccount::After::move:
      // A server may still be at the MOVE of a connection that is gone when the next one asks for it again: then a copy is there twice.
      EXPECT_EQ(subjects_in("Done").size(), static_cast<std::size_t>(mails));
      EXPECT_TRUE(server.mails("shop").empty());
      break;
    case ImapAccount::After::delete_: EXPECT_TRUE(server.mails("shop").empty()); break;
  }
}

INSTANTIATE_TEST_SUITE_P(Every, Restart, testing::Values(ImapAccount::After::mark_seen, ImapAccount::After::move, ImapAccount::After::delete_));

}  // namespace
}  // namespace parley::channels::email::imap
