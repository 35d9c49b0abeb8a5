// Who is at the desk right now. Not stored: sockets come and go, a restart starts with everybody in their grace period.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"

namespace parley::staff {

/// An agent counts as connected while a console socket is open, and for a grace period after the last one was lost, so that a page
/// reload or a lost network does not send work away. Thread-safe.
class PresenceBook {
 public:
  PresenceBook(std::shared_ptr<const Clock> clock, milliseconds grace) : clock_(std::move(clock)), grace_(grace), began_(clock_->now()) {}

  void socket_opened(AgentId agent);
  void socket_closed(AgentId agent);
  bool is_connected(AgentId agent) const;
  /// Not connected, and not merely because this process began a moment ago.
  bool is_gone(AgentId agent) const { return clock_->now() - began_ >= grace_ && !is_connected(agent); }
  TimePoint began() const { return began_; }
  /// When the agent's last socket closed; when this process began for somebody it has not seen.
  TimePoint last_seen(AgentId agent) const;
  /// Agents whose grace has run out since the last call; call it about once a second.
  std::vector<AgentId> take_expired();
  std::vector<AgentId> connected() const;

 private:
  struct Entry {
    int sockets{0};
    TimePoint last_seen{};
    bool is_told{false};  // take_expired() has named him since his last socket
  };
  bool counts(const Entry& entry) const { return entry.sockets > 0 || clock_->now() - entry.last_seen < grace_; }

  std::shared_ptr<const Clock> clock_;
  milliseconds grace_;
  TimePoint began_;
  mutable std::mutex mutex_;  // guards entries_; never held while calling out
  std::map<AgentId, Entry> entries_;
};

}  // namespace parley::staff
