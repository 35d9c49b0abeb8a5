#include "storage/impl/answer.h"


#include <algorithm>
#include <random>

#include "base/log.h"
#include "storage/impl/stop_signal.h"

namespace parley::storage {

void answer(Job& job, Status status) {
  Database::Done done = std::exchange(job.done, nullptr);
  job.work = nullptr;  // captured state goes before the caller hears, on this thread
  if (!done) { return; }
  try {
    done(std::move(status));
  } catch (const std::exception& failure) {
    log_error("storage: a completion callback threw: {}", {failure.what()});
  }
}

Status call_work(Database::Work& work, Transaction& tx) {
  try {
    return work(tx);
  } catch (const DatabaseError&) {
    throw;
  } catch (const std::exception& failure) {
    log_error("storage: a command threw: {}", {failure.what()});
    return Error(Errc::internal, failure.what());
  }
}

bool back_off(const StopSignal& stopping, int attempt) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const auto longest = std::min(64, 1 << std::min(attempt, 6));
  const std::uniform_int_distribution<int> micros(300, longest * 1000);
  return !stopping.sleep_for(std::chrono::microseconds(std::uniform_int_distribution<int>(micros)(random)));
}

}  // namespace parley::storage
