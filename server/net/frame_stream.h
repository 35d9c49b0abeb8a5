// The stream under Beast's WebSocket: our own text frames and what Beast writes by itself (handshake, pings, pongs, close frames) leave
// in one order. A frame that goes to thousands of sockets must not cost an asynchronous operation on each: what the kernel takes at
// once is sent at once, several frames in one call, and only the rest waits.
#pragma once

#include <boost/beast/core/bind_handler.hpp>
#include <memory>
#include <span>
#include <string>

#include "server/net/any_stream.h"

namespace parley::net {

class FrameStream : public AnyStream {
 public:
  using Text = std::shared_ptr<const std::string>;
  static constexpr std::size_t frames_per_call = 16;

  explicit FrameStream(AnyStream stream) : AnyStream(std::move(stream)) {}

  /// Nothing waits to be sent. Only then may more frames be written.
  bool is_idle() const { return waiting_.empty() && sending_.empty(); }
  /// Writes one unmasked text frame for each text, at most frames_per_call (RFC 6455 section 5.2). Call only while idle; what could not
  /// leave is kept: see `flush`.
  ErrorCode write_frames(std::span<const Text> texts);
  /// Sends a part of what is kept, one call at a time. Handler: void(ErrorCode, std::size_t count), which says flushed(count).
  template <class Handler>
  void flush(Handler handler) {
    if (sending_.empty()) { sending_.swap(waiting_); }
    AnyStream::async_write_some(boost::asio::buffer(sending_), std::move(handler));
  }
  void flushed(std::size_t count) { sending_.erase(0, count); }
  /// Called when something begins to wait.
  std::function<void()> on_backlog;

  /// Beast's side. Its small frames are taken whole; a full socket is no reason to let it wait in the middle of one.
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(ErrorCode, std::size_t)>(
        [this](auto&& handler, const FewBuffers<boost::asio::const_buffer>& parts) {
          const ErrorCode failure = write(parts);
          const std::size_t count = failure ? 0 : boost::asio::buffer_size(parts);
          boost::asio::post(get_executor(), boost::beast::bind_front_handler(std::forward<decltype(handler)>(handler), failure, count));
        },
        token, FewBuffers<boost::asio::const_buffer>(buffers));
  }

 private:
  template <class Buffers>
  ErrorCode write(const Buffers& buffers);
  /// Bytes the kernel took without blocking.
  template <class Buffers>
  std::size_t send_now(const Buffers& buffers, ErrorCode& failure);

  std::string sending_, waiting_;  // under way; behind it
};

}  // namespace parley::net
