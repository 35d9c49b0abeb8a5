// Who gets the next ticket: a table of floors.
#include "base/json_text.h"
#include "routing/matcher.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace parley::routing {
namespace {

const TeamId sales{1}, support{2};

Candidate agent(std::int64_t id, int load, int capacity, std::int64_t last = 0) {
  return {AgentId{id}, {sales}, true, true, false, load, capacity, from_ms(last)};
}
template <class Change>
Candidate with(Candidate candidate, Change change) {
  change(candidate);
  return candidate;
}
Candidate away(Candidate c) {
  return with(c, [](Candidate& x) { x.is_available = false; });
}
Candidate light(Candidate c) {
  return with(c, [](Candidate& x) { x.takes_tickets = false; });
}
Candidate asked(Candidate c) {
  return with(c, [](Candidate& x) { x.has_offer = true; });
}
Candidate in(TeamId team, Candidate c) {
  return with(c, [team](Candidate& x) { x.teams = {team}; });
}

struct Case {
  const char* name;
  std::vector<Candidate> floor;
  std::optional<TeamId> team;
  std::vector<AgentId> declined;
  std::int64_t chosen;  // 0: nobody
  const char* reason;
};

TEST(Matcher, DecidesByTheTable) {
  const Case cases[] = {
      {"nobody there", {}, sales, {}, 0, "nobody_available"},
      {"one free", {agent(1, 0, 5)}, sales, {}, 1, "least_loaded"},
      {"least loaded", {agent(1, 2, 5), agent(2, 1, 5)}, sales, {}, 2, "least_loaded"},
      {"relative to capacity", {agent(1, 1, 2), agent(2, 4, 10)}, sales, {}, 2, "least_loaded"},
      {"equal shares are equal", {agent(1, 1, 2, 50), agent(2, 5, 10, 10)}, sales, {}, 2, "least_loaded"},
      {"tie: longest without", {agent(1, 1, 5, 200), agent(2, 1, 5, 100)}, sales, {}, 2, "least_loaded"},
      {"tie of all: lowest id", {agent(9, 1, 5, 100), agent(2, 1, 5, 100)}, sales, {}, 2, "least_loaded"},
      {"idle beats order of assignment", {agent(1, 0, 5, 900), agent(2, 1, 5, 1)}, sales, {}, 1, "least_loaded"},
      {"other team", {in(support, agent(1, 0, 5)), agent(2, 4, 5)}, sales, {}, 2, "least_loaded"},
      {"only other teams", {in(support, agent(1, 0, 5))}, sales, {}, 0, "nobody_available"},
      {"no team: everybody", {in(support, agent(1, 0, 5)), agent(2, 4, 5)}, std::nullopt, {}, 1, "least_loaded"},
      {"full", {agent(1, 5, 5), agent(2, 6, 5)}, sales, {}, 0, "all_full"},
      {"capacity zero is full", {agent(1, 0, 0)}, sales, {}, 0, "all_full"},
      {"full but another free", {agent(1, 5, 5), agent(2, 4, 5)}, sales, {}, 2, "least_loaded"},
      {"away", {away(agent(1, 0, 5))}, sales, {}, 0, "nobody_available"},
      {"away and full is away", {away(agent(1, 5, 5))}, sales, {}, 0, "nobody_available"},
      {"light agents never", {light(agent(1, 0, 5))}, sales, {}, 0, "nobody_available"},
      {"being asked", {asked(agent(1, 0, 5)), agent(2, 4, 5)}, sales, {}, 2, "least_loaded"},
      {"only somebody being asked", {asked(agent(1, 0, 5))}, sales, {}, 0, "nobody_available"},
      {"declined comes last", {agent(1, 0, 5), agent(2, 4, 5)}, sales, {AgentId{1}}, 2, "least_loaded"},
      {"declined when nobody else", {agent(1, 0, 5), away(agent(2, 0, 5))}, sales, {AgentId{1}}, 1, "least_loaded"},
      {"best of those who declined", {agent(1, 3, 5), agent(2, 1, 5)}, sales, {AgentId{1}, AgentId{2}}, 2, "least_loaded"},
      {"large numbers do not overflow", {agent(1, 2'000'000'000, 2'000'000'001), agent(2, 1, 2'000'000'000)}, sales, {}, 2, "least_loaded"},
  };
  for (const auto& c : cases) {
    const auto proposal = match(c.floor, c.team, c.declined);
    EXPECT_EQ(proposal.agent ? proposal.agent->value : 0, c.chosen) << c.name;
    EXPECT_EQ(proposal.reason, c.reason) << c.name;
  }
}

TEST(Matcher, GivesTheSameAnswerInAnyOrder) {
  std::vector<Candidate> floor{agent(1, 1, 5, 9), agent(2, 1, 5, 9), agent(3, 2, 10, 9), agent(4, 1, 5, 10)};
  std::sort(floor.begin(), floor.end(), [](const auto& a, const auto& b) { return a.agent < b.agent; });
  do { EXPECT_EQ(match(floor, sales, {}).agent, AgentId{1}); } while (std::next_permutation(floor.begin(), floor.end(), [](const auto& a, const auto& b) { return a.agent < b.agent; }));
}

TEST(Matcher, ExplainsEachCandidateOfTheTeam) {
  const auto proposal = match({agent(1, 5, 5), away(agent(2, 0, 5)), asked(agent(3, 1, 5)), agent(4, 2, 5), agent(5, 3, 5), light(agent(6, 0, 5)), in(support, agent(7, 0, 5))}, sales, {AgentId{4}});
  const auto explanation = stored_json(proposal.explanation);
  std::map<std::int64_t, std::string> why;
  for (const auto& c : explanation.at("considered")) { why[c.at("agent_id").get<std::int64_t>()] = c.at("dropped").get<std::string>(); }
  EXPECT_EQ(why, (std::map<std::int64_t, std::string>{{1, "full"}, {2, "not_available"}, {3, "being_asked"}, {4, "declined"}, {5, ""}}));
  EXPECT_EQ(explanation["considered"][3]["load"], 2);
  EXPECT_EQ(explanation["considered"][3]["capacity"], 5);
  EXPECT_EQ(proposal.agent, AgentId{5});
}

}  // namespace
}  // namespace parley::routing
