// Sign-ins of administrators at mail providers, from the button to the refresh token: the authorisation code grant of RFC 6749 section 4.1
// with the proof of RFC 7636. The browser never sees a token. Sign-ins live in memory: a restart costs a click.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/ids.h"
#include "channels/email/oauth/token_endpoint.h"

namespace parley::channels::email {

class SignIns {
 public:
  enum class State : std::uint8_t { waiting, granted, failed };
  struct Request {
    std::string authorize_url;  // may have a query of its own
    OAuthClient client;
    std::string redirect_url;
    std::string login_hint;  // the mailbox's address; may be empty
  };
  struct Begun {
    std::string grant;  // names the sign-in; unguessable, for it is also the `state` that comes back with the browser
    std::string url;    // where the administrator signs in
    TimePoint expires_at;
  };
  struct Progress {
    State state{State::waiting};
    std::string error;  // a sentence
  };

  SignIns(std::shared_ptr<const Clock> clock, std::string authorities);

  /// Errors: rate_limited when a hundred are waiting.
  Result<Begun> begin(AgentId by, Request request);
  /// Nothing for one that is unknown, over, or of somebody else.
  std::optional<Progress> progress(AgentId by, const std::string& grant) const;
  /// The browser is back. Blocks while the code is redeemed. `error`: what the provider said instead of giving a code. A second call for the
  /// same sign-in is answered with what the first one came to.
  std::optional<Progress> finish(const std::string& grant, const std::string& code, const std::string& error);
  /// The refresh token, for the client it was granted to. Errors: not_found, conflict (not granted, or of another client).
  Result<std::string> refresh_token(AgentId by, const std::string& grant, const OAuthClient& client) const;
  /// Those that are not over yet; at most a hundred.
  std::size_t waiting() const;
  void stop() { endpoint_.stop(); }

 private:
  struct SignIn {
    AgentId by;
    Request request;
    std::string verifier, refresh_token;
    Progress progress;
    bool is_redeemed{false};  // a code is used once
    TimePoint expires_at;
  };
  Progress redeem(const std::string& grant, const SignIn& sign_in, const std::string& code);
  const SignIn* find(const std::string& grant) const;
  void forget_old();

  std::shared_ptr<const Clock> clock_;
  TokenEndpoint endpoint_;
  mutable std::mutex mutex_;  // guards sign_ins_
  std::map<std::string, SignIn> sign_ins_;
};

}  // namespace parley::channels::email
