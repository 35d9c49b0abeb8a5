// A journal event made ready for sockets: serialised once per kind of reader, with what decides who may have it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/event_kind.h"
#include "base/ids.h"
#include "tickets/notice.h"

namespace parley::realtime {

using Frame = std::shared_ptr<const std::string>;

struct LiveEvent {
  std::uint64_t seq{0};
  EventKind kind{EventKind::ticket_updated};
  bool is_about_ticket{false};
  tickets::Audience audience;               // who may see the ticket after the event
  std::optional<TeamId> team_before;        // and before it, when that changed
  std::optional<AgentId> assignee_before;
  bool audience_changed{false};
  AgentId agent;                            // agent.updated: whose
  Frame for_agents;                         // null: nothing
  Frame for_visitor;                        // null: not for the customer's eyes
  std::string gone_text;                    // what agents get who could see the ticket before and cannot now
  std::size_t bytes() const { return (for_agents ? for_agents->size() : 0) + (for_visitor ? for_visitor->size() : 0) + 200; }
};

}  // namespace parley::realtime
