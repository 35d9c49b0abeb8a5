#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "tests/integration/net/raw_client.h"
#include "tests/integration/net/test_server.h"

namespace parley::net::test {
namespace {

using std::chrono::milliseconds;

TEST(Shutdown, RunningRequestEndsAndIdleConnectionsClose) {
  TestServer server(test_options());
  RawClient idle(server.port());
  EXPECT_EQ(idle.get("/ok").body, "ok");
  RawClient busy(server.port());
  busy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(TestServer::eventually([&] { return server.application.requests == 2; }));
  std::thread stopper([&] { server.stop(milliseconds(5000)); });
  const auto response = busy.read_response();
  EXPECT_EQ(response.body, "slow");
  EXPECT_EQ(response.header("connection"), "close");
  EXPECT_TRUE(idle.is_closed_within(milliseconds(1000)));
  EXPECT_TRUE(busy.is_closed_within(milliseconds(3000)));
  busy.reset();
  idle.reset();
  stopper.join();
  EXPECT_EQ(server.server->probe().connections_open, 0u);
  RawClient late(server.port());
  EXPECT_FALSE(late.is_connected());
}

TEST(Shutdown, SocketsGetTheirQueueAndThenGoingAway) {
  TestServer server(test_options());
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(std::make_unique<RawClient>(server.port()));
    clients.back()->upgrade("/talk");
  }
  ASSERT_TRUE(TestServer::eventually([&] { return server.application.opened == 20; }));
  const auto text = std::make_shared<const std::string>(std::string(50'000, 'q'));
  server.on_io_thread([&] {
    for (auto& socket : server.application.talkers) {
      for (int i = 0; i < 10; ++i) { socket->send(text); }
    }
  });
  std::thread stopper([&] { server.stop(milliseconds(1000)); });
  for (auto& client : clients) {
    for (int i = 0; i < 10; ++i) { ASSERT_EQ(client->read_frame().payload.size(), text->size()); }
    EXPECT_EQ(client->read_frame().close_code(), 1001);
    client->send_frame(8, "\x03\xe9");
  }
  stopper.join();
  EXPECT_EQ(server.application.closed, 20);
  EXPECT_EQ(server.application.last_close_code, 1001);
  EXPECT_EQ(server.server->probe().connections_open, 0u);
}

TEST(Shutdown, PatienceEnds) {
  TestServer server(test_options());
  RawClient hanging(server.port());
  hanging.send("GET /hang HTTP/1.1\r\nHost: a\r\n\r\n");
  RawClient mute(server.port());
  mute.upgrade("/talk");
  ASSERT_TRUE(TestServer::eventually([&] { return server.application.requests == 1 && server.application.opened == 1; }));
  const auto begin = std::chrono::steady_clock::now();
  server.stop(milliseconds(200));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds(4500));
  EXPECT_EQ(server.application.closed, 1);
  EXPECT_EQ(mute.read_close_frame().close_code(), 1001);
}

// For the address sanitizer: the io_context goes first, with everything suspended somewhere.
TEST(Shutdown, IoContextMayDieWithEverythingUnderWay) {
  auto server = std::make_unique<TestServer>(test_options());
  RawClient waiting(server->port()), reading(server->port()), body(server->port()), handling(server->port()), writing(server->port(), Tls::no, 4096);
  RawClient idle(server->port()), blocked(server->port(), Tls::no, 4096), closing(server->port());
  reading.send("GET /ok HTTP/1.1\r\nHo");
  body.send("POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  handling.send("GET /hang HTTP/1.1\r\nHost: a\r\n\r\n");
  writing.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
  idle.upgrade("/echo");
  blocked.upgrade("/talk");
  closing.upgrade("/burst");
  ASSERT_TRUE(TestServer::eventually([&] { return server->application.requests == 2 && server->application.opened == 3; }));
  server->on_io_thread([&] {
    for (int i = 0; i < 5; ++i) { server->application.talkers.at(0)->send(std::make_shared<const std::string>(std::string(1 << 20, 't'))); }
  });
  server.reset();
  EXPECT_TRUE(waiting.is_closed_within(milliseconds(3000)));
}

TEST(Shutdown, ServerMayGoBeforeItsIoContext) {
  TestServer server(test_options());
  RawClient waiting(server.port()), handling(server.port()), socket(server.port());
  handling.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  socket.upgrade("/talk");
  ASSERT_TRUE(TestServer::eventually([&] { return server.application.requests == 1 && server.application.opened == 1; }));
  server.on_io_thread([&] { server.server.reset(); });
  EXPECT_TRUE(waiting.is_closed_within(milliseconds(3000)));
  EXPECT_EQ(socket.read_frame().opcode, -1);
  EXPECT_EQ(handling.read_response().status, 0);
  server.on_io_thread([&] { EXPECT_FALSE(server.application.talkers.at(0)->is_open()); });
}

TEST(Start, ProblemsAreSentences) {
  TestServer first(test_options());
  boost::asio::io_context io;
  TestApplication application;
  auto options = test_options();
  options.port = first.port();
  const auto taken = make_server(io, options, application, nullptr)->start();
  ASSERT_TRUE(taken.has_error());
  EXPECT_EQ(taken.error().code, Errc::unavailable);
  EXPECT_NE(taken.error().detail.find("127.0.0.1:" + std::to_string(first.port())), std::string::npos);
  options.port = 0;
  options.address = "nonsense";
  EXPECT_EQ(make_server(io, options, application, nullptr)->start().error().code, Errc::invalid_input);
  options.address = "127.0.0.1";
  options.certificate_file = "/nonexistent.pem";
  options.key_file = "/nonexistent.key";
  const auto unreadable = make_server(io, options, application, nullptr)->start();
  ASSERT_TRUE(unreadable.has_error());
  EXPECT_EQ(unreadable.error().code, Errc::invalid_input);
  EXPECT_NE(unreadable.error().detail.find("/nonexistent.pem"), std::string::npos);
}

}  // namespace
}  // namespace parley::net::test
