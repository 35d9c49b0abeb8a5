#include "channels/email/imap/mail_ledger.h"

#include <algorithm>

namespace parley::channels::email::imap {

void MailLedger::add(std::uint32_t uid, std::uint64_t size, Form form) {
  if (uid <= position_.uid || uid <= looked_to_) { return; }
  entries_.try_emplace(uid, Entry{.form = form, .size = size});
}

void MailLedger::set_looked_to(std::uint32_t uid) { looked_to_ = std::max(looked_to_, uid); }

std::optional<MailLedger::Job> MailLedger::next(Time now) {
  auto fresh = entries_.end(), retry = entries_.end();
  for (auto it = entries_.begin(); it != entries_.end() && (fresh == entries_.end() || retry == entries_.end()); ++it) {
    const Entry& entry = it->second;
    if (entry.state != State::waiting) { continue; }
    if (entry.failures == 0 && fresh == entries_.end()) { fresh = it; }
    if (entry.failures > 0 && entry.since <= now && retry == entries_.end()) { retry = it; }
  }
  const bool prefers_retry = is_retry_next_;
  const auto chosen = retry != entries_.end() && (prefers_retry || fresh == entries_.end()) ? retry : fresh;
  if (chosen == entries_.end()) { return std::nullopt; }
  is_retry_next_ = chosen == fresh;
  return Job{chosen->first, chosen->second.size, chosen->second.form};
}

std::optional<MailLedger::Time> MailLedger::next_due() const {
  std::optional<Time> due;
  for (const auto& [uid, entry] : entries_) {
    if (entry.state == State::waiting && (!due || entry.since < *due)) { due = entry.since; }
  }
  return due;
}

std::uint32_t MailLedger::give(std::uint32_t uid, Time now) {
  Entry& entry = entries_.at(uid);
  entry.state = State::given;
  entry.since = now;
  ++given_;
  return ++entry.attempt;
}

void MailLedger::put_off(Entry& entry, Time now) {
  entry.state = State::waiting;
  entry.since = now + retry_.after(++entry.failures);
}

bool MailLedger::answer(std::uint32_t uid, std::uint32_t attempt, bool is_ok, Time now) {
  const auto found = entries_.find(uid);
  if (found == entries_.end()) { return false; }
  Entry& entry = found->second;
  const bool is_current = entry.state == State::given && entry.attempt == attempt;
  if (entry.state == State::taken || (!is_ok && !is_current)) { return false; }
  if (entry.state == State::given) { --given_; }
  if (is_ok) {
    entry.state = State::taken;
  } else {
    put_off(entry, now);
  }
  return true;
}

std::size_t MailLedger::give_up(Time before, Time now) {
  std::size_t count = 0;
  for (auto& [uid, entry] : entries_) {
    if (entry.state != State::given || entry.since >= before) { continue; }
    --given_;
    put_off(entry, now);
    ++count;
  }
  return count;
}

void MailLedger::fetch_failed(std::uint32_t uid, Time now) {
  const auto found = entries_.find(uid);
  if (found == entries_.end()) { return; }
  put_off(found->second, now);
  if (found->second.failures == 1) { found->second.since = now; }
}

void MailLedger::shrink(std::uint32_t uid) {
  const auto found = entries_.find(uid);
  if (found == entries_.end()) { return; }
  found->second.form = found->second.form == Form::whole ? Form::header : Form::nothing;
}

std::vector<std::uint32_t> MailLedger::taken(bool is_whole) const {
  std::vector<std::uint32_t> uids;
  for (const auto& [uid, entry] : entries_) {
    if (entry.state == State::taken && (entry.form == Form::whole) == is_whole) { uids.push_back(uid); }
  }
  return uids;
}

void MailLedger::settle(std::span<const std::uint32_t> uids) {
  for (const std::uint32_t uid : uids) {
    const auto found = entries_.find(uid);
    if (found == entries_.end()) { continue; }
    if (found->second.state == State::given) { --given_; }
    entries_.erase(found);
  }
}

ReaderPosition MailLedger::position() const {
  ReaderPosition position = position_;
  position.uid = entries_.empty() ? looked_to_ : std::min(entries_.begin()->first - 1, looked_to_);
  return position;
}

}  // namespace parley::channels::email::imap
