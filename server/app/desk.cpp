#include "server/app/desk.h"

#include <sys/resource.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/json_text.h"
#include "base/log.h"
#include "base/text.h"
#include "channels/chat/widget_api.h"
#include "customers/customer_api.h"
#include "routing/router.h"
#include "server/app/email_desk.h"
#include "server/app/housekeeping.h"
#include "server/app/http_application.h"
#include "server/app/metrics.h"
#include "server/app/openapi.h"
#include "server/demo/demo_mail.h"
#include "server/demo/demo_shop.h"
#include "staff/staff_api.h"
#include "staff/staff_store.h"
#include "storage/migrations.h"
#include "tickets/ticket_api.h"

namespace parley::app {

namespace asio = boost::asio;
namespace fs = std::filesystem;

Result<Store> open_store(const Config& config) {
  Store store;
  const fs::path data = fs::absolute(config.text("data.directory"));
  std::error_code failed;
  fs::create_directories(data, failed);
  PARLEY_TRY(auto cipher, storage::FieldCipher::from_key_file(data / "master.key"));
  store.cipher = std::make_unique<storage::FieldCipher>(std::move(cipher));
  store.url = config.text("database.url");
  if (store.url.empty()) {
    storage::PrivateMariaDbOptions options;
    options.data_directory = data;
    options.buffer_pool_mb = static_cast<int>(config.integer("database.buffer_pool_mb"));
    PARLEY_TRY(store.server, storage::start_private_mariadb(options));
    store.url = store.server->url();
  }
  return store;
}

Result<Store> open_migrated_store(const Config& config) {
  PARLEY_TRY(auto store, open_store(config));
  PARLEY_TRY(const int applied, storage::migrate(store.url, storage::embedded_migrations()));
  if (applied > 0) { log_info("migrated applied={}", {applied}); }
  return store;
}

namespace {

/// Every part of a running server; members are in order of construction and go down in reverse.
class Desk {
 public:
  Desk(const Config& config, Store store) : config_(config), store_(std::move(store)) {}

  Status start();
  void run();
  std::string console_address() const;
  std::string mail_address() const;  // of the SMTP listener; empty: there is none

 private:
  void register_routes();
  net::ServerOptions server_options() const;
  HttpParts http_parts();
  net::Task<void> shut_down();
  void keep_house_later();

  const Config& config_;
  Store store_;
  std::shared_ptr<const Clock> clock_ = std::make_shared<SystemClock>();
  asio::io_context io_{1};
  std::unique_ptr<storage::Database> database_;
  std::unique_ptr<staff::PresenceBook> presence_;
  std::unique_ptr<staff::LoginService> login_;
  std::unique_ptr<customers::CustomerService> customers_;
  std::unique_ptr<tickets::FileStore> files_;
  std::unique_ptr<EmailDesk> email_;
  std::unique_ptr<StaticSite> site_;
  RouteTable table_;
  std::unique_ptr<Dispatcher> dispatcher_;
  std::unique_ptr<realtime::Hub> hub_;
  std::unique_ptr<routing::Router> router_;
  std::unique_ptr<HttpApplication> application_;
  std::unique_ptr<net::Server> server_;
  asio::steady_timer housekeeping_{io_};
  bool is_demo_{false};
};

/// The hub is made after the routes that mention it; calls before that find nobody to tell.
class LateNotices final : public tickets::Notices {
 public:
  std::atomic<realtime::Hub*> hub{nullptr};
  void notify_read(const tickets::ReadNotice& notice) override {
    if (auto* h = hub.load()) { h->notify_read(notice); }
  }
  void notify_draft(TicketId ticket, AgentId agent, const tickets::Draft& draft) override {
    if (auto* h = hub.load()) { h->notify_draft(ticket, agent, draft); }
  }
  std::vector<AgentId> viewers_of(TicketId ticket) override {
    auto* h = hub.load();
    return h ? h->viewers_of(ticket) : std::vector<AgentId>{};
  }
};
LateNotices late_notices;

std::vector<std::string> split_list(const std::string& text) {
  std::vector<std::string> out;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto end = std::min(text.find(',', at), text.size());
    out.emplace_back(trim(std::string_view(text).substr(at, end - at)));
    at = end + 1;
  }
  return out;
}

void raise_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
}

