#include "storage/impl/connection.h"

#include <cppconn/connection.h>
#include <cppconn/driver.h>
#include <cppconn/exception.h>
#include <cppconn/resultset.h>
#include <cppconn/statement.h>
#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>

#include "storage/impl/hex.h"
#include "storage/impl/sql_error.h"
#include "storage/impl/statement.h"

namespace parley::storage {
namespace {

sql::Driver& driver() {
  // The driver's own first call is not locked; a function-local static is.
  static sql::Driver* const instance = get_driver_instance();
  return *instance;
}

sql::ConnectOptionsMap options_of(const ConnectionSettings& settings) {
  const DatabaseUrl& url = settings.url;
  const int seconds = static_cast<int>(std::max<std::int64_t>(1, (settings.network_timeout.count() + 999) / 1000));
  sql::ConnectOptionsMap options;
  options["hostName"] = sql::SQLString(url.socket.empty() ? "tcp://" + url.host : "unix://" + url.socket);
  if (url.socket.empty()) { options["port"] = url.port; }
  options["userName"] = sql::SQLString(url.user);
  options["password"] = sql::SQLString(url.password);
  if (settings.selects_schema) { options["schema"] = sql::SQLString(url.schema); }
  options["OPT_CHARSET_NAME"] = sql::SQLString("utf8mb4");
  options["OPT_CONNECT_TIMEOUT"] = seconds;
  options["OPT_READ_TIMEOUT"] = seconds;
  options["OPT_WRITE_TIMEOUT"] = seconds;
  options["CLIENT_FOUND_ROWS"] = true;  // an UPDATE to the same value counts as a match
  // Never OPT_RECONNECT: a silent reconnect loses the transaction, the session settings and all prepared statements.
  return options;
}

}  // namespace

struct Connection::Driver {
  std::unique_ptr<sql::Connection> connection;
  std::unique_ptr<sql::Statement> text;
  std::unique_ptr<StatementCache> statements;  // last, so destroyed first
};

template <class F>
auto Connection::guarded(std::string_view sql, F work) {
  try {
    return work();
  } catch (const sql::SQLException& failure) {
    DatabaseError error = translate(failure, sql);
    // Code 0 is misuse of the driver: what it left on the wire is unknown.
    if (error.is_connection_lost() || error.code() == 0) { is_usable_ = false; }
    if (error.is_deadlock() || !is_usable_) { has_lost_transaction_ = true; }
    throw error;
  }
}

Connection::Connection(const ConnectionSettings& settings, ConnectionRole role) : driver_(std::make_unique<Driver>()) {
  guarded("connect", [&] {
    auto options = options_of(settings);
    driver_->connection.reset(driver().connect(options));
    driver_->text.reset(driver_->connection->createStatement());
    driver_->statements = std::make_unique<StatementCache>(*driver_->connection);
  });
  prepare_session(settings, role);
}

Connection::~Connection() = default;

void Connection::prepare_session(const ConnectionSettings& settings, ConnectionRole role) {
  const bool is_admin = role == ConnectionRole::admin, is_single = role == ConnectionRole::single;
  // A lock wait must end before the statement limit does: 1205 undoes one statement and is retried, the limit is an answer.
  const auto lock_wait = std::clamp<std::int64_t>(settings.statement_timeout.count() / 2000, 1, 5);
  run(fmt::format("SET SESSION sql_mode='STRICT_ALL_TABLES,STRICT_TRANS_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,"
                  "ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', time_zone='+00:00', wait_timeout=2147483, "
                  "collation_connection='utf8mb4_unicode_ci', tx_isolation='{}', tx_read_only={}, innodb_lock_wait_timeout={}, "
                  "max_statement_time={:.3f}, autocommit={}",
                  role == ConnectionRole::reader ? "REPEATABLE-READ" : "READ-COMMITTED", role == ConnectionRole::reader || is_single ? 1 : 0,
                  lock_wait, is_admin ? 0.0 : static_cast<double>(settings.statement_timeout.count()) / 1000.0, is_admin || is_single ? 1 : 0));
  if (role == ConnectionRole::lane) {
    std::string random(16, '\0');
    randombytes_buf(random.data(), random.size());
    fence_ = "parley.lane." + hex(random);
    run("DO GET_LOCK('" + fence_ + "', 0)");
  }
}

std::vector<Row> Connection::query(std::string_view sql, std::span<const Value> parameters) {
  return guarded(sql, [&] { return driver_->statements->query(sql, parameters); });
}

std::uint64_t Connection::execute(std::string_view sql, std::span<const Value> parameters) {
  return guarded(sql, [&] { return driver_->statements->update(sql, parameters); });
}

std::int64_t Connection::insert(std::string_view sql, std::span<const Value> parameters) {
  // The driver does not hand out the OK packet's insert id; RETURNING saves asking for it.
  return query(std::string(sql) + " RETURNING id", parameters).at(0).i64(0);
}

void Connection::run(std::string_view text) {
  guarded(text, [&] { driver_->text->execute(std::string(text)); });
}

std::int64_t Connection::run_for_number(std::string_view text) {
  return guarded(text, [&] {
    driver_->text->execute(std::string(text));
    std::int64_t number = 0;
    {
      const std::unique_ptr<sql::ResultSet> rows(driver_->text->getResultSet());
      if (rows && rows->next()) { number = rows->getInt64(1); }
    }
    driver_->text->getMoreResults();  // the compound's own final answer; an error in it throws
    return number;
  });
}

void Connection::end_transaction(std::string_view text) {
  run(text);
  has_lost_transaction_ = false;
}

}  // namespace parley::storage
