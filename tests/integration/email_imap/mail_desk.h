// A reader, a taker that remembers, and the thread both run on.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <array>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "channels/email/imap/mailbox_reader.h"

namespace parley::channels::email::imap {

using namespace std::chrono_literals;

/// What the database would hold. Survives readers.
class Desk final : public MailTaker {
 public:
  using Key = std::array<std::uint32_t, 3>;  // uidvalidity, rewinds, uid

  void position(std::function<void(Result<ReaderPosition>)> done) override { done(saved); }
  void secret(std::function<void(Result<std::string>)> done) override { done(lent_secret); }
  void take(FetchedMail mail, std::function<void(Status)> done) override;
  void save(ReaderPosition position, std::function<void(Status)> done) override;

  std::size_t count(const std::string& text) const;  // distinct mails that contain it
  bool has(const std::string& text) const { return count(text) > 0; }

  Result<std::string> lent_secret{std::string()};       // empty: the account's own
  ReaderPosition saved;
  std::map<Key, FetchedMail> taken;                     // by what the taker knows repeats by
  std::vector<std::uint32_t> offered;                   // every UID in order, repeats too
  std::function<Status(const FetchedMail&)> verdict;    // empty: OK
  std::function<bool(const FetchedMail&)> keeps_silent; // true: never answers
  bool forgets_position{false};                         // saving fails
  std::uint64_t bytes_most{0};                          // of one mail
};

/// Drives an io_context by hand.
class MailDesk : public testing::Test {
 protected:
  /// A reader with short waits.
  std::unique_ptr<MailboxReader> reader(ImapAccount account);
  /// Runs until `is_done` or too long; says which.
  bool run_until(const std::function<bool()>& is_done, std::chrono::milliseconds limit = 10s);
  void run_for(std::chrono::milliseconds time);
  /// Lets what was stopped end.
  void settle();

  boost::asio::io_context io{1};
  std::shared_ptr<Desk> desk{std::make_shared<Desk>()};
  ReaderOptions options{.reconnect = BackOff{50ms, 400ms}, .refused_min = 2s, .take_retry = BackOff{100ms, 1s}};
};

std::string mail(const std::string& subject, const std::string& body = "Hello.");

}  // namespace parley::channels::email::imap
