#include "tickets/assignment.h"

#include "staff/staff_store.h"
#include "tickets/ticket_store.h"

namespace parley::tickets {

using nlohmann::json;

namespace {

/// Locks the agent's row, so two transactions cannot both take his last free place. The lock order is ticket, then agent.
Result<staff::Agent> reserve(TicketEdit& edit, const AssignRequest& request) {
  auto& tx = edit.tx();
  staff::lock_agent(tx, request.agent);
  auto agent = staff::find_agent(tx, request.agent);
  if (!agent || !agent->is_active) { return Error::field("/assignee_id", "unknown_agent", "There is no such active agent."); }
  if (agent->role == Role::light_agent) { return Error::field("/assignee_id", "light_agent", "A light agent does not take tickets."); }
  if (request.respects_capacity && chat_load(tx, agent->id, edit.ticket().id) >= agent->chat_capacity) {
    return Error::with_reason(Errc::conflict, "agent_full", "This agent has no free place.");
  }
  return std::move(*agent);
}

Error offer_gone() { return Error::with_reason(Errc::conflict, "offer_gone", "This offer has ended."); }

}  // namespace

Status assign(TicketEdit& edit, const AssignRequest& request) {
  const auto before = edit.ticket().assignee;
  if (before && *before == request.agent) { return {}; }
  PARLEY_TRY(const auto agent, reserve(edit, request));
  edit.set_assignee(agent.id, agent.name, agent.status);
  edit.set_offer(std::nullopt);
  edit.set_queued(std::nullopt);
  edit.say("assigned", {{"agent_id", agent.id.value}, {"agent_name", agent.name}, {"from_agent_id", before ? json(before->value) : json(nullptr)},
                        {"reason", request.reason}});
  staff::note_assigned(edit.tx(), agent.id);
  insert_decision(edit.tx(), edit.ticket().id, agent.id, request.reason, request.explanation);
  return {};
}

void unassign(TicketEdit& edit, const std::string& reason, std::optional<TimePoint> requeue_since) {
  if (edit.ticket().offer) {  // a question that no longer stands
    edit.set_offer(std::nullopt);
    edit.mark(EventKind::ticket_offer_ended, reason);
  }
  const auto before = edit.ticket().assignee;
  if (before) {
    edit.set_assignee(std::nullopt);
    edit.say("assigned", {{"agent_id", nullptr}, {"agent_name", nullptr}, {"from_agent_id", before->value}, {"reason", reason}});
    insert_decision(edit.tx(), edit.ticket().id, std::nullopt, reason, "{}");
  }
  edit.set_queued(requeue_since);
}

Status offer(TicketEdit& edit, const AssignRequest& request, TimePoint expires_at) {
  PARLEY_TRY(const auto agent, reserve(edit, request));
  edit.set_offer(Offer{agent.id, expires_at});
  edit.mark(EventKind::ticket_offered, request.reason);
  staff::note_assigned(edit.tx(), agent.id);
  insert_decision(edit.tx(), edit.ticket().id, agent.id, "offered:" + request.reason, request.explanation);
  return {};
}

Status accept_offer(TicketEdit& edit, AgentId agent) {
  const auto& current = edit.ticket().offer;
  if (!current || current->agent != agent) { return offer_gone(); }
  // The offer already counts against his capacity; taking it changes nothing.
  PARLEY_CHECK(assign(edit, {agent, "offer_accepted", "{}", false}));
  if (edit.ticket().state == TicketState::new_) { PARLEY_CHECK(edit.set_state(TicketState::open)); }
  return {};
}

Status end_offer(TicketEdit& edit, std::optional<AgentId> agent, const std::string& reason) {
  const auto current = edit.ticket().offer;
  if (!current || (agent && current->agent != *agent)) { return offer_gone(); }
  const auto offered_to = staff::find_agent(edit.tx(), current->agent);
  edit.set_offer(std::nullopt);
  edit.say(reason == "declined" ? "offer_declined" : "offer_expired", {{"agent_id", current->agent.value}, {"agent_name", offered_to ? offered_to->name : ""}});
  edit.mark(EventKind::ticket_offer_ended, reason);
  insert_decision(edit.tx(), edit.ticket().id, current->agent, reason, "{}");
  return {};
}

}  // namespace parley::tickets
