// Signatures: an agent's own, and the inbox's below it.
#pragma once

#include <string>

#include "base/principal.h"
#include "channels/email/settings.h"
#include "storage/database.h"

namespace parley::channels::email {

/// HTML below what `who` writes in this inbox: his own signature, then the inbox's, variables filled in. Empty: none.
/// Variables: agent.name, agent.first_name, inbox.name, inbox.address, workspace.name.
std::string signature_of(storage::Transaction& tx, const Principal& who, const EmailSettings& settings);

}  // namespace parley::channels::email
