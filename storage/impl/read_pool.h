// Threads that run read-only jobs, one connection each.
#pragma once

#include <thread>
#include <vector>

#include "storage/impl/connection_slot.h"
#include "storage/impl/job_queue.h"

namespace parley::storage {

class ReadPool {
 public:
  explicit ReadPool(SharedState& shared);
  ~ReadPool() { stop(); }
  bool submit(Job& job) { return queue_.push(job); }
  std::size_t depth() const { return queue_.depth(); }
  void close() { queue_.close(); }
  void stop();  // runs what is queued, then joins

 private:
  void serve();
  void run(ConnectionSlot& slot, Job& job);

  SharedState& shared_;
  JobQueue queue_;
  std::vector<std::thread> threads_;
};

}  // namespace parley::storage
