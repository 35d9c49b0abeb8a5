#include "server/net/any_stream.h"

namespace parley::net {

void AnyStream::cancel() {
  ErrorCode ignored;
  lowest().cancel(ignored);
}

void AnyStream::close() {
  ErrorCode ignored;
  lowest().close(ignored);
}

void AnyStream::shutdown_send() {
  ErrorCode ignored;
  lowest().shutdown(TcpSocket::shutdown_send, ignored);
}

void AnyStream::shutdown_receive() {
  ErrorCode ignored;
  lowest().shutdown(TcpSocket::shutdown_receive, ignored);
}

std::size_t AnyStream::take_unread(const FewBuffers<boost::asio::mutable_buffer>& buffers) {
  const std::size_t count = boost::asio::buffer_copy(buffers, boost::asio::buffer(unread_));
  unread_.erase(0, count);
  if (unread_.empty()) { unread_.shrink_to_fit(); }
  return count;
}

}  // namespace parley::net
