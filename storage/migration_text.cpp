#include "storage/impl/migration_text.h"

#include <algorithm>
#include <utility>

namespace parley::storage {
namespace {

std::string_view trimmed(std::string_view line) {
  const auto begin = line.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) { return {}; }
  return line.substr(begin, line.find_last_not_of(" \t\r") - begin + 1);
}

}  // namespace

std::vector<MigrationStatement> split_migration(std::string_view sql) {
  std::vector<MigrationStatement> statements;
  MigrationStatement current{{}, 0};
  for (int number = 1; !sql.empty(); ++number) {
    const std::string_view line = sql.substr(0, sql.find('\n'));
    sql.remove_prefix(std::min(sql.size(), line.size() + 1));
    const std::string_view content = trimmed(line);
    if (content.empty() || content.starts_with("--")) { continue; }
    if (current.text.empty()) { current.line = number; }
    current.text.append(line).append("\n");
    if (content.ends_with(';')) {
      current.text.erase(current.text.rfind(';'));
      statements.push_back(std::exchange(current, {{}, 0}));
    }
  }
  if (!current.text.empty()) { statements.push_back(std::move(current)); }
  return statements;
}

}  // namespace parley::storage
