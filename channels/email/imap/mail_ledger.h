// Which mails of one mailbox still need something, and how far everything is done. Pure bookkeeping: no network, time is an argument.
//
// A mail is waiting, then given (its taker has not answered), then taken (it has to be marked, moved or deleted) and then forgotten.
// What fails goes back to waiting with a later due time, while others go on. The position never passes a mail in this book, so after a
// crash all of them are offered again, together with those above them that were done already; the taker knows them by their UIDs.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "channels/email/imap/back_off.h"
#include "channels/email/imap/reader_position.h"

namespace parley::channels::email::imap {

class MailLedger {
 public:
  using Time = std::chrono::steady_clock::time_point;
  enum class Form : std::uint8_t { whole, header, nothing };  // how much of a mail is asked for

  struct Job {
    std::uint32_t uid;
    std::uint64_t size;
    Form form;
  };
  /// Beyond half of it no more mails are looked for, so many may fail at the same time before the rest has to wait.
  static constexpr std::size_t entries_max = 10'000;

  MailLedger(ReaderPosition position, BackOff retry) : position_(position), looked_to_(position.uid), retry_(retry) {}

  /// Looking for mails. Those between the last look and `uid` that were not added are no business of ours.
  std::uint32_t looked_to() const { return looked_to_; }
  bool has_room() const { return entries_.size() < entries_max / 2; }
  void add(std::uint32_t uid, std::uint64_t size, Form form);
  void set_looked_to(std::uint32_t uid);

  /// What to fetch now: the lowest new mail and the lowest due retry by turns.
  std::optional<Job> next(Time now);
  /// When the next retry is due.
  std::optional<Time> next_due() const;

  /// Handed to the taker; the number is of this attempt.
  std::uint32_t give(std::uint32_t uid, Time now);
  /// The taker's answer. A late OK for an earlier attempt counts, a late failure does not. False: nothing changed.
  bool answer(std::uint32_t uid, std::uint32_t attempt, bool is_ok, Time now);
  /// Gives up waiting for answers to what was given before `before`; says how many.
  std::size_t give_up(Time before, Time now);
  /// The connection broke, or the server refused, while it was fetched. The first time it is tried again at once.
  void fetch_failed(std::uint32_t uid, Time now);
  /// It was larger than announced: less of it is asked for next time.
  void shrink(std::uint32_t uid);

  std::size_t given() const { return given_; }
  bool is_empty() const { return entries_.empty(); }
  /// Taken, and not marked, moved or deleted yet; ascending. Either those taken whole, or those of which only a part was.
  std::vector<std::uint32_t> taken(bool is_whole) const;
  /// Done with, or gone from the mailbox.
  void settle(std::span<const std::uint32_t> uids);

  ReaderPosition position() const;

 private:
  enum class State : std::uint8_t { waiting, given, taken };
  struct Entry {
    State state{State::waiting};
    Form form{Form::whole};
    std::uint64_t size{0};
    std::uint32_t attempt{0}, failures{0};
    Time since{};  // given: when; waiting with failures: when due
  };

  void put_off(Entry& entry, Time now);

  ReaderPosition position_;
  std::uint32_t looked_to_;
  BackOff retry_;
  std::map<std::uint32_t, Entry> entries_;
  std::size_t given_{0};
  bool is_retry_next_{false};
};

}  // namespace parley::channels::email::imap
