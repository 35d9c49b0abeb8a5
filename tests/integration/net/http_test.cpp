#include <gtest/gtest.h>

#include "tests/integration/net/raw_client.h"
#include "tests/integration/net/test_server.h"

namespace parley::net::test {
namespace {

using std::chrono::milliseconds;

TEST(Http, KeepAliveServesManyRequestsOnOneConnection) {
  TestServer server(test_options());
  RawClient client(server.port());
  for (int i = 0; i < 50; ++i) { EXPECT_EQ(client.get("/ok").body, "ok"); }
  EXPECT_EQ(server.server->probe().connections_total, 1u);
  EXPECT_TRUE(TestServer::eventually([&] { return server.server->probe().requests_total == 50; }));
}

TEST(Http, PipelinedRequestsAreAnsweredInOrder) {
  TestServer server(test_options());
  RawClient client(server.port());
  std::string all;
  for (int i = 0; i < 20; ++i) {
    const std::string body = "body " + std::to_string(i);
    all += "GET /number/" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
    all += "POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  client.send(all);
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(client.read_response().body, "/number/" + std::to_string(i) + "||a");
    EXPECT_EQ(client.read_response().body, "body " + std::to_string(i));
  }
}

TEST(Http, RequestArrivingByteByByteIsServed) {
  TestServer server(test_options());
  RawClient client(server.port());
  for (const char c : std::string("\r\nPOST /body HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")) {
    client.send(std::string(1, c));
  }
  EXPECT_EQ(client.read_response().body, "hello");
}

TEST(Http, HeadHasTheLengthButNoBody) {
  TestServer server(test_options());
  RawClient client(server.port());
  client.send("HEAD /ok HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto response = client.read_response(true);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.header("content-length"), "2");
  EXPECT_EQ(client.get("/ok").body, "ok");
}

TEST(Http, EveryAnswerCarriesTheRequestIdOfTheAccessLog) {
  TestServer server(test_options());
  RawClient client(server.port());
  const auto good = client.get("/ok", "X-Request-Id: mine\r\n");
  const auto bad = client.get("/%zz");
  EXPECT_EQ(good.header("x-request-id").size(), 16u);
  EXPECT_EQ(bad.status, 400);
  EXPECT_NE(bad.body.find(bad.header("x-request-id")), std::string::npos);
  ASSERT_TRUE(TestServer::eventually([&] {
    const std::lock_guard lock(server.mutex);
    return server.log.size() == 2;
  }));
  EXPECT_EQ(server.log[0], "GET /ok 200 " + good.header("x-request-id"));
}

TEST(Http, OldClientsGetTheConnectionTheyAskFor) {
  TestServer server(test_options());
  RawClient keeping(server.port());
  keeping.send("GET /ok HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(keeping.read_response().header("connection"), "keep-alive");
  keeping.send("GET /ok HTTP/1.0\r\n\r\n");
  EXPECT_EQ(keeping.read_response().header("connection"), "close");
  EXPECT_TRUE(keeping.is_closed_within(milliseconds(3000)));
  RawClient closing(server.port());
  EXPECT_EQ(closing.get("/ok", "Connection: close\r\n").header("connection"), "close");
  EXPECT_TRUE(closing.is_closed_within(milliseconds(3000)));
}

TEST(Http, ChunksExtensionsAndTrailersBecomeOneBody) {
  TestServer server(test_options());
  RawClient client(server.port());
  client.send("POST /body HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
              "3;name=value\r\nabc\r\n0A\r\n0123456789\r\n0\r\nHost: evil\r\nX-Trailer: 1\r\n\r\n");
  EXPECT_EQ(client.read_response().body, "abc0123456789");
  EXPECT_EQ(client.get("/x").body, "/x||test");
}

TEST(Http, ContinueIsSentOnlyWhenTheBodyIsWelcome) {
  TestServer server(test_options());
  RawClient client(server.port());
  client.send("POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_response().status, 100);
  client.send("hello");
  EXPECT_EQ(client.read_response().body, "hello");
  client.send("POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_response().status, 413);
  RawClient odd(server.port());
  EXPECT_EQ(odd.get("/ok", "Expect: miracles\r\n").status, 417);
}

TEST(Http, BodyLimitIsThatOfTheRoute) {
  TestServer server(test_options());
  const std::string announced = " HTTP/1.1\r\nHost: a\r\nContent-Length: ";
  RawClient fits(server.port());
  fits.send("POST /length" + announced + "3000000\r\n\r\n" + std::string(3000000, 'x'));
  EXPECT_EQ(fits.read_response().body, "3000000");
  RawClient large(server.port());
  large.send("POST /body" + announced + "1001\r\n\r\n");
  const auto refused = large.read_response();
  EXPECT_EQ(refused.status, 413);
  EXPECT_EQ(refused.header("content-type"), "application/problem+json");
  EXPECT_TRUE(large.is_closed_within(milliseconds(3000)));
  RawClient chunked(server.port());
  chunked.send("POST /body HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n200\r\n" + std::string(512, 'x') + "\r\n200\r\n");
  EXPECT_EQ(chunked.read_response().status, 413);
  RawClient none(server.port());
  none.send("POST /no-body" + announced + "1\r\n\r\nx");
  EXPECT_EQ(none.read_response().status, 413);
}

TEST(Http, RefusedClientThatGoesOnSendingStillReadsTheAnswer) {
  TestServer server(test_options());
  RawClient client(server.port());
  client.send("POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\n");
  client.send(std::string(500000, 'x'));
  EXPECT_EQ(client.read_response().status, 413);
}

TEST(Http, MethodsAreTheBusinessOfTheApplication) {
  TestServer server(test_options());
  RawClient client(server.port());
  client.send("BREW /only-get HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.read_response().status, 405);
  client.send("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(client.read_response().body, "*||a");
}

TEST(Http, FailingHandlerEndsNothingButItsRequest) {
  TestServer server(test_options());
  RawClient client(server.port());
  const auto response = client.get("/throw");
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.body.find("asked for"), std::string::npos);
  EXPECT_EQ(client.get("/ok").body, "ok");
}

TEST(Http, NoContentHasNoLength) {
  TestServer server(test_options());
  RawClient client(server.port());
  const auto response = client.get("/empty");
  EXPECT_EQ(response.status, 204);
  EXPECT_EQ(response.header("content-length"), "");
  EXPECT_EQ(client.get("/ok").body, "ok");
}

TEST(Http, HeaderValueCannotSplitAnAnswer) {
  TestServer server(test_options());
  RawClient client(server.port());
  const auto response = client.get("/split");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.header("x-injected"), "");
}

TEST(Http, KnownEntityTagIsAnsweredWithNotModified) {
  TestServer server(test_options());
  RawClient client(server.port());
  EXPECT_EQ(client.get("/tag").body, "tagged");
  for (const char* tag : {"\"7\"", "W/\"7\"", "\"1\", \"7\"", "*"}) {
    const auto response = client.get("/tag", std::string("If-None-Match: ") + tag + "\r\n");
    EXPECT_EQ(response.status, 304) << tag;
    EXPECT_EQ(response.header("etag"), "\"7\"");
    EXPECT_TRUE(response.body.empty());
  }
  EXPECT_EQ(client.get("/tag", "If-None-Match: \"8\"\r\n").status, 200);
}

TEST(Http, HalfClosedClientStillGetsItsAnswer) {
  TestServer server(test_options());
  RawClient client(server.port());
  client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  client.end_sending();
  EXPECT_EQ(client.read_response().body, "slow");
}

TEST(Http, ForwardedAddressIsBelievedFromTrustedProxiesOnly) {
  auto options = test_options();
  TestServer suspicious(options);
  RawClient stranger(suspicious.port());
  EXPECT_EQ(stranger.get("/who", "X-Forwarded-For: 203.0.113.9\r\n").body, "127.0.0.1");
  options.trusted_proxies = {"127.0.0.1", "10.0.0.1"};
  TestServer server(options);
  RawClient proxy(server.port());
  EXPECT_EQ(proxy.get("/who").body, "127.0.0.1");
  EXPECT_EQ(proxy.get("/who", "X-Forwarded-For: 203.0.113.9\r\n").body, "203.0.113.9");
  EXPECT_EQ(proxy.get("/who", "X-Forwarded-For: 6.6.6.6, 203.0.113.9, 10.0.0.1\r\n").body, "203.0.113.9");
  EXPECT_EQ(proxy.get("/who", "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n").body, "203.0.113.9 tls");
  EXPECT_EQ(proxy.get("/who", "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 203.0.113.9\r\n").body, "203.0.113.9");
  EXPECT_EQ(proxy.get("/who", "X-Forwarded-For: unknown\r\n").body, "127.0.0.1");
}

}  // namespace
}  // namespace parley::net::test
