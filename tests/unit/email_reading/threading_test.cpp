#include "channels/email/reading/threading.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace parley::channels::email {
namespace {

const std::vector<std::string> keys{std::string(32, 'k')};
const std::vector<std::string> rotated{std::string(32, 'n'), std::string(32, 'k')};
const std::vector<std::string> foreign{std::string(32, 'x')};
const ThreadToken token{TicketId{4711}, MessageId{900'001}};

std::string upper(std::string text) {
  for (char& c : text) { c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }
  return text;
}

TEST(Threading, TokensSayWhatWasSigned) {
  for (const ThreadToken one : {token, ThreadToken{TicketId{1}, MessageId{0}}, ThreadToken{TicketId{INT64_MAX}, MessageId{INT64_MAX}}}) {
    const std::string id = make_message_id(keys, one, "mail.shop.example");
    EXPECT_EQ(read_message_id(keys, id), one);
    EXPECT_EQ(read_message_id(keys, "<" + id + ">"), one);
    EXPECT_EQ(read_message_id(keys, upper(id)), one) << "some servers change the case";
    const std::string address = make_reply_address(keys, one, "support@shop.example");
    EXPECT_EQ(read_reply_address(keys, address), one);
    EXPECT_EQ(read_reply_address(keys, to_lower_ascii(address)), one);
    EXPECT_LE(address.find('@'), 64U) << "RFC 5321";
    EXPECT_LE(make_token(keys, TokenPurpose::reply_address, one).size(), 47U);
  }
}

TEST(Threading, TokensAreRefusedWhenTouched) {
  const std::string good = make_token(keys, TokenPurpose::reply_address, token);
  EXPECT_FALSE(read_token(foreign, TokenPurpose::reply_address, good));
  EXPECT_FALSE(read_token(keys, TokenPurpose::message_id, good)) << "made for another purpose";
  EXPECT_FALSE(read_token({}, TokenPurpose::reply_address, good));
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (const char c : std::string("abcdefghijklmnopqrstuvwxyz234567-")) {
      std::string forged = good;
      forged[i] = c;
      if (forged != good) { EXPECT_FALSE(read_token(keys, TokenPurpose::reply_address, forged)) << forged; }
    }
    EXPECT_FALSE(read_token(keys, TokenPurpose::reply_address, good.substr(0, i)));
  }
  for (const char* more : {"a", "=", "aa", " "}) { EXPECT_FALSE(read_token(keys, TokenPurpose::reply_address, good + more)); }
  EXPECT_FALSE(read_token(keys, TokenPurpose::reply_address, std::string(1 << 20, 'a')));
}

TEST(Threading, AnEnvelopeAddressIsOfAKindOfItsOwn) {
  const std::string envelope = make_envelope_address(keys, token, "support@shop.example"), reply = make_reply_address(keys, token, "support@shop.example");
  EXPECT_EQ(read_envelope_address(keys, envelope), token);
  EXPECT_EQ(read_envelope_address(keys, upper(envelope)), token);
  EXPECT_FALSE(read_envelope_address(keys, reply)) << "whoever has a reply address cannot report in a mail system's name";
  EXPECT_FALSE(read_reply_address(keys, envelope));
  const std::string id = make_message_id(keys, token, "shop.example");
  EXPECT_FALSE(read_envelope_address(keys, "support+" + id.substr(2)));
  EXPECT_LE(envelope.find('@'), 64U);
}

TEST(Threading, TheEnvelopeSaysMoreThanTheHeader) {
  Mail mail;
  mail.from = {{"", "anna@customer.example"}};
  const std::vector<std::string> recipients{"support@shop.example", make_envelope_address(keys, token, "support@shop.example")};
  EXPECT_TRUE(candidates(mail, keys).empty());
  const auto found = candidates(mail, keys, recipients);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front().ticket, token.ticket);
  EXPECT_EQ(found.front().proof, ThreadProof::signed_by_us);
}

TEST(Threading, OldKeysStillRead) {
  EXPECT_EQ(read_message_id(rotated, make_message_id(keys, token, "d.example")), token);
  EXPECT_FALSE(read_message_id(keys, make_message_id(rotated, token, "d.example")));
}

TEST(Threading, SubjectTokens) {
  const std::string mark = make_subject_token(keys, TicketId{4711});
  EXPECT_EQ(read_subject_token(keys, "Re: Order " + mark), TicketId{4711});
  EXPECT_EQ(read_subject_token(keys, "[#1] 回复：" + upper(mark) + " 订单"), TicketId{4711});
  EXPECT_EQ(without_subject_token(keys, "Re: Order " + mark + " late"), "Re: Order late");
  EXPECT_FALSE(read_subject_token(foreign, mark));
  EXPECT_FALSE(read_subject_token(keys, "[#4711]"));
  EXPECT_FALSE(read_subject_token(keys, "[#4712" + mark.substr(mark.find('-'))));
  EXPECT_FALSE(read_subject_token(keys, "[#04711" + mark.substr(mark.find('-'))));
  EXPECT_EQ(without_subject_token(keys, "[#4711-aaaaaaaaaa] x"), "[#4711-aaaaaaaaaa] x");
}

Mail from(const std::string& address) {
  Mail mail;
  mail.from = {{"", address}};
  return mail;
}

TEST(Threading, CandidatesComeInOrderOfTrust) {
  const auto id = [](std::int64_t ticket) { return make_message_id(keys, {TicketId{ticket}, MessageId{ticket}}, "shop.example"); };
  Mail mail = from("anna@mail.example");
  mail.cc = {{"", make_reply_address(keys, {TicketId{1}, MessageId{1}}, "support@shop.example")}};
  mail.in_reply_to = id(2);
  mail.references = {id(5), "foreign@x.example", id(3), id(2)};
  mail.subject = "Re: x " + make_subject_token(keys, TicketId{6});
  const auto found = candidates(mail, keys);
  ASSERT_EQ(found.size(), 6U);
  const std::int64_t tickets[] = {1, 2, 3, 0, 5, 6};
  for (std::size_t i = 0; i < 6; ++i) { EXPECT_EQ(found[i].ticket.value, tickets[i]) << i; }
  EXPECT_EQ(found[0].source, ThreadSource::reply_address);
  EXPECT_EQ(found[1].source, ThreadSource::in_reply_to);
  EXPECT_EQ(found[3].proof, ThreadProof::stored_id);
  EXPECT_EQ(found[3].message_id, "foreign@x.example");
  EXPECT_EQ(found[5].source, ThreadSource::subject);
}

TEST(Threading, EnvelopeHeadersCarryTheReplyAddressToo) {
  Mail mail = from("anna@mail.example");
  mail.to = {{"", "support@shop.example"}};
  mail.headers = {{"Delivered-To", make_reply_address(keys, token, "support@shop.example")}};
  const auto found = candidates(mail, keys);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].ticket, TicketId{4711});
}

