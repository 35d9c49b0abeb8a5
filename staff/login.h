// Proving who an agent is: log-in, sessions, two-factor, API tokens.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/clock.h"
#include "base/result.h"
#include "staff/staff.h"
#include "storage/database.h"
#include "storage/field_cipher.h"

namespace parley::staff {

inline constexpr milliseconds session_lifetime{12LL * 3600 * 1000};
inline constexpr milliseconds remembered_lifetime{30LL * 24 * 3600 * 1000};

/// Slows down guessing: after 5 failures for an address or from a network address, waits that double from 2 s to 15 min.
/// Bounded memory; thread-safe.
class LoginThrottle {
 public:
  explicit LoginThrottle(std::shared_ptr<const Clock> clock) : clock_(std::move(clock)) {}
  /// 0 when a try is allowed, else how long to wait.
  milliseconds wait_for(const std::string& key) const;
  void failed(const std::string& key);
  void succeeded(const std::string& key);

 private:
  struct Failures {
    int count{0};
    TimePoint last{};
  };
  static constexpr std::size_t keys_max = 50'000;
  static constexpr int free_tries = 5;
  milliseconds delay_of(const Failures& failures) const;

  std::shared_ptr<const Clock> clock_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Failures> failures_;
};

struct LoginRequest {
  std::string email, password, code;
  bool remember{false};
  std::string remote_address, user_agent;
};
struct LoginResult {
  Agent agent;
  std::string session_token;  // for the cookie
  std::string csrf_token;
  milliseconds lifetime{};
};

class LoginService {
 public:
  LoginService(storage::Database& database, const storage::FieldCipher& cipher, std::shared_ptr<const Clock> clock)
      : database_(database), cipher_(cipher), clock_(std::move(clock)), throttle_(clock_) {}

  /// Blocking (hashes a password). Errors: unauthenticated (bad_credentials, totp_required, bad_code), rate_limited.
  Result<LoginResult> log_in(const LoginRequest& request);
  Status log_out(const std::string& session_token, AgentId agent);
  /// Ends the agent's other sessions. Errors: invalid_input at /current_password or /new_password.
  Status change_password(const Principal& who, const std::string& current, const std::string& next);

  /// Starts two-factor set-up; returns the secret in Base32.
  Result<std::string> begin_totp(AgentId agent, const std::string& password);
  Result<std::vector<std::string>> confirm_totp(AgentId agent, const std::string& code);
  Status remove_totp(AgentId agent, const std::string& password);

 private:
  Status check_second_factor(AgentId agent, const Credentials& credentials, const std::string& code);
  Status check_password(AgentId agent, const std::string& password, const char* path);
  Result<LoginResult> open_session(const Agent& agent, const LoginRequest& request);
  Error fail(const LoginRequest& request, std::optional<AgentId> agent, std::string reason, std::string sentence);

  storage::Database& database_;
  const storage::FieldCipher& cipher_;
  std::shared_ptr<const Clock> clock_;
  LoginThrottle throttle_;
};

/// Who holds this cookie or API token. Errors: unauthenticated. Needs no write; the caller touches the session when it is stale.
Result<Principal> principal_of_session(storage::Transaction& tx, const std::string& session_token);
Result<Principal> principal_of_api_token(storage::Transaction& tx, const std::string& token);
/// A session or token of this agent ended: the hub looks at his sockets again and closes those that stood on it.
void announce_credentials_changed(storage::Transaction& tx, AgentId agent);
/// The principal again after staff changes. Errors: unauthenticated when the agent, the session or the API token is gone.
Result<Principal> refresh_principal(storage::Transaction& tx, const Principal& who);

/// 8 to 200 characters, not only one repeated.
Status check_new_password(const std::string& password, const char* path);

}  // namespace parley::staff
