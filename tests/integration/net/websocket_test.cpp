#include <gtest/gtest.h>

#include "tests/integration/net/raw_client.h"
#include "tests/integration/net/test_server.h"

namespace parley::net::test {
namespace {

using std::chrono::milliseconds;

std::string close_payload(int code, std::string_view reason = {}) {
  return std::string{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)}.append(reason);
}

/// Expects on_close exactly once with this code.
void expect_closed(TestServer& server, int code) {
  EXPECT_TRUE(TestServer::eventually([&] { return server.application.opened == 1 && server.application.closed == 1; }));
  EXPECT_EQ(server.application.last_close_code, code);
  EXPECT_TRUE(TestServer::eventually([&] { return server.server->probe().sockets_open == 0; }));
}

TEST(WebSocket, TextsAreEchoed) {
  TestServer server(test_options());
  RawClient client(server.port());
  const auto answer = client.upgrade("/echo", "Sec-WebSocket-Protocol: parley.v1, bearer.x\r\n");
  EXPECT_EQ(answer.status, 101);
  EXPECT_EQ(answer.header("sec-websocket-accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_EQ(answer.header("sec-websocket-protocol"), "parley.v1");
  EXPECT_EQ(answer.header("x-request-id").size(), 16u);
  for (const std::size_t size : {1u, 125u, 126u, 511u, 512u, 513u, 1536u, 9000u, 65536u}) {
    const std::string text(size, 'a');
    client.send_text(text);
    EXPECT_TRUE(client.read_frame().payload == text) << size;
  }
  client.send_frame(8, close_payload(1000, "bye"));
  EXPECT_EQ(client.read_frame().close_code(), 1000);
  expect_closed(server, 1000);
}

TEST(WebSocket, NoSubprotocolIsInvented) {
  TestServer server(test_options());
  RawClient client(server.port());
  EXPECT_EQ(client.upgrade("/echo").headers.count("sec-websocket-protocol"), 0u);
}

TEST(WebSocket, FragmentsAreJoinedAroundPings) {
  TestServer server(test_options());
  RawClient client(server.port());
  client.upgrade("/echo");
  client.send_frame(1, "one ", false);
  client.send_frame(9, "still there?");
  client.send_frame(0, "", false);
  client.send_frame(0, "two ", false);
  client.send_frame(0, "three", true);
  const auto pong = client.read_frame();
  EXPECT_EQ(pong.opcode, 10);
  EXPECT_EQ(pong.payload, "still there?");
  EXPECT_EQ(client.read_frame().payload, "one two three");
}

TEST(WebSocket, FramesInTheSamePacketAsTheHandshakeAreRead) {
  TestServer server(test_options());
  RawClient client(server.port());
  client.send(handshake_bytes("/echo") + frame_bytes(1, "early") + frame_bytes(1, std::string(3000, 'x')));
  EXPECT_EQ(client.read_response().status, 101);
  EXPECT_EQ(client.read_frame().payload, "early");
  EXPECT_EQ(client.read_frame().payload.size(), 3000u);
}

TEST(WebSocket, ManyFramesInOnePacketKeepTheirOrder) {
  TestServer server(test_options());
  RawClient client(server.port());
  client.upgrade("/echo");
  std::string all;
  for (int i = 0; i < 500; ++i) { all += frame_bytes(1, "text " + std::to_string(i)); }
  client.send(all);
  for (int i = 0; i < 500; ++i) { ASSERT_EQ(client.read_frame().payload, "text " + std::to_string(i)); }
}

TEST(WebSocket, RefusedUpgradeIsAcceptedAndClosedWithTheCode) {
  TestServer server(test_options());
  RawClient client(server.port());
  EXPECT_EQ(client.upgrade("/refuse").status, 101);
  EXPECT_EQ(client.read_frame().close_code(), 4001);
  EXPECT_EQ(server.application.opened, 0);
  EXPECT_EQ(server.application.closed, 0);
}

TEST(WebSocket, ApplicationMayAnswerWithHttp) {
  TestServer server(test_options());
  RawClient client(server.port());
  EXPECT_EQ(client.upgrade("/denied").status, 401);
  EXPECT_EQ(client.get("/ok").body, "ok");
}

TEST(WebSocket, BadHandshakesAreRefused) {
  TestServer server(test_options());
  RawClient client(server.port());
  const std::string upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
  const std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  EXPECT_EQ(client.get("/echo", upgrade + "Sec-WebSocket-Version: 13\r\n").status, 400);
  EXPECT_EQ(client.get("/echo", upgrade + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n").status, 400);
  const auto old = client.get("/echo", upgrade + key + "Sec-WebSocket-Version: 8\r\n");
  EXPECT_EQ(old.status, 426);
  EXPECT_EQ(old.header("sec-websocket-version"), "13");
  client.send("POST /echo HTTP/1.1\r\nHost: a\r\n" + upgrade + key + "Sec-WebSocket-Version: 13\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(client.read_response().status, 400);
  EXPECT_EQ(client.get("/x", "Upgrade: h2c\r\nConnection: Upgrade\r\n").body, "/x||test");
  EXPECT_EQ(client.upgrade("/echo").status, 101);
}

TEST(WebSocket, ServerCloseSendsWhatIsQueuedFirst) {
  TestServer server(test_options());
  RawClient client(server.port());
  client.upgrade("/burst");
  for (int i = 0; i < 20; ++i) { EXPECT_EQ(client.read_frame().payload, "burst " + std::to_string(i)); }
  const auto frame = client.read_frame();
  EXPECT_EQ(frame.close_code(), 4003);
  EXPECT_EQ(frame.payload.substr(2), "enough");
  client.send_frame(8, close_payload(4003));
  expect_closed(server, 4003);
}

TEST(WebSocket, CloseInsideOnTextIsSafe) {
  TestServer server(test_options());
  RawClient client(server.port());
  client.upgrade("/echo");
  client.send(frame_bytes(1, "close") + frame_bytes(1, "late"));
  EXPECT_EQ(client.read_frame().close_code(), 4010);
  client.send_frame(8, close_payload(4010));
  expect_closed(server, 4010);
  EXPECT_EQ(server.application.texts, 1);
}

TEST(WebSocket, PeerThatIgnoresTheCloseIsCutOff) {
  TestServer server(test_options());
  RawClient client(server.port());
  client.upgrade("/echo");
  client.send_text("close");
  EXPECT_EQ(client.read_frame().close_code(), 4010);
  EXPECT_TRUE(client.is_closed_within(milliseconds(4000)));
  expect_closed(server, 4010);
}

TEST(WebSocket, ThrowingHandlerEndsItsSocketOnly) {
  TestServer server(test_options());
  RawClient other(server.port());
  other.upgrade("/echo");
  RawClient client(server.port());
  client.upgrade("/echo");
  client.send_text("throw");
  EXPECT_EQ(client.read_frame().close_code(), 1011);
  other.send_text("fine");
  EXPECT_EQ(other.read_frame().payload, "fine");
}

TEST(WebSocket, VanishedPeerIsReportedOnceAndItsSocketIsHarmless) {
  TestServer server(test_options());
  RawClient client(server.port());
  client.upgrade("/talk");
  ASSERT_TRUE(TestServer::eventually([&] { return server.application.opened == 1; }));
  client.reset();
  expect_closed(server, 1006);
  server.on_io_thread([&] {
    auto& socket = *server.application.talkers.at(0);
    EXPECT_FALSE(socket.is_open());
    EXPECT_EQ(socket.queued_bytes(), 0u);
    socket.send(std::make_shared<const std::string>("anybody?"));
    socket.close(1000, "nobody");
  });
  EXPECT_EQ(server.application.closed, 1);
}

TEST(WebSocket, PeerThatHangsUpWithoutCloseFrameIsReported) {
  TestServer server(test_options());
  RawClient client(server.port());
  client.upgrade("/echo");
  client.end_sending();
  expect_closed(server, 1006);
}

TEST(WebSocket, SharedTextReachesManySockets) {
  TestServer server(test_options());
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 100; ++i) {
    clients.push_back(std::make_unique<RawClient>(server.port()));
    clients.back()->upgrade("/talk");
  }
  ASSERT_TRUE(TestServer::eventually([&] { return server.application.opened == 100; }));
  const auto text = std::make_shared<const std::string>(std::string(20000, 'n'));
  server.on_io_thread([&] {
    for (auto& socket : server.application.talkers) { socket->send(text); }
  });
  for (auto& client : clients) {
    const auto frame = client->read_frame();
    EXPECT_TRUE(frame.is_final);
    EXPECT_TRUE(frame.payload == *text);
  }
  EXPECT_TRUE(TestServer::eventually([&] { return server.server->probe().queue_bytes == 0; }));
  EXPECT_EQ(server.server->probe().frames_out, 100u);
}

}  // namespace
}  // namespace parley::net::test
