#include "tests/integration/email_sending/scripted_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

#include "base/text.h"

namespace parley::channels::email::testing_support {

class ScriptedServer::Session {
 public:
  Session(ScriptedServer& server, int socket) : server_(server), socket_(socket) {}
  ~Session() {
    if (ssl_ != nullptr) { SSL_free(ssl_); }
    const std::scoped_lock lock(server_.mutex_);
    server_.sockets_.erase(socket_);
    close(socket_);
  }

  void run() {
    if (server_.options_.begins_with_tls && !begin_tls()) { return; }
    if (!say("<connect>", "220 test.example ESMTP")) { return; }
    std::string line;
    while (read_line(line)) {
      {
        const std::scoped_lock lock(server_.mutex_);
        server_.commands_.push_back(line);
      }
      if (!handle(line)) { return; }
    }
  }

 private:
  bool begin_tls() {
    ssl_ = SSL_new(server_.tls_);
    SSL_set_fd(ssl_, socket_);
    return SSL_accept(ssl_) == 1;
  }

  /// One answer; false when the connection ends with it.
  bool say(const std::string& event, const std::string& otherwise) { return speak(text_for(event, otherwise)); }
  std::string text_for(const std::string& event, const std::string& otherwise) const {
    std::string text = server_.options_.script ? server_.options_.script(event) : std::string();
    return text.empty() ? otherwise : text;
  }
  bool speak(std::string text) {
    const auto mark = text.find('!');
    const std::string end = mark == std::string::npos ? std::string() : text.substr(mark);
    const bool is_raw = !end.empty() && mark > 0 && text[mark - 1] == '~';  // "25~!cut": no line end
    text = text.substr(0, is_raw ? mark - 1 : mark);
    said_ = text;
    if (!text.empty()) { send_all(is_raw ? text : text + "\r\n"); }
    if (end == "!reset") {
      const linger now{1, 0};
      setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    }
    if (end == "!silent") {
      pollfd one{socket_, POLLRDHUP, 0};
      while (!server_.is_stopping_ && poll(&one, 1, 20) == 0) {}
    }
    return end.empty();
  }

  bool handle(const std::string& line) {
    const std::string verb = to_lower_ascii(line.substr(0, 4));
    if (verb == "ehlo") { return say(line, greeting()); }
    if (verb == "star") {
      if (!say(line, "220 2.0.0 go ahead")) { return false; }
      return !said_.starts_with("220") || begin_tls();
    }
    if (verb == "auth") { return log_in(line); }
    if (verb == "mail") {
      mail_ = {line.substr(10), {}, {}};
      return say(line, "250 2.1.0 ok");
    }
    if (verb == "rcpt") {
      const bool goes_on = say(line, "250 2.1.5 ok");
      if (said_.starts_with("250")) { mail_.recipients.push_back(line.substr(8)); }
      return goes_on;
    }
    if (verb == "data") { return say(line, "354 end with a dot") && (!said_.starts_with("354") || read_content()); }
    if (verb == "quit") { return say(line, "221 2.0.0 bye!cut"); }
    return say(line, verb == "rset" || verb == "noop" ? "250 2.0.0 ok" : "500 5.5.2 what?");
  }

  bool log_in(const std::string& line) {
    if (line == "AUTH LOGIN") {
      if (!say("<user>", "334 VXNlcm5hbWU6")) { return false; }
    } else if (line == "AUTH PLAIN" || line == "AUTH XOAUTH2") {
      if (!say("<initial>", "334 ")) { return false; }
    } else {
      return say(line, "235 2.7.0 welcome");
    }
    std::string answer;
    if (!read_line(answer)) { return false; }
    note(answer);
    if (line == "AUTH LOGIN") {
      if (!say("<password>", "334 UGFzc3dvcmQ6") || !read_line(answer)) { return false; }
      note(answer);
    }
    return say("<login>", "235 2.7.0 welcome");
  }
  void note(const std::string& line) {
    const std::scoped_lock lock(server_.mutex_);
    server_.commands_.push_back(line);
  }

