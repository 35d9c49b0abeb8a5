// Connections that may be used again, and how fast each sender's mails may leave.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "channels/email/sending/impl/smtp_connection.h"
#include "channels/email/sending/smtp_sender.h"

namespace parley::channels::email::sending {

struct PooledConnection {
  std::unique_ptr<SmtpConnection> connection;
  int mails{0};  // it has carried
};

/// Thread-safe. A connection belongs to the settings it was made with: after a change of host or secret the old one is left to time out.
class ConnectionPool {
 public:
  ConnectionPool(const Clock& clock, const SmtpLimits& limits) : clock_(clock), limits_(limits) {}

  std::optional<PooledConnection> take(const SmtpRoute& route);
  void give_back(const SmtpRoute& route, PooledConnection pooled);
  void close_idle();
  void close_all();

 private:
  struct Idle {
    SmtpRoute route;
    PooledConnection pooled;
    TimePoint since;
  };
  std::list<Idle> take_old();  // closed by the caller without the lock

  const Clock& clock_;
  const SmtpLimits& limits_;
  std::mutex mutex_;
  std::list<Idle> idle_;  // used last comes first
};

/// Routes that failed before any mail was named, so that not every mail has to wait for the same dead server. Thread-safe.
class RouteRests {
 public:
  explicit RouteRests(const Clock& clock) : clock_(clock) {}

  /// What the last mail met, while the route rests.
  std::optional<SmtpOutcome> of(const SmtpRoute& route);
  /// A route problem lets the route rest for 10 s, twice as long each time, at most 5 min. Anything else ends its rest.
  void note(const SmtpRoute& route, const SmtpOutcome& outcome);

 private:
  struct Rest {
    SmtpRoute route;
    SmtpOutcome outcome;
    milliseconds length;
    TimePoint until;
  };
  const Clock& clock_;
  std::mutex mutex_;
  std::list<Rest> rests_;  // the latest first
};

/// Token buckets, one a sender. Thread-safe. A mail that is held back is given a turn of its own, paid for at once: each is held one time,
/// however many wait, and those that come later stand behind it.
class SendRates {
 public:
  SendRates(const Clock& clock, std::size_t senders_max, std::size_t turns_max) : clock_(clock), senders_max_(senders_max), turns_max_(turns_max) {}

  /// Takes one mail's worth; 0 when it may go, else how long to wait.
  milliseconds take(const SmtpPace& pace);

 private:
  struct Bucket {
    double mails{0};  // below zero: so many turns are given away
    TimePoint at{};
    std::map<std::uint64_t, TimePoint> turns;
  };
  Bucket& bucket_of(const SmtpPace& pace, TimePoint now);
  const Clock& clock_;
  const std::size_t senders_max_, turns_max_;
  std::mutex mutex_;
  std::map<std::string, Bucket> buckets_;
};

}  // namespace parley::channels::email::sending
