// The words of settings and API for how a mail server is reached.
#include "channels/email/server_access.h"

#include <gtest/gtest.h>

namespace parley::channels::email {
namespace {

TEST(ServerAccess, EveryWordComesBack) {
  EXPECT_EQ(words_of<Security>(), (std::vector<std::string>{"tls", "starttls", "none"}));
  EXPECT_EQ(words_of<Auth>(), (std::vector<std::string>{"password", "xoauth2"}));
  for (const auto& word : words_of<Security>()) { EXPECT_EQ(to_word(from_word<Security>(word).value()), word); }
  for (const auto& word : words_of<Auth>()) { EXPECT_EQ(to_word(from_word<Auth>(word).value()), word); }
}

TEST(ServerAccess, NothingElseIsAWord) {
  for (const std::string_view word : {"", "TLS", "ssl", "start", "tls "}) { EXPECT_FALSE(from_word<Security>(word)) << word; }
  EXPECT_FALSE(from_word<Auth>("none"));
}

}  // namespace
}  // namespace parley::channels::email
