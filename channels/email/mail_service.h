// E-mail at work: the port mail comes in by, the mailboxes that are read, the outbox that is emptied.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>

#include "channels/email/email_api.h"
#include "channels/email/oauth/access_tokens.h"
#include "channels/email/smtp/smtp_server.h"
#include "storage/outbox.h"

namespace parley::channels::email {

struct MailServiceOptions {
  bool takes_smtp{false};
  smtp::SmtpOptions smtp;
  std::string authorities;    // PEM file with further certificate authorities for IMAP and SMTP servers; empty: the system's
  std::string helo;           // our name to other servers; empty: the host's
  int intake_threads{2};
};

struct MailProbe {
  IntakeProbe intake;
  storage::OutboxProbe outbox;
  std::optional<smtp::SmtpProbe> smtp;
  std::uint64_t intake_waiting;  // mails between acceptance and commit
  TokenProbe tokens;
};

class MailService : public Transport {
 public:
  struct Parts {
    boost::asio::io_context& io;
    storage::Database& database;
    const storage::FieldCipher& cipher;
    Mailboxes& mailboxes;
    Intake& intake;
    const Outgoing& outgoing;
    std::shared_ptr<const Clock> clock;
  };
  /// Errors: what SmtpServer::start says, invalid_input for an authorities file that cannot be read.
  static Result<std::unique_ptr<MailService>> start(Parts parts, MailServiceOptions options);
  /// On the I/O thread. No new mail is taken or sent; what was accepted is committed, what is being handed over is waited for.
  virtual wire::Task<void> stop(milliseconds patience) = 0;
  /// 0: no mail is taken by SMTP.
  virtual std::uint16_t smtp_port() const = 0;
  virtual MailProbe probe() const = 0;
};

}  // namespace parley::channels::email
