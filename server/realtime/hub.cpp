#include "server/realtime/hub.h"

#include <spdlog/spdlog.h>

#include <boost/asio/post.hpp>
#include <future>

#include "base/crypto.h"
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
constexpr std::size_t audiences_max = 50'000;
constexpr int warm_events = 5'000;  // loaded at start so that clients resume over a restart
constexpr std::chrono::milliseconds tick_every{1'000};

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
  s->last_seq = can_resume ? cursor_given->seq : newest;
  s->send(make_frame("hello", {{"session_id", random_token(9)},
                               {"resumed", can_resume},
                               {"cursor", encode_cursor({database_.journal_uid(), std::max(newest, s->last_seq)})},
                               {"heartbeat_ms", options_.heartbeat.count()},
                               {"server_time", to_ms(clock_->now())},
                               {"principal", {{"kind", s->who.is_agent() ? "agent" : "visitor"}, {"id", s->who.is_agent() ? s->who.agent.value : s->who.customer.value}}}}));
  if (s->who.is_agent()) {
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
  for (const auto& event : ring_) {
    if (event.seq > s->last_seq) { deliver(event, *s); }
  }
  s->last_seq = std::max(s->last_seq, newest);
}

void Hub::left(const SessionPtr& s) {
  if (s->who.is_agent()) {
    const auto found = std::find(agents_.begin(), agents_.end(), s);
    if (found == agents_.end()) { return; }
    found->reset();  // the slot is swept by tick(): a fan-out may be walking the list
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
    const LiveEvent& event = ring_[ring_.size() - static_cast<std::size_t>(received_ - next_)];
    while (pump_at_ < agents_.size() && budget > 0) {
      const auto session = agents_[pump_at_++];
      if (session && event.seq > session->last_seq) {
        deliver(event, *session);
        session->last_seq = event.seq;
        --budget;
      }
    }
    if (pump_at_ < agents_.size()) {
      asio::post(io_, [this, alive = std::weak_ptr<int>(alive_)] {
        if (!alive.expired()) { pump(); }
      });
      return;
    }
    if (event.is_about_ticket) {
      if (const auto sessions = customers_.find(event.audience.customer); sessions != customers_.end()) {
        for (const auto& session : std::vector(sessions->second)) {
          if (event.seq > session->last_seq) {
            deliver(event, *session);
            session->last_seq = event.seq;
          }
        }
      }
    }
    after_delivery(event);
    pump_at_ = 0;
    ++next_;
    ++probe_.events_delivered;
  }
  is_pumping_ = false;
  while (ring_.size() > options_.ring_max || ring_bytes_ > options_.ring_bytes_max) {
    ring_low_ = ring_.front().seq;
    ring_bytes_ -= ring_.front().bytes();
    ring_.pop_front();
  }
}

void Hub::deliver(const LiveEvent& event, Session& s) {
  if (s.who.is_visitor()) {
    if (event.for_visitor && event.audience.customer == s.who.customer) { s.send(event.for_visitor); }
    return;
  }
  if (!event.is_about_ticket) {
    if (event.for_agents) { s.send(event.for_agents); }
    return;
  }
  if (s.can_see(event.audience.team, event.audience.assignee)) { return s.send(event.for_agents); }
  if (event.audience_changed && s.can_see(event.team_before, event.assignee_before)) {
    s.send(make_event_frame(event.seq, encode_cursor({database_.journal_uid(), event.seq}), json::parse(event.gone_text, nullptr, false)));
  }
}

void Hub::after_delivery(const LiveEvent& event) {
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

// --- what people do -------------------------------------------------------------------------------------------------------------

void Hub::with_audience(TicketId ticket, std::function<void(const Audience&)> then) {
  if (const auto known = audiences_.find(ticket); known != audiences_.end()) { return then(known->second); }
  database_.read<Audience>(
      [ticket](Transaction& tx) -> Result<Audience> {
        const auto found = tickets::find_ticket(tx, ticket);
        if (!found) { return Error(Errc::not_found); }
        return tickets::audience_of(*found);
      },
      [this, alive = std::weak_ptr<int>(alive_), then = std::move(then)](Result<Audience> audience) {
        if (audience.has_error()) { return; }
        asio::post(io_, [this, alive, then, audience = *audience] {
          if (alive.expired()) { return; }
          if (audiences_.size() >= audiences_max) { audiences_.clear(); }
          // An event may have been faster and knows better.
          then(audiences_.try_emplace(audience.ticket, audience).first->second);
        });
      });
}

void Hub::to_agents(const Audience& a, const Frame& frame, const Session* except) {
  for (const auto& session : agents_) {
    if (session && session.get() != except && session->can_see(a.team, a.assignee)) { session->send(frame); }
  }
}

void Hub::to_customer(CustomerId customer, const Frame& frame, const Session* except) {
  const auto sessions = customers_.find(customer);
  if (sessions == customers_.end()) { return; }
  for (const auto& session : sessions->second) {
    if (session.get() != except) { session->send(frame); }
  }
}

void Hub::viewing(const SessionPtr& s, std::optional<TicketId> ticket) {
  const auto before = s->viewed;
  if (before == ticket) { return; }
  s->viewed = ticket;
  const auto changed = [this, agent = s->who.agent.value](TicketId id) {
    with_audience(id, [this, id, agent](const Audience& audience) {
      bool looks = false;
      for (const auto& other : agents_) { looks = looks || (other && other->who.agent.value == agent && other->viewed == std::optional(id) && other->can_see(audience.team, audience.assignee)); }
      auto& viewers = viewers_[id.value];
      if (looks) {
        viewers.try_emplace(agent, "");
      } else {
        viewers.erase(agent);
      }
      if (viewers.empty()) { viewers_.erase(id.value); }
      broadcast_viewers(audience);
    });
  };
  if (before) { changed(*before); }
  if (ticket) { changed(*ticket); }
}

void Hub::broadcast_viewers(const Audience& audience) {
  json list = json::array();
  std::vector<AgentId> ids;
  if (const auto found = viewers_.find(audience.ticket.value); found != viewers_.end()) {
    for (const auto& [agent, typing] : found->second) {
      list.push_back({{"agent_id", agent}, {"is_typing", typing.empty() ? json(nullptr) : json(typing)}});
      ids.push_back(AgentId{agent});
    }
  }
  {
    const std::lock_guard lock(shared_mutex_);
    if (ids.empty()) {
      shared_viewers_.erase(audience.ticket.value);
    } else {
      shared_viewers_[audience.ticket.value] = std::move(ids);
    }
  }
  to_agents(audience, make_frame("viewers", {{"ticket_id", audience.ticket.value}, {"viewers", list}}));
}

void Hub::typing(const SessionPtr& s, TicketId ticket, bool is_typing, const std::string& kind) {
  with_audience(ticket, [this, s, is_typing, kind](const Audience& a) {
    if (s->who.is_visitor()) {
      if (a.customer != s->who.customer) { return; }
      const json author{{"kind", "customer"}, {"id", s->who.customer.value}, {"name", s->who.name}};
      to_agents(a, make_frame("typing", {{"ticket_id", a.ticket.value}, {"author", author}, {"is_typing", is_typing}}));
      return;
    }
    const bool may = s->can_see(a.team, a.assignee) && s->who.may(kind == "note" ? Permission::ticket_note : Permission::ticket_reply);
    if (!may) { return; }
    const auto viewers = viewers_.find(a.ticket.value);
    if (viewers != viewers_.end() && viewers->second.contains(s->who.agent.value)) {
      viewers->second[s->who.agent.value] = is_typing ? kind : "";
      broadcast_viewers(a);
    }
    json author{{"kind", "agent"}, {"id", s->who.agent.value}, {"name", s->who.name}};
    to_agents(a, make_frame("typing", {{"ticket_id", a.ticket.value}, {"author", author}, {"is_typing", is_typing}}), s.get());
    if (kind != "reply") { return; }  // the customer never learns of notes
    author["name"] = channels::chat::public_name(s->who.name);
    to_customer(a.customer, make_frame("typing", {{"conversation_id", a.ticket.value}, {"author", author}, {"is_typing", is_typing}}));
  });
}

void Hub::delivered(const SessionPtr& s, TicketId ticket, MessageId message) {
  with_audience(ticket, [this, s, message](const Audience& a) {
    if (s->who.is_visitor()) {
      if (a.customer != s->who.customer) { return; }
      auto& dirty = delivered_dirty_[a.ticket.value];
      dirty = {std::max(dirty.first, message.value), true};
      to_agents(a, make_frame("delivered", {{"ticket_id", a.ticket.value}, {"message_id", message.value}, {"by", "customer"}}));
    } else if (s->can_see(a.team, a.assignee)) {
      to_customer(a.customer, make_frame("delivered", {{"conversation_id", a.ticket.value}, {"message_id", message.value}, {"by", "agent"}}));
    }
  });
}

void Hub::call(const SessionPtr& s, app::Incoming in, std::string id) {
  const auto answer = [](const SessionPtr& session, const std::string& call_id, int status, json body) {
    session->send(make_frame("result", {{"id", call_id}, {"status", status}, {"body", std::move(body)}}));
  };
  if (s->calls >= options_.calls_max) {
    return answer(s, id, 429, app::problem_of(Error(Errc::rate_limited, "calls under way"), "socket"));
  }
  ++s->calls;
  dispatcher_.call(std::move(in), [this, alive = std::weak_ptr<int>(alive_), s, id = std::move(id), answer](Result<Reply> result) {
    const int status = result.has_error() ? app::status_of(result.error()) : result->status;
    json body = result.has_error() ? app::problem_of(result.error(), "socket") : std::move(result->body);
    asio::post(io_, [alive, s, id, answer, status, body = std::move(body)]() mutable {
      if (alive.expired()) { return; }
      --s->calls;
      answer(s, id, status, std::move(body));
    });
  });
}

// --- notices from other threads -------------------------------------------------------------------------------------------------

void Hub::notify_read(const tickets::ReadNotice& n) {
  asio::post(io_, [this, alive = std::weak_ptr<int>(alive_), n] {
    if (alive.expired()) { return; }
    json payload{{"ticket_id", n.audience.ticket.value}, {"message_id", n.message.value}, {"by", n.by_customer ? "customer" : "agent"}};
    if (n.by_customer) { return to_agents(n.audience, make_frame("read", payload)); }
    payload["agent_id"] = n.agent.value;
    payload["read_count"] = n.read_count;
    const Frame frame = make_frame("read", payload);
    for (const auto& session : agents_) {
      if (session && session->who.agent == n.agent) { session->send(frame); }
    }
    if (!n.audience.customer) { return; }
    to_customer(n.audience.customer, make_frame("read", {{"conversation_id", n.audience.ticket.value}, {"message_id", n.message.value}, {"by", "agent"}}));
  });
}

void Hub::notify_draft(TicketId ticket, AgentId agent, const tickets::Draft& draft) {
  asio::post(io_, [this, alive = std::weak_ptr<int>(alive_), ticket, agent, draft] {
    if (alive.expired()) { return; }
    const Frame frame = make_frame("draft", {{"ticket_id", ticket.value}, {"draft", tickets::to_json(draft)}});
    for (const auto& session : agents_) {
      if (session && session->who.agent == agent) { session->send(frame); }
    }
  });
}

std::vector<AgentId> Hub::viewers_of(TicketId ticket) {
  const std::lock_guard lock(shared_mutex_);
  const auto found = shared_viewers_.find(ticket.value);
  return found == shared_viewers_.end() ? std::vector<AgentId>{} : found->second;
}

bool Hub::is_online(CustomerId customer) const {
  const std::lock_guard lock(shared_mutex_);
  return online_.contains(customer);
}

void Hub::agents_gone(const std::vector<AgentId>& agents) {
  asio::post(io_, [this, alive = std::weak_ptr<int>(alive_), agents] {
    if (alive.expired()) { return; }
    for (const auto& agent : agents) { presence_dirty_agents_.insert(agent.value); }
  });
}

void Hub::queue_changed(const std::vector<tickets::QueuePlace>& places) {
  asio::post(io_, [this, alive = std::weak_ptr<int>(alive_), places] {
    if (alive.expired()) { return; }
    std::map<std::int64_t, std::int64_t> now;
    for (const auto& place : places) {
      now.emplace(place.ticket.value, place.customer.value);
      if (customers_.contains(place.customer)) {
        to_customer(place.customer, make_frame("queue", {{"conversation_id", place.ticket.value}, {"position", place.position}}));
      }
    }
    for (const auto& [ticket, customer] : in_line_) {
      if (!now.contains(ticket)) { to_customer(CustomerId{customer}, make_frame("queue", {{"conversation_id", ticket}, {"position", nullptr}})); }
    }
    in_line_ = std::move(now);
  });
}

void Hub::end_session(const std::string& session_token) {
  asio::post(io_, [this, alive = std::weak_ptr<int>(alive_), session_token] {
    if (alive.expired()) { return; }
    for (const auto& session : agents_) {
      if (session && session->session_token == session_token) { session->close(net::close_code::replaced, "logged out"); }
    }
  });
}

// --- once a second --------------------------------------------------------------------------------------------------------------

void Hub::tick() {
  timer_.expires_after(tick_every);
  timer_.async_wait([this, alive = std::weak_ptr<int>(alive_)](const boost::system::error_code& cancelled) {
    if (cancelled || alive.expired() || is_stopped_) { return; }
    if (!is_pumping_) { std::erase(agents_, nullptr); }
    flush_presence();
    flush_delivered();
    tick();
  });
}

void Hub::flush_presence() {
  json agents = json::array(), customers = json::array();
  for (const auto id : std::exchange(presence_dirty_agents_, {})) {
    const auto status = agent_status_.find(id);
    agents.push_back({{"id", id}, {"status", status == agent_status_.end() ? "online" : status->second}, {"is_connected", presence_.is_connected(AgentId{id})}});
  }
  for (const auto id : std::exchange(presence_dirty_customers_, {})) { customers.push_back({{"id", id}, {"is_online", is_online(CustomerId{id})}}); }
  const auto send_all = [this](const json& payload) {
    const Frame frame = make_frame("presence", payload);
    for (const auto& session : agents_) {
      if (session) { session->send(frame); }
    }
  };
  if (!agents.empty()) { send_all({{"agents", agents}}); }
  if (!customers.empty()) { send_all({{"customers", customers}}); }
}

// Delivery ticks are shown at once and stored once a second, one statement a conversation.
void Hub::flush_delivered() {
  if (delivered_dirty_.empty()) { return; }
  database_.submit_write(0, [dirty = std::exchange(delivered_dirty_, {})](Transaction& tx) -> Status {
    for (const auto& [ticket, message] : dirty) { std::ignore = tickets::advance_position(tx, TicketId{ticket}, tickets::PositionKind::customer_delivered, MessageId{message.first}); }
    return {};
  }, [](Status) {});
}

HubProbe Hub::probe() const {
  HubProbe p = probe_;
  p.ring_events = ring_.size();
  p.ring_bytes = ring_bytes_;
  p.pending_events = received_ - next_;
  p.last_seq = shared_seq_;
  return p;
}

storage::FollowerProbe Hub::follower_probe() const { return follower_ ? follower_->probe() : storage::FollowerProbe{}; }

}  // namespace parley::realtime
