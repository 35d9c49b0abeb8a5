// Who may see and do what with a ticket.
#pragma once

#include "base/principal.h"
#include "base/result.h"
#include "tickets/inbox.h"
#include "tickets/ticket.h"

namespace parley::tickets {

inline bool can_see(const Principal& who, const std::optional<TeamId>& team, const std::optional<AgentId>& assignee) {
  if (!who.may(Permission::ticket_read)) { return false; }
  return who.sees_all_teams() || !team || who.is_in(*team) || (assignee && *assignee == who.agent);
}
inline bool can_see(const Principal& who, const Ticket& ticket) { return can_see(who, ticket.team, ticket.assignee); }

/// Opening a conversation from an inbox: what comes back to it must be seen by who wrote.
inline bool may_write_from(const Principal& who, const Inbox& inbox) { return who.sees_all_teams() || !inbox.team || who.is_in(*inbox.team); }

/// A ticket that may not be seen does not exist, so nobody can probe numbers.
inline Error no_such_ticket() { return Error::with_reason(Errc::not_found, "not_found", "There is no such ticket."); }
inline Status check_can_see(const Principal& who, const Ticket& ticket) {
  if (!can_see(who, ticket)) { return no_such_ticket(); }
  return {};
}

}  // namespace parley::tickets
