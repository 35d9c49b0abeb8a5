// One client: moves bytes between its stream and its SmtpSession, keeps the deadlines, hands mails to the host.
#pragma once

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "channels/email/smtp/smtp_server.h"

namespace parley::channels::email::smtp {

class SmtpConnection;

/// What the connections of one server share; the I/O thread's, but for the atomics. A connection may outlive the server.
struct SmtpState {
  SmtpState(SmtpOptions settings, MailHost& mail_host, const Clock& wall_clock) : options(std::move(settings)), host(mail_host), clock(wall_clock) {}

  const SmtpOptions options;
  MailHost& host;
  const Clock& clock;
  bool is_stopping{false};
  std::unordered_set<SmtpConnection*> connections;
  struct Network {
    std::size_t connections{0};
    std::uint64_t bytes_arriving{0};
  };
  std::unordered_map<std::string, Network> networks;  // an IPv4 address or an IPv6 /64
  std::atomic<std::uint64_t> connections_total{0}, connections_refused{0}, connections_open{0}, mails_kept{0}, mails_deferred{0}, mails_refused{0},
      recipients_refused{0}, commands{0}, errors{0}, timed_out{0}, foreign_protocol{0}, tls_started{0}, tls_failures{0}, bytes_in{0}, bytes_held{0};
};

/// A share of the memory all mails may have. Released on any thread.
class HeldBytes {
 public:
  explicit HeldBytes(std::shared_ptr<SmtpState> state) : state_(std::move(state)) {}
  HeldBytes(HeldBytes&& other) noexcept : state_(other.state_), bytes_(std::exchange(other.bytes_, 0)) {}
  HeldBytes& operator=(HeldBytes&&) = delete;
  ~HeldBytes() { state_->bytes_held -= bytes_; }

  /// False when there is not so much; the share is unchanged then.
  bool resize(std::uint64_t bytes);

 private:
  std::shared_ptr<SmtpState> state_;
  std::uint64_t bytes_{0};
};

class SmtpConnection : public std::enable_shared_from_this<SmtpConnection> {
 public:
  /// `network` is the key under which the connection counts against the limit per address.
  SmtpConnection(std::shared_ptr<SmtpState> state, std::unique_ptr<wire::LineStream> stream, std::string network);
  ~SmtpConnection();

  /// The whole life of the connection. Never throws.
  wire::Task<void> run();
  /// The server stops: a mail that came whole gets its answer, nothing new begins.
  void begin_stop() { stream_->wake(); }
  /// The server's patience is over.
  void abort();

 private:
  using SteadyClock = std::chrono::steady_clock;
  struct Delivery;

  wire::Task<void> serve();
  wire::Task<bool> start_tls();
  wire::Task<bool> flush();
  wire::Task<bool> read();
  wire::Task<void> deliver();
  void feed();
  bool hold(std::uint64_t bytes);
  void note_progress(std::size_t received);
  std::function<void(std::vector<Answer>)> make_done();
  void publish();

  std::shared_ptr<SmtpState> state_;
  std::unique_ptr<wire::LineStream> stream_;
  std::string network_name_;
  SmtpState::Network& network_;
  std::optional<SmtpSession> session_;
  std::string pending_;                      // received, not fed yet
  HeldBytes held_;
  std::uint64_t arriving_{0};                // of held_, while the mail is not complete
  SteadyClock::time_point step_due_, mail_due_;
  SmtpSession::Counts published_;
  std::uint64_t commands_seen_{0};
  std::size_t received_{0};                  // since step_due_ was set
  std::shared_ptr<Delivery> delivery_;       // under way
  bool is_aborted_{false};
};

}  // namespace parley::channels::email::smtp
