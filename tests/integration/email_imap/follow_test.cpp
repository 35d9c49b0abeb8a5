// A mailbox of a real Dovecot, followed.
#include "channels/email/imap/imap_response.h"
#include "channels/email/wire/line_stream.h"
#include "tests/integration/email_imap/mail_desk.h"
#include "tests/integration/email_wire/test_certificate.h"
#include "tests/support/dovecot.h"

namespace parley::channels::email::imap {
namespace {

using After = ImapAccount::After;

class Follow : public MailDesk {
 protected:
  ImapAccount account(std::string user, std::uint16_t port) const {
    return {.host = "127.0.0.1", .port = port, .security = Security::none, .user = std::move(user), .secret = "test"};
  }
  ImapAccount account(std::string user = "shop") const { return account(std::move(user), server.imap_port()); }
  bool is_ok(const MailboxReader& followed) { return followed.health().state == MailboxHealth::State::ok; }

  parley::test::Dovecot server;
};

TEST_F(Follow, TakesMailThatIsThereAndMarksIt) {
  server.deliver("shop", mail("first"));
  server.deliver("shop", mail("second", "..dots\r\n.\r\nand more"));
  const auto followed = reader(account());
  ASSERT_TRUE(run_until([&] { return server.count_with_flag("shop", 'S') == 2; }));
  EXPECT_EQ(desk->count("Subject: first"), 1U);
  EXPECT_EQ(desk->count("\r\n..dots\r\n.\r\nand more\r\n"), 1U) << "every byte as it was sent";
  EXPECT_EQ(followed->health().count, 2U);
  EXPECT_TRUE(run_until([&] { return desk->saved.uid == 2; }));
}

TEST_F(Follow, NewMailArrivesWithinASecond) {
  const auto followed = reader(account());
  ASSERT_TRUE(run_until([&] { return is_ok(*followed); }));
  run_for(300ms);  // it is idling now
  for (const std::string subject : {"one", "two", "three"}) {
    server.deliver("shop", mail(subject));
    EXPECT_TRUE(run_until([&] { return desk->has("Subject: " + subject); }, 1s)) << subject;
  }
}

TEST_F(Follow, MovesToAMailboxThatItMakes) {
  server.deliver("shop", mail("first"));
  auto moving = account();
  moving.after = After::move;
  moving.move_to = "已处理";
  const auto followed = reader(moving);
  EXPECT_TRUE(run_until([&] { return server.mails("shop", "&XfJZBHQG-").size() == 1 && server.mails("shop").empty(); })) << followed->health().error;
}

TEST_F(Follow, Deletes) {
  server.deliver("shop", mail("first"));
  auto deleting = account();
  deleting.after = After::delete_;
  const auto followed = reader(deleting);
  EXPECT_TRUE(run_until([&] { return desk->has("first") && server.mails("shop").empty(); }));
}

TEST_F(Follow, OldReadMailIsLeftAlone) {
  constexpr int old_mails = 12'000;  // more than two windows of the search
  for (int i = 0; i < old_mails; ++i) { server.put("shop", mail("old" + std::to_string(i)), "S"); }
  server.put("shop", mail("forgotten"), "");
  const auto followed = reader(account());
  ASSERT_TRUE(run_until([&] { return desk->has("forgotten") && desk->saved.uid == old_mails + 1; }, 60s));
  EXPECT_EQ(desk->taken.size(), 1U);
  server.put("shop", mail("opened by a colleague at once"), "S");
  server.deliver("shop", mail("new"));
  EXPECT_TRUE(run_until([&] { return desk->has("opened by a colleague at once") && desk->has("Subject: new"); })) << "what comes later is taken, read or not";
  EXPECT_EQ(desk->taken.size(), 3U);
}

TEST_F(Follow, OldReadMailIsTakenWhenThatIsWanted) {
  server.put("shop", mail("old"), "S");
  auto everything = account();
  everything.takes_old_mail = true;
  const auto followed = reader(everything);
  EXPECT_TRUE(run_until([&] { return desk->has("Subject: old"); }));
}

TEST_F(Follow, LargeMailComesWholeAndTooLargeMailAsItsHeader) {
  const std::string line(70, 'x');
  std::string large, huge;
  while (large.size() < 20u << 20) { large += line + "\r\n"; }
  while (huge.size() < literal_bytes_max) { huge += line + "\r\n"; }
  server.put("shop", mail("huge", huge), "");
  server.put("shop", mail("large", large), "");
  server.put("shop", mail("small"), "");
  auto deleting = account();
  deleting.after = ImapAccount::After::delete_;
  const auto followed = reader(deleting);
  ASSERT_TRUE(run_until([&] { return desk->taken.size() == 3 && server.mails("shop").size() == 1 && server.count_with_flag("shop", 'S') == 1; }, 30s)) << followed->health().error;
  EXPECT_GT(std::filesystem::file_size(server.mails("shop").at(0)), literal_bytes_max) << "what we have only a part of stays in the mailbox";
  EXPECT_EQ(desk->count(large), 1U);
  for (const auto& [key, taken] : desk->taken) {
    const bool is_huge = taken.raw->find("Subject: huge") != std::string::npos;
    EXPECT_EQ(taken.is_cut, is_huge);
    if (is_huge) {
      EXPECT_TRUE(taken.raw->ends_with("\r\n\r\n"));
      EXPECT_LT(taken.raw->size(), 1'000U);
      EXPECT_GT(taken.size, literal_bytes_max);
    }
  }
}

class FollowOther : public MailDesk {};

TEST_F(FollowOther, WithoutIdleMoveAndUidplus) {
  parley::test::Dovecot server({.capabilities = "IMAP4rev1"});
  server.deliver("shop", mail("first"));
  options.poll_interval = 100ms;
  ImapAccount account{.host = "127.0.0.1", .port = server.imap_port(), .security = Security::none, .user = "shop", .secret = "test",
                      .after = After::move, .move_to = "Done"};
  const auto followed = reader(account);
  ASSERT_TRUE(run_until([&] { return desk->has("first") && server.mails("shop", "Done").size() == 1; })) << followed->health().error;
  server.deliver("shop", mail("second"));
  ASSERT_TRUE(run_until([&] { return desk->has("second") && server.mails("shop", "Done").size() == 2; }));
  EXPECT_TRUE(run_until([&] { return server.count_with_flag("shop", 'T') == 2; })) << "marked, not expunged: others may have marked mail of theirs";
}

TEST_F(FollowOther, OverTlsOnlyWithTheRightCertificate) {
  const email::test::TestCertificate certificate("localhost");
  const email::test::TestCertificate other("elsewhere.example");
  parley::test::Dovecot server({.certificate_file = certificate.certificate_file, .key_file = certificate.key_file});
  server.deliver("shop", mail("first"));
  const auto trusting = wire::client_tls_context(certificate.certificate_file).value();
  for (const auto security : {Security::tls, Security::starttls}) {
    desk = std::make_shared<Desk>();
    options.tls = trusting;
    const std::uint16_t port = security == Security::tls ? server.imaps_port() : server.imap_port();
    ImapAccount account{.host = "localhost", .port = port, .security = security, .user = "shop", .secret = "test", .takes_old_mail = true};
    auto followed = reader(account);
    EXPECT_TRUE(run_until([&] { return desk->has("first"); })) << followed->health().error;
    options.tls = wire::client_tls_context(other.certificate_file).value();
    desk = std::make_shared<Desk>();
    followed = reader(account);
    EXPECT_TRUE(run_until([&] { return followed->health().state == MailboxHealth::State::failing; }));
    EXPECT_NE(followed->health().error.find("certificate"), std::string::npos) << followed->health().error;
    run_for(200ms);
    EXPECT_TRUE(desk->taken.empty());
  }
}

}  // namespace
}  // namespace parley::channels::email::imap
