#include "base/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace parley {

namespace {

/// Fills the places in turn; a missing value leaves its place as it is, a superfluous one is left out.
std::string filled(std::string_view format, LogValues values) {
  std::string line;
  line.reserve(format.size() + 16 * values.size());
  for (const LogValue& value : values) {
    const auto place = format.find("{}");
    if (place == std::string_view::npos) { break; }
    line += format.substr(0, place);
    if (value.is_number()) {
      line += std::to_string(value.number());
    } else {
      line += value.text();
    }
    format.remove_prefix(place + 2);
  }
  line += format;
  return line;
}

void log(spdlog::level::level_enum level, std::string_view format, LogValues values) {
  auto* const logger = spdlog::default_logger_raw();
  if (logger->should_log(level)) { logger->log(level, filled(format, values)); }
}

}  // namespace

void start_log() {
  spdlog::set_default_logger(spdlog::stderr_color_mt("parley"));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %L %v", spdlog::pattern_time_type::utc);
}

void set_log_level(const std::string& level) { spdlog::set_level(spdlog::level::from_str(level)); }

void log_debug(std::string_view format, LogValues values) { log(spdlog::level::debug, format, values); }
void log_info(std::string_view format, LogValues values) { log(spdlog::level::info, format, values); }
void log_warning(std::string_view format, LogValues values) { log(spdlog::level::warn, format, values); }
void log_error(std::string_view format, LogValues values) { log(spdlog::level::err, format, values); }
void log_critical(std::string_view format, LogValues values) { log(spdlog::level::critical, format, values); }

}  // namespace parley
