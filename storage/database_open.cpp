// Start-up: the first connection, the schema, the journal's mark.
#include <sodium.h>

#include <thread>

#include "base/log.h"
#include "storage/impl/admin_connection.h"
#include "storage/impl/database_impl.h"
#include "storage/impl/journal_tail.h"
#include "storage/impl/lane_commit.h"
#include "storage/impl/sql_error.h"

namespace parley::storage {
namespace {

struct JournalStart {
  std::uint64_t head{0};
  std::string uid;
};

void warn_about_settings(Connection& connection) {
  const auto row = connection.query("SELECT @@innodb_flush_log_at_trx_commit, @@log_bin, VERSION()").at(0);
  if (row.i64(0) != 1) {
    log_warning("storage: innodb_flush_log_at_trx_commit is {}: a power cut may lose answered commands", {row.i64(0)});
  }
  if (row.i64(1) != 0) {
    log_warning("storage: the binary log is on: the journal's counter row is then locked while it is flushed (docs/journal.md)");
  }
  if (row.text(2).find("MariaDB") == std::string::npos) {
    log_warning("storage: server version {} is not MariaDB; only MariaDB 10.6 and later is tested", {row.text(2)});
  }
}

/// Everything up to `head` is durable once our own commit is.
JournalStart start_journal(Connection& connection) {
  const auto head = connection.query("SELECT seq FROM journal_head WHERE stream=?", std::vector<Value>{journal_stream});
  const auto meta = connection.query("SELECT uid FROM journal_meta WHERE id=1");
  if (head.empty() || meta.empty()) { throw DatabaseError(1146, "42S02", "the journal tables have lost their first rows"); }
  touch_durably(connection);
  return {static_cast<std::uint64_t>(head[0].i64(0)), meta[0].text(0)};
}

}  // namespace

std::unique_ptr<Connection> connect_admin(const ConnectionSettings& settings) {
  try {
    return std::make_unique<Connection>(settings, ConnectionRole::admin);
  } catch (const DatabaseError& failure) {
    if (failure.code() != 1049) { throw; }  // unknown database
  }
  ConnectionSettings bare = settings;
  bare.selects_schema = false;
  auto connection = std::make_unique<Connection>(bare, ConnectionRole::admin);
  connection->run("CREATE DATABASE IF NOT EXISTS `" + settings.url.schema + "` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci");
  connection->run("USE `" + settings.url.schema + "`");
  return connection;
}

Result<std::unique_ptr<Connection>> connect_patiently(const ConnectionSettings& settings, milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (true) {
    try {
      return connect_admin(settings);
    } catch (const DatabaseError& failure) {
      if (!failure.is_connection_lost() || std::chrono::steady_clock::now() >= deadline) {
        return Error(Errc::unavailable, std::string("cannot connect to the database: ") + failure.what());
      }
    }
    std::this_thread::sleep_for(milliseconds{10});
  }
}

Result<std::unique_ptr<Database>> open_database(DatabaseOptions options, std::shared_ptr<const Clock> clock,
                                                milliseconds connect_patience) {
  if (sodium_init() < 0) { return Error(Errc::internal, "libsodium cannot be initialised"); }
  if (options.readers < 1 || options.lanes < 1) { return Error(Errc::invalid_input, "readers and lanes must be at least 1"); }
  auto shared = std::make_unique<SharedState>();
  PARLEY_TRY(shared->connection.url, parse_database_url(options.url));
  shared->connection.statement_timeout = options.statement_timeout;
  shared->connection.network_timeout = options.network_timeout;
  shared->options = std::move(options);
  shared->clock = std::move(clock);
  PARLEY_TRY(auto connection, connect_patiently(shared->connection, connect_patience));
  try {
    warn_about_settings(*connection);
    JournalStart journal = start_journal(*connection);
    shared->durable.raise(journal.head);
    return std::unique_ptr<Database>(std::make_unique<DatabaseImpl>(std::move(shared), std::move(journal.uid)));
  } catch (const DatabaseError& failure) {
    if (failure.code() == 1146) {
      return Error(Errc::unavailable, std::string("the schema is not migrated (call migrate first): ") + failure.what());
    }
    return to_error(failure);
  }
}

}  // namespace parley::storage
