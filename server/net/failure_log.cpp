#include "server/net/failure_log.h"

#include <spdlog/spdlog.h>

#include <exception>

namespace parley::net {

void log_current_exception(std::string_view event, std::string_view request_id) noexcept {
  try {
    throw;
  } catch (const std::exception& failure) {
    spdlog::error("{} request_id={} what={}", event, request_id, failure.what());
  } catch (...) {
    spdlog::error("{} request_id={}", event, request_id);
  }
}

}  // namespace parley::net
