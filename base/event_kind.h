// Kinds of journal events. Numbers are stored for ever: add, never renumber.
#pragma once

#include <cstdint>
#include <string_view>

namespace parley {

enum class EventKind : std::uint16_t {
  ticket_created = 1,
  ticket_updated = 2,
  message_created = 3,
  ticket_rated = 4,
  ticket_offered = 5,
  ticket_offer_ended = 6,
  message_updated = 7,
  customer_updated = 20,
  agent_updated = 30,
  team_updated = 31,
  inbox_updated = 32,
};

constexpr std::string_view to_string(EventKind kind) {
  switch (kind) {
    case EventKind::ticket_created: return "ticket.created";
    case EventKind::ticket_updated: return "ticket.updated";
    case EventKind::message_created: return "message.created";
    case EventKind::ticket_rated: return "ticket.rated";
    case EventKind::ticket_offered: return "ticket.offered";
    case EventKind::ticket_offer_ended: return "ticket.offer_ended";
    case EventKind::message_updated: return "message.updated";
    case EventKind::customer_updated: return "customer.updated";
    case EventKind::agent_updated: return "agent.updated";
    case EventKind::team_updated: return "team.updated";
    case EventKind::inbox_updated: return "inbox.updated";
  }
  return "unknown";
}

}  // namespace parley
