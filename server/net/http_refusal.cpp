#include "server/net/http_refusal.h"

#include "server/net/response_head.h"

namespace parley::net {

// Written by hand: every part is a literal of ours, so nothing needs escaping and no JSON library is compiled in here.
HttpResponse refusal_response(const Refusal& refusal, std::string_view request_id) {
  HttpResponse response;
  response.status = refusal.status;
  response.headers.add("Content-Type", "application/problem+json");
  response.headers.add("Cache-Control", "no-store");
  std::string& body = response.body;
  body.append("{\"type\":\"/problems/").append(refusal.code).append("\",\"title\":\"");
  body.append(reason_phrase(refusal.status)).append("\",\"status\":").append(std::to_string(refusal.status));
  body.append(",\"code\":\"").append(refusal.code).append("\",\"detail\":\"").append(refusal.detail);
  body.append("\",\"request_id\":\"").append(request_id).append("\",\"errors\":[]}");
  return response;
}

}  // namespace parley::net
