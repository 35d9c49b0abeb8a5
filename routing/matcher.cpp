#include "routing/matcher.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json_text.h"

namespace parley::routing {

namespace {

/// Why a candidate cannot take the ticket; empty when he can.
const char* why_not(const Candidate& c, const std::optional<TeamId>& team) {
  if (!c.takes_tickets) { return "takes_no_tickets"; }
  if (team && std::find(c.teams.begin(), c.teams.end(), *team) == c.teams.end()) { return "other_team"; }
  if (!c.is_available) { return "not_available"; }
  if (c.load >= c.capacity) { return "full"; }
  if (c.has_offer) { return "being_asked"; }
  return "";
}

/// Less loaded relative to capacity first; then who got nothing for longest; then the id, so that equal pictures give equal answers.
bool is_better(const Candidate& a, const Candidate& b) {
  const auto left = static_cast<std::int64_t>(a.load) * b.capacity, right = static_cast<std::int64_t>(b.load) * a.capacity;
  if (left != right) { return left < right; }
  if (a.last_assigned_at != b.last_assigned_at) { return a.last_assigned_at < b.last_assigned_at; }
  return a.agent < b.agent;
}

}  // namespace

Proposal match(const std::vector<Candidate>& candidates, const std::optional<TeamId>& team, const std::vector<AgentId>& declined) {
  const Candidate* best = nullptr;
  const Candidate* fallback = nullptr;  // somebody who declined before
  bool somebody_full = false;
  nlohmann::json considered = nlohmann::json::array();
  for (const auto& c : candidates) {
    const std::string dropped = why_not(c, team);
    if (dropped == "other_team" || dropped == "takes_no_tickets") { continue; }
    const bool gave_back = std::find(declined.begin(), declined.end(), c.agent) != declined.end();
    considered.push_back({{"agent_id", c.agent.value}, {"load", c.load}, {"capacity", c.capacity}, {"dropped", dropped.empty() && gave_back ? "declined" : dropped}});
    somebody_full = somebody_full || dropped == "full";
    if (!dropped.empty()) { continue; }
    auto*& place = gave_back ? fallback : best;
    if (!place || is_better(c, *place)) { place = &c; }
  }
  const Candidate* chosen = best ? best : fallback;
  Proposal proposal;
  if (chosen) { proposal.agent = chosen->agent; }
  proposal.reason = chosen ? "least_loaded" : somebody_full ? "all_full" : "nobody_available";
  proposal.explanation = dump_json(nlohmann::json{{"considered", considered}});
  return proposal;
}

}  // namespace parley::routing
