// Gives waiting tickets to agents: one thread that wakes with the journal and the clock, looks at the line, and asks the assigner.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "routing/matcher.h"
#include "staff/presence.h"
#include "storage/database.h"
#include "tickets/inbox.h"
#include "tickets/ticket_store.h"

namespace parley::routing {

struct RouterEvents {
  std::function<void(const std::vector<AgentId>&)> on_agents_gone;                       // grace ran out
  std::function<void(const std::vector<tickets::QueuePlace>&)> on_queue_changed;
};

struct RouterProbe {
  std::uint64_t passes, assigned, offered, expired, requeued, failures, queue_length;
};

class Router {
 public:
  Router(storage::Database& database, staff::PresenceBook& presence, std::shared_ptr<const Clock> clock, RouterEvents events)
      : database_(database), presence_(presence), clock_(std::move(clock)), events_(std::move(events)) {}
  ~Router() { stop(); }

  /// One look at offers, absent agents and the line.
  void run_once();
  void start();
  void stop();
  RouterProbe probe() const;

 private:
  struct Floor {
    std::vector<tickets::Ticket> queue;
    std::map<std::int64_t, tickets::Inbox> inboxes;
    std::vector<Candidate> candidates;
    std::map<std::int64_t, std::vector<AgentId>> declined;  // by ticket
  };
  void sweep();
  void serve();
  Result<Floor> look() const;
  void expire_offers();
  void release_absent();
  void serve_queue();
  void publish_queue();
  Status place(const tickets::Ticket& waiting, const tickets::Inbox& inbox, const Proposal& proposal);

  storage::Database& database_;
  staff::PresenceBook& presence_;
  std::shared_ptr<const Clock> clock_;
  RouterEvents events_;
  std::thread thread_;
  std::atomic<bool> is_stopping_{false};
  std::vector<std::pair<std::int64_t, int>> published_;  // the last published line, to publish changes only
  std::atomic<std::uint64_t> passes_{0}, assigned_{0}, offered_{0}, expired_{0}, requeued_{0}, failures_{0}, queue_length_{0};
};

}  // namespace parley::routing
