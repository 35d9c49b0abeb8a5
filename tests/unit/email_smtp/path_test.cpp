#include "channels/email/smtp/smtp_path.h"

#include <gtest/gtest.h>

namespace parley::channels::email::smtp {
namespace {

TEST(SmtpPath, MailboxesAreReadAndWrittenInOneWay) {
  const std::pair<const char*, const char*> good[] = {
      {"anna@shop.example", "anna@shop.example"},
      {"Anna.Li+x=y@Shop.Example", "Anna.Li+x=y@Shop.Example"},
      {"@a.example,@b.example:anna@shop.example", "anna@shop.example"},
      {"\"anna\"@shop.example", "anna@shop.example"},
      {"\"an\\na\"@shop.example", "anna@shop.example"},
      {"\"anna li\"@shop.example", "\"anna li\"@shop.example"},
      {"\"a@b\"@shop.example", "\"a@b\"@shop.example"},
      {"\"a\\\"b\"@shop.example", "\"a\\\"b\"@shop.example"},
      {"\"\"@shop.example", "\"\"@shop.example"},
      {"anna..li.@docomo.example", "anna..li.@docomo.example"},
      {"anna@[192.0.2.1]", "anna@[192.0.2.1]"},
      {"anna@[IPv6:2001:db8::1]", "anna@[IPv6:2001:db8::1]"},
      {"anna@localhost", "anna@localhost"},
      {"李娜@例え.example", "李娜@例え.example"},
      {"anna@under_score.example", "anna@under_score.example"},
  };
  for (const auto& [path, mailbox] : good) { EXPECT_EQ(parse_mailbox(path).value_or("nothing"), mailbox) << path; }
}

TEST(SmtpPath, WhatIsNoMailboxIsNothing) {
  for (const std::string path : {"", "anna", "@", "anna@", "@shop.example", "a@b@c.example", "anna li@shop.example", "anna@shop..example", "anna@.example", "anna@shop.example.",
                                 "anna@shop example", "anna@[192.0.2.1", "anna@[]", "anna@shop.example/x", "\"anna@shop.example", "\"an\"na\"@shop.example", "\"anna\\\"@shop.example",
                                 "<anna>@shop.example", "@a.example"}) {
    EXPECT_FALSE(parse_mailbox(path)) << path;
  }
  EXPECT_TRUE(parse_mailbox(std::string(64, 'a') + "@shop.example"));
  EXPECT_FALSE(parse_mailbox(std::string(65, 'a') + "@shop.example"));
  EXPECT_FALSE(parse_mailbox("a@" + std::string(64, 'b') + ".example"));
  std::string long_domain;
  while (long_domain.size() < 250) { long_domain += "abcdefghi."; }
  EXPECT_FALSE(parse_mailbox("anna@" + long_domain + "example"));
}

TEST(SmtpPath, ArgumentsArePathAndParameters) {
  const auto argument = parse_path_argument("From: <\"a>b\"@c.example> SIZE=12  smtputf8 X-y=", "from:");
  ASSERT_TRUE(argument);
  EXPECT_EQ(argument->path, "\"a>b\"@c.example");
  ASSERT_EQ(argument->parameters.size(), 3U);
  EXPECT_EQ(argument->parameters[0].name, "SIZE");
  EXPECT_EQ(argument->parameters[0].value, "12");
  EXPECT_EQ(argument->parameters[1].name, "SMTPUTF8");
  EXPECT_FALSE(argument->parameters[1].value);
  EXPECT_EQ(argument->parameters[2].value, "");
  for (const char* bad : {"", "FROM", "FROM:", "FROM:a@b.example", "FROM:<a@b.example", "FROM:<a@b.example>SIZE=1", "FROM:<a> =1", "FROM:<a> S_Z=1", "TO:<a@b.example>"}) {
    EXPECT_FALSE(parse_path_argument(bad, "from:")) << bad;
  }
  std::string many = "FROM:<a@b.example>";
  for (int i = 0; i < 21; ++i) { many += " x=1"; }
  EXPECT_FALSE(parse_path_argument(many, "from:"));
}

}  // namespace
}  // namespace parley::channels::email::smtp
