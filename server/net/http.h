// What the network layer hands to the application and takes back. No Beast in here: only server/net/*.cpp includes it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::net {

struct Headers {
  std::vector<std::pair<std::string, std::string>> items;  // names in lower case for requests
  /// First value of `name` (lower case), or empty.
  std::string_view find(std::string_view name) const;
  void add(std::string name, std::string value) { items.emplace_back(std::move(name), std::move(value)); }
};

struct HttpRequest {
  std::string method;          // "GET"
  std::string target;          // as sent, at most 8 KB
  std::string path;            // percent-decoded, guaranteed valid UTF-8, without NUL, "//", "/./" or "/../" segments
  std::string query;           // raw, after '?'
  Headers headers;
  std::string body;
  std::string remote_address;  // of the peer, or of the client when a trusted proxy says so (X-Forwarded-For)
  std::string request_id;      // ours, 16 hex digits; also sent back as X-Request-Id
  bool is_tls{false};
};

struct HttpResponse {
  int status{200};
  Headers headers;                                  // Content-Length, Date, Connection, X-Request-Id are added by the server
  std::string body;
  std::shared_ptr<const std::string> shared_body;   // used instead of `body` when set
  std::optional<std::filesystem::path> file;        // streamed instead of a body when set; supports Range, HEAD, If-None-Match on `etag`
};

}  // namespace parley::net
