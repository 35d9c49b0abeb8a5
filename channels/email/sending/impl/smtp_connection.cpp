#include "channels/email/sending/impl/smtp_connection.h"

#include <curl/curl.h>
#include <poll.h>

#include <algorithm>
#include <mutex>
#include <stdexcept>

#include "base/text.h"
#include "channels/email/reading/scan.h"

namespace parley::channels::email::sending {
namespace {

constexpr milliseconds look_at_stop_every{200};
constexpr std::size_t extensions_max = 100;

void start_curl() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

}  // namespace

struct SmtpConnection::Curl {
  CURL* handle{curl_easy_init()};
  curl_socket_t socket{CURL_SOCKET_BAD};
  char error[CURL_ERROR_SIZE]{};

  // What the server said while curl spoke with it.
  ReplyReader reader;
  SmtpReply last;
  std::vector<std::string> extensions;
  bool has_greeting{false}, is_encrypted{false}, is_logged_in{false};

  Curl() {
    if (handle == nullptr) { throw std::runtime_error("curl_easy_init failed"); }
  }
  ~Curl() { curl_easy_cleanup(handle); }
  Curl(const Curl&) = delete;
  Curl& operator=(const Curl&) = delete;

  void prepare(const SmtpRoute& route, milliseconds limit, const std::atomic<bool>& stop);
  ConnectStep failed_step(const SmtpRoute& route, const ConnectReport& report) const;

  static std::size_t on_line(char* bytes, std::size_t size, std::size_t count, void* self) {
    static_cast<Curl*>(self)->take({bytes, size * count});
    return size * count;
  }
  static int on_progress(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) { return static_cast<const std::atomic<bool>*>(stop)->load() ? 1 : 0; }

  /// Lines of "250-NAME parameters": what counts are those since the last change of the connection.
  void take(std::string_view line) {
    if (line.starts_with("250") && line.size() > 4 && extensions.size() < extensions_max) {
      const std::string_view words = trim(line.substr(4));
      extensions.emplace_back(words.substr(0, words.find(' ')));
    }
    reader.add(line);
    while (auto reply = reader.next()) {
      last = std::move(*reply);
      if (last.code == 220 && has_greeting) {  // STARTTLS: what was said in the open does not count
        extensions.clear();
        is_encrypted = true;
      }
      has_greeting = has_greeting || last.code == 220;
      is_logged_in = is_logged_in || last.code == 235;
    }
  }
  milliseconds time(CURLINFO what) const {
    curl_off_t microseconds = 0;
    curl_easy_getinfo(handle, what, &microseconds);
    return milliseconds(microseconds == 0 ? 0 : std::max<curl_off_t>(1, microseconds / 1'000));
  }
};

namespace {

std::string url_of(const SmtpRoute& route) {
  const bool is_v6 = route.host.find(':') != std::string::npos && !route.host.starts_with('[');
  std::string url = route.security == Security::tls ? "smtps://" : "smtp://";
  url += is_v6 ? "[" + route.host + "]" : route.host;
  url += ":" + std::to_string(route.port) + "/" + percent_encode(route.helo);
  return url;
}

bool is_host(std::string_view host) {
  return !host.empty() && host.size() <= 253 && host.find_first_of(" \t\r\n/@?#\\%") == std::string_view::npos && host.find('\0') == std::string_view::npos;
}

void set_login(CURL* handle, const SmtpRoute& route) {
  if (route.user.empty()) { return; }
  curl_easy_setopt(handle, CURLOPT_USERNAME, route.user.c_str());
  if (route.auth == Auth::xoauth2) {
    curl_easy_setopt(handle, CURLOPT_XOAUTH2_BEARER, route.secret.c_str());
    curl_easy_setopt(handle, CURLOPT_LOGIN_OPTIONS, "AUTH=XOAUTH2");
    return;
  }
  curl_easy_setopt(handle, CURLOPT_PASSWORD, route.secret.c_str());
  // Inside TLS the two every server gets right; in the open first the one that does not show the password.
  const bool is_open = route.security == Security::none;
  curl_easy_setopt(handle, CURLOPT_LOGIN_OPTIONS, is_open ? "AUTH=CRAM-MD5;AUTH=PLAIN;AUTH=LOGIN" : "AUTH=PLAIN;AUTH=LOGIN");
}

bool is_tls_error(CURLcode code) {
  switch (code) {
    case CURLE_SSL_CONNECT_ERROR: case CURLE_PEER_FAILED_VERIFICATION: case CURLE_USE_SSL_FAILED: case CURLE_SSL_CERTPROBLEM: case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE: case CURLE_SSL_ISSUER_ERROR: case CURLE_SSL_ENGINE_INITFAILED: case CURLE_SSL_INVALIDCERTSTATUS: return true;
    default: return false;
  }
}

}  // namespace

SmtpConnection::SmtpConnection(const std::atomic<bool>& stop) : stop_(stop) {
  start_curl();
  curl_ = std::make_unique<Curl>();
}

SmtpConnection::~SmtpConnection() {
  if (curl_->socket == CURL_SOCKET_BAD) { return; }
  std::size_t sent = 0;
  curl_easy_send(curl_->handle, "QUIT\r\n", 6, &sent);  // good manners; nobody waits for the answer
}

void SmtpConnection::Curl::prepare(const SmtpRoute& route, milliseconds limit, const std::atomic<bool>& stop) {
  curl_easy_setopt(handle, CURLOPT_URL, url_of(route).c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(handle, CURLOPT_PROXY, "");  // not what the environment says for web pages
  curl_easy_setopt(handle, CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, error);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limit.count()));
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(limit.count()));
  curl_easy_setopt(handle, CURLOPT_USE_SSL, static_cast<long>(route.security == Security::none ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!route.ca_file.empty()) { curl_easy_setopt(handle, CURLOPT_CAINFO, route.ca_file.c_str()); }
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &Curl::on_line);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, &Curl::on_progress);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, const_cast<std::atomic<bool>*>(&stop));
  set_login(handle, route);
}

