#pragma once

#include <string_view>

namespace parley::net {

/// For the outermost catch of a session, inside a `catch (...)`: logs what was thrown. Never throws.
void log_current_exception(std::string_view event, std::string_view request_id) noexcept;

}  // namespace parley::net
