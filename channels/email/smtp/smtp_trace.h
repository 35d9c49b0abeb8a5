// What the receiving server writes in front of a message.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "channels/email/smtp/mail_host.h"

namespace parley::channels::email::smtp {

/// Return-Path and Received (RFC 5321 section 4.4), with CRLF after each line. `by` is our host name. The recipient is named when there
/// is only one, so that blind copies stay blind.
std::string trace_fields(const Envelope& envelope, std::string_view by, TimePoint at);

}  // namespace parley::channels::email::smtp
