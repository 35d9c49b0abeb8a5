// What the receiving server found out about the sender and about spam. Only headers of hosts we trust count: anybody can write
// "dmarc=pass" into his own mail.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "channels/email/mail.h"

namespace parley::channels::email {

/// Authentication-Results of the named servers (RFC 8601), the topmost statement of each method. Once a trusted header was read, the
/// next Received line ends what that server wrote: below it stands what the sender brought along, even under the trusted name.
Authentication read_authentication(const Mail& mail, std::span<const std::string> trusted_servers);

enum class SenderTrust : unsigned char { unknown, verified, failed };
/// verified: DMARC, or DKIM or SPF for the domain in From. failed: DMARC says so, or SPF and DKIM both do and nothing else passed.
SenderTrust sender_trust(const Mail& mail, std::span<const std::string> trusted_servers);

enum class SpamVerdict : unsigned char { unknown, clean, suspicious, spam };
struct Spam {
  SpamVerdict verdict{SpamVerdict::unknown};
  std::optional<double> score;  // as its filter counts
  std::string source;           // the header that decided
};
/// The worst of X-Spam-*, X-Rspamd-*, SCL and Forefront. A forged header can only do its own mail harm, so no trust is needed.
Spam read_spam(const Mail& mail);

}  // namespace parley::channels::email