void Desk::register_routes() {
  const auto cursor = [] {
    auto* hub = late_notices.hub.load();
    return hub ? hub->cursor() : std::string();
  };
  const auto is_connected = [this](AgentId agent) { return presence_->is_connected(agent); };
  const auto is_online = [](CustomerId customer) {
    auto* hub = late_notices.hub.load();
    return hub && hub->is_online(customer);
  };
  const auto end_session = [](const std::string& token) {
    if (auto* hub = late_notices.hub.load()) { hub->end_session(token); }
  };
  staff::register_routes(table_, std::make_shared<staff::StaffApi>(staff::StaffApi{*login_, *presence_, end_session}));
  customers::register_routes(table_, *customers_, is_online);
  tickets::register_routes(table_, std::make_shared<tickets::TicketApi>(tickets::TicketApi{*files_, late_notices, *store_.cipher, clock_, cursor, email_->outbounds()}));
  email_->register_routes(table_);
  if (is_demo_) { demo::register_mail_routes(table_, email_->service().smtp_port()); }
  channels::chat::register_routes(table_, std::make_shared<channels::chat::WidgetApi>(channels::chat::WidgetApi{
                                              *customers_, *store_.cipher, *files_, late_notices, is_connected, store_.cipher->derive("visitor_token"), cursor}));
}

net::ServerOptions Desk::server_options() const {
  net::ServerOptions o;
  o.address = config_.text("listen.address");
  o.port = static_cast<std::uint16_t>(config_.integer("listen.port"));
  o.certificate_file = config_.text("listen.certificate");
  o.key_file = config_.text("listen.key");
  o.trusted_proxies = split_list(config_.text("listen.trusted_proxies"));
  o.connections_max = static_cast<std::size_t>(config_.integer("listen.connections_max"));
  o.connections_per_address_max = static_cast<std::size_t>(config_.integer("listen.connections_per_address_max"));
  return o;
}

HttpParts Desk::http_parts() {
  HttpParts parts{*database_, *dispatcher_, *hub_, *site_, *files_, store_.cipher->derive("file_link"), dump_json(openapi_document(table_, PARLEY_VERSION)),
                  config_.text("metrics.token"), {}, {}, {}};
  parts.metrics_text = [this] { return metrics_text({*database_, *server_, *hub_, *router_, *dispatcher_, email_->service(), email_->sign_ins(), store_.server.get()}); };
  parts.is_ready = [this] { return !store_.server || store_.server->probe().is_up; };
  if (is_demo_) {
    parts.demo = [this](const net::HttpRequest& request) -> Result<nlohmann::json> {
      if (request.path == "/demo/config") { return demo::demo_config(*database_); }
      const auto at = request.query.find("customer=");
      return demo::demo_identity(*database_, *store_.cipher, at == std::string::npos ? "" : request.query.substr(at + 9));
    };
  }
  return parts;
}

