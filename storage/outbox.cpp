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
      "INSERT INTO outbox (channel, idempotency_key, message_id, payload, due_at, tried_since, created_at, updated_at) VALUES (?,?,?,?,?,?,?,?) "
      "ON DUPLICATE KEY UPDATE id=id",
      {item.channel, item.idempotency_key, item.message_id, item.payload, item.due_at, std::max(item.due_at, tx.now()), tx.now(), tx.now()});
}

namespace {

int as_int(OutboxState state) { return static_cast<int>(state); }

bool is_reportable(OutboxState state) {
  return state == OutboxState::sent || state == OutboxState::delivered || state == OutboxState::failed;
}

#define PARLEY_OUTBOX_COLUMNS \
  "SELECT id, channel, idempotency_key, message_id, payload, state, attempts, due_at, last_error, status, COALESCE(provider_id, ''), updated_at FROM outbox "

OutboxItem outbox_of(const Row& row) {
  Fields f(row);
  OutboxItem item;
  item.id = f.i64();
  item.channel = f.text();
  item.idempotency_key = f.text();
  item.message_id = f.i64();
  item.payload = f.text();
  item.state = static_cast<OutboxState>(f.i64());
  item.attempts = static_cast<int>(f.i64());
  item.due_at = f.time();
  item.last_error = f.text();
  item.status = f.text();
  item.provider_id = f.text();
  item.updated_at = f.time();
  return item;
}

constexpr std::string_view state_names[] = {"pending", "sending", "sent", "delivered", "failed", "dead", "uncertain", "cancelled"};

}  // namespace

std::string_view to_string(OutboxState state) { return state_names[as_int(state)]; }

std::optional<OutboxState> parse_outbox_state(std::string_view text) {
  for (int i = 0; i < static_cast<int>(std::size(state_names)); ++i) {
    if (state_names[i] == text) { return static_cast<OutboxState>(i); }
  }
  return std::nullopt;
}

std::optional<OutboxItem> find_outbox(Transaction& tx, std::int64_t id) {
  const auto row = tx.query_one(PARLEY_OUTBOX_COLUMNS "WHERE id=?", {id});
  return row ? std::optional(outbox_of(*row)) : std::nullopt;
}

std::optional<OutboxItem> find_outbox_of_message(Transaction& tx, std::int64_t message_id) {
  const auto row = tx.query_one(PARLEY_OUTBOX_COLUMNS "WHERE message_id=? ORDER BY id DESC LIMIT 1", {message_id});
  return row ? std::optional(outbox_of(*row)) : std::nullopt;
}

std::vector<OutboxItem> list_outbox(Transaction& tx, const std::vector<OutboxState>& states, std::int64_t before_id, int limit) {
  std::vector<OutboxItem> out;
  if (states.empty()) { return out; }
  std::vector<std::int64_t> wanted;
  for (const auto state : states) { wanted.push_back(as_int(state)); }
  std::vector<Value> parameters{before_id > 0 ? before_id : INT64_MAX};
  fill_in_list(parameters, wanted);
  parameters.emplace_back(limit);
  for (const Row& row : tx.query(in_list_sql(PARLEY_OUTBOX_COLUMNS "WHERE id<? AND state IN ", wanted.size(), " ORDER BY id DESC LIMIT ?"), parameters)) {
    out.push_back(outbox_of(row));
  }
  return out;
}

bool cancel_outbox(Transaction& tx, std::int64_t id) {
  return tx.execute("UPDATE outbox SET state=7, updated_at=? WHERE id=? AND state=0", {tx.now(), id}) == 1;
}

bool send_again(Transaction& tx, std::int64_t id) {
  return tx.execute("UPDATE outbox SET state=0, due_at=?, tried_since=?, lease_until=NULL, updated_at=? WHERE id=? AND state IN (0, 4, 5, 6)",
                    {tx.now(), tx.now(), tx.now(), id}) == 1;
}

bool discard_outbox(Transaction& tx, std::int64_t id) {
  return tx.execute("UPDATE outbox SET state=7, updated_at=? WHERE id=? AND state IN (4, 5, 6)", {tx.now(), id}) == 1;
}

bool report_message(Transaction& tx, std::int64_t message_id, OutboxState state, const std::string& status, const std::string& error) {
  return tx.execute("UPDATE outbox SET state=?, status=?, last_error=?, lease_until=NULL, updated_at=? WHERE message_id=? AND state IN (2, 3, 6) AND state<>?",
                    {as_int(state), outbox_text(status, 16), outbox_text(error, 1000), tx.now(), message_id, as_int(state)}) > 0;
}

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
