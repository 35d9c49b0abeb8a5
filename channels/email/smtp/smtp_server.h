// The port where mail comes in. One I/O thread runs everything in here but SmtpServer::probe.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "channels/email/server_access.h"
#include "channels/email/smtp/mail_host.h"
#include "channels/email/smtp/smtp_session.h"
#include "channels/email/wire/line_stream.h"

namespace parley::channels::email::smtp {

struct SmtpOptions {
  std::string address{"127.0.0.1"};
  std::uint16_t port{2525};                         // 0: any free port
  SessionOptions session;                           // offers_tls is set from the next two
  Security security{Security::none};
  std::shared_ptr<boost::asio::ssl::context> tls;   // unless security is none
  std::size_t connections_max{1'000};               // more: 421
  std::size_t connections_per_address_max{50};      // of an IPv4 address or an IPv6 /64; 0: no limit, for a listener behind one's own relay
  std::size_t bytes_held_max{256u << 20};           // memory of mails that arrive or wait for the host; more: 452
  // RFC 5321 section 4.5.3.2 where it applies.
  std::chrono::milliseconds command_limit{std::chrono::minutes(5)};    // for a whole command, however many pieces it comes in
  std::chrono::milliseconds data_limit{std::chrono::minutes(3)};       // for each 64 KB of a mail, or its end
  std::chrono::milliseconds mail_limit{std::chrono::minutes(30)};      // from the greeting, or the end of a mail, to the end of the next
  std::chrono::milliseconds delivery_limit{std::chrono::minutes(5)};   // for the host's answer; then 451
  std::chrono::milliseconds write_limit{std::chrono::minutes(1)};      // for progress of our replies
  std::chrono::milliseconds finish_limit{std::chrono::seconds(2)};     // for the client to hang up
};

/// Figures for /metrics.
struct SmtpProbe {
  std::uint64_t connections_open, connections_total, connections_refused, mails_kept, mails_deferred, mails_refused, recipients_refused,
      commands, errors, timed_out, foreign_protocol, tls_started, tls_failures, bytes_in, bytes_held;
};

class SmtpServer {
 public:
  virtual ~SmtpServer() = default;
  /// Binds and starts accepting. `host` and `clock` outlive the server, `io` also all answers of the host. Errors: invalid_input (address,
  /// security without tls), unavailable with the address in the sentence (port in use ...).
  static Result<std::unique_ptr<SmtpServer>> start(boost::asio::io_context& io, SmtpOptions options, MailHost& host, const Clock& clock);
  virtual std::uint16_t port() const = 0;
  /// Stops accepting. Mails that came whole get their answer, for at most `patience`; everybody else is told 421 at once.
  virtual wire::Task<void> stop(std::chrono::milliseconds patience) = 0;
  /// On any thread.
  virtual SmtpProbe probe() const = 0;
};

}  // namespace parley::channels::email::smtp
