// What all connections of one server share. Everything but the counters belongs to the I/O thread. Held by shared_ptr: a connection
// may outlive the Server (its coroutine is destroyed together with the io_context).
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "server/net/client_address.h"
#include "server/net/connection.h"
#include "server/net/server.h"

namespace parley::net {

struct Counter {
  std::atomic<std::uint64_t> value{0};
  void add(std::uint64_t count = 1) { value.fetch_add(count, std::memory_order_relaxed); }
  void subtract(std::uint64_t count = 1) { value.fetch_sub(count, std::memory_order_relaxed); }
  std::uint64_t get() const { return value.load(std::memory_order_relaxed); }
};

struct Counters {
  Counter connections_open, connections_total, connections_refused, sockets_open, sockets_total, sockets_too_slow, frames_in, frames_out,
      bytes_in, bytes_out, requests_total, requests_bad, requests_timed_out, tls_failures, queue_bytes;
};

struct ServerState : std::enable_shared_from_this<ServerState> {
  ServerState(boost::asio::io_context& context, ServerOptions settings, Application& app,
              std::function<void(const AccessRecord&)> log);

  /// Starts the clock that ends late connections and pings silent ones.
  void start_clock();
  void stop_clock();
  std::string next_request_id();

  boost::asio::io_context& io;
  const ServerOptions options;
  Application* application;  // null once the Server is gone
  std::function<void(const AccessRecord&)> access_log;
  const TrustedProxies proxies;
  std::unique_ptr<boost::asio::ssl::context> tls;
  Counters counters;
  Deadlines deadlines;
  ConnectionList requests;  // HTTP connections
  ConnectionList sockets;   // WebSockets, in the order in which they will be asked whether they are alive
  std::unordered_map<std::string, std::size_t> connections_by_address;
  std::uint64_t bodies_in_flight{0};
  bool is_stopping{false};

 private:
  void tick();
  void check_sockets(Clock::time_point now);

  boost::asio::basic_waitable_timer<Clock, boost::asio::wait_traits<Clock>, boost::asio::io_context::executor_type> timer_;
  Clock::duration period_;
  double checks_due_{0};
  std::uint64_t id_seed_;
};

/// One counted place among the connections, from accept to the end of the connection, whatever it becomes meanwhile.
class Admission {
 public:
  /// Not admitted (operator bool is false) when the server or this address has too many connections.
  Admission(std::shared_ptr<ServerState> state, const boost::asio::ip::address& peer);
  Admission(Admission&& other) noexcept = default;
  Admission& operator=(Admission&&) = delete;
  ~Admission();
  explicit operator bool() const { return state_ != nullptr; }

 private:
  std::shared_ptr<ServerState> state_;
  std::string key_;
};

}  // namespace parley::net
