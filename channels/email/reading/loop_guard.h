// The last line against mail loops: whatever the headers say, two addresses that write to each other too fast are held.
#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"

namespace parley::channels::email {

/// Not thread-safe: it belongs to one strand. Memory is bounded by `pairs_max`; the pair that was quiet longest is forgotten first.
class LoopGuard {
 public:
  struct Limits {
    double answers_max{4}, messages_max{30};     // at once, for one pair
    milliseconds answers_window{3'600'000};      // the time in which that many are forgotten again
    milliseconds messages_window{1'800'000};
    std::size_t pairs_max{50'000};
  };
  enum class Verdict : unsigned char { allow, hold };

  LoopGuard(const Clock& clock, Limits limits);

  /// Asked for each mail that comes in: may it open or extend a ticket by itself? Held mails count too, so a loop stays held until it is quiet.
  Verdict may_open(std::string_view sender, std::string_view our_address);
  /// What may_open would say, without counting.
  bool would_hold(std::string_view sender, std::string_view our_address) const;
  /// Asked for each automatic answer before it is sent.
  Verdict may_answer(std::string_view sender, std::string_view our_address);
  std::size_t pairs() const { return pairs_.size(); }

 private:
  struct Bucket {
    double level{0};
    TimePoint at{};
  };
  struct Pair {
    std::string key;
    Bucket messages, answers;
  };
  Pair& touch(std::string_view sender, std::string_view our_address);
  static std::string key_of(std::string_view sender, std::string_view our_address);
  double level_now(const Bucket& bucket, double max, milliseconds window) const;
  Verdict count(Bucket& bucket, double max, milliseconds window) const;

  const Clock& clock_;
  Limits limits_;
  std::list<Pair> recent_;  // most recently touched first
  std::unordered_map<std::string_view, std::list<Pair>::iterator> pairs_;  // keys point into recent_
};

}  // namespace parley::channels::email
