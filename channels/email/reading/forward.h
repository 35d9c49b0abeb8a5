// Mail that somebody passes on to the desk: who wrote it first, so that an agent can make that person the requester.
#pragma once

#include <optional>
#include <string>

#include "channels/email/mail.h"

namespace parley::channels::email {

struct Forwarded {
  bool is_attached{false};                     // as .eml, otherwise inside the text
  std::optional<MailAddress> original_sender;  // nothing when the text does not give an address
  std::string original_subject, original_date, original_message_id;  // as written there, may be empty
  std::size_t begin{0}, body_begin{0};         // in mail.text: where the introduction and the forwarded text begin; the size of the text when attached
};

/// Says only what the text says: anybody can type such lines, so taking over the sender is offered to an agent, never done by itself.
/// Nothing for replies, bounces and complaints.
std::optional<Forwarded> find_forward(const Mail& mail);

}  // namespace parley::channels::email
