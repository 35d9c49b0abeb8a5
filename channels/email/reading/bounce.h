// Delivery reports: RFC 3464, and the many that are only prose. Nobody signs a bounce: before anything is changed because of
// one, `original_message_id` or the address it arrived at has to be ours (threading.h), or its author has to be believed (report_author.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "channels/email/mail.h"

namespace parley::channels::email {

enum class DeliveryState : unsigned char { failed, delayed, delivered };
enum class BounceCause : unsigned char { unknown, bad_address, mailbox_full, policy, server, too_large };

struct BouncedRecipient {
  std::string address;  // normalised; empty when the report does not say
  DeliveryState state{DeliveryState::failed};
  std::string status;   // "5.1.1"; "5.0.0" or "4.0.0" when only the class is known
  BounceCause cause{BounceCause::unknown};
  bool is_hard{false};  // the address is dead: do not write there again. Full mailboxes, policy and trouble on the way are soft
  std::string reason;   // one line for people, bounded
};

struct Bounce {
  std::vector<BouncedRecipient> recipients;  // never empty
  std::string original_message_id;           // without < >, empty when not found
  std::string recogniser;                    // "rfc3464", "qmail", "qq" ...: for the log
};

/// Nothing when the mail is no delivery report. A person who forwards one is a person.
std::optional<Bounce> read_bounce(const Mail& mail);

/// A spam complaint (RFC 5965): the mail it is about, and who complained, where the report says so. Providers like to leave out the second.
struct Complaint {
  std::string original_message_id;  // without < >, empty when not found
  std::string recipient;            // normalised
};
Complaint read_complaint(const Mail& mail);

/// Sent by a mail system: empty return path, MAILER-DAEMON, postmaster.
bool is_from_mail_system(const Mail& mail);

// --- shared with the readers of prose --------------------------------------------------------------------------------------------------

/// "5.1.1" out of "550 5.1.1 User unknown" or "#5.1.1"; empty when there is none.
std::string find_status(std::string_view text);
/// Cause and status from the words of a diagnostic line, in English and Chinese.
void judge(BouncedRecipient& recipient, std::string_view diagnostic);

}  // namespace parley::channels::email
