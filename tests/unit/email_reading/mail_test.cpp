// The corpus of whole mails: machines, bounces, forwards. Only what the .expected file names is compared.
#include <gtest/gtest.h>

#include "channels/email/reading/bounce.h"
#include "channels/email/reading/forward.h"
#include "channels/email/reading/machine.h"
#include "channels/email/reading/scan.h"
#include "channels/email/reading/subject.h"
#include "corpus.h"

namespace parley::channels::email {
namespace {

std::string show(const BouncedRecipient& r) {
  static constexpr const char* states[] = {"failed", "delayed", "delivered"};
  static constexpr const char* causes[] = {"unknown", "bad_address", "mailbox_full", "policy", "server", "too_large"};
  return r.address + " " + r.status + " " + (r.is_hard ? "hard" : "soft") + " " + states[static_cast<int>(r.state)] + " " + causes[static_cast<int>(r.cause)];
}

class MailCorpus : public ::testing::TestWithParam<std::string> {};

TEST_P(MailCorpus, IsReadAsExpected) {
  const Mail mail = read_mail(corpus_file("mail/" + GetParam() + ".mail"));
  const auto expected = read_lines(corpus_file("mail/" + GetParam() + ".expected"));
  ASSERT_FALSE(expected.empty());
  const auto verdict = classify(mail);
  const auto bounce = read_bounce(mail);
  const auto forward = find_forward(mail);
  std::size_t recipient = 0;
  for (const auto& [key, value] : expected) {
    if (key == "kind") {
      EXPECT_EQ(to_string(verdict.kind), value) << verdict.why;
    } else if (key == "may_answer") {
      EXPECT_EQ(verdict.may_answer, value == "yes") << verdict.why;
    } else if (key == "bounce") {
      EXPECT_EQ(bounce.has_value(), value == "yes");
    } else if (key == "forward") {
      ASSERT_EQ(forward.has_value(), value != "no");
      if (forward) { EXPECT_EQ(forward->original_sender ? forward->original_sender->name + " <" + forward->original_sender->address + ">" : "unknown", value); }
    } else if (key == "forward_subject") {
      ASSERT_TRUE(forward);
      EXPECT_EQ(forward->original_subject, value);
    } else if (key == "forward_body") {
      ASSERT_TRUE(forward);
      EXPECT_TRUE(std::string_view(mail.text).substr(forward->body_begin).starts_with(value)) << mail.text.substr(forward->body_begin, 60);
    } else {
      ASSERT_TRUE(bounce) << key;
      if (key == "recipient") {
        ASSERT_LT(recipient, bounce->recipients.size());
        EXPECT_EQ(show(bounce->recipients[recipient]), value) << bounce->recipients[recipient].reason;
        ++recipient;
      } else if (key == "reason") {
        EXPECT_TRUE(contains_ignore_case(bounce->recipients.front().reason, value)) << bounce->recipients.front().reason;
      } else if (key == "original") {
        EXPECT_EQ(bounce->original_message_id, value);
      } else if (key == "recogniser") {
        EXPECT_EQ(bounce->recogniser, value);
      } else {
        FAIL() << "unknown key " << key;
      }
    }
  }
  if (recipient > 0) { EXPECT_EQ(recipient, bounce->recipients.size()) << show(bounce->recipients.back()); }
}
INSTANTIATE_TEST_SUITE_P(Reading, MailCorpus, ::testing::ValuesIn(corpus_names("mail", ".mail")),
                         [](const ::testing::TestParamInfo<std::string>& file) { return file.param; });

TEST(Subject, LosesItsPrefixes) {
  for (const std::string subject : {"Re: Order 42", "RE: FW: Order 42", "回复：Order 42", "答复: 转发: Order 42", "Re[2]: Order 42", "[External] Fwd: Order 42", "AW: WG: Order 42", "回复:Re: Order 42", "Order 42"}) {
    EXPECT_EQ(base_subject(subject), "Order 42") << subject;
  }
  EXPECT_EQ(base_subject("Report: Order 42"), "Report: Order 42");
  EXPECT_TRUE(is_forward_subject("转发：订单"));
  EXPECT_TRUE(is_forward_subject("FW: order"));
  EXPECT_FALSE(is_forward_subject("Re: Fw: order"));
  EXPECT_TRUE(is_reply_subject("答复: order"));
}

TEST(Machine, OwnAddressesAndListsAreKnown) {
  Mail mail;
  mail.from = {{"Shop", "support@shop.example"}};
  EXPECT_TRUE(may_answer_automatically(mail));
  const std::vector<std::string> own{"Support@shop.example"};
  EXPECT_FALSE(may_answer_automatically(mail, {own, {}}));

  mail.from = {{"Anna", "anna@mail.example"}};
  mail.headers = {{"List-Id", "Support <support.shop.example>"}, {"Precedence", "list"}, {"List-Post", "<mailto:support@shop.example>"}};
  EXPECT_EQ(classify(mail).kind, MailKind::mailing_list);
  const std::vector<std::string> lists{"support.shop.example"};
  EXPECT_EQ(classify(mail, {{}, lists}).kind, MailKind::human);
  EXPECT_TRUE(may_answer_automatically(mail, {{}, lists}));
}

TEST(Bounce, StatusIsNoAddress) {
  EXPECT_EQ(find_status("host 5.1.1.10 said: 550 5.7.1 no"), "5.7.1");
  EXPECT_EQ(find_status("<mx #5.1.1>"), "5.1.1");
  EXPECT_EQ(find_status("version 15.1.1"), "");
  EXPECT_EQ(find_status("10.5.1.1"), "");
  EXPECT_EQ(find_status("4.2.2"), "4.2.2");
  EXPECT_EQ(find_status("see 5.1.1."), "5.1.1");
}

}  // namespace
}  // namespace parley::channels::email
