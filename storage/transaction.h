// What domain code sees of the database: statements inside one transaction, and the journal it appends to.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "storage/value.h"

namespace parley::storage {

/// A statement failed. `code` is MariaDB's number; the pool and the lanes turn it into an Error.
class DatabaseError : public std::runtime_error {
 public:
  DatabaseError(int code, std::string sql_state, const std::string& what)
      : std::runtime_error(what), code_(code), sql_state_(std::move(sql_state)) {}
  int code() const { return code_; }
  const std::string& sql_state() const { return sql_state_; }
  bool is_duplicate_key() const { return code_ == 1062; }
  bool is_deadlock() const { return code_ == 1213; }
  bool is_lock_timeout() const { return code_ == 1205; }
  /// Somebody else changed what this command has read: it must run again (see stale()).
  bool is_stale() const { return code_ == 1020; }
  static DatabaseError stale(const std::string& what) { return {1020, "HY000", what + " changed meanwhile"}; }
  bool is_connection_lost() const;  // 2002 2006 2013 2055 2030 1047 1053 ...
  /// Name of the violated unique key (is_duplicate_key only), e.g. "customer_identity_lookup".
  std::string duplicate_key_name() const;

 private:
  int code_;
  std::string sql_state_;
};

/// One entry for the journal. `body` is small JSON text: ids and small facts, never personal text.
struct Event {
  std::uint16_t kind{0};
  std::int64_t ticket{0};  // 0 when the event is not about a ticket
  std::uint32_t ticket_version{0};
  std::string body{"{}"};
};

/// A running transaction (lane) or a read-only snapshot (pool). One thread, one connection; never kept after the call.
/// All statements are prepared and cached by their text: pass constants, and `in_list` for lists. `query` is for statements that
/// return rows (SELECT, also FOR UPDATE; INSERT ... RETURNING), `execute` and `insert` for all others; mixed up: std::logic_error.
class Transaction {
 public:
  virtual ~Transaction() = default;

  virtual std::vector<Row> query(std::string_view sql, std::span<const Value> parameters) = 0;
  /// Affected (matched) rows.
  virtual std::uint64_t execute(std::string_view sql, std::span<const Value> parameters) = 0;
  /// Runs an INSERT into a table whose key is `id` and returns the id it made, or, with ON DUPLICATE KEY UPDATE, the row's.
  virtual std::int64_t insert(std::string_view sql, std::span<const Value> parameters) = 0;

  /// Adds an event; all events of a batch are numbered and written as the last thing before COMMIT.
  /// Throws std::logic_error in a read-only transaction.
  virtual void append(Event event) = 0;
  /// The time of this command, the same for the whole call.
  virtual TimePoint now() const = 0;
  /// 16 random bytes identifying this command in the journal.
  virtual const std::string& command_id() const = 0;
  /// Runs `callback` on the lane thread after a successful COMMIT (wake-ups only; nothing that may fail).
  virtual void after_commit(std::function<void()> callback) = 0;

  std::vector<Row> query(std::string_view sql, std::initializer_list<Value> parameters = {}) {
    return query(sql, std::span<const Value>(parameters.begin(), parameters.size()));
  }
  std::uint64_t execute(std::string_view sql, std::initializer_list<Value> parameters = {}) {
    return execute(sql, std::span<const Value>(parameters.begin(), parameters.size()));
  }
  std::int64_t insert(std::string_view sql, std::initializer_list<Value> parameters = {}) {
    return insert(sql, std::span<const Value>(parameters.begin(), parameters.size()));
  }
  std::optional<Row> query_one(std::string_view sql, std::initializer_list<Value> parameters = {}) {
    auto rows = query(sql, parameters);
    if (rows.empty()) { return std::nullopt; }
    return std::move(rows.front());
  }
};

/// `before (?,?,?,?) after`: SQL with an IN list padded to the next power of two, so that few texts are prepared. `fill` appends
/// the ids to the parameters, repeating the last one to fill the padding. `ids` must not be empty.
std::string in_list_sql(std::string_view before, std::size_t count, std::string_view after);
void fill_in_list(std::vector<Value>& parameters, const std::vector<std::int64_t>& ids);

}  // namespace parley::storage
