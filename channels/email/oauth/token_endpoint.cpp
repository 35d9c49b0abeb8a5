#include "channels/email/oauth/token_endpoint.h"

#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/json_text.h"
#include "base/text.h"
#include "channels/email/oauth/form_text.h"

namespace parley::channels::email {

using nlohmann::json;

namespace {

constexpr std::size_t answer_max = 64 * 1024, token_max = 16 * 1024;
constexpr std::chrono::hours lifetime_max{24};
constexpr std::chrono::minutes lifetime_unknown{10};  // RFC 6749 lets a server leave it out

struct Answer {
  long status{0};
  std::string body;
};

std::size_t add_bytes(char* bytes, std::size_t size, std::size_t count, void* answer) {
  auto& body = static_cast<Answer*>(answer)->body;
  if (body.size() + size * count > answer_max) { return 0; }  // ends the transfer
  body.append(bytes, size * count);
  return size * count;
}

int look_at_stop(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) { return static_cast<const std::atomic<bool>*>(stop)->load() ? 1 : 0; }

std::string text_of(const json& answer, const char* name) {
  const auto found = answer.find(name);
  return found != answer.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Error refusal(long status, const json& answer) {
  const std::string code = text_of(answer, "error");
  const std::string why = std::string(first_characters(clean_line(text_of(answer, "error_description")), 300));
  std::string sentence = "The provider refused the sign-in (" + (code.empty() ? "HTTP " + std::to_string(status) : code) + ").";
  if (code == "invalid_grant") { sentence = "The provider no longer accepts this sign-in: sign in again."; }
  if (code == "invalid_client" || code == "unauthorized_client") { sentence = "The provider does not know this client id and secret."; }
  return Error(Errc::unauthenticated, why.empty() ? sentence : sentence + " It says: " + why);
}

/// A token goes into one line of a mail protocol.
bool is_token(std::string_view token) {
  return !token.empty() && token.size() <= token_max && std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < 127; });
}

milliseconds lifetime_of(const json& answer) {
  const auto found = answer.find("expires_in");
  std::int64_t seconds = 0;
  if (found != answer.end() && found->is_number()) { seconds = static_cast<std::int64_t>(std::clamp(found->get<double>(), 0.0, 1e9)); }
  if (found != answer.end() && found->is_string()) { seconds = std::strtoll(found->get<std::string>().c_str(), nullptr, 10); }  // some write it so
  if (seconds <= 0) { return lifetime_unknown; }
  return std::min<milliseconds>(std::chrono::seconds(seconds), lifetime_max);
}

Result<GrantedTokens> tokens_of(const Answer& answer) {
  auto parsed = parse_json(answer.body);
  const json body = parsed.has_value() && parsed->is_object() ? std::move(*parsed) : json::object();
  if (answer.status == 429 || answer.status >= 500) {
    return Error(Errc::unavailable, "The provider cannot answer now (HTTP " + std::to_string(answer.status) + ").");
  }
  if (answer.status != 200) { return refusal(answer.status, body); }
  GrantedTokens tokens{text_of(body, "access_token"), text_of(body, "refresh_token"), lifetime_of(body)};
  if (!is_token(tokens.access_token) || (!tokens.refresh_token.empty() && !is_token(tokens.refresh_token))) {
    return Error(Errc::unavailable, "This is no token endpoint: its answer holds no access token.");
  }
  return tokens;
}

}  // namespace

bool is_provider_url(std::string_view url) {
  const auto rest_after = [url](std::string_view scheme) { return url.starts_with(scheme) ? url.substr(scheme.size()) : std::string_view(); };
  if (url.size() > 2'000 || url.find_first_of(" \t\r\n\"<>\\^`{|}#") != std::string_view::npos || url.find('@') != std::string_view::npos) { return false; }
  const std::string_view secure = rest_after("https://");
  if (!secure.empty()) { return secure.front() != '/' && secure.front() != ':'; }
  const std::string_view open = rest_after("http://");
  const std::string_view host = open.substr(0, open.find_first_of(":/?"));
  return host == "127.0.0.1" || host == "localhost";
}

TokenEndpoint::TokenEndpoint(std::string authorities, milliseconds limit) : authorities_(std::move(authorities)), limit_(limit) {}

Result<GrantedTokens> TokenEndpoint::ask(const std::string& url, const std::string& form) const {
  if (!is_provider_url(url)) { return Error(Errc::unauthenticated, "The address of the token endpoint is not https."); }
  const std::unique_ptr<CURL, void (*)(CURL*)> handle(curl_easy_init(), curl_easy_cleanup);
  if (!handle) { return Error(Errc::internal, "curl_easy_init failed"); }
  CURL* const curl = handle.get();
  Answer answer;
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https,http");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(limit_.count()));
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!authorities_.empty()) { curl_easy_setopt(curl, CURLOPT_CAINFO, authorities_.c_str()); }
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(form.size()));
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, form.c_str());
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "Parley");
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, add_bytes);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, look_at_stop);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, const_cast<std::atomic<bool>*>(&is_stopped_));
  const CURLcode code = curl_easy_perform(curl);
  if (code == CURLE_OPERATION_TIMEDOUT) { return Error(Errc::timeout, "The provider's token endpoint did not answer in time."); }
  if (code != CURLE_OK) { return Error(Errc::unavailable, std::string("The provider's token endpoint cannot be reached: ") + curl_easy_strerror(code) + "."); }
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
  return tokens_of(answer);
}

Result<GrantedTokens> TokenEndpoint::refresh(const OAuthClient& client, const std::string& refresh_token) const {
  return ask(client.token_url, form_text({{"grant_type", "refresh_token"}, {"refresh_token", refresh_token}, {"client_id", client.client_id},
                                          {"client_secret", client.client_secret}, {"scope", client.scope}}));
}

Result<GrantedTokens> TokenEndpoint::redeem(const OAuthClient& client, const std::string& code, const std::string& verifier, const std::string& redirect_url) const {
  return ask(client.token_url, form_text({{"grant_type", "authorization_code"}, {"code", code}, {"code_verifier", verifier}, {"redirect_uri", redirect_url},
                                          {"client_id", client.client_id}, {"client_secret", client.client_secret}, {"scope", client.scope}}));
}

}  // namespace parley::channels::email
