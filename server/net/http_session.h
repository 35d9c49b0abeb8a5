// One HTTP/1.1 connection: reads a request, asks the application, writes the answer, again. Requests of one connection are served
// one after the other, so pipelined answers are in order without a queue. A coroutine; it owns the session.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/net/any_stream.h"
#include "server/net/http_refusal.h"
#include "server/net/request_parser.h"
#include "server/net/server_state.h"

namespace parley::net {

class FileSource;

class HttpSession final : public Connection {
 public:
  HttpSession(std::shared_ptr<ServerState> state, AnyStream stream, Admission admission, std::string peer);
  ~HttpSession() override;

  Task<void> run();

  void on_deadline() override;
  void begin_stop() override;
  void abort() override;

 private:
  enum class Phase { waiting, reading, handling, writing, closing };
  /// What an answer must know of its request after that was moved away.
  struct Exchange {
    std::string method, path, request_id, remote_address, range, if_range, if_none_match;
    std::chrono::steady_clock::time_point start;
    bool is_http_1_0{false};
    int status{0};
    std::uint64_t bytes_out{0};
  };

  void enter(Phase phase, std::chrono::milliseconds limit);
  Task<bool> serve_one();
  Task<bool> read_head(RequestParser& parser);      // awaited in place
  Task<bool> read_body(RequestParser& parser);      // awaited in place
  Task<bool> read_body_bytes(RequestParser& parser);  // awaited in place
  Task<bool> fill(std::size_t count);
  void begin_exchange(RequestParser& parser);
  Task<bool> call_application(HttpRequest request, bool keep_alive);
  Task<bool> call_upgrade(HttpRequest request, bool keep_alive);
  std::optional<Refusal> handshake_problem(const HttpRequest& request) const;
  bool charge_body(std::uint64_t held);

  // http_write.cpp
  Task<void> refuse(Refusal refusal);  // the last answer of a connection
  Task<bool> respond(HttpResponse response, bool keep_alive);
  Task<bool> respond_with_file(HttpResponse response, bool keep_alive);
  Task<bool> send(std::string head, std::string_view body);  // awaited in place
  Task<bool> send_file(std::string head, FileSource& file, std::uint64_t offset, std::uint64_t count);  // awaited in place
  Task<bool> write(boost::asio::const_buffer first, boost::asio::const_buffer second);
  Task<void> say_goodbye();
  void finish_exchange();

  std::shared_ptr<ServerState> state_;
  AnyStream stream_;
  Admission admission_;
  std::string peer_;
  boost::beast::flat_buffer in_;
  Exchange exchange_;
  std::uint64_t body_held_{0};  // our share of bodies_in_flight
  Phase phase_{Phase::waiting};
  bool is_first_{true};
  bool has_timed_out_{false};
  bool has_moved_on_{false};  // the connection became a WebSocket
  bool is_broken_{false};
};

}  // namespace parley::net
