#include "base/principal.h"

#include <array>

namespace parley {
namespace {

struct RoleRow {
  Role role;
  std::string_view name;
  std::uint32_t permissions;
};

constexpr std::uint32_t bit(Permission p) { return 1U << static_cast<unsigned>(p); }
constexpr std::uint32_t light = bit(Permission::ticket_read) | bit(Permission::ticket_note) | bit(Permission::customer_read);
constexpr std::uint32_t full = light | bit(Permission::ticket_reply) | bit(Permission::ticket_update) | bit(Permission::ticket_assign) |
                               bit(Permission::customer_update);
constexpr std::uint32_t lead = full | bit(Permission::report_read);
constexpr std::uint32_t admin = lead | bit(Permission::staff_manage) | bit(Permission::inbox_manage) | bit(Permission::audit_read);

constexpr std::array roles{RoleRow{Role::administrator, "administrator", admin}, RoleRow{Role::supervisor, "supervisor", lead},
                           RoleRow{Role::agent, "agent", full}, RoleRow{Role::light_agent, "light_agent", light}};
constexpr std::array<std::string_view, 11> permission_names{
    "ticket.read",     "ticket.reply", "ticket.note",  "ticket.update", "ticket.assign", "customer.read",
    "customer.update", "report.read",  "staff.manage", "inbox.manage",  "audit.read"};

const RoleRow& row_of(Role role) { return roles[static_cast<std::size_t>(role)]; }

}  // namespace

std::string_view to_string(Role role) { return row_of(role).name; }
std::string_view to_string(Permission permission) {
  return permission == Permission::none ? "none" : permission_names[static_cast<std::size_t>(permission)];
}

std::optional<Role> parse_role(std::string_view text) {
  for (const auto& row : roles) {
    if (row.name == text) { return row.role; }
  }
  return std::nullopt;
}

bool role_has(Role role, Permission permission) {
  return permission == Permission::none || (row_of(role).permissions & bit(permission)) != 0;
}

std::vector<std::string> permissions_of(Role role) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < permission_names.size(); ++i) {
    if (role_has(role, static_cast<Permission>(i))) { out.emplace_back(permission_names[i]); }
  }
  return out;
}

std::string Principal::key() const {
  switch (kind) {
    case Kind::agent: return "agent:" + std::to_string(agent.value);
    case Kind::visitor: return "visitor:" + std::to_string(customer.value);
    case Kind::system: return "system";
    case Kind::nobody: break;
  }
  return "nobody";
}

}  // namespace parley