ConnectStep SmtpConnection::Curl::failed_step(const SmtpRoute& route, const ConnectReport& report) const {
  const auto code = static_cast<CURLcode>(report.curl_code);
  // curl goes on without a log-in when the server offers none; the server would then refuse each mail, or take it as a stranger's.
  if (code == CURLE_OK) { return route.user.empty() || is_logged_in ? ConnectStep::done : ConnectStep::login; }
  if (code == CURLE_COULDNT_RESOLVE_HOST || report.resolved.count() == 0) { return ConnectStep::resolve; }
  if (is_tls_error(code)) { return ConnectStep::tls; }
  if (report.connected.count() == 0) { return ConnectStep::connect; }
  if (route.security == Security::tls && report.encrypted.count() == 0) { return ConnectStep::tls; }
  if (!has_greeting) { return ConnectStep::connect; }
  return route.security == Security::starttls && !is_encrypted ? ConnectStep::tls : ConnectStep::login;
}

ConnectReport SmtpConnection::open(const SmtpRoute& route, milliseconds limit) {
  ConnectReport report;
  if (!is_host(route.host)) {
    report.failed_at = ConnectStep::resolve;
    report.curl_code = CURLE_COULDNT_RESOLVE_HOST;
    return report;
  }
  Curl& curl = *curl_;
  curl.prepare(route, limit, stop_);
  const CURLcode code = curl_easy_perform(curl.handle);
  report.curl_code = code;
  report.curl_error = curl.error[0] != 0 ? curl.error : curl_easy_strerror(code);
  report.last_reply = curl.last;
  report.resolved = curl.time(CURLINFO_NAMELOOKUP_TIME_T);
  report.connected = curl.time(CURLINFO_CONNECT_TIME_T);
  report.encrypted = curl.time(CURLINFO_APPCONNECT_TIME_T);
  report.whole = curl.time(CURLINFO_TOTAL_TIME_T);
  report.is_stopped = code == CURLE_ABORTED_BY_CALLBACK;
  if (const char* ip = nullptr; curl_easy_getinfo(curl.handle, CURLINFO_PRIMARY_IP, &ip) == CURLE_OK && ip != nullptr) { report.address = ip; }
  if (code == CURLE_OK) { curl_easy_getinfo(curl.handle, CURLINFO_ACTIVESOCKET, &curl.socket); }
  report.failed_at = curl.failed_step(route, report);
  return report;
}

bool SmtpConnection::has_extension(std::string_view name) const {
  return std::any_of(curl_->extensions.begin(), curl_->extensions.end(), [&](const std::string& each) { return equal_ignore_case(each, name); });
}

SmtpConnection::Io SmtpConnection::wait(short events, SteadyTime deadline, bool heeds_stop) {
  for (;;) {
    if (heeds_stop && stop_) { return Io::stopped; }
    const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) { return Io::timed_out; }
    pollfd one{curl_->socket, events, 0};
    if (poll(&one, 1, static_cast<int>(std::min(left, look_at_stop_every).count())) > 0) { return Io::ok; }
  }
}

SmtpConnection::Io SmtpConnection::send(std::string_view bytes, milliseconds progress, SteadyTime deadline, std::size_t& sent) {
  sent = 0;
  auto give_up = std::min(deadline, std::chrono::steady_clock::now() + progress);
  while (sent < bytes.size()) {
    if (stop_) { return Io::stopped; }
    std::size_t taken = 0;
    const CURLcode code = curl_easy_send(curl_->handle, bytes.data() + sent, bytes.size() - sent, &taken);
    if (code == CURLE_AGAIN) {
      if (const Io io = wait(POLLOUT, give_up, true); io != Io::ok) { return io; }
      continue;
    }
    if (code != CURLE_OK) { return Io::closed; }
    sent += taken;
    give_up = std::min(deadline, std::chrono::steady_clock::now() + progress);
  }
  return Io::ok;
}

SmtpConnection::Io SmtpConnection::read_reply(SmtpReply& reply, SteadyTime deadline, bool heeds_stop) {
  for (;;) {
    if (auto whole = replies_.next()) {
      reply = std::move(*whole);
      return Io::ok;
    }
    if (replies_.is_broken()) { return Io::garbled; }
    char bytes[4'096];
    std::size_t count = 0;
    const CURLcode code = curl_easy_recv(curl_->handle, bytes, sizeof bytes, &count);
    if (code == CURLE_AGAIN) {
      if (const Io io = wait(POLLIN, deadline, heeds_stop); io != Io::ok) { return io; }
    } else if (code != CURLE_OK || count == 0) {
      return Io::closed;
    } else {
      replies_.add({bytes, count});
    }
  }
}

bool SmtpConnection::is_quiet() {
  char bytes[1'024];
  std::size_t count = 0;
  const CURLcode code = curl_easy_recv(curl_->handle, bytes, sizeof bytes, &count);
  if (code == CURLE_OK) { replies_.add({bytes, count}); }
  return code == CURLE_AGAIN && replies_.is_empty() && !replies_.is_broken();
}

}  // namespace parley::channels::email::sending
