// From the request target as sent to the path the application may trust.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace parley::net {

struct RequestPath {
  std::string path;       // decoded
  std::string query;      // raw, after '?'
  std::string authority;  // of an absolute-form target; replaces Host
};

/// Nothing for: bad percent-encoding, control characters, invalid UTF-8, encoded slashes, empty, "." and ".." segments, a fragment,
/// a form that is neither origin-form nor absolute-form (`*` is accepted as such).
std::optional<RequestPath> parse_target(std::string_view target);

bool is_valid_utf8(std::string_view text);

}  // namespace parley::net
