#pragma once

#include <mutex>

#include "channels/email/imap/mailbox_reader.h"

namespace parley::channels::email::imap {

/// What the reader tells about itself; written on its thread, read on any.
class ReaderHealth {
 public:
  explicit ReaderHealth(std::shared_ptr<const Clock> clock) : clock_(std::move(clock)) {}

  MailboxHealth get() const {
    const std::lock_guard lock(mutex_);
    return health_;
  }
  void start() { set(MailboxHealth::State::waiting); }
  void stop() { set(MailboxHealth::State::off); }
  void succeed() {
    set(MailboxHealth::State::ok);
    const std::lock_guard lock(mutex_);
    health_.last_ok_at = clock_->now();
  }
  void fail(std::string sentence) {
    note(std::move(sentence));
    set(MailboxHealth::State::failing);
  }
  /// An error beside which mail still comes in.
  void note(std::string sentence) {
    const std::lock_guard lock(mutex_);
    health_.error = std::move(sentence);
    health_.error_at = clock_->now();
  }
  void count_mail() {
    const std::lock_guard lock(mutex_);
    ++health_.count;
  }

 private:
  void set(MailboxHealth::State state) {
    const std::lock_guard lock(mutex_);
    health_.state = state;
  }

  mutable std::mutex mutex_;
  std::shared_ptr<const Clock> clock_;
  MailboxHealth health_;
};

}  // namespace parley::channels::email::imap
