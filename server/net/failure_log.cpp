#include "server/net/failure_log.h"


#include <exception>

#include "base/log.h"

namespace parley::net {

void log_current_exception(std::string_view event, std::string_view request_id) noexcept {
  try {
    throw;
  } catch (const std::exception& failure) {
    log_error("{} request_id={} what={}", {event, request_id, failure.what()});
  } catch (...) {
    log_error("{} request_id={}", {event, request_id});
  }
}

}  // namespace parley::net
