#include "storage/impl/read_pool.h"

#include "base/log.h"
#include "storage/impl/answer.h"
#include "storage/impl/read_run.h"
#include "storage/impl/sql_error.h"

namespace parley::storage {

ReadPool::ReadPool(SharedState& shared) : shared_(shared), queue_(shared.options.queue_max) {
  for (int i = 0; i < shared.options.readers; ++i) {
    threads_.emplace_back([this] { serve(); });
  }
}

void ReadPool::stop() {
  queue_.close();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) { thread.join(); }
  }
}

void ReadPool::serve() {
  ConnectionSlot slot(shared_, ConnectionRole::reader);
  for (auto jobs = queue_.take(1); !jobs.empty(); jobs = queue_.take(1)) { run(slot, jobs.front()); }
}

void ReadPool::run(ConnectionSlot& slot, Job& job) {
  if (std::chrono::steady_clock::now() >= job.deadline) {
    ++shared_.counters.timed_out;
    return answer(job, Error(Errc::timeout, "the read waited too long for its turn"));
  }
  answer(job, run_read(shared_, slot, job.work, job.deadline));
  // Ends the snapshot after the answer is on its way: nobody waits for this round trip.
  try {
    if (Connection* connection = slot.current()) { connection->end_transaction("COMMIT"); }
  } catch (const DatabaseError& failure) {
    log_debug("storage: ending a snapshot failed: {}", {failure.what()});
  }
  slot.drop_if_broken();
}

}  // namespace parley::storage
