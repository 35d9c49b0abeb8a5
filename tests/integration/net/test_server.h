// A server with a small application of its own, on a thread of its own.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "server/net/server.h"

namespace parley::net::test {

/// /echo-path: what the server understood of the target. /length: size of the body. /body: the body. /throw, /slow (300 ms),
/// /hang (for ever), /big (8 MB), /empty (204), /tag (with an ETag), /split (a header with a line break), /who: remote address,
/// /file/<name>: a file of `folder`, /only-get: 405 for other methods.
/// Sockets: /echo, /talk (keeps the socket for the test), /refuse (4001), /denied (HTTP 401), /burst (20 texts, then close 4003).
class TestApplication final : public Application {
 public:
  Task<HttpResponse> handle(HttpRequest request) override;
  Task<std::variant<Upgrade, HttpResponse>> upgrade(HttpRequest request) override;
  std::uint64_t body_limit(std::string_view method, std::string_view path) const override;

  std::filesystem::path folder;
  std::atomic<int> opened{0}, closed{0}, last_close_code{0}, texts{0}, requests{0};
  std::atomic<int> broken_promises{0};  // requests that are not what http.h says
  std::vector<std::shared_ptr<Socket>> talkers;  // I/O thread
};

class TestServer {
 public:
  explicit TestServer(ServerOptions options = {});
  ~TestServer();

  std::uint16_t port() const { return server->port(); }
  /// Runs `action` on the I/O thread and waits for it.
  void on_io_thread(const std::function<void()>& action);
  /// Runs Server::stop and waits until it returned.
  void stop(std::chrono::milliseconds patience);
  /// Polls for at most 5 s.
  static bool eventually(const std::function<bool()>& condition);

  TestApplication application;
  boost::asio::io_context io{1};
  std::unique_ptr<Server> server;
  std::mutex mutex;
  std::vector<std::string> log;  // "GET /path 200 <request id>"; under the mutex

 private:
  std::thread thread_;
};

/// Options with port 0 and short limits.
ServerOptions test_options();

}  // namespace parley::net::test
