#include <gtest/gtest.h>

#include "tests/integration/net/raw_client.h"
#include "tests/integration/net/test_server.h"

namespace parley::net::test {
namespace {

using std::chrono::milliseconds;

ServerOptions hasty_options() {
  auto options = test_options();
  options.header_timeout = milliseconds(80);
  options.body_timeout = milliseconds(80);
  options.idle_timeout = milliseconds(80);
  options.write_timeout = milliseconds(80);
  return options;
}

void wait(int ms) { std::this_thread::sleep_for(milliseconds(ms)); }

TEST(HttpLimits, LargeHeadersAreRefused) {
  TestServer server(test_options());
  RawClient large(server.port());
  EXPECT_EQ(large.get("/ok", "X-A: " + std::string(20000, 'a') + "\r\n").status, 431);
  std::string many;
  for (int i = 0; i < 200; ++i) { many += "X-" + std::to_string(i) + ": 1\r\n"; }
  RawClient crowded(server.port());
  EXPECT_EQ(crowded.get("/ok", many).status, 431);
  RawClient far(server.port());
  EXPECT_EQ(far.get("/" + std::string(9000, 'a')).status, 414);
  RawClient fits(server.port());
  EXPECT_EQ(fits.get("/" + std::string(8000, 'a')).status, 200);
}

TEST(HttpLimits, TrickledHeaderEndsWithTheDeadline) {
  TestServer server(hasty_options());
  RawClient client(server.port());
  client.send("GET /ok HTTP/1.1\r\nHost: a\r\nX: ");
  for (int i = 0; i < 12 && client.send("a"); ++i) { wait(10); }
  EXPECT_EQ(client.read_response().status, 408);
  EXPECT_TRUE(client.is_closed_within(milliseconds(3000)));
  EXPECT_EQ(server.server->probe().requests_timed_out, 1u);
}

TEST(HttpLimits, TrickledBodyEndsWithTheDeadline) {
  TestServer server(hasty_options());
  for (const char* field : {"Content-Length: 100", "Transfer-Encoding: chunked"}) {
    RawClient client(server.port());
    client.send("POST /body HTTP/1.1\r\nHost: a\r\n" + std::string(field) + "\r\n\r\n");
    for (int i = 0; i < 12 && client.send(field[0] == 'C' ? "a" : "1\r\na\r\n"); ++i) { wait(10); }
    EXPECT_EQ(client.read_response().status, 408) << field;
  }
}

TEST(HttpLimits, SilentConnectionsAreClosedWithoutAWord) {
  TestServer server(hasty_options());
  RawClient never(server.port());
  RawClient once(server.port());
  EXPECT_EQ(once.get("/ok").body, "ok");
  EXPECT_EQ(never.read_response().status, 0);
  EXPECT_EQ(once.read_response().status, 0);
  EXPECT_TRUE(TestServer::eventually([&] { return server.server->probe().connections_open == 0; }));
}

TEST(HttpLimits, SlowHandlerIsNotADeadlineOfTheClient) {
  TestServer server(hasty_options());
  RawClient client(server.port());
  EXPECT_EQ(client.get("/slow").body, "slow");
}

TEST(HttpLimits, ReaderThatStandsStillIsCutOff) {
  TestServer server(hasty_options());
  RawClient client(server.port(), Tls::no, 4096);
  client.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(TestServer::eventually([&] { return server.application.requests == 1 && server.server->probe().connections_open == 0; }));
  EXPECT_LT(client.read_response().body.size(), 8u << 20);
}

TEST(HttpLimits, SteadyReaderMayTakeLongerThanOneDeadline) {
  auto options = test_options();
  options.write_timeout = milliseconds(500);
  TestServer server(options);
  RawClient client(server.port(), Tls::no, 16 * 1024);
  client.send("GET /big HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const auto begin = std::chrono::steady_clock::now();
  std::size_t received = 0;
  for (std::string piece = client.read_some(); !piece.empty(); piece = client.read_some()) {
    received += piece.size();
    if (std::chrono::steady_clock::now() - begin < milliseconds(700)) { wait(5); }
  }
  EXPECT_GT(received, 8u << 20);
}

TEST(HttpLimits, ConnectionsBeyondTheLimitAreTurnedAway) {
  auto options = test_options();
  options.connections_max = 3;
  TestServer server(options);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(std::make_unique<RawClient>(server.port()));
    EXPECT_EQ(clients.back()->get("/ok").status, 200);
  }
  RawClient refused(server.port());
  EXPECT_EQ(refused.read_response().status, 503);
  EXPECT_EQ(server.server->probe().connections_refused, 1u);
  clients.pop_back();
  EXPECT_TRUE(TestServer::eventually([&] { return server.server->probe().connections_open == 2; }));
  RawClient welcome(server.port());
  EXPECT_EQ(welcome.get("/ok").status, 200);
}

TEST(HttpLimits, OneAddressCannotTakeAllConnections) {
  auto options = test_options();
  options.connections_per_address_max = 2;
  TestServer server(options);
  RawClient first(server.port());
  RawClient second(server.port());
  EXPECT_EQ(first.get("/ok").status, 200);
  EXPECT_EQ(second.upgrade("/echo").status, 101);
  RawClient third(server.port());
  EXPECT_EQ(third.read_response().status, 503);
  first.reset();
  second.reset();
  EXPECT_TRUE(TestServer::eventually([&] { return server.server->probe().connections_open == 0; }));
  RawClient fourth(server.port());
  EXPECT_EQ(fourth.get("/ok").status, 200);
}

TEST(HttpLimits, TrustedProxiesAreNotCountedPerAddress) {
  auto options = test_options();
  options.connections_per_address_max = 1;
  options.trusted_proxies = {"127.0.0.1"};
  TestServer server(options);
  RawClient first(server.port());
  RawClient second(server.port());
  EXPECT_EQ(first.get("/ok").status, 200);
  EXPECT_EQ(second.get("/ok").status, 200);
}

TEST(HttpLimits, BodiesInFlightAreBounded) {
  auto options = test_options();
  options.bodies_in_flight_max = 1'000'000;
  TestServer server(options);
  const std::string head = "POST /length HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n";
  RawClient holder(server.port());
  holder.send(head + std::string(899'999, 'x'));
  ASSERT_TRUE(TestServer::eventually([&] { return server.server->probe().bytes_in >= 899'999; }));
  RawClient refused(server.port());
  refused.send(head + std::string(900'000, 'x'));
  EXPECT_EQ(refused.read_response().status, 503);
  holder.send("x");
  EXPECT_EQ(holder.read_response().body, "900000");
  RawClient later(server.port());
  later.send(head + std::string(900'000, 'x'));
  EXPECT_EQ(later.read_response().body, "900000");
}

}  // namespace
}  // namespace parley::net::test
