#include "channels/email/smtp/smtp_server.h"


#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/log.h"
#include "channels/email/smtp/smtp_connection.h"

namespace parley::channels::email::smtp {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;
using wire::Task;

constexpr int backlog = 512;
constexpr milliseconds poll_interval{5};
constexpr milliseconds abort_patience{500};

Task<void> pause(milliseconds duration) {
  asio::steady_timer timer(co_await asio::this_coro::executor, duration);
  co_await timer.async_wait(asio::use_awaitable);
}

/// An IPv4 address or the /64 of an IPv6 address (one household has 2^64 of them).
std::string network_of(const asio::ip::address& address) {
  if (address.is_v4()) { return address.to_string(); }
  if (address.to_v6().is_v4_mapped()) { return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string(); }
  auto bytes = address.to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), 0);
  return asio::ip::address_v6(bytes).to_string();
}

class SmtpServerImpl final : public SmtpServer {
 public:
  SmtpServerImpl(asio::io_context& io, std::shared_ptr<SmtpState> state) : io_(io), state_(std::move(state)), acceptor_(std::make_shared<tcp::acceptor>(io)) {}
  ~SmtpServerImpl() override;

  Status listen();
  void begin() { asio::co_spawn(io_, accept_all(state_, acceptor_), asio::detached); }
  std::uint16_t port() const override { return port_; }
  Task<void> stop(milliseconds patience) override;
  SmtpProbe probe() const override;

 private:
  static Task<void> accept_all(std::shared_ptr<SmtpState> state, std::shared_ptr<tcp::acceptor> acceptor);
  static void admit(const std::shared_ptr<SmtpState>& state, tcp::socket socket);
  void abort_all();

  asio::io_context& io_;
  std::shared_ptr<SmtpState> state_;
  std::shared_ptr<tcp::acceptor> acceptor_;
  std::uint16_t port_{0};
};

Status SmtpServerImpl::listen() {
  const auto& options = state_->options;
  boost::system::error_code failure;
  const auto address = asio::ip::make_address(options.address, failure);
  if (failure) { return Error{Errc::invalid_input, "not an IP address to listen on: " + options.address}; }
  const tcp::endpoint endpoint(address, options.port);
  acceptor_->open(endpoint.protocol(), failure);
  if (!failure) { acceptor_->set_option(asio::socket_base::reuse_address(true), failure); }
  if (!failure) { acceptor_->bind(endpoint, failure); }
  if (!failure) { acceptor_->listen(backlog, failure); }
  if (failure) { return Error{Errc::unavailable, "cannot listen on " + options.address + ":" + std::to_string(options.port) + ": " + failure.message()}; }
  port_ = acceptor_->local_endpoint().port();
  return {};
}

Task<void> SmtpServerImpl::accept_all(std::shared_ptr<SmtpState> state, std::shared_ptr<tcp::acceptor> acceptor) {
  while (acceptor->is_open()) {
    boost::system::error_code failure;
    auto socket = co_await acceptor->async_accept(asio::redirect_error(asio::use_awaitable, failure));
    if (!acceptor->is_open()) { break; }
    bool is_exhausted = failure && failure != asio::error::connection_aborted;
    if (!failure) {
      try {
        admit(state, std::move(socket));
      } catch (const std::exception& problem) {  // no memory; the connection is gone, the listener stays
        log_error("smtp_accept_failed error=\"{}\"", {problem.what()});
        is_exhausted = true;
      }
    }
    // Out of descriptors: accepting again at once would spin until one is returned.
    if (is_exhausted) { co_await pause(milliseconds(50)); }
  }
}

void SmtpServerImpl::admit(const std::shared_ptr<SmtpState>& state, tcp::socket socket) {
  boost::system::error_code failure;
  const auto peer = socket.remote_endpoint(failure);
  if (failure) { return; }  // gone already
  const auto& options = state->options;
  std::string network = network_of(peer.address());
  const auto known = state->networks.find(network);
  const bool is_crowded = options.connections_per_address_max > 0 && known != state->networks.end() &&
                          known->second.connections >= options.connections_per_address_max;
  ++state->connections_total;
  if (is_crowded || state->connections.size() >= options.connections_max) {
    ++state->connections_refused;
    const std::string busy = "421 4.7.0 " + options.session.host_name + " Too many connections\r\n";
    socket.non_blocking(true, failure);
    if (options.security != Security::tls) { socket.write_some(asio::buffer(busy), failure); }
    return;
  }
  auto executor = socket.get_executor();
  auto connection = std::make_shared<SmtpConnection>(state, std::make_unique<wire::LineStream>(std::move(socket)), std::move(network));
  asio::co_spawn(executor, connection->run(), asio::detached);
}

void SmtpServerImpl::abort_all() {
  for (SmtpConnection* connection : state_->connections) { connection->abort(); }
}

// Pending operations end with an error and release their connections, which do not ask the host any more.
SmtpServerImpl::~SmtpServerImpl() {
  state_->is_stopping = true;
  boost::system::error_code ignored;
  acceptor_->close(ignored);
  abort_all();
}

Task<void> SmtpServerImpl::stop(milliseconds patience) {
  const auto state = state_;
  state->is_stopping = true;
  boost::system::error_code ignored;
  acceptor_->close(ignored);
  for (SmtpConnection* connection : state->connections) { connection->begin_stop(); }
  for (const auto end = SteadyClock::now() + patience; !state->connections.empty() && SteadyClock::now() < end;) { co_await pause(poll_interval); }
  abort_all();
  for (const auto end = SteadyClock::now() + abort_patience; !state->connections.empty() && SteadyClock::now() < end;) { co_await pause(poll_interval); }
}

SmtpProbe SmtpServerImpl::probe() const {
  const auto& s = *state_;
  return SmtpProbe{s.connections_open, s.connections_total, s.connections_refused, s.mails_kept,  s.mails_deferred, s.mails_refused, s.recipients_refused, s.commands,
                   s.errors,           s.timed_out,         s.foreign_protocol,    s.tls_started, s.tls_failures,   s.bytes_in,      s.bytes_held};
}

}  // namespace

Result<std::unique_ptr<SmtpServer>> SmtpServer::start(asio::io_context& io, SmtpOptions options, MailHost& host, const Clock& clock) {
  if (options.security != Security::none && !options.tls) { return Error{Errc::invalid_input, "TLS is asked for without a certificate"}; }
  auto server = std::make_unique<SmtpServerImpl>(io, std::make_shared<SmtpState>(std::move(options), host, clock));
  PARLEY_CHECK(server->listen());
  server->begin();
  return std::unique_ptr<SmtpServer>(std::move(server));
}

}  // namespace parley::channels::email::smtp
