// The log: one line each, {} for a value. No template here: checking a format at compile time costs 4 s of each file that does it.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace parley {

/// A value of a log line; lives as long as the call. Implicit, so arguments are written bare.
class LogValue {
 public:
  LogValue(std::string_view text) : text_(text) {}
  LogValue(const std::string& text) : text_(text) {}
  LogValue(const char* text) : text_(text) {}
  LogValue(std::integral auto number) : number_(static_cast<std::int64_t>(number)), is_number_(true) {}

  bool is_number() const { return is_number_; }
  std::int64_t number() const { return number_; }
  std::string_view text() const { return text_; }

 private:
  std::string_view text_;
  std::int64_t number_{0};
  bool is_number_{false};
};

/// From now on lines go to standard error, with the time in UTC. Once, at the start.
void start_log();
/// debug, info, warning or error: what is less than that is left out.
void set_log_level(const std::string& level);

using LogValues = std::initializer_list<LogValue>;

void log_debug(std::string_view format, LogValues values = {});
void log_info(std::string_view format, LogValues values = {});
void log_warning(std::string_view format, LogValues values = {});
void log_error(std::string_view format, LogValues values = {});
/// Somebody has to look at once.
void log_critical(std::string_view format, LogValues values = {});

}  // namespace parley
