#include "server/net/frame_stream.h"

#include <array>
#include <cerrno>

#include <sys/socket.h>
#include <sys/uio.h>

namespace parley::net {
namespace {

namespace asio = boost::asio;

/// FIN and text, then the length in 7, 16 or 64 bits.
struct Header {
  std::array<unsigned char, 10> bytes;
  std::size_t size;
};

Header header_of(std::size_t length) {
  Header header{{0x81}, 2};
  const int wide = length < 126 ? 0 : length <= 0xFFFF ? 2 : 8;
  header.bytes[1] = static_cast<unsigned char>(wide == 0 ? length : wide == 2 ? 126 : 127);
  for (int i = 0; i < wide; ++i) { header.bytes[static_cast<std::size_t>(2 + i)] = static_cast<unsigned char>(length >> (8 * (wide - 1 - i))); }
  header.size = static_cast<std::size_t>(2 + wide);
  return header;
}

}  // namespace

template <class Buffers>
std::size_t FrameStream::send_now(const Buffers& buffers, ErrorCode& failure) {
  std::array<iovec, 2 * frames_per_call> parts;
  std::size_t count = 0;
  for (const asio::const_buffer buffer : buffers) { parts.at(count++) = {const_cast<void*>(buffer.data()), buffer.size()}; }  // sendmsg only reads
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = count;
  const auto sent = ::sendmsg(lowest().native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent >= 0) { return static_cast<std::size_t>(sent); }
  if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) { failure.assign(errno, boost::system::system_category()); }
  return 0;
}

template <class Buffers>
FrameStream::ErrorCode FrameStream::write(const Buffers& buffers) {
  ErrorCode failure;
  const bool was_idle = is_idle();
  std::size_t sent = was_idle && !is_tls() ? send_now(buffers, failure) : 0;
  if (failure) { return failure; }
  for (const asio::const_buffer buffer : buffers) {
    const std::size_t skipped = std::min(sent, buffer.size());
    sent -= skipped;
    waiting_.append(static_cast<const char*>(buffer.data()) + skipped, buffer.size() - skipped);
  }
  if (was_idle && !is_idle() && on_backlog) { on_backlog(); }
  return {};
}

FrameStream::ErrorCode FrameStream::write_frames(std::span<const Text> texts) {
  std::array<Header, frames_per_call> headers;
  std::array<asio::const_buffer, 2 * frames_per_call> buffers;
  std::size_t count = 0;
  for (const Text& text : texts) {
    Header& header = headers.at(count / 2) = header_of(text->size());
    buffers.at(count++) = asio::const_buffer(header.bytes.data(), header.size);
    buffers.at(count++) = asio::const_buffer(text->data(), text->size());
  }
  return write(std::span<const asio::const_buffer>(buffers.data(), count));
}

template FrameStream::ErrorCode FrameStream::write(const FewBuffers<asio::const_buffer>&);

}  // namespace parley::net
