// Endpoints of e-mail: what agents do with a mail, and what administrators do with inboxes, held mail and the outbox. docs/api.md section 8.
#pragma once

#include <functional>

#include "base/route.h"
#include "channels/email/intake.h"
#include "channels/email/oauth/sign_ins.h"
#include "channels/email/outgoing.h"
#include "channels/email/sending/smtp_check.h"

namespace parley::channels::email {

/// What runs beside the database: mailboxes that are read, mail that is sent.
class Transport {
 public:
  virtual ~Transport() = default;
  /// Settings changed: readers begin, end, or begin anew.
  virtual void settings_changed() = 0;
  /// {in: Health, out: Health} of docs/api.md. Thread-safe.
  virtual nlohmann::json health(const EmailSettings& settings) const = 0;
  /// {host, port} where mail is taken by SMTP; null: nowhere.
  virtual nlohmann::json listener() const = 0;
  /// Blocking, within a minute.
  virtual std::vector<CheckStep> check_imap(const MailServer& server) = 0;
  virtual std::vector<CheckStep> check_smtp(const MailServer& server) = 0;
};

struct EmailApi {
  Intake& intake;
  const Outgoing& outgoing;
  Mailboxes& mailboxes;
  Transport& transport;
  SignIns& sign_ins;
  const customers::CustomerService& customers;
  const storage::FieldCipher& cipher;
  const RawStore& raw_store;
  bool allows_local{false};  // "local" as a way out: demo shops only
};

void register_routes(RouteTable& table, const std::shared_ptr<EmailApi>& api);
void register_message_routes(RouteTable& table, const std::shared_ptr<EmailApi>& api);
void register_oauth_routes(RouteTable& table, const std::shared_ptr<EmailApi>& api);
/// The e-mail settings of a request, with what finished sign-ins brought in place of each server's `grant`. Errors: invalid_input naming the grant.
Result<nlohmann::json> with_grants(const EmailApi& api, const Call& call, nlohmann::json settings);
void register_admin_routes(RouteTable& table, const std::shared_ptr<EmailApi>& api);
void register_signature_routes(RouteTable& table);

inline constexpr std::uint64_t raw_mail_max = 50u << 20;

}  // namespace parley::channels::email
