// What goes into a statement and comes out of a row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"

namespace parley::storage {

/// A statement parameter: null, integer, real or bytes/text. Times travel as BIGINT milliseconds, booleans as 0/1. Implicit, so calls read
/// like SQL.
class Value {
 public:
  using Data = std::variant<std::monostate, std::int64_t, double, std::string>;

  Value() = default;
  Value(std::nullopt_t) {}
  Value(bool v) : data_(std::int64_t{v ? 1 : 0}) {}
  Value(int v) : data_(std::int64_t{v}) {}
  Value(std::int64_t v) : data_(v) {}
  Value(std::uint64_t v) : data_(static_cast<std::int64_t>(v)) {}
  Value(std::uint32_t v) : data_(static_cast<std::int64_t>(v)) {}
  Value(double v) : data_(v) {}
  Value(std::string v) : data_(std::move(v)) {}
  Value(std::string_view v) : data_(std::string(v)) {}
  Value(const char* v) : data_(std::string(v)) {}
  Value(TimePoint t) : data_(to_ms(t)) {}
  template <class Tag>
  Value(Id<Tag> id) : data_(id.value) {}
  template <class T>
  Value(const std::optional<T>& v) {
    if (v) { *this = Value(*v); }
  }

  const Data& data() const { return data_; }

 private:
  Data data_;
};

/// One fetched row, fully materialised. Columns are read by position, or in order through `Fields`.
class Row {
 public:
  explicit Row(std::vector<Value::Data> cells) : cells_(std::move(cells)) {}

  std::size_t size() const { return cells_.size(); }
  bool is_null(std::size_t column) const { return std::holds_alternative<std::monostate>(cells_.at(column)); }
  std::int64_t i64(std::size_t column) const;         // throws std::logic_error when the cell is not an integer
  double real(std::size_t column) const;
  const std::string& text(std::size_t column) const;  // text or bytes
  bool flag(std::size_t column) const { return i64(column) != 0; }

 private:
  std::vector<Value::Data> cells_;
};

/// Reads a row's columns from left to right, so that a mapper lists fields in the order of its SELECT.
class Fields {
 public:
  explicit Fields(const Row& row) : row_(row) {}

  std::int64_t i64() { return row_.i64(next_++); }
  bool flag() { return row_.flag(next_++); }
  double real() { return row_.real(next_++); }
  std::string text() { return row_.text(next_++); }
  TimePoint time() { return from_ms(i64()); }
  template <class IdType>
  IdType id() { return IdType{i64()}; }
  std::optional<std::int64_t> maybe_i64() { return maybe([this](std::size_t c) { return row_.i64(c); }); }
  std::optional<std::string> maybe_text() { return maybe([this](std::size_t c) { return row_.text(c); }); }
  std::optional<TimePoint> maybe_time() { return maybe([this](std::size_t c) { return from_ms(row_.i64(c)); }); }
  template <class IdType>
  std::optional<IdType> maybe_id() { return maybe([this](std::size_t c) { return IdType{row_.i64(c)}; }); }

 private:
  template <class F>
  auto maybe(F read) -> std::optional<decltype(read(std::size_t{}))> {
    const std::size_t column = next_++;
    if (row_.is_null(column)) { return std::nullopt; }
    return read(column);
  }
  const Row& row_;
  std::size_t next_{0};
};

}  // namespace parley::storage
