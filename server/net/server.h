// Listener for one port: HTTP/1.1 and WebSocket, plain or TLS. One I/O thread runs everything in here (docs/server.md says why).
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "server/net/http.h"
#include "server/net/socket.h"

namespace parley::net {

template <class T>
using Task = boost::asio::awaitable<T>;

struct Upgrade {
  std::shared_ptr<SocketHandler> handler;
  std::string subprotocol;                 // echoed to the client when not empty
  std::uint16_t refuse_code{0};            // not 0: accept the handshake, close with this code at once (browsers hide HTTP errors)
};

/// The application behind the port. Called on the I/O thread; must not block it.
class Application {
 public:
  virtual ~Application() = default;
  virtual Task<HttpResponse> handle(HttpRequest request) = 0;
  /// For requests with `Upgrade: websocket`.
  virtual Task<std::variant<Upgrade, HttpResponse>> upgrade(HttpRequest request) = 0;
  /// Largest body accepted for this request line, asked before the body is read. 0 = no body allowed.
  virtual std::uint64_t body_limit(std::string_view method, std::string_view path) const = 0;
};

struct ServerOptions {
  std::string address{"127.0.0.1"};
  std::uint16_t port{8080};                // 0: any free port
  std::filesystem::path certificate_file, key_file;   // both set: TLS 1.2+
  std::vector<std::string> trusted_proxies;           // addresses whose X-Forwarded-For is believed
  std::size_t connections_max{25'000};
  std::size_t connections_per_address_max{0};         // 0: no limit (loopback benchmarks); production default is set by the configuration
  std::size_t header_max{16 * 1024};
  std::size_t bodies_in_flight_max{256u << 20};       // bytes of request bodies held at once; more -> 503
  std::chrono::milliseconds header_timeout{10'000}, body_timeout{60'000}, idle_timeout{75'000}, write_timeout{30'000};
  std::size_t message_max{64 * 1024};                 // one incoming WebSocket message
  std::size_t send_queue_max{1'000}, send_queue_bytes_max{4u << 20};
  std::chrono::milliseconds websocket_idle_ping{30'000};   // silence after which Beast pings; twice that closes
};

/// Figures for /metrics; read on any thread (atomics).
struct ServerProbe {
  std::uint64_t connections_open, connections_total, connections_refused, sockets_open, sockets_total, sockets_too_slow, frames_in,
      frames_out, bytes_in, bytes_out, requests_total, requests_bad, requests_timed_out, tls_failures, queue_bytes;
};

class Server {
 public:
  virtual ~Server() = default;
  /// Binds and starts accepting. Errors: unavailable with the address in the sentence (port in use ...), invalid_input (certificate).
  virtual Status start() = 0;
  virtual std::uint16_t port() const = 0;
  /// Stops accepting, lets running requests end (at most `patience`), closes sockets with 1001, then returns.
  virtual Task<void> stop(std::chrono::milliseconds patience) = 0;
  virtual ServerProbe probe() const = 0;
};
/// `access_log` is called after each HTTP request: method, path, status, microseconds, bytes out, remote address, request id.
struct AccessRecord {
  std::string_view method, path;
  int status;
  std::int64_t micros;
  std::uint64_t bytes_out;
  std::string_view remote_address, request_id;
};
std::unique_ptr<Server> make_server(boost::asio::io_context& io, ServerOptions options, Application& application,
                                    std::function<void(const AccessRecord&)> access_log);

}  // namespace parley::net
