// Tries a route before mail depends on it.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "channels/email/sending/smtp_route.h"

namespace parley::channels::email {

/// The steps, resolve, connect, tls and login, up to and with the first that failed. Sends no mail. Blocks for at most `limit`.
std::vector<CheckStep> check_route(const SmtpRoute& route, milliseconds limit = milliseconds{20'000});

}  // namespace parley::channels::email
