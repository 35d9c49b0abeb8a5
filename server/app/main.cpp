// The command line: parley serve | migrate | doctor | user add|passwd | demo | version.
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/crypto.h"
#include "base/log.h"
#include "server/app/desk.h"
#include "server/demo/demo_mail.h"
#include "server/demo/demo_shop.h"
#include "staff/login.h"
#include "staff/staff_store.h"
#include "storage/migrations.h"

namespace {

namespace fs = std::filesystem;
using namespace parley;
using storage::Transaction;

struct Options {
  std::string file{"parley.toml"};
  std::map<std::string, std::string> overrides;
  std::string demo_data{"server/demo/data"};
  std::string email, name, role{"agent"}, password;
};

int fail(const Error& error) {
  std::cerr << "parley: " << error.detail << "\n";
  for (const auto& field : error.fields) { std::cerr << "  " << field.path << " " << field.message << "\n"; }
  return 1;
}

Result<app::Config> load_config(const Options& options) {
  auto config = app::Config::load(options.file, options.overrides);
  if (config.has_value()) { set_log_level(config->text("log.level")); }
  return config;
}

fs::path login_file(const app::Config& config) { return fs::path(config.text("data.directory")) / "demo-password"; }

/// One line for each account of a demo shop, so that a newcomer can log in.
void print_demo_logins(const app::Config& config, storage::Database& database) {
  std::ifstream in(login_file(config));
  std::string password;
  if (!std::getline(in, password)) { return; }
  const auto agents = database.read_now([](Transaction& tx) -> Result<std::vector<staff::Agent>> { return staff::list_agents(tx); });
  if (agents.has_error()) { return; }
  for (const auto& agent : *agents) { std::cout << "login " << to_string(agent.role) << " " << agent.email << " " << password << "\n"; }
  std::cout << std::flush;
}

Result<std::unique_ptr<storage::Database>> small_database(const std::string& url) {
  storage::DatabaseOptions options;
  options.url = url;
  options.readers = options.lanes = 1;
  return storage::open_database(options, std::make_shared<SystemClock>());
}

Status load_demo(const app::Config& config, const Options& options) {
  PARLEY_TRY(auto store, app::open_migrated_store(config));
  PARLEY_TRY(auto database, small_database(store.url));
  PARLEY_TRY(const bool is_empty, database->read_now([](Transaction& tx) -> Result<bool> { return staff::list_agents(tx).empty(); }));
  if (is_empty) {
    const std::string password = random_token(9);
    PARLEY_TRY(const auto loaded, demo::load_demo_shop(store.url, *store.cipher, options.demo_data, password));
    PARLEY_TRY(const auto mail, demo::load_demo_mail(store.url, *store.cipher, options.demo_data, fs::absolute(config.text("data.directory"))));
    std::ofstream(login_file(config)) << password << "\n";
    chmod(login_file(config).c_str(), 0600);
    log_info("demo shop loaded: {} customers, {} tickets, {} messages", {loaded.customers, loaded.tickets + mail.tickets, loaded.messages + mail.messages});
  }
  print_demo_logins(config, *database);
  database->stop();
  if (store.server) { store.server->stop(); }
  return {};
}

Status serve(const app::Config& config) {
  app::ServeEvents events;
  events.on_ready = [](const std::string& address, const std::string& mail_address) {
    if (!mail_address.empty()) { std::cout << "mail " << mail_address << "\n"; }
    std::cout << "ready " << address << std::endl;
  };
  return app::serve(config, events);
}

Status add_user(const app::Config& config, const Options& options) {
  const auto role = parse_role(options.role);
  if (!role) { return Error(Errc::invalid_input, "the role is administrator, supervisor, agent or light_agent"); }
  PARLEY_CHECK(staff::check_new_password(options.password, "password"));
  PARLEY_TRY(auto store, app::open_migrated_store(config));
  PARLEY_TRY(auto database, small_database(store.url));
  const std::string hash = hash_password(options.password);
  PARLEY_CHECK(database->write_now(0, [&](Transaction& tx) -> Status {
    if (staff::find_agent_by_email(tx, options.email)) { return Error(Errc::conflict, "another agent has this e-mail address"); }
    staff::Agent agent;
    agent.email = options.email;
    agent.name = options.name.empty() ? options.email : options.name;
    agent.role = *role;
    const auto id = staff::insert_agent(tx, agent, hash);
    staff::audit(tx, std::nullopt, "agent.create", std::to_string(id.value), "{\"by\":\"command line\"}");
    return {};
  }));
  std::cout << "added " << options.email << "\n";
  return {};
}

Status change_password(const app::Config& config, const Options& options) {
  PARLEY_CHECK(staff::check_new_password(options.password, "password"));
  PARLEY_TRY(auto store, app::open_migrated_store(config));
  PARLEY_TRY(auto database, small_database(store.url));
  const std::string hash = hash_password(options.password);
  PARLEY_CHECK(database->write_now(0, [&](Transaction& tx) -> Status {
    const auto agent = staff::find_agent_by_email(tx, options.email);
    if (!agent) { return Error(Errc::not_found, "there is no agent with this e-mail address"); }
    staff::set_password(tx, agent->id, hash);
    staff::delete_other_sessions(tx, agent->id, 0);
    staff::audit(tx, std::nullopt, "password.change", std::to_string(agent->id.value), "{\"by\":\"command line\"}");
    return {};
  }));
  std::cout << "password changed; all sessions of " << options.email << " have ended\n";
  return {};
}

Status migrate(const app::Config& config) {
  PARLEY_TRY(auto store, app::open_store(config));
  PARLEY_TRY(const int applied, storage::migrate(store.url, storage::embedded_migrations()));
  std::cout << applied << " migrations applied\n";
  return {};
}

/// Looks at what usually goes wrong and says so in plain words.
Status doctor(const app::Config& config) {
  const auto check = [](const char* what, bool fine, const std::string& hint) {
    std::cout << (fine ? "ok    " : "FAIL  ") << what << (fine || hint.empty() ? "" : ": " + hint) << "\n";
    return fine;
  };
  bool healthy = true;
  const fs::path web = config.text("web.directory");
  healthy &= check("console is built", fs::exists(web / "apps/console/dist/index.html"), "run `npm ci && npm run build` in " + web.string());
  healthy &= check("widget is built", fs::exists(web / "apps/widget/dist/widget.js"), "run `npm ci && npm run build` in " + web.string());
  auto store = app::open_store(config);
  healthy &= check("database starts", store.has_value(), store.has_error() ? store.error().detail : "");
  if (store.has_value()) {
    const auto applied = storage::migrate(store->url, storage::embedded_migrations());
    healthy &= check("schema is current", applied.has_value(), applied.has_error() ? applied.error().detail : "");
    auto database = small_database(store->url);
    healthy &= check("database answers", database.has_value() && (*database)->is_healthy(milliseconds{2'000}), "");
    if (database.has_value()) {
      const auto agents = (*database)->read_now([](Transaction& tx) -> Result<std::vector<staff::Agent>> { return staff::list_agents(tx); });
      const bool has_admin = agents.has_value() && std::any_of(agents->begin(), agents->end(), [](const auto& a) { return a.is_active && a.role == Role::administrator; });
      healthy &= check("there is an administrator", has_admin, "run `parley user add --role administrator …`");
    }
  }
  if (!healthy) { return Error(Errc::unavailable, "something needs attention"); }
  return {};
}

void add_overrides(CLI::App& command, Options& options) {
  const auto override = [&options](const char* key) { return [&options, key](const std::string& value) { options.overrides[key] = value; }; };
  command.add_option("--config", options.file, "configuration file (TOML)");
  command.add_option_function<std::string>("--port", override("listen.port"), "port; 0 picks a free one");
  command.add_option_function<std::string>("--address", override("listen.address"), "address to listen on");
  command.add_option_function<std::string>("--data", override("data.directory"), "data directory");
  command.add_option_function<std::string>("--database", override("database.url"), "mysql://user:password@host:port/schema instead of the private database");
  command.add_option_function<std::string>("--smtp-port", override("smtp.port"), "port that takes mail by SMTP; 0: none");
  command.add_option_function<std::string>("--web", override("web.directory"), "directory of the built browser applications");
}

}  // namespace

int main(int argc, char** argv) {
  init_crypto();
  start_log();
  Options options;
  CLI::App cli{"Parley, the customer service desk for online shops"};
  cli.require_subcommand(1);
  std::function<Status(const app::Config&)> command;
  const auto add = [&](CLI::App& parent, const char* name, const char* help, std::function<Status(const app::Config&)> run) {
    auto* sub = parent.add_subcommand(name, help);
    add_overrides(*sub, options);
    sub->callback([&command, run = std::move(run)] { command = run; });
    return sub;
  };
  add(cli, "serve", "serve the desk", serve);
  add(cli, "migrate", "bring the database schema up to date", migrate);
  add(cli, "doctor", "check the installation", doctor);
  auto* demo = add(cli, "demo", "fill an empty shop with demo data and print its log-ins", [&](const app::Config& c) { return load_demo(c, options); });
  demo->add_option("--demo-data", options.demo_data, "directory of the demo data");
  auto* user = cli.add_subcommand("user", "manage agents");
  user->require_subcommand(1);
  auto* added = add(*user, "add", "add an agent", [&](const app::Config& c) { return add_user(c, options); });
  added->add_option("--email", options.email, "e-mail address")->required();
  added->add_option("--name", options.name, "name");
  added->add_option("--role", options.role, "administrator, supervisor, agent or light_agent");
  added->add_option("--password", options.password, "password")->required();
  auto* passwd = add(*user, "passwd", "set an agent's password", [&](const app::Config& c) { return change_password(c, options); });
  passwd->add_option("--email", options.email, "e-mail address")->required();
  passwd->add_option("--password", options.password, "password")->required();
  cli.add_subcommand("version", "print the version")->callback([] { std::cout << "parley " << PARLEY_VERSION << "\n"; });
  CLI11_PARSE(cli, argc, argv);
  if (!command) { return 0; }
  const auto config = load_config(options);
  if (config.has_error()) { return fail(config.error()); }
  const auto done = command(*config);
  return done.has_error() ? fail(done.error()) : 0;
}
