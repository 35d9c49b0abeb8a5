// What a mail's fate means for its ticket.
#pragma once

#include <vector>

#include "storage/outbox.h"
#include "tickets/ticket_edit.h"

namespace parley::channels::email {

/// Says in the ticket who will not get a mail (`who` empty: nobody does). When nobody has the last answer, the customer waits again, and a
/// solved ticket is open again: it was solved with an answer that never arrived.
void tell_failure(storage::Transaction& tx, const storage::OutboxItem& item, const std::vector<storage::OutboxFailure>& who);

/// After a mail was taken back: the ticket has the state from before as far as sending had changed it and nobody has since, and the
/// customer waits again if his was the last word.
void undo_sending(tickets::TicketEdit& edit, const storage::OutboxItem& item);

}  // namespace parley::channels::email
