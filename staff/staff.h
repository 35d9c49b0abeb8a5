// Plain types of the staff module.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/principal.h"

namespace parley::staff {

struct Agent {
  AgentId id;
  std::string email;
  std::string name;
  Role role{Role::agent};
  std::string status{"online"};  // what the agent chose: online, away, offline
  std::string locale{"en"};
  int chat_capacity{5};
  bool is_active{true};
  bool has_totp{false};
  std::string notification_settings{"{}"};
  std::vector<TeamId> teams;
};

struct Credentials {
  std::string password_hash;
  std::string totp_secret;  // sealed
  bool totp_is_active{false};
  std::int64_t totp_last_step{0};
};

struct Team {
  TeamId id;
  std::string name;
  std::vector<AgentId> members;
};

struct Workspace {
  std::string name{"Parley"};
  std::string locale{"en"};
  bool is_demo{false};
};

struct AuditEntry {
  std::int64_t id{0};
  TimePoint at{};
  std::optional<AgentId> agent;
  std::string agent_name;
  std::string action;  // "agent.create", "login.fail", ...
  std::string target;
  std::string detail;  // JSON
};

nlohmann::json to_json(const Agent& agent, bool is_connected);
nlohmann::json to_json(const Team& team);
nlohmann::json to_json(const AuditEntry& entry);

}  // namespace parley::staff
