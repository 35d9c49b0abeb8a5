// One write lane: a thread, a connection, a queue. Takes what waits now, runs it as one transaction, answers after COMMIT.
#pragma once

#include <optional>
#include <span>
#include <thread>

#include "storage/impl/connection_slot.h"
#include "storage/impl/job_queue.h"
#include "storage/impl/lane_batch.h"

namespace parley::storage {

class Lane {
 public:
  explicit Lane(SharedState& shared);
  ~Lane() { stop(); }
  bool submit(Job& job) { return queue_.push(job); }
  std::size_t depth() const { return queue_.depth(); }
  void close() { queue_.close(); }
  void stop();

 private:
  void serve();
  void run(std::span<Job> jobs);
  void run_alone(Job& job);
  /// Nothing: all jobs are answered. Otherwise nothing of them happened and the error says why.
  std::optional<DatabaseError> attempt(std::span<Job> jobs);
  void answer_all(std::span<Command> commands, bool is_committed);

  SharedState& shared_;
  JobQueue queue_;
  ConnectionSlot slot_;
  std::thread thread_;
};

}  // namespace parley::storage
