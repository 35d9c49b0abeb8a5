#include "channels/email/settings.h"

#include "base/json_text.h"
#include "base/log.h"
#include "base/text.h"
#include "channels/email/mime/html_sanitizer.h"
#include "channels/email/reading/address.h"
#include "tickets/inbox.h"

namespace parley::channels::email {

using nlohmann::json;
using storage::Transaction;

namespace {

json oauth_json(const std::optional<OAuthClient>& c) {
  if (!c) { return nullptr; }
  return {{"token_url", c->token_url}, {"client_id", c->client_id}, {"has_client_secret", !c->client_secret.empty()}, {"scope", c->scope}};
}

json server_json(const std::optional<MailServer>& s, bool is_imap) {
  if (!s) { return nullptr; }
  json out{{"host", s->host}, {"port", s->port}, {"security", to_word(s->security)}, {"user", s->user}, {"auth", to_word(s->auth)}, {"has_secret", !s->secret.empty()}};
  out["oauth"] = oauth_json(s->oauth);
  if (is_imap) {
    out["mailbox"] = s->mailbox;
    out["after"] = s->after;
    out["move_to"] = s->move_to;
  }
  return out;
}

bool is_host(std::string_view host) {
  return !host.empty() && host.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]") == std::string_view::npos;
}

Result<std::string> address_of(const json& value, const std::string& path) {
  const auto plain = normalise_email(value.get<std::string>());
  if (!plain) { return Error::field(path, "bad_format", "This is not an e-mail address."); }
  return normalise_address(*plain);
}

Result<OAuthClient> oauth_client_of(const json& b, const std::string& path, const std::optional<OAuthClient>& stored) {
  OAuthClient c;
  c.token_url = std::string(trim(b.at("token_url").get<std::string>()));
  if (!is_provider_url(c.token_url)) { return Error::field(path + "/token_url", "bad_format", "The token endpoint is an address that begins with https://."); }
  c.client_id = std::string(trim(b.at("client_id").get<std::string>()));
  if (c.client_id.empty()) { return Error::field(path + "/client_id", "empty", "The provider knows Parley by a client id: enter it."); }
  c.scope = b.value("scope", "");
  if (b.contains("client_secret")) {
    c.client_secret = b["client_secret"].get<std::string>();
  } else if (stored && stored->token_url == c.token_url && stored->client_id == c.client_id) {
    c.client_secret = stored->client_secret;
  }
  return c;
}

/// What a stored secret was entered for; it is never shown to anybody else.
bool is_of_same(const MailServer& a, const MailServer& b) {
  if (to_lower_ascii(a.host) != to_lower_ascii(b.host) || a.auth != b.auth || a.oauth.has_value() != b.oauth.has_value()) { return false; }
  return !a.oauth || (a.oauth->token_url == b.oauth->token_url && a.oauth->client_id == b.oauth->client_id);
}

std::string key_of(std::string_view address) { return to_lower_ascii(address); }

/// support+token@shop.example -> support@shop.example
std::string without_extension(const std::string& address) {
  const auto at = address.rfind('@');
  const auto plus = address.find('+');
  return plus == std::string::npos || at == std::string::npos || plus > at || plus == 0 ? address : address.substr(0, plus) + address.substr(at);
}

}  // namespace

std::vector<std::string> EmailSettings::own_addresses() const {
  std::vector<std::string> out{address};
  out.insert(out.end(), aliases.begin(), aliases.end());
  return out;
}

bool EmailSettings::has_own_envelope() const {
  const bool is_account = outgoing == "smtp" && smtp && address_key(smtp->user) == address_key(address);
  return incoming == "smtp" && !is_account;
}

