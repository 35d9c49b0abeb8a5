// The cheapest client that still speaks the protocols: one thread, epoll, one read buffer for all sockets, WebSocket frames and HTTP
// answers cut out of it in place. Knows only what the benchmarks need: small text frames out, unfragmented frames in.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

using Moment = std::chrono::steady_clock::time_point;
inline Moment now() { return std::chrono::steady_clock::now(); }
inline double ms_between(Moment from, Moment to) { return std::chrono::duration<double, std::milli>(to - from).count(); }

/// Ends the program with a sentence: a benchmark that goes on after a fault measures nothing.
[[noreturn]] void give_up(const std::string& why);

class Loop;

class Connection {
 public:
  using OnText = std::function<void(Connection&, std::string_view)>;
  enum class Kind : std::uint8_t { websocket, http, lines };

  int index{0};        // the owner's number for it
  bool is_open{false};  // the WebSocket upgrade was answered
  bool has_greeted{false};
  OnText on_text;      // a text frame, an HTTP body or a line

  /// One masked text frame.
  void send_text(std::string_view text);
  /// Bytes as they are (an HTTP request).
  void send_raw(std::string_view bytes);

 private:
  friend class Loop;
  std::size_t consume(std::string_view bytes);
  std::size_t consume_upgrade(std::string_view bytes);
  std::size_t consume_frame(std::string_view bytes);
  std::size_t consume_http(std::string_view bytes);
  std::size_t consume_line(std::string_view bytes);
  void flush();

  Loop* loop_{nullptr};
  Kind kind_{Kind::websocket};
  int file_{-1};
  std::string out_, rest_;
};

class Loop {
 public:
  Loop();
  /// Connects to 127.0.0.1 and asks for the upgrade; `protocol` is the Sec-WebSocket-Protocol header's value, or empty.
  Connection& open_websocket(int port, const std::string& target, const std::string& protocol, int index);
  Connection& open_http(int port, int index);
  Connection& open_lines(int port, int index);
  /// Commands from the one who runs us.
  Connection& watch_stdin();

  /// Handles what is there, waiting for at most `limit_ms`. False when standard input has ended.
  bool turn(int limit_ms);
  std::size_t open_count() const { return open_; }
  std::size_t greeted_count() const { return greeted_; }
  std::uint64_t frames() const { return frames_; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  friend class Connection;
  Connection& add(int file, Connection::Kind kind, int index);
  void read(Connection& connection);

  int epoll_{-1};
  bool has_ended_{false};
  std::deque<std::unique_ptr<Connection>> connections_;
  std::vector<char> buffer_;
  std::size_t open_{0}, greeted_{0};
  std::uint64_t frames_{0}, bytes_{0};
};

}  // namespace bench
