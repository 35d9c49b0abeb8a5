// A provider's token endpoint that answers what a test tells it and remembers what it was asked.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace parley::test {

class TokenServer {
 public:
  using Form = std::map<std::string, std::string>;

  TokenServer();
  ~TokenServer();

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/token"; }
  /// From now on.
  void answer(int status, std::string body);
  std::vector<Form> asked() const;

 private:
  void serve();

  boost::asio::io_context io_;
  boost::asio::ip::tcp::acceptor acceptor_{io_, {boost::asio::ip::address_v4::loopback(), 0}};
  std::uint16_t port_{acceptor_.local_endpoint().port()};
  mutable std::mutex mutex_;  // guards the next three
  int status_{200};
  std::string body_;
  std::vector<Form> asked_;
  std::atomic<bool> is_stopping_{false};
  std::thread thread_;
};

}  // namespace parley::test
