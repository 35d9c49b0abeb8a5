// The newest rows our own lanes have committed, so that a follower that keeps up need not ask the database for them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <vector>

#include "storage/impl/journal_tail.h"
#include "storage/journal.h"

namespace parley::storage {

/// Thread-safe. A number names one row for ever (docs/journal.md, "Epochs"), so a row that is here is what the database has. What is not
/// here may still be there: of other nodes, of before the start, of long ago.
class RecentJournal {
 public:
  /// Rows of a batch whose COMMIT has returned; `last` is its last number.
  void add(std::span<const CommandEvents> commands, std::uint64_t last);
  /// after+1, after+2, ... as far as they are here without a hole, at most `limit` and not beyond `up_to`.
  std::vector<JournalRow> after(std::uint64_t after, std::uint64_t up_to, int limit) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::uint64_t, JournalRow> rows_;
  std::size_t bytes_{0};
};

}  // namespace parley::storage
