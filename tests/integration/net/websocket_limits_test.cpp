#include <gtest/gtest.h>

#include <span>

#include "tests/integration/net/raw_client.h"
#include "tests/integration/net/test_server.h"

namespace parley::net::test {
namespace {

using std::chrono::milliseconds;

struct BadFrames {
  const char* what;
  std::string bytes;
  int code;
};

std::vector<BadFrames> bad_frames() {
  std::string reserved_bit = frame_bytes(1, "x");
  reserved_bit[0] = static_cast<char>(reserved_bit[0] | 0x40);
  return {
      {"binary", frame_bytes(2, "abc"), 1003},
      {"invalid UTF-8", frame_bytes(1, "\xff\xfe"), 1007},
      {"invalid UTF-8 across fragments", frame_bytes(1, "\xe4", false) + frame_bytes(0, "abc"), 1007},
      {"unfinished UTF-8", frame_bytes(1, "\xe4\xbd"), 1007},
      {"unmasked", frame_bytes(1, "abc", true, false), 1002},
      {"reserved bit", reserved_bit, 1002},
      {"reserved opcode", frame_bytes(3, "abc"), 1002},
      {"reserved control opcode", frame_bytes(11, "abc"), 1002},
      {"continuation of nothing", frame_bytes(0, "abc"), 1002},
      {"text inside a fragmented text", frame_bytes(1, "a", false) + frame_bytes(1, "b"), 1002},
      {"fragmented ping", frame_bytes(9, "a", false), 1002},
      {"long ping", frame_bytes(9, std::string(126, 'a')), 1002},
      {"close with one byte", frame_bytes(8, "a"), 1002},
      {"close with a forbidden code", frame_bytes(8, "\x03\xed"), 1002},
      {"too big", frame_bytes(1, std::string(2001, 'a')), 1009},
      {"announced too big", std::string("\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff", 10) + "keys", 1009},
      {"too big in fragments", frame_bytes(1, std::string(1500, 'a'), false) + frame_bytes(0, std::string(600, 'a')), 1009},
  };
}

TEST(WebSocketLimits, BadFramesEndTheirSocketWithTheRightCode) {
  auto options = test_options();
  options.message_max = 2000;
  TestServer server(options);
  RawClient other(server.port());
  other.upgrade("/echo");
  for (const auto& bad : bad_frames()) {
    const int closed = server.application.closed;
    {
      RawClient client(server.port());
      ASSERT_EQ(client.upgrade("/echo").status, 101);
      client.send(bad.bytes);
      EXPECT_EQ(client.read_close_frame().close_code(), bad.code) << bad.what;
    }
    EXPECT_TRUE(TestServer::eventually([&] { return server.application.closed == closed + 1; })) << bad.what;
    EXPECT_EQ(server.application.last_close_code, bad.code) << bad.what;
  }
  EXPECT_EQ(server.application.texts, 0);
  other.send_text("fine");
  EXPECT_EQ(other.read_frame().payload, "fine");
}

// Beast 1.81 leaves the two operations waiting for each other; the session has to go all the same.
TEST(WebSocketLimits, BadFrameThatCrossesOurCloseLeavesNothingBehind) {
  TestServer server(test_options());
  RawClient client(server.port());
  client.upgrade("/talk");
  ASSERT_TRUE(TestServer::eventually([&] { return server.application.opened == 1; }));
  server.on_io_thread([&] {
    client.send(frame_bytes(3, "reserved opcode"));
    std::this_thread::sleep_for(milliseconds(20));  // so that both are there when the event loop goes on
    server.application.talkers.at(0)->close(close_code::replaced, {});
  });
  EXPECT_EQ(client.read_close_frame().close_code(), 4010);
  EXPECT_TRUE(TestServer::eventually([&] { return server.application.closed == 1; }));
  EXPECT_EQ(server.application.last_close_code, 4010);
  EXPECT_TRUE(TestServer::eventually([&] { return server.server->probe().sockets_open == 0; }));
}

TEST(WebSocketLimits, TooBigSenderThatNeverHangsUpIsCutOff) {
  TestServer server(test_options());
  RawClient client(server.port());
  client.upgrade("/echo");
  client.send_text(std::string(100'000, 'a'));
  EXPECT_EQ(client.read_close_frame().close_code(), 1009);
  EXPECT_TRUE(TestServer::eventually([&] { return server.application.closed == 1; }));
  EXPECT_EQ(server.application.last_close_code, 1009);
}

TEST(WebSocketLimits, PingsAreAnsweredAFloodOfThemIsNot) {
  TestServer server(test_options());
  RawClient client(server.port());
  client.upgrade("/echo");
  for (int i = 0; i < 20; ++i) {
    client.send_frame(9, std::to_string(i));
    EXPECT_EQ(client.read_frame().payload, std::to_string(i));
  }
  std::string flood;
  for (int i = 0; i < 1000; ++i) { flood += frame_bytes(9, "x"); }
  client.send(flood);
  EXPECT_EQ(client.read_close_frame().close_code(), 4029);
}

TEST(WebSocketLimits, FloodOfTinyFragmentsStopsNobodyElse) {
  TestServer server(test_options());
  RawClient client(server.port());
  client.upgrade("/echo");
  std::string flood = frame_bytes(1, "", false);
  for (int i = 0; i < 100'000; ++i) { flood += frame_bytes(0, "", false); }
  std::thread sender([&] { client.send(flood); });
  RawClient other(server.port());
  for (int i = 0; i < 50; ++i) { EXPECT_EQ(other.get("/ok").body, "ok"); }
  sender.join();
}

TEST(WebSocketLimits, SlowReaderIsClosedWhileOthersAreServed) {
  auto options = test_options();
  options.send_queue_max = 50;
  TestServer server(options);
  RawClient slow(server.port(), Tls::no, 4096);
  RawClient quick(server.port());
  slow.upgrade("/talk");
  quick.upgrade("/talk");
  ASSERT_TRUE(TestServer::eventually([&] { return server.application.opened == 2; }));
  const auto text = std::make_shared<const std::string>(std::string(100'000, 't'));
  for (int i = 0; i < 200; ++i) {
    server.on_io_thread([&] {
      for (auto& socket : server.application.talkers) { socket->send(text); }
    });
    ASSERT_EQ(quick.read_frame().payload.size(), text->size());
  }
  const auto probe = server.server->probe();
  EXPECT_EQ(probe.sockets_too_slow, 1u);
  EXPECT_EQ(slow.read_close_frame().close_code(), 4008);  // it reads at last
  EXPECT_TRUE(TestServer::eventually([&] { return server.application.closed == 1; }));
  EXPECT_EQ(server.application.last_close_code, 4008);
}

// Frames of every header size, given together and one by one, to a reader who sends pings and lets the socket fill up meanwhile.
TEST(WebSocketLimits, SlowReaderGetsWholeFramesInOrderAroundPongs) {
  auto options = test_options();
  options.send_queue_bytes_max = 32 << 20;
  TestServer server(options);
  RawClient slow(server.port(), Tls::no, 4096);
  slow.upgrade("/talk");
  ASSERT_TRUE(TestServer::eventually([&] { return server.application.opened == 1; }));
  std::vector<std::shared_ptr<const std::string>> texts;
  for (int round = 0; round < 30; ++round) {
    for (const std::size_t size : {0u, 1u, 125u, 126u, 65'535u, 65'536u, 200'000u}) {
      texts.push_back(std::make_shared<const std::string>(std::string(size, static_cast<char>('a' + round))));
    }
  }
  server.on_io_thread([&] {
    auto& socket = *server.application.talkers.at(0);
    const std::span all(texts);
    socket.send_all(all.first(150));
    for (const auto& text : all.subspan(150)) { socket.send(text); }
    EXPECT_GT(socket.queued_bytes(), 0U) << "the socket is full";
  });
  for (int i = 0; i < 5; ++i) { slow.send_frame(9, "ping " + std::to_string(i)); }
  int pongs = 0;
  for (std::size_t next = 0; next < texts.size() || pongs < 5;) {
    const auto frame = slow.read_frame();
    ASSERT_NE(frame.opcode, -1) << "after " << next << " texts and " << pongs << " pongs";
    if (frame.opcode == 10) {
      EXPECT_EQ(frame.payload, "ping " + std::to_string(pongs++));
      continue;
    }
    ASSERT_LT(next, texts.size());
    ASSERT_TRUE(frame.is_final && frame.payload == *texts[next]) << next;
    ++next;
  }
  EXPECT_TRUE(TestServer::eventually([&] { return server.server->probe().queue_bytes == 0; }));
  EXPECT_EQ(server.server->probe().frames_out, texts.size());
}

TEST(WebSocketLimits, QueueIsBoundedInBytes) {
  auto options = test_options();
  options.send_queue_bytes_max = 1 << 20;
  TestServer server(options);
  RawClient slow(server.port(), Tls::no, 4096);
  slow.upgrade("/talk");
  ASSERT_TRUE(TestServer::eventually([&] { return server.application.opened == 1; }));
  const auto text = std::make_shared<const std::string>(std::string(600'000, 't'));
  server.on_io_thread([&] {
    auto& socket = *server.application.talkers.at(0);
    for (int i = 0; i < 30; ++i) { socket.send(text); }
    EXPECT_LE(socket.queued_bytes(), 1u << 20);
    EXPECT_FALSE(socket.is_open());
  });
  EXPECT_TRUE(TestServer::eventually([&] { return server.application.closed == 1; }));  // it never reads: after 2 s
  EXPECT_EQ(server.application.last_close_code, 4008);
  EXPECT_EQ(server.server->probe().queue_bytes, 0u);
}

TEST(WebSocketLimits, FrameThatDoesNotLeaveInTimeEndsTheSocket) {
  auto options = test_options();
  options.write_timeout = milliseconds(100);
  TestServer server(options);
  RawClient slow(server.port(), Tls::no, 4096);
  slow.upgrade("/talk");
  ASSERT_TRUE(TestServer::eventually([&] { return server.application.opened == 1; }));
  server.on_io_thread([&] { server.application.talkers.at(0)->send(std::make_shared<const std::string>(std::string(8 << 20, 't'))); });
  EXPECT_TRUE(TestServer::eventually([&] { return server.application.closed == 1; }));
  EXPECT_EQ(server.application.last_close_code, 4008);
}

TEST(WebSocketLimits, SilentPeerIsPingedAndAnAnswerKeepsIt) {
  auto options = test_options();
  options.websocket_idle_ping = milliseconds(100);
  TestServer server(options);
  RawClient client(server.port());
  client.upgrade("/echo");
  for (int i = 0; i < 4; ++i) {
    const auto ping = client.read_frame();
    ASSERT_EQ(ping.opcode, 9);
    client.send_frame(10, ping.payload);
  }
  EXPECT_EQ(server.application.closed, 0);
}

TEST(WebSocketLimits, HalfOpenPeerIsGivenUpAfterTwoIntervals) {
  auto options = test_options();
  options.websocket_idle_ping = milliseconds(100);
  TestServer server(options);
  RawClient client(server.port());
  client.upgrade("/echo");
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(TestServer::eventually([&] { return server.application.closed == 1; }));
  EXPECT_EQ(server.application.last_close_code, 1006);
  EXPECT_GT(std::chrono::steady_clock::now() - begin, milliseconds(150));
  EXPECT_EQ(client.read_frame().opcode, 9);
}

}  // namespace
}  // namespace parley::net::test
