#include "storage/impl/database_url.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "base/text.h"

namespace parley::storage {
namespace {

Error bad(const std::string& sentence) { return Error(Errc::invalid_input, "database URL: " + sentence); }

Result<std::string> decoded(std::string_view text) {
  auto plain = percent_decode(text, false);
  if (!plain) { return bad("a % must be followed by two hexadecimal digits"); }
  return std::move(*plain);
}

/// The schema is written into CREATE DATABASE, so only harmless names pass.
bool is_schema_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-';
  });
}

Result<DatabaseUrl> checked(DatabaseUrl url) {
  if (!is_schema_name(url.schema)) { return bad("the schema must be 1 to 64 letters, digits, '_' or '-'"); }
  if (url.user.empty()) { return bad("the user is missing"); }
  return url;
}

Status set_unix_option(DatabaseUrl& url, std::string_view name, std::string value) {
  if (name == "schema") { url.schema = std::move(value); }
  else if (name == "user") { url.user = std::move(value); }
  else if (name == "password") { url.password = std::move(value); }
  else { return bad("unknown option '" + std::string(name) + "'"); }
  return {};
}

Result<DatabaseUrl> parse_unix(std::string_view rest) {
  DatabaseUrl url;
  const auto question = rest.find('?');
  PARLEY_TRY(url.socket, decoded(rest.substr(0, question)));
  if (!url.socket.starts_with('/')) { return bad("the socket path must be absolute"); }
  auto options = question == std::string_view::npos ? std::string_view{} : rest.substr(question + 1);
  while (!options.empty()) {
    const auto option = options.substr(0, options.find('&'));
    options.remove_prefix(std::min(options.size(), option.size() + 1));
    const auto equals = option.find('=');
    if (equals == std::string_view::npos) { return bad("options are written name=value"); }
    PARLEY_TRY(auto value, decoded(option.substr(equals + 1)));
    PARLEY_CHECK(set_unix_option(url, option.substr(0, equals), std::move(value)));
  }
  return checked(std::move(url));
}

Status parse_host(DatabaseUrl& url, std::string_view text) {
  const auto bracket = text.find(']');  // [::1]:3306
  const auto colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  auto host = text.substr(0, colon);
  if (bracket != std::string_view::npos && host.starts_with('[')) { host = host.substr(1, bracket - 1); }
  PARLEY_TRY(url.host, decoded(host));
  if (url.host.empty()) { return bad("the host is missing"); }
  if (colon == std::string_view::npos) { return {}; }
  const auto port = text.substr(colon + 1);
  const auto [end, failure] = std::from_chars(port.data(), port.data() + port.size(), url.port);
  if (failure != std::errc{} || end != port.data() + port.size() || url.port < 1 || url.port > 65535) {
    return bad("the port must be a number from 1 to 65535");
  }
  return {};
}

Result<DatabaseUrl> parse_tcp(std::string_view rest) {
  DatabaseUrl url;
  const auto slash = rest.find('/');
  if (slash == std::string_view::npos) { return bad("the schema is missing"); }
  auto authority = rest.substr(0, slash);
  PARLEY_TRY(url.schema, decoded(rest.substr(slash + 1)));
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    const auto login = authority.substr(0, at);
    const auto colon = login.find(':');
    PARLEY_TRY(url.user, decoded(login.substr(0, colon)));
    if (colon != std::string_view::npos) {
      PARLEY_TRY(url.password, decoded(login.substr(colon + 1)));
    }
    authority.remove_prefix(at + 1);
  }
  PARLEY_CHECK(parse_host(url, authority));
  return checked(std::move(url));
}

}  // namespace

Result<DatabaseUrl> parse_database_url(std::string_view url) {
  for (const std::string_view scheme : {"mysql+unix://", "mysql://"}) {
    if (url.starts_with(scheme)) {
      const auto rest = url.substr(scheme.size());
      return scheme == "mysql://" ? parse_tcp(rest) : parse_unix(rest);
    }
  }
  return bad("it must begin with mysql:// or mysql+unix://");
}

}  // namespace parley::storage
