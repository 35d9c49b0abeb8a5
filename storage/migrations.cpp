#include "storage/migrations.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <chrono>
#include <map>

#include "base/log.h"
#include "storage/impl/admin_connection.h"
#include "storage/impl/hex.h"
#include "storage/impl/migration_text.h"
#include "storage/impl/sql_error.h"

namespace parley::storage {
namespace {

using Applied = std::map<int, std::pair<std::string, std::string>>;  // number -> name, checksum

Applied applied_migrations(Connection& connection) {
  connection.run(
      "CREATE TABLE IF NOT EXISTS schema_migration (number INT NOT NULL, name VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin "
      "NOT NULL, checksum CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (number)) "
      "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci");
  Applied applied;
  for (const Row& row : connection.query("SELECT number, name, checksum FROM schema_migration")) {
    applied.emplace(static_cast<int>(row.i64(0)), std::pair{row.text(1), row.text(2)});
  }
  return applied;
}

std::string checksum(std::string_view text) {
  std::string hash(32, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(hash.data()), hash.size(),
                     reinterpret_cast<const unsigned char*>(text.data()), text.size(), nullptr, 0);
  return hex(hash);
}

Status check_history(const Applied& applied, std::span<const Migration> known) {
  for (const auto& [number, record] : applied) {
    const auto migration = std::ranges::find(known, number, &Migration::number);
    if (migration == known.end()) {
      return Error(Errc::conflict, fmt::format("the database has migration {} ({}), which this program does not know: it was "
                                               "written by a newer version", number, record.first));
    }
    if (checksum(migration->sql) != record.second) {
      return Error(Errc::conflict, fmt::format("migration {} was changed after it had been applied: write a new one instead",
                                               migration->name));
    }
  }
  return {};
}

Status apply(Connection& connection, const Migration& migration) {
  for (const MigrationStatement& statement : split_migration(migration.sql)) {
    try {
      connection.run(statement.text);
    } catch (const DatabaseError& failure) {
      return Error(to_error(failure).code == Errc::unavailable ? Errc::unavailable : Errc::internal,
                   fmt::format("migration {}, line {}: {}", migration.name, statement.line, failure.what()));
    }
  }
  const auto now = std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now());
  const std::vector<Value> record{migration.number, migration.name, checksum(migration.sql), TimePoint(now)};
  connection.execute("INSERT INTO schema_migration (number, name, checksum, at) VALUES (?,?,?,?)", record);
  log_info("storage: applied migration {}", {migration.name});
  return {};
}

Result<int> migrate_locked(Connection& connection, std::span<const Migration> migrations) {
  const Applied applied = applied_migrations(connection);
  PARLEY_CHECK(check_history(applied, migrations));
  int count = 0;
  for (const Migration& migration : migrations) {
    if (applied.contains(migration.number)) { continue; }
    PARLEY_CHECK(apply(connection, migration));
    ++count;
  }
  return count;
}

}  // namespace

Result<int> migrate(const std::string& url, std::span<const Migration> migrations) {
  if (sodium_init() < 0) { return Error(Errc::internal, "libsodium cannot be initialised"); }
  ConnectionSettings settings;
  PARLEY_TRY(settings.url, parse_database_url(url));
  settings.network_timeout = milliseconds{3'600'000};  // an ALTER TABLE may take its time
  PARLEY_TRY(auto connection, connect_patiently(settings, milliseconds{10'000}));
  try {
    const std::string lock = "parley.migrate." + settings.url.schema.substr(0, 40);
    if (connection->query("SELECT COALESCE(GET_LOCK(?, 120), 0)", std::vector<Value>{lock}).at(0).i64(0) != 1) {
      return Error(Errc::unavailable, "another program is migrating this database and does not finish");
    }
    return migrate_locked(*connection, migrations);  // the lock goes with the connection
  } catch (const DatabaseError& failure) {
    return to_error(failure);
  }
}

}  // namespace parley::storage
