// Calling the caller's code from a worker thread: nothing it throws may end the thread.
#pragma once

#include "storage/impl/job_queue.h"

namespace parley::storage {

class StopSignal;

/// Runs `job.done` once.
void answer(Job& job, Status status);
/// Runs work; a std::exception that is not a DatabaseError becomes Errc::internal, DatabaseError passes through.
Status call_work(Database::Work& work, Transaction& tx);
/// A short random pause that doubles with each attempt; false when stopped meanwhile.
bool back_off(const StopSignal& stopping, int attempt);

}  // namespace parley::storage
