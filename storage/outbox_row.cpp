#include "storage/impl/outbox_row.h"

#include "base/json.h"
#include "base/json_text.h"
#include "base/text.h"

namespace parley::storage {

using nlohmann::json;

std::string outbox_text(std::string_view text, std::size_t characters_max) {
  std::string clean;
  if (is_valid_utf8(text)) {
    clean = text;
  } else {  // a provider's answer in another encoding: what is readable is kept
    for (const char c : text) { clean += static_cast<unsigned char>(c) < 0x80 ? c : '?'; }
  }
  return std::string(first_characters(clean, characters_max));
}

namespace {

constexpr std::string_view outbox_columns =
    "SELECT id, channel, lane, idempotency_key, message_id, payload, recipients_left, failures, state, attempts, claims, due_at, tried_since, last_error, status, "
    "COALESCE(provider_id, ''), updated_at, settled_at FROM outbox ";

std::vector<int> places_of(const std::optional<std::string>& text) {
  std::vector<int> out;
  if (!text) { return out; }
  for (const json& place : stored_json(*text)) { out.push_back(place.get<int>()); }
  return out;
}

std::vector<OutboxFailure> failures_of(const std::optional<std::string>& text) {
  std::vector<OutboxFailure> out;
  if (!text) { return out; }
  for (const json& each : stored_json(*text)) { out.push_back({each.at("recipient").get<int>(), each.value("status", ""), each.value("error", "")}); }
  return out;
}

Value text_of(const std::vector<OutboxFailure>& failures) {
  if (failures.empty()) { return {}; }
  json out = json::array();
  for (const auto& each : failures) { out.push_back({{"recipient", each.recipient}, {"status", outbox_text(each.status, 16)}, {"error", outbox_text(each.error, 500)}}); }
  return dump_json(out);
}

OutboxItem outbox_of(const Row& row) {
  Fields f(row);
  OutboxItem item;
  item.id = f.i64();
  item.channel = f.text();
  item.lane = f.text();
  item.idempotency_key = f.text();
  item.message_id = f.i64();
  item.payload = f.text();
  item.left = places_of(f.maybe_text());
  item.failures = failures_of(f.maybe_text());
  item.state = static_cast<OutboxState>(f.i64());
  item.attempts = static_cast<int>(f.i64());
  item.claims = static_cast<int>(f.i64());
  item.due_at = f.time();
  item.tried_since = f.time();
  item.last_error = f.text();
  item.status = f.text();
  item.provider_id = f.text();
  item.updated_at = f.time();
  item.settled_at = f.maybe_time();
  return item;
}

}  // namespace

std::vector<OutboxItem> outbox_rows(Transaction& tx, std::string_view rest, std::span<const Value> parameters) {
  std::vector<OutboxItem> out;
  for (const Row& row : tx.query(std::string(outbox_columns) + std::string(rest), parameters)) { out.push_back(outbox_of(row)); }
  return out;
}

std::optional<OutboxItem> outbox_row(Transaction& tx, std::string_view rest, std::initializer_list<Value> parameters) {
  auto rows = outbox_rows(tx, rest, std::span<const Value>(parameters.begin(), parameters.size()));
  return rows.empty() ? std::nullopt : std::optional(std::move(rows.front()));
}

void save_outbox(Transaction& tx, const OutboxItem& item) {
  const Value left = item.left.empty() ? Value{} : Value{dump_json(json(item.left))};
  const Value provider_id = item.provider_id.empty() ? Value{} : Value{outbox_text(item.provider_id, 255)};
  const Value settled_at = item.settled_at ? Value{*item.settled_at} : Value{};
  const bool is_leased = item.state == OutboxState::sending;
  tx.execute("UPDATE outbox SET recipients_left=?, failures=?, state=?, attempts=?, due_at=?, tried_since=?, last_error=?, status=?, provider_id=?, settled_at=?, "
             "lease_until=IF(?, lease_until, NULL), updated_at=? WHERE id=?",
             {left, text_of(item.failures), static_cast<int>(item.state), item.attempts, item.due_at, item.tried_since, outbox_text(item.last_error, 1000),
              outbox_text(item.status, 16), provider_id, settled_at, is_leased, tx.now(), item.id});
}

void give_up_left(OutboxItem& item, const std::string& status, const std::string& error) {
  for (const int recipient : std::exchange(item.left, {})) { item.failures.push_back({recipient, status, error}); }
}

}  // namespace parley::storage
