// Follows one mailbox for ever: new mail by IDLE (polling without it), reconnecting with growing pauses. A mail is given to the taker
// until it says OK, then it is marked, moved or deleted, then the position passes it. So a mail may be given more than once (a crash
// or a lost connection at the wrong moment), and the taker has to recognise (uidvalidity, rewinds, uid); none is left out. A mail that is
// refused is tried again later and holds up no other.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ssl/context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "channels/email/imap/imap_account.h"
#include "channels/email/imap/back_off.h"
#include "channels/email/imap/reader_position.h"

namespace parley::channels::email::imap {

struct FetchedMail {
  std::uint32_t uidvalidity{0}, uid{0};
  std::shared_ptr<const std::string> raw;
  std::uint64_t size{0};   // as the server announced it
  std::uint32_t rewinds{0};  // of its position: a part of its number
  bool is_cut{false};      // larger than 50 MB: `raw` is only its header, or empty when that is too large as well
};

/// Takes mails into the database. Called on the reader's thread, must not block it; each `done` is called once, on any thread. The
/// reader holds on to nothing it gave away.
class MailTaker {
 public:
  virtual ~MailTaker() = default;
  /// What to log in with now, where that changes by itself (OAuth); empty: the account's secret.
  virtual void secret(std::function<void(Result<std::string>)> done) { done(std::string()); }
  /// What was saved last.
  virtual void position(std::function<void(Result<ReaderPosition>)> done) = 0;
  /// OK: committed, or recognised as taken before. Any error: to be offered again.
  virtual void take(FetchedMail mail, std::function<void(Status)> done) = 0;
  virtual void save(ReaderPosition position, std::function<void(Status)> done) = 0;
};

struct MailboxHealth {
  enum class State : std::uint8_t { off, waiting, ok, failing } state{State::off};  // waiting: for the first connection
  std::optional<TimePoint> last_ok_at;  // the server last answered as it should
  std::string error;                    // the last one, a sentence for the shop; stays when it is over
  std::optional<TimePoint> error_at;
  std::uint64_t count{0};               // mails taken since the start
};

struct ReaderOptions {
  using milliseconds = std::chrono::milliseconds;

  std::shared_ptr<boost::asio::ssl::context> tls;           // nothing: the system's authorities, read for each connection
  std::shared_ptr<const Clock> clock = std::make_shared<SystemClock>();
  SessionLimits limits;
  milliseconds idle_limit{std::chrono::minutes(9)};         // servers may hang up after 30, many boxes in between sooner
  milliseconds poll_interval{std::chrono::minutes(1)};      // without IDLE
  BackOff reconnect{std::chrono::seconds(10), std::chrono::minutes(15)};
  milliseconds refused_min{std::chrono::minutes(5)};        // after a refused log-in
  BackOff take_retry{std::chrono::seconds(5), std::chrono::minutes(15)};  // of one mail
  milliseconds take_limit{std::chrono::minutes(5)};         // for an answer of the taker
  milliseconds call_limit{std::chrono::seconds(30)};        // likewise for the position
};

class MailboxReader {
 public:
  /// `executor` is one thread or a strand; its context outlives the taker's callbacks. At most 100 MB of mail are held at once.
  MailboxReader(boost::asio::any_io_executor executor, ImapAccount account, std::shared_ptr<MailTaker> taker, ReaderOptions options = {});
  ~MailboxReader();
  MailboxReader(const MailboxReader&) = delete;
  MailboxReader& operator=(const MailboxReader&) = delete;

  /// Once, on the executor's thread.
  void start();
  /// On the executor's thread, like the destructor, which does the same. The taker is not called again and its answers no longer matter; the connection ends by itself.
  void stop();
  /// On any thread.
  MailboxHealth health() const;

 private:
  class Core;
  std::shared_ptr<Core> core_;
};

}  // namespace parley::channels::email::imap
