// Who should take a waiting ticket: a pure function over a picture of the floor. The matcher proposes; the transaction decides.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"

namespace parley::routing {

struct Candidate {
  AgentId agent;
  std::vector<TeamId> teams;
  bool is_available{false};      // chose "online" and is connected
  bool takes_tickets{true};      // active, and not a light agent
  bool has_offer{false};         // is being asked about another ticket: one question at a time
  int load{0};
  int capacity{0};
  TimePoint last_assigned_at{};  // fairness among equals: who waited longest is next
};

struct Proposal {
  std::optional<AgentId> agent;
  std::string reason;       // "least_loaded" or why nobody: "nobody_available", "all_full"
  std::string explanation;  // JSON: each candidate of the team with load, capacity and why it was dropped
};

/// `team`: members only; nothing: everybody. `declined`: agents who gave this ticket back lately, asked again only when nobody else
/// is free.
Proposal match(const std::vector<Candidate>& candidates, const std::optional<TeamId>& team, const std::vector<AgentId>& declined);

}  // namespace parley::routing
