// What goes wrong at a real server and at the taker.
#include "tests/integration/email_imap/mail_desk.h"
#include "tests/support/dovecot.h"

namespace parley::channels::email::imap {
namespace {

class Trouble : public MailDesk {
 protected:
  ImapAccount account() const {
    return {.host = "127.0.0.1", .port = server.imap_port(), .security = Security::none, .user = "shop", .secret = "test"};
  }
  static bool is_about(const FetchedMail& mail, const std::string& text) { return mail.raw->find(text) != std::string::npos; }

  parley::test::Dovecot server;
};

TEST_F(Trouble, RefusedMailHoldsUpNobodyAndIsNeverPassed) {
  bool is_well = false;
  desk->verdict = [&](const FetchedMail& mail) { return is_about(mail, "poison") && !is_well ? Status{Error{Errc::unavailable, "no luck"}} : Status{}; };
  for (const std::string subject : {"one", "poison", "three", "four"}) { server.deliver("shop", mail(subject)); }
  const auto followed = reader(account());
  ASSERT_TRUE(run_until([&] { return server.count_with_flag("shop", 'S') == 3; }));
  run_for(500ms);
  EXPECT_EQ(desk->saved.uid, 1U);
  EXPECT_GE(std::ranges::count(desk->offered, 2U), 2) << "tried again";
  EXPECT_EQ(server.count_with_flag("shop", 'S'), 3U) << "the refused one is left as it was";
  EXPECT_EQ(followed->health().state, MailboxHealth::State::failing);
  EXPECT_NE(followed->health().error.find("no luck"), std::string::npos);
  is_well = true;
  ASSERT_TRUE(run_until([&] { return desk->saved.uid == 4; }));
  EXPECT_EQ(desk->count("poison"), 1U);
  EXPECT_TRUE(run_until([&] { return followed->health().state == MailboxHealth::State::ok; }));
}

TEST_F(Trouble, TakerThatNeverAnswersHoldsUpNobody) {
  bool is_deaf = true;
  options.take_limit = 300ms;
  desk->keeps_silent = [&](const FetchedMail& mail) { return is_about(mail, "stuck") && is_deaf; };
  for (const std::string subject : {"stuck", "two"}) { server.deliver("shop", mail(subject)); }
  const auto followed = reader(account());
  ASSERT_TRUE(run_until([&] { return desk->has("two"); }));
  server.deliver("shop", mail("three"));
  EXPECT_TRUE(run_until([&] { return desk->has("three"); }, 3s)) << "new mail is noticed meanwhile";
  is_deaf = false;
  EXPECT_TRUE(run_until([&] { return desk->has("stuck"); })) << "and the stuck one is offered again";
  EXPECT_TRUE(run_until([&] { return desk->saved.uid == 3; }));
}

TEST_F(Trouble, BrokenDatabaseIsNotHammered) {
  desk->verdict = [](const FetchedMail&) { return Status{Error{Errc::unavailable, "no database"}}; };
  for (int i = 0; i < 60; ++i) { server.deliver("shop", mail("m" + std::to_string(i))); }
  const auto followed = reader(account());
  run_for(2500ms);
  EXPECT_GE(desk->offered.size(), 8U);
  EXPECT_LE(desk->offered.size(), 20U) << "a pause after many failures in a row";
  desk->verdict = nullptr;
  EXPECT_TRUE(run_until([&] { return desk->taken.size() == 60; }, 15s)) << "and no pause after a success";
}

TEST_F(Trouble, ServerStopsAndComesBackInTheMiddle) {
  constexpr int mails = 120;
  for (int i = 0; i < mails; ++i) { server.deliver("shop", mail("m" + std::to_string(i) + ".")); }
  const auto followed = reader(account());
  ASSERT_TRUE(run_until([&] { return desk->taken.size() > 20; }));
  server.stop();
  ASSERT_TRUE(run_until([&] { return followed->health().state == MailboxHealth::State::failing; }));
  run_for(300ms);
  server.start();
  ASSERT_TRUE(run_until([&] { return desk->saved.uid == mails; }, 20s)) << followed->health().error;
  for (int i = 0; i < mails; ++i) { EXPECT_EQ(desk->count("Subject: m" + std::to_string(i) + ".\r\n"), 1U) << i; }
  EXPECT_EQ(server.count_with_flag("shop", 'S'), static_cast<std::size_t>(mails));
  server.deliver("shop", mail("afterwards"));
  EXPECT_TRUE(run_until([&] { return desk->has("afterwards"); }));
}

TEST_F(Trouble, RenumberedMailboxIsOfferedAgainWithoutWhatWasOldBefore) {
  server.put("shop", "Subject: ancient\r\n\r\nread long ago\r\n", "S");
  auto followed = reader(account());
  ASSERT_TRUE(run_until([&] { return desk->saved.uid == 1; }));
  run_for(1100ms);  // Maildir knows whole seconds
  server.deliver("shop", mail("taken"));
  ASSERT_TRUE(run_until([&] { return desk->has("taken") && desk->saved.uid == 2; }));
  const auto before = desk->saved.uidvalidity;
  server.stop();
  server.renumber("shop");
  server.start();
  server.deliver("shop", mail("new"));
  ASSERT_TRUE(run_until([&] { return desk->has("Subject: new") && desk->saved.uidvalidity != before; }, 15s)) << followed->health().error;
  EXPECT_TRUE(run_until([&] { return desk->count("taken") == 2; })) << "offered again: numbers say nothing any more";
  EXPECT_FALSE(desk->has("ancient"));
}

TEST_F(Trouble, WrongPasswordIsNotTriedOverAndOver) {
  auto wrong = account();
  wrong.secret = "guess";
  const auto followed = reader(wrong);
  ASSERT_TRUE(run_until([&] { return followed->health().state == MailboxHealth::State::failing; }));
  EXPECT_NE(followed->health().error.find("password is wrong"), std::string::npos) << followed->health().error;
  const auto at = followed->health().error_at;
  run_for(1500ms);
  EXPECT_EQ(followed->health().error_at, at) << "one attempt, although lost connections would have been tried five times by now";
  EXPECT_TRUE(run_until([&] { return followed->health().error_at != at; }, 3s)) << "but it is tried again";
}

TEST_F(Trouble, MissingMailboxIsNamedAndWaitedFor) {
  auto missing = account();
  missing.mailbox = "Support";
  const auto followed = reader(missing);
  ASSERT_TRUE(run_until([&] { return followed->health().state == MailboxHealth::State::failing; }));
  EXPECT_NE(followed->health().error.find("Support"), std::string::npos);
  auto mover = account();
  mover.after = ImapAccount::After::move;
  mover.move_to = "Support";
  server.deliver("shop", mail("moved there"));
  const auto other = reader(mover);
  EXPECT_TRUE(run_until([&] { return desk->has("moved there") && followed->health().state == MailboxHealth::State::ok; }));
}

TEST_F(Trouble, HoldsNoMoreThanTwoLargeMails) {
  std::string large;
  while (large.size() < 30u << 20) { large += std::string(70, 'x') + "\r\n"; }
  for (const std::string subject : {"a", "b", "c"}) { server.put("shop", mail(subject, large), ""); }
  desk->keeps_silent = [](const FetchedMail&) { return true; };
  const auto followed = reader(account());
  ASSERT_TRUE(run_until([&] { return desk->offered.size() == 2; }));
  run_for(1500ms);
  EXPECT_EQ(desk->offered.size(), 2U);
}

}  // namespace
}  // namespace parley::channels::email::imap
