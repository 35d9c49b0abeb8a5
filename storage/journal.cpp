#include "storage/journal.h"

#include "storage/impl/journal_tail.h"

namespace parley::storage {
namespace {

std::vector<JournalRow> journal_rows(const std::vector<Row>& rows) {
  std::vector<JournalRow> journal;
  journal.reserve(rows.size());
  for (const Row& row : rows) {
    Fields fields(row);
    JournalRow& entry = journal.emplace_back();
    entry.seq = static_cast<std::uint64_t>(fields.i64());
    entry.kind = static_cast<std::uint16_t>(fields.i64());
    entry.ticket = fields.i64();
    entry.ticket_version = static_cast<std::uint32_t>(fields.i64());
    entry.command_id = fields.text();
    entry.at = fields.time();
    entry.body = fields.text();
  }
  return journal;
}

constexpr std::string_view by_number =
    "SELECT seq,kind,ticket,ticket_version,command_id,at,body FROM journal WHERE stream=? AND seq>? AND seq<=? ORDER BY seq LIMIT ?";
// A ticket's versions grow with its numbers, so the secondary key (ticket, ticket_version, stream, seq) serves both orders.
constexpr std::string_view by_ticket_backwards =
    "SELECT seq,kind,ticket,ticket_version,command_id,at,body FROM journal FORCE INDEX (journal_ticket) "
    "WHERE ticket=? AND seq<? ORDER BY ticket_version DESC, seq DESC LIMIT ?";
constexpr std::string_view by_ticket_forwards =
    "SELECT seq,kind,ticket,ticket_version,command_id,at,body FROM journal FORCE INDEX (journal_ticket) "
    "WHERE ticket=? AND ticket_version>? ORDER BY ticket_version, seq LIMIT ?";

}  // namespace

std::vector<JournalRow> read_journal(Transaction& tx, std::uint64_t after, std::uint64_t up_to, int limit) {
  return journal_rows(tx.query(by_number, {journal_stream, after, up_to, limit}));
}

std::uint64_t seq_before_newest(Transaction& tx, std::uint64_t up_to, int count) {
  const auto row = tx.query_one("SELECT MIN(seq) FROM (SELECT seq FROM journal WHERE stream=? AND seq<=? ORDER BY seq DESC LIMIT ?) newest",
                                {journal_stream, up_to, count});
  return !row || row->is_null(0) ? up_to : static_cast<std::uint64_t>(row->i64(0)) - 1;
}

std::vector<JournalRow> read_ticket_journal(Transaction& tx, std::int64_t ticket, std::uint64_t before_seq, int limit) {
  const std::int64_t before = before_seq == 0 ? INT64_MAX : static_cast<std::int64_t>(before_seq);
  return journal_rows(tx.query(by_ticket_backwards, {ticket, before, limit}));
}

std::vector<JournalRow> read_ticket_changes(Transaction& tx, std::int64_t ticket, std::uint32_t after_version, int limit) {
  return journal_rows(tx.query(by_ticket_forwards, {ticket, after_version, limit}));
}

}  // namespace parley::storage
