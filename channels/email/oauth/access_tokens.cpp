#include "channels/email/oauth/access_tokens.h"

#include <boost/asio/post.hpp>

#include "base/crypto.h"
#include "base/log.h"

namespace parley::channels::email {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t entries_max = 1'000;
constexpr auto rest_after_silence = 10s;
constexpr auto rest_after_refusal = 60s;

std::string key_of(const OAuthClient& client, const std::string& refresh_token) {
  return sha256(client.token_url + "\n" + client.client_id + "\n" + sha256(client.client_secret) + client.scope + "\n" + refresh_token);
}

/// Five minutes before its end a token is no longer handed out; of a short life a fifth.
milliseconds useful(milliseconds lifetime) { return lifetime - std::min<milliseconds>(5min, lifetime / 5); }

}  // namespace

AccessTokens::AccessTokens(std::shared_ptr<const Clock> clock, std::string authorities, OnRotated on_rotated)
    : clock_(std::move(clock)), endpoint_(std::move(authorities)), on_rotated_(std::move(on_rotated)) {}

AccessTokens::~AccessTokens() { stop(); }

void AccessTokens::stop() {
  endpoint_.stop();
  threads_.stop();
  threads_.join();
}

std::shared_ptr<AccessTokens::Entry> AccessTokens::entry_of(const std::string& key) {
  const std::lock_guard lock(mutex_);
  auto& entry = entries_[key];
  if (!entry) { entry = std::make_shared<Entry>(); }
  const auto found = entry;
  // The bound is far above what a shop has; what is forgotten is fetched again.
  if (entries_.size() > entries_max) { entries_.erase(entries_.begin()->first == key ? std::next(entries_.begin()) : entries_.begin()); }
  return found;
}

/// The account is known under its new refresh token as well, so that nobody asks twice.
void AccessTokens::adopt(const std::string& key, const Entry& from) {
  const auto entry = entry_of(key);
  const std::lock_guard lock(entry->mutex);
  entry->token = from.token;
  entry->good_until = from.good_until;
}

void AccessTokens::keep_newest(Entry& entry) {
  if (on_rotated_(entry.kept, entry.newest).has_value()) {
    entry.kept = entry.newest;
  } else {
    ++not_kept_;
  }
}

Status AccessTokens::renew(Entry& entry, const OAuthClient& client) {
  auto granted = endpoint_.refresh(client, entry.newest);
  if (granted.has_error()) {
    ++failed_;
    entry.failure = granted.error();
    entry.ask_again_at = clock_->now() + (granted.error().code == Errc::unauthenticated ? rest_after_refusal : rest_after_silence);
    return granted.error();
  }
  ++fetched_;
  entry.token = granted->access_token;
  entry.good_until = clock_->now() + useful(granted->lifetime);
  entry.ask_again_at = {};
  if (granted->refresh_token.empty() || granted->refresh_token == entry.newest) { return {}; }
  entry.newest = granted->refresh_token;
  adopt(key_of(client, entry.newest), entry);
  keep_newest(entry);
  return {};
}

Result<std::string> AccessTokens::of(const OAuthClient& client, const std::string& refresh_token) {
  if (refresh_token.empty()) { return Error(Errc::unauthenticated, "Nobody has signed in at the provider yet."); }
  const auto entry = entry_of(key_of(client, refresh_token));
  const std::lock_guard lock(entry->mutex);
  if (entry->newest.empty()) { entry->newest = entry->kept = refresh_token; }
  if (entry->newest != entry->kept) { keep_newest(*entry); }
  const TimePoint now = clock_->now();
  if (now < entry->good_until) { return entry->token; }
  if (now < entry->ask_again_at) { return entry->failure; }
  PARLEY_CHECK(renew(*entry, client));
  return entry->token;
}

void AccessTokens::fetch(OAuthClient client, std::string refresh_token, std::function<void(Result<std::string>)> done) {
  boost::asio::post(threads_, [this, client = std::move(client), refresh_token = std::move(refresh_token), done = std::move(done)] {
    Result<std::string> token = Error(Errc::unavailable, "The access token could not be fetched.");
    try {
      token = of(client, refresh_token);
    } catch (const std::exception& failure) {
      log_error("oauth_token_failed error={}", {failure.what()});
    }
    done(std::move(token));
  });
}

}  // namespace parley::channels::email
