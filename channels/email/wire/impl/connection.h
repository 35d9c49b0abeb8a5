#pragma once

#include <boost/asio/ssl/stream.hpp>
#include <optional>

#include "channels/email/wire/deadline.h"
#include "channels/email/wire/line_stream.h"

namespace parley::channels::email::wire {

/// The socket stays where it is when TLS is put over it.
struct LineStream::Connection {
  explicit Connection(Socket connected) : socket(std::move(connected)), deadline(socket.get_executor(), [this] { cancel(); }) {}

  void cancel() {
    boost::system::error_code ignored;
    socket.cancel(ignored);
  }

  Socket socket;
  std::optional<boost::asio::ssl::stream<Socket&>> tls;
  bool is_tls{false};      // the handshake is done
  bool is_reading{false};  // waits for bytes just now
  Deadline deadline;
};

}  // namespace parley::channels::email::wire
