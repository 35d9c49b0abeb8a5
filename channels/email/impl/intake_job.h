// What is known of one mail while it is taken; shared by the files that implement Intake.
#pragma once

#include "channels/email/intake.h"

namespace parley::channels::email {

struct Intake::Job {
  IncomingMail in;
  Mailboxes::Settings settings;  // null: no inbox of ours
  MailReading read;
  MailEntry entry;               // what is known before the transaction: its bytes
  std::string duplicate, rfc_id, sender_key;
  std::string earlier_duplicate; // its key had it come yesterday, where only the day tells mails apart; empty otherwise
  std::string held;              // reason; empty: goes on
  std::vector<tickets::Attachment> parts;
  std::vector<std::string> content_ids;  // of `parts`
  bool is_forced{false};         // a person released it
  bool is_again{false};          // it was here before: the loop guard has counted it
  bool is_message{false};        // it is in a ticket, and only read anew
  bool is_unread{false};         // it ended the process before: nothing but its envelope is known
  bool is_counted{false}, is_too_fast{false};  // by the loop guard

  std::uint64_t lane() const { return std::hash<std::string>{}(sender_key); }  // mails of one sender follow each other
};

/// MessageEmail of docs/api.md for a mail that came in.
nlohmann::json shown_detail(const MailReading& read, const ThreadDecision& decision);
/// A message without a word and without a file cannot be.
std::string text_of_message(const MailReading& read, bool has_attachments);

}  // namespace parley::channels::email
