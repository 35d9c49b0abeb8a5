#include "tests/integration/net/test_server.h"

#include "server/net/request_path.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <future>
#include <stdexcept>

namespace parley::net::test {
namespace {

namespace asio = boost::asio;

class Echo final : public SocketHandler {
 public:
  Echo(TestApplication& application, std::string path) : application_(application), path_(std::move(path)) {}

  void on_open(std::shared_ptr<Socket> socket) override {
    ++application_.opened;
    socket_ = std::move(socket);
    if (path_ == "/talk") { application_.talkers.push_back(socket_); }
    if (path_ == "/burst") {
      for (int i = 0; i < 20; ++i) { socket_->send(std::make_shared<const std::string>("burst " + std::to_string(i))); }
      socket_->close(close_code::forbidden, "enough");
    }
  }
  void on_text(std::string text) override {
    ++application_.texts;
    if (text == "throw") { throw std::runtime_error("asked for"); }
    if (text == "close") { return socket_->close(close_code::replaced, "as you wish"); }
    if (path_ != "/talk") { socket_->send(std::make_shared<const std::string>(std::move(text))); }
  }
  void on_close(std::uint16_t code) override {
    application_.last_close_code = code;
    ++application_.closed;
    socket_.reset();
  }

 private:
  TestApplication& application_;
  std::string path_;
  std::shared_ptr<Socket> socket_;
};

HttpResponse text(std::string body) {
  HttpResponse response;
  response.headers.add("Content-Type", "text/plain");
  response.body = std::move(body);
  return response;
}

bool keeps_promises(const HttpRequest& request) {
  const std::string& path = request.path;
  const auto has = [&path](std::string_view part) { return path.find(part) != std::string::npos; };
  const bool is_plain = path == "*" || (path.starts_with("/") && !has("//") && !has("/./") && !has("/../") && !has(std::string_view("\0", 1)));
  const bool is_framed = request.headers.find("content-length").empty() || request.headers.find("transfer-encoding").empty();
  return is_plain && is_framed && is_valid_utf8(path) && request.request_id.size() == 16 && !request.method.empty();
}

HttpResponse special(const HttpRequest& request) {
  HttpResponse response = text("");
  if (request.path == "/empty") { response.status = 204; }
  if (request.path == "/big") { response.shared_body = std::make_shared<const std::string>(8 << 20, 'b'); }
  if (request.path == "/tag") {
    response.headers.add("ETag", "\"7\"");
    response.body = "tagged";
  }
  if (request.path == "/split") { response.headers.add("X-Bad", "a\r\nX-Injected: yes"); }
  if (request.path == "/only-get" && request.method != "GET") { response.status = 405; }
  return response;
}

}  // namespace

Task<HttpResponse> TestApplication::handle(HttpRequest request) {
  ++requests;
  if (!keeps_promises(request)) { ++broken_promises; }
  if (request.path == "/throw") { throw std::runtime_error("asked for"); }
  if (request.path == "/slow" || request.path == "/hang") {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    timer.expires_after(request.path == "/slow" ? std::chrono::milliseconds(300) : std::chrono::hours(1));
    co_await timer.async_wait(asio::use_awaitable);
    co_return text("slow");
  }
  if (request.path == "/length") { co_return text(std::to_string(request.body.size())); }
  if (request.path == "/body") { co_return text(std::move(request.body)); }
  if (request.path == "/who") { co_return text(request.remote_address + (request.is_tls ? " tls" : "")); }
  if (request.path == "/ok") { co_return text("ok"); }
  if (request.path.starts_with("/file/")) {
    HttpResponse response;
    response.file = folder / request.path.substr(6);
    response.headers.add("ETag", "\"f1\"");
    co_return response;
  }
  HttpResponse response = special(request);
  const bool is_special = !response.body.empty() || response.shared_body || response.status != 200 || request.path == "/split";
  if (is_special || request.path == "/only-get") { co_return response; }
  co_return text(request.path + "|" + request.query + "|" + std::string(request.headers.find("host")));
}

Task<std::variant<Upgrade, HttpResponse>> TestApplication::upgrade(HttpRequest request) {
  std::variant<Upgrade, HttpResponse> answer;
  if (request.path == "/denied") {
    HttpResponse response = text("no");
    response.status = 401;
    answer = std::move(response);
    co_return answer;
  }
  Upgrade upgrade;
  upgrade.handler = std::make_shared<Echo>(*this, request.path);
  if (request.path == "/refuse") { upgrade.refuse_code = close_code::not_authenticated; }
  if (request.headers.find("sec-websocket-protocol").starts_with("parley.v1")) { upgrade.subprotocol = "parley.v1"; }
  answer = std::move(upgrade);
  co_return answer;
}

std::uint64_t TestApplication::body_limit(std::string_view, std::string_view path) const {
  if (path == "/no-body") { return 0; }
  return path == "/length" ? 4 << 20 : 1000;
}

ServerOptions test_options() {
  ServerOptions options;
  options.port = 0;
  return options;
}

TestServer::TestServer(ServerOptions options) {
  options.port = 0;
  server = make_server(io, std::move(options), application, [this](const AccessRecord& record) {
    std::string line(record.method);
    line.append(" ").append(record.path).append(" ").append(std::to_string(record.status)).append(" ").append(record.request_id);
    const std::lock_guard lock(mutex);
    log.push_back(std::move(line));
  });
  const auto started = server->start();
  if (started.has_error()) { throw std::runtime_error(started.error().detail); }
  thread_ = std::thread([this] { io.run(); });
}

// Deliberately rough: connections, handlers and coroutines are under way when the io_context goes.
TestServer::~TestServer() {
  io.stop();
  thread_.join();
  application.talkers.clear();
}

void TestServer::on_io_thread(const std::function<void()>& action) {
  std::promise<void> done;
  asio::post(io, [&] {
    action();
    done.set_value();
  });
  done.get_future().wait();
}

void TestServer::stop(std::chrono::milliseconds patience) {
  std::promise<void> done;
  asio::post(io, [&] { asio::co_spawn(io, server->stop(patience), [&](std::exception_ptr) { done.set_value(); }); });
  done.get_future().wait();
}

bool TestServer::eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 1000; ++i) {
    if (condition()) { return true; }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return condition();
}

}  // namespace parley::net::test
