// A TCP socket, plain or under TLS, as one type. Sessions and Beast's WebSocket are instantiated once over it; the price is one
// branch per operation, where a template over both streams would double the compile time of the heaviest translation unit.
#pragma once

#include <array>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/role.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace parley::net {

/// The first few buffers of any sequence. All reads and writes in here may be partial, so leaving out the rest is lawful, and TLS is
/// instantiated for one buffer type instead of for each of Beast's.
template <class Buffer>
class FewBuffers {
 public:
  using value_type = Buffer;
  using const_iterator = const Buffer*;

  template <class Sequence>
  explicit FewBuffers(const Sequence& sequence) {
    for (auto it = boost::asio::buffer_sequence_begin(sequence), end = boost::asio::buffer_sequence_end(sequence);
         it != end && count_ < items_.size(); ++it) {
      const Buffer buffer(*it);
      if (buffer.size() != 0) { items_[count_++] = buffer; }
    }
  }
  FewBuffers(const FewBuffers&) = default;
  const_iterator begin() const { return items_.data(); }
  const_iterator end() const { return items_.data() + count_; }

 private:
  std::array<Buffer, 4> items_{};
  std::size_t count_{0};
};

class AnyStream {
 public:
  using executor_type = boost::asio::io_context::executor_type;
  using TcpSocket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, executor_type>;
  using TlsStream = boost::asio::ssl::stream<TcpSocket>;
  using ErrorCode = boost::system::error_code;

  explicit AnyStream(TcpSocket socket) : plain_(std::move(socket)) {}
  AnyStream(TcpSocket socket, boost::asio::ssl::context& context)
      : tls_(std::make_unique<TlsStream>(std::move(socket), context)) {}

  executor_type get_executor() { return lowest().get_executor(); }
  bool is_tls() const { return tls_ != nullptr; }
  TlsStream& tls() { return *tls_; }
  TcpSocket& lowest() { return tls_ ? tls_->next_layer() : *plain_; }

  /// Ends running operations, the stream stays usable.
  void cancel();
  void close();
  void shutdown_send();
  /// Makes the next read see the end, whatever the peer does.
  void shutdown_receive();
  /// Called when Beast begins to wait for the peer to hang up, which it does without a limit of its own.
  std::function<void()> on_teardown;
  /// Bytes read too early; the next reads get them first.
  void unread(std::string bytes) { unread_ = std::move(bytes); }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(ErrorCode, std::size_t)>(StartRead{this}, token,
                                                                          FewBuffers<boost::asio::mutable_buffer>(buffers));
  }
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(ErrorCode, std::size_t)>(StartWrite{this}, token,
                                                                          FewBuffers<boost::asio::const_buffer>(buffers));
  }

 private:
  struct StartRead {
    AnyStream* stream;
    using executor_type = AnyStream::executor_type;
    executor_type get_executor() const { return stream->get_executor(); }
    template <class Handler>
    void operator()(Handler&& handler, const FewBuffers<boost::asio::mutable_buffer>& buffers) const {
      if (!stream->unread_.empty()) {
        const std::size_t count = stream->take_unread(buffers);
        boost::asio::post(stream->get_executor(),
                          boost::beast::bind_front_handler(std::forward<Handler>(handler), ErrorCode{}, count));
      } else if (stream->tls_) {
        stream->tls_->async_read_some(buffers, std::forward<Handler>(handler));
      } else {
        stream->plain_->async_read_some(buffers, std::forward<Handler>(handler));
      }
    }
  };
  struct StartWrite {
    AnyStream* stream;
    using executor_type = AnyStream::executor_type;
    executor_type get_executor() const { return stream->get_executor(); }
    template <class Handler>
    void operator()(Handler&& handler, const FewBuffers<boost::asio::const_buffer>& buffers) const {
      if (stream->tls_) {
        stream->tls_->async_write_some(buffers, std::forward<Handler>(handler));
      } else {
        stream->plain_->async_write_some(buffers, std::forward<Handler>(handler));
      }
    }
  };

  std::size_t take_unread(const FewBuffers<boost::asio::mutable_buffer>& buffers);

  std::optional<TcpSocket> plain_;
  std::unique_ptr<TlsStream> tls_;  // owns the socket when set
  std::string unread_;
};

/// Beast's way to end a connection on time-out.
inline void beast_close_socket(AnyStream& stream) { stream.close(); }

}  // namespace parley::net