Status Desk::start() {
  raise_file_limit();
  storage::DatabaseOptions options;
  options.url = store_.url;
  options.readers = static_cast<int>(config_.integer("database.readers"));
  options.lanes = static_cast<int>(config_.integer("database.lanes"));
  PARLEY_TRY(database_, storage::open_database(options, clock_));
  PARLEY_TRY(is_demo_, database_->read_now([](storage::Transaction& tx) -> Result<bool> { return staff::workspace(tx).is_demo; }));
  presence_ = std::make_unique<staff::PresenceBook>(clock_, milliseconds{config_.integer("presence.grace_s") * 1000});
  login_ = std::make_unique<staff::LoginService>(*database_, *store_.cipher, clock_);
  customers_ = std::make_unique<customers::CustomerService>(*store_.cipher);
  files_ = std::make_unique<tickets::FileStore>(fs::absolute(config_.text("data.directory")) / "files");
  site_ = std::make_unique<StaticSite>(config_.text("web.directory"));
  tickets::set_file_key(store_.cipher->derive("file_link"));
  PARLEY_TRY(email_, EmailDesk::start({io_, *database_, *store_.cipher, *customers_, *files_, clock_, is_demo_}, config_));
  register_routes();
  RateLimits limits;
  limits.agent_per_second = static_cast<double>(config_.integer("limits.agent_per_second"));
  limits.visitor_per_second = static_cast<double>(config_.integer("limits.visitor_per_second"));
  limits.address_per_second = static_cast<double>(config_.integer("limits.address_per_second"));
  dispatcher_ = std::make_unique<Dispatcher>(*database_, table_, clock_, store_.cipher->derive("visitor_token"), limits);
  hub_ = std::make_unique<realtime::Hub>(io_.get_executor(), *database_, *dispatcher_, *presence_, *customers_, clock_, realtime::HubOptions{});
  late_notices.hub = hub_.get();
  PARLEY_CHECK(hub_->start());
  routing::RouterEvents events;
  events.on_agents_gone = [this](const std::vector<AgentId>& agents) { hub_->agents_gone(agents); };
  events.on_queue_changed = [this](const std::vector<tickets::QueuePlace>& places) { hub_->queue_changed(places); };
  router_ = std::make_unique<routing::Router>(*database_, *presence_, clock_, std::move(events));
  application_ = std::make_unique<HttpApplication>(http_parts());
  std::function<void(const net::AccessRecord&)> access_log;
  if (config_.flag("log.access")) {
    access_log = [](const net::AccessRecord& r) {
      log_info("request method={} path={} status={} micros={} bytes={} from={} id={}", {r.method, r.path, r.status, r.micros, r.bytes_out, r.remote_address, r.request_id});
    };
  }
  server_ = net::make_server(io_, server_options(), *application_, std::move(access_log));
  PARLEY_CHECK(server_->start());
  router_->start();
  keep_house_later();
  return {};
}

std::string Desk::console_address() const {
  const std::string host = config_.text("listen.address") == "0.0.0.0" ? "127.0.0.1" : config_.text("listen.address");
  return std::string(config_.text("listen.certificate").empty() ? "http" : "https") + "://" + host + ":" + std::to_string(server_->port()) + "/console/";
}

std::string Desk::mail_address() const {
  const auto port = email_->service().smtp_port();
  return port == 0 ? std::string() : "smtp://" + config_.text("smtp.address") + ":" + std::to_string(port);
}

void Desk::keep_house_later() {
  housekeeping_.expires_after(std::chrono::minutes(10));
  housekeeping_.async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled) { return; }
    dispatcher_->submit_direct([this] { keep_house(*database_, *files_); }, [] {});
    keep_house_later();
  });
}

/// No accepted message is lost: new work is refused first, what was accepted is finished, only then do the parts go.
net::Task<void> Desk::shut_down() {
  log_info("stopping");
  const std::chrono::seconds patience(config_.integer("shutdown.patience_s"));
  co_await email_->stop(patience);
  co_await server_->stop(patience);
  hub_->stop();
  io_.stop();
}

void Desk::run() {
  asio::signal_set signals(io_, SIGINT, SIGTERM);
  signals.async_wait([this](const boost::system::error_code& cancelled, int) {
    if (!cancelled) { asio::co_spawn(io_, shut_down(), asio::detached); }
  });
  io_.run();
  router_->stop();
  dispatcher_->stop();
  email_.reset();  // what was accepted is committed while the database still stands
  database_->stop();
  late_notices.hub = nullptr;
  server_.reset();
  application_.reset();
  hub_.reset();
  if (store_.server) { store_.server->stop(); }
  log_info("stopped");
}

}  // namespace

Status serve(const Config& config, const ServeEvents& events) {
  PARLEY_TRY(auto store, open_migrated_store(config));
  Desk desk(config, std::move(store));
  PARLEY_CHECK(desk.start());
  if (events.on_ready) { events.on_ready(desk.console_address(), desk.mail_address()); }
  desk.run();
  return {};
}

}  // namespace parley::app
