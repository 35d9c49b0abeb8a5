// Who gets a ticket: capacity under races, offers, the router end to end, and who may see what.
#include <atomic>
#include <thread>

#include "routing/router.h"
#include "tests/integration/domain/desk.h"

namespace parley::test {
namespace {

using tickets::Actor;
using tickets::TicketEdit;

struct Assignment : DeskTest {
  Inbox shop = inbox();
  CustomerId cara = customer();
  TicketId open_ticket() { return start(shop, cara).ticket.id; }
  Status assign_to(TicketId id, AgentId agent, bool respects_capacity = true) {
    return edit(id, [&](TicketEdit& open) { return tickets::assign(open, {agent, "least_loaded", "{}", respects_capacity}); });
  }
};

TEST_F(Assignment, GivesAFullAgentNothingWhenEightRaceForThreePlaces) {
  const auto ann = agent("Ann", {.capacity = 3});
  std::vector<TicketId> tickets;
  for (int i = 0; i < 8; ++i) { tickets.push_back(open_ticket()); }
  for (int round = 0; round < 3; ++round) {
    std::atomic<int> succeeded{0}, full{0}, ready{0};
    std::vector<std::thread> racers;
    for (int i = 0; i < 8; ++i) {
      racers.emplace_back([&, id = tickets[static_cast<std::size_t>(i)], lane = static_cast<std::uint64_t>(i)] {
        ++ready;
        while (ready < 8) { std::this_thread::yield(); }
        const auto done = database.write_now(lane, [&](Transaction& tx) -> Status {
          PARLEY_TRY(auto open, TicketEdit::open(tx, id, Actor::system()));
          PARLEY_CHECK(tickets::assign(open, {ann.agent, "least_loaded"}));
          open.save();
          return {};
        });
        ++(done.has_value() ? succeeded : full);
        if (done.has_error()) { EXPECT_EQ(outcome(done), "agent_full"); }
      });
    }
    for (auto& racer : racers) { racer.join(); }
    EXPECT_EQ(succeeded, 3);
    EXPECT_EQ(full, 5);
    EXPECT_EQ(number("SELECT COUNT(*) FROM ticket WHERE assignee_id IS NOT NULL"), 3);
    for (const auto& id : tickets) {
      ASSERT_TRUE(edit(id, [](TicketEdit& open) -> Status {
                    tickets::unassign(open, "manual", std::nullopt);
                    return {};
                  }).has_value());
    }
  }
}

TEST_F(Assignment, LosesNoChangeWhenSeveralLanesEditOneTicket) {
  const auto id = open_ticket();
  const auto before = ticket(id).version;
  std::vector<std::thread> editors;
  for (std::uint64_t lane = 0; lane < 4; ++lane) {
    editors.emplace_back([&, lane] {
      for (int i = 0; i < 5; ++i) {
        const auto done = database.write_now(lane, [&](Transaction& tx) -> Status {
          PARLEY_TRY(auto open, TicketEdit::open(tx, id, Actor::system()));
          auto tags = open.ticket().tags;
          tags.push_back("t" + std::to_string(lane) + "-" + std::to_string(i));
          open.set_tags(std::move(tags));
          open.save();
          return {};
        });
        EXPECT_EQ(outcome(done), "ok");
      }
    });
  }
  for (auto& editor : editors) { editor.join(); }
  EXPECT_EQ(ticket(id).tags.size(), 20U);
  EXPECT_EQ(ticket(id).version, before + 20);
}

TEST_F(Assignment, CountsOpenChatsAndOffersAgainstCapacity) {
  const auto ann = agent("Ann", {.capacity = 2});
  const auto first = open_ticket(), second = open_ticket(), third = open_ticket();
  ASSERT_TRUE(assign_to(first, ann.agent).has_value());
  ASSERT_TRUE(edit(second, [&](TicketEdit& open) { return tickets::offer(open, {ann.agent, "least_loaded"}, clock->now() + milliseconds{30'000}); }).has_value());
  EXPECT_EQ(outcome(assign_to(third, ann.agent)), "agent_full");
  EXPECT_EQ(outcome(assign_to(third, ann.agent, false)), "ok") << "a person may overload a colleague knowingly";
  set_state(first, TicketState::pending);
  set_state(third, TicketState::solved);
  EXPECT_EQ(outcome(assign_to(open_ticket(), ann.agent)), "ok") << "pending and solved tickets take no place";
}

TEST_F(Assignment, RefusesWhoTakesNoTickets) {
  const auto light = agent("Lia", {Role::light_agent}), gone = agent("Gus");
  change_agent(gone.agent, [](staff::Agent& a) { a.is_active = false; });
  const auto id = open_ticket();
  EXPECT_EQ(outcome(assign_to(id, light.agent)), "/assignee_id:light_agent");
  EXPECT_EQ(outcome(assign_to(id, gone.agent)), "/assignee_id:unknown_agent");
  EXPECT_EQ(outcome(assign_to(id, AgentId{999'999})), "/assignee_id:unknown_agent");
  EXPECT_EQ(ticket(id).version, 1U);
}

TEST_F(Assignment, LeavesTheOldTeamWithTheTicket) {
  const TeamId sales = team("Sales"), support = team("Support");
  const auto boss = agent("Sue", {Role::supervisor}), ann = agent("Ann", {.teams = {sales}});
  const Inbox line = inbox("offer", sales);
  const auto id = start(line, cara).ticket.id;
  ASSERT_TRUE(assign_to(id, ann.agent).has_value());
  clock->advance(milliseconds{5'000});
  const auto moved = patch(boss, id, {.team = support}).value();
  EXPECT_FALSE(moved.assignee);
  EXPECT_EQ(moved.queued_at, clock->now());
  EXPECT_EQ(outcome(patch(ann, id, {.priority = "low"})), "not_found") << "no longer hers to see";
  EXPECT_EQ(outcome(patch(boss, id, {.team = TeamId{999'999}})), "/team_id:unknown_team");
}

// --- offers and the router ------------------------------------------------------------------------------------------------------

struct Routing : Assignment {
  Inbox line = inbox("offer");
  Principal ann = agent("Ann"), bob = agent("Bob");
  std::vector<AgentId> gone;
  std::vector<std::size_t> published;
  routing::Router router{database, presence, clock,
                         {[this](const std::vector<AgentId>& agents) { gone.insert(gone.end(), agents.begin(), agents.end()); },
                          [this](const std::vector<tickets::QueuePlace>& places) { published.push_back(places.size()); }}};
  TicketId queued() { return start(line, cara).ticket.id; }
};

TEST_F(Routing, OffersTheOldestToTheFreestAndAsksOneQuestionAtATime) {
  presence.socket_opened(ann.agent);
  const auto first = queued();
  clock->advance(milliseconds{1'000});
  const auto second = queued();
  router.run_once();
  ASSERT_TRUE(ticket(first).offer);
  EXPECT_EQ(ticket(first).offer->agent, ann.agent);
  EXPECT_EQ(ticket(first).offer->expires_at, clock->now() + milliseconds{30'000});
  EXPECT_FALSE(ticket(second).offer);
  presence.socket_opened(bob.agent);
  router.run_once();
  EXPECT_EQ(ticket(second).offer->agent, bob.agent);
  EXPECT_EQ(router.probe().offered, 2U);
  EXPECT_EQ(number("SELECT COUNT(*) FROM assignment_decision WHERE reason = 'offered:least_loaded'"), 2);
}

TEST_F(Routing, KeepsTheAgeOfATicketThatComesBack) {
  presence.socket_opened(ann.agent);
  const auto id = queued();
  const auto since = ticket(id).queued_at;
  clock->advance(milliseconds{2'000});
  router.run_once();
  ASSERT_TRUE(edit(id, [&](TicketEdit& open) { return tickets::end_offer(open, ann.agent, "declined"); }, Actor::agent(ann.agent, "Ann")).has_value());
  EXPECT_EQ(ticket(id).queued_at, since);
  EXPECT_FALSE(ticket(id).offer);
  EXPECT_EQ(outcome(edit(id, [&](TicketEdit& open) { return tickets::accept_offer(open, ann.agent); })), "offer_gone");
  presence.socket_opened(bob.agent);
  change_agent(bob.agent, [](staff::Agent& a) { a.chat_capacity = 1; });
  router.run_once();
  EXPECT_EQ(ticket(id).offer->agent, bob.agent) << "who declined is asked last";
  EXPECT_EQ(outcome(edit(id, [&](TicketEdit& open) { return tickets::accept_offer(open, ann.agent); })), "offer_gone") << "another's offer";
  clock->advance(milliseconds{29'999});
  router.run_once();
  EXPECT_TRUE(ticket(id).offer);
  clock->advance(milliseconds{1});
  router.run_once();
  EXPECT_EQ(router.probe().expired, 1U);
  EXPECT_EQ(ticket(id).queued_at, since);
  ASSERT_TRUE(ticket(id).offer) << "asked again, because nobody else is free";
}

TEST_F(Routing, EndsWithTheAcceptedTicketAssignedAndOpen) {
  presence.socket_opened(ann.agent);
  const auto id = queued();
  router.run_once();
  ASSERT_TRUE(edit(id, [&](TicketEdit& open) { return tickets::accept_offer(open, ann.agent); }, Actor::agent(ann.agent, "Ann")).has_value());
  const auto taken = ticket(id);
  EXPECT_EQ(taken.assignee, ann.agent);
  EXPECT_EQ(taken.state, TicketState::open);
  EXPECT_FALSE(taken.offer);
  EXPECT_FALSE(taken.queued_at);
  clock->advance(milliseconds{60'000});
  router.run_once();
  EXPECT_EQ(router.probe().expired, 0U);
}

TEST_F(Routing, AssignsAtOnceWhereTheInboxSaysSoAndNeverWhereManual) {
  presence.socket_opened(ann.agent);
  const auto direct = start(inbox("assign"), cara).ticket.id, manual = start(shop, cara).ticket.id;
  EXPECT_FALSE(ticket(manual).queued_at);
  router.run_once();
  EXPECT_EQ(ticket(direct).assignee, ann.agent);
  EXPECT_FALSE(ticket(manual).assignee);
  EXPECT_EQ(router.probe().assigned, 1U);
  EXPECT_EQ(router.probe().failures, 0U);
}

TEST_F(Routing, PassesByWhoIsAwayFullLightOrInAnotherTeam) {
  const TeamId sales = team("Sales");
  const auto light = agent("Lia", {Role::light_agent, {sales}}), full = agent("Flo", {.teams = {sales}, .capacity = 0}), away = agent("Al", {.teams = {sales}});
  for (const auto& who : {light, full, away, ann}) { presence.socket_opened(who.agent); }
  change_agent(away.agent, [](staff::Agent& a) { a.status = "away"; });
  const auto id = start(inbox("offer", sales), cara).ticket.id;
  router.run_once();
  EXPECT_FALSE(ticket(id).offer);
  change_agent(away.agent, [](staff::Agent& a) { a.status = "online"; });
  router.run_once();
  EXPECT_EQ(ticket(id).offer->agent, away.agent);
}

TEST_F(Routing, TakesUnansweredChatsFromWhoIsGone) {
  presence.socket_opened(ann.agent);
  const Inbox direct = inbox("assign");
  const auto waiting = start(direct, cara).ticket.id, answered = start(direct, cara).ticket.id;
  const auto since = ticket(waiting).waiting_since;
  router.run_once();
  ASSERT_EQ(ticket(waiting).assignee, ann.agent);
  ASSERT_TRUE(reply(ann, answered).has_value());
  presence.socket_closed(ann.agent);
  clock->advance(milliseconds{59'999});
  router.run_once();
  EXPECT_EQ(ticket(waiting).assignee, ann.agent) << "a page reload sends no work away";
  clock->advance(milliseconds{1});
  router.run_once();
  EXPECT_EQ(gone, std::vector{ann.agent});
  EXPECT_FALSE(ticket(waiting).assignee);
  EXPECT_EQ(ticket(waiting).queued_at, since) << "with the age it had";
  EXPECT_EQ(ticket(answered).assignee, ann.agent);
  presence.socket_opened(bob.agent);
  router.run_once();
  EXPECT_EQ(ticket(waiting).assignee, bob.agent);
}

TEST_F(Routing, LeavesWhatAPersonGaveToSomebodyAbsent) {
  const auto boss = agent("Sue", {Role::supervisor});
  presence.socket_opened(ann.agent);
  presence.socket_closed(ann.agent);
  clock->advance(milliseconds{61'000});
  const auto kept = queued();
  ASSERT_TRUE(patch(boss, kept, {.assignee = ann.agent}).has_value());
  router.run_once();
  EXPECT_EQ(ticket(kept).assignee, ann.agent) << "the supervisor meant it";
  clock->advance(milliseconds{1'000});
  presence.socket_opened(ann.agent);
  presence.socket_closed(ann.agent);
  clock->advance(milliseconds{61'000});
  router.run_once();
  EXPECT_FALSE(ticket(kept).assignee) << "she was here since, and left without an answer";
}

TEST_F(Routing, FindsSomebodyForACustomerWhoWritesToAnAbsentAgent) {
  presence.socket_opened(ann.agent);
  const auto id = start(inbox("assign"), cara).ticket.id;
  router.run_once();
  ASSERT_TRUE(reply(ann, id).has_value());
  presence.socket_closed(ann.agent);
  clock->advance(milliseconds{60'000});
  router.run_once();
  presence.socket_opened(bob.agent);
  ASSERT_TRUE(say(id, cara, "Are you there?").has_value());
  router.run_once();
  router.run_once();
  EXPECT_EQ(ticket(id).assignee, bob.agent) << "the ticket stays with somebody who went home";
}

TEST_F(Routing, TellsTheLineWhenItChanges) {
  router.run_once();
  const auto quiet = published.size();
  queued();
  queued();
  router.run_once();
  router.run_once();
  ASSERT_EQ(published.size(), quiet + 1);
  EXPECT_EQ(published.back(), 2U);
  presence.socket_opened(ann.agent);
  presence.socket_opened(bob.agent);
  router.run_once();
  EXPECT_EQ(published.back(), 2U) << "offered tickets keep their place";
}

// --- who may see ----------------------------------------------------------------------------------------------------------------

struct Visibility : Assignment {
  TeamId sales = team("Sales"), support = team("Support");
  Principal ann = agent("Ann", {.teams = {sales}}), bob = agent("Bob", {.teams = {support}}), boss = agent("Sue", {Role::supervisor});
  TicketId of_sales = start(inbox("manual", sales), cara, "Sales question").ticket.id, of_nobody = open_ticket();
  std::set<std::int64_t> listed(const Principal& who, const tickets::TicketQuery& query = {}) {
    std::set<std::int64_t> out;
    const auto rows = read([&](Transaction& tx) -> Result<std::vector<Ticket>> { return tickets::list_tickets(tx, who, query); }).value();
    for (const auto& row : rows) { out.insert(row.id.value); }
    return out;
  }
};

TEST_F(Visibility, HidesTicketsOfOtherTeams) {
  for (const auto& refused : {reply(bob, of_sales), note(bob, of_sales)}) { EXPECT_EQ(outcome(refused), "not_found"); }
  EXPECT_EQ(outcome(patch(bob, of_sales, {.priority = "low"})), "not_found");
  EXPECT_EQ(outcome(note(bob, of_nobody)), "ok");
  ASSERT_TRUE(assign_to(of_sales, bob.agent).has_value());
  EXPECT_EQ(outcome(note(bob, of_sales)), "ok") << "what is assigned to him is his to see";
}

TEST_F(Visibility, ShowsTheSameInListsAndCounts) {
  const std::set<std::int64_t> both{of_sales.value, of_nobody.value}, one{of_nobody.value};
  for (const char* view : {"open", "all", "unassigned"}) {
    EXPECT_EQ(listed(ann, {.view = view}), both) << view;
    EXPECT_EQ(listed(boss, {.view = view}), both) << view;
    EXPECT_EQ(listed(bob, {.view = view}), one) << view;
  }
  EXPECT_TRUE(listed(bob, {.view = "team", .team = sales}).empty());
  EXPECT_TRUE(listed(bob, {.view = "all", .text = "Sales"}).empty()) << "nor by search";
  EXPECT_TRUE(listed(bob, {.view = "all", .text = std::to_string(of_sales.value)}).empty()) << "nor by number";
  EXPECT_EQ(listed(ann, {.view = "all", .text = "#" + std::to_string(of_sales.value)}), std::set{of_sales.value});
  const auto counts = [&](const Principal& who) { return read([&](Transaction& tx) -> Result<tickets::ViewCounts> { return tickets::count_views(tx, who); }).value(); };
  EXPECT_EQ(counts(bob).open, 1);
  EXPECT_TRUE(counts(bob).teams.empty());
  EXPECT_EQ(counts(ann).open, 2);
  EXPECT_EQ(counts(ann).teams[sales.value], 1);
  ASSERT_TRUE(assign_to(of_sales, ann.agent).has_value());
  set_state(of_nobody, TicketState::solved);
  const auto after = counts(ann);
  EXPECT_EQ((std::vector{after.mine, after.unassigned, after.open, after.solved}), (std::vector<std::int64_t>{1, 0, 1, 1}));
}

TEST_F(Visibility, PagesThroughAListWithoutGapOrRepeat) {
  for (int i = 0; i < 7; ++i) {
    if (i % 3 == 0) { clock->advance(milliseconds{1'000}); }  // some share their time
    const auto id = open_ticket();
    if (i % 2 == 0) { ASSERT_TRUE(reply(ann, id).has_value()); }
  }
  for (const char* sort : {"updated", "waiting", "created"}) {
    std::vector<std::int64_t> seen;
    std::optional<PageKey> after;
    while (true) {
      const auto rows = read([&](Transaction& tx) -> Result<std::vector<Ticket>> { return tickets::list_tickets(tx, ann, {.view = "all", .sort = sort, .after = after, .limit = 2}); }).value();
      if (rows.empty()) { break; }
      for (const auto& row : rows) { seen.push_back(row.id.value); }
      after = tickets::page_key(rows.back(), sort);
    }
    EXPECT_EQ(seen.size(), 9U) << sort;
    EXPECT_EQ(std::set<std::int64_t>(seen.begin(), seen.end()).size(), 9U) << sort;
  }
}

}  // namespace
}  // namespace parley::test
