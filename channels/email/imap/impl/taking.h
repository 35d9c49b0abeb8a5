// The reader's side of a MailTaker: turns its callbacks, which come on any thread, into bookkeeping on the reader's thread.
#pragma once

#include <boost/asio/steady_timer.hpp>

#include "channels/email/imap/impl/reader_health.h"
#include "channels/email/imap/mail_ledger.h"
#include "channels/email/imap/mailbox_reader.h"
#include "channels/email/wire/line_stream.h"

namespace parley::channels::email::imap {

class Taking : public std::enable_shared_from_this<Taking> {
 public:
  using Time = MailLedger::Time;
  using milliseconds = std::chrono::milliseconds;

  Taking(boost::asio::any_io_executor executor, std::shared_ptr<MailTaker> taker, const ReaderOptions& options, ReaderHealth& health);

  /// These ask the taker; errors: timeout, and the taker's.
  wire::Task<Result<ReaderPosition>> load_position();
  wire::Task<Result<std::string>> load_secret();
  /// A book for this mailbox: the one there is, or a new one from `position`.
  void open(ReaderPosition position);
  bool is_open() const { return ledger_.has_value(); }
  MailLedger& ledger() { return *ledger_; }

  /// Room for one more mail, and no pause after failures.
  bool is_ready(Time now) const { return now >= resume_at_ && has_room(); }
  /// When there is something to do again without anybody's news.
  std::optional<Time> due() const;
  void give(const MailLedger::Job& job, std::string raw);
  /// Saves the position when it moved on, one save at a time.
  void save_position();
  void give_up_waiting();

  /// Until something changed or `limit` has passed; true: something changed.
  wire::Task<bool> wait(milliseconds limit);
  /// Called on every change as well.
  std::function<void()> on_change;
  /// Nothing reaches the taker any more.
  void stop();
  bool is_stopped() const { return is_stopped_; }
  /// The taker refused what it was given last: the reader is not well although its connection is.
  bool is_failing() const { return is_failing_ && !ledger_->is_empty(); }

 private:
  static constexpr std::size_t given_max = 8, streak_max = 8;
  static constexpr std::size_t bytes_max = 50u << 20;  // of mails given; one more is being fetched at the same time

  bool has_room() const { return ledger_->given() < given_max && bytes_given_ <= bytes_max; }
  void answered(std::uint32_t book, std::uint32_t uid, std::uint32_t attempt, std::size_t bytes, Status status);
  void saved(ReaderPosition position, std::uint32_t book, Status status);
  void changed();
  void count_failure(const std::string& detail);
  /// A callback for any thread that calls `method` with `bound` and the result here, when this still lives.
  template <class T, class Then>
  std::function<void(T)> here(Then then);
  /// Until `answer` is there; `what` for the error's sentence.
  template <class T>
  wire::Task<Result<T>> await_answer(std::optional<Result<T>>& answer, const char* what);

  boost::asio::any_io_executor executor_;
  std::shared_ptr<MailTaker> taker_;
  const ReaderOptions options_;
  ReaderHealth& health_;
  boost::asio::steady_timer signal_;
  std::optional<MailLedger> ledger_;
  std::optional<Result<ReaderPosition>> loaded_;
  std::optional<Result<std::string>> secret_;
  ReaderPosition saved_{};
  std::uint32_t book_{0};        // answers about an older book do not matter
  std::size_t bytes_given_{0}, streak_{0};
  Time resume_at_{}, save_again_at_{};  // the latter: while a save is under way, its deadline
  bool is_failing_{false}, is_changed_{false}, is_stopped_{false};
};

}  // namespace parley::channels::email::imap
