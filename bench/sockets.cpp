#include "sockets.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace bench {

void give_up(const std::string& why) {
  std::fprintf(stderr, "bench_load: %s\n", why.c_str());
  std::exit(1);
}

namespace {

constexpr std::size_t buffer_size = 1u << 20;

int connect_to(int port) {
  const int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (file < 0) { give_up(std::string("no more sockets: ") + std::strerror(errno) + " (see ulimit -n)"); }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(file, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) { give_up(std::string("cannot connect: ") + std::strerror(errno)); }
  const int on = 1;
  setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  fcntl(file, F_SETFL, fcntl(file, F_GETFL) | O_NONBLOCK);
  return file;
}

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char byte : bytes) { value = value << 8 | static_cast<unsigned char>(byte); }
  return value;
}

}  // namespace

// ---- one connection

void Connection::send_raw(std::string_view bytes) {
  out_.append(bytes);
  flush();
}

// The mask is zero, which the protocol allows and which costs nothing to apply.
void Connection::send_text(std::string_view text) {
  std::string frame;
  frame.reserve(text.size() + 8);
  frame.push_back(static_cast<char>(0x81));
  if (text.size() < 126) {
    frame.push_back(static_cast<char>(0x80 | text.size()));
  } else {
    frame.push_back(static_cast<char>(0x80 | 126));
    frame.push_back(static_cast<char>(text.size() >> 8));
    frame.push_back(static_cast<char>(text.size() & 0xff));
  }
  frame.append(4, '\0');
  frame.append(text);
  send_raw(frame);
}

void Connection::flush() {
  while (!out_.empty()) {
    const ssize_t sent = ::write(file_, out_.data(), out_.size());
    if (sent < 0 && errno == EAGAIN) { give_up("the server does not read"); }
    if (sent < 0) { give_up(std::string("write: ") + std::strerror(errno)); }
    out_.erase(0, static_cast<std::size_t>(sent));
  }
}

/// How many of the bytes made a whole thing; 0 when more are needed.
std::size_t Connection::consume(std::string_view bytes) {
  switch (kind_) {
    case Kind::websocket: return is_open ? consume_frame(bytes) : consume_upgrade(bytes);
    case Kind::http: return consume_http(bytes);
    case Kind::lines: return consume_line(bytes);
  }
  return 0;
}

std::size_t Connection::consume_upgrade(std::string_view bytes) {
  const auto end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) { return 0; }
  if (bytes.substr(0, 12) != "HTTP/1.1 101") { give_up("no upgrade: " + std::string(bytes.substr(0, 300))); }
  is_open = true;
  ++loop_->open_;
  return end + 4;
}

std::size_t Connection::consume_frame(std::string_view bytes) {
  if (bytes.size() < 2) { return 0; }
  std::size_t head = 2;
  std::uint64_t size = static_cast<unsigned char>(bytes[1]) & 0x7f;
  if (size == 126 || size == 127) {
    const std::size_t width = size == 126 ? 2 : 8;
    if (bytes.size() < 2 + width) { return 0; }
    size = big_endian(bytes.substr(2, width));
    head += width;
  }
  if (bytes.size() < head + size) { return 0; }
  const std::string_view payload = bytes.substr(head, size);
  const int opcode = bytes[0] & 0x0f;
  if (opcode == 9) {
    std::string pong{static_cast<char>(0x8a), static_cast<char>(0x80 | payload.size()), 0, 0, 0, 0};
    pong.append(payload);
    send_raw(pong);
  } else if (opcode == 8) {
    give_up("socket " + std::to_string(index) + " was closed with " + std::to_string(payload.size() >= 2 ? big_endian(payload.substr(0, 2)) : 0) + " " +
            std::string(payload.substr(std::min<std::size_t>(2, payload.size()))));
  } else if (opcode == 1) {
    ++loop_->frames_;
    if (!has_greeted) {
      has_greeted = true;
      ++loop_->greeted_;
    }
    if (on_text) { on_text(*this, payload); }
  }
  return head + size;
}

std::size_t Connection::consume_http(std::string_view bytes) {
  const auto end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) { return 0; }
  const std::string_view head = bytes.substr(0, end);
  if (head.substr(0, 10) != "HTTP/1.1 2") { give_up("refused: " + std::string(bytes.substr(0, 800))); }
  std::size_t size = 0;
  for (const char* name : {"\r\nContent-Length: ", "\r\ncontent-length: "}) {
    if (const auto at = head.find(name); at != std::string_view::npos) { size = std::strtoul(head.data() + at + std::strlen(name), nullptr, 10); }
  }
  if (bytes.size() < end + 4 + size) { return 0; }
  if (on_text) { on_text(*this, bytes.substr(end + 4, size)); }
  return end + 4 + size;
}

std::size_t Connection::consume_line(std::string_view bytes) {
  const auto end = bytes.find('\n');
  if (end == std::string_view::npos) { return 0; }
  if (on_text) { on_text(*this, bytes.substr(0, end)); }
  return end + 1;
}

// ---- all of them

Loop::Loop() : epoll_(epoll_create1(EPOLL_CLOEXEC)), buffer_(buffer_size) {}

Connection& Loop::add(int file, Connection::Kind kind, int index) {
  auto connection = std::make_unique<Connection>();
  connection->loop_ = this;
  connection->kind_ = kind;
  connection->file_ = file;
  connection->index = index;
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = connection.get();
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, file, &event) != 0) { give_up("cannot watch a socket"); }
  connections_.push_back(std::move(connection));
  return *connections_.back();
}

Connection& Loop::open_websocket(int port, const std::string& target, const std::string& protocol, int index) {
  Connection& made = add(connect_to(port), Connection::Kind::websocket, index);
  std::string request = "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
                        "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                        "dGhlIHNhbXBsZSBub25jZQ==\r\n";
  if (!protocol.empty()) { request += "Sec-WebSocket-Protocol: " + protocol + "\r\n"; }
  made.send_raw(request + "\r\n");
  return made;
}

Connection& Loop::open_http(int port, int index) { return add(connect_to(port), Connection::Kind::http, index); }

Connection& Loop::open_lines(int port, int index) { return add(connect_to(port), Connection::Kind::lines, index); }

Connection& Loop::watch_stdin() { return add(0, Connection::Kind::lines, 0); }

void Loop::read(Connection& connection) {
  const std::size_t kept = connection.rest_.size();
  if (kept >= buffer_.size()) { give_up("a frame larger than the buffer"); }
  std::memcpy(buffer_.data(), connection.rest_.data(), kept);
  const ssize_t got = ::read(connection.file_, buffer_.data() + kept, buffer_.size() - kept);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) { return; }
  if (got <= 0 && connection.file_ == 0) {
    has_ended_ = true;
    return;
  }
  if (got <= 0) { give_up("connection " + std::to_string(connection.index) + " was cut"); }
  bytes_ += static_cast<std::uint64_t>(got);
  std::string_view bytes(buffer_.data(), kept + static_cast<std::size_t>(got));
  // A handler may send but never reads, so the buffer is ours until the end.
  while (!bytes.empty()) {
    const std::size_t used = connection.consume(bytes);
    if (used == 0) { break; }
    bytes.remove_prefix(used);
  }
  connection.rest_.assign(bytes);
}

bool Loop::turn(int limit_ms) {
  epoll_event events[512];
  const int count = epoll_wait(epoll_, events, 512, limit_ms);
  for (int i = 0; i < count; ++i) { read(*static_cast<Connection*>(events[i].data.ptr)); }
  return !has_ended_;
}

}  // namespace bench
