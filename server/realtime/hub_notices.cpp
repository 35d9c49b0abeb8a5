// The hub: news from other threads, and what is collected for a second before it is sent.
#include <boost/asio/post.hpp>

#include "server/realtime/hub.h"
#include "server/realtime/session.h"

namespace parley::realtime {

namespace asio = boost::asio;
using nlohmann::json;
using storage::Transaction;

namespace {
constexpr std::chrono::milliseconds tick_every{1'000};
}

void Hub::notify_read(const tickets::ReadNotice& n) {
  asio::post(io_, [this, alive = std::weak_ptr<int>(alive_), n] {
    if (alive.expired()) { return; }
    json payload{{"ticket_id", n.audience.ticket.value}, {"message_id", n.message.value}, {"by", n.by_customer ? "customer" : "agent"}};
    if (n.by_customer) {
      to_agents(n.audience, make_frame("read", payload));
      // The customer's other tabs and devices drop their badge.
      return to_customer(n.audience.customer, make_frame("read", {{"conversation_id", n.audience.ticket.value}, {"message_id", n.message.value}, {"by", "customer"}}));
    }
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

void Hub::tick() {
  timer_.expires_after(tick_every);
  timer_.async_wait([this, alive = std::weak_ptr<int>(alive_)](const boost::system::error_code& cancelled) {
    if (cancelled || alive.expired() || is_stopped_) { return; }
    if (!is_pumping_) { sweep_agents(); }
    close_expired();
    flush_presence();
    flush_delivered();
    tick();
  });
}

void Hub::sweep_agents() {
  if (std::erase(agents_, nullptr) == 0) { return; }
  for (std::size_t slot = 0; slot < agents_.size(); ++slot) { agents_[slot]->slot = slot; }
}

void Hub::close_expired() {
  const auto now = clock_->now();
  for (const auto& session : agents_) {
    if (session && session->who.valid_until <= now) { session->close(net::close_code::not_authenticated, "session ended"); }
  }
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

}  // namespace parley::realtime
