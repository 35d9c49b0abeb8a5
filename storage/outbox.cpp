#include "storage/outbox.h"

#include "base/text.h"
#include "storage/impl/outbox_text.h"

namespace parley::storage {

std::string outbox_text(std::string_view text, std::size_t characters_max) {
  std::string clean;
  if (is_valid_utf8(text)) {
    clean = text;
  } else {  // a provider's answer in another encoding: what is readable is kept
    for (const char c : text) { clean += static_cast<unsigned char>(c) < 0x80 ? c : '?'; }
  }
  return std::string(first_characters(clean, characters_max));
}

std::int64_t enqueue(Transaction& tx, const OutboxItem& item) {
  return tx.insert(
      "INSERT INTO outbox (channel, idempotency_key, message_id, payload, due_at, created_at, updated_at) VALUES (?,?,?,?,?,?,?) "
      "ON DUPLICATE KEY UPDATE id=id",
      {item.channel, item.idempotency_key, item.message_id, item.payload, item.due_at, tx.now(), tx.now()});
}

namespace {

int as_int(OutboxState state) { return static_cast<int>(state); }

bool is_reportable(OutboxState state) {
  return state == OutboxState::sent || state == OutboxState::delivered || state == OutboxState::failed;
}

}  // namespace

Status report_delivery(Transaction& tx, const std::string& channel, const std::string& provider_id, OutboxState state,
                       const std::string& error) {
  if (!is_reportable(state)) { return Error(Errc::invalid_input, "a provider reports sent, delivered or failed"); }
  const auto row = tx.query_one("SELECT id, state FROM outbox WHERE channel=? AND provider_id=? ORDER BY id DESC LIMIT 1 FOR UPDATE",
                                {channel, provider_id});
  if (!row) { return Error(Errc::not_found, "no outgoing " + channel + " has this provider id"); }
  const auto current = static_cast<OutboxState>(row->i64(1));
  // Only sent and uncertain rows move; delivered, failed and dead are final, and a late "sent" changes nothing.
  const bool moves = current == OutboxState::uncertain || (current == OutboxState::sent && state != OutboxState::sent);
  if (!moves) { return {}; }
  tx.execute("UPDATE outbox SET state=?, last_error=?, lease_until=NULL, updated_at=? WHERE id=?",
             {as_int(state), outbox_text(error, 1000), tx.now(), row->i64(0)});
  return {};
}

}  // namespace parley::storage
