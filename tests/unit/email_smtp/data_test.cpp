#include "channels/email/smtp/smtp_data.h"

#include <gtest/gtest.h>

namespace parley::channels::email::smtp {
namespace {

struct Case {
  std::string sent, text, rest;
  bool is_complete{true};
};

TEST(SmtpData, EndsAtTheLineWithADotOnly) {
  const Case cases[] = {
      {".\r\nQUIT\r\n", "", "QUIT\r\n"},
      {"a\r\n.\r\n", "a\r\n", ""},
      {"..a\r\n...\r\n.\r\n", ".a\r\n..\r\n", ""},
      {".a\r\n.\r\n", "a\r\n", ""},
      // CVE-2023-51764: what others may take for the end. The rest stays inside the mail.
      {"a\n.\nMAIL\r\n.\r\n", "a\r\n.\r\nMAIL\r\n", ""},
      {"a\n.\r\nMAIL\r\n.\r\n", "a\r\n.\r\nMAIL\r\n", ""},
      {"a\r\n.\nMAIL\r\n.\r\n", "a\r\n\r\nMAIL\r\n", ""},
      {"a\r\n.\rMAIL\r\n.\r\n", "a\r\n\rMAIL\r\n", ""},
      {"a\r.\rMAIL\r\n.\r\n", "a\r.\rMAIL\r\n", ""},
      {"a\r\n.\r\r\n.\r\n", "a\r\n\r\r\n", ""},
      {"a\r\n.\r", "a\r\n", "", false},
      {"a\r\n.", "a\r\n", "", false},
      {"a\r\n", "a\r\n", "", false},
      {std::string("\0\xff\r\n.\r\n", 7), std::string("\0\xff\r\n", 4), ""},
  };
  for (const auto& [sent, text, rest, is_complete] : cases) {
    for (const std::size_t size : {std::size_t{1}, std::size_t{2}, std::size_t{3}, sent.size()}) {
      DataReader reader;
      std::string out;
      std::size_t used = 0;
      while (used < sent.size() && !reader.is_complete()) { used += reader.feed(std::string_view(sent).substr(used, size), out); }
      EXPECT_EQ(out, text) << sent;
      EXPECT_EQ(sent.substr(used), rest) << sent;
      EXPECT_EQ(reader.is_complete(), is_complete) << sent;
    }
  }
}

TEST(SmtpData, ChunksHaveNoDots) {
  DataReader reader(false);
  std::string out;
  EXPECT_EQ(reader.feed(".\r\n..\r", out), 6U);
  EXPECT_EQ(reader.feed("\nb\nc", out), 4U);
  EXPECT_EQ(out, ".\r\n..\r\nb\r\nc");
}

}  // namespace
}  // namespace parley::channels::email::smtp
