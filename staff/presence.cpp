#include "staff/presence.h"

namespace parley::staff {

void PresenceBook::socket_opened(AgentId agent) {
  const std::lock_guard lock(mutex_);
  auto& entry = entries_[agent];
  ++entry.sockets;
  entry.is_told = false;
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

TimePoint PresenceBook::last_seen(AgentId agent) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(agent);
  return found == entries_.end() ? began_ : found->second.last_seen;
}

std::vector<AgentId> PresenceBook::take_expired() {
  const std::lock_guard lock(mutex_);
  std::vector<AgentId> gone;
  for (auto& [agent, entry] : entries_) {
    if (entry.is_told || counts(entry)) { continue; }
    entry.is_told = true;
    gone.push_back(agent);
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
