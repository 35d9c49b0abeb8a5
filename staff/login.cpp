#include "staff/login.h"

#include <algorithm>

#include "base/crypto.h"
#include "base/event_kind.h"
#include "base/json_text.h"
#include "base/text.h"
#include "staff/staff_store.h"

namespace parley::staff {

using storage::Transaction;

milliseconds LoginThrottle::delay_of(const Failures& f) const {
  if (f.count < free_tries) { return milliseconds{0}; }
  const int doublings = std::min(f.count - free_tries, 9);
  return std::min(milliseconds{2'000LL << doublings}, milliseconds{900'000});
}

milliseconds LoginThrottle::wait_for(const std::string& key) const {
  const std::lock_guard lock(mutex_);
  const auto found = failures_.find(key);
  if (found == failures_.end()) { return milliseconds{0}; }
  const auto left = found->second.last + delay_of(found->second) - clock_->now();
  return std::max(left, milliseconds{0});
}

void LoginThrottle::failed(const std::string& key) {
  const std::lock_guard lock(mutex_);
  if (failures_.size() >= keys_max) {  // forget what is old; an attacker with this many addresses is beyond this fence
    std::erase_if(failures_, [&](const auto& item) { return item.second.last + milliseconds{900'000} < clock_->now(); });
    if (failures_.size() >= keys_max) { failures_.clear(); }
  }
  auto& f = failures_[key];
  if (f.last + milliseconds{3'600'000} < clock_->now()) { f.count = 0; }
  ++f.count;
  f.last = clock_->now();
}

void LoginThrottle::succeeded(const std::string& key) {
  const std::lock_guard lock(mutex_);
  failures_.erase(key);
}

Error LoginService::fail(const LoginRequest& request, std::optional<AgentId> agent, std::string reason, std::string sentence) {
  throttle_.failed("email:" + to_lower_ascii(request.email));
  throttle_.failed("address:" + request.remote_address);
  if (agent) { throttle_.failed("account:" + std::to_string(agent->value)); }
  std::ignore = database_.write_now(0, [&](Transaction& tx) -> Status {
    audit(tx, agent, "login.fail", first_characters(request.remote_address, 60), "{\"reason\":\"" + reason + "\"}");
    return {};
  });
  return Error::with_reason(Errc::unauthenticated, std::move(reason), std::move(sentence));
}

Status LoginService::check_second_factor(AgentId agent, const Credentials& credentials, const std::string& code) {
  const std::string typed = to_lower_ascii(trim(code));
  if (typed.size() == 6) {
    auto secret = cipher_.open_with_master(credentials.totp_secret, "totp:" + std::to_string(agent.value));
    if (secret.has_error()) { return std::move(secret).error(); }
    const auto step = verify_totp(*secret, typed, clock_->now(), credentials.totp_last_step);
    if (!step) { return Error(Errc::unauthenticated, "wrong code"); }
    auto used = database_.write_now(static_cast<std::uint64_t>(agent.value),
                                    [&](Transaction& tx) -> Result<bool> { return use_totp_step(tx, agent, *step); });
    if (used.has_error()) { return std::move(used).error(); }
    return *used ? Status{} : Status{Error(Errc::unauthenticated, "code used before")};
  }
  auto used = database_.write_now(static_cast<std::uint64_t>(agent.value), [&](Transaction& tx) -> Result<bool> {
    return use_recovery_code(tx, agent, sha256(typed));
  });
  if (used.has_error()) { return std::move(used).error(); }
  return *used ? Status{} : Status{Error(Errc::unauthenticated, "wrong code")};
}

namespace {
Error too_many(milliseconds wait) {
  Error slow = Error::with_reason(Errc::rate_limited, "rate_limited", "Too many failed log-ins. Wait before trying again.");
  slow.extra = std::make_shared<nlohmann::json>(nlohmann::json{{"retry_after_ms", wait.count()}});
  return slow;
}
}  // namespace

Result<LoginResult> LoginService::log_in(const LoginRequest& request) {
  const auto wait = std::max(throttle_.wait_for("email:" + to_lower_ascii(request.email)), throttle_.wait_for("address:" + request.remote_address));
  if (wait.count() > 0) { return too_many(wait); }
  PARLEY_TRY(auto agent, database_.read_now([&](Transaction& tx) -> Result<std::optional<Agent>> {
    return find_agent_by_email(tx, trim(request.email));
  }));
  if (!agent || !agent->is_active) {
    waste_password_time(request.password);
    return fail(request, std::nullopt, "bad_credentials", "E-mail or password is wrong.");
  }
  // The database finds an account under several spellings of its address; guesses are counted for the account.
  const std::string account = "account:" + std::to_string(agent->id.value);
  if (const auto pause = throttle_.wait_for(account); pause.count() > 0) { return too_many(pause); }
  PARLEY_TRY(auto credentials, database_.read_now([&](Transaction& tx) -> Result<Credentials> { return credentials_of(tx, agent->id); }));
  if (!verify_password(credentials.password_hash, request.password)) {
    return fail(request, agent->id, "bad_credentials", "E-mail or password is wrong.");
  }
  if (credentials.totp_is_active) {
    if (request.code.empty()) {
      return Error::with_reason(Errc::unauthenticated, "totp_required", "Enter the code of the authenticator app or a recovery code.");
    }
    if (auto second = check_second_factor(agent->id, credentials, request.code); second.has_error()) {
      if (second.error().code != Errc::unauthenticated) { return std::move(second).error(); }
      return fail(request, agent->id, "bad_code", "The code is wrong or was used before.");
    }
  }
  throttle_.succeeded("email:" + to_lower_ascii(request.email));
  throttle_.succeeded("address:" + request.remote_address);
  throttle_.succeeded(account);
  return open_session(*agent, request);
}

Result<LoginResult> LoginService::open_session(const Agent& agent, const LoginRequest& request) {
  LoginResult result{agent, random_token(32), random_token(24), request.remember ? remembered_lifetime : session_lifetime};
  const auto stored = database_.write_now(static_cast<std::uint64_t>(agent.id.value), [&](Transaction& tx) -> Status {
    Session session;
    session.agent = agent.id;
    session.csrf_token = result.csrf_token;
    session.expires_at = tx.now() + result.lifetime;
    insert_session(tx, session, sha256(result.session_token), request.remote_address, std::string(first_characters(request.user_agent, 300)));
    audit(tx, agent.id, "login", first_characters(request.remote_address, 60));
    return {};
  });
  if (stored.has_error()) { return stored.error(); }
  return result;
}

void announce_credentials_changed(Transaction& tx, AgentId agent) {
  tx.append({static_cast<std::uint16_t>(EventKind::agent_updated), 0, 0, dump_json(nlohmann::json{{"agent_id", agent.value}, {"actor", {{"kind", "agent"}, {"id", agent.value}}}})});
}

Status LoginService::log_out(const std::string& session_token, AgentId agent) {
  return database_.write_now(static_cast<std::uint64_t>(agent.value), [&](Transaction& tx) -> Status {
    delete_session(tx, sha256(session_token));
    audit(tx, agent, "logout", "");
    return {};
  });
}

Status LoginService::check_password(AgentId agent, const std::string& password, const char* path) {
  const std::string key = "password:" + std::to_string(agent.value);
  if (throttle_.wait_for(key).count() > 0) {
    return Error::with_reason(Errc::rate_limited, "rate_limited", "Too many wrong passwords. Wait before trying again.");
  }
  PARLEY_TRY(auto credentials, database_.read_now([&](Transaction& tx) -> Result<Credentials> { return credentials_of(tx, agent); }));
  if (!verify_password(credentials.password_hash, password)) {
    throttle_.failed(key);
    return Error::field(path, "wrong_password", "The password is wrong.");
  }
  throttle_.succeeded(key);
  return {};
}

Status LoginService::change_password(const Principal& who, const std::string& current, const std::string& next) {
  PARLEY_CHECK(check_new_password(next, "/new_password"));
  PARLEY_CHECK(check_password(who.agent, current, "/current_password"));
  const std::string hash = hash_password(next);
  return database_.write_now(static_cast<std::uint64_t>(who.agent.value), [&](Transaction& tx) -> Status {
    set_password(tx, who.agent, hash);
    delete_other_sessions(tx, who.agent, who.session);
    audit(tx, who.agent, "password.change", "");
    announce_credentials_changed(tx, who.agent);
    return {};
  });
}

Result<std::string> LoginService::begin_totp(AgentId agent, const std::string& password) {
  PARLEY_CHECK(check_password(agent, password, "/password"));
  const std::string secret = random_bytes(20);
  const std::string sealed = cipher_.seal_with_master(secret, "totp:" + std::to_string(agent.value));
  PARLEY_CHECK(database_.write_now(static_cast<std::uint64_t>(agent.value), [&](Transaction& tx) -> Status {
    if (credentials_of(tx, agent).totp_is_active) {
      return Error::with_reason(Errc::conflict, "totp_active", "Two-factor log-in is on. Turn it off before setting it up again.");
    }
    set_totp(tx, agent, sealed, false);
    return {};
  }));
  return base32_encode(secret);
}

Result<std::vector<std::string>> LoginService::confirm_totp(AgentId agent, const std::string& code) {
  PARLEY_TRY(auto credentials, database_.read_now([&](Transaction& tx) -> Result<Credentials> { return credentials_of(tx, agent); }));
  if (credentials.totp_is_active || credentials.totp_secret.empty()) {
    return Error::with_reason(Errc::conflict, "totp_not_begun", "Begin the set-up of two-factor log-in first.");
  }
  PARLEY_TRY(auto secret, cipher_.open_with_master(credentials.totp_secret, "totp:" + std::to_string(agent.value)));
  const auto step = verify_totp(secret, trim(code), clock_->now(), 0);
  if (!step) { return Error::field("/code", "wrong_code", "The code does not match. Check the clock of the phone."); }
  std::vector<std::string> codes, hashes;
  for (int i = 0; i < 10; ++i) {
    codes.push_back(to_lower_ascii(base32_encode(random_bytes(10))));
    hashes.push_back(sha256(codes.back()));
  }
  PARLEY_CHECK(database_.write_now(static_cast<std::uint64_t>(agent.value), [&](Transaction& tx) -> Status {
    set_totp(tx, agent, credentials.totp_secret, true);
    std::ignore = use_totp_step(tx, agent, *step);
    replace_recovery_codes(tx, agent, hashes);
    audit(tx, agent, "totp.on", "");
    return {};
  }));
  return codes;
}

Status LoginService::remove_totp(AgentId agent, const std::string& password) {
  PARLEY_CHECK(check_password(agent, password, "/password"));
  return database_.write_now(static_cast<std::uint64_t>(agent.value), [&](Transaction& tx) -> Status {
    set_totp(tx, agent, std::nullopt, false);
    replace_recovery_codes(tx, agent, {});
    audit(tx, agent, "totp.off", "");
    return {};
  });
}

namespace {

Error nobody() { return Error::with_reason(Errc::unauthenticated, "unauthenticated", "Log in to continue."); }

Result<Principal> principal_of(Transaction& tx, AgentId id) {
  const auto agent = find_agent(tx, id);
  if (!agent || !agent->is_active) { return nobody(); }
  Principal who;
  who.kind = Principal::Kind::agent;
  who.agent = agent->id;
  who.role = agent->role;
  who.teams = agent->teams;
  who.name = agent->name;
  return who;
}

}  // namespace

Result<Principal> principal_of_session(Transaction& tx, const std::string& session_token) {
  if (session_token.empty() || session_token.size() > 128) { return nobody(); }
  const auto session = find_session(tx, sha256(session_token));
  if (!session || session->expires_at <= tx.now()) { return nobody(); }
  PARLEY_TRY(auto who, principal_of(tx, session->agent));
  who.session = session->id;
  who.valid_until = session->expires_at;
  who.csrf_token = session->csrf_token;
  return who;
}

Result<Principal> principal_of_api_token(Transaction& tx, const std::string& token) {
  if (token.empty() || token.size() > 128) { return nobody(); }
  const auto owner = find_api_token(tx, sha256(token));
  if (!owner) { return nobody(); }
  PARLEY_TRY(auto who, principal_of(tx, owner->agent));
  who.api_token = owner->token;
  return who;
}

Result<Principal> refresh_principal(Transaction& tx, const Principal& who) {
  if (who.session != 0 && !session_exists(tx, who.session)) { return nobody(); }
  if (who.api_token != 0 && !api_token_exists(tx, who.api_token)) { return nobody(); }
  PARLEY_TRY(auto fresh, principal_of(tx, who.agent));
  fresh.session = who.session;
  fresh.api_token = who.api_token;
  fresh.valid_until = who.valid_until;
  fresh.csrf_token = who.csrf_token;
  return fresh;
}

Status check_new_password(const std::string& password, const char* path) {
  const std::size_t size = count_characters(password);
  if (size < 8) { return Error::field(path, "too_short", "A password needs at least 8 characters."); }
  if (size > 200) { return Error::field(path, "too_long", "A password may have at most 200 characters."); }
  const std::string_view first = first_characters(password, 1);
  std::string_view rest = password;
  while (!rest.empty() && rest.substr(0, first.size()) == first) { rest.remove_prefix(first.size()); }
  if (rest.empty()) {
    return Error::field(path, "too_simple", "A password needs more than one repeated character.");
  }
  return {};
}

}  // namespace parley::staff
