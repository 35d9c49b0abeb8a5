#include "channels/email/smtp/smtp_trace.h"

#include <fmt/format.h>

#include "channels/email/mail_date.h"

namespace parley::channels::email::smtp {
namespace {

/// Inside a header nothing but the name may be said; ( ) ; would end it.
std::string plain_name(std::string_view helo) {
  std::string out(helo.substr(0, 255));
  for (char& c : out) {
    const bool is_fine = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80 ||
                         std::string_view("-_.:[]").find(c) != std::string_view::npos;
    if (!is_fine) { c = '?'; }
  }
  return out;
}

/// RFC 3848 and RFC 6531 section 4.3.
std::string protocol(const Envelope& envelope) {
  const std::string name = envelope.is_lmtp ? "LMTP" : envelope.is_extended && !envelope.is_utf8 ? "ESMTP" : "SMTP";
  return (envelope.is_utf8 ? "UTF8" : "") + name + (envelope.is_tls ? "S" : "");
}

}  // namespace

std::string trace_fields(const Envelope& envelope, std::string_view by, TimePoint at) {
  const bool is_v6 = envelope.remote_address.find(':') != std::string::npos;
  const std::string recipient = envelope.recipients.size() == 1 ? "\r\n\tfor <" + envelope.recipients.front() + ">" : std::string();
  return fmt::format("Return-Path: <{}>\r\nReceived: from {} ([{}{}])\r\n\tby {} (Parley) with {}{};\r\n\t{}\r\n", envelope.mail_from, plain_name(envelope.helo),
                     is_v6 ? "IPv6:" : "", envelope.remote_address, by, protocol(envelope), recipient, mail_date(at));
}

}  // namespace parley::channels::email::smtp
