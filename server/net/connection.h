// What the server knows about one accepted connection, HTTP or WebSocket, and the one clock that ends all of them.
#pragma once

#include <boost/intrusive/list.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

namespace parley::net {

using Clock = std::chrono::steady_clock;
using AutoHook = boost::intrusive::list_member_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  virtual ~Connection() = default;

  virtual void on_deadline() = 0;
  /// The server stops: finish what is under way, begin nothing new.
  virtual void begin_stop() = 0;
  /// The server has no more patience.
  virtual void abort() = 0;
  /// Now and then, for WebSockets: is the peer still there?
  virtual void check_alive(Clock::time_point) {}

  AutoHook registered, armed;
  Clock::time_point deadline{};
};

using ConnectionList =
    boost::intrusive::list<Connection, boost::intrusive::member_hook<Connection, AutoHook, &Connection::registered>,
                           boost::intrusive::constant_time_size<false>>;

/// Deadlines of all connections. Only armed connections are visited, so ten thousand idle sockets cost nothing here, and one timer
/// for the whole server replaces one per connection with its allocations.
class Deadlines {
 public:
  void arm(Connection& connection, Clock::duration limit);
  static void disarm(Connection& connection) { connection.armed.unlink(); }
  /// Calls on_deadline of everything that is due.
  void fire(Clock::time_point now);

 private:
  boost::intrusive::list<Connection, boost::intrusive::member_hook<Connection, AutoHook, &Connection::armed>,
                         boost::intrusive::constant_time_size<false>>
      armed_;
};

}  // namespace parley::net
