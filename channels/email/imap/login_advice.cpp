#include "channels/email/imap/login_advice.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "base/crypto.h"
#include "base/text.h"
#include "channels/email/imap/command_text.h"

namespace parley::channels::email::imap {
namespace {

bool contains_any(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words, [text](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

bool is_under(std::string_view host, std::string_view domain) {
  return host == domain || (host.ends_with(domain) && host[host.size() - domain.size() - 1] == '.');
}

struct Provider {
  std::initializer_list<std::string_view> domains;
  std::string_view password_advice;
};

/// What a password has to be there; asked only after it was refused.
std::string_view password_advice(std::string_view host) {
  static const std::array providers{
      Provider{{"gmail.com", "googlemail.com", "google.com"},
               "Gmail does not accept the account's password here: turn on 2-step verification, create an app password in the Google account and enter that, or use OAuth."},
      Provider{{"outlook.com", "office365.com", "hotmail.com", "live.com"}, "Microsoft accepts no passwords for IMAP: choose OAuth (XOAUTH2)."},
      Provider{{"163.com", "126.com", "yeah.net", "188.com", "netease.com"},
               "NetEase wants an authorisation code (授权码) in place of the password: switch IMAP on in the web mail's settings, create a code there and enter it."},
      Provider{{"qq.com", "foxmail.com"},
               "QQ Mail wants an authorisation code (授权码) in place of the password: switch IMAP on in the web mail's settings under Account, create a code there and enter it."},
      Provider{{"sina.com", "sina.cn", "139.com", "189.cn", "aliyun.com", "sohu.com"},
               "This provider wants an authorisation code (授权码) or a client password, made in the web mail's settings where IMAP is switched on."},
      Provider{{"yahoo.com", "aol.com", "icloud.com", "me.com", "mail.me.com", "zoho.com", "yandex.com", "yandex.ru", "mail.ru", "fastmail.com"},
               "This provider wants an app password: create one in the account's security settings and enter that."},
  };
  for (const auto& provider : providers) {
    if (std::ranges::any_of(provider.domains, [host](std::string_view domain) { return is_under(host, domain); })) { return provider.password_advice; }
  }
  return "The user name or the password is wrong. Some providers want the whole address as user name, or an app password.";
}

std::string sentence(std::string_view advice, std::string_view foreign) { return std::string(advice) + " The server said: " + server_words(foreign); }

constexpr std::string_view token_advice =
    "The access token was refused: it has expired, or it was not given for IMAP or for this user. Connect the account again.";
constexpr std::string_view unsafe_advice =
    "The provider regards this log-in as unsafe. Log in to its web mail once, allow IMAP clients there and try again.";

}  // namespace

std::string server_words(std::string_view text) {
  std::string shown;
  for (const char c : text.substr(0, 2'000)) { shown += c; }
  if (!is_valid_utf8(shown)) { std::ranges::replace_if(shown, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?'); }
  return '"' + std::string(first_characters(clean_line(shown), 300)) + '"';
}

Error explain_login(const ImapAccount& account, const Condition& refusal, std::string_view challenge) {
  const std::string text = to_lower_ascii(refusal.text), host = to_lower_ascii(account.host);
  const std::string& code = refusal.code.name;
  if (code == "LIMIT" || contains_any(text, {"too many", "rate limit", "frequency", "try again later", "temporarily blocked"})) {
    return {Errc::rate_limited, sentence("The server refuses log-ins for a while because there were too many.", refusal.text)};
  }
  if (code == "UNAVAILABLE" || code == "INUSE" || code == "SERVERBUG" || contains_any(text, {"temporary", "internal error", "server busy"})) {
    return {Errc::unavailable, sentence("The server cannot check log-ins at the moment.", refusal.text)};
  }
  const auto refused = [&](std::string_view advice) { return Error(Errc::unauthenticated, sentence(advice, refusal.text)); };
  if (account.auth == Auth::xoauth2) {
    const auto reason = base64_decode(challenge);
    return {Errc::unauthenticated, sentence(token_advice, reason && !reason->empty() ? *reason : refusal.text)};
  }
  if (contains_any(text, {"application-specific password", "app password", "app-specific password", "invalidsecondfactor"})) {
    return refused("An app password is needed here: create one in the account's security settings and enter that.");
  }
  if (contains_any(text, {"unsafe login"})) { return refused(unsafe_advice); }
  if (contains_any(text, {"not enabled for imap", "imap access is disabled", "imap is disabled", "imap4 service is not enabled", "service is not open"})) {
    return refused("IMAP is switched off for this account: switch it on in the provider's settings.");
  }
  if (code == "EXPIRED") { return refused("The password has expired."); }
  if (code == "PRIVACYREQUIRED") { return refused("The server takes log-ins only over an encrypted connection: choose TLS or STARTTLS."); }
  return refused(password_advice(host));
}

Error explain_select(const ImapAccount& account, const Condition& refusal) {
  const std::string text = to_lower_ascii(refusal.text);
  if (contains_any(text, {"unsafe login"})) { return {Errc::forbidden, sentence(unsafe_advice, refusal.text)}; }
  if (refusal.code.name == "INUSE" || refusal.code.name == "UNAVAILABLE" || refusal.code.name == "LIMIT") {
    return {Errc::unavailable, sentence("The mailbox cannot be opened at the moment.", refusal.text)};
  }
  return {Errc::not_found, sentence("The mailbox \"" + account.mailbox + "\" cannot be opened.", refusal.text)};
}

Error explain_tls(const ImapAccount& account, const Error& failure) {
  const std::string place = account.host + ":" + std::to_string(account.port);
  if (failure.code == Errc::forbidden) {
    return {Errc::forbidden, "The certificate of " + place + " cannot be trusted (" + failure.detail +
                                 "). Enter the host name that the provider names for IMAP; nothing was sent."};
  }
  if (failure.code == Errc::timeout) { return {Errc::timeout, place + " does not answer the TLS handshake; perhaps this port wants STARTTLS."}; }
  return {Errc::unavailable, "TLS with " + place + " failed (" + failure.detail + "). TLS usually is on port 993, STARTTLS on port 143."};
}

}  // namespace parley::channels::email::imap
