// One connection to a mail server. libcurl finds the host, connects, does TLS and logs in; from then on we speak ourselves
// (CURLOPT_CONNECT_ONLY): only so is known which byte has left and what the answer to which command was. curl's own sender writes the final
// dot and waits for its answer inside one call and reports a break before and after it alike.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "channels/email/sending/impl/smtp_reply.h"
#include "channels/email/sending/smtp_route.h"

namespace parley::channels::email::sending {

enum class ConnectStep : unsigned char { resolve, connect, tls, login, done };

/// How far connecting came, and why no further.
struct ConnectReport {
  ConnectStep failed_at{ConnectStep::done};
  int curl_code{0};
  std::string curl_error;   // curl's sentence
  SmtpReply last_reply;     // code 0: the server said nothing
  std::string address;      // the one connected to
  milliseconds resolved{0}, connected{0}, encrypted{0}, whole{0};  // since the beginning; 0: not reached or not needed
  bool is_stopped{false};
};

using SteadyTime = std::chrono::steady_clock::time_point;

class SmtpConnection {
 public:
  enum class Io : unsigned char { ok, closed, timed_out, garbled, stopped };

  /// `stop` is looked at while waiting; it must outlive the connection.
  explicit SmtpConnection(const std::atomic<bool>& stop);
  ~SmtpConnection();
  SmtpConnection(const SmtpConnection&) = delete;
  SmtpConnection& operator=(const SmtpConnection&) = delete;

  /// Blocks for at most `limit`, up to and with the log-in.
  ConnectReport open(const SmtpRoute& route, milliseconds limit);
  /// What the server said it can do after the last EHLO: "SIZE", "PIPELINING", "SMTPUTF8" ...
  bool has_extension(std::string_view name) const;

  /// Sends everything or fails; `sent` counts the bytes the system took. Gives up after `progress` without one, and at `deadline`.
  Io send(std::string_view bytes, milliseconds progress, SteadyTime deadline, std::size_t& sent);
  Io read_reply(SmtpReply& reply, SteadyTime deadline, bool heeds_stop = true);
  /// The other side is there and has said nothing that was not asked for. What it did say is read by the next read_reply.
  bool is_quiet();

 private:
  struct Curl;
  Io wait(short events, SteadyTime deadline, bool heeds_stop);

  std::unique_ptr<Curl> curl_;
  const std::atomic<bool>& stop_;
  ReplyReader replies_;
};

}  // namespace parley::channels::email::sending
