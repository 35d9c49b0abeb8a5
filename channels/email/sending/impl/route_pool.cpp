#include "channels/email/sending/impl/route_pool.h"

#include <algorithm>
#include <cmath>

namespace parley::channels::email::sending {

std::list<ConnectionPool::Idle> ConnectionPool::take_old() {
  std::list<Idle> old;
  const TimePoint oldest = clock_.now() - limits_.idle;
  while (!idle_.empty() && (idle_.back().since <= oldest || idle_.size() > limits_.idle_max)) { old.splice(old.begin(), idle_, std::prev(idle_.end())); }
  return old;
}

std::optional<PooledConnection> ConnectionPool::take(const SmtpRoute& route) {
  std::list<Idle> old;
  const std::scoped_lock lock(mutex_);
  old = take_old();
  const auto found = std::find_if(idle_.begin(), idle_.end(), [&](const Idle& each) { return each.route == route; });
  if (found == idle_.end()) { return std::nullopt; }
  PooledConnection pooled = std::move(found->pooled);
  idle_.erase(found);
  return pooled;
}

void ConnectionPool::give_back(const SmtpRoute& route, PooledConnection pooled) {
  if (++pooled.mails >= limits_.mails_per_connection) { return; }
  std::list<Idle> old;
  const std::scoped_lock lock(mutex_);
  idle_.push_front({route, std::move(pooled), clock_.now()});
  old = take_old();
}

void ConnectionPool::close_idle() {
  std::list<Idle> old;
  const std::scoped_lock lock(mutex_);
  old = take_old();
}

void ConnectionPool::close_all() {
  std::list<Idle> old;
  const std::scoped_lock lock(mutex_);
  old.swap(idle_);
}

namespace {
constexpr milliseconds first_rest{10'000}, longest_rest{300'000};
constexpr std::size_t rests_max = 1'000;  // the one that failed longest ago is forgotten, and tried
}  // namespace

std::optional<SmtpOutcome> RouteRests::of(const SmtpRoute& route) {
  const std::scoped_lock lock(mutex_);
  const auto rest = std::find_if(rests_.begin(), rests_.end(), [&](const Rest& each) { return each.route == route; });
  if (rest == rests_.end() || rest->until <= clock_.now()) { return std::nullopt; }
  return rest->outcome;
}

void RouteRests::note(const SmtpRoute& route, const SmtpOutcome& outcome) {
  if (outcome.is_held()) { return; }
  const std::scoped_lock lock(mutex_);
  const auto rest = std::find_if(rests_.begin(), rests_.end(), [&](const Rest& each) { return each.route == route; });
  const milliseconds length = rest == rests_.end() ? first_rest : std::min(rest->length * 2, longest_rest);
  if (rest != rests_.end()) { rests_.erase(rest); }
  if (!outcome.is_route_problem()) { return; }
  rests_.push_front({route, outcome, length, clock_.now() + length});
  if (rests_.size() > rests_max) { rests_.pop_back(); }
}

namespace {
constexpr milliseconds turn_is_lost{600'000};  // a mail that does not come for its turn was taken back
double per_millisecond(const SmtpPace& pace) { return pace.per_minute / 60'000.0; }
}  // namespace

/// Filled up to now.
SendRates::Bucket& SendRates::bucket_of(const SmtpPace& pace, TimePoint now) {
  const double at_once = std::max(1.0, pace.per_minute / 6.0);
  const auto [entry, is_new] = buckets_.try_emplace(pace.sender, Bucket{at_once, now, {}});
  if (is_new && buckets_.size() > senders_max_) {
    auto oldest = buckets_.end();
    for (auto each = buckets_.begin(); each != buckets_.end(); ++each) {
      if (each != entry && (oldest == buckets_.end() || each->second.at < oldest->second.at)) { oldest = each; }
    }
    if (oldest != buckets_.end()) { buckets_.erase(oldest); }
  }
  Bucket& bucket = entry->second;
  bucket.mails = std::min(at_once, bucket.mails + static_cast<double>((now - bucket.at).count()) * per_millisecond(pace));
  bucket.at = now;
  return bucket;
}

milliseconds SendRates::take(const SmtpPace& pace) {
  if (pace.per_minute <= 0) { return milliseconds{0}; }
  const TimePoint now = clock_.now();
  const std::scoped_lock lock(mutex_);
  Bucket& bucket = bucket_of(pace, now);
  if (const auto turn = bucket.turns.find(pace.mail); turn != bucket.turns.end()) {
    if (turn->second > now) { return turn->second - now; }
    bucket.turns.erase(turn);
    return milliseconds{0};
  }
  constexpr double whole = 1.0 - 1e-9;  // what sixty steps of a sixtieth add up to
  if (bucket.mails >= whole) {
    bucket.mails -= 1.0;
    return milliseconds{0};
  }
  const milliseconds wait(static_cast<std::int64_t>(std::ceil((whole - bucket.mails) / per_millisecond(pace))));
  std::erase_if(bucket.turns, [now](const auto& turn) { return turn.second + turn_is_lost < now; });
  if (pace.mail != 0 && bucket.turns.size() < turns_max_) {
    bucket.turns.emplace(pace.mail, now + wait);
    bucket.mails -= 1.0;
  }
  return wait;
}

}  // namespace parley::channels::email::sending
