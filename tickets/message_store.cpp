// SQL of messages and attachments.
#include <limits>

#include "base/json_text.h"
#include "storage/outbox.h"
#include "tickets/ticket_store.h"

namespace parley::tickets {

using nlohmann::json;
using storage::Fields;
using storage::fill_in_list;
using storage::in_list_sql;
using storage::Row;
using storage::Transaction;
using storage::Value;

namespace {

#define PARLEY_MESSAGE_COLUMNS                                                                                                 \
  "SELECT m.id, m.ticket_id, m.client_key, m.kind, m.author_kind, m.author_id, COALESCE(a.name, c.name, ''), m.channel, "      \
  "m.text, m.code, m.params, m.attachment_count, m.created_at, m.detail, m.detail_owner, k.wrapped_key, o.state, o.due_at, "    \
  "o.attempts, o.status, o.last_error, o.failures, o.updated_at FROM message m "                                               \
  "LEFT JOIN agent a ON m.author_kind = 'agent' AND a.id = m.author_id "                                                       \
  "LEFT JOIN customer c ON m.author_kind = 'customer' AND c.id = m.author_id "                                                 \
  "LEFT JOIN customer k ON m.detail IS NOT NULL AND k.id = m.detail_owner "                                                    \
  "LEFT JOIN outbox o ON m.detail IS NOT NULL AND o.message_id = m.id "

/// client_key is "<author key>/<client id>"; clients only know the second half.
std::string client_id_of(const std::optional<std::string>& client_key) {
  if (!client_key) { return {}; }
  return client_key->substr(client_key->find('/') + 1);
}

std::optional<Delivery> delivery_of(Fields& f) {
  const auto state = f.maybe_i64();
  if (!state) { return std::nullopt; }
  Delivery d;
  d.state = to_string(static_cast<storage::OutboxState>(*state));
  d.due_at = f.time();
  d.attempts = static_cast<int>(f.i64());
  d.status = f.text();
  d.error = f.text();
  if (const auto failures = f.maybe_text()) { d.failures = stored_json(*failures); }
  d.at = f.time();
  return d;
}

Message message_of(const Row& row, bool& has_attachments) {
  Fields f(row);
  Message m;
  m.id = f.id<MessageId>();
  m.ticket = f.id<TicketId>();
  m.client_id = client_id_of(f.maybe_text());
  m.kind = f.text();
  m.author.kind = f.text();
  m.author.id = f.maybe_i64().value_or(0);
  m.author.name = f.text();
  m.channel = f.text();
  m.text = f.text();
  m.code = f.maybe_text().value_or("");
  if (const auto params = f.maybe_text()) { m.params = stored_json(*params); }
  has_attachments = f.i64() > 0;
  m.created_at = f.time();
  m.detail = f.maybe_text().value_or("");
  m.detail_owner = f.maybe_id<CustomerId>().value_or(CustomerId{});
  m.detail_key = f.maybe_text().value_or("");
  m.delivery = delivery_of(f);
  return m;
}

constexpr const char* attachment_columns = "SELECT id, sha256, name, content_type, size, width, height, message_id FROM attachment ";

Attachment attachment_of(const Row& row) {
  Fields f(row);
  Attachment a;
  a.id = f.id<AttachmentId>();
  a.sha256 = f.text();
  a.name = f.text();
  a.content_type = f.text();
  a.size = f.i64();
  if (const auto width = f.maybe_i64()) { a.width = static_cast<int>(*width); }
  if (const auto height = f.maybe_i64()) { a.height = static_cast<int>(*height); }
  return a;
}

std::vector<Message> messages_of(Transaction& tx, const std::vector<Row>& rows) {
  std::vector<Message> out;
  std::vector<std::int64_t> with_files;
  for (const auto& row : rows) {
    bool has_attachments = false;
    out.push_back(message_of(row, has_attachments));
    if (has_attachments) { with_files.push_back(out.back().id.value); }
  }
  if (with_files.empty()) { return out; }
  std::vector<Value> parameters;
  fill_in_list(parameters, with_files);
  std::map<std::int64_t, std::vector<Attachment>> files;
  for (const auto& row : tx.query(in_list_sql(std::string(attachment_columns) + "WHERE message_id IN ", with_files.size(), " ORDER BY id"), parameters)) {
    files[row.i64(7)].push_back(attachment_of(row));
  }
  for (auto& message : out) {
    if (const auto found = files.find(message.id.value); found != files.end()) { message.attachments = std::move(found->second); }
  }
  return out;
}

}  // namespace

MessageId insert_message(Transaction& tx, const Message& m, const std::string& client_key) {
  return MessageId{tx.insert(
      "INSERT INTO message (ticket_id, client_key, kind, author_kind, author_id, channel, text, code, params, attachment_count, created_at, detail, detail_owner) "
      "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
      {m.ticket, client_key.empty() ? Value() : Value(client_key), m.kind, m.author.kind, m.author.id == 0 ? Value() : Value(m.author.id), m.channel, m.text,
       m.code.empty() ? Value() : Value(m.code), m.params.is_object() ? Value(dump_json(m.params)) : Value(), static_cast<std::int64_t>(m.attachments.size()),
       m.created_at, m.detail.empty() ? Value() : Value(m.detail), m.detail.empty() ? Value() : Value(m.detail_owner)})};
}

std::optional<Message> find_message_by_client_key(Transaction& tx, const std::string& client_key) {
  auto messages = messages_of(tx, tx.query(PARLEY_MESSAGE_COLUMNS "WHERE m.client_key = ?", {client_key}));
  return messages.empty() ? std::nullopt : std::optional(std::move(messages.front()));
}

void rewrite_message(Transaction& tx, const Message& m) {
  tx.execute("UPDATE message SET text = ?, detail = ?, detail_owner = ?, attachment_count = ? WHERE id = ?",
             {m.text, m.detail, m.detail_owner, static_cast<std::int64_t>(m.attachments.size()), m.id});
}

void rename_author(Transaction& tx, const std::string& from, const std::string& to) {
  tx.execute("UPDATE IGNORE message SET client_key = CONCAT(?, SUBSTRING(client_key, ?)) WHERE client_key LIKE ?",
             {to, static_cast<std::int64_t>(from.size() + 1), from + "/%"});
  tx.execute("UPDATE attachment SET uploader = ? WHERE message_id IS NULL AND uploader = ?", {to, from});
}

std::vector<Message> load_messages(Transaction& tx, const std::vector<std::int64_t>& ids) {
  if (ids.empty()) { return {}; }
  std::vector<Value> parameters;
  fill_in_list(parameters, ids);
  return messages_of(tx, tx.query(in_list_sql(PARLEY_MESSAGE_COLUMNS "WHERE m.id IN ", ids.size(), ""), parameters));
}

std::vector<Message> list_messages(Transaction& tx, TicketId ticket, const MessageQuery& q, bool& has_more) {
  const std::int64_t before = q.before > 0 ? q.before : std::numeric_limits<std::int64_t>::max();
  const bool forward = q.after > 0 && q.before == 0;
  std::string sql = PARLEY_MESSAGE_COLUMNS "WHERE m.ticket_id = ? AND m.id > ? AND m.id < ?";
  if (q.is_public_only) { sql += " AND m.kind = 'reply'"; }
  if (!q.channel.empty()) { sql += " AND m.channel = ?"; }
  sql += forward ? " ORDER BY m.id LIMIT ?" : " ORDER BY m.id DESC LIMIT ?";
  std::vector<Value> parameters{ticket, q.after, before};
  if (!q.channel.empty()) { parameters.emplace_back(q.channel); }
  parameters.emplace_back(q.limit + 1);
  auto messages = messages_of(tx, tx.query(sql, parameters));
  has_more = messages.size() > static_cast<std::size_t>(q.limit);
  if (has_more) { messages.pop_back(); }
  if (!forward) { std::reverse(messages.begin(), messages.end()); }
  return messages;
}

std::optional<LastMessage> last_chat_reply(Transaction& tx, const Ticket& ticket) {
  if (ticket.channel != "chat" || !ticket.last_message || is_chat_reply(*ticket.last_message)) { return std::nullopt; }
  const auto row = tx.query_one("SELECT id, kind, author_kind, LEFT(text, 160), attachment_count, created_at FROM message WHERE ticket_id = ? AND kind = 'reply' AND channel = 'chat' "
                                "ORDER BY id DESC LIMIT 1", {ticket.id});
  if (!row) { return std::nullopt; }
  return LastMessage{MessageId{row->i64(0)}, row->text(1), "chat", row->text(2), row->text(3), row->i64(4) > 0, from_ms(row->i64(5))};
}

AttachmentId insert_attachment(Transaction& tx, const Attachment& a, const std::string& uploader) {
  return AttachmentId{tx.insert("INSERT INTO attachment (uploader, sha256, name, content_type, size, width, height, created_at) VALUES (?,?,?,?,?,?,?,?)",
                                {uploader, a.sha256, a.name, a.content_type, a.size, a.width, a.height, tx.now()})};
}

std::optional<Attachment> find_attachment(Transaction& tx, AttachmentId id) {
  const auto row = tx.query_one(std::string(attachment_columns) + "WHERE id = ?", {id});
  return row ? std::optional(attachment_of(*row)) : std::nullopt;
}

std::map<AttachmentId, AttachmentId> copy_attachments(Transaction& tx, TicketId ticket, const std::vector<AttachmentId>& ids, const std::string& uploader) {
  std::map<AttachmentId, AttachmentId> copies;
  for (const auto& id : ids) {
    if (!tx.query_one("SELECT a.id FROM attachment a JOIN message m ON m.id = a.message_id WHERE a.id = ? AND m.ticket_id = ?", {id, ticket})) { continue; }
    if (const auto original = find_attachment(tx, id)) { copies[id] = insert_attachment(tx, *original, uploader); }
  }
  return copies;
}

bool claim_attachments(Transaction& tx, const std::vector<AttachmentId>& ids, const std::string& uploader, MessageId message) {
  for (const auto& id : ids) {
    if (tx.execute("UPDATE attachment SET message_id = ? WHERE id = ? AND uploader = ? AND message_id IS NULL", {message, id, uploader}) != 1) { return false; }
  }
  return true;
}

std::vector<std::string> forget_unused_uploads(Transaction& tx, TimePoint before, int limit) {
  std::vector<std::string> unneeded;
  for (const auto& row : tx.query("SELECT id, sha256 FROM attachment WHERE message_id IS NULL AND created_at < ? LIMIT ?", {before, limit})) {
    tx.execute("DELETE FROM attachment WHERE id = ? AND message_id IS NULL", {row.i64(0)});
    if (!tx.query_one("SELECT id FROM attachment WHERE sha256 = ? LIMIT 1", {row.text(1)})) { unneeded.push_back(row.text(1)); }
  }
  return unneeded;
}

std::vector<Attachment> load_attachments(Transaction& tx, const std::vector<AttachmentId>& ids) {
  std::vector<Attachment> out;
  for (const auto& id : ids) {
    if (auto a = find_attachment(tx, id)) { out.push_back(std::move(*a)); }
  }
  return out;
}

}  // namespace parley::tickets
