#include "channels/email/mail_store.h"

#include <zlib.h>

#include <algorithm>
#include <fstream>

#include "base/crypto.h"
#include "base/json_text.h"
#include "base/schema.h"
#include "channels/email/reading/address.h"

namespace parley::channels::email {

using nlohmann::json;
using storage::Fields;
using storage::Row;
using storage::Transaction;
using storage::Value;

namespace {

constexpr std::string_view envelope_context = "mail_envelope";

#define PARLEY_MAIL_COLUMNS                                                                                                       \
  "SELECT id, inbox_id, source, source_key, state, reason, duplicate_key, rfc_id, envelope, problems, size, sha256, ticket_id, "  \
  "message_id, received_at"
#define PARLEY_MAIL_HEADS PARLEY_MAIL_COLUMNS ", NULL FROM mail "
#define PARLEY_MAILS PARLEY_MAIL_COLUMNS ", raw FROM mail "

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find(' ', at), text.size());
    out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

std::string joined(const std::vector<std::string>& words, std::size_t max) {
  std::string out;
  for (const auto& word : words) {
    if (out.size() + word.size() + 1 > max) { break; }
    out += out.empty() ? word : " " + word;
  }
  return out;
}

MailEntry mail_of(const Row& row, const storage::FieldCipher& cipher) {
  Fields f(row);
  MailEntry m;
  m.id = f.i64();
  m.inbox = f.maybe_id<InboxId>();
  m.source = f.text();
  m.source_key = f.maybe_text().value_or("");
  m.state = f.text();
  m.reason = f.text();
  m.duplicate_key = f.text();
  m.rfc_id = f.maybe_text().value_or("");
  const auto envelope = cipher.open_with_master(f.text(), envelope_context);
  m.envelope = envelope.has_value() ? stored_json(*envelope) : json::object();
  m.problems = words_of(f.text());
  m.size = f.i64();
  m.sha256 = f.text();
  m.ticket = f.maybe_id<TicketId>();
  m.message = f.maybe_id<MessageId>();
  m.received_at = f.time();
  m.packed = f.maybe_text().value_or("");
  return m;
}

Value or_null(const std::string& text) { return text.empty() ? Value() : Value(text); }

std::optional<MailEntry> first_mail(const storage::FieldCipher& cipher, const std::optional<Row>& row) {
  return row ? std::optional(mail_of(*row, cipher)) : std::nullopt;
}

}  // namespace

bool has_problem(const MailEntry& entry, std::string_view word) { return std::find(entry.problems.begin(), entry.problems.end(), word) != entry.problems.end(); }

std::int64_t insert_mail(Transaction& tx, const storage::FieldCipher& cipher, const MailEntry& m) {
  return tx.insert("INSERT INTO mail (inbox_id, source, source_key, state, reason, duplicate_key, rfc_id, envelope, problems, size, sha256, ticket_id, message_id, "
                   "received_at, raw) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                   {m.inbox, m.source, or_null(m.source_key), m.state, m.reason, m.duplicate_key, or_null(m.rfc_id),
                    cipher.seal_with_master(dump_json(m.envelope), envelope_context), joined(m.problems, 500), m.size, m.sha256, m.ticket, m.message, m.received_at, or_null(m.packed)});
}

void update_mail(Transaction& tx, const MailEntry& m) {
  tx.execute("UPDATE mail SET inbox_id = ?, state = ?, reason = ?, problems = ?, ticket_id = ?, message_id = ? WHERE id = ?",
             {m.inbox, m.state, m.reason, joined(m.problems, 500), m.ticket, m.message, m.id});
}

std::optional<MailEntry> find_mail(Transaction& tx, const storage::FieldCipher& cipher, std::int64_t id) {
  return first_mail(cipher, tx.query_one(PARLEY_MAILS "WHERE id = ?", {id}));
}

