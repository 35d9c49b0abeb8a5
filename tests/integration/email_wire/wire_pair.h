// Two ends of one connection over loopback, both driven by the test's own thread.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <string>

#include "channels/email/wire/line_stream.h"

namespace parley::channels::email::wire {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

class WirePair : public testing::Test {
 public:
  using tcp = boost::asio::ip::tcp;

  WirePair() {
    acceptor_.listen();
    run(open());
  }

  /// Runs all of them at once and to their ends; throws when that takes more than 10 s.
  template <class... Tasks>
  void run(Tasks... tasks) {
    std::size_t running = sizeof...(tasks);
    std::exception_ptr failure;
    const auto on_end = [&](std::exception_ptr thrown) {
      failure = thrown ? thrown : failure;
      --running;
    };
    (boost::asio::co_spawn(io, std::move(tasks), on_end), ...);
    const auto end = std::chrono::steady_clock::now() + 10s;
    io.restart();
    while (running > 0 && io.run_one_until(end) > 0) {}
    if (running > 0) { throw std::runtime_error("it hangs"); }
    if (failure) { std::rethrow_exception(failure); }
  }
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  boost::asio::io_context io{1};
  std::unique_ptr<LineStream> ours, theirs;

 private:
  Task<void> open();

  tcp::acceptor acceptor_{io, tcp::endpoint(boost::asio::ip::make_address("127.0.0.1"), 0), true};
};

}  // namespace parley::channels::email::wire
