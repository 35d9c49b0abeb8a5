// One WebSocket, as the hub sees it. Everything here happens on the one I/O thread.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace parley::net {

namespace close_code {
inline constexpr std::uint16_t going_away = 1001, bad_data = 1007, too_big = 1009, not_authenticated = 4001, forbidden = 4003,
                               too_slow = 4008, bad_frame = 4009, replaced = 4010, flood = 4029;
}

/// The sending side. Held by the hub as shared_ptr; safe to use after the peer has gone (calls do nothing).
class Socket {
 public:
  virtual ~Socket() = default;
  /// Queues one text frame; the text is shared between sockets, never copied. Overflow of the queue (count or bytes) closes the
  /// socket with 4008 and counts a metric.
  virtual void send(std::shared_ptr<const std::string> text) = 0;
  /// The same for several, which then leave together.
  virtual void send_all(std::span<const std::shared_ptr<const std::string>> texts) {
    for (const auto& text : texts) { send(text); }
  }
  /// Sends what is queued (for at most 2 s), then a close frame. on_close of the handler still comes, once.
  virtual void close(std::uint16_t code, std::string_view reason) = 0;
  virtual bool is_open() const = 0;
  virtual std::size_t queued_bytes() const = 0;
};

/// The receiving side, implemented by the application; one object per socket, kept alive by the socket until on_close returned.
class SocketHandler {
 public:
  virtual ~SocketHandler() = default;
  virtual void on_open(std::shared_ptr<Socket> socket) = 0;
  /// One complete text message, valid UTF-8, at most `message_max` bytes. Must not block; long work is spawned.
  virtual void on_text(std::string text) = 0;
  /// Exactly once, after the last on_text. `code` 1006 when the peer just vanished.
  virtual void on_close(std::uint16_t code) = 0;
};

}  // namespace parley::net
