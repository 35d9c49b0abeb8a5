// The mailboxes that are read by IMAP: one reader for each enabled inbox that wants one.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>

#include "channels/email/imap/mailbox_reader.h"
#include "channels/email/intake.h"
#include "channels/email/oauth/access_tokens.h"
#include "channels/email/sending/smtp_check.h"

namespace parley::channels::email {

using TakeMail = std::function<void(IncomingMail, std::function<void(Result<TakenMail>)>)>;

class MailboxReaders {
 public:
  struct Parts {
    boost::asio::io_context& io;
    storage::Database& database;
    const Mailboxes& mailboxes;
    std::shared_ptr<const Clock> clock;
    std::shared_ptr<boost::asio::ssl::context> tls;
    AccessTokens& tokens;
    TakeMail take;
  };
  explicit MailboxReaders(Parts parts) : parts_(std::move(parts)) {}

  /// On the I/O thread: readers of changed settings begin anew, others go on.
  void renew();
  /// On the I/O thread. No new mail is asked for, and `renew` starts none any more.
  void stop();
  /// Health of docs/api.md; null where no mailbox is read. Thread-safe.
  nlohmann::json health(InboxId inbox) const;
  /// Blocking, within a minute; not on the I/O thread.
  std::vector<CheckStep> check(const MailServer& server) const;

 private:
  struct Reader {
    MailServer server;
    std::unique_ptr<imap::MailboxReader> reader;
  };
  Reader make_reader(const EmailSettings& settings) const;

  Parts parts_;
  mutable std::mutex mutex_;  // guards readers_
  std::map<std::int64_t, Reader> readers_;
  bool is_stopping_{false};
};

}  // namespace parley::channels::email
