// Endpoints of the staff module: log-in, profile, agents, teams, audit.
#pragma once

#include "base/route.h"
#include "staff/login.h"
#include "staff/presence.h"

namespace parley::staff {

struct StaffApi {
  LoginService& login;
  PresenceBook& presence;
  std::function<void(const std::string& session_token)> on_log_out;  // the hub closes that session's sockets
};
void register_routes(RouteTable& table, std::shared_ptr<StaffApi> api);

inline constexpr const char* session_cookie = "parley_session";

}  // namespace parley::staff
