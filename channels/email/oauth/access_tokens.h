// Access tokens of mail accounts, fetched when they are needed and before they run out.
#pragma once

#include <atomic>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "channels/email/oauth/token_endpoint.h"

namespace parley::channels::email {

struct TokenProbe {
  std::uint64_t fetched, failed;  // access tokens, since the start
  std::uint64_t not_kept;         // times a new refresh token could not be written down
};

class AccessTokens {
 public:
  /// Called when a provider hands out a new refresh token for an old one: from now on only the new one may be valid. Where keeping it fails,
  /// it is used from memory, and given again with the next question.
  using OnRotated = std::function<Status(const std::string& old_token, const std::string& new_token)>;

  AccessTokens(std::shared_ptr<const Clock> clock, std::string authorities, OnRotated on_rotated);
  ~AccessTokens();

  /// A token that is valid for some minutes more. Blocks while it is fetched, within half a minute. Errors are TokenEndpoint's; what failed is
  /// not asked again for a while (10 s, after a refusal a minute). Thread-safe.
  Result<std::string> of(const OAuthClient& client, const std::string& refresh_token);
  /// The same on a thread of its own. `done` is called once, on any thread; not at all when the owner ends before.
  void fetch(OAuthClient client, std::string refresh_token, std::function<void(Result<std::string>)> done);
  /// Ends what is under way. No `done` is called afterwards.
  void stop();
  TokenProbe probe() const { return {fetched_, failed_, not_kept_}; }

 private:
  struct Entry {
    std::mutex mutex;  // held while fetching: who wants the same token waits for it
    std::string token;
    std::string newest, kept;  // refresh tokens: the one the provider takes, and the one that is written down; at first the one the entry is known by
    TimePoint good_until{}, ask_again_at{};
    Error failure;
  };
  std::shared_ptr<Entry> entry_of(const std::string& key);
  Status renew(Entry& entry, const OAuthClient& client);
  void adopt(const std::string& key, const Entry& from);
  void keep_newest(Entry& entry);

  std::shared_ptr<const Clock> clock_;
  TokenEndpoint endpoint_;
  OnRotated on_rotated_;
  std::atomic<std::uint64_t> fetched_{0}, failed_{0}, not_kept_{0};
  std::mutex mutex_;  // guards entries_
  std::map<std::string, std::shared_ptr<Entry>> entries_;
  boost::asio::thread_pool threads_{4};
};

}  // namespace parley::channels::email
