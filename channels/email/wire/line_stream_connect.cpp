#include <boost/asio/connect.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <vector>

#include "channels/email/wire/deadline.h"
#include "channels/email/wire/line_stream.h"

namespace parley::channels::email::wire {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Endpoints = std::vector<tcp::endpoint>;
using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t endpoints_max = 8;  // of one name

/// getaddrinfo cannot be interrupted. Its answer goes to this state, which outlives the caller when he waits no longer.
struct Resolution {
  explicit Resolution(const asio::any_io_executor& executor) : resolver(executor), timer(executor) {}
  tcp::resolver resolver;
  asio::steady_timer timer;  // the caller waits for it; the answer ends it
  bool is_answered{false};
  boost::system::error_code failure;
  Endpoints endpoints;
};

void start(const std::shared_ptr<Resolution>& resolution, const std::string& host, std::uint16_t port) {
  resolution->resolver.async_resolve(host, std::to_string(port), tcp::resolver::numeric_service,
                                     [resolution](const boost::system::error_code& failure, const tcp::resolver::results_type& found) {
                                       resolution->is_answered = true;
                                       resolution->failure = failure;
                                       for (const auto& entry : found) {
                                         if (resolution->endpoints.size() < endpoints_max) { resolution->endpoints.push_back(entry.endpoint()); }
                                       }
                                       resolution->timer.cancel();
                                     });
}

Task<Result<Endpoints>> resolve(asio::any_io_executor executor, std::string host, std::uint16_t port, milliseconds limit) {
  boost::system::error_code failure;
  const auto address = asio::ip::make_address(host, failure);
  if (!failure) {
    Endpoints endpoints(1, tcp::endpoint(address, port));
    co_return endpoints;
  }
  const auto resolution = std::make_shared<Resolution>(executor);
  resolution->timer.expires_after(limit);
  start(resolution, host, port);
  co_await resolution->timer.async_wait(asio::redirect_error(asio::use_awaitable, failure));
  if (!resolution->is_answered) { co_return Error{Errc::timeout, "the name " + host + " was not resolved in time"}; }
  if (resolution->failure) { co_return Error{Errc::not_found, "the name " + host + " has no address: " + resolution->failure.message()}; }
  co_return std::move(resolution->endpoints);
}

}  // namespace

Task<Result<std::unique_ptr<LineStream>>> LineStream::connect(asio::any_io_executor executor, std::string host, std::uint16_t port,
                                                              milliseconds limit) {
  const auto end = SteadyClock::now() + limit;
  PARLEY_CO_TRY(const auto endpoints, co_await resolve(executor, host, port, limit));
  Error problem(Errc::timeout, "no connection to " + host + " in time");
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    // A share for each, so that an address that swallows packets leaves time for the next.
    const auto left = std::chrono::duration_cast<milliseconds>(end - SteadyClock::now()) / static_cast<long>(endpoints.size() - i);
    if (left.count() <= 0) { break; }
    Socket socket(executor);
    boost::system::error_code failure;
    Deadline deadline(executor, [&socket] { boost::system::error_code ignored; socket.close(ignored); });
    deadline.arm(left);
    co_await socket.async_connect(endpoints[i], asio::redirect_error(asio::use_awaitable, failure));
    deadline.disarm();
    if (!failure && !deadline.is_due()) { co_return std::make_unique<LineStream>(std::move(socket)); }
    if (!deadline.is_due()) { problem = Error(Errc::unavailable, "no connection to " + host + ": " + failure.message()); }
  }
  co_return problem;
}

}  // namespace parley::channels::email::wire
