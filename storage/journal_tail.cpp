#include "storage/impl/journal_tail.h"

#include <fmt/format.h>

#include <iterator>

#include "storage/impl/hex.h"

namespace parley::storage {
namespace {

/// Everything in a row is a number or a hex literal, so nothing in an event can end the literal or the statement.
void append_row(std::string& sql, const CommandEvents& command, const Event& event, std::size_t idx, std::size_t before_last) {
  fmt::format_to(std::back_inserter(sql), "({},LAST_INSERT_ID()-{},{},{},{},{},x'", journal_stream, before_last, event.kind,
                 event.ticket, event.ticket_version, idx);
  append_hex(sql, command.command_id);
  fmt::format_to(std::back_inserter(sql), "',{},x'", to_ms(command.at));
  append_hex(sql, event.body);
  sql += "')";
}

}  // namespace

// A compound and not a packet of several statements: both cost the same here (docs/journal.md), but a compound stops as a whole
// when replication aborts the transaction on a cluster, and the connection need not allow several statements per text at all.
// The number is selected after COMMIT, when the head row's lock is already free for the next lane.
std::string journal_tail_sql(std::span<const CommandEvents> commands) {
  std::size_t left = 0;
  std::size_t bytes = 512;
  for (const CommandEvents& command : commands) {
    left += command.events.size();
    for (const Event& event : command.events) { bytes += 160 + event.body.size() * 2; }
  }
  std::string sql;
  sql.reserve(bytes);
  fmt::format_to(std::back_inserter(sql),
                 "BEGIN NOT ATOMIC UPDATE journal_head SET seq=LAST_INSERT_ID(seq+{}) WHERE stream={}; "
                 "INSERT INTO journal (stream,seq,kind,ticket,ticket_version,idx,command_id,at,body) VALUES ",
                 left, journal_stream);
  bool is_first = true;
  for (const CommandEvents& command : commands) {
    for (std::size_t i = 0; i < command.events.size(); ++i) {
      if (!is_first) { sql += ','; }
      is_first = false;
      append_row(sql, command, command.events[i], i, --left);
    }
  }
  sql += "; COMMIT; SELECT LAST_INSERT_ID(); END";
  return sql;
}

}  // namespace parley::storage
