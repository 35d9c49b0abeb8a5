#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace parley::storage {

struct MigrationStatement {
  std::string text;
  int line;  // of its beginning, from 1
};

/// Statements end at a line that ends in ';'. Lines that begin with -- are left out.
std::vector<MigrationStatement> split_migration(std::string_view sql);

}  // namespace parley::storage
