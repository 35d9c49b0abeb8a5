#include "tests/integration/net/raw_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

namespace parley::net::test {
namespace {

void set_receive_limit(int descriptor, std::chrono::milliseconds limit) {
  timeval time{};
  time.tv_sec = limit.count() / 1000;
  time.tv_usec = (limit.count() % 1000) * 1000;
  ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
}

ssl_st* start_tls(int descriptor, Tls tls) {
  static SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
  SSL* const ssl = SSL_new(context);
  if (tls == Tls::only_1_1) {
    SSL_set_security_level(ssl, 0);
    SSL_set_min_proto_version(ssl, TLS1_1_VERSION);
    SSL_set_max_proto_version(ssl, TLS1_1_VERSION);
  }
  SSL_set_fd(ssl, descriptor);
  if (SSL_connect(ssl) == 1) { return ssl; }
  SSL_free(ssl);
  return nullptr;
}

}  // namespace

std::string RawResponse::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string() : found->second;
}

std::uint16_t RawFrame::close_code() const {
  if (opcode != 8 || payload.size() < 2) { return 0; }
  return static_cast<std::uint16_t>(static_cast<unsigned char>(payload[0]) << 8 | static_cast<unsigned char>(payload[1]));
}

RawClient::RawClient(std::uint16_t port, Tls tls, int receive_buffer) {
  descriptor_ = ::socket(AF_INET, SOCK_STREAM, 0);
  if (receive_buffer > 0) { ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer); }
  const int yes = 1;
  ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  set_receive_limit(descriptor_, std::chrono::seconds(5));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bool is_fine = ::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  if (is_fine && tls != Tls::no) {
    ssl_ = start_tls(descriptor_, tls);
    is_fine = ssl_ != nullptr;
  }
  if (!is_fine) {
    ::close(descriptor_);
    descriptor_ = -1;
  }
}

RawClient::~RawClient() {
  if (ssl_ != nullptr) { SSL_free(ssl_); }
  if (descriptor_ >= 0) { ::close(descriptor_); }
}

void RawClient::reset() {
  const linger now{1, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  ::close(descriptor_);
  descriptor_ = -1;
}

void RawClient::end_sending() { ::shutdown(descriptor_, SHUT_WR); }

bool RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ssl_ != nullptr ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                                      : ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) { return false; }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool RawClient::fill() {
  std::array<char, 65536> piece;
  const auto count = ssl_ != nullptr ? SSL_read(ssl_, piece.data(), static_cast<int>(piece.size()))
                                     : ::recv(descriptor_, piece.data(), piece.size(), 0);
  if (count <= 0) { return false; }
  buffer_.append(piece.data(), static_cast<std::size_t>(count));
  return true;
}

std::string RawClient::read_some() {
  if (buffer_.empty()) { fill(); }
  return std::exchange(buffer_, std::string());
}

bool RawClient::is_closed_within(std::chrono::milliseconds limit) {
  set_receive_limit(descriptor_, limit);
  const auto end = std::chrono::steady_clock::now() + limit;
  while (fill()) {}
  buffer_.clear();
  set_receive_limit(descriptor_, std::chrono::seconds(5));
  return std::chrono::steady_clock::now() < end;
}

RawResponse RawClient::read_response(bool is_head) {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!fill()) { return {}; }
  }
  RawResponse response;
  std::size_t at = buffer_.find("\r\n");
  response.reason_line = buffer_.substr(0, at);
  while (at < end) {
    const std::size_t next = buffer_.find("\r\n", at + 2);
    const std::string line = buffer_.substr(at + 2, next - at - 2);
    const std::size_t colon = line.find(": ");
    std::string name = line.substr(0, colon);
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    response.headers.emplace(std::move(name), colon == std::string::npos ? std::string() : line.substr(colon + 2));
    at = next;
  }
  const int status = std::stoi(response.reason_line.substr(9, 3));
  const std::string length = response.header("content-length");
  const std::size_t wanted = is_head || length.empty() ? 0 : std::stoul(length);
  buffer_.erase(0, end + 4);
  while (buffer_.size() < wanted) {
    if (!fill()) { return {}; }
  }
  response.body = buffer_.substr(0, wanted);
  buffer_.erase(0, wanted);
  response.status = status;
  return response;
}

RawResponse RawClient::get(const std::string& path, const std::string& more_headers) {
  send("GET " + path + " HTTP/1.1\r\nHost: test\r\n" + more_headers + "\r\n");
  return read_response();
}

std::string handshake_bytes(const std::string& path, const std::string& more_headers) {
  return "GET " + path +
         " HTTP/1.1\r\nHost: test\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
         more_headers + "\r\n";
}

RawResponse RawClient::upgrade(const std::string& path, const std::string& more_headers) {
  send(handshake_bytes(path, more_headers));
  return read_response();
}

std::string frame_bytes(int opcode, std::string_view payload, bool is_final, bool is_masked) {
  std::string out;
  out.push_back(static_cast<char>((is_final ? 0x80 : 0) | opcode));
  const int mask_bit = is_masked ? 0x80 : 0;
  const std::size_t size = payload.size();
  if (size < 126) {
    out.push_back(static_cast<char>(mask_bit | static_cast<int>(size)));
  } else {
    const int bytes = size < 65536 ? 2 : 8;
    out.push_back(static_cast<char>(mask_bit | (bytes == 2 ? 126 : 127)));
    for (int i = bytes - 1; i >= 0; --i) { out.push_back(static_cast<char>(size >> (8 * i))); }
  }
  if (!is_masked) { return out.append(payload); }
  static constexpr std::string_view key = "\x11\x22\x33\x44";
  out.append(key);
  for (std::size_t i = 0; i < size; ++i) { out.push_back(static_cast<char>(payload[i] ^ key[i % 4])); }
  return out;
}

bool RawClient::send_frame(int opcode, std::string_view payload, bool is_final, bool is_masked) {
  return send(frame_bytes(opcode, payload, is_final, is_masked));
}

RawFrame RawClient::read_frame() {
  const auto want = [this](std::size_t count) {
    while (buffer_.size() < count) {
      if (!fill()) { return false; }
    }
    return true;
  };
  if (!want(2)) { return {}; }
  std::size_t length = static_cast<unsigned char>(buffer_[1]) & 0x7f;
  const std::size_t extra = length == 126 ? 2 : length == 127 ? 8 : 0;
  if (!want(2 + extra)) { return {}; }
  if (extra > 0) { length = 0; }
  for (std::size_t i = 0; i < extra; ++i) { length = length << 8 | static_cast<unsigned char>(buffer_[2 + i]); }
  if (!want(2 + extra + length)) { return {}; }
  RawFrame frame;
  frame.opcode = buffer_[0] & 0x0f;
  frame.is_final = (buffer_[0] & 0x80) != 0;
  frame.payload = buffer_.substr(2 + extra, length);
  buffer_.erase(0, 2 + extra + length);
  return frame;
}

RawFrame RawClient::read_close_frame() {
  for (;;) {
    RawFrame frame = read_frame();
    if (frame.opcode == 8 || frame.opcode < 0) { return frame; }
  }
}

}  // namespace parley::net::test
