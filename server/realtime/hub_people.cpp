// The hub: what people do on a live connection (looking, typing, receiving, calling).
#include <boost/asio/post.hpp>

#include "base/text.h"
#include "server/app/problem.h"
#include "server/realtime/hub.h"
#include "server/realtime/session.h"

namespace parley::realtime {

namespace asio = boost::asio;
using nlohmann::json;
using storage::Transaction;
using tickets::Audience;

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
    author["name"] = first_name(s->who.name);
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

}  // namespace parley::realtime
