// The one assigner: every assignment (router, person, rule, API) goes through here and is checked against capacity in the transaction.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "tickets/ticket_edit.h"

namespace parley::tickets {

struct AssignRequest {
  AgentId agent;
  std::string reason;       // "manual", "first_reply", "least_loaded", "offer_accepted"
  std::string explanation{"{}"};  // JSON, stored with the decision
  bool respects_capacity{true};   // people may overload a colleague knowingly; the router never
};

/// Errors: not_found (no such active agent), conflict "agent_full".
Status assign(TicketEdit& edit, const AssignRequest& request);
/// Takes the ticket from its assignee. `requeue_since`: back into the line with this age.
void unassign(TicketEdit& edit, const std::string& reason, std::optional<TimePoint> requeue_since);

/// Offers the ticket to an agent until `expires_at`; it keeps its place in the line meanwhile. Errors as assign().
Status offer(TicketEdit& edit, const AssignRequest& request, TimePoint expires_at);
/// The agent takes the offer. Errors: conflict "offer_gone".
Status accept_offer(TicketEdit& edit, AgentId agent);
/// Back to the line with the original age. reason: "declined", "expired". Errors: conflict "offer_gone".
Status end_offer(TicketEdit& edit, std::optional<AgentId> agent, const std::string& reason);

}  // namespace parley::tickets
