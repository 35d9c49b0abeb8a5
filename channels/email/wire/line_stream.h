// One TCP connection, plain or under TLS, as lines and bytes: what SMTP and IMAP have in common. Bounds and deadlines are arguments of
// each call. Belongs to the thread of its executor; one operation at a time, and the stream outlives the operation.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "base/result.h"

namespace parley::channels::email::wire {

template <class T>
using Task = boost::asio::awaitable<T>;

class LineStream {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using milliseconds = std::chrono::milliseconds;

  /// Takes over a connected socket.
  explicit LineStream(Socket socket);
  ~LineStream();
  LineStream(const LineStream&) = delete;
  LineStream& operator=(const LineStream&) = delete;

  /// Tries the addresses of `host` (a name or an IP address) in turn, in plain text. Errors: not_found (no such name), timeout
  /// (also of a slow resolver), unavailable (nobody listens).
  static Task<Result<std::unique_ptr<LineStream>>> connect(boost::asio::any_io_executor executor, std::string host, std::uint16_t port,
                                                           milliseconds limit);

  /// The next line without its CRLF (or bare LF). `limit` is for the whole line. Errors: timeout (nothing is lost: the next call goes
  /// on with the same line), too_large (the line is skipped and the next call gives the one after it; a line longer than `max` + 64 KB
  /// ends the connection), unavailable (closed).
  Task<Result<std::string>> read_line(std::size_t max, milliseconds limit);
  /// Exactly so many bytes; the caller bounds them. `limit` is for progress, however small. Any error ends the connection: timeout,
  /// unavailable.
  Task<Result<std::string>> read_exactly(std::size_t bytes, milliseconds limit);
  /// What is there, at least one byte, at most `max` (and 64 KB). Errors: timeout (nothing is lost), unavailable.
  Task<Result<std::string>> read_some(std::size_t max, milliseconds limit);
  /// `limit` is for progress. Any error ends the connection: timeout, unavailable.
  Task<Status> write(std::string bytes, milliseconds limit);

  /// The handshake, at the start of the connection or after STARTTLS. Bytes that came in plain text and were not read yet are never
  /// taken for bytes under TLS (CVE-2011-0411): with them it fails. Any error ends the connection: invalid_input (such bytes), timeout,
  /// unavailable (no TLS on the other side, no common version), forbidden (the certificate is not trusted or not of `host`; the
  /// detail is a sentence).
  Task<Status> start_tls_as_server(boost::asio::ssl::context& context, milliseconds limit);
  Task<Status> start_tls_as_client(boost::asio::ssl::context& context, std::string host, milliseconds limit);

  /// Ends the running read as if its deadline had passed; does nothing when none runs.
  void wake();
  /// Says goodbye so that the peer sees what was written before and no reset: TLS and the sending side are shut down, then at most
  /// `limit` passes until the peer has hung up too. Closed afterwards.
  Task<void> finish(milliseconds limit);
  /// At once. A running operation ends with unavailable.
  void close();

  bool is_open() const;
  bool is_tls() const;
  /// "192.0.2.1", also for an IPv4 peer on an IPv6 listener; empty when it was gone already.
  const std::string& remote_address() const { return remote_address_; }

 private:
  struct Connection;

  Task<Status> fill(std::size_t count);        // one read, appended to the buffer
  Task<Status> handshake(bool is_server, milliseconds limit);
  Error failed(const std::string& what);       // closes
  std::string_view unread() const;
  void forget_read();

  std::unique_ptr<Connection> connection_;
  std::string buffer_;                         // received; the first `read_` bytes were handed out
  std::size_t read_{0}, step_;
  std::string remote_address_;
};

/// TLS 1.2+ that believes the system's certificate authorities and those in `extra_authorities` (PEM; may be empty). Checks peers.
/// Error: invalid_input naming the file.
Result<std::shared_ptr<boost::asio::ssl::context>> client_tls_context(const std::filesystem::path& extra_authorities = {});

}  // namespace parley::channels::email::wire
