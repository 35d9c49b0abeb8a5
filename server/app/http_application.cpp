#include "server/app/http_application.h"

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>

#include "base/crypto.h"
#include "base/json_text.h"
#include "base/text.h"
#include "base/token.h"
#include "server/app/problem.h"
#include "staff/staff_api.h"
#include "tickets/ticket_store.h"

namespace parley::app {

namespace asio = boost::asio;
using net::HttpRequest;
using net::HttpResponse;
using nlohmann::json;

namespace {

/// Waits for a callback that comes from another thread. `begin(done)` starts the work; done(value) may be called anywhere, once.
template <class T, class Begin>
net::Task<T> wait_for(Begin begin) {
  auto start = [](auto handler, Begin work) {
    auto home = asio::get_associated_executor(handler);
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    work([home, shared, guard = asio::make_work_guard(home)](T value) {
      asio::post(home, [shared, value = std::make_shared<T>(std::move(value))]() mutable { std::move (*shared)(std::move(value)); });
    });
  };
  auto value = co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(std::shared_ptr<T>)>(std::move(start), asio::use_awaitable, std::move(begin));
  co_return std::move(*value);
}

std::string cookie(const HttpRequest& request, std::string_view name) {
  std::string_view rest = request.headers.find("cookie");
  while (!rest.empty()) {
    const auto end = std::min(rest.find(';'), rest.size());
    const auto pair = trim(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (pair.size() > name.size() && pair.substr(0, name.size()) == name && pair[name.size()] == '=') { return std::string(pair.substr(name.size() + 1)); }
  }
  return {};
}

Credentials credentials_of(const HttpRequest& request) {
  Credentials c;
  const auto authorization = request.headers.find("authorization");
  if (starts_with_ignore_case(authorization, "bearer ")) {
    c.bearer_token = std::string(trim(authorization.substr(7)));
  } else if (starts_with_ignore_case(authorization, "visitor ")) {
    c.visitor_token = std::string(trim(authorization.substr(8)));
  } else {
    c.session_token = cookie(request, staff::session_cookie);
  }
  return c;
}

std::string unquoted(std::string_view text) {
  if (starts_with_ignore_case(text, "w/")) { text.remove_prefix(2); }
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') { text = text.substr(1, text.size() - 2); }
  return std::string(text);
}

void add_security_headers(HttpResponse& response) {
  response.headers.add("x-content-type-options", "nosniff");
  response.headers.add("referrer-policy", "same-origin");
}

HttpResponse json_response(int status, const json& body, const char* type = "application/json") {
  HttpResponse response;
  response.status = status;
  response.headers.add("content-type", type);
  response.headers.add("cache-control", "no-store");
  response.body = dump_json(body);
  return response;
}

HttpResponse problem_response(const Error& error, const std::string& request_id) {
  auto response = json_response(status_of(error), problem_of(error, request_id), "application/problem+json");
  if (error.code == Errc::rate_limited) {
    const std::int64_t wait = error.extra ? error.extra->value("retry_after_ms", std::int64_t{1000}) : 1000;
    response.headers.add("retry-after", std::to_string((wait + 999) / 1000));
  }
  return response;
}

bool is_widget_path(std::string_view path) { return path.rfind("/api/v1/widget/", 0) == 0; }

/// Visitors' pages are on other origins. No cookie is ever read there, so any origin may ask; the inbox's domains are checked in the session.
void add_cors(HttpResponse& response, const HttpRequest& request) {
  if (!is_widget_path(request.path)) { return; }
  response.headers.add("access-control-allow-origin", "*");
  response.headers.add("access-control-expose-headers", "etag, retry-after, x-request-id");
}

HttpResponse preflight() {
  HttpResponse response;
  response.status = 204;
  response.headers.add("access-control-allow-origin", "*");
  response.headers.add("access-control-allow-methods", "GET, POST, PUT, PATCH, DELETE");
  response.headers.add("access-control-allow-headers", "authorization, content-type, idempotency-key, if-match");
  response.headers.add("access-control-max-age", "86400");
  return response;
}

Incoming incoming_of(HttpRequest& request) {
  Incoming in;
  in.method = request.method;
  in.path = request.path;
  in.query_text = request.query;
  in.raw_body = std::make_shared<std::string>(std::move(request.body));
  const auto header = [&](std::string_view name) { return std::string(request.headers.find(name)); };
  in.idempotency_key = header("idempotency-key");
  in.csrf_token = header("x-csrf-token");
  in.if_match = unquoted(request.headers.find("if-match"));
  in.content_type = header("content-type");
  in.origin = header("origin");
  in.host = header("host");
  in.user_agent = header("user-agent");
  in.remote_address = request.remote_address;
  in.request_id = request.request_id;
  in.is_secure = request.is_tls;
  in.credentials = credentials_of(request);
  return in;
}

bool is_loopback(const std::string& address) { return address.rfind("127.", 0) == 0 || address == "::1"; }

}  // namespace

std::uint64_t HttpApplication::body_limit(std::string_view method, std::string_view path) const { return parts_.dispatcher.body_limit(method, path); }

net::Task<HttpResponse> HttpApplication::handle(HttpRequest request) {
  HttpResponse response;
  if (request.path.rfind("/api/", 0) == 0) {
    response = co_await api(std::move(request));
  } else if (request.path.rfind("/files/", 0) == 0) {
    response = co_await file(std::move(request));
  } else {
    response = co_await probe(std::move(request));
  }
  add_security_headers(response);
  co_return response;
}

net::Task<HttpResponse> HttpApplication::api(HttpRequest request) {
  if (request.method == "OPTIONS" && is_widget_path(request.path)) { co_return preflight(); }
  if (request.path == "/api/v1/openapi.json") {
    HttpResponse document;
    document.headers.add("content-type", "application/json");
    document.body = parts_.openapi;
    co_return document;
  }
  auto in = std::make_shared<Incoming>(incoming_of(request));
  auto begin = [this, in](auto done) { parts_.dispatcher.call(std::move(*in), std::move(done)); };
  auto result = co_await wait_for<Result<Reply>>(std::move(begin));
  HttpResponse response;
  if (result.has_error()) {
    response = problem_response(result.error(), request.request_id);
    if (result.error().reason == "method_not_allowed") { response.status = 405; }
  } else {
    if (result->bytes) {
      response.headers.add("content-type", result->content_type);
      response.headers.add("cache-control", "private, no-store");
      response.body = *result->bytes;
    } else if (result->status == 204 || result->body.is_null()) {
      response.status = result->status == 200 ? 204 : result->status;
    } else {
      response = json_response(result->status, result->body);
    }
    for (auto& [name, value] : result->headers) { response.headers.add(name, value); }
  }
  add_cors(response, request);
  co_return response;
}

/// /files/{id}/{signature}/{name}: the signature is the permission, so <img> works for agents and visitors alike.
net::Task<HttpResponse> HttpApplication::file(HttpRequest request) {
  const auto missing = [&] { return problem_response(Error(Errc::not_found), request.request_id); };
  const std::string_view rest = std::string_view(request.path).substr(7);
  const auto slash = rest.find('/');
  std::int64_t id = 0;
  const auto [end, failed] = std::from_chars(rest.data(), rest.data() + std::min(slash, rest.size()), id);
  if (slash == std::string_view::npos || failed != std::errc{} || end != rest.data() + slash) { co_return missing(); }
  const std::string signature(rest.substr(slash + 1, rest.find('/', slash + 1) - slash - 1));
  if (!equal_in_constant_time(signature, sign_file(parts_.file_key, AttachmentId{id}))) { co_return missing(); }
  auto begin = [this, id](auto done) {
    parts_.database.read<tickets::Attachment>(
        [id](storage::Transaction& tx) -> Result<tickets::Attachment> {
          auto found = tickets::find_attachment(tx, AttachmentId{id});
          if (!found) { return Error(Errc::not_found); }
          return std::move(*found);
        },
        std::move(done));
  };
  const auto found = co_await wait_for<Result<tickets::Attachment>>(std::move(begin));
  if (found.has_error()) { co_return problem_response(found.error(), request.request_id); }
  HttpResponse response;
  const bool is_inline = tickets::is_shown_inline(found->content_type);
  response.headers.add("content-type", found->content_type);
  response.headers.add("content-disposition", std::string(is_inline ? "inline" : "attachment") + "; filename*=UTF-8''" + percent_encode(found->name));
  response.headers.add("content-security-policy", "default-src 'none'; sandbox");
  response.headers.add("cross-origin-resource-policy", "cross-origin");
  response.headers.add("cache-control", "private, max-age=31536000, immutable");
  response.headers.add("etag", "\"" + hex_encode(found->sha256).substr(0, 32) + "\"");
  response.file = parts_.files.path_of(found->sha256);
  co_return response;
}

net::Task<HttpResponse> HttpApplication::probe(HttpRequest request) {
  if (request.method != "GET" && request.method != "HEAD") {
    auto refused = problem_response(Error::with_reason(Errc::not_found, "method_not_allowed", "Only GET works here."), request.request_id);
    refused.status = 405;
    co_return refused;
  }
  if (request.path == "/healthz") { co_return json_response(200, {{"status", "ok"}}); }
  if (request.path == "/readyz") {
    const bool ready = parts_.is_ready();
    co_return json_response(ready ? 200 : 503, {{"status", ready ? "ready" : "not ready"}});
  }
  if (request.path == "/metrics") {
    const auto authorization = request.headers.find("authorization");
    const bool has_token = !parts_.metrics_token.empty() && equal_in_constant_time(authorization, "Bearer " + parts_.metrics_token);
    if (!has_token && !is_loopback(request.remote_address)) { co_return problem_response(Error(Errc::forbidden), request.request_id); }
    HttpResponse response;
    response.headers.add("content-type", "text/plain; version=0.0.4; charset=utf-8");
    response.body = parts_.metrics_text();
    co_return response;
  }
  if (request.path == "/") {
    HttpResponse response;
    response.status = 302;
    response.headers.add("location", "/console/");
    co_return response;
  }
  if (parts_.demo && (request.path == "/demo/config" || request.path == "/demo/identity")) {
    auto begin = [this, request](auto done) { parts_.dispatcher.submit_direct([this, request, done] { done(parts_.demo(request)); }, [done] { done(Error(Errc::unavailable)); }); };
    const auto answer = co_await wait_for<Result<json>>(std::move(begin));
    co_return answer.has_error() ? problem_response(answer.error(), request.request_id) : json_response(200, *answer);
  }
  if (auto page = parts_.site.find(request)) { co_return std::move(*page); }
  co_return problem_response(Error::with_reason(Errc::not_found, "not_found", "There is nothing at this address."), request.request_id);
}

net::Task<Result<Principal>> HttpApplication::authenticate(Credentials credentials) {
  auto shared = std::make_shared<Credentials>(std::move(credentials));
  auto begin = [this, shared](auto done) {
    parts_.database.read<Principal>([this, shared](storage::Transaction& tx) { return parts_.dispatcher.authenticate(tx, *shared); }, std::move(done));
  };
  co_return co_await wait_for<Result<Principal>>(std::move(begin));
}

net::Task<std::variant<net::Upgrade, HttpResponse>> HttpApplication::upgrade(HttpRequest request) {
  using Answer = std::variant<net::Upgrade, HttpResponse>;
  if (request.path != "/api/v1/socket") { co_return Answer(problem_response(Error(Errc::not_found), request.request_id)); }
  Credentials credentials;
  std::string subprotocol;
  std::string_view offers = request.headers.find("sec-websocket-protocol");
  while (!offers.empty()) {
    const auto end = std::min(offers.find(','), offers.size());
    const auto offer = trim(offers.substr(0, end));
    offers.remove_prefix(std::min(end + 1, offers.size()));
    if (offer == "parley.v1") { subprotocol = "parley.v1"; }
    if (offer.rfind("bearer.", 0) == 0) { credentials.bearer_token = std::string(offer.substr(7)); }
    if (offer.rfind("visitor.", 0) == 0) { credentials.visitor_token = std::string(offer.substr(8)); }
  }
  net::Upgrade upgrade;
  upgrade.subprotocol = subprotocol;
  if (credentials.bearer_token.empty() && credentials.visitor_token.empty()) {
    // A cookie travels by itself: only our own pages may open a socket with it.
    const std::string origin(request.headers.find("origin"));
    const auto scheme = origin.find("://");
    if (!origin.empty() && (scheme == std::string::npos || origin.substr(scheme + 3) != request.headers.find("host"))) {
      upgrade.refuse_code = net::close_code::forbidden;
      co_return Answer(std::move(upgrade));
    }
    credentials.session_token = cookie(request, staff::session_cookie);
  }
  std::string session_token = credentials.session_token;
  auto who = co_await authenticate(std::move(credentials));
  if (who.has_error() && who.error().code != Errc::unauthenticated) { co_return Answer(problem_response(who.error(), request.request_id)); }
  if (who.has_error()) {
    upgrade.refuse_code = net::close_code::not_authenticated;
    co_return Answer(std::move(upgrade));
  }
  std::string after;
  if (const auto at = request.query.find("after="); at != std::string::npos && (at == 0 || request.query[at - 1] == '&')) {
    after = request.query.substr(at + 6, request.query.find('&', at) - at - 6);
  }
  upgrade.handler = parts_.hub.accept(std::move(*who), std::move(after), std::move(session_token));
  co_return Answer(std::move(upgrade));
}

}  // namespace parley::app
