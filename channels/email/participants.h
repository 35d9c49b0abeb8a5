// Who takes part in a ticket by e-mail: who may enter it, and to whom an agent without further rights may write.
#pragma once

#include <string>
#include <vector>

#include "channels/email/message_detail.h"
#include "channels/email/settings.h"
#include "tickets/ticket.h"

namespace parley::channels::email {

/// Addresses of the requester, and of everybody the newest mails came from or went to. Never our own: anybody can write From: us, and
/// would be let in everywhere.
std::vector<std::string> participants_of(storage::Transaction& tx, const customers::CustomerService& customers, const DetailCipher& details, const Mailboxes& mailboxes,
                                         const tickets::Ticket& ticket);

}  // namespace parley::channels::email
