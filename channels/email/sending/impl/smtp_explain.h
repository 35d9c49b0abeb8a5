// Why no connection came about, for somebody who runs a shop and not a mail server.
#pragma once

#include <string>

#include "channels/email/sending/impl/smtp_connection.h"

namespace parley::channels::email::sending {

/// One or two sentences with the server's own words at the end; never the secret.
std::string explain(const SmtpRoute& route, const ConnectReport& report);

}  // namespace parley::channels::email::sending