std::optional<MailEntry> find_mail_of_message(Transaction& tx, const storage::FieldCipher& cipher, MessageId message) {
  return first_mail(cipher, tx.query_one(PARLEY_MAILS "WHERE message_id = ? AND state IN ('ticket', 'joined') LIMIT 1", {message}));
}

std::optional<MailEntry> find_repeated_mail(Transaction& tx, const storage::FieldCipher& cipher, const std::string& duplicate_key, const std::string& source_key) {
  auto found = first_mail(cipher, tx.query_one(PARLEY_MAIL_HEADS "WHERE duplicate_key = ?", {duplicate_key}));
  if (found || source_key.empty()) { return found; }
  return first_mail(cipher, tx.query_one(PARLEY_MAIL_HEADS "WHERE source_key = ?", {source_key}));
}

std::vector<MailEntry> list_mails(Transaction& tx, const storage::FieldCipher& cipher, const MailQuery& q) {
  std::string sql = PARLEY_MAIL_HEADS "WHERE id < ?";
  std::vector<Value> parameters{q.before > 0 ? q.before : INT64_MAX};
  if (q.inbox) {
    sql += " AND inbox_id = ?";
    parameters.emplace_back(*q.inbox);
  }
  if (!q.state.empty()) {
    sql += " AND state = ?";
    parameters.emplace_back(q.state);
  }
  parameters.emplace_back(q.limit);
  std::vector<MailEntry> out;
  for (const auto& row : tx.query(sql + " ORDER BY id DESC LIMIT ?", parameters)) { out.push_back(mail_of(row, cipher)); }
  return out;
}

std::int64_t count_quarantined(Transaction& tx) { return tx.query("SELECT COUNT(*) FROM mail WHERE state = 'quarantined'").at(0).i64(0); }

json to_json(const MailEntry& m) {
  const auto id_or_null = [](const auto& id) { return id ? json(id->value) : json(nullptr); };
  return {{"id", m.id},
          {"inbox_id", id_or_null(m.inbox)},
          {"source", m.source},
          {"state", m.state},
          {"reason", m.reason},
          {"from", m.envelope.value("from", json{{"name", ""}, {"address", ""}})},
          {"to", m.envelope.value("to", json::array())},
          {"subject", m.envelope.value("subject", "")},
          {"size", m.size},
          {"received_at", to_ms(m.received_at)},
          {"ticket_id", id_or_null(m.ticket)},
          {"message_id", id_or_null(m.message)},
          {"problems", m.problems}};
}

std::optional<ThreadPlace> place_of_mail(Transaction& tx, const std::string& rfc_id) {
  const auto row = tx.query_one("SELECT ticket_id, message_id FROM mail WHERE rfc_id = ? AND state IN ('ticket', 'joined') ORDER BY id LIMIT 1", {rfc_id});
  return row ? std::optional(ThreadPlace{TicketId{row->i64(0)}, row->is_null(1) ? MessageId{} : MessageId{row->i64(1)}}) : std::nullopt;
}

void note_bounce(Transaction& tx, const std::string& lookup, const AddressHealth& h) {
  tx.execute("INSERT INTO email_address_health (lookup, is_hard, status, reason, at) VALUES (?,?,?,?,?) ON DUPLICATE KEY UPDATE "
             "is_hard = VALUES(is_hard), status = VALUES(status), reason = VALUES(reason), at = VALUES(at), bounce_count = bounce_count + 1",
             {lookup, h.is_hard, h.status, h.reason, h.at});
}

std::optional<AddressHealth> health_of(Transaction& tx, const std::string& lookup) {
  const auto row = tx.query_one("SELECT is_hard, status, reason, at FROM email_address_health WHERE lookup = ?", {lookup});
  if (!row) { return std::nullopt; }
  Fields f(*row);
  return AddressHealth{f.flag(), f.text(), f.text(), f.time()};
}

