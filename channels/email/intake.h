// Mail in: a raw message becomes a ticket, a message of one, news about a delivery, or is held for a person to look at. Whatever it is,
// it is kept and has a row in `mail`; copies of one mail are one. See docs/email.md.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "channels/email/mail_reading.h"
#include "channels/email/mail_store.h"
#include "channels/email/message_detail.h"
#include "channels/email/reading/loop_guard.h"
#include "channels/email/reading_marks.h"
#include "channels/email/settings.h"
#include "storage/database.h"

namespace parley::channels::email {

struct IncomingMail {
  std::shared_ptr<const std::string> raw;
  std::string source;                   // smtp, imap, http
  std::string source_key;               // a mailbox's own name for it, so that fetching it again is recognised; empty otherwise
  InboxId inbox;                        // 0: found by the recipients
  std::string mail_from;                // envelope, empty for <> and where there is none
  std::vector<std::string> recipients;  // envelope, may be empty
  bool is_cut{false};                   // its mailbox gave the header only: it was too large
};

struct TakenMail {
  std::int64_t mail_id{0};
  std::string state;
  std::optional<TicketId> ticket;
  std::optional<MessageId> message;
  bool is_repeat{false};
};

struct IntakeProbe {
  std::uint64_t taken, repeated, held, bounces, failed;
};

class Intake {
 public:
  struct Parts {
    storage::Database& database;
    const customers::CustomerService& customers;
    const storage::FieldCipher& cipher;
    const tickets::FileStore& files;
    const RawStore& raw_store;
    const Mailboxes& mailboxes;
    std::shared_ptr<const Clock> clock;
    std::vector<std::string> threading_keys;
    std::filesystem::path marks;  // directory of ReadingMarks
  };
  explicit Intake(Parts parts);

  /// Reads the mail on the calling thread (CPU, files), stores it in a lane; `done` is called once, on any thread, after the commit.
  /// Errors: unavailable or timeout (give it again later). A mail that cannot be read or kept in the usual way is held, not refused.
  void take(IncomingMail mail, std::function<void(Result<TakenMail>)> done);
  Result<TakenMail> take_now(IncomingMail mail);

  /// A held mail becomes a ticket, whatever held it: one that ended the process without being read, one without a sender as that of a customer without
  /// address. Errors: not_found, conflict "not_held", "no_inbox".
  Result<MailEntry> release(std::int64_t mail_id);
  /// Reads the kept mail again: a held one is judged anew, the text of a message is renewed, and it gets the files that were not found the first time.
  /// Errors: not_found, conflict "crash" (reading it ends the process).
  Result<MailEntry> reparse(std::int64_t mail_id);

  IntakeProbe probe() const { return {taken_, repeated_, held_, bounces_, failed_}; }
  const Parts& parts() const { return parts_; }

 private:
  struct Job;
  Status prepare(Job& job);
  Result<MailEntry> kept_mail(std::int64_t mail_id) const;
  Status take_up(const MailEntry& entry, Job& job);
  Result<MailEntry> unchanged(storage::Transaction& tx, const MailEntry& seen) const;
  void leave_unread(Job& job) const;
  void name(Job& job) const;
  std::string hold_reason(const Job& job);
  void note_speed(Job& job);
  std::optional<MailEntry> find_repeat(storage::Transaction& tx, const Job& job) const;
  Status keep_parts(Job& job) const;
  Result<TakenMail> store(storage::Transaction& tx, Job& job) const;
  Status place(storage::Transaction& tx, Job& job, MailEntry& entry) const;
  Status apply_bounce(storage::Transaction& tx, const Job& job, MailEntry& entry) const;
  void note_delivery(storage::Transaction& tx, const Bounce& bounce, MessageId message) const;
  Status note_complaint(storage::Transaction& tx, const Job& job, MailEntry& entry) const;
  std::optional<ThreadToken> reported(const Job& job, const std::string& original_message_id) const;
  std::optional<ThreadToken> reported_by_provider(storage::Transaction& tx, const Job& job) const;
  Status open_or_join(storage::Transaction& tx, Job& job, MailEntry& entry, ThreadDecision decision) const;
  Result<CustomerId> author_of(storage::Transaction& tx, const Job& job, const std::string& locale) const;
  Result<MailEntry> release_now(const MailEntry& entry, Job& job);
  Status renew_message(storage::Transaction& tx, const Job& job, MessageId id) const;
  Status add_new_parts(storage::Transaction& tx, const Job& job, tickets::Message& message, MessageDetail& detail) const;
  ThreadDecision decide(storage::Transaction& tx, const Job& job) const;
  void count(const Result<TakenMail>& outcome);

  Parts parts_;
  ReadingMarks marks_;
  std::mutex loop_mutex_;  // guards loop_guard_
  LoopGuard loop_guard_;
  std::atomic<std::uint64_t> taken_{0}, repeated_{0}, held_{0}, bounces_{0}, failed_{0};
};

}  // namespace parley::channels::email
