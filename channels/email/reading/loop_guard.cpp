#include "channels/email/reading/loop_guard.h"

#include <algorithm>

#include "base/text.h"
#include "channels/email/reading/address.h"
#include "channels/email/reading/scan.h"

namespace parley::channels::email {

namespace {
bool has_room(double level, double max) { return level + 1.0 <= max + 1e-9; }
}  // namespace

LoopGuard::LoopGuard(const Clock& clock, Limits limits) : clock_(clock), limits_(limits) {}

LoopGuard::Verdict LoopGuard::may_open(std::string_view sender, std::string_view our_address) {
  return count(touch(sender, our_address).messages, limits_.messages_max, limits_.messages_window);
}

LoopGuard::Verdict LoopGuard::may_answer(std::string_view sender, std::string_view our_address) {
  return count(touch(sender, our_address).answers, limits_.answers_max, limits_.answers_window);
}

bool LoopGuard::would_hold(std::string_view sender, std::string_view our_address) const {
  const auto found = pairs_.find(key_of(sender, our_address));
  return found != pairs_.end() && !has_room(level_now(found->second->messages, limits_.messages_max, limits_.messages_window), limits_.messages_max);
}

std::string LoopGuard::key_of(std::string_view sender, std::string_view our_address) {
  const auto key_of_one = [](std::string_view address) {
    std::string key = address_key(address);
    return key.empty() ? to_lower_ascii(first_bytes(address, 320)) : key;
  };
  // Our reply addresses carry a token each: one mailbox all the same.
  std::string ours = key_of_one(our_address);
  if (const auto plus = ours.find('+'), at = ours.rfind('@'); plus != std::string::npos && at != std::string::npos && plus < at) { ours.erase(plus, at - plus); }
  return key_of_one(sender) + "\n" + ours;
}

LoopGuard::Pair& LoopGuard::touch(std::string_view sender, std::string_view our_address) {
  std::string key = key_of(sender, our_address);
  if (const auto found = pairs_.find(key); found != pairs_.end()) {
    recent_.splice(recent_.begin(), recent_, found->second);
    return recent_.front();
  }
  if (recent_.size() >= std::max<std::size_t>(limits_.pairs_max, 1)) {
    pairs_.erase(recent_.back().key);
    recent_.pop_back();
  }
  recent_.push_front({std::move(key), {}, {}});
  pairs_.emplace(recent_.front().key, recent_.begin());
  return recent_.front();
}

double LoopGuard::level_now(const Bucket& bucket, double max, milliseconds window) const {
  const double passed = static_cast<double>(std::max<std::int64_t>((clock_.now() - bucket.at).count(), 0));
  const double leaked = window.count() > 0 ? passed * max / static_cast<double>(window.count()) : bucket.level;
  return std::max(0.0, bucket.level - leaked);
}

/// A leaking bucket. What is refused still flows in, up to twice the limit.
LoopGuard::Verdict LoopGuard::count(Bucket& bucket, double max, milliseconds window) const {
  bucket.level = level_now(bucket, max, window);
  bucket.at = clock_.now();
  const bool fits = has_room(bucket.level, max);
  bucket.level = std::min(bucket.level + 1.0, max * 2);
  return fits ? Verdict::allow : Verdict::hold;
}

}  // namespace parley::channels::email
