// What an e-mail inbox is: addresses, the way in, the way out. Kept as JSON beside its inbox; secrets sealed with the master key.
#pragma once

#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/schema.h"
#include "channels/email/oauth/token_endpoint.h"
#include "channels/email/server_access.h"
#include "storage/database.h"
#include "storage/field_cipher.h"

namespace parley::channels::email {

/// An account at a mail server, for IMAP or SMTP.
struct MailServer {
  std::string host;
  int port{0};
  Security security{Security::tls};
  std::string user;
  Auth auth{Auth::password};
  std::string secret;              // never leaves the server. With `oauth` a refresh token
  std::optional<OAuthClient> oauth;  // xoauth2 only; without it the secret is an access token
  std::string mailbox{"INBOX"};    // IMAP only, as the next two
  std::string after{"mark_seen"};  // mark_seen, move, delete
  std::string move_to;
  bool operator==(const MailServer&) const = default;
};

struct EmailSettings {
  InboxId inbox;
  std::string inbox_name, locale;        // of the inbox row
  std::string address;                   // normalised
  std::vector<std::string> aliases;      // normalised
  std::string sender_name;               // "Lumen Goods"; empty: the inbox's name
  bool uses_agent_name{true};            // "Mei at Lumen Goods"
  std::string signature_html;            // with variables
  std::string incoming{"smtp"};          // smtp, imap, none
  std::optional<MailServer> imap;
  std::string outgoing{"none"};          // smtp, local, none
  std::optional<MailServer> smtp;
  int rate_per_minute{60};
  std::vector<std::string> trusted_servers;  // whose Authentication-Results count
  bool quotes_history{true};
  std::string recipients{"anyone"};          // to whom agents may write: anyone, participants (of the conversation)
  bool is_enabled{true};

  std::vector<std::string> own_addresses() const;
  /// Reports about a mail come back to an address of its own (threading.h). Not where the way in is a provider's mailbox, and not where the way
  /// out is a mailbox account of this very address: such servers let it write as itself only.
  bool has_own_envelope() const;
  const std::string& shown_name() const { return sender_name.empty() ? inbox_name : sender_name; }
};

Schema email_settings_schema();
Schema mail_server_schema(bool is_imap);  // or null
/// As the wire has it, with has_secret in place of secrets.
nlohmann::json to_json(const EmailSettings& settings);
/// Reads a request that has passed the schema, over `settings`; secrets that are left out stay. Errors: invalid_input naming the field.
Status read_settings(EmailSettings& settings, const nlohmann::json& body);
/// One server out of a request, for connection tests; `stored` lends its secret.
Result<MailServer> mail_server_of(const nlohmann::json& body, const std::string& path, const std::optional<MailServer>& stored);

std::vector<EmailSettings> list_settings(storage::Transaction& tx, const storage::FieldCipher& cipher);
std::optional<EmailSettings> find_settings(storage::Transaction& tx, const storage::FieldCipher& cipher, InboxId inbox);
void save_settings(storage::Transaction& tx, const storage::FieldCipher& cipher, const EmailSettings& settings);

/// A provider has handed out a new refresh token in place of `old_token`: says whether any inbox had that one.
bool replace_refresh_token(storage::Transaction& tx, const storage::FieldCipher& cipher, const std::string& old_token, const std::string& new_token);

/// All e-mail inboxes in memory, for questions asked on every mail. Thread-safe; whoever changes settings reloads.
class Mailboxes {
 public:
  using Settings = std::shared_ptr<const EmailSettings>;

  Status reload(storage::Database& database, const storage::FieldCipher& cipher);
  std::vector<Settings> all() const;
  Settings of(InboxId inbox) const;  // null: no e-mail inbox
  /// The enabled inbox that has this address or alias, also with an extension (support+token@); postmaster and abuse at one of its domains
  /// reach the first. Null: not ours.
  Settings of_address(std::string_view address) const;
  /// The same of inboxes whose way in is SMTP: nobody writes past a provider's mailbox, with its spam filter and its checks of senders.
  Settings smtp_inbox_of(std::string_view address) const;
  std::vector<std::string> own_addresses() const;

 private:
  Settings find(std::string_view address, bool by_smtp_only) const;

  mutable std::mutex mutex_;
  std::vector<Settings> all_;
  std::unordered_map<std::string, Settings> by_address_;  // address_key without extension
};

}  // namespace parley::channels::email
