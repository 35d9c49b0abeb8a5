#include "server/net/http_session.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>

#include "server/net/failure_log.h"
#include "server/net/websocket_session.h"

namespace parley::net {
namespace {

namespace asio = boost::asio;

constexpr std::size_t head_step = 4 * 1024;
constexpr std::size_t chunk_line_max = 8 * 1024;  // a chunk header or the trailers, whole
constexpr int body_timeouts_max = 10;

constexpr Refusal too_late{408, "timeout", "The request did not arrive in time."};
constexpr Refusal overloaded{503, "unavailable", "The server holds too many request bodies at the moment."};
constexpr Refusal going_away{503, "unavailable", "The server is stopping."};
constexpr Refusal failed{500, "internal", "Something went wrong on our side."};
constexpr Refusal bad_handshake{400, "invalid_input", "The WebSocket handshake is not valid."};
constexpr Refusal old_handshake{426, "invalid_input", "Only version 13 of the WebSocket protocol is known."};

std::string_view view(const boost::beast::flat_buffer& buffer) {
  return {static_cast<const char*>(buffer.data().data()), buffer.size()};
}

}  // namespace

HttpSession::HttpSession(std::shared_ptr<ServerState> state, AnyStream stream, Admission admission, std::string peer)
    : state_(std::move(state)), stream_(std::move(stream)), admission_(std::move(admission)), peer_(std::move(peer)) {
  state_->requests.push_back(*this);
}

HttpSession::~HttpSession() { charge_body(0); }

void HttpSession::enter(Phase phase, std::chrono::milliseconds limit) {
  phase_ = phase;
  if (limit.count() > 0) {
    state_->deadlines.arm(*this, limit);
  } else {
    Deadlines::disarm(*this);
  }
}

// Reading is cancelled softly, so that a client that was too slow still gets its 408; anything else ends hard.
void HttpSession::on_deadline() {
  has_timed_out_ = true;
  if (phase_ == Phase::reading || phase_ == Phase::waiting) {
    stream_.cancel();
  } else {
    is_broken_ = true;
    stream_.close();
  }
}

void HttpSession::begin_stop() {
  if (phase_ == Phase::waiting) { abort(); }
}

void HttpSession::abort() {
  is_broken_ = true;
  if (!has_moved_on_) { stream_.close(); }
}

Task<void> HttpSession::run() {
  const auto self = shared_from_this();
  try {
    boost::system::error_code failure;
    if (stream_.is_tls()) {
      enter(Phase::closing, state_->options.header_timeout);
      co_await stream_.tls().async_handshake(asio::ssl::stream_base::server, asio::redirect_error(asio::use_awaitable, failure));
      if (failure) { state_->counters.tls_failures.add(); }
    }
    if (!failure) {
      bool is_open = true;
      while (is_open) { is_open = co_await serve_one(); }
      if (!has_moved_on_ && !is_broken_) { co_await say_goodbye(); }
    }
  } catch (...) {
    log_current_exception("http_session_failed", exchange_.request_id);  // ends this connection, nothing else
  }
  Deadlines::disarm(*this);
  if (!has_moved_on_) { stream_.close(); }
}

Task<bool> HttpSession::serve_one() {
  RequestParser parser;
  bool is_ready = co_await read_head(parser);
  if (!is_ready) { co_return false; }
  is_ready = co_await read_body(parser);
  if (!is_ready) { co_return false; }
  const bool keep_alive = parser.keeps_alive() && !state_->is_stopping;
  const bool is_upgrade = parser.is_websocket_upgrade();
  HttpRequest request = std::move(parser.request());
  enter(Phase::handling, std::chrono::milliseconds(0));  // the application has deadlines of its own
  bool is_open = false;
  if (is_upgrade) {
    is_open = co_await call_upgrade(std::move(request), keep_alive);
  } else {
    is_open = co_await call_application(std::move(request), keep_alive);
  }
  charge_body(0);
  co_return is_open && !is_broken_;
}

/// One read of at most `count` bytes. False: the peer is gone, or too late.
Task<bool> HttpSession::fill(std::size_t count) {
  boost::system::error_code failure;
  const auto space = in_.prepare(count);
  const std::size_t received = co_await stream_.async_read_some(space, asio::redirect_error(asio::use_awaitable, failure));
  in_.commit(received);
  state_->counters.bytes_in.add(received);
  co_return !failure && !has_timed_out_ && !is_broken_;
}

Task<bool> HttpSession::read_head(RequestParser& parser) {
  exchange_ = Exchange{};
  const auto& options = state_->options;
  HeadScanner scanner(options.header_max);
  std::optional<Refusal> refusal;
  enter(Phase::waiting, is_first_ ? options.header_timeout : options.idle_timeout);
  is_first_ = false;
  if (state_->is_stopping && in_.size() == 0) { co_return false; }
  if (in_.size() == 0 && in_.capacity() > 2 * head_step) { in_.shrink_to_fit(); }  // after a large body
  for (;;) {
    // RFC 9112 section 2.2: an empty line in front of the request is forgiven.
    while (in_.size() >= 2 && !scanner.has_bytes() && view(in_).starts_with("\r\n")) { in_.consume(2); }
    const bool is_lone_return = in_.size() == 1 && view(in_) == "\r";
    if (in_.size() > 0 && !is_lone_return) {
      if (phase_ == Phase::waiting) { enter(Phase::reading, options.header_timeout); }
      const std::size_t length = scanner.scan(view(in_), refusal);
      if (!refusal && length > 0) {
        exchange_.start = std::chrono::steady_clock::now();
        refusal = parser.parse_head(view(in_).substr(0, length));
        in_.consume(length);
        begin_exchange(parser);
        if (!refusal) { co_return true; }
      }
      if (refusal) { break; }
    }
    const bool is_alive = co_await fill(head_step);
    if (is_alive) { continue; }
    if (!has_timed_out_ || phase_ != Phase::reading || is_broken_) { co_return false; }
    refusal = too_late;
    break;
  }
  co_await refuse(*refusal);
  co_return false;
}

void HttpSession::begin_exchange(RequestParser& parser) {
  HttpRequest& request = parser.request();
  request.request_id = state_->next_request_id();
  request.remote_address = state_->proxies.client_of(peer_, request.headers);
  request.is_tls = stream_.is_tls() || state_->proxies.came_by_tls(peer_, request.headers);
  exchange_.method = request.method;
  exchange_.path = request.path;
  exchange_.request_id = request.request_id;
  exchange_.remote_address = request.remote_address;
  exchange_.range = request.headers.find("range");
  exchange_.if_range = request.headers.find("if-range");
  exchange_.if_none_match = request.headers.find("if-none-match");
  exchange_.is_http_1_0 = parser.is_http_1_0();
}

Task<bool> HttpSession::read_body(RequestParser& parser) {
  std::optional<Refusal> refusal;
  if (state_->application == nullptr) {
    refusal = going_away;
  } else if (!parser.is_complete()) {
    refusal = parser.set_body_limit(state_->application->body_limit(exchange_.method, exchange_.path));
  }
  if (refusal) {
    co_await refuse(*refusal);
    co_return false;
  }
  if (parser.is_complete()) { co_return true; }
  if (parser.expects_continue() && in_.size() == 0) {
    static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    const asio::const_buffer nothing;
    const bool is_sent = co_await write(asio::buffer(go_on), nothing);
    if (!is_sent) { co_return false; }
  }
  co_return co_await read_body_bytes(parser);
}

/// Each body_timeout must bring 64 KB or the rest; so a large upload over a slow line passes and a trickle does not. Ten of them
/// are the end in any case.
Task<bool> HttpSession::read_body_bytes(RequestParser& parser) {
  const auto limit = state_->options.body_timeout;
  const auto end = Clock::now() + body_timeouts_max * limit;
  std::optional<Refusal> refusal;
  std::size_t since_armed = 0;
  enter(Phase::reading, limit);
  while (!refusal && !parser.is_complete()) {
    std::size_t used = 0;
    if (in_.size() > 0) {
      used = parser.parse_body(view(in_), refusal);
      in_.consume(used);
    }
    if (refusal || parser.is_complete()) { break; }
    if (!charge_body(parser.request().body.size())) {
      refusal = overloaded;
    } else if (used == 0 && in_.size() > chunk_line_max) {
      refusal = bad_body;
    } else if (used == 0 || in_.size() == 0) {
      const std::size_t before = in_.size();
      const bool is_alive = co_await fill(body_step);
      since_armed += in_.size() - before;
      if (!is_alive && (!has_timed_out_ || is_broken_)) { co_return false; }
      if (!is_alive || Clock::now() > end) { refusal = too_late; }
      if (since_armed >= body_step) {
        since_armed = 0;
        enter(Phase::reading, limit);
      }
    }
  }
  if (!refusal && !charge_body(parser.request().body.size())) { refusal = overloaded; }
  if (!refusal) { co_return true; }
  co_await refuse(*refusal);
  co_return false;
}

/// Sets our share of the bytes all connections may hold; false when there is no room (the share stays as it was).
bool HttpSession::charge_body(std::uint64_t held) {
  auto& total = state_->bodies_in_flight;
  if (held > body_held_ && total - body_held_ + held > state_->options.bodies_in_flight_max) { return false; }
  total = total - body_held_ + held;
  body_held_ = held;
  return true;
}

Task<bool> HttpSession::call_application(HttpRequest request, bool keep_alive) {
  HttpResponse response;
  bool has_failed = false;
  try {
    response = co_await state_->application->handle(std::move(request));
  } catch (...) {
    log_current_exception("http_handler_failed", exchange_.request_id);
    has_failed = true;
  }
  if (has_failed) { response = refusal_response(failed, exchange_.request_id); }
  co_return co_await respond(std::move(response), keep_alive);
}

std::optional<Refusal> HttpSession::handshake_problem(const HttpRequest& request) const {
  if (state_->is_stopping) { return going_away; }
  if (request.headers.find("sec-websocket-version") != "13") { return old_handshake; }
  const bool is_fine = request.method == "GET" && request.headers.find("sec-websocket-key").size() == 24;
  return is_fine ? std::nullopt : std::optional(bad_handshake);
}

Task<bool> HttpSession::call_upgrade(HttpRequest request, bool keep_alive) {
  if (const auto problem = handshake_problem(request)) {
    HttpResponse response = refusal_response(*problem, exchange_.request_id);
    if (problem->status == 426) { response.headers.add("Sec-WebSocket-Version", "13"); }
    co_return co_await respond(std::move(response), keep_alive);
  }
  Handshake handshake;
  handshake.key = request.headers.find("sec-websocket-key");
  handshake.host = request.headers.find("host");
  handshake.request_id = exchange_.request_id;
  std::variant<Upgrade, HttpResponse> answer;
  bool has_failed = false;
  try {
    answer = co_await state_->application->upgrade(std::move(request));
  } catch (...) {
    log_current_exception("upgrade_handler_failed", exchange_.request_id);
    has_failed = true;
  }
  if (has_failed) { answer = refusal_response(failed, exchange_.request_id); }
  if (auto* response = std::get_if<HttpResponse>(&answer)) { co_return co_await respond(std::move(*response), keep_alive); }
  if (is_broken_) { co_return false; }
  exchange_.status = 101;
  finish_exchange();
  has_moved_on_ = true;
  registered.unlink();
  stream_.unread(std::string(view(in_)));
  start_websocket(state_, std::move(stream_), std::move(admission_), std::move(handshake), std::move(std::get<Upgrade>(answer)));
  co_return false;
}

}  // namespace parley::net
