#include <nlohmann/json.hpp>

#include "base/json_text.h"
#include "staff/staff.h"

namespace parley::staff {

using nlohmann::json;

json to_json(const Agent& a, bool is_connected) {
  json teams = json::array();
  for (const auto& team : a.teams) { teams.push_back(team.value); }
  return {{"id", a.id.value},       {"name", a.name},           {"email", a.email},
          {"role", to_string(a.role)}, {"status", a.status},    {"locale", a.locale},
          {"team_ids", teams},      {"chat_capacity", a.chat_capacity}, {"is_connected", is_connected},
          {"is_active", a.is_active}};
}

json to_json(const Team& t) {
  json members = json::array();
  for (const auto& member : t.members) { members.push_back(member.value); }
  return {{"id", t.id.value}, {"name", t.name}, {"member_ids", members}};
}

json to_json(const AuditEntry& e) {
  const json actor = e.agent ? json{{"id", e.agent->value}, {"name", e.agent_name}} : json(nullptr);
  return {{"id", e.id},         {"at", to_ms(e.at)}, {"actor", actor}, {"action", e.action}, {"target", e.target},
          {"detail", stored_json(e.detail)}};
}

}  // namespace parley::staff
