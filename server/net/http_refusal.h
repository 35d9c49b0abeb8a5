// Answers the network layer gives by itself, before or without the application: one problem document (RFC 9457).
#pragma once

#include <string_view>

#include "server/net/http.h"

namespace parley::net {

struct Refusal {
  int status{0};
  std::string_view code;    // stable client code
  std::string_view detail;  // sentence for the client; string literals only
};

HttpResponse refusal_response(const Refusal& refusal, std::string_view request_id);

}  // namespace parley::net
