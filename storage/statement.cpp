#include "storage/impl/statement.h"

#include <cppconn/connection.h>
#include <cppconn/datatype.h>
#include <cppconn/prepared_statement.h>
#include <cppconn/resultset.h>
#include <cppconn/resultset_metadata.h>

#include <stdexcept>

namespace parley::storage {
namespace {

constexpr std::size_t statements_max = 256;  // x connections stays far below the server's max_prepared_stmt_count of 16382

struct Binder {
  sql::PreparedStatement& statement;
  unsigned index;

  void operator()(std::monostate) { statement.setNull(index, sql::DataType::VARCHAR); }
  void operator()(std::int64_t v) { statement.setInt64(index, v); }
  void operator()(double v) { statement.setDouble(index, v); }
  void operator()(const std::string& v) { statement.setString(index, v); }  // binary-safe
};

void bind(sql::PreparedStatement& statement, std::span<const Value> parameters) {
  unsigned index = 0;
  for (const Value& parameter : parameters) { std::visit(Binder{statement, ++index}, parameter.data()); }
}

bool returns_rows(sql::PreparedStatement& statement, std::string_view text) {
  sql::ResultSetMetaData* const columns = statement.getMetaData();
  const bool is_select = columns != nullptr && columns->getColumnCount() > 0;
  return is_select || text.find("RETURNING") != std::string_view::npos;  // the server names those columns only at execution
}

enum class CellKind : std::uint8_t { whole, unsigned_whole, real, text };

CellKind kind_of(sql::ResultSetMetaData& columns, unsigned index) {
  switch (columns.getColumnType(index)) {
    case sql::DataType::BIT:
    case sql::DataType::TINYINT:
    case sql::DataType::SMALLINT:
    case sql::DataType::MEDIUMINT:
    case sql::DataType::INTEGER:
    case sql::DataType::YEAR: return CellKind::whole;
    case sql::DataType::BIGINT: return columns.isSigned(index) ? CellKind::whole : CellKind::unsigned_whole;
    case sql::DataType::DECIMAL:  // SUM() of integers is DECIMAL with scale 0
    case sql::DataType::NUMERIC: return columns.getScale(index) == 0 ? CellKind::whole : CellKind::real;
    case sql::DataType::REAL:
    case sql::DataType::DOUBLE: return CellKind::real;
    default: return CellKind::text;
  }
}

Value::Data cell(sql::ResultSet& rows, unsigned index, CellKind kind) {
  if (rows.isNull(index)) { return std::monostate{}; }
  switch (kind) {
    case CellKind::whole: return rows.getInt64(index);
    case CellKind::unsigned_whole: return static_cast<std::int64_t>(rows.getUInt64(index));
    case CellKind::real: return static_cast<double>(rows.getDouble(index));
    case CellKind::text: break;
  }
  return rows.getString(index).asStdString();
}

}  // namespace

StatementCache::StatementCache(sql::Connection& connection) : connection_(connection) {}
StatementCache::~StatementCache() = default;

StatementCache::Entry& StatementCache::prepared(std::string_view text) {
  if (const auto found = by_text_.find(text); found != by_text_.end()) {
    recent_.splice(recent_.begin(), recent_, found->second);
    return recent_.front();
  }
  Entry entry{std::string(text), nullptr, false};
  entry.statement.reset(connection_.prepareStatement(entry.text));
  entry.returns_rows = returns_rows(*entry.statement, entry.text);
  recent_.push_front(std::move(entry));
  by_text_.emplace(recent_.front().text, recent_.begin());
  if (recent_.size() > statements_max) {
    by_text_.erase(recent_.back().text);
    recent_.pop_back();
  }
  return recent_.front();
}

std::vector<Row> StatementCache::query(std::string_view text, std::span<const Value> parameters) {
  Entry& entry = prepared(text);
  if (!entry.returns_rows) { throw std::logic_error("query of a statement that returns no rows: " + entry.text); }
  sql::PreparedStatement& statement = *entry.statement;
  bind(statement, parameters);
  // Everything is read before the next statement: executing again would overwrite an open result set of the same statement.
  const std::unique_ptr<sql::ResultSet> found(statement.executeQuery());
  sql::ResultSetMetaData& columns = *found->getMetaData();
  std::vector<CellKind> kinds;
  for (unsigned i = 1; i <= columns.getColumnCount(); ++i) { kinds.push_back(kind_of(columns, i)); }
  std::vector<Row> rows;
  rows.reserve(found->rowsCount());
  while (found->next()) {
    std::vector<Value::Data> cells;
    cells.reserve(kinds.size());
    for (unsigned i = 0; i < kinds.size(); ++i) { cells.push_back(cell(*found, i + 1, kinds[i])); }
    rows.emplace_back(std::move(cells));
  }
  return rows;
}

std::uint64_t StatementCache::update(std::string_view text, std::span<const Value> parameters) {
  Entry& entry = prepared(text);
  // Left unread, the rows would put the connection out of step with the server.
  if (entry.returns_rows) { throw std::logic_error("execute of a statement that returns rows: " + entry.text); }
  sql::PreparedStatement& statement = *entry.statement;
  bind(statement, parameters);
  return static_cast<std::uint64_t>(statement.executeUpdate());
}

}  // namespace parley::storage
