#include "channels/email/oauth/sign_ins.h"

#include <algorithm>

#include "base/crypto.h"
#include "base/text.h"
#include "channels/email/oauth/form_text.h"

namespace parley::channels::email {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t waiting_max = 100;
constexpr auto life = 10min;

std::string with_query(const std::string& url, const std::string& query) { return url + (url.find('?') == std::string::npos ? '?' : '&') + query; }

}  // namespace

SignIns::SignIns(std::shared_ptr<const Clock> clock, std::string authorities) : clock_(std::move(clock)), endpoint_(std::move(authorities)) {}

void SignIns::forget_old() {
  std::erase_if(sign_ins_, [now = clock_->now()](const auto& each) { return each.second.expires_at <= now; });
}

const SignIns::SignIn* SignIns::find(const std::string& grant) const {
  const auto found = sign_ins_.find(grant);
  return found == sign_ins_.end() || found->second.expires_at <= clock_->now() ? nullptr : &found->second;
}

Result<SignIns::Begun> SignIns::begin(AgentId by, Request request) {
  const std::string grant = random_token(32), verifier = random_token(48);
  const std::string challenge = base64url_encode(sha256(verifier));
  Begun begun{grant,
              with_query(request.authorize_url, form_text({{"response_type", "code"}, {"client_id", request.client.client_id}, {"redirect_uri", request.redirect_url},
                                                           {"scope", request.client.scope}, {"state", grant}, {"code_challenge", challenge},
                                                           {"code_challenge_method", "S256"}, {"login_hint", request.login_hint}})),
              clock_->now() + life};
  const std::lock_guard lock(mutex_);
  forget_old();
  if (sign_ins_.size() >= waiting_max) { return Error::with_reason(Errc::rate_limited, "too_many_sign_ins", "Too many sign-ins are waiting: try again in ten minutes."); }
  sign_ins_.emplace(grant, SignIn{by, std::move(request), verifier, {}, {}, false, begun.expires_at});
  return begun;
}

std::size_t SignIns::waiting() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(std::count_if(sign_ins_.begin(), sign_ins_.end(), [now = clock_->now()](const auto& each) { return each.second.expires_at > now; }));
}

std::optional<SignIns::Progress> SignIns::progress(AgentId by, const std::string& grant) const {
  const std::lock_guard lock(mutex_);
  const SignIn* const sign_in = find(grant);
  return sign_in != nullptr && sign_in->by == by ? std::optional(sign_in->progress) : std::nullopt;
}

SignIns::Progress SignIns::redeem(const std::string& grant, const SignIn& sign_in, const std::string& code) {
  Progress progress;
  auto granted = endpoint_.redeem(sign_in.request.client, code, sign_in.verifier, sign_in.request.redirect_url);
  if (granted.has_error()) {
    progress = {State::failed, granted.error().detail};
  } else if (granted->refresh_token.empty()) {
    progress = {State::failed, "The provider gave no refresh token: allow offline access for this client, and remove an older consent."};
  } else {
    progress.state = State::granted;
  }
  const std::lock_guard lock(mutex_);
  if (const auto found = sign_ins_.find(grant); found != sign_ins_.end()) {
    found->second.progress = progress;
    if (progress.state == State::granted) { found->second.refresh_token = granted->refresh_token; }
  }
  return progress;
}

std::optional<SignIns::Progress> SignIns::finish(const std::string& grant, const std::string& code, const std::string& error) {
  SignIn copy;
  {
    const std::lock_guard lock(mutex_);
    if (find(grant) == nullptr) { return std::nullopt; }
    SignIn& sign_in = sign_ins_.at(grant);
    if (sign_in.is_redeemed) { return sign_in.progress; }
    if (code.empty()) {
      sign_in.progress = {State::failed, error.empty() ? "The provider sent no code." : "The provider says: " + std::string(first_characters(clean_line(error), 300))};
      return sign_in.progress;
    }
    sign_in.is_redeemed = true;
    copy = sign_in;
  }
  return redeem(grant, copy, code);
}

Result<std::string> SignIns::refresh_token(AgentId by, const std::string& grant, const OAuthClient& client) const {
  const std::lock_guard lock(mutex_);
  const SignIn* const sign_in = find(grant);
  if (sign_in == nullptr || sign_in->by != by) { return Error(Errc::not_found, "This sign-in is over: sign in again."); }
  if (sign_in->progress.state != State::granted) { return Error(Errc::conflict, "The sign-in is not finished."); }
  const auto& own = sign_in->request.client;
  if (own.token_url != client.token_url || own.client_id != client.client_id) { return Error(Errc::conflict, "This sign-in was for another client: sign in again."); }
  return sign_in->refresh_token;
}

}  // namespace parley::channels::email
