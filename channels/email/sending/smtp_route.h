// The mail server that takes what an inbox sends, and how to be let in.
#pragma once

#include <cstdint>
#include <string>

#include "channels/email/server_access.h"

namespace parley::channels::email {

struct SmtpRoute {
  std::string host;
  std::uint16_t port{587};
  Security security{Security::starttls};
  std::string user, secret;     // no user: no log-in. secret: password, authorisation code, or access token
  Auth auth{Auth::password};
  std::string ca_file;          // PEM; empty: the authorities the system trusts
  std::string helo;             // our name in EHLO; empty: the host's
  bool operator==(const SmtpRoute&) const = default;
};

}  // namespace parley::channels::email
