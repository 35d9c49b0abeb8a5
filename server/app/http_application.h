// What stands behind the port: API calls, the socket's upgrade, static files, downloads, health, metrics, the API document.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "server/app/dispatcher.h"
#include "server/app/static_site.h"
#include "server/net/server.h"
#include "server/realtime/hub.h"
#include "tickets/file_store.h"

namespace parley::app {

struct HttpParts {
  storage::Database& database;
  Dispatcher& dispatcher;
  realtime::Hub& hub;
  const StaticSite& site;
  const tickets::FileStore& files;
  std::string file_key;
  std::string openapi;                               // the document's text
  std::string metrics_token;
  std::function<std::string()> metrics_text;
  std::function<bool()> is_ready;
  std::function<Result<nlohmann::json>(const net::HttpRequest&)> demo;  // /demo/config and /demo/identity; null outside a demo shop
};

class HttpApplication final : public net::Application {
 public:
  explicit HttpApplication(HttpParts parts) : parts_(std::move(parts)) {}
  net::Task<net::HttpResponse> handle(net::HttpRequest request) override;
  net::Task<std::variant<net::Upgrade, net::HttpResponse>> upgrade(net::HttpRequest request) override;
  std::uint64_t body_limit(std::string_view method, std::string_view path) const override;

 private:
  net::Task<net::HttpResponse> api(net::HttpRequest request);
  net::Task<net::HttpResponse> file(net::HttpRequest request);
  net::Task<net::HttpResponse> probe(net::HttpRequest request);
  net::Task<Result<Principal>> authenticate(Credentials credentials);
  HttpParts parts_;
};

}  // namespace parley::app
