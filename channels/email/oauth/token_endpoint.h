// The two questions a mail provider's token endpoint is asked: RFC 6749 sections 4.1.3 and 6, with the proof of RFC 7636.
#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace parley::channels::email {

/// What the provider knows Parley by, as the administrator registered it there.
struct OAuthClient {
  std::string token_url;  // see is_provider_url
  std::string client_id;
  std::string client_secret;  // empty for public clients
  std::string scope;          // empty: what was granted
  bool operator==(const OAuthClient&) const = default;
};

/// https, or http to this very machine.
bool is_provider_url(std::string_view url);

struct GrantedTokens {
  std::string access_token;
  std::string refresh_token;  // empty: the one that was used stays valid
  milliseconds lifetime{0};   // of the access token
};

class TokenEndpoint {
 public:
  /// `authorities`: PEM file with further certificate authorities; empty: the system's. `limit` is for a whole request.
  explicit TokenEndpoint(std::string authorities = {}, milliseconds limit = milliseconds{15'000});

  /// Both block. Errors, with sentences for the administrator: unauthenticated (the provider says no: asking again does not help),
  /// unavailable and timeout (asking again may help).
  Result<GrantedTokens> refresh(const OAuthClient& client, const std::string& refresh_token) const;
  Result<GrantedTokens> redeem(const OAuthClient& client, const std::string& code, const std::string& verifier, const std::string& redirect_url) const;
  /// What is under way ends with unavailable, and nothing begins any more. Thread-safe.
  void stop() { is_stopped_ = true; }

 private:
  Result<GrantedTokens> ask(const std::string& url, const std::string& form) const;

  std::string authorities_;
  milliseconds limit_;
  std::atomic<bool> is_stopped_{false};
};

}  // namespace parley::channels::email
