// One connection to the server. One thread at a time.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "storage/impl/database_url.h"
#include "storage/transaction.h"

namespace parley::storage {

enum class ConnectionRole : std::uint8_t {
  reader,  // REPEATABLE READ, read-only: a job's statements see one snapshot
  lane,    // READ COMMITTED, and a fence: a named lock that is free only when this connection has really ended
  single,  // autocommit, read-only: each statement sees what is committed when it begins
  admin    // autocommit, no statement time limit: migrations, start-up
};

struct ConnectionSettings {
  DatabaseUrl url;
  milliseconds statement_timeout{8'000};
  milliseconds network_timeout{15'000};
  bool selects_schema{true};  // false: connect without one, to create it
};

/// All functions throw DatabaseError. After an error of the lost or unknown kind the connection is not usable any more and must be
/// dropped together with its prepared statements; ordinary errors (duplicate key) leave it usable.
class Connection {
 public:
  Connection(const ConnectionSettings& settings, ConnectionRole role);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  std::vector<Row> query(std::string_view sql, std::span<const Value> parameters = {});
  std::uint64_t execute(std::string_view sql, std::span<const Value> parameters = {});
  std::int64_t insert(std::string_view sql, std::span<const Value> parameters);
  /// A constant text without result and without parameters (SAVEPOINT, COMMIT, DDL).
  void run(std::string_view text);
  /// A compound statement whose last statement selects one number.
  std::int64_t run_for_number(std::string_view text);

  bool is_usable() const { return is_usable_; }
  /// The server rolled the whole transaction back (deadlock), even if the caller swallowed the exception.
  bool has_lost_transaction() const { return has_lost_transaction_; }
  /// COMMIT or ROLLBACK.
  void end_transaction(std::string_view text);
  const std::string& fence() const { return fence_; }

 private:
  template <class F>
  auto guarded(std::string_view sql, F work);
  void prepare_session(const ConnectionSettings& settings, ConnectionRole role);

  struct Driver;
  std::unique_ptr<Driver> driver_;
  bool is_usable_{true};
  bool has_lost_transaction_{false};
  std::string fence_;
};

}  // namespace parley::storage
