// What may not go into a message: header injection, fields that are none, too much.
#pragma once

#include "channels/email/sending/mail_writer.h"

namespace parley::channels::email::sending {

Status check_mail(const OutgoingMail& mail);

/// An id as a header can carry it: printable ASCII without blanks and brackets.
bool is_sound_id(std::string_view id);
/// "type/subtype", nothing else.
bool is_media_type(std::string_view type);

}  // namespace parley::channels::email::sending
