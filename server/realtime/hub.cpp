#include "server/realtime/hub.h"


#include <boost/asio/post.hpp>
#include <future>

#include "base/crypto.h"
#include "base/json_text.h"
#include "base/token.h"
#include "channels/chat/conversation.h"
#include "server/app/problem.h"
#include "server/realtime/session.h"
#include "staff/login.h"
#include "staff/staff_store.h"

namespace parley::realtime {

namespace asio = boost::asio;
using nlohmann::json;
using storage::Transaction;
using tickets::Audience;

namespace {
constexpr int warm_events = 5'000;  // loaded at start so that clients resume over a restart

}  // namespace

Hub::Hub(asio::any_io_executor io, storage::Database& database, app::Dispatcher& dispatcher, staff::PresenceBook& presence,
         const customers::CustomerService& customers, std::shared_ptr<const Clock> clock, HubOptions options)
    : io_(io), database_(database), dispatcher_(dispatcher), presence_(presence), clock_(std::move(clock)), options_(options),
      projector_(database, customers, {[this](AgentId a) { return presence_.is_connected(a); }, [this](CustomerId c) { return is_online(c); }}), timer_(io) {}

Hub::~Hub() { stop(); }

Status Hub::start() {
  const std::uint64_t head = database_.durable_seq();
  PARLEY_TRY(const auto agents, database_.read_now([&](Transaction& tx) -> Result<std::vector<staff::Agent>> {
    ring_low_ = storage::seq_before_newest(tx, head, warm_events);
    return staff::list_agents(tx);
  }));
  shared_seq_ = head;
  for (const auto& agent : agents) { agent_status_[agent.id.value] = agent.status; }
  storage::FollowerOptions options;
  options.name = "hub";
  options.persists_cursor = false;
  options.start_after = ring_low_;
  // The follower waits until a batch is in the hub's hands, so the way from the journal to the sockets is bounded.
  const auto handler = [this](const std::vector<storage::JournalRow>& rows) -> Status {
    PARLEY_TRY(auto events, projector_.project(rows));
    auto taken = std::make_shared<std::promise<void>>();
    auto done = taken->get_future();
    asio::post(io_, [this, alive = std::weak_ptr<int>(alive_), taken, events = std::move(events)]() mutable {
      if (!alive.expired()) { receive(std::move(events)); }
      taken->set_value();
    });
    // At shutdown the I/O thread may be gone; the journal keeps the events.
    while (done.wait_for(std::chrono::milliseconds(100)) != std::future_status::ready) {
      if (is_stopping_) { return {}; }
    }
    return {};
  };
  PARLEY_TRY(follower_, storage::start_follower(database_, options, handler));
  tick();
  return {};
}

void Hub::stop() {
  is_stopping_ = true;
  if (follower_) { follower_->stop(); }
  timer_.cancel();
  is_stopped_ = true;
}

std::shared_ptr<net::SocketHandler> Hub::accept(Principal who, std::string after, std::string session_token) {
  return std::make_shared<Session>(*this, alive_, std::move(who), std::move(after), std::move(session_token));
}

std::string Hub::cursor() const { return encode_cursor({database_.journal_uid(), shared_seq_.load()}); }

// --- joining and leaving --------------------------------------------------------------------------------------------------------

void Hub::joined(const SessionPtr& s, const std::string& after) {
  const auto cursor_given = decode_cursor(after);
  const std::uint64_t newest = ring_.empty() ? ring_low_ : ring_.back().seq;
  const bool can_resume = cursor_given && cursor_given->journal_uid == database_.journal_uid() && cursor_given->seq >= ring_low_ &&
                          cursor_given->seq <= std::max(newest, database_.durable_seq());
  ++(can_resume ? probe_.resumed : probe_.reset);
  // Right after a start the ring is still being filled with the past, which is no news to a fresh session.
  s->last_seq = can_resume ? cursor_given->seq : std::max(newest, shared_seq_.load());
  s->send(make_frame("hello", {{"session_id", random_token(9)},
                               {"resumed", can_resume},
                               {"cursor", encode_cursor({database_.journal_uid(), std::max(newest, s->last_seq)})},
                               {"heartbeat_ms", options_.heartbeat.count()},
                               {"server_time", to_ms(clock_->now())},
                               {"principal", {{"kind", s->who.is_agent() ? "agent" : "visitor"}, {"id", s->who.is_agent() ? s->who.agent.value : s->who.customer.value}}}}));
  if (s->who.is_agent()) {
    s->slot = agents_.size();
    agents_.push_back(s);
    presence_.socket_opened(s->who.agent);
    presence_dirty_agents_.insert(s->who.agent.value);
    ++probe_.agent_sockets;
  } else {
    customers_[s->who.customer].push_back(s);
    ++probe_.visitor_sockets;
    const std::lock_guard lock(shared_mutex_);
    if (++online_[s->who.customer] == 1) { presence_dirty_customers_.insert(s->who.customer.value); }
  }
  // Everything in the ring counts as this session's own from here on; the fan-out in progress skips it by number.
  catch_up(*s, ring_.size());
}

void Hub::left(const SessionPtr& s) {
  if (s->who.is_agent()) {
    if (s->slot >= agents_.size() || agents_[s->slot] != s) { return; }
    agents_[s->slot].reset();  // swept by tick(): a fan-out may be walking the list
    presence_.socket_closed(s->who.agent);
    viewing(s, std::nullopt);
    --probe_.agent_sockets;
    return;
  }
  const auto sessions = customers_.find(s->who.customer);
  if (sessions == customers_.end() || std::erase(sessions->second, s) == 0) { return; }
  if (sessions->second.empty()) { customers_.erase(sessions); }
  --probe_.visitor_sockets;
  const std::lock_guard lock(shared_mutex_);
  if (const auto count = online_.find(s->who.customer); count != online_.end() && --count->second <= 0) {
    online_.erase(count);
    presence_dirty_customers_.insert(s->who.customer.value);
  }
}

// --- events ---------------------------------------------------------------------------------------------------------------------

void Hub::receive(std::vector<LiveEvent> events) {
  for (auto& event : events) {
    ring_bytes_ += event.bytes();
    shared_seq_ = std::max(shared_seq_.load(), event.seq);
    if (event.is_about_ticket) {
      if (audiences_.size() >= audiences_max) { audiences_.clear(); }
      audiences_[event.audience.ticket] = event.audience;
    }
    ring_.push_back(std::move(event));
    ++received_;
  }
  if (!is_pumping_) {
    is_pumping_ = true;
    pump();
  }
}

/// Serves one slice of one event, then lets other work have the thread.
void Hub::pump() {
  std::size_t budget = options_.fanout_slice;
  while (next_ < received_) {
    if (pump_at_ == 0) { round_ends_ = received_; }
    // All events of a round go to a socket together: the busier the desk, the fewer system calls an event costs.
    for (; pump_at_ < agents_.size() && budget > 0; ++pump_at_) {
      if (const auto session = agents_[pump_at_]) { budget -= std::min(budget, catch_up(*session, place_of(round_ends_))); }
    }
    if (pump_at_ < agents_.size()) {
      asio::post(io_, [this, alive = std::weak_ptr<int>(alive_)] {
        if (!alive.expired()) { pump(); }
      });
      return;
    }
    for (; next_ < round_ends_; ++next_) { finish_event(ring_[place_of(next_)]); }
    pump_at_ = 0;
  }
  is_pumping_ = false;
  while (ring_.size() > options_.ring_max || ring_bytes_ > options_.ring_bytes_max) {
    ring_low_ = ring_.front().seq;
    ring_bytes_ -= ring_.front().bytes();
    ring_.pop_front();
  }
}

/// Where in the ring the event with this running number is.
std::size_t Hub::place_of(std::uint64_t number) const { return ring_.size() - static_cast<std::size_t>(received_ - number); }

/// Sends what the session has not had of the ring up to `end`; returns how many frames that were.
std::size_t Hub::catch_up(Session& s, std::size_t end) {
  std::size_t first = end;
  while (first > 0 && ring_[first - 1].seq > s.last_seq) { --first; }
  if (first == end) { return 0; }
  batch_.clear();
  for (std::size_t at = first; at < end; ++at) {
    if (auto frame = frame_for(ring_[at], s)) { batch_.push_back(std::move(frame)); }
  }
  s.last_seq = ring_[end - 1].seq;
  if (!batch_.empty()) { s.send_all(batch_); }
  batch_.clear();
  return end - first;
}

/// What this session is told of the event; nothing when it is not for it.
Frame Hub::frame_for(const LiveEvent& event, const Session& s) const {
  if (s.who.is_visitor()) { return event.audience.customer == s.who.customer ? event.for_visitor : nullptr; }
  if (!event.is_about_ticket || s.can_see(event.audience.team, event.audience.assignee)) { return event.for_agents; }
  if (!event.audience_changed || !s.can_see(event.team_before, event.assignee_before)) { return nullptr; }
  return make_event_frame(event.seq, encode_cursor({database_.journal_uid(), event.seq}), stored_json(event.gone_text));
}

void Hub::finish_event(const LiveEvent& event) {
  ++probe_.events_delivered;
  if (event.is_about_ticket) {
    if (const auto sessions = customers_.find(event.audience.customer); sessions != customers_.end()) {
      for (const auto& session : std::vector(sessions->second)) {
        if (event.seq <= session->last_seq) { continue; }
        session->last_seq = event.seq;
        if (const auto frame = frame_for(event, *session)) { session->send(frame); }
      }
    }
  }
  if (event.kind == EventKind::agent_updated || event.kind == EventKind::team_updated) { refresh_principals(event); }
}

// Rights may have changed: every affected socket gets its principal anew, or is closed when the agent is gone.
void Hub::refresh_principals(const LiveEvent& event) {
  for (const auto& session : agents_) {
    if (!session || (event.kind == EventKind::agent_updated && session->who.agent != event.agent)) { continue; }
    database_.read<std::pair<Principal, std::string>>(
        [who = session->who](Transaction& tx) -> Result<std::pair<Principal, std::string>> {
          PARLEY_TRY(auto fresh, staff::refresh_principal(tx, who));
          const auto agent = staff::find_agent(tx, fresh.agent);
          return std::pair{std::move(fresh), agent ? agent->status : std::string("offline")};
        },
        [this, alive = std::weak_ptr<int>(alive_), weak = std::weak_ptr<Session>(session)](Result<std::pair<Principal, std::string>> fresh) {
          asio::post(io_, [this, alive, weak, fresh = std::move(fresh)] {
            const auto s = weak.lock();
            if (alive.expired() || !s) { return; }
            if (fresh.has_error()) {
              if (fresh.error().code == Errc::unauthenticated) { s->close(net::close_code::not_authenticated, "logged out"); }
              return;
            }
            s->who = fresh->first;
            agent_status_[s->who.agent.value] = fresh->second;
            presence_dirty_agents_.insert(s->who.agent.value);
          });
        });
  }
}

HubProbe Hub::probe() const {
  HubProbe p = probe_;
  p.ring_events = ring_.size();
  p.ring_bytes = ring_bytes_;
  p.pending_events = received_ - next_;
  p.last_seq = ring_.empty() ? 0 : ring_.back().seq;
  return p;
}

storage::FollowerProbe Hub::follower_probe() const { return follower_ ? follower_->probe() : storage::FollowerProbe{}; }

}  // namespace parley::realtime