TEST(Threading, CandidatesAreBounded) {
  Mail mail = from("anna@mail.example");
  for (int i = 0; i < 5000; ++i) { mail.references.push_back("r" + std::to_string(i) + "@x.example"); }
  EXPECT_EQ(candidates(mail, keys).size(), 30U);
  EXPECT_EQ(candidates(mail, keys).front().message_id, "r4999@x.example");
}

const std::vector<KnownTicket> tickets{{TicketId{4711}, {"Anna.Li@gmail.com", "agent@shop.example"}, {}}, {TicketId{12}, {"wei@qq.com"}, TicketId{13}}, {TicketId{13}, {"wei@qq.com"}, {}},
                                       {TicketId{20}, {"a@b.example"}, TicketId{21}}, {TicketId{21}, {"a@b.example"}, TicketId{20}}};

ThreadDecision decide(const Mail& mail, bool failed = false) { return decide_thread(mail, candidates(mail, keys), tickets, failed); }

TEST(Threading, ParticipantsJoin) {
  Mail mail = from("annali+shop@gmail.com");
  mail.in_reply_to = make_message_id(keys, token, "shop.example");
  const auto decision = decide(mail);
  EXPECT_EQ(decision.outcome, ThreadOutcome::join);
  EXPECT_EQ(decision.ticket, TicketId{4711});
  EXPECT_EQ(decision.message, token.message);
}

TEST(Threading, AStrangerWithAnOldMessageIdStaysOutside) {
  Mail mail = from("mallory@evil.example");
  mail.in_reply_to = make_message_id(keys, token, "shop.example");
  mail.to = {{"", make_reply_address(keys, token, "support@shop.example")}};
  mail.reply_to = {{"", "annali@gmail.com"}};
  mail.sender = MailAddress{"", "annali@gmail.com"};
  auto decision = decide(mail);
  EXPECT_EQ(decision.outcome, ThreadOutcome::related);
  EXPECT_EQ(decision.why, "stranger");
  mail.from.push_back({"", "annali@gmail.com"});
  EXPECT_EQ(decide(mail).outcome, ThreadOutcome::related) << "a second author is easily added";
  std::swap(mail.from[0], mail.from[1]);
  EXPECT_EQ(decide(mail).outcome, ThreadOutcome::related);
}

TEST(Threading, AForgedSenderStaysOutside) {
  Mail mail = from("annali@gmail.com");
  mail.in_reply_to = make_message_id(keys, token, "shop.example");
  EXPECT_EQ(decide(mail, true).outcome, ThreadOutcome::related);
  EXPECT_EQ(decide(mail, true).why, "authentication_failed");
}

