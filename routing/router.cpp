#include "routing/router.h"


#include "base/log.h"
#include "staff/staff_store.h"
#include "tickets/assignment.h"
#include "tickets/ticket_edit.h"

namespace parley::routing {

using storage::Transaction;
using tickets::Actor;
using tickets::TicketEdit;

namespace {
constexpr int queue_batch = 200;                  // tickets looked at in one pass
constexpr milliseconds decline_memory{120'000};   // an agent who gave a ticket back is asked last for this long
constexpr milliseconds pass_gap{20};              // at most 50 passes a second, however fast the journal moves
constexpr milliseconds idle_wait{500};            // offers expire within this of their time
constexpr milliseconds sweep_gap{250};            // what only time changes need not be looked at after every message
}  // namespace

Result<Router::Floor> Router::look() const {
  return database_.read_now([&](Transaction& tx) -> Result<Floor> {
    Floor floor;
    floor.queue = tickets::queued_tickets(tx, queue_batch);
    if (floor.queue.empty()) { return floor; }
    for (auto& inbox : tickets::list_inboxes(tx)) { floor.inboxes.emplace(inbox.id.value, std::move(inbox)); }
    const auto loads = tickets::chat_loads(tx);
    const auto asked = tickets::agents_with_offers(tx);
    std::map<std::int64_t, TimePoint> last;
    for (const auto& [agent, at] : staff::last_assignments(tx)) { last[agent.value] = at; }
    for (const auto& agent : staff::list_agents(tx)) {
      const auto load = loads.find(agent.id.value);
      floor.candidates.push_back({agent.id, agent.teams, agent.status == "online" && presence_.is_connected(agent.id),
                                  agent.is_active && agent.role != Role::light_agent, std::find(asked.begin(), asked.end(), agent.id) != asked.end(), load == loads.end() ? 0 : load->second, agent.chat_capacity,
                                  last[agent.id.value]});
    }
    for (const auto& [ticket, agent] : tickets::recent_refusals(tx, tx.now() - decline_memory)) { floor.declined[ticket.value].push_back(agent); }
    return floor;
  });
}

Status Router::place(const tickets::Ticket& waiting, const tickets::Inbox& inbox, const Proposal& proposal) {
  const bool offers = inbox.assignment == "offer";
  auto placed = database_.write_now(static_cast<std::uint64_t>(waiting.id.value), [&](Transaction& tx) -> Result<bool> {
    PARLEY_TRY(auto edit, TicketEdit::open(tx, waiting.id, Actor::system()));
    const auto& now = edit.ticket();
    if (!now.queued_at || now.offer || now.assignee) { return false; }  // somebody was faster
    const tickets::AssignRequest request{*proposal.agent, proposal.reason, proposal.explanation, true};
    if (offers) {
      PARLEY_CHECK(tickets::offer(edit, request, tx.now() + milliseconds{inbox.offer_timeout_s * 1000LL}));
    } else {
      PARLEY_CHECK(tickets::assign(edit, request));
    }
    edit.save();
    return true;
  });
  if (placed.has_error()) { return std::move(placed).error(); }
  if (*placed) { ++(offers ? offered_ : assigned_); }
  return {};
}

void Router::serve_queue() {
  auto floor = look();
  if (floor.has_error()) {
    ++failures_;
    return;
  }
  queue_length_ = floor->queue.size();
  for (const auto& waiting : floor->queue) {
    const auto inbox = floor->inboxes.find(waiting.inbox.value);
    if (inbox == floor->inboxes.end() || inbox->second.assignment == "manual") { continue; }
    const auto proposal = match(floor->candidates, waiting.team, floor->declined[waiting.id.value]);
    if (!proposal.agent) { continue; }
    if (const auto placed = place(waiting, inbox->second, proposal); placed.has_error()) {
      // agent_full means the picture was old; the next pass sees the new one.
      if (placed.error().reason != "agent_full") { ++failures_; }
      continue;
    }
    for (auto& c : floor->candidates) {
      if (c.agent == *proposal.agent) {
        ++c.load;
        c.has_offer = inbox->second.assignment == "offer";
        c.last_assigned_at = clock_->now();
      }
    }
  }
}

void Router::expire_offers() {
  const auto due = database_.read_now([&](Transaction& tx) -> Result<std::vector<TicketId>> { return tickets::expired_offers(tx, clock_->now()); });
  if (due.has_error()) {
    ++failures_;
    return;
  }
  for (const auto& id : *due) {
    const auto ended = database_.write_now(static_cast<std::uint64_t>(id.value), [&](Transaction& tx) -> Status {
      PARLEY_TRY(auto edit, TicketEdit::open(tx, id, Actor::system()));
      if (!edit.ticket().offer || edit.ticket().offer->expires_at > clock_->now()) { return {}; }
      PARLEY_CHECK(tickets::end_offer(edit, std::nullopt, "expired"));
      edit.save();
      return {};
    });
    ++(ended.has_error() ? failures_ : expired_);
  }
}

// Work must not stay with somebody who went home: unanswered chats go back to the line with the age they had. What a person gave
// to somebody who was already gone stays there: he meant it.
void Router::release_absent() {
  auto gone = presence_.take_expired();
  if (!gone.empty() && events_.on_agents_gone) { events_.on_agents_gone(gone); }
  // A customer may write to somebody who left long ago. What waited before this process began is left to people.
  const auto awaited = database_.read_now([&](Transaction& tx) -> Result<std::vector<AgentId>> { return tickets::awaited_agents(tx, presence_.began()); });
  if (awaited.has_value()) {
    for (const auto& agent : *awaited) {
      if (presence_.is_gone(agent) && std::find(gone.begin(), gone.end(), agent) == gone.end()) { gone.push_back(agent); }
    }
  }
  for (const auto& agent : gone) {
    const auto held = database_.read_now([&](Transaction& tx) -> Result<std::vector<TicketId>> { return tickets::waiting_chats_of(tx, agent); });
    if (held.has_error()) { continue; }
    for (const auto& id : *held) {
      const auto released = database_.write_now(static_cast<std::uint64_t>(id.value), [&](Transaction& tx) -> Status {
        PARLEY_TRY(auto edit, TicketEdit::open(tx, id, Actor::system()));
        const auto& ticket = edit.ticket();
        if (ticket.assignee != std::optional(agent) || !ticket.waiting_since || !ticket.is_routed) { return {}; }
        if (tickets::is_chosen_by_hand(tx, id, agent, presence_.last_seen(agent))) { return {}; }
        tickets::unassign(edit, "agent_gone", ticket.waiting_since);
        edit.save();
        return {};
      });
      ++(released.has_error() ? failures_ : requeued_);
    }
  }
}

void Router::publish_queue() {
  if (!events_.on_queue_changed) { return; }
  if (queue_length_ == 0 && published_.empty()) { return; }
  const auto places = database_.read_now([](Transaction& tx) -> Result<std::vector<tickets::QueuePlace>> { return tickets::queue_places(tx); });
  if (places.has_error()) { return; }
  std::vector<std::pair<std::int64_t, int>> line;
  for (const auto& place : *places) { line.emplace_back(place.ticket.value, place.position); }
  if (line == published_) { return; }
  published_ = std::move(line);
  events_.on_queue_changed(*places);
}

void Router::run_once() {
  sweep();
  serve();
}

void Router::sweep() {
  release_absent();
  expire_offers();
}

void Router::serve() {
  ++passes_;
  serve_queue();
  publish_queue();
}

void Router::start() {
  thread_ = std::thread([this] {
    std::uint64_t seen = 0;
    std::chrono::steady_clock::time_point swept{};
    while (!is_stopping_) {
      database_.wait_journal(seen, idle_wait);
      seen = database_.durable_seq();
      try {
        if (const auto now = std::chrono::steady_clock::now(); now - swept >= sweep_gap) {
          swept = now;
          sweep();
        }
        serve();
      } catch (const std::exception& failure) {
        ++failures_;
        log_error("router_pass_failed what={}", {failure.what()});
      }
      std::this_thread::sleep_for(pass_gap);
    }
  });
}

void Router::stop() {
  is_stopping_ = true;
  if (thread_.joinable()) { thread_.join(); }
}

RouterProbe Router::probe() const { return {passes_, assigned_, offered_, expired_, requeued_, failures_, queue_length_}; }

}  // namespace parley::routing
