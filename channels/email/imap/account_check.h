// The connection test of the administration.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "channels/email/imap/imap_account.h"
#include "channels/email/wire/line_stream.h"

namespace parley::channels::email::imap {

/// Goes as far as it gets: resolve, connect, tls, login and mailbox, up to the first that fails; resolving is timed together with connecting. Takes nothing and marks
/// nothing. At most a minute and a half. `tls`: nothing for the system's authorities. With security none there is no step tls; with STARTTLS it
/// includes the greeting.
wire::Task<std::vector<CheckStep>> check_account(boost::asio::any_io_executor executor, ImapAccount account,
                                                 std::shared_ptr<boost::asio::ssl::context> tls);

}  // namespace parley::channels::email::imap