  std::string greeting() const {
    std::string out = "250-test.example";
    for (const auto& name : server_.options_.extensions) { out += "\r\n250-" + name; }
    out[out.rfind("250-") + 3] = ' ';
    return out;
  }

  bool read_content() {
    std::string line;
    while (true) {
      if (!read_line(line)) { return false; }
      if (line == ".") { break; }
      mail_.data += (line.starts_with('.') ? line.substr(1) : line) + "\r\n";
      const std::string interruption = text_for("<content " + std::to_string(mail_.data.size()) + ">", "");
      if (!interruption.empty()) { return speak(interruption); }
    }
    ++server_.dots_;
    const std::string text = text_for("<dot>", "250 2.0.0 Ok: queued as 4TEST" + std::to_string(server_.dots_));
    if (text[0] != '4' && text[0] != '5') {  // before the answer: whoever has it finds the mail
      const std::scoped_lock lock(server_.mutex_);
      server_.mails_.push_back(mail_);
    }
    return speak(text);
  }

  bool read_line(std::string& line) {
    for (;;) {
      const auto feed = buffer_.find('\n');
      if (feed != std::string::npos) {
        line = buffer_.substr(0, feed);
        buffer_.erase(0, feed + 1);
        if (line.ends_with('\r')) { line.pop_back(); }
        return true;
      }
      char bytes[65'536];
      const auto count = ssl_ != nullptr ? SSL_read(ssl_, bytes, sizeof bytes) : static_cast<int>(recv(socket_, bytes, sizeof bytes, 0));
      if (count <= 0) { return false; }
      buffer_.append(bytes, static_cast<std::size_t>(count));
    }
  }
  void send_all(const std::string& text) {
    for (std::size_t at = 0; at < text.size();) {
      const auto count = ssl_ != nullptr ? SSL_write(ssl_, text.data() + at, static_cast<int>(text.size() - at))
                                         : static_cast<int>(send(socket_, text.data() + at, text.size() - at, MSG_NOSIGNAL));
      if (count <= 0) { return; }
      at += static_cast<std::size_t>(count);
    }
  }

  ScriptedServer& server_;
  int socket_;
  SSL* ssl_{nullptr};
  std::string buffer_, said_;
  ReceivedMail mail_;
};

ScriptedServer::ScriptedServer(Options options) : options_(std::move(options)) {
  if (!options_.certificate_file.empty()) {
    tls_ = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate_file(tls_, options_.certificate_file.c_str(), SSL_FILETYPE_PEM);
    SSL_CTX_use_PrivateKey_file(tls_, options_.key_file.c_str(), SSL_FILETYPE_PEM);
  }
  listen_on_loopback();
  thread_ = std::thread([this] { accept_all(); });
}

ScriptedServer::~ScriptedServer() {
  is_stopping_ = true;
  shutdown(listener_, SHUT_RDWR);
  thread_.join();
  {
    const std::scoped_lock lock(mutex_);
    for (const int socket : sockets_) { shutdown(socket, SHUT_RDWR); }
  }
  for (auto& session : sessions_) { session.join(); }
  close(listener_);
  if (tls_ != nullptr) { SSL_CTX_free(tls_); }
}

void ScriptedServer::listen_on_loopback() {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listener_, 64) != 0 || getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("cannot listen");
  }
  port_ = ntohs(address.sin_port);
}

void ScriptedServer::accept_all() {
  for (;;) {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) { return; }
    ++connections_;
    const int at_once = 1;  // answers to pipelined commands are small packets
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    const std::scoped_lock lock(mutex_);
    sockets_.insert(socket);
    sessions_.emplace_back([this, socket] {
      sigset_t pipe;
      sigemptyset(&pipe);
      sigaddset(&pipe, SIGPIPE);
      pthread_sigmask(SIG_BLOCK, &pipe, nullptr);  // of this thread alone: the sender has to get by without
      Session(*this, socket).run();
    });
  }
}

std::vector<ReceivedMail> ScriptedServer::mails() const {
  const std::scoped_lock lock(mutex_);
  return mails_;
}
std::vector<std::string> ScriptedServer::commands() const {
  const std::scoped_lock lock(mutex_);
  return commands_;
}

}  // namespace parley::channels::email::testing_support
