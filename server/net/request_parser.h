// One HTTP/1.1 request from bytes to HttpRequest. The grammar is Beast's compiled parser; what Beast tolerates and a server behind
// proxies must not (line folding, repeated Content-Length, several Hosts ...) is refused here.
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <cstdint>
#include <optional>
#include <string_view>

#include "server/net/http.h"
#include "server/net/http_refusal.h"

namespace parley::net {

/// Looks for the end of a request head in bytes that arrive piecemeal, and notices at the earliest byte that there will be none.
class HeadScanner {
 public:
  explicit HeadScanner(std::size_t head_max) : head_max_(head_max) {}
  /// Length of the head with its empty line, 0 while incomplete. `all` is everything received so far, from the start.
  std::size_t scan(std::string_view all, std::optional<Refusal>& refusal);
  bool has_bytes() const { return seen_ > 0; }

 private:
  std::optional<Refusal> look_at(char c);
  std::size_t head_max_, seen_{0}, line_{0}, column_{0};
  bool after_return_{false}, in_method_{true};
};

inline constexpr std::size_t body_step = 64 * 1024;  // a body is read, and its memory taken, in steps of this
inline constexpr Refusal bad_body{400, "invalid_input", "The body is not valid chunked data."};

class RequestParser final : private boost::beast::http::basic_parser<true> {
 public:
  RequestParser();
  /// `head` is what HeadScanner measured.
  std::optional<Refusal> parse_head(std::string_view head);
  /// After the application was asked. Refuses a Content-Length beyond it at once, chunks as they come.
  std::optional<Refusal> set_body_limit(std::uint64_t limit);
  /// Consumes bytes of the body; sets `refusal` or returns how many were used (0: more are needed to go on).
  std::size_t parse_body(std::string_view bytes, std::optional<Refusal>& refusal);

  bool is_complete() const { return is_done(); }
  bool keeps_alive() const { return keep_alive(); }
  bool is_http_1_0() const { return version_ < 11; }
  bool expects_continue() const { return expects_continue_; }
  bool is_websocket_upgrade() const { return is_websocket_upgrade_ && !is_http_1_0(); }
  HttpRequest& request() { return request_; }

 private:
  using Text = boost::beast::string_view;
  using ErrorCode = boost::beast::error_code;
  void on_request_impl(boost::beast::http::verb, Text method, Text target, int version, ErrorCode& ec) override;
  void on_response_impl(int, Text, int, ErrorCode&) override {}
  void on_field_impl(boost::beast::http::field field, Text name, Text value, ErrorCode& ec) override;
  void on_header_impl(ErrorCode& ec) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, ErrorCode& ec) override;
  std::size_t on_body_impl(Text bytes, ErrorCode& ec) override;
  void on_chunk_header_impl(std::uint64_t size, Text extension, ErrorCode& ec) override;
  std::size_t on_chunk_body_impl(std::uint64_t remain, Text bytes, ErrorCode& ec) override;
  void on_finish_impl(ErrorCode&) override {}

  void refuse(Refusal refusal, ErrorCode& ec);
  void check_known_field(boost::beast::http::field field, Text value, ErrorCode& ec);
  std::optional<Refusal> refusal_of(const ErrorCode& ec) const;

  HttpRequest request_;
  std::optional<Refusal> refusal_;
  std::optional<std::uint64_t> length_;  // of Content-Length
  int version_{11};
  int hosts_{0}, lengths_{0}, encodings_{0}, upgrades_{0};
  bool has_head_{false}, expects_continue_{false}, is_websocket_upgrade_{false};
};

}  // namespace parley::net
