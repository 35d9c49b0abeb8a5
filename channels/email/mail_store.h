// SQL of mail: the log of everything that came in, block list, health of addresses; and the files of raw messages.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/page.h"
#include "base/result.h"
#include "storage/field_cipher.h"
#include "storage/transaction.h"
#include "tickets/file_store.h"

namespace parley::channels::email {

/// What became of a mail. ticket: it opened one; joined: it went into one; held ones (quarantined, blocked, ignored, discarded) may be released.
struct MailEntry {
  std::int64_t id{0};
  std::optional<InboxId> inbox;
  std::string source;       // smtp, imap, http
  std::string source_key;   // of the mailbox it was fetched from, empty otherwise
  std::string state;        // ticket, joined, bounce, report, ignored, blocked, quarantined, discarded
  std::string reason;       // stable word
  std::string duplicate_key;
  std::string rfc_id;       // keyed hash of the Message-ID, empty when it has none
  nlohmann::json envelope;  // {from, to, subject, mail_from, recipients}
  std::vector<std::string> problems;
  std::int64_t size{0};
  std::string sha256;
  std::string packed;       // its bytes, compressed; empty: in a file, or not asked for
  std::optional<TicketId> ticket;
  std::optional<MessageId> message;
  TimePoint received_at{};
};

/// Among a mail's problems: reading it ended the process, so nobody reads it while it is shown or quoted.
inline constexpr const char* not_read = "not_read";
bool has_problem(const MailEntry& entry, std::string_view word);

std::int64_t insert_mail(storage::Transaction& tx, const storage::FieldCipher& cipher, const MailEntry& entry);
/// State, reason, ticket and message of a mail that was looked at again.
void update_mail(storage::Transaction& tx, const MailEntry& entry);
/// With its bytes, as the next one; lists are without.
std::optional<MailEntry> find_mail(storage::Transaction& tx, const storage::FieldCipher& cipher, std::int64_t id);
/// The mail a message was made of; not the reports about it.
std::optional<MailEntry> find_mail_of_message(storage::Transaction& tx, const storage::FieldCipher& cipher, MessageId message);
/// A copy of this mail that is here already, by content or by the place it was fetched from.
std::optional<MailEntry> find_repeated_mail(storage::Transaction& tx, const storage::FieldCipher& cipher, const std::string& duplicate_key,
                                            const std::string& source_key);
struct MailQuery {
  std::optional<InboxId> inbox;
  std::string state;  // empty: all
  std::int64_t before{0};
  int limit{50};
};
std::vector<MailEntry> list_mails(storage::Transaction& tx, const storage::FieldCipher& cipher, const MailQuery& query);
std::int64_t count_quarantined(storage::Transaction& tx);
nlohmann::json to_json(const MailEntry& entry);

/// The ticket and message that a mail with this Message-ID became.
struct ThreadPlace {
  TicketId ticket;
  MessageId message;
};
std::optional<ThreadPlace> place_of_mail(storage::Transaction& tx, const std::string& rfc_id);

struct AddressHealth {
  bool is_hard{false};
  std::string status, reason;
  TimePoint at{};
};
void note_bounce(storage::Transaction& tx, const std::string& lookup, const AddressHealth& health);
std::optional<AddressHealth> health_of(storage::Transaction& tx, const std::string& lookup);

/// Addresses a message of an inbox went to, for reports that name nothing but an address. Kept for a week, a little is cleared now and then.
void note_sent_to(storage::Transaction& tx, const std::vector<std::string>& lookups, InboxId inbox, MessageId message, TimePoint at);
/// The newest message that left this inbox for that address since `since`.
std::optional<ThreadPlace> last_sent_to(storage::Transaction& tx, const std::string& lookup, InboxId inbox, TimePoint since);

struct Block {
  std::int64_t id{0};
  std::string pattern, note;
  TimePoint created_at{};
};
std::vector<Block> list_blocks(storage::Transaction& tx);
/// True when the address, its domain or a domain above that is blocked.
bool is_blocked(storage::Transaction& tx, const std::string& address);

/// The bytes of mails, compressed (zlib): small ones go into their row and are committed with it, large ones into a file.
class RawStore {
 public:
  static constexpr std::size_t in_row_max = 256 * 1'024;  // compressed; more would crowd the log of the database

  explicit RawStore(std::filesystem::path directory) : files_(std::move(directory)) {}
  /// Fills in size, sha256 and packed; a file is durable when it returns. Errors: unavailable.
  Status keep(std::string_view raw, MailEntry& entry) const;
  /// Of an entry found by id or message. Errors: not_found (the file is gone), internal (it is not what was written).
  Result<std::string> load(const MailEntry& entry) const;

 private:
  tickets::FileStore files_;
};

}  // namespace parley::channels::email
