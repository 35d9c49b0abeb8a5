#include "server/net/connection.h"

namespace parley::net {

void Deadlines::arm(Connection& connection, Clock::duration limit) {
  connection.deadline = Clock::now() + limit;
  if (!connection.armed.is_linked()) { armed_.push_back(connection); }
}

void Deadlines::fire(Clock::time_point now) {
  // Collected first: on_deadline runs the application's on_close, which may arm or end any other connection.
  std::vector<std::shared_ptr<Connection>> due;
  for (auto it = armed_.begin(); it != armed_.end();) {
    Connection& connection = *it++;
    if (connection.deadline > now) { continue; }
    disarm(connection);
    // Expired only while its destructor runs; that one needs no deadline any more.
    if (auto alive = connection.weak_from_this().lock()) { due.push_back(std::move(alive)); }
  }
  for (const auto& connection : due) { connection->on_deadline(); }
}

}  // namespace parley::net
