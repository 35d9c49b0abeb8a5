// Prepared statements of one connection: a bounded cache by text, typed binding, rows fetched to the end.
#pragma once

#include <list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "storage/value.h"

namespace sql {
class Connection;
class PreparedStatement;
}

namespace parley::storage {

/// Least recently used statements are closed. Throws sql::SQLException, and std::logic_error when a statement is used as the other
/// kind; must be destroyed before its connection.
class StatementCache {
 public:
  explicit StatementCache(sql::Connection& connection);
  ~StatementCache();
  StatementCache(const StatementCache&) = delete;
  StatementCache& operator=(const StatementCache&) = delete;

  std::vector<Row> query(std::string_view text, std::span<const Value> parameters);
  std::uint64_t update(std::string_view text, std::span<const Value> parameters);

 private:
  struct Entry {
    std::string text;
    std::unique_ptr<sql::PreparedStatement> statement;
    bool returns_rows;
  };
  Entry& prepared(std::string_view text);

  sql::Connection& connection_;
  std::list<Entry> recent_;  // newest first; list nodes do not move, so the map's keys may point into them
  std::unordered_map<std::string_view, std::list<Entry>::iterator> by_text_;
};

}  // namespace parley::storage
