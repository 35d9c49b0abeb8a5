#include "storage/impl/recent_journal.h"

namespace parley::storage {
namespace {

constexpr std::size_t recent_rows_max = 2'000, recent_bytes_max = 2u << 20;

}  // namespace

void RecentJournal::add(std::span<const CommandEvents> commands, std::uint64_t last) {
  std::size_t count = 0;
  for (const CommandEvents& command : commands) { count += command.events.size(); }
  std::uint64_t seq = last - count;
  const std::lock_guard hold(mutex_);
  for (const CommandEvents& command : commands) {
    for (const Event& event : command.events) {
      JournalRow row{++seq, event.kind, event.ticket, event.ticket_version, std::string(command.command_id), from_ms(to_ms(command.at)), event.body};
      bytes_ += row.body.size();
      rows_.insert_or_assign(seq, std::move(row));
    }
  }
  while (rows_.size() > recent_rows_max || bytes_ > recent_bytes_max) {
    bytes_ -= rows_.begin()->second.body.size();
    rows_.erase(rows_.begin());
  }
}

std::vector<JournalRow> RecentJournal::after(std::uint64_t after, std::uint64_t up_to, int limit) const {
  std::vector<JournalRow> found;
  const std::lock_guard hold(mutex_);
  for (auto row = rows_.find(after + 1); row != rows_.end() && row->first == after + 1 && after < up_to && std::ssize(found) < limit; ++row, ++after) {
    found.push_back(row->second);
  }
  return found;
}

}  // namespace parley::storage
