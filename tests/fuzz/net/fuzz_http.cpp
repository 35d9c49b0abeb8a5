// Damaged byte streams against a live server. It has to stay up, keep its promises to the application, answer a healthy client
// after every batch, and hold nothing when all is over. PARLEY_FUZZ_INPUTS (3000) streams from PARLEY_FUZZ_SEED (1).
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "tests/fuzz/net/http_inputs.h"
#include "tests/integration/net/raw_client.h"
#include "tests/integration/net/test_server.h"

namespace parley::net::test {
namespace {

using parley::test::Mutator;
using parley::test::number_from;
using std::chrono::milliseconds;

constexpr std::size_t batch_size = 50;
constexpr milliseconds batch_limit{250};  // a stream that leaves the server waiting is cut off by us then

struct Stream {
  int descriptor{-1};
  std::string bytes, answer;
  std::size_t sent{0};
  bool is_over{false};
};

ServerOptions hasty_options() {
  auto options = test_options();
  options.header_timeout = options.body_timeout = options.idle_timeout = options.write_timeout = milliseconds(150);
  options.websocket_idle_ping = milliseconds(100);
  options.message_max = 1000;
  return options;
}

int connect_to(std::uint16_t port) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) { std::perror("connect"); }
  ::fcntl(descriptor, F_SETFL, O_NONBLOCK);
  return descriptor;
}

void advance(Stream& stream, Mutator& mutator) {
  if (stream.sent < stream.bytes.size()) {
    const std::size_t piece = mutator.below(3) == 0 ? 1 + mutator.below(40) : stream.bytes.size();
    const auto view = std::string_view(stream.bytes).substr(stream.sent, piece);
    const auto count = ::send(stream.descriptor, view.data(), view.size(), MSG_NOSIGNAL);
    if (count > 0) { stream.sent += static_cast<std::size_t>(count); }
    if (count < 0 && errno != EAGAIN) { stream.sent = stream.bytes.size(); }
    if (stream.sent >= stream.bytes.size() && mutator.below(2) == 0) { ::shutdown(stream.descriptor, SHUT_WR); }
  }
  std::array<char, 16384> space;
  const auto count = ::recv(stream.descriptor, space.data(), space.size(), 0);
  if (count > 0 && stream.answer.size() < 4096) { stream.answer.append(space.data(), static_cast<std::size_t>(count)); }
  stream.is_over = count == 0 || (count < 0 && errno != EAGAIN);
}

bool is_plausible(const Stream& stream) {
  if (stream.answer.empty() || stream.answer.starts_with("HTTP/1.1 ")) { return true; }
  std::printf("odd answer: %.80s\n", stream.answer.c_str());
  return false;
}

bool run_batch(std::uint16_t port, Mutator& mutator, std::size_t count) {
  std::vector<Stream> streams(count);
  for (auto& stream : streams) {
    stream.descriptor = connect_to(port);
    stream.bytes = (mutator.below(4) == 0 ? mutator.pick() : std::string()) + mutator.next();
  }
  const auto end = std::chrono::steady_clock::now() + batch_limit;
  for (bool is_busy = true; is_busy && std::chrono::steady_clock::now() < end;) {
    is_busy = false;
    std::vector<pollfd> polled;
    for (auto& stream : streams) {
      if (stream.is_over) { continue; }
      advance(stream, mutator);
      is_busy = true;
      polled.push_back({stream.descriptor, static_cast<short>(POLLIN | (stream.sent < stream.bytes.size() ? POLLOUT : 0)), 0});
    }
    ::poll(polled.data(), polled.size(), 20);
  }
  bool is_fine = true;
  for (auto& stream : streams) {
    is_fine = is_fine && is_plausible(stream);
    ::close(stream.descriptor);
  }
  return is_fine;
}

bool is_healthy(std::uint16_t port) {
  RawClient http(port);
  if (http.get("/ok").body != "ok") { return false; }
  RawClient socket(port);
  if (socket.upgrade("/echo").status != 101) { return false; }
  socket.send_text("healthy?");
  return socket.read_frame().payload == "healthy?";
}

int run() {
  const std::size_t inputs = number_from("PARLEY_FUZZ_INPUTS", 3000);
  TestServer server(hasty_options());
  Mutator mutator = http_mutator(number_from("PARLEY_FUZZ_SEED", 1));
  for (std::size_t done = 0; done < inputs; done += batch_size) {
    const bool is_plausible_batch = run_batch(server.port(), mutator, std::min(batch_size, inputs - done));
    if (is_plausible_batch && is_healthy(server.port()) && server.application.broken_promises == 0) { continue; }
    std::printf("FAILED in the batch at input %zu; broken promises: %d\n", done, server.application.broken_promises.load());
    return 1;
  }
  auto& application = server.application;
  const bool is_empty = TestServer::eventually(
      [&] { return server.server->probe().connections_open == 0 && application.opened == application.closed && server.server->probe().queue_bytes == 0; });
  const auto probe = server.server->probe();
  std::printf("%zu inputs: %d requests reached the application, %lu refused, %lu late, %lu sockets, %d texts\n", inputs,
              application.requests.load(), probe.requests_bad, probe.requests_timed_out, probe.sockets_total, application.texts.load());
  if (!is_empty) {
    std::printf("FAILED: %lu connections, %lu sockets left, %d of them open for the application, %lu bytes queued\n",
                probe.connections_open, probe.sockets_open, application.opened - application.closed, probe.queue_bytes);
    if (std::getenv("PARLEY_FUZZ_WAIT") != nullptr) { ::pause(); }  // for a debugger
  }
  return is_empty ? 0 : 1;
}

}  // namespace
}  // namespace parley::net::test

int main() { return parley::net::test::run(); }
