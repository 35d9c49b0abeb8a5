#include <gtest/gtest.h>

#include <filesystem>

#include "tests/integration/certificate.h"
#include "tests/integration/net/raw_client.h"
#include "tests/integration/net/test_server.h"

namespace parley::net::test {
namespace {

using std::chrono::milliseconds;

/// A self-signed certificate, made for this run.
class TlsServer : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("parley_tls_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    const auto certificate = parley::test::make_certificate(folder_, "localhost");
    options_ = test_options();
    options_.certificate_file = certificate.certificate_file;
    options_.key_file = certificate.key_file;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
  ServerOptions options_;
};

TEST_F(TlsServer, HttpIsServed) {
  TestServer server(options_);
  RawClient client(server.port(), Tls::yes);
  ASSERT_TRUE(client.is_connected());
  EXPECT_EQ(client.get("/who").body, "127.0.0.1 tls");
  EXPECT_EQ(client.get("/big").body.size(), 8u << 20);
  client.send("POST /length HTTP/1.1\r\nHost: a\r\nContent-Length: 3000000\r\n\r\n" + std::string(3000000, 'x'));
  EXPECT_EQ(client.read_response().body, "3000000");
  EXPECT_EQ(client.get("/ok", "Connection: close\r\n").status, 200);
  EXPECT_TRUE(client.is_closed_within(milliseconds(3000)));
}

TEST_F(TlsServer, WebSocketsAreServed) {
  TestServer server(options_);
  RawClient client(server.port(), Tls::yes);
  ASSERT_EQ(client.upgrade("/echo").status, 101);
  for (const std::size_t size : {5u, 600u, 60'000u}) {
    client.send_text(std::string(size, 'x'));
    EXPECT_EQ(client.read_frame().payload.size(), size);
  }
  client.send_text("close");
  EXPECT_EQ(client.read_frame().close_code(), 4010);
  client.send_frame(8, "\x0f\xaa");
  EXPECT_TRUE(TestServer::eventually([&] { return server.application.closed == 1; }));
}

TEST_F(TlsServer, FramesGivenTogetherComeInOrderAroundPongs) {
  TestServer server(options_);
  RawClient client(server.port(), Tls::yes, 4096);
  client.upgrade("/talk");
  ASSERT_TRUE(TestServer::eventually([&] { return server.application.opened == 1; }));
  std::vector<std::shared_ptr<const std::string>> texts;
  for (const std::size_t size : {1u, 125u, 126u, 65'535u, 65'536u, 300'000u, 3u}) { texts.push_back(std::make_shared<const std::string>(std::string(size, 't'))); }
  server.on_io_thread([&] { server.application.talkers.at(0)->send_all(texts); });
  client.send_frame(9, "are you there");
  std::vector<std::size_t> sizes;
  bool has_pong = false;
  while (sizes.size() < texts.size() || !has_pong) {
    const auto frame = client.read_frame();
    ASSERT_NE(frame.opcode, -1) << "after " << sizes.size();
    if (frame.opcode == 10) { has_pong = true; } else { sizes.push_back(frame.payload.size()); }
  }
  for (std::size_t i = 0; i < texts.size(); ++i) { EXPECT_EQ(sizes[i], texts[i]->size()); }
}

TEST_F(TlsServer, StopSendsGoingAway) {
  TestServer server(options_);
  RawClient client(server.port(), Tls::yes);
  ASSERT_EQ(client.upgrade("/echo").status, 101);
  std::thread stopper([&] { server.stop(milliseconds(500)); });
  EXPECT_EQ(client.read_frame().close_code(), 1001);
  client.send_frame(8, "\x03\xe9");
  stopper.join();
  EXPECT_EQ(server.application.last_close_code, 1001);
}

TEST_F(TlsServer, OldVersionsAndPlainTextAreRefused) {
  options_.header_timeout = milliseconds(200);
  TestServer server(options_);
  RawClient old(server.port(), Tls::only_1_1);
  EXPECT_FALSE(old.is_connected());
  RawClient plain(server.port());
  plain.send("GET /ok HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(plain.read_response().status, 0);
  RawClient silent(server.port());
  EXPECT_TRUE(silent.is_closed_within(milliseconds(3000)));
  EXPECT_TRUE(TestServer::eventually([&] { return server.server->probe().tls_failures == 3; }));
  RawClient healthy(server.port(), Tls::yes);
  EXPECT_EQ(healthy.get("/ok").body, "ok");
}

TEST_F(TlsServer, KeyOfAnotherCertificateIsNamed) {
  options_.key_file = options_.certificate_file;
  EXPECT_THROW(TestServer server(options_), std::runtime_error);
}

TEST_F(TlsServer, IoContextMayDieWithEverythingUnderWay) {
  auto server = std::make_unique<TestServer>(options_);
  RawClient idle(server->port(), Tls::yes), socket(server->port(), Tls::yes), raw(server->port());
  EXPECT_EQ(idle.get("/ok").body, "ok");
  EXPECT_EQ(socket.upgrade("/echo").status, 101);
  raw.send("\x16\x03\x01");
  server.reset();
  EXPECT_EQ(idle.read_response().status, 0);
}

}  // namespace
}  // namespace parley::net::test
