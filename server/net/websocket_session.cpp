#include "server/net/websocket_session.h"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <exception>
#include <utility>

#include "server/net/failure_log.h"
#include "server/net/response_head.h"
#include "server/net/websocket_peer.h"

namespace parley::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using ErrorCode = boost::system::error_code;
using std::chrono::milliseconds;

constexpr std::uint16_t protocol_error = 1002, unsupported_data = 1003, no_status = 1005;
constexpr milliseconds drain_limit{2'000};    // for what is queued, and again for the peer's answer to our close frame
constexpr milliseconds hang_up_limit{1'000};  // until the peer, told to close, has closed
constexpr std::size_t first_read = 512;        // memory an idle socket holds for the next message
constexpr std::size_t next_read = 8 * 1024;
constexpr int control_frames_per_second_max = 64;
constexpr std::size_t reason_max = 123;
constexpr std::size_t bytes_per_call = 64 * 1024;

}  // namespace

// ---- life

WebSocketSession::WebSocketSession(std::shared_ptr<ServerState> state, AnyStream stream, Admission admission, Upgrade upgrade)
    : state_(std::move(state)), admission_(std::move(admission)), stream_(FrameStream(std::move(stream))), handler_(std::move(upgrade.handler)),
      handle_(std::make_shared<SocketHandle>(*this)), subprotocol_(std::move(upgrade.subprotocol)), heard_(Clock::now()),
      refuse_code_(upgrade.refuse_code) {
  state_->sockets.push_back(*this);
  state_->counters.sockets_open.add();
  state_->counters.sockets_total.add();
}

// Reached without finish() only when the io_context dies with operations pending: nobody is left to be told.
WebSocketSession::~WebSocketSession() {
  handle_->detach();
  drop_queue();
  state_->counters.queue_bytes.subtract(writing_bytes_);
  state_->counters.sockets_open.subtract();
}

void WebSocketSession::accept(Handshake handshake) {
  namespace http = beast::http;
  request_id_ = std::move(handshake.request_id);
  websocket::stream_base::timeout limits;
  limits.handshake_timeout = websocket::stream_base::none();  // state_->deadlines does it
  limits.idle_timeout = websocket::stream_base::none();       // check_alive does it without a timer per socket and frame
  limits.keep_alive_pings = false;
  stream_.set_option(limits);
  stream_.set_option(websocket::stream_base::decorator([this](websocket::response_type& response) {
    response.set("X-Request-Id", request_id_);
    const auto date = http_date();
    response.set(http::field::date, beast::string_view(date.data(), date.size()));
    response.set(http::field::server, "parley");
    if (!subprotocol_.empty()) { response.set(http::field::sec_websocket_protocol, subprotocol_); }
  }));
  frames().on_teardown = [this] { on_teardown(); };
  frames().on_backlog = [this] { on_backlog(); };
  stream_.read_message_max(state_->options.message_max);
  http::request<http::empty_body> request(http::verb::get, "/", 11);
  request.set(http::field::host, handshake.host);
  request.set(http::field::connection, "Upgrade");
  request.set(http::field::upgrade, "websocket");
  request.set(http::field::sec_websocket_key, handshake.key);
  request.set(http::field::sec_websocket_version, "13");
  state_->deadlines.arm(*this, state_->options.header_timeout);
  stream_.async_accept(request, [held = hold()](ErrorCode failure) { guarded(held, [&](auto& me) { me.on_accept(failure); }); });
}

void WebSocketSession::on_accept(ErrorCode failure) {
  if (is_finished_) { return; }
  Deadlines::disarm(*this);
  if (failure) { return finish(vanished); }
  stream_.set_option(websocket::stream_base::decorator([](websocket::response_type&) {}));  // frees the first one
  stream_.control_callback([this](websocket::frame_type kind, beast::string_view) { on_control(kind); });
  is_open_ = true;
  heard_ = Clock::now();
  read(first_read);
  if (refuse_code_ != 0) {
    handler_.reset();  // never opened, so never closed
    return begin_close(refuse_code_, {});
  }
  if (state_->is_stopping) { begin_stop(); }
  try {
    if (handler_) { handler_->on_open(handle_); }
  } catch (...) {
    log_current_exception("on_open_failed", request_id_);
    begin_close(internal_error, {});
  }
  if (is_closing_) { write_next(); }  // asked for before there was a WebSocket
}

/// The end, once, whoever comes first: the peer, the close handshake, a deadline, a failure. What still runs on the stream ends with
/// an error, finds is_finished_ and lets go of the session.
void WebSocketSession::finish(std::uint16_t code) {
  if (is_finished_) { return; }
  const auto alive = shared_from_this();
  is_finished_ = true;
  state_->deadlines.arm(*this, burial_limit);
  handle_->detach();
  drop_queue();
  registered.unlink();
  frames().close();
  const auto handler = std::move(handler_);
  if (!handler || !is_open_ || state_->application == nullptr) { return; }
  try {
    handler->on_close(code);
  } catch (...) {
    log_current_exception("on_close_failed", request_id_);  // the application's own trouble; the other sockets go on
  }
}

void WebSocketSession::on_deadline() {
  if (is_finished_) { return bury(); }
  if (is_closing_) { return finish(code_); }
  if (is_hanging_up_ && !is_deaf_) {
    is_deaf_ = true;  // ends the running read with its reason, which only Beast knows
    state_->deadlines.arm(*this, hang_up_limit);
    return frames().shutdown_receive();
  }
  if (is_deaf_) { return finish(code_for(websocket::error::closed)); }
  if (!is_open_ || has_write_failed_) { return finish(vanished); }
  state_->counters.sockets_too_slow.add();  // one frame did not leave within write_timeout; a close frame would not either
  finish(close_code::too_slow);
}

// Beast has sent a close frame on its own (an answer, or a protocol error) and waits inside its read for the peer to hang up.
void WebSocketSession::on_teardown() {
  if (is_finished_) { return; }
  is_hanging_up_ = !is_closing_;
  state_->deadlines.arm(*this, hang_up_limit);
}

void WebSocketSession::check_alive(Clock::time_point now) {
  if (!is_open_ || is_finished_) { return; }
  const auto interval = state_->options.websocket_idle_ping;
  if (now - heard_ < interval || is_closing_) { return; }
  if (pinged_ > heard_) {
    // Three looks at least: after a pause of the whole process the answers lie unread in the kernel, and are read between two looks.
    if (++checks_since_ping_ >= 3 && now - pinged_ >= interval) { finish(vanished); }
    return;
  }
  pinged_ = now;
  checks_since_ping_ = 0;
  if (is_pinging_) { return; }
  is_pinging_ = true;
  stream_.async_ping({}, [held = hold()](ErrorCode) { guarded(held, [](auto& me) { me.is_pinging_ = false; }); });
}

// ---- reading

void WebSocketSession::read(std::size_t limit) {
  if (!incoming_) { incoming_.emplace(text_); }
  is_reading_ = true;
  stream_.async_read_some(*incoming_, limit, [held = hold()](ErrorCode failure, std::size_t count) {
    guarded(held, [&](auto& me) { me.on_read(failure, count); });
  });
}

void WebSocketSession::on_read(ErrorCode failure, std::size_t count) {
  is_reading_ = false;
  if (is_finished_) { return; }
  state_->counters.bytes_in.add(count);
  if (failure) { return finish(code_for(failure)); }
  heard_ = Clock::now();
  if (is_closing_) { return; }  // async_close reads on by itself and throws away
  if (stream_.got_binary()) { return begin_close(unsupported_data, "text frames only"); }
  if (!stream_.is_message_done()) { return read(next_read); }
  deliver();
  if (admits() && !is_reading_) { read(first_read); }
}

void WebSocketSession::deliver() {
  std::string text = std::move(text_);
  incoming_.reset();
  text_ = std::string();
  state_->counters.frames_in.add();
  if (!handler_ || state_->application == nullptr) { return; }
  try {
    const auto handler = handler_;
    handler->on_text(std::move(text));
  } catch (...) {
    log_current_exception("on_text_failed", request_id_);
    begin_close(internal_error, {});
  }
}

// Beast answers each ping inside the read; a peer that sends nothing else but pings gets no more than its share of the thread.
void WebSocketSession::on_control(websocket::frame_type kind) {
  heard_ = Clock::now();
  if (kind == websocket::frame_type::close) { return; }
  if (heard_ - control_window_ > std::chrono::seconds(1)) {
    control_window_ = heard_;
    control_frames_ = 0;
  }
  if (++control_frames_ != control_frames_per_second_max) { return; }
  // Not from inside Beast's read operation, where this is called.
  asio::post(stream_.get_executor(), [held = hold()] {
    guarded(held, [](auto& me) { me.begin_close(close_code::flood, "too many control frames"); });
  });
}

std::uint16_t WebSocketSession::code_for(ErrorCode failure) const {
  if (is_closing_) { return code_; }
  if (failure == websocket::error::closed) {
    const auto code = stream_.reason().code;
    return code == websocket::close_code::none ? no_status : static_cast<std::uint16_t>(code);
  }
  if (failure == websocket::error::message_too_big || failure == websocket::error::buffer_overflow) { return close_code::too_big; }
  if (failure == websocket::error::bad_frame_payload) { return close_code::bad_data; }
  if (failure == websocket::condition::protocol_violation) { return protocol_error; }
  return vanished;
}

// ---- writing: what the kernel takes goes at once; of the rest, one call's frames wait in the stream and the others in the queue

bool WebSocketSession::enqueue(std::shared_ptr<const std::string> text) {
  const auto& options = state_->options;
  const std::size_t count = queue_.count() + (frames().is_idle() ? 0 : 1);
  const bool is_alone = count == 0;  // a text larger than the byte limit still goes out when nothing waits
  if (!is_alone && (count >= options.send_queue_max || queued_bytes() + text->size() > options.send_queue_bytes_max)) { return false; }
  state_->counters.queue_bytes.add(text->size());
  queue_.push(std::move(text));
  return true;
}

void WebSocketSession::send(std::span<const std::shared_ptr<const std::string>> texts) {
  for (const auto& text : texts) {
    if (!is_open()) { return; }
    if (!text || enqueue(text)) { continue; }
    write_next();  // most of what came together may fit
    if (enqueue(text)) { continue; }
    state_->counters.sockets_too_slow.add();
    drop_queue();
    return begin_close(close_code::too_slow, "too slow");
  }
  write_next();
}

void WebSocketSession::write_next() {
  if (is_finished_ || !is_open_ || is_close_sent_ || has_write_failed_) { return; }
  while (frames().is_idle() && !queue_.empty()) {
    std::array<FrameStream::Text, FrameStream::frames_per_call> texts;
    std::size_t count = 0, bytes = 0;
    for (; count < texts.size() && !queue_.empty() && bytes < bytes_per_call; ++count) {
      texts[count] = queue_.pop();
      bytes += texts[count]->size();
    }
    writing_bytes_ = bytes;
    const ErrorCode failure = frames().write_frames(std::span(texts).first(count));
    if (failure) { return on_write_failed(); }
    state_->counters.frames_out.add(count);
    state_->counters.bytes_out.add(bytes);
    if (!frames().is_idle()) { return; }
    state_->counters.queue_bytes.subtract(std::exchange(writing_bytes_, 0));
  }
  if (is_closing_ && frames().is_idle()) { send_close(); }
}

void WebSocketSession::on_backlog() {
  if (is_open()) { state_->deadlines.arm(*this, state_->options.write_timeout); }
  flush();
}

void WebSocketSession::flush() {
  frames().flush([held = hold()](ErrorCode failure, std::size_t count) {
    guarded(held, [&](auto& me) { me.on_flush(failure, count); });
  });
}

void WebSocketSession::on_flush(ErrorCode failure, std::size_t count) {
  if (is_finished_) { return; }
  if (failure) { return on_write_failed(); }
  frames().flushed(count);
  if (!frames().is_idle()) { return flush(); }
  state_->counters.queue_bytes.subtract(std::exchange(writing_bytes_, 0));
  if (is_open()) { Deadlines::disarm(*this); }
  write_next();
}

void WebSocketSession::on_write_failed() {
  if (is_closing_ || !is_reading_) { return finish(is_closing_ ? code_ : vanished); }
  // The read knows the reason better (a close frame of the peer, say) and ends as well; the deadline is for when it does not.
  has_write_failed_ = true;
  state_->deadlines.arm(*this, hang_up_limit);
}

void WebSocketSession::begin_close(std::uint16_t code, std::string_view reason) {
  if (is_closing_ || is_finished_) { return; }
  is_closing_ = true;
  code_ = code;
  while (reason.size() > reason_max || (!reason.empty() && (static_cast<unsigned char>(reason.back()) & 0x80) != 0)) {
    reason.remove_suffix(1);
  }
  reason_ = websocket::close_reason(static_cast<websocket::close_code>(code), beast::string_view(reason.data(), reason.size()));
  state_->deadlines.arm(*this, drain_limit);
  write_next();
}

void WebSocketSession::send_close() {
  is_close_sent_ = true;
  state_->deadlines.arm(*this, drain_limit);
  stream_.async_close(reason_, [held = hold()](ErrorCode) { guarded(held, [](auto& me) { me.finish(me.code_); }); });
}

void WebSocketSession::drop_queue() {
  state_->counters.queue_bytes.subtract(queue_.bytes());
  queue_.clear();
}

void start_websocket(std::shared_ptr<ServerState> state, AnyStream stream, Admission admission, Handshake handshake, Upgrade upgrade) {
  const auto session =
      std::make_shared<WebSocketSession>(std::move(state), std::move(stream), std::move(admission), std::move(upgrade));
  session->accept(std::move(handshake));
}

}  // namespace parley::net
