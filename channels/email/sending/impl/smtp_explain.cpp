#include "channels/email/sending/impl/smtp_explain.h"

#include <curl/curl.h>

#include <array>

#include "base/text.h"
#include "channels/email/reading/scan.h"

namespace parley::channels::email::sending {
namespace {

using namespace std::string_view_literals;

struct ProviderHint {
  std::string_view host, hint;
};
/// The longer suffix first.
constexpr std::array provider_hints{
    ProviderHint{"exmail.qq.com", "Tencent Exmail wants the client password (客户端专用密码) from its security settings, not the log-in password."},
    ProviderHint{"qq.com", "QQ Mail wants an authorisation code (授权码): switch on the SMTP service in its settings and use the code shown there, not the password."},
    ProviderHint{"163.com", "NetEase wants an authorisation code (授权码): switch on the SMTP service in its settings and use the code shown there, not the password."},
    ProviderHint{"126.com", "NetEase wants an authorisation code (授权码): switch on the SMTP service in its settings and use the code shown there, not the password."},
    ProviderHint{"yeah.net", "NetEase wants an authorisation code (授权码): switch on the SMTP service in its settings and use the code shown there, not the password."},
    ProviderHint{"sina.com", "Sina wants an authorisation code (授权码) from its settings, not the password."},
    ProviderHint{"gmail.com", "Gmail wants an app password: turn on 2-step verification in the Google account, make an app password and use it here, or log in by OAuth."},
    ProviderHint{"outlook.com", "Microsoft takes no passwords here any more: log in by OAuth."},
    ProviderHint{"office365.com", "Microsoft takes passwords only when SMTP AUTH is switched on for the mailbox; otherwise log in by OAuth."},
    ProviderHint{"mail.me.com", "iCloud wants an app-specific password, made at the Apple account."},
    ProviderHint{"yahoo.com", "Yahoo wants an app password, made in its account security."},
};

std::string_view hint_for(std::string_view host) {
  for (const auto& row : provider_hints) {
    const bool is_below = ends_with_ignore_case(host, row.host) && (host.size() == row.host.size() || host[host.size() - row.host.size() - 1] == '.');
    if (is_below) { return row.hint; }
  }
  return {};
}

std::string server_words(const SmtpReply& reply) {
  if (reply.code == 0) { return {}; }
  return " The server said: " + std::to_string(reply.code) + (reply.status.empty() ? "" : " " + reply.status) + " " + reply.text;
}

std::string place_of(const SmtpRoute& route) { return route.host + ":" + std::to_string(route.port); }

std::string explain_connect(const SmtpRoute& route, const ConnectReport& report) {
  if (report.connected.count() > 0 && report.curl_code == CURLE_OPERATION_TIMEDOUT) {
    if (route.port == 465) { return place_of(route) + " does not greet. Port 465 wants TLS from the first byte: choose TLS instead of STARTTLS or none."; }
    return place_of(route) + " took the connection but did not greet in time. Is it a mail server?";
  }
  if (report.last_reply.code != 0) { return place_of(route) + " does not let us in." + server_words(report.last_reply); }
  if (report.connected.count() > 0) { return place_of(route) + " took the connection and closed it, or does not speak SMTP. Is it the right port?"; }
  std::string out = "Nothing answers at " + place_of(route) + ". Check name and port";
  out += route.port == 25 ? "; many providers block port 25, 465 or 587 usually work." : ", and whether a firewall lets this server out.";
  return out;
}

std::string explain_tls(const SmtpRoute& route, const ConnectReport& report) {
  const std::string_view why = report.curl_error;
  if (report.curl_code == CURLE_USE_SSL_FAILED) { return place_of(route) + " does not offer STARTTLS. Choose TLS (usually port 465), or none inside your own network only."; }
  if (contains_ignore_case(why, "wrong version number") || contains_ignore_case(why, "packet length")) {
    return place_of(route) + " does not begin with TLS. Choose STARTTLS (usually port 587), or port 465.";
  }
  if (contains_ignore_case(why, "subject name") || contains_ignore_case(why, "does not match")) {
    return "The certificate of the server is not made out for '" + route.host + "'. Use the name the provider gives for SMTP.";
  }
  if (contains_ignore_case(why, "expired")) { return "The certificate of " + place_of(route) + " has expired."; }
  if (contains_ignore_case(why, "self-signed") || contains_ignore_case(why, "self signed") || contains_ignore_case(why, "local issuer")) {
    return "The certificate of " + place_of(route) + " is not signed by an authority this server trusts. For a server of your own give its CA file.";
  }
  if (report.curl_code == CURLE_SSL_CACERT_BADFILE) { return "The CA file could not be read: " + clean_line(route.ca_file); }
  return "TLS with " + place_of(route) + " failed: " + clean_line(why);
}

std::string explain_login(const SmtpRoute& route, const ConnectReport& report) {
  if (report.curl_code == CURLE_OK || (report.curl_code == CURLE_LOGIN_DENIED && report.last_reply.is_good())) {
    const bool is_open = route.security == Security::none;
    return place_of(route) + " offers no log-in we can use" + (is_open ? " without encryption. Choose TLS or STARTTLS." : ". Leave the user name empty if it wants none.");
  }
  if (report.curl_code != CURLE_LOGIN_DENIED) { return "The connection to " + place_of(route) + " broke while logging in." + server_words(report.last_reply); }
  if (report.last_reply.is_temporary()) { return "The log-in is refused for now; it may work later." + server_words(report.last_reply); }
  const std::string_view hint = hint_for(route.host);
  std::string out = route.auth == Auth::xoauth2 ? "The access token was not accepted: log in at the provider again." : "User name or password is wrong.";
  if (!hint.empty() && route.auth == Auth::password) { out += " " + std::string(hint); }
  return out + server_words(report.last_reply);
}

}  // namespace

std::string explain(const SmtpRoute& route, const ConnectReport& report) {
  if (report.is_stopped) { return "stopped while connecting"; }
  switch (report.failed_at) {
    case ConnectStep::resolve: return "There is no host '" + clean_line(route.host) + "', or its name could not be looked up.";
    case ConnectStep::connect: return explain_connect(route, report);
    case ConnectStep::tls: return explain_tls(route, report);
    case ConnectStep::login: return explain_login(route, report);
    case ConnectStep::done: break;
  }
  return {};
}

}  // namespace parley::channels::email::sending
