// Status line and header fields of a response.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/net/http.h"

namespace parley::net {

std::string_view reason_phrase(int status);

/// 1xx, 204 and 304 never have a body.
bool status_has_body(int status);

struct HeadFacts {
  std::optional<std::uint64_t> content_length;  // absent: no Content-Length field (204, 304, 1xx)
  std::string_view request_id;
  bool keep_alive{true};
  bool is_http_1_0{false};
};

/// Fields the server owns (Content-Length, Connection, Date, X-Request-Id, Transfer-Encoding) are taken from `facts`, never from
/// `response`; fields with a line break or NUL are left out, so no value can split a response.
std::string response_head(const HttpResponse& response, const HeadFacts& facts);

/// "Sun, 06 Nov 1994 08:49:37 GMT", made once a second. One thread.
std::string_view http_date();

}  // namespace parley::net