Schema oauth_client_schema() {
  return Schema::object({required("token_url", Schema::string(1, 2'000)), required("client_id", Schema::string(1, 500)), optional("client_secret", Schema::string(0, 1'000)),
                         optional("scope", Schema::string(0, 1'000))});
}

Schema mail_server_schema(bool is_imap) {
  std::vector<Schema::Field> fields{required("host", Schema::string(1, 253)), required("port", Schema::integer(1, 65535)),
                                    required("security", Schema::one_of(words_of<Security>())), optional("user", Schema::string(0, 254)),
                                    optional("auth", Schema::one_of(words_of<Auth>())), optional("secret", Schema::string(0, 16'000)), optional("grant", Schema::token(1, 100).described("A finished sign-in, in place of secret")),
                                    optional("oauth", oauth_client_schema().nullable())};
  if (is_imap) {
    fields.push_back(optional("mailbox", Schema::string(1, 200)));
    fields.push_back(optional("after", Schema::one_of({"mark_seen", "move", "delete"})));
    fields.push_back(optional("move_to", Schema::string(0, 200)));
  }
  return Schema::object(std::move(fields)).nullable();
}

Schema email_settings_schema() {
  return Schema::object({required("address", Schema::string(3, 254)), optional("aliases", Schema::array(Schema::string(3, 254), 50)),
                         optional("sender_name", Schema::string(0, 120)), optional("uses_agent_name", Schema::boolean()),
                         optional("signature_html", Schema::string(0, 10'000)), required("incoming", Schema::one_of({"smtp", "imap", "none"})),
                         optional("imap", mail_server_schema(true)), required("outgoing", Schema::one_of({"smtp", "local", "none"})),
                         optional("smtp", mail_server_schema(false)), optional("rate_per_minute", Schema::integer(1, 100'000)),
                         optional("trusted_servers", Schema::array(Schema::string(1, 253), 20)), optional("quotes_history", Schema::boolean()), optional("recipients", Schema::one_of({"anyone", "participants"})),
                         optional("is_enabled", Schema::boolean())});
}

json to_json(const EmailSettings& s) {
  return {{"inbox_id", s.inbox.value},
          {"address", s.address},
          {"aliases", s.aliases},
          {"sender_name", s.sender_name},
          {"uses_agent_name", s.uses_agent_name},
          {"signature_html", s.signature_html},
          {"incoming", s.incoming},
          {"imap", server_json(s.imap, true)},
          {"outgoing", s.outgoing},
          {"smtp", server_json(s.smtp, false)},
          {"rate_per_minute", s.rate_per_minute},
          {"trusted_servers", s.trusted_servers},
          {"quotes_history", s.quotes_history},
          {"recipients", s.recipients},
          {"is_enabled", s.is_enabled}};
}

Result<MailServer> mail_server_of(const json& b, const std::string& path, const std::optional<MailServer>& stored) {
  const MailServer old = stored.value_or(MailServer{});
  MailServer s = old;
  s.host = std::string(trim(b.at("host").get<std::string>()));
  if (!is_host(s.host)) { return Error::field(path + "/host", "bad_format", "A server is named by its host name, such as imap.shop.example."); }
  s.port = b.at("port").get<int>();
  s.security = from_word<Security>(b.at("security").get<std::string>()).value_or(s.security);
  s.user = b.value("user", s.user);
  if (b.contains("auth")) { s.auth = from_word<Auth>(b["auth"].get<std::string>()).value_or(s.auth); }
  if (b.contains("oauth") || s.auth != Auth::xoauth2) { s.oauth.reset(); }
  if (s.auth == Auth::xoauth2 && b.contains("oauth") && b["oauth"].is_object()) { PARLEY_TRY(s.oauth, oauth_client_of(b["oauth"], path + "/oauth", old.oauth)); }
  if (b.contains("secret")) {
    s.secret = b["secret"].get<std::string>();
  } else if (!is_of_same(s, old)) {
    s.secret.clear();
  }
  s.mailbox = b.value("mailbox", s.mailbox);
  s.after = b.value("after", s.after);
  s.move_to = b.value("move_to", s.move_to);
  if (s.after == "move" && s.move_to.empty()) { return Error::field(path + "/move_to", "empty", "Say which folder taken mail is moved to."); }
  return s;
}

Status read_settings(EmailSettings& s, const json& b) {
  PARLEY_TRY(s.address, address_of(b.at("address"), "/address"));
  if (b.contains("aliases")) {
    s.aliases.clear();
    for (std::size_t i = 0; i < b["aliases"].size(); ++i) {
      PARLEY_TRY(auto alias, address_of(b["aliases"][i], "/aliases/" + std::to_string(i)));
      if (alias != s.address) { s.aliases.push_back(std::move(alias)); }
    }
  }
  if (b.contains("sender_name")) { s.sender_name = clean_line(b["sender_name"].get<std::string>()); }
  s.uses_agent_name = b.value("uses_agent_name", s.uses_agent_name);
  if (b.contains("signature_html")) { s.signature_html = sanitize_html(b["signature_html"].get<std::string>()).html; }
  s.incoming = b.at("incoming").get<std::string>();
  s.outgoing = b.at("outgoing").get<std::string>();
  if (b.contains("imap") && b["imap"].is_object()) { PARLEY_TRY(s.imap, mail_server_of(b["imap"], "/imap", s.imap)); }
  if (b.contains("smtp") && b["smtp"].is_object()) { PARLEY_TRY(s.smtp, mail_server_of(b["smtp"], "/smtp", s.smtp)); }
  if (s.incoming == "imap" && !s.imap) { return Error::field("/imap", "missing", "Say which IMAP server the mail is on."); }
  if (s.outgoing == "smtp" && !s.smtp) { return Error::field("/smtp", "missing", "Say which SMTP server sends the mail."); }
  s.rate_per_minute = b.value("rate_per_minute", s.rate_per_minute);
  if (b.contains("trusted_servers")) { s.trusted_servers = b["trusted_servers"].get<std::vector<std::string>>(); }
  s.quotes_history = b.value("quotes_history", s.quotes_history);
  s.recipients = b.value("recipients", s.recipients);
  s.is_enabled = b.value("is_enabled", s.is_enabled);
  return {};
}

// --- rows ------------------------------------------------------------------------------------------------------------------------------

namespace {

#define PARLEY_EMAIL_INBOX_COLUMNS "SELECT e.inbox_id, i.name, i.locale, e.settings, e.secrets FROM email_inbox e JOIN inbox i ON i.id = e.inbox_id "

std::string context_of(InboxId inbox) { return "email_inbox:" + std::to_string(inbox.value); }

EmailSettings settings_of(const storage::Row& row, const storage::FieldCipher& cipher) {
  storage::Fields f(row);
  EmailSettings s;
  s.inbox = f.id<InboxId>();
  s.inbox_name = f.text();
  s.locale = f.text();
  const json stored = stored_json(f.text());
  const auto opened = cipher.open_with_master(f.text(), context_of(s.inbox));
  if (opened.has_error()) { log_error("email_secrets_unreadable inbox={}", {s.inbox.value}); }
  const json secrets = opened.has_value() ? stored_json(*opened) : json::object();
  json body = stored;
  for (const char* name : {"imap", "smtp"}) {
    if (!body.contains(name) || !body[name].is_object()) { continue; }
    body[name]["secret"] = secrets.value(name, "");
    if (auto& server = body[name]; server.contains("oauth") && server["oauth"].is_object()) { server["oauth"]["client_secret"] = secrets.value(std::string(name) + "_client", ""); }
  }
  if (const auto bad = read_settings(s, body); bad.has_error()) { log_error("email_settings_unreadable inbox={} {}", {s.inbox.value, bad.error().detail}); }
  return s;
}

}  // namespace

std::vector<EmailSettings> list_settings(Transaction& tx, const storage::FieldCipher& cipher) {
  std::vector<EmailSettings> out;
  for (const auto& row : tx.query(PARLEY_EMAIL_INBOX_COLUMNS "ORDER BY e.inbox_id")) { out.push_back(settings_of(row, cipher)); }
  return out;
}

std::optional<EmailSettings> find_settings(Transaction& tx, const storage::FieldCipher& cipher, InboxId inbox) {
  const auto row = tx.query_one(PARLEY_EMAIL_INBOX_COLUMNS "WHERE e.inbox_id = ?", {inbox});
  return row ? std::optional(settings_of(*row, cipher)) : std::nullopt;
}

void save_settings(Transaction& tx, const storage::FieldCipher& cipher, const EmailSettings& s) {
  json secrets = json::object();
  const auto keep = [&secrets](const std::string& name, const std::optional<MailServer>& server) {
    if (!server) { return; }
    secrets[name] = server->secret;
    if (server->oauth) { secrets[name + "_client"] = server->oauth->client_secret; }
  };
  keep("imap", s.imap);
  keep("smtp", s.smtp);
  const std::string sealed = cipher.seal_with_master(dump_json(secrets), context_of(s.inbox));
  tx.execute("INSERT INTO email_inbox (inbox_id, settings, secrets, updated_at) VALUES (?,?,?,?) "
             "ON DUPLICATE KEY UPDATE settings = VALUES(settings), secrets = VALUES(secrets), updated_at = VALUES(updated_at)",
             {s.inbox, dump_json(to_json(s)), sealed, tx.now()});
}

bool replace_refresh_token(Transaction& tx, const storage::FieldCipher& cipher, const std::string& old_token, const std::string& new_token) {
  bool is_found = false;
  for (auto& settings : list_settings(tx, cipher)) {
    bool has_it = false;
    for (auto* const server : {&settings.imap, &settings.smtp}) {
      if (!*server || !(*server)->oauth || (*server)->secret != old_token) { continue; }
      (*server)->secret = new_token;
      has_it = true;
    }
    if (has_it) { save_settings(tx, cipher, settings); }
    is_found = is_found || has_it;
  }
  return is_found;
}

// --- in memory -------------------------------------------------------------------------------------------------------------------------

Status Mailboxes::reload(storage::Database& database, const storage::FieldCipher& cipher) {
  PARLEY_TRY(auto loaded, database.read_now([&](Transaction& tx) -> Result<std::vector<EmailSettings>> { return list_settings(tx, cipher); }));
  std::vector<Settings> all;
  std::unordered_map<std::string, Settings> by_address;
  for (auto& settings : loaded) {
    auto shared = std::make_shared<const EmailSettings>(std::move(settings));
    all.push_back(shared);
    if (!shared->is_enabled) { continue; }
    for (const auto& address : shared->own_addresses()) { by_address.emplace(key_of(address), shared); }
  }
  const std::lock_guard lock(mutex_);
  all_ = std::move(all);
  by_address_ = std::move(by_address);
  return {};
}

std::vector<Mailboxes::Settings> Mailboxes::all() const {
  const std::lock_guard lock(mutex_);
  return all_;
}

Mailboxes::Settings Mailboxes::of(InboxId inbox) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(all_.begin(), all_.end(), [inbox](const auto& s) { return s->inbox == inbox; });
  return found == all_.end() ? nullptr : *found;
}

Mailboxes::Settings Mailboxes::of_address(std::string_view address) const { return find(address, false); }

Mailboxes::Settings Mailboxes::smtp_inbox_of(std::string_view address) const { return find(address, true); }

Mailboxes::Settings Mailboxes::find(std::string_view address, bool by_smtp_only) const {
  const std::string whole = key_of(normalise_address(address));
  const std::lock_guard lock(mutex_);
  for (const std::string& key : {whole, without_extension(whole)}) {
    const auto found = by_address_.find(key);
    if (found != by_address_.end()) { return by_smtp_only && found->second->incoming != "smtp" ? nullptr : found->second; }
  }
  const bool is_postmaster = to_lower_ascii(address) == "postmaster";
  const auto local = local_part_of(whole);
  if (!is_postmaster && local != "postmaster" && local != "abuse") { return nullptr; }  // RFC 2142: these exist at every domain that takes mail
  for (const auto& settings : all_) {
    const bool takes = settings->is_enabled && (!by_smtp_only || settings->incoming == "smtp");
    if (takes && (is_postmaster || domain_of(settings->address) == domain_of(whole))) { return settings; }
  }
  return nullptr;
}

std::vector<std::string> Mailboxes::own_addresses() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> out;
  for (const auto& [address, settings] : by_address_) { out.push_back(address); }
  return out;
}

}  // namespace parley::channels::email
