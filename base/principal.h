// Who is calling, and what a role may do.
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"

namespace parley {

enum class Role : std::uint8_t { administrator, supervisor, agent, light_agent };
enum class Permission : std::uint8_t {
  ticket_read, ticket_reply, ticket_note, ticket_update, ticket_assign, customer_read, customer_update, report_read, staff_manage,
  inbox_manage, audit_read,
  none  // asks for nothing beyond being logged in
};

std::string_view to_string(Role role);
std::optional<Role> parse_role(std::string_view text);
std::string_view to_string(Permission permission);
bool role_has(Role role, Permission permission);
std::vector<std::string> permissions_of(Role role);

/// The authenticated caller. Cheap to copy; lives as long as its request or socket.
struct Principal {
  enum class Kind : std::uint8_t { nobody, agent, visitor, system } kind{Kind::nobody};
  AgentId agent;
  Role role{Role::light_agent};
  std::vector<TeamId> teams;     // agent: member of
  std::string name;              // agent's name
  std::int64_t session{0};       // agent: the log-in session's id, 0 with an API token
  std::int64_t api_token{0};     // agent: the API token's id, 0 with a session
  TimePoint valid_until{TimePoint::max()};  // agent: when the session ends by itself
  std::string csrf_token;        // agent by cookie: what X-CSRF-Token must say
  CustomerId customer;           // visitor
  InboxId inbox;                 // visitor

  bool is_agent() const { return kind == Kind::agent; }
  bool is_visitor() const { return kind == Kind::visitor; }
  bool may(Permission permission) const { return is_agent() && role_has(role, permission); }
  bool sees_all_teams() const { return is_agent() && (role == Role::administrator || role == Role::supervisor); }
  bool is_in(TeamId team) const { return std::find(teams.begin(), teams.end(), team) != teams.end(); }
  /// Key of this caller for idempotency and rate limits: "agent:5", "visitor:12".
  std::string key() const;
};

}  // namespace parley
