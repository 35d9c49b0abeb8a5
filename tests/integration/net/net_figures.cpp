// Figures of docs/server.md: net_figures server [port] [certificate key] | idle <port> <count> [tls] | echo <port> <connections> <seconds> <depth>
//                            | http <port> <connections> <seconds>
// `server` prints its resident memory on every change of the number of sockets; the others are single-threaded epoll clients.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include "tests/integration/net/raw_client.h"
#include "tests/integration/net/test_server.h"

namespace parley::net::test {
namespace {

using Clock = std::chrono::steady_clock;

void raise_descriptor_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

long resident_kb() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) { return std::atol(line.c_str() + 6); }
  }
  return 0;
}

int serve(std::uint16_t port, const char* certificate, const char* key) {
  boost::asio::io_context io(1);
  TestApplication application;
  ServerOptions options;
  options.port = port;
  options.certificate_file = certificate;
  options.key_file = key;
  const auto server = make_server(io, options, application, nullptr);
  const auto started = server->start();
  if (started.has_error()) { return std::printf("%s\n", started.error().detail.c_str()), 1; }
  boost::asio::steady_timer timer(io);
  std::uint64_t last_sockets = ~0ULL, shown = ~0ULL;
  std::function<void()> watch = [&] {
    const auto sockets = server->probe().sockets_open;
    if (sockets == last_sockets && sockets != shown) {
      std::printf("sockets %lu resident %ld KB\n", sockets, resident_kb());
      std::fflush(stdout);
      shown = sockets;
    }
    last_sockets = sockets;
    timer.expires_after(std::chrono::seconds(1));
    timer.async_wait([&](boost::system::error_code) { watch(); });
  };
  watch();
  io.run();
  return 0;
}

int idle(std::uint16_t port, std::size_t count, Tls tls) {
  std::vector<std::unique_ptr<RawClient>> clients;
  const auto begin = Clock::now();
  for (std::size_t i = 0; i < count; ++i) {
    clients.push_back(std::make_unique<RawClient>(port, tls));
    if (clients.back()->upgrade("/echo").status != 101) { return std::printf("refused after %zu\n", i), 1; }
    clients.back()->send_text(std::string(300, 'x'));
    clients.back()->read_frame();
  }
  const std::chrono::duration<double> taken = Clock::now() - begin;
  std::printf("%zu sockets, each upgraded and echoed 300 bytes once, %.0f/s\n", count, static_cast<double>(count) / taken.count());
  std::fflush(stdout);
  ::sleep(6);
  return 0;
}

/// Sends `request` `depth` times on each connection and again for each `answer_size` bytes that come back.
int load(std::uint16_t port, std::size_t connections, int seconds, std::size_t depth, const std::string& hello, const std::string& request,
         std::size_t answer_size) {
  const int poller = ::epoll_create1(0);
  std::vector<std::size_t> pending(65536);
  for (std::size_t i = 0; i < connections; ++i) {
    const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) { return std::perror("connect"), 1; }
    const int yes = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    std::array<char, 4096> space;
    if (!hello.empty() && (::send(descriptor, hello.data(), hello.size(), 0) < 0 || ::recv(descriptor, space.data(), space.size(), 0) <= 0)) { return 1; }
    ::fcntl(descriptor, F_SETFL, O_NONBLOCK);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = descriptor;
    ::epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event);
    for (std::size_t k = 0; k < depth; ++k) { std::ignore = ::send(descriptor, request.data(), request.size(), 0); }
  }
  std::size_t answers = 0;
  std::string batch;
  const auto begin = Clock::now();
  while (Clock::now() - begin < std::chrono::seconds(seconds)) {
    std::array<epoll_event, 256> events;
    const int ready = ::epoll_wait(poller, events.data(), static_cast<int>(events.size()), 100);
    for (int i = 0; i < ready; ++i) {
      std::array<char, 65536> space;
      const int descriptor = events[static_cast<std::size_t>(i)].data.fd;
      const auto count = ::recv(descriptor, space.data(), space.size(), 0);
      if (count <= 0) { return std::printf("connection lost\n"), 1; }
      auto& have = pending[static_cast<std::size_t>(descriptor)];
      have += static_cast<std::size_t>(count);
      const std::size_t whole = have / answer_size;
      have %= answer_size;
      answers += whole;
      batch.clear();
      for (std::size_t k = 0; k < whole; ++k) { batch += request; }
      std::ignore = ::send(descriptor, batch.data(), batch.size(), 0);
    }
  }
  const std::chrono::duration<double> taken = Clock::now() - begin;
  std::printf("%.0f answers/s\n", static_cast<double>(answers) / taken.count());
  return 0;
}

int run(int count, char** words) {
  raise_descriptor_limit();
  const std::string what = count > 1 ? words[1] : "";
  const auto number = [&](int index, int otherwise) { return count > index ? std::atoi(words[index]) : otherwise; };
  const auto port = static_cast<std::uint16_t>(number(2, 9300));
  const auto many = static_cast<std::size_t>(number(3, 100));
  if (what == "server") { return serve(port, count > 4 ? words[3] : "", count > 4 ? words[4] : ""); }
  if (what == "idle") { return idle(port, many, count > 4 ? Tls::yes : Tls::no); }
  const auto depth = static_cast<std::size_t>(number(5, 1));
  if (what == "echo") { return load(port, many, number(4, 5), depth, handshake_bytes("/echo"), frame_bytes(1, std::string(100, 'x')), 102); }
  if (what == "http") {
    RawClient probe(port);
    const std::string request = "GET /ok HTTP/1.1\r\nHost: a\r\n\r\n";
    probe.send(request);
    return load(port, many, number(4, 5), depth, "", request, probe.read_some().size());
  }
  return std::printf("see the first lines of net_figures.cpp\n"), 1;
}

}  // namespace
}  // namespace parley::net::test

int main(int count, char** words) { return parley::net::test::run(count, words); }