TEST(Threading, NeverBySubjectText) {
  Mail mail = from("annali@gmail.com");
  mail.subject = "Re: [#4711] my order";
  EXPECT_EQ(decide(mail).outcome, ThreadOutcome::open_new);
  mail.subject = "Re: my order " + make_subject_token(keys, TicketId{4711});
  EXPECT_EQ(decide(mail).outcome, ThreadOutcome::join);
  mail.from = {{"", "mallory@evil.example"}};
  EXPECT_EQ(decide(mail).outcome, ThreadOutcome::related);
}

TEST(Threading, ALaterCandidateMayBeTheSendersOwn) {
  Mail mail = from("wei@qq.com");
  mail.in_reply_to = make_message_id(keys, token, "shop.example");  // Anna passed our mail on to Wei, who has a ticket too
  mail.references = {make_message_id(keys, {TicketId{13}, MessageId{1}}, "shop.example")};
  const auto decision = decide(mail);
  EXPECT_EQ(decision.outcome, ThreadOutcome::join);
  EXPECT_EQ(decision.ticket, TicketId{13});
}

TEST(Threading, MergedTicketsAreFollowedAndCirclesEnd) {
  Mail mail = from("wei@qq.com");
  mail.in_reply_to = make_message_id(keys, {TicketId{12}, MessageId{1}}, "shop.example");
  EXPECT_EQ(decide(mail).ticket, TicketId{13});
  mail.from = {{"", "a@b.example"}};
  mail.in_reply_to = make_message_id(keys, {TicketId{20}, MessageId{1}}, "shop.example");
  EXPECT_EQ(decide(mail).outcome, ThreadOutcome::open_new);
}

TEST(Threading, UnknownTicketsAndIdsOpenNew) {
  Mail mail = from("annali@gmail.com");
  EXPECT_EQ(decide(mail).why, "no_candidate");
  mail.in_reply_to = make_message_id(keys, {TicketId{999}, MessageId{1}}, "shop.example");
  EXPECT_EQ(decide(mail).why, "unknown_ticket");
  mail.in_reply_to = "unknown@x.example";
  EXPECT_EQ(decide(mail).outcome, ThreadOutcome::open_new);
}

TEST(DuplicateKey, OnlyWhatNothingElseTellsApartIsToldApartByItsDay) {
  Mail mail = from("printer@office.example");
  mail.subject = "Paper empty";
  EXPECT_TRUE(is_told_apart_by_day(mail));
  EXPECT_NE(duplicate_key(mail, 20'000), duplicate_key(mail, 20'001));
  EXPECT_EQ(duplicate_key(mail, 20'000), duplicate_key(mail, 20'000));
  for (const bool by_id : {true, false}) {
    Mail named = mail;
    by_id ? void(named.message_id = "one@office.example") : void(named.date = from_ms(1'750'000'000'000));
    EXPECT_FALSE(is_told_apart_by_day(named));
    EXPECT_EQ(duplicate_key(named, 20'000), duplicate_key(named, 20'001));
  }
}

TEST(DuplicateKey, IsTheSameForCopiesOnly) {
  Mail mail = from("anna@mail.example");
  mail.message_id = "one@mail.example";
  mail.date = from_ms(1'750'000'000'000);
  mail.text = "Hello";
  Mail copy = mail;
  copy.to = {{"", "sales@shop.example"}};
  EXPECT_EQ(duplicate_key(mail), duplicate_key(copy)) << "another way";
  copy.text = "Hello again";
  EXPECT_NE(duplicate_key(mail), duplicate_key(copy)) << "a robot's next mail under the same id is not lost";
  copy.text = mail.text;
  copy.from = {{"", "mallory@evil.example"}};
  EXPECT_NE(duplicate_key(mail), duplicate_key(copy)) << "nobody blocks somebody else's id";
  copy = mail;
  copy.date = from_ms(1'750'000'001'000);
  EXPECT_NE(duplicate_key(mail), duplicate_key(copy)) << "scanners that always use one id";
}

TEST(DuplicateKey, WithoutAnIdTheBodyCounts) {
  Mail mail = from("anna@mail.example");
  mail.subject = "Order";
  mail.text = "Hello  there\r\n";
  Mail copy = mail;
  copy.text = "Hello there\n";
  EXPECT_EQ(duplicate_key(mail), duplicate_key(copy));
  copy.text = "Hello where\n";
  EXPECT_NE(duplicate_key(mail), duplicate_key(copy));
  copy = mail;
  copy.parts = {{"image/png", "a.png", "", false, "xx"}};
  EXPECT_NE(duplicate_key(mail), duplicate_key(copy));
}

}  // namespace
}  // namespace parley::channels::email
