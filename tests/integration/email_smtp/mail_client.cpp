#include "tests/integration/email_smtp/mail_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace parley::channels::email::smtp {
namespace {

void set_receive_limit(int descriptor, std::chrono::milliseconds limit) {
  timeval time{};
  time.tv_sec = limit.count() / 1000;
  time.tv_usec = (limit.count() % 1000) * 1000;
  ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
}

}  // namespace

MailClient::MailClient(std::uint16_t port) : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)) {
  set_receive_limit(descriptor_, std::chrono::seconds(5));
  const int yes = 1;
  ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    ::close(descriptor_);
    throw std::runtime_error("no connection");
  }
}

MailClient::~MailClient() { close(); }

void MailClient::close() {
  if (ssl_ != nullptr) { SSL_free(ssl_); }
  if (descriptor_ >= 0) { ::close(descriptor_); }
  ssl_ = nullptr;
  descriptor_ = -1;
}

void MailClient::end_sending() { ::shutdown(descriptor_, SHUT_WR); }

bool MailClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ssl_ != nullptr ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())) : ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) { return false; }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool MailClient::fill() {
  std::array<char, 4096> piece;
  const auto count = ssl_ != nullptr ? SSL_read(ssl_, piece.data(), static_cast<int>(piece.size())) : ::recv(descriptor_, piece.data(), piece.size(), 0);
  if (count <= 0) { return false; }
  buffer_.append(piece.data(), static_cast<std::size_t>(count));
  return true;
}

std::string MailClient::reply() {
  std::string out;
  for (;;) {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n")) == std::string::npos) {
      if (!fill()) { return out; }
    }
    const bool is_last = end < 4 || buffer_[3] == ' ';
    out += buffer_.substr(0, end + 2);
    buffer_.erase(0, end + 2);
    if (is_last) { return out; }
  }
}

std::string MailClient::say(std::string_view line) {
  send(std::string(line) + "\r\n");
  return reply();
}

std::string MailClient::begin_mail(const std::string& recipients, std::string_view greeting) {
  reply();
  say(std::string(greeting) + " client.example");
  say("MAIL FROM:<anna@client.example>");
  send(recipients);
  for (auto i = std::count(recipients.begin(), recipients.end(), '\n'); i > 0; --i) { reply(); }
  return say("DATA");
}

bool MailClient::start_tls() {
  static SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
  ssl_ = SSL_new(context);
  SSL_set_fd(ssl_, descriptor_);
  return SSL_connect(ssl_) == 1;
}

bool MailClient::is_closed_within(std::chrono::milliseconds limit) {
  set_receive_limit(descriptor_, limit);
  const auto end = std::chrono::steady_clock::now() + limit;
  while (std::chrono::steady_clock::now() < end && fill()) {}
  set_receive_limit(descriptor_, std::chrono::seconds(5));
  return std::chrono::steady_clock::now() < end;
}

}  // namespace parley::channels::email::smtp
