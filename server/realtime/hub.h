// Live connections: who is connected, who may see what, and one queue of events for all. Lives on the I/O thread; the functions of
// Notices may be called from anywhere.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/principal.h"
#include "server/app/dispatcher.h"
#include "server/net/socket.h"
#include "server/realtime/event.h"
#include "server/realtime/projector.h"
#include "staff/presence.h"
#include "storage/journal.h"
#include "tickets/notice.h"
#include "tickets/ticket_store.h"

namespace parley::realtime {

class Session;

struct HubOptions {
  std::size_t ring_max{20'000};          // events kept for resuming clients
  std::size_t ring_bytes_max{64u << 20};
  std::size_t fanout_slice{256};         // sockets served before other work gets the thread
  milliseconds heartbeat{20'000};
  int calls_max{32};                     // under way per socket
  double frames_per_second{40}, frames_burst{200};
};

struct HubProbe {
  std::uint64_t agent_sockets, visitor_sockets, events_delivered, frames_sent, resumed, reset, flooded, bad_frames, ring_events, ring_bytes, pending_events, last_seq;
};

class Hub final : public tickets::Notices {
 public:
  Hub(boost::asio::any_io_executor io, storage::Database& database, app::Dispatcher& dispatcher, staff::PresenceBook& presence,
      const customers::CustomerService& customers, std::shared_ptr<const Clock> clock, HubOptions options);
  ~Hub() override;

  /// Fills the ring with the newest events and begins to follow the journal. Errors: unavailable.
  Status start();
  /// Stops following and closes nothing: sockets are the server's to close.
  void stop();

  /// A handler for a socket whose upgrade was accepted. `after`: the cursor the client stands at, or empty.
  std::shared_ptr<net::SocketHandler> accept(Principal who, std::string after, std::string session_token);

  // Notices: any thread
  void notify_read(const tickets::ReadNotice& notice) override;
  void notify_draft(TicketId ticket, AgentId agent, const tickets::Draft& draft) override;
  std::vector<AgentId> viewers_of(TicketId ticket) override;
  bool is_online(CustomerId customer) const;
  void agents_gone(const std::vector<AgentId>& agents);
  void queue_changed(const std::vector<tickets::QueuePlace>& places);
  void end_session(const std::string& session_token);  // log-out
  std::string cursor() const;                          // where a snapshot taken now stands
  HubProbe probe() const;
  storage::FollowerProbe follower_probe() const;

 private:
  friend class Session;
  using SessionPtr = std::shared_ptr<Session>;

  void joined(const SessionPtr& session, const std::string& after);
  void left(const SessionPtr& session);
  void receive(std::vector<LiveEvent> events);       // from the follower, on the I/O thread
  void pump();
  std::size_t place_of(std::uint64_t number) const;
  std::size_t catch_up(Session& session, std::size_t end);
  Frame frame_for(const LiveEvent& event, const Session& session) const;
  void finish_event(const LiveEvent& event);
  void refresh_principals(const LiveEvent& event);
  void sweep_agents();
  void close_expired();
  void viewing(const SessionPtr& session, std::optional<TicketId> ticket);
  void typing(const SessionPtr& session, TicketId ticket, bool is_typing, const std::string& kind);
  void delivered(const SessionPtr& session, TicketId ticket, MessageId message);
  void with_audience(TicketId ticket, std::function<void(const tickets::Audience&)> then);
  void broadcast_viewers(const tickets::Audience& audience);
  void to_agents(const tickets::Audience& audience, const Frame& frame, const Session* except = nullptr);
  void to_customer(CustomerId customer, const Frame& frame, const Session* except = nullptr);
  void call(const SessionPtr& session, app::Incoming incoming, std::string id);
  void tick();
  void flush_presence();
  void flush_delivered();

  boost::asio::any_io_executor io_;
  storage::Database& database_;
  app::Dispatcher& dispatcher_;
  staff::PresenceBook& presence_;
  std::shared_ptr<const Clock> clock_;
  HubOptions options_;
  Projector projector_;
  std::unique_ptr<storage::Follower> follower_;
  boost::asio::steady_timer timer_;

  std::vector<SessionPtr> agents_;  // null where one left during a fan-out
  std::unordered_map<CustomerId, std::vector<SessionPtr>> customers_;
  std::deque<LiveEvent> ring_;
  std::size_t ring_bytes_{0};
  std::uint64_t ring_low_{0};       // events after this number are in the ring
  std::uint64_t next_{0};           // number of ring events already fanned out, counted from the first ever received
  std::uint64_t received_{0};
  std::uint64_t round_ends_{0};     // the round under way brings every agent up to here
  std::size_t pump_at_{0};          // agent index within the round
  std::vector<Frame> batch_;        // frames for one socket, kept for its memory
  bool is_pumping_{false};
  std::map<std::int64_t, std::map<std::int64_t, std::string>> viewers_;  // ticket -> agent -> what he is typing ("" = looking)
  static constexpr std::size_t audiences_max = 50'000;
  std::unordered_map<TicketId, tickets::Audience> audiences_;            // cache
  std::set<std::int64_t> presence_dirty_agents_, presence_dirty_customers_;
  std::map<std::int64_t, std::pair<std::int64_t, bool>> delivered_dirty_;  // ticket -> message, by customer
  std::map<std::int64_t, std::string> agent_status_;
  std::map<std::int64_t, std::int64_t> in_line_;                          // ticket -> customer, as last told
  bool is_stopped_{false};
  std::atomic<bool> is_stopping_{false};
  std::atomic<std::uint64_t> shared_seq_{0};                              // newest event received
  std::shared_ptr<int> alive_{std::make_shared<int>(0)};  // posted work checks it: the hub may be gone

  mutable std::mutex shared_mutex_;  // guards what other threads read:
  std::map<std::int64_t, std::vector<AgentId>> shared_viewers_;
  std::unordered_map<CustomerId, int> online_;
  HubProbe probe_{};
};

}  // namespace parley::realtime
