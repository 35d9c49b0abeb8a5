// One mail over one open connection: MAIL, RCPT, DATA (RFC 5321, 1870, 2920, 6152, 6531).
#pragma once

#include <optional>

#include "channels/email/sending/impl/smtp_connection.h"
#include "channels/email/sending/smtp_sender.h"

namespace parley::channels::email::sending {

struct TransactionResult {
  SmtpOutcome outcome;
  bool is_reusable{false};  // the connection is in step with us
  bool was_greeted{false};  // the server answered at least one command: a failure before that is the idle connection's, not the mail's
};

/// What no server needs to be asked about: too many recipients, addresses that are none. Nothing when the envelope is fine.
std::optional<SmtpOutcome> refuse_envelope(const HandOver& mail, const SmtpLimits& limits);

/// The envelope was checked. `was_used`: the connection carried a mail before.
TransactionResult hand_over_on(SmtpConnection& connection, const HandOver& mail, const SmtpLimits& limits, bool was_used);

/// The content as DATA wants it: CRLF everywhere (a bare line feed lets a second mail be smuggled in), dots at line begins doubled, CRLF at
/// the end, without the final dot.
std::string data_form(std::string_view raw);

}  // namespace parley::channels::email::sending
