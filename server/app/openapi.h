// The OpenAPI 3.1 document, made from the route table.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "base/route.h"

namespace parley::app {
nlohmann::json openapi_document(const RouteTable& table, const std::string& version);
}
