#include "tests/integration/email_wire/wire_pair.h"

#include <boost/asio/use_awaitable.hpp>

namespace parley::channels::email::wire {

// The kernel accepts before we do, so one after the other is fine.
Task<void> WirePair::open() {
  auto connected = co_await LineStream::connect(io.get_executor(), "127.0.0.1", port(), 1s);
  theirs = std::move(connected).value();
  auto socket = co_await acceptor_.async_accept(boost::asio::use_awaitable);
  ours = std::make_unique<LineStream>(std::move(socket));
}

}  // namespace parley::channels::email::wire