void note_sent_to(Transaction& tx, const std::vector<std::string>& lookups, InboxId inbox, MessageId message, TimePoint at) {
  for (const auto& lookup : lookups) { tx.execute("INSERT IGNORE INTO email_sent_to (lookup, inbox_id, message_id, at) VALUES (?,?,?,?)", {lookup, inbox, message, at}); }
  // Now and then, so that two lanes hardly ever clear at the same time.
  constexpr int every = 64, rows_max = 2'000;
  constexpr std::chrono::hours kept{7 * 24};
  if (message.value % every == 0) { tx.execute("DELETE FROM email_sent_to WHERE at < ? ORDER BY at LIMIT ?", {tx.now() - kept, rows_max}); }
}

std::optional<ThreadPlace> last_sent_to(Transaction& tx, const std::string& lookup, InboxId inbox, TimePoint since) {
  // What was never handed over cannot have come back.
  const auto row = tx.query_one("SELECT m.ticket_id, m.id FROM email_sent_to s JOIN message m ON m.id = s.message_id JOIN outbox o ON o.message_id = s.message_id "
                                "WHERE s.lookup = ? AND s.inbox_id = ? AND s.at >= ? AND o.state IN (2, 3, 4, 6) ORDER BY s.message_id DESC LIMIT 1",
                                {lookup, inbox, since});
  return row ? std::optional(ThreadPlace{TicketId{row->i64(0)}, MessageId{row->i64(1)}}) : std::nullopt;
}

std::vector<Block> list_blocks(Transaction& tx) {
  std::vector<Block> out;
  for (const auto& row : tx.query("SELECT id, pattern, note, created_at FROM email_block ORDER BY id DESC LIMIT 5000")) {
    Fields f(row);
    out.push_back({f.i64(), f.text(), f.text(), f.time()});
  }
  return out;
}

bool is_blocked(Transaction& tx, const std::string& address) {
  const std::string key = address_key(address);
  std::vector<std::string> patterns{key};
  for (std::string_view domain = domain_of(key); !domain.empty() && patterns.size() < 8;) {
    patterns.push_back("@" + std::string(domain));
    const auto dot = domain.find('.');
    domain = dot == std::string_view::npos ? std::string_view() : domain.substr(dot + 1);
  }
  std::vector<Value> parameters(patterns.begin(), patterns.end());
  parameters.resize(8, Value(patterns.back()));
  return !tx.query("SELECT id FROM email_block WHERE pattern IN (?,?,?,?,?,?,?,?) LIMIT 1", parameters).empty();
}

// --- raw messages ----------------------------------------------------------------------------------------------------------------------

Status RawStore::keep(std::string_view raw, MailEntry& entry) const {
  std::string packed(compressBound(raw.size()), '\0');
  uLongf size = packed.size();
  if (compress2(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(raw.data()), raw.size(), Z_BEST_SPEED) != Z_OK) {
    return Error(Errc::internal, "a mail could not be compressed");
  }
  packed.resize(size);
  entry.size = static_cast<std::int64_t>(raw.size());
  entry.sha256 = sha256(raw);
  if (packed.size() > in_row_max) { return files_.keep(entry.sha256, packed); }
  entry.packed = std::move(packed);
  return {};
}

namespace {

Result<std::string> unpacked(std::string_view packed, std::int64_t size) {
  std::string raw(static_cast<std::size_t>(size), '\0');
  uLongf room = raw.size();
  const int outcome = uncompress(reinterpret_cast<Bytef*>(raw.data()), &room, reinterpret_cast<const Bytef*>(packed.data()), packed.size());
  if (outcome != Z_OK || room != raw.size()) { return Error(Errc::internal, "the bytes of a mail are damaged"); }
  return raw;
}

}  // namespace

Result<std::string> RawStore::load(const MailEntry& entry) const {
  if (!entry.packed.empty()) { return unpacked(entry.packed, entry.size); }
  std::ifstream in(files_.path_of(entry.sha256), std::ios::binary);
  if (!in) { return Error::with_reason(Errc::not_found, "not_found", "The original of this mail is not there any more."); }
  return unpacked(std::string{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()}, entry.size);
}

}  // namespace parley::channels::email
