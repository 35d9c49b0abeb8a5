#include "server/app/config.h"

#include <toml++/toml.h>

#include <algorithm>
#include <cstdlib>

namespace parley::app {

using Type = Setting::Type;

const std::vector<Setting>& settings() {
  static const std::vector<Setting> table{
      {"listen.address", Type::text, "127.0.0.1", 1, 64, "Address to listen on; 0.0.0.0 for all."},
      {"listen.port", Type::integer, "8080", 0, 65535, "Port for HTTP and WebSocket; 0 picks a free one."},
      {"listen.certificate", Type::text, "", 0, 4096, "PEM file with the certificate chain; with listen.key it turns TLS on."},
      {"listen.key", Type::text, "", 0, 4096, "PEM file with the private key."},
      {"listen.trusted_proxies", Type::text, "", 0, 4096, "Comma-separated addresses whose X-Forwarded-For is believed."},
      {"listen.connections_max", Type::integer, "25000", 10, 1'000'000, "Open connections at once."},
      {"listen.connections_per_address_max", Type::integer, "0", 0, 1'000'000, "Open connections from one address; 0 for no limit."},
      {"data.directory", Type::text, "data", 1, 4096, "Where files, keys and the private database live."},
      {"database.url", Type::text, "", 0, 4096, "mysql://user:password@host:port/schema; empty starts a private MariaDB."},
      {"database.readers", Type::integer, "3", 1, 64, "Connections of the read pool."},
      {"database.lanes", Type::integer, "3", 1, 64, "Connections that write."},
      {"database.buffer_pool_mb", Type::integer, "64", 16, 65536, "Cache of the private MariaDB, MB."},
      {"web.directory", Type::text, "web", 1, 4096, "Where the built browser applications are."},
      {"log.level", Type::text, "info", 4, 8, "debug, info, warning or error."},
      {"log.access", Type::boolean, "false", 0, 0, "Log every request."},
      {"metrics.token", Type::text, "", 0, 200, "Bearer token for /metrics from other machines; loopback needs none."},
      {"presence.grace_s", Type::integer, "60", 1, 3600, "How long an agent counts as present after the last socket was lost."},
      {"limits.agent_per_second", Type::integer, "50", 0, 100'000, "Calls per second of one agent; 0 for no limit."},
      {"limits.visitor_per_second", Type::integer, "5", 0, 100'000, "Calls per second of one visitor; 0 for no limit."},
      {"limits.address_per_second", Type::integer, "10", 0, 100'000, "Unauthenticated calls per second of one address; 0 for no limit."},
      {"smtp.port", Type::integer, "0", 0, 65535, "Port that takes mail by SMTP for the e-mail inboxes; 0: none."},
      {"smtp.address", Type::text, "127.0.0.1", 1, 64, "Address the SMTP port is on; 0.0.0.0 for all."},
      {"smtp.host_name", Type::text, "", 0, 253, "Name told to other mail servers; empty: this machine's."},
      {"smtp.is_lmtp", Type::boolean, "false", 0, 0, "Speak LMTP there, for a mail server that delivers to Parley."},
      {"smtp.certificate", Type::text, "", 0, 4096, "PEM file with the certificate chain; with smtp.key it turns STARTTLS on."},
      {"smtp.key", Type::text, "", 0, 4096, "PEM file with the private key."},
      {"smtp.message_max_mb", Type::integer, "50", 1, 100, "Largest mail, MB."},
      {"smtp.connections_max", Type::integer, "1000", 1, 100'000, "Open SMTP connections at once."},
      {"smtp.connections_per_address_max", Type::integer, "50", 0, 100'000, "Open SMTP connections from one address; 0 for no limit."},
      {"mail.authorities", Type::text, "", 0, 4096, "PEM file with further certificate authorities for IMAP and SMTP servers."},
      {"shutdown.patience_s", Type::integer, "10", 0, 600, "How long running requests may take at shutdown."},
  };
  return table;
}

namespace {

std::string environment_name(std::string key) {
  std::string name = "PARLEY_";
  for (const char c : key) { name.push_back(c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)))); }
  return name;
}

/// What stands for a list or a date; complaint() refuses it for every setting.
const std::string not_a_value("\0", 1);

void flatten(const toml::table& table, const std::string& prefix, std::map<std::string, std::string>& out) {
  for (const auto& [name, node] : table) {
    const std::string key = prefix.empty() ? std::string(name.str()) : prefix + "." + std::string(name.str());
    if (const auto* inner = node.as_table()) {
      flatten(*inner, key, out);
    } else if (const auto text = node.value<std::string>()) {
      out[key] = *text;
    } else if (const auto flag = node.value_exact<bool>()) {
      out[key] = *flag ? "true" : "false";
    } else if (const auto number = node.value<std::int64_t>()) {
      out[key] = std::to_string(*number);
    } else {
      out[key] = not_a_value;
    }
  }
}

std::string complaint(const Setting& s, const std::string& value) {
  if (value == not_a_value) { return "must be one value, not a list or a date"; }
  if (s.type == Type::boolean) { return value == "true" || value == "false" ? "" : "must be true or false"; }
  if (s.type == Type::text) {
    const auto size = static_cast<long>(value.size());
    return size < s.min || size > s.max ? "has a bad length" : "";
  }
  const bool is_number = !value.empty() && value.size() < 12 && value.find_first_not_of("0123456789") == std::string::npos;
  if (!is_number) { return "must be a whole number"; }
  const long number = std::stol(value);
  return number < s.min || number > s.max ? "must be between " + std::to_string(s.min) + " and " + std::to_string(s.max) : "";
}

void check_together(const std::map<std::string, std::string>& v, std::vector<FieldError>& errors) {
  if (v.at("listen.certificate").empty() != v.at("listen.key").empty()) {
    errors.push_back({"listen.certificate", "incomplete", "and listen.key belong together"});
  }
  if (v.at("smtp.certificate").empty() != v.at("smtp.key").empty()) {
    errors.push_back({"smtp.certificate", "incomplete", "and smtp.key belong together"});
  }
  const auto& level = v.at("log.level");
  if (level != "debug" && level != "info" && level != "warning" && level != "error") { errors.push_back({"log.level", "not_allowed", "must be debug, info, warning or error"}); }
  const auto& url = v.at("database.url");
  if (!url.empty() && url.rfind("mysql://", 0) != 0 && url.rfind("mysql+unix://", 0) != 0) { errors.push_back({"database.url", "bad_format", "must begin with mysql://"}); }
}

}  // namespace

Result<Config> Config::load(const std::filesystem::path& file, const std::map<std::string, std::string>& overrides) {
  std::map<std::string, std::string> given;
  std::vector<FieldError> errors;
  if (!file.empty() && std::filesystem::exists(file)) {
    try {
      flatten(toml::parse_file(file.string()), "", given);
    } catch (const toml::parse_error& bad) {
      errors.push_back({file.string() + ":" + std::to_string(bad.source().begin.line), "not_toml", std::string(bad.description())});
    }
  }
  Config config;
  for (const auto& s : settings()) {
    std::string value = s.initial;
    if (const auto found = given.find(s.key); found != given.end()) {
      value = found->second;
      given.erase(found);
    }
    if (const char* from_environment = std::getenv(environment_name(s.key).c_str())) { value = from_environment; }
    if (const auto found = overrides.find(s.key); found != overrides.end()) { value = found->second; }
    if (const auto bad = complaint(s, value); !bad.empty()) { errors.push_back({s.key, "bad_value", bad}); }
    config.values_[s.key] = std::move(value);
  }
  for (const auto& [key, value] : given) { errors.push_back({key, "unknown", "is not a setting"}); }
  check_together(config.values_, errors);
  if (errors.empty()) { return config; }
  Error error(Errc::invalid_input, "the configuration is not valid");
  error.fields = std::move(errors);
  return error;
}

}  // namespace parley::app
