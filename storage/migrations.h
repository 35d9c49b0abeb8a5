// Forward-only schema changes. Files are `<module>/migrations/NNNN_name.sql`, numbered across modules, compiled into the binary.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace parley::storage {

struct Migration {
  int number;
  std::string_view name;  // "0001_journal"
  std::string_view sql;   // statements separated by lines that end in ';'
};

/// All migrations compiled into this binary, in order (generated at build time).
std::span<const Migration> embedded_migrations();

/// Applies what is missing under a named lock, one by one, recording number, name, checksum and time in `schema_migration`.
/// Errors: conflict when an applied migration's text has changed or the database is newer than the binary; unavailable.
/// Returns how many were applied.
Result<int> migrate(const std::string& url, std::span<const Migration> migrations);

}  // namespace parley::storage
