// The class behind start_websocket. Only websocket_session.cpp includes it.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/system/error_code.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/net/failure_log.h"
#include "server/net/send_queue.h"
#include "server/net/websocket_session.h"
#include "server/net/websocket_stream.h"

namespace parley::net {

inline constexpr std::uint16_t vanished = 1006, internal_error = 1011;
inline constexpr std::chrono::milliseconds burial_limit{1'000};  // see bury()

class WebSocketSession;

/// What the hub holds. Apart from the session, so that neither a late hub keeps a dead session in memory nor a dead session (or
/// io_context) makes the hub's pointer dangle.
class SocketHandle final : public Socket {
 public:
  explicit SocketHandle(WebSocketSession& session) : session_(&session) {}
  void send(std::shared_ptr<const std::string> text) override;
  void send_all(std::span<const std::shared_ptr<const std::string>> texts) override;
  void close(std::uint16_t code, std::string_view reason) override;
  bool is_open() const override;
  std::size_t queued_bytes() const override;
  void detach() { session_ = nullptr; }

 private:
  WebSocketSession* session_;
};

class WebSocketSession final : public Connection {
 public:
  WebSocketSession(std::shared_ptr<ServerState> state, AnyStream stream, Admission admission, Upgrade upgrade);
  ~WebSocketSession() override;
  void accept(Handshake handshake);

  void send(std::span<const std::shared_ptr<const std::string>> texts);
  void begin_close(std::uint16_t code, std::string_view reason);
  bool is_open() const { return is_open_ && !is_closing_ && !is_hanging_up_ && !is_finished_; }
  std::size_t queued_bytes() const { return queue_.bytes() + writing_bytes_; }

  void on_deadline() override;
  void begin_stop() override { begin_close(close_code::going_away, "the server is going away"); }
  void abort() override { finish(is_closing_ ? code_ : close_code::going_away); }
  void check_alive(Clock::time_point now) override;

 private:
  using Incoming = boost::asio::dynamic_string_buffer<char, std::char_traits<char>, std::allocator<char>>;
  /// What completion handlers hold instead of the session itself. Beast 1.81 can leave two operations waiting for each other for
  /// ever (a close being sent while the read wants to send one because of a bad frame); they sit inside stream_ and would keep the
  /// session, and so themselves, alive. bury() cuts this knot.
  struct Hold {
    std::shared_ptr<WebSocketSession> session;
  };
  std::shared_ptr<Hold> hold();
  void bury();
  /// Completion handlers run in here, so that no exception gets past its own session into the event loop.
  template <class Step>
  static void guarded(const std::shared_ptr<Hold>& hold, Step step) {
    const auto me = hold->session;
    if (!me) { return; }
    try {
      step(*me);
    } catch (...) {
      log_current_exception("websocket_failed", me->request_id_);
      me->finish(internal_error);
    }
  }
  bool admits() const { return !is_closing_ && !is_finished_; }

  void on_accept(boost::system::error_code failure);
  void read(std::size_t limit);
  void on_read(boost::system::error_code failure, std::size_t count);
  void deliver();
  void on_control(boost::beast::websocket::frame_type kind);
  std::uint16_t code_for(boost::system::error_code failure) const;
  FrameStream& frames() { return stream_.next_layer(); }
  bool enqueue(std::shared_ptr<const std::string> text);
  void write_next();
  void flush();
  void on_backlog();
  void on_flush(boost::system::error_code failure, std::size_t count);
  void on_write_failed();
  void send_close();
  void finish(std::uint16_t code);
  void drop_queue();
  void on_teardown();

  // Held first, so destroyed last.
  std::shared_ptr<ServerState> state_;
  Admission admission_;
  WebSocketStream stream_;
  std::shared_ptr<SocketHandler> handler_;
  std::shared_ptr<SocketHandle> handle_;
  std::string request_id_, subprotocol_, text_;
  std::optional<Incoming> incoming_;  // writes into text_
  std::weak_ptr<Hold> hold_;
  SendQueue queue_;
  std::size_t writing_bytes_{0};  // of frames that wait in the stream
  boost::beast::websocket::close_reason reason_;
  Clock::time_point heard_, pinged_, control_window_;
  int control_frames_{0}, checks_since_ping_{0}, burials_{0};
  std::uint16_t code_{vanished}, refuse_code_{0};
  bool is_open_{false}, is_closing_{false}, is_close_sent_{false}, is_finished_{false}, is_pinging_{false}, is_reading_{false};
  bool has_write_failed_{false}, is_hanging_up_{false}, is_deaf_{false};
};

inline std::shared_ptr<WebSocketSession::Hold> WebSocketSession::hold() {
  auto held = hold_.lock();
  if (!held) {
    held = std::make_shared<Hold>();
    held->session = std::static_pointer_cast<WebSocketSession>(shared_from_this());
    hold_ = held;
  }
  return held;
}

// The socket has been closed for a while, so whatever waited for it has ended; what is left waits for something inside stream_. Two
// rounds, because after a pause of the whole process the first comes before the last completions.
inline void WebSocketSession::bury() {
  if (++burials_ < 2) { return state_->deadlines.arm(*this, burial_limit); }
  if (const auto held = hold_.lock()) { held->session.reset(); }  // our caller holds the last reference for a moment
}

inline void SocketHandle::send(std::shared_ptr<const std::string> text) {
  if (session_ != nullptr && text) { session_->send({&text, 1}); }
}
inline void SocketHandle::send_all(std::span<const std::shared_ptr<const std::string>> texts) {
  if (session_ != nullptr) { session_->send(texts); }
}
inline void SocketHandle::close(std::uint16_t code, std::string_view reason) {
  if (session_ != nullptr) { session_->begin_close(code, reason); }
}
inline bool SocketHandle::is_open() const { return session_ != nullptr && session_->is_open(); }
inline std::size_t SocketHandle::queued_bytes() const { return session_ != nullptr ? session_->queued_bytes() : 0; }

}  // namespace parley::net
