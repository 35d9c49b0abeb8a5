#include "server/net/server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "server/net/http_session.h"
#include "server/net/tls_context.h"

namespace parley::net {
namespace {

namespace asio = boost::asio;
using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, AnyStream::executor_type>;
using std::chrono::milliseconds;

constexpr int backlog = 4096;
constexpr milliseconds poll_interval{5};
constexpr milliseconds sockets_patience{5'000};  // what is queued (2 s), the peer's answer to the close frame (2 s), a little more
constexpr milliseconds abort_patience{500};

Task<void> pause(milliseconds duration) {
  asio::steady_timer timer(co_await asio::this_coro::executor, duration);
  co_await timer.async_wait(asio::use_awaitable);
}

class ServerImpl final : public Server {
 public:
  ServerImpl(asio::io_context& io, ServerOptions options, Application& application, std::function<void(const AccessRecord&)> log)
      : state_(std::make_shared<ServerState>(io, std::move(options), application, std::move(log))),
        acceptor_(std::make_shared<Acceptor>(io.get_executor())) {}
  ~ServerImpl() override;

  Status start() override;
  std::uint16_t port() const override { return port_; }
  Task<void> stop(milliseconds patience) override;
  ServerProbe probe() const override;

 private:
  static Task<void> accept_all(std::shared_ptr<ServerState> state, std::shared_ptr<Acceptor> acceptor);
  static void admit(const std::shared_ptr<ServerState>& state, AnyStream::TcpSocket socket);
  Status listen();

  std::shared_ptr<ServerState> state_;
  std::shared_ptr<Acceptor> acceptor_;
  std::uint16_t port_{0};
};

template <class Action>
void for_each_connection(ConnectionList& list, Action action) {
  std::vector<std::shared_ptr<Connection>> all;  // the action may end connections, which leave the list by themselves
  for (auto& connection : list) {
    if (auto alive = connection.weak_from_this().lock()) { all.push_back(std::move(alive)); }
  }
  for (const auto& connection : all) { action(*connection); }
}

Status ServerImpl::listen() {
  const auto& options = state_->options;
  const std::string place = options.address + ":" + std::to_string(options.port);
  boost::system::error_code failure;
  const auto address = asio::ip::make_address(options.address, failure);
  if (failure) { return Error{Errc::invalid_input, "not an IP address to listen on: " + options.address}; }
  const asio::ip::tcp::endpoint endpoint(address, options.port);
  const auto problem = [&] { return Error{Errc::unavailable, "cannot listen on " + place + ": " + failure.message()}; };
  acceptor_->open(endpoint.protocol(), failure);
  if (failure) { return problem(); }
  acceptor_->set_option(asio::socket_base::reuse_address(true), failure);
  if (failure) { return problem(); }
  acceptor_->bind(endpoint, failure);
  if (failure) { return problem(); }
  acceptor_->listen(backlog, failure);
  if (failure) { return problem(); }
  port_ = acceptor_->local_endpoint().port();
  return {};
}

Status ServerImpl::start() {
  const auto& options = state_->options;
  if (!options.certificate_file.empty() || !options.key_file.empty()) {
    PARLEY_TRY(state_->tls, make_tls_context(options.certificate_file, options.key_file));
  }
  PARLEY_CHECK(listen());
  state_->start_clock();
  asio::co_spawn(state_->io, accept_all(state_, acceptor_), asio::detached);
  return {};
}

Task<void> ServerImpl::accept_all(std::shared_ptr<ServerState> state, std::shared_ptr<Acceptor> acceptor) {
  while (acceptor->is_open()) {
    boost::system::error_code failure;
    auto socket = co_await acceptor->async_accept(state->io.get_executor(), asio::redirect_error(asio::use_awaitable, failure));
    if (!acceptor->is_open()) { break; }
    bool is_exhausted = failure && failure != asio::error::connection_aborted;
    if (!failure) {
      try {
        admit(state, std::move(socket));
      } catch (...) {  // no memory; the connection is gone, the listener stays
        state->counters.connections_refused.add();
        is_exhausted = true;
      }
    }
    // Out of descriptors: accepting again at once would spin until one is returned.
    if (is_exhausted) { co_await pause(milliseconds(50)); }
  }
}

void ServerImpl::admit(const std::shared_ptr<ServerState>& state, AnyStream::TcpSocket socket) {
  boost::system::error_code failure;
  const auto peer = socket.remote_endpoint(failure);
  if (failure) { return; }  // gone already
  state->counters.connections_total.add();
  Admission admission(state, peer.address());
  if (!admission) {
    state->counters.connections_refused.add();
    static constexpr std::string_view busy = "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\nRetry-After: 5\r\n\r\n";
    socket.non_blocking(true, failure);
    if (!state->tls) { socket.write_some(asio::buffer(busy), failure); }
    return;
  }
  socket.set_option(asio::ip::tcp::no_delay(true), failure);
  AnyStream stream = state->tls ? AnyStream(std::move(socket), *state->tls) : AnyStream(std::move(socket));
  auto session = std::make_shared<HttpSession>(state, std::move(stream), std::move(admission), address_text(peer.address()));
  asio::co_spawn(state->io, session->run(), asio::detached);
}

// Pending operations end with an error and release their sessions; those sessions find no application any more.
ServerImpl::~ServerImpl() {
  state_->application = nullptr;
  state_->access_log = nullptr;
  state_->is_stopping = true;
  boost::system::error_code ignored;
  acceptor_->close(ignored);
  state_->stop_clock();
  for_each_connection(state_->requests, [](Connection& connection) { connection.abort(); });
  for_each_connection(state_->sockets, [](Connection& connection) { connection.abort(); });
}

Task<void> ServerImpl::stop(milliseconds patience) {
  const auto state = state_;
  state->is_stopping = true;
  boost::system::error_code ignored;
  acceptor_->close(ignored);
  for_each_connection(state->requests, [](Connection& connection) { connection.begin_stop(); });
  for (auto end = Clock::now() + patience; !state->requests.empty() && Clock::now() < end;) { co_await pause(poll_interval); }
  for_each_connection(state->sockets, [](Connection& connection) { connection.begin_stop(); });
  for (auto end = Clock::now() + sockets_patience; !state->sockets.empty() && Clock::now() < end;) { co_await pause(poll_interval); }
  for_each_connection(state->requests, [](Connection& connection) { connection.abort(); });
  for_each_connection(state->sockets, [](Connection& connection) { connection.abort(); });
  for (auto end = Clock::now() + abort_patience; state->counters.connections_open.get() > 0 && Clock::now() < end;) {
    co_await pause(poll_interval);
  }
  state->stop_clock();
}

ServerProbe ServerImpl::probe() const {
  const auto& c = state_->counters;
  return ServerProbe{c.connections_open.get(), c.connections_total.get(), c.connections_refused.get(), c.sockets_open.get(),
                     c.sockets_total.get(),    c.sockets_too_slow.get(),  c.frames_in.get(),           c.frames_out.get(),
                     c.bytes_in.get(),         c.bytes_out.get(),         c.requests_total.get(),      c.requests_bad.get(),
                     c.requests_timed_out.get(), c.tls_failures.get(),    c.queue_bytes.get()};
}

}  // namespace

std::unique_ptr<Server> make_server(asio::io_context& io, ServerOptions options, Application& application,
                                    std::function<void(const AccessRecord&)> access_log) {
  return std::make_unique<ServerImpl>(io, std::move(options), application, std::move(access_log));
}

}  // namespace parley::net
