// One connection of a mailbox reader, from the greeting until it breaks.
#pragma once

#include "channels/email/imap/impl/imap_session.h"
#include "channels/email/imap/impl/taking.h"

namespace parley::channels::email::imap {

class MailboxVisit {
 public:
  using milliseconds = std::chrono::milliseconds;

  MailboxVisit(boost::asio::any_io_executor executor, const ImapAccount& account, const ReaderOptions& options, Taking& taking, ReaderHealth& health)
      : executor_(executor), account_(account), options_(options), taking_(taking), health_(health) {}

  /// Returns why it ended. `account` and the rest have to outlive it.
  wire::Task<Error> run();
  /// The taker has news: idling ends.
  void interrupt();
  /// Idling ends with a goodbye, anything else at once.
  void stop();
  /// Mail was looked for with success: the next failure is a new one.
  bool was_useful() const { return was_useful_; }

 private:
  wire::Task<Status> connect();
  wire::Task<Status> enter();
  wire::Task<Result<bool>> has_gone_back(std::uint32_t passed);
  wire::Task<Status> follow();
  wire::Task<Status> look();
  /// The highest UID of those that exist.
  wire::Task<Result<std::uint32_t>> add_wanted(std::vector<std::uint32_t> uids);
  std::string old_mail(const ReaderPosition& position) const;
  wire::Task<Status> fetch(MailLedger::Job job);
  wire::Task<Status> settle_vanished(std::uint32_t uid);
  wire::Task<Status> finish_taken(std::vector<std::uint32_t> uids, bool is_whole);
  wire::Task<Result<std::size_t>> after(std::vector<std::uint32_t> uids, bool is_whole);
  wire::Task<Status> rest();
  milliseconds until_due() const;

  boost::asio::any_io_executor executor_;
  const ImapAccount& account_;
  const ReaderOptions& options_;
  Taking& taking_;
  ReaderHealth& health_;
  std::unique_ptr<ImapSession> session_;
  Mailbox mailbox_;
  bool wants_look_{true}, is_fetch_next_{false}, was_useful_{false};
  std::size_t after_failures_{0};
  MailLedger::Time after_again_at_{};
};

}  // namespace parley::channels::email::imap
