#include "storage/value.h"

#include <stdexcept>

namespace parley::storage {
namespace {

template <class T>
const T& cell_as(const std::vector<Value::Data>& cells, std::size_t column, const char* wanted) {
  const T* held = std::get_if<T>(&cells.at(column));
  if (held == nullptr) {
    const char* found = std::holds_alternative<std::monostate>(cells[column]) ? "null" : "another type";
    throw std::logic_error("column " + std::to_string(column) + " is " + found + ", not " + wanted);
  }
  return *held;
}

}  // namespace

std::int64_t Row::i64(std::size_t column) const { return cell_as<std::int64_t>(cells_, column, "an integer"); }

double Row::real(std::size_t column) const {
  if (const auto* whole = std::get_if<std::int64_t>(&cells_.at(column))) { return static_cast<double>(*whole); }
  return cell_as<double>(cells_, column, "a number");
}

const std::string& Row::text(std::size_t column) const { return cell_as<std::string>(cells_, column, "text"); }

}  // namespace parley::storage
