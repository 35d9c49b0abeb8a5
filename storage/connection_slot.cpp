#include "storage/impl/connection_slot.h"


#include <algorithm>

#include "base/log.h"

namespace parley::storage {

Connection* ConnectionSlot::get(Moment deadline) {
  drop_if_broken();
  milliseconds pause{5};
  while (!connection_) {
    try {
      connection_ = std::make_unique<Connection>(shared_.connection, role_);
    } catch (const DatabaseError& failure) {
      log_debug("storage: connecting failed: {}", {failure.what()});
      const bool has_time = std::chrono::steady_clock::now() + pause < deadline;
      if (!has_time || shared_.stopping.sleep_for(pause)) { return nullptr; }
      pause = std::min(pause * 2, milliseconds{100});
    }
  }
  return connection_.get();
}

void ConnectionSlot::drop_if_broken() {
  if (!connection_ || connection_->is_usable()) { return; }
  connection_.reset();
  ++shared_.counters.discarded;
}

}  // namespace parley::storage
