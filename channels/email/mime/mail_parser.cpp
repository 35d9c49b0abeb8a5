#include "channels/email/mime/mail_parser.h"

#include <exception>

#include "channels/email/mime/impl/mail_reader.h"

namespace parley::channels::email {
using namespace mime;

namespace {

/// Never empty-handed: the message as one part, for a quarantine or a ticket that says so.
Mail unread(std::string_view raw) {
  Mail mail;
  mail.problems = {"internal"};
  MailPart whole;
  whole.content_type = "message/rfc822";
  whole.name = "message.eml";
  whole.bytes = std::string(raw);
  mail.parts.push_back(std::move(whole));
  return mail;
}

}  // namespace

Mail parse_mail(std::string_view raw, const ParseLimits& limits) {
  try {
    return MailReader(limits).read(raw);
  } catch (const std::exception&) { return unread(raw); }
}

}  // namespace parley::channels::email
