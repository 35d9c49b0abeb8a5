// A worker thread's place for its connection: made when needed, dropped when broken.
#pragma once

#include <memory>

#include "storage/impl/job_queue.h"
#include "storage/impl/shared_state.h"

namespace parley::storage {

class ConnectionSlot {
 public:
  ConnectionSlot(SharedState& shared, ConnectionRole role) : shared_(shared), role_(role) {}

  /// The connection, made anew if there is none, trying until `deadline`; null when the database cannot be reached.
  Connection* get(Moment deadline);
  /// The connection as it stands, null when there is none or it is broken.
  Connection* current() { return connection_ && connection_->is_usable() ? connection_.get() : nullptr; }
  /// Drops the connection if an error made it unusable.
  void drop_if_broken();
  void close() { connection_.reset(); }

 private:
  SharedState& shared_;
  ConnectionRole role_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace parley::storage
