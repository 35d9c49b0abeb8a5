// A client that shares no code with the server: blocking sockets, bytes as written. Every wait ends after 5 s.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

struct ssl_st;

namespace parley::net::test {

struct RawResponse {
  int status{0};  // 0: nothing (complete) came
  std::string reason_line;
  std::multimap<std::string, std::string> headers;  // names in lower case
  std::string body;
  std::string header(const std::string& name) const;
};

struct RawFrame {
  int opcode{-1};  // -1: nothing came
  bool is_final{false};
  std::string payload;
  std::uint16_t close_code() const;
};

enum class Tls { no, yes, only_1_1 };

class RawClient {
 public:
  explicit RawClient(std::uint16_t port, Tls tls = Tls::no, int receive_buffer = 0);
  ~RawClient();
  RawClient(const RawClient&) = delete;

  bool is_connected() const { return descriptor_ >= 0; }
  /// False when the peer has closed.
  bool send(std::string_view bytes);
  RawResponse read_response(bool is_head = false);
  /// Sends one request and reads its answer.
  RawResponse get(const std::string& path, const std::string& more_headers = {});
  std::string read_some();
  /// Reads until the peer closes; false when it does not within `limit`.
  bool is_closed_within(std::chrono::milliseconds limit);
  void reset();      // closes with RST
  void end_sending();

  // WebSocket
  RawResponse upgrade(const std::string& path, const std::string& more_headers = {});
  bool send_frame(int opcode, std::string_view payload, bool is_final = true, bool is_masked = true);
  bool send_text(std::string_view text) { return send_frame(1, text); }
  RawFrame read_frame();
  /// Skips data frames; opcode 8 or -1.
  RawFrame read_close_frame();

 private:
  bool fill();
  int descriptor_{-1};
  ssl_st* ssl_{nullptr};
  std::string buffer_;
};

std::string frame_bytes(int opcode, std::string_view payload, bool is_final = true, bool is_masked = true);
std::string handshake_bytes(const std::string& path, const std::string& more_headers = {});

}  // namespace parley::net::test
