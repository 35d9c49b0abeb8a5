#include "staff/presence.h"

namespace parley::staff {

void PresenceBook::socket_opened(AgentId agent) {
  const std::lock_guard lock(mutex_);
  ++entries_[agent].sockets;
}

void PresenceBook::socket_closed(AgentId agent) {
  const std::lock_guard lock(mutex_);
  auto& entry = entries_[agent];
  if (entry.sockets > 0) { --entry.sockets; }
  entry.last_seen = clock_->now();
}

bool PresenceBook::is_connected(AgentId agent) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(agent);
  return found != entries_.end() && counts(found->second);
}

std::vector<AgentId> PresenceBook::take_expired() {
  const std::lock_guard lock(mutex_);
  std::vector<AgentId> gone;
  for (auto it = entries_.begin(); it != entries_.end();) {
    if (counts(it->second)) {
      ++it;
    } else {
      gone.push_back(it->first);
      it = entries_.erase(it);
    }
  }
  return gone;
}

std::vector<AgentId> PresenceBook::connected() const {
  const std::lock_guard lock(mutex_);
  std::vector<AgentId> out;
  for (const auto& [agent, entry] : entries_) {
    if (counts(entry)) { out.push_back(agent); }
  }
  return out;
}

}  // namespace parley::staff
