// mysql://user:password@host:port/schema and mysql+unix:///path/to.sock?schema=parley&user=root&password=x
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace parley::storage {

struct DatabaseUrl {
  std::string host;
  int port{3306};
  std::string socket;  // set: a Unix socket, host and port unused
  std::string user;
  std::string password;
  std::string schema;
};

/// Errors: invalid_input; the sentence never repeats the password.
Result<DatabaseUrl> parse_database_url(std::string_view url);
}  // namespace parley::storage
