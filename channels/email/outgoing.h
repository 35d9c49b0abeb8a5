// Mail out: an agent's reply becomes a message with recipients and an outbox row, and, when its time has come, the bytes of a mail.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "channels/email/mail_store.h"
#include "channels/email/message_detail.h"
#include "channels/email/sending/mail_writer.h"
#include "channels/email/settings.h"
#include "storage/database.h"
#include "storage/outbox.h"
#include "tickets/outbound.h"

namespace parley::channels::email {

inline constexpr milliseconds undo_window{10'000};
inline constexpr const char* outbox_channel = "email";

struct OutgoingParts {
  const customers::CustomerService& customers;
  const storage::FieldCipher& cipher;
  const tickets::FileStore& files;
  const RawStore& raw_store;
  const Mailboxes& mailboxes;
  std::vector<std::string> threading_keys;
};

/// An agent's right in an inbox: to write to anybody, or only to people of the conversation.
bool may_add_recipients(const Principal& who, const EmailSettings& settings);

/// What a reply in this ticket carries unless its author says otherwise.
struct ReplyDefaults {
  Mailboxes::Settings sender;  // the e-mail inbox it leaves from
  MailAddress from;
  std::vector<MailAddress> to, cc;
  std::string subject;
  std::string signature_html;                    // variables filled in
  std::optional<tickets::Message> last_incoming; // what is quoted
};

class Outgoing final : public tickets::Outbound {
 public:
  explicit Outgoing(OutgoingParts parts) : parts_(std::move(parts)), details_(parts_.customers, parts_.cipher) {}

  Status prepare(storage::Transaction& tx, const Principal& who, const tickets::Ticket& ticket, tickets::NewMessage& message) const override;
  Status posted(storage::Transaction& tx, const tickets::Ticket& ticket, const tickets::NewMessage& given, const tickets::Message& stored) const override;

  /// Errors: conflict "cannot_send" (the inbox has no way out), "no_address" (nobody to write to).
  Result<ReplyDefaults> defaults(storage::Transaction& tx, const tickets::Ticket& ticket, const Principal& who) const;
  /// Answers go to this address, and to nobody in copy, until somebody writes into the ticket again. Errors: internal.
  Status answer_to(storage::Transaction& tx, TicketId ticket, const MailAddress& address) const;

  struct Built {
    std::shared_ptr<const EmailSettings> settings;
    std::string mail_from;
    std::vector<std::string> recipients;  // to, cc, bcc, one after the other
    bool is_superseded{false};            // to be sent unless the customer wrote first, and he did
    WrittenMail mail;
  };
  /// The mail of a stored message; the same bytes every time. Errors: not_found, conflict, what write_mail says.
  Result<Built> build(storage::Database& database, MessageId message) const;

  const DetailCipher& details() const { return details_; }

 private:
  /// The e-mail inbox a ticket's mail leaves from: its own, or the one its chat inbox names. Null: none.
  Mailboxes::Settings sender_of(storage::Transaction& tx, const tickets::Ticket& ticket) const;
  Status note_recipients(storage::Transaction& tx, const tickets::Ticket& ticket, MessageId id, TimePoint at) const;
  struct Answered {
    tickets::Message message;
    MessageDetail detail;
  };
  /// The mail an answer answers: of the newest messages the last one a person wrote. Nothing: there is none.
  std::optional<Answered> answered_in(const std::vector<tickets::Message>& thread) const;
  void address_answer(ReplyDefaults& defaults, const MessageDetail& answered) const;
  Result<std::vector<MailAddress>> recipients_of(const nlohmann::json& options, const char* field, const std::vector<MailAddress>& initial) const;
  Status check_recipients(storage::Transaction& tx, const Principal& who, const tickets::Ticket& ticket, const ReplyDefaults& defaults, const char* field,
                          const std::vector<MailAddress>& given) const;
  OutgoingParts parts_;
  DetailCipher details_;
};

/// Makes the composer's pictures (<img data-attachment-id="5">) pictures by content id (cid:a5).
std::string with_content_ids(const std::string& html);
/// Puts addresses of files, and the ids the composer knows them by, where the HTML names pictures by content id.
std::string with_file_addresses(const std::string& html, const nlohmann::json& attachment_of_content_id, const std::vector<tickets::Attachment>& attachments);

}  // namespace parley::channels::email
