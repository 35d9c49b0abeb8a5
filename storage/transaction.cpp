#include "storage/transaction.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>

namespace parley::storage {

bool DatabaseError::is_connection_lost() const {
  // 1047 node not ready, 1053/1077-1079 shutting down, 1152-1161 network trouble, 1927 killed, 2014 out of sync, 2030 statement
  // not prepared (a silent reconnect), 4031 idle for too long; the other 2xxx are the client library's.
  static constexpr std::array codes{1047, 1053, 1077, 1078, 1079, 1152, 1153, 1156, 1157, 1158, 1159, 1160, 1161, 1927,
                                    2002, 2003, 2004, 2005, 2006, 2012, 2013, 2014, 2026, 2027, 2030, 2055, 4031};
  return std::ranges::binary_search(codes, code_);
}

std::string DatabaseError::duplicate_key_name() const {
  // "Duplicate entry 'a' for key 'customer_identity_lookup'"; MySQL writes 'table.key'.
  const std::string text = what();
  const auto end = text.rfind('\'');
  if (!is_duplicate_key() || end == std::string::npos || end == 0) { return {}; }
  const auto begin = text.rfind('\'', end - 1);
  if (begin == std::string::npos) { return {}; }
  std::string name = text.substr(begin + 1, end - begin - 1);
  if (const auto dot = name.rfind('.'); dot != std::string::npos) { name.erase(0, dot + 1); }
  return name;
}

std::string in_list_sql(std::string_view before, std::size_t count, std::string_view after) {
  assert(count > 0);
  const std::size_t padded = std::bit_ceil(count);
  std::string sql(before);
  sql += '(';
  for (std::size_t i = 0; i < padded; ++i) { sql += i == 0 ? "?" : ",?"; }
  sql += ')';
  sql += after;
  return sql;
}

void fill_in_list(std::vector<Value>& parameters, const std::vector<std::int64_t>& ids) {
  assert(!ids.empty());
  parameters.insert(parameters.end(), ids.begin(), ids.end());
  parameters.insert(parameters.end(), std::bit_ceil(ids.size()) - ids.size(), Value(ids.back()));
}

}  // namespace parley::storage
