// Hands mail to a mail server and says exactly what is known afterwards.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "channels/email/sending/smtp_route.h"

namespace parley::channels::email {

/// How fast mails of one sender may leave.
struct SmtpPace {
  std::string sender;      // whose rate it is, whatever the route: an inbox
  int per_minute{0};       // 0: as fast as the server takes them
  std::uint64_t mail{0};   // one that is held back has its turn kept under this; 0: it queues anew each time
};

struct HandOver {
  std::string mail_from;                // for bounces; empty: "<>", for mail nobody may answer by machine
  std::vector<std::string> recipients;  // to, cc and bcc together
  std::string_view raw;                 // of write_mail; has to live as long as the call
  SmtpPace pace{};
};

struct SmtpOutcome {
  enum class Kind : unsigned char {
    sent,         // taken by the server: for all recipients but those in `not_taken`
    retry_later,  // not taken, and trying again may help
    refused,      // not taken, and trying again will not help
    unknown,      // the final dot has left, the answer never came: it may have been taken. Never send it again by yourself
  } kind{Kind::unknown};
  enum class Stage : unsigned char { held, resolve, connect, tls, login, envelope, content, answer } stage{Stage::held};  // how far it came

  std::string provider_id;  // the server's name for the mail, empty when it gave none
  std::string status;       // enhanced status code such as "5.1.1", empty when the server gave none
  std::string error;        // one line for people; empty when sent
  milliseconds retry_after{0};  // held back by its sender's rate: how long until its turn; otherwise 0, the caller's back-off

  struct Recipient {
    std::string address;
    bool is_refused{false};  // otherwise worth another try, for this recipient alone
    std::string status, error;
  };
  std::vector<Recipient> not_taken;

  /// Nothing was tried: does not count as an attempt.
  bool is_held() const { return stage == Stage::held; }
  /// Has nothing to do with this mail: other mails on the route meet the same.
  bool is_route_problem() const { return kind == Kind::retry_later && stage < Stage::envelope; }
};

struct SmtpLimits {
  milliseconds connect{20'000};    // name, connection, TLS and log-in together
  milliseconds progress{60'000};   // without a byte taken or an answer
  milliseconds whole{600'000};     // of one hand-over. The answer to the final dot has all that is left of it, and `progress` at least
  milliseconds idle{60'000};       // an unused connection is closed after this
  std::size_t idle_max{32};        // unused connections of all routes
  int mails_per_connection{50};    // many servers close after 100
  std::size_t recipients_max{500};
  std::size_t paces_max{1'000};    // senders whose rate is remembered; the one used longest ago is forgotten
  std::size_t turns_max{10'000};   // of one sender that are kept
};

/// Thread-safe. A call blocks its thread until the outcome is known, at most about `connect` + `whole` + `progress`.
/// A route problem is answered to all mails of the route for a while (10 s, doubling to 5 min) without asking the server again.
/// A rate lets a sixth of the minute's mails go at once and then one by one, so no minute sees more than 7/6 of it.
class SmtpSender {
 public:
  explicit SmtpSender(std::shared_ptr<const Clock> clock, SmtpLimits limits = {});
  ~SmtpSender();

  SmtpOutcome hand_over(const SmtpRoute& route, const HandOver& mail);
  /// Closes connections that were idle too long; hand_over does it too, for all routes.
  void close_idle();
  /// Hand-overs under way end with retry_later, those whose final dot has left wait for their answer. No new ones begin.
  void stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace parley::channels::email
