// Parts that need no connection.
#include <gtest/gtest.h>

#include <boost/asio/ip/address.hpp>

#include "server/net/client_address.h"
#include "server/net/request_parser.h"
#include "server/net/request_path.h"
#include "server/net/send_queue.h"

namespace parley::net {
namespace {

TEST(ClientAddress, HouseholdsNotHostsAreCountedInIpv6) {
  namespace ip = boost::asio::ip;
  EXPECT_EQ(address_key(ip::make_address("::ffff:192.0.2.1")), "192.0.2.1");
  EXPECT_EQ(address_text(ip::make_address("::ffff:192.0.2.1")), "192.0.2.1");
  EXPECT_EQ(address_key(ip::make_address("2001:db8:1:2:3:4:5:6")), address_key(ip::make_address("2001:db8:1:2::1")));
  EXPECT_NE(address_key(ip::make_address("2001:db8:1:2::1")), address_key(ip::make_address("2001:db8:1:3::1")));
}

TEST(Utf8, ValidAndInvalidSequencesAreToldApart) {
  for (const char* good : {"", "abc", "\xc3\xa9", "\xe4\xbd\xa0", "\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbf"}) { EXPECT_TRUE(is_valid_utf8(good)); }
  for (const char* bad : {"\x80", "\xc1\x81", "\xc3", "\xe4\xbd", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80"}) {
    EXPECT_FALSE(is_valid_utf8(bad)) << bad;
  }
}

TEST(HeadScanner, FindsTheEndWhereverTheBytesAreCut) {
  const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  const std::string all = head + "GET /next";
  for (std::size_t cut = 0; cut <= all.size(); ++cut) {
    HeadScanner scanner(1000);
    std::optional<Refusal> refusal;
    std::size_t length = scanner.scan(all.substr(0, cut), refusal);
    EXPECT_EQ(length, cut >= head.size() ? head.size() : 0);
    if (length == 0) { length = scanner.scan(all, refusal); }
    EXPECT_EQ(length, head.size());
    EXPECT_FALSE(refusal);
  }
}

TEST(SendQueue, CountsAndKeepsOrderThroughCompaction) {
  SendQueue queue;
  int pushed = 0;
  int popped = 0;
  for (int round = 0; round < 200; ++round) {
    for (int i = 0; i < 3; ++i) { queue.push(std::make_shared<const std::string>(std::to_string(pushed++))); }
    for (int i = 0; i < (round % 2 == 0 ? 2 : 4) && !queue.empty(); ++i) { EXPECT_EQ(*queue.pop(), std::to_string(popped++)); }
  }
  EXPECT_EQ(queue.count(), static_cast<std::size_t>(pushed - popped));
  while (!queue.empty()) { EXPECT_EQ(*queue.pop(), std::to_string(popped++)); }
  EXPECT_EQ(queue.bytes(), 0u);
  EXPECT_EQ(pushed, popped);
}

}  // namespace
}  // namespace parley::net
