#include "tickets/inbox.h"

#include "base/json_text.h"
#include "base/text.h"

namespace parley::tickets {

using nlohmann::json;
using storage::Fields;
using storage::Row;
using storage::Transaction;

namespace {

#define PARLEY_INBOX_COLUMNS                                                                                             \
  "SELECT id, inbox_key, name, channel, team_id, locale, accent, greeting, allowed_domains, assignment, offer_timeout_s, " \
  "prechat, business_hours, email_inbox_id FROM inbox "

Inbox inbox_of(const Row& row) {
  Fields f(row);
  Inbox i;
  i.id = f.id<InboxId>();
  i.key = f.text();
  i.name = f.text();
  i.channel = f.text();
  i.team = f.maybe_id<TeamId>();
  i.locale = f.text();
  i.accent = f.text();
  i.greeting = f.text();
  i.allowed_domains = stored_json(f.text()).get<std::vector<std::string>>();
  i.assignment = f.text();
  i.offer_timeout_s = static_cast<int>(f.i64());
  i.prechat = stored_json(f.text());
  i.business_hours = stored_json(f.text());
  i.email_inbox = f.maybe_id<InboxId>();
  return i;
}

}  // namespace

std::vector<Inbox> list_inboxes(Transaction& tx) {
  std::vector<Inbox> out;
  for (const auto& row : tx.query(PARLEY_INBOX_COLUMNS "ORDER BY id")) { out.push_back(inbox_of(row)); }
  return out;
}

std::optional<Inbox> find_inbox(Transaction& tx, InboxId id) {
  const auto row = tx.query_one(PARLEY_INBOX_COLUMNS "WHERE id = ?", {id});
  return row ? std::optional(inbox_of(*row)) : std::nullopt;
}

std::optional<Inbox> find_inbox_by_key(Transaction& tx, std::string_view key) {
  const auto row = tx.query_one(PARLEY_INBOX_COLUMNS "WHERE inbox_key = ?", {key});
  return row ? std::optional(inbox_of(*row)) : std::nullopt;
}

InboxId insert_inbox(Transaction& tx, const Inbox& i, const std::string& sealed_secret) {
  return InboxId{tx.insert(
      "INSERT INTO inbox (inbox_key, name, channel, team_id, locale, accent, greeting, allowed_domains, assignment, offer_timeout_s, "
      "prechat, business_hours, email_inbox_id, secret, created_at) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
      {i.key, i.name, i.channel, i.team, i.locale, i.accent, i.greeting, dump_json(json(i.allowed_domains)), i.assignment, i.offer_timeout_s,
       dump_json(i.prechat), dump_json(i.business_hours), i.email_inbox, sealed_secret, tx.now()})};
}

void update_inbox(Transaction& tx, const Inbox& i) {
  tx.execute(
      "UPDATE inbox SET name = ?, team_id = ?, locale = ?, accent = ?, greeting = ?, allowed_domains = ?, assignment = ?, "
      "offer_timeout_s = ?, prechat = ?, business_hours = ?, email_inbox_id = ? WHERE id = ?",
      {i.name, i.team, i.locale, i.accent, i.greeting, dump_json(json(i.allowed_domains)), i.assignment, i.offer_timeout_s, dump_json(i.prechat),
       dump_json(i.business_hours), i.email_inbox, i.id});
}

Result<std::string> inbox_secret(Transaction& tx, const storage::FieldCipher& cipher, InboxId id) {
  const auto row = tx.query_one("SELECT inbox_key, secret FROM inbox WHERE id = ?", {id});
  if (!row) { return Error::with_reason(Errc::not_found, "not_found", "There is no such inbox."); }
  return cipher.open_with_master(row->text(1), "inbox:" + row->text(0));
}

bool allows_origin(const Inbox& inbox, std::string_view origin) {
  if (inbox.allowed_domains.empty()) { return true; }
  const auto scheme = origin.find("://");
  if (scheme == std::string_view::npos) { return false; }
  const std::string host_and_port = to_lower_ascii(origin.substr(scheme + 3));
  const std::string host = host_and_port.substr(0, host_and_port.rfind(':') == std::string::npos || host_and_port.back() == ']'
                                                       ? host_and_port.size()
                                                       : host_and_port.rfind(':'));
  for (const auto& entry : inbox.allowed_domains) {
    if (entry == host || entry == host_and_port) { return true; }
    if (entry.rfind("*.", 0) != 0) { continue; }
    const std::string_view suffix = std::string_view(entry).substr(1);
    for (const std::string_view name : {std::string_view(host), std::string_view(host_and_port)}) {
      if (name.size() > suffix.size() && name.ends_with(suffix)) { return true; }
    }
  }
  return false;
}

json to_json(const Inbox& i, TimePoint now) {
  return {{"id", i.id.value},
          {"key", i.key},
          {"name", i.name},
          {"channel", i.channel},
          {"team_id", i.team ? json(i.team->value) : json(nullptr)},
          {"locale", i.locale},
          {"accent", i.accent},
          {"greeting", i.greeting},
          {"allowed_domains", i.allowed_domains},
          {"assignment", i.assignment},
          {"offer_timeout_s", i.offer_timeout_s},
          {"prechat", i.prechat},
          {"business_hours", i.business_hours},
          {"email_inbox_id", i.email_inbox ? json(i.email_inbox->value) : json(nullptr)},
          {"is_open", is_open_at(i.business_hours, now)}};
}

}  // namespace parley::tickets
