#include "storage/impl/database_url.h"

#include <gtest/gtest.h>

namespace parley::storage {
namespace {

TEST(DatabaseUrl, ReadsAllPartsOfATcpUrl) {
  const auto url = parse_database_url("mysql://shop:p%40ss%3A@db.example:3307/parley_1");
  ASSERT_TRUE(url.has_value()) << url.error().detail;
  EXPECT_EQ(url->user, "shop");
  EXPECT_EQ(url->password, "p@ss:");
  EXPECT_EQ(url->host, "db.example");
  EXPECT_EQ(url->port, 3307);
  EXPECT_EQ(url->schema, "parley_1");
}

TEST(DatabaseUrl, DefaultsThePortAndReadsBracketedAddresses) {
  const auto url = parse_database_url("mysql://root@[::1]/parley");
  ASSERT_TRUE(url.has_value()) << url.error().detail;
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->port, 3306);
}

TEST(DatabaseUrl, ReadsAUnixSocketUrl) {
  const auto url = parse_database_url("mysql+unix:///var/lib/my%20shop/db.sock?schema=parley&user=root&password=a%26b");
  ASSERT_TRUE(url.has_value()) << url.error().detail;
  EXPECT_EQ(url->socket, "/var/lib/my shop/db.sock");
  EXPECT_EQ(url->user, "root");
  EXPECT_EQ(url->password, "a&b");
}

TEST(DatabaseUrl, RefusesWhatItCannotMeanAndNeverRepeatsThePassword) {
  for (const char* text :
       {"", "http://x/y", "mysql://root@host", "mysql://root@host/", "mysql://host/schema", "mysql://root@host:0/s",
        "mysql://root@host:99999/s", "mysql://root@host:12x/s", "mysql://root@/s", "mysql://root:secret@host/a`b",
        "mysql://root:secret%zz@host/s", "mysql+unix://relative?schema=s&user=u", "mysql+unix:///s?schema=s&user=u&colour=red",
        "mysql+unix:///s?schema=s", "mysql+unix:///s?schema"}) {
    const auto url = parse_database_url(text);
    ASSERT_TRUE(url.has_error()) << text;
    EXPECT_EQ(url.error().code, Errc::invalid_input);
    EXPECT_EQ(url.error().detail.find("secret"), std::string::npos) << url.error().detail;
  }
}

}  // namespace
}  // namespace parley::storage
