// Configuration: parley.toml, then environment, then command line. All violations are reported at once.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"

namespace parley::app {

/// One row of the configuration table; docs/configuration.md and `parley serve --help-config` are made from it.
struct Setting {
  const char* key;          // "listen.port"; environment: PARLEY_LISTEN_PORT
  enum class Type : std::uint8_t { text, integer, boolean } type;
  const char* initial;
  long min, max;            // integers; text: length
  const char* sentence;
};
const std::vector<Setting>& settings();

class Config {
 public:
  /// `file` may not exist. `overrides` come from the command line. Errors: invalid_input with one field per violation.
  static Result<Config> load(const std::filesystem::path& file, const std::map<std::string, std::string>& overrides);
  const std::string& text(const char* key) const { return values_.at(key); }
  long integer(const char* key) const { return std::stol(values_.at(key)); }
  bool flag(const char* key) const { return values_.at(key) == "true"; }

 private:
  std::map<std::string, std::string> values_;
};

}  // namespace parley::app
