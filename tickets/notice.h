// Ephemeral news about a ticket: pushed to who is connected, never journalled.
#pragma once

#include <optional>

#include "tickets/ticket.h"

namespace parley::tickets {

/// Which sockets a notice about a ticket may reach.
struct Audience {
  TicketId ticket;
  CustomerId customer;
  std::optional<TeamId> team;
  std::optional<AgentId> assignee;
};
inline Audience audience_of(const Ticket& t) { return {t.id, t.requester.id, t.team, t.assignee}; }

struct ReadNotice {
  Audience audience;
  MessageId message;
  bool by_customer{false};
  AgentId agent;          // by an agent: who
  int read_count{0};
};

/// Called after COMMIT, on any thread; must not block.
class Notices {
 public:
  virtual ~Notices() = default;
  virtual void notify_read(const ReadNotice& notice) = 0;
  virtual void notify_draft(TicketId ticket, AgentId agent, const Draft& draft) = 0;
  virtual std::vector<AgentId> viewers_of(TicketId ticket) = 0;
};

}  // namespace parley::tickets
