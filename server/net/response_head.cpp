#include "server/net/response_head.h"

#include <array>
#include <ctime>

#include "server/net/header_text.h"

namespace parley::net {
namespace {

bool is_ours(std::string_view name) {
  static constexpr std::array<std::string_view, 6> ours{"content-length", "connection", "date",
                                                        "x-request-id",   "keep-alive", "transfer-encoding"};
  for (auto field : ours) {
    if (equals_lower(name, field)) { return true; }
  }
  return false;
}

bool is_safe_name(std::string_view name) {
  for (const char c : name) {
    if (c <= ' ' || c == ':' || c == 0x7f) { return false; }
  }
  return !name.empty();
}

bool is_safe_value(std::string_view value) {
  return value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

}  // namespace

std::string_view reason_phrase(int status) {
  switch (status) {
    case 100: return "Continue";
    case 101: return "Switching Protocols";
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 426: return "Upgrade Required";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    default: return "Status";
  }
}

bool status_has_body(int status) { return status >= 200 && status != 204 && status != 304; }

std::string_view http_date() {
  static std::time_t last = 0;
  static std::array<char, 40> text{};
  static std::size_t length = 0;
  const std::time_t now = std::time(nullptr);
  if (now != last) {
    last = now;
    std::tm utc{};
    gmtime_r(&now, &utc);
    length = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
  }
  return {text.data(), length};
}

std::string response_head(const HttpResponse& response, const HeadFacts& facts) {
  std::string out;
  out.reserve(512);
  out.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ").append(reason_phrase(response.status));
  out.append("\r\nDate: ").append(http_date()).append("\r\nX-Request-Id: ").append(facts.request_id).append("\r\n");
  if (facts.content_length) { out.append("Content-Length: ").append(std::to_string(*facts.content_length)).append("\r\n"); }
  if (!facts.keep_alive) {
    out.append("Connection: close\r\n");
  } else if (facts.is_http_1_0) {
    out.append("Connection: keep-alive\r\n");
  }
  for (const auto& [name, value] : response.headers.items) {
    if (is_ours(name) || !is_safe_name(name) || !is_safe_value(value)) { continue; }
    out.append(name).append(": ").append(value).append("\r\n");
  }
  out.append("\r\n");
  return out;
}

}  // namespace parley::net
