// Errors as RFC 9457 problem documents: the only place where error codes become HTTP statuses.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "base/result.h"

namespace parley::app {

int status_of(const Error& error);
/// Never carries `detail` of errors that have no client reason.
nlohmann::json problem_of(const Error& error, const std::string& request_id);

}  // namespace parley::app
