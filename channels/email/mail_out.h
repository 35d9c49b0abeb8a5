// The outbox of e-mail emptied: each row's mail is built and handed to the inbox's mail server, or kept in the demo's mailbox.
#pragma once

#include <memory>
#include <string>
#include <thread>

#include "channels/email/oauth/access_tokens.h"
#include "channels/email/outgoing.h"
#include "channels/email/sending/smtp_check.h"
#include "channels/email/sending/smtp_sender.h"
#include "channels/email/service_health.h"

namespace parley::channels::email {

/// Status of a mail that was not sent because the customer wrote before it was due.
inline constexpr const char* superseded_status = "superseded";

class MailOut {
 public:
  struct Parts {
    storage::Database& database;
    const storage::FieldCipher& cipher;
    const Outgoing& outgoing;
    std::shared_ptr<const Clock> clock;
    AccessTokens& tokens;
    std::string authorities, helo;  // of MailServiceOptions
  };
  explicit MailOut(Parts parts);
  ~MailOut() { halt(); }

  /// A thread of its own empties the outbox from now on.
  void begin();
  /// Hands over what is due, here and now; tests call it instead of `begin`.
  Result<int> run_once() { return worker_->run_once(); }
  /// No further row is begun; does not wait.
  void stop() { worker_->stop(); }
  /// Ends what is under way: a mail whose end has not been sent goes back to the outbox, one that waits for its answer has it or becomes uncertain.
  void halt();

  nlohmann::json health(InboxId inbox, bool is_on) const { return health_.of(inbox, is_on); }
  storage::OutboxProbe probe() const { return worker_->probe(); }
  /// Blocking, within half a minute.
  std::vector<CheckStep> check(const MailServer& server) const;

 private:
  /// Blocks while an access token is fetched. Errors: AccessTokens'.
  Result<SmtpRoute> route_of(const MailServer& server) const;
  storage::SendOutcome send(const storage::OutboxItem& item);
  storage::SendOutcome hand_over(const Outgoing::Built& built, const storage::OutboxItem& item);
  storage::SendOutcome keep_locally(const std::string& raw);
  void note_refused(const SmtpOutcome& outcome);

  Parts parts_;
  SmtpSender sender_;
  ServiceHealth health_;
  std::unique_ptr<storage::OutboxWorker> worker_;
  std::thread thread_;
};

}  // namespace parley::channels::email
