#include "channels/email/wire/line_stream.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "channels/email/wire/impl/connection.h"

namespace parley::channels::email::wire {
namespace {

namespace asio = boost::asio;

constexpr std::size_t step_min = 4 * 1024;       // what an idle connection costs
constexpr std::size_t step_max = 64 * 1024;
constexpr std::size_t skip_max = 64 * 1024;      // of a line that is too long
constexpr std::size_t drain_max = 256 * 1024;    // of a peer that goes on talking after our goodbye

std::string address_text(const LineStream::Socket& socket) {
  boost::system::error_code failure;
  const auto peer = socket.remote_endpoint(failure);
  if (failure) { return {}; }
  const auto address = peer.address();
  const bool is_mapped = address.is_v6() && address.to_v6().is_v4_mapped();
  return is_mapped ? asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string() : address.to_string();
}

}  // namespace

LineStream::LineStream(Socket socket) : connection_(std::make_unique<Connection>(std::move(socket))), step_(step_min) {
  remote_address_ = address_text(connection_->socket);
  boost::system::error_code ignored;
  connection_->socket.set_option(asio::ip::tcp::no_delay(true), ignored);
}

LineStream::~LineStream() { close(); }

void LineStream::close() {
  boost::system::error_code ignored;
  connection_->socket.close(ignored);
}

bool LineStream::is_open() const { return connection_->socket.is_open(); }
bool LineStream::is_tls() const { return connection_->is_tls; }
void LineStream::wake() {
  if (connection_->is_reading) { connection_->deadline.fire(); }
}

Error LineStream::failed(const std::string& what) {
  const bool is_late = connection_->deadline.is_due();
  close();
  return is_late ? Error{Errc::timeout, "no progress in time"} : Error{Errc::unavailable, what};
}

std::string_view LineStream::unread() const { return std::string_view(buffer_).substr(read_); }

void LineStream::forget_read() {
  buffer_.erase(0, read_);
  read_ = 0;
  if (buffer_.empty() && buffer_.capacity() > step_) { buffer_.shrink_to_fit(); }
}

Task<Status> LineStream::fill(std::size_t count) {
  auto& [socket, tls, is_encrypted, is_reading, deadline] = *connection_;
  forget_read();
  const std::size_t before = buffer_.size();
  buffer_.resize(before + count);
  const auto space = asio::buffer(buffer_.data() + before, count);
  boost::system::error_code failure;
  std::size_t received = 0;
  is_reading = true;
  if (is_encrypted) {
    received = co_await tls->async_read_some(space, asio::redirect_error(asio::use_awaitable, failure));
  } else {
    received = co_await socket.async_read_some(space, asio::redirect_error(asio::use_awaitable, failure));
  }
  is_reading = false;
  buffer_.resize(before + received);
  // Bulk is read in larger pieces, and an idle connection goes back to a small one.
  step_ = received == count ? std::min(step_ * 2, step_max) : received < step_ / 4 ? std::max(step_ / 2, step_min) : step_;
  if (received > 0) { co_return Status{}; }
  if (deadline.is_due() && is_open()) { co_return Error{Errc::timeout, "nothing came in time"}; }
  close();
  co_return Error{Errc::unavailable, failure == asio::error::eof ? "closed by the peer" : failure.message()};
}

Task<Result<std::string>> LineStream::read_line(std::size_t max, milliseconds limit) {
  std::size_t searched = read_, skipped = 0;
  bool is_armed = false;
  for (;;) {
    const std::size_t end = buffer_.find('\n', searched);
    const bool is_complete = end != std::string::npos;
    std::string_view line = is_complete ? std::string_view(buffer_).substr(read_, end - read_) : unread();
    if (line.ends_with('\r')) { line.remove_suffix(1); }
    const bool is_long = line.size() > max || skipped > 0;
    if (is_complete) {
      std::string text(is_long ? std::string_view() : line);
      read_ = end + 1;
      connection_->deadline.disarm();
      if (is_long) { co_return Error{Errc::too_large, "a line is too long"}; }
      co_return text;
    }
    if (is_long) {
      skipped += unread().size();
      read_ = buffer_.size();
    }
    if (skipped > max + skip_max) {
      close();
      co_return Error{Errc::too_large, "a line never ends"};
    }
    if (!is_armed) { connection_->deadline.arm(limit); }
    is_armed = true;
    forget_read();
    searched = buffer_.size();
    auto filled = co_await fill(step_);
    if (filled.has_error()) {
      connection_->deadline.disarm();
      if (skipped > 0) { close(); }  // what is missing of the line could not be told from the next
      co_return filled.error();
    }
  }
}

Task<Result<std::string>> LineStream::read_exactly(std::size_t bytes, milliseconds limit) {
  std::string out;
  for (;;) {
    const std::string_view next = unread().substr(0, bytes - out.size());
    out.append(next);
    read_ += next.size();
    if (out.size() == bytes) { break; }
    connection_->deadline.arm(limit);
    auto filled = co_await fill(std::min(step_max, std::max(bytes - out.size(), step_min)));
    connection_->deadline.disarm();
    if (filled.has_error()) {
      close();
      co_return filled.error();
    }
  }
  co_return out;
}

Task<Result<std::string>> LineStream::read_some(std::size_t max, milliseconds limit) {
  if (unread().empty()) {
    connection_->deadline.arm(limit);
    auto filled = co_await fill(std::min(step_, max));
    connection_->deadline.disarm();
    if (filled.has_error()) { co_return filled.error(); }
  }
  std::string out;
  if (read_ == 0 && buffer_.size() <= max) {
    out.swap(buffer_);
  } else {
    out = unread().substr(0, max);
    read_ += out.size();
  }
  co_return out;
}

Task<Status> LineStream::write(std::string bytes, milliseconds limit) {
  auto& [socket, tls, is_encrypted, is_reading, deadline] = *connection_;
  for (std::size_t written = 0; written < bytes.size();) {
    deadline.arm(limit);
    const auto rest = asio::buffer(bytes.data() + written, bytes.size() - written);
    boost::system::error_code failure;
    if (is_encrypted) {
      written += co_await tls->async_write_some(rest, asio::redirect_error(asio::use_awaitable, failure));
    } else {
      written += co_await socket.async_write_some(rest, asio::redirect_error(asio::use_awaitable, failure));
    }
    deadline.disarm();
    if (failure) { co_return failed(failure.message()); }
  }
  co_return Status{};
}

Task<void> LineStream::finish(milliseconds limit) {
  auto& [socket, tls, is_encrypted, is_reading, deadline] = *connection_;
  boost::system::error_code failure;
  if (is_open()) { deadline.arm(limit); }
  if (is_open() && is_encrypted) { co_await tls->async_shutdown(asio::redirect_error(asio::use_awaitable, failure)); }
  failure.clear();  // most peers hang up instead of answering TLS's goodbye
  if (is_open()) { socket.shutdown(Socket::shutdown_send, failure); }
  std::string nothing(step_min, '\0');
  // Closing with bytes unread would reset the connection and take our last words with it.
  for (std::size_t drained = 0; is_open() && !failure && !deadline.is_due() && drained < drain_max;) {
    const auto space = asio::buffer(nothing);
    drained += co_await socket.async_read_some(space, asio::redirect_error(asio::use_awaitable, failure));
  }
  deadline.disarm();
  close();
}

}  // namespace parley::channels::email::wire
