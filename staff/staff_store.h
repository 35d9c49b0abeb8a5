// All SQL of the staff module.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "staff/staff.h"
#include "storage/transaction.h"

namespace parley::staff {

std::vector<Agent> list_agents(storage::Transaction& tx);
std::optional<Agent> find_agent(storage::Transaction& tx, AgentId id);
std::optional<Agent> find_agent_by_email(storage::Transaction& tx, std::string_view email);
Credentials credentials_of(storage::Transaction& tx, AgentId id);
AgentId insert_agent(storage::Transaction& tx, const Agent& agent, const std::string& password_hash);
void update_agent(storage::Transaction& tx, const Agent& agent);
void set_password(storage::Transaction& tx, AgentId id, const std::string& password_hash);
void set_totp(storage::Transaction& tx, AgentId id, std::optional<std::string> sealed_secret, bool is_active);
/// False when this or a later step was used already (a code works once, also across two racing log-ins).
bool use_totp_step(storage::Transaction& tx, AgentId id, std::int64_t step);
void replace_recovery_codes(storage::Transaction& tx, AgentId id, const std::vector<std::string>& code_hashes);
bool use_recovery_code(storage::Transaction& tx, AgentId id, const std::string& code_hash);

/// Holds the agent's row until COMMIT: capacity is counted under it.
void lock_agent(storage::Transaction& tx, AgentId id);
void note_assigned(storage::Transaction& tx, AgentId id);
/// When each agent last got a ticket, for fairness among equals.
std::vector<std::pair<AgentId, TimePoint>> last_assignments(storage::Transaction& tx);

std::vector<Team> list_teams(storage::Transaction& tx);
std::optional<Team> find_team(storage::Transaction& tx, TeamId id);
/// As the database compares: without regard to case and accents.
std::optional<TeamId> find_team_by_name(storage::Transaction& tx, const std::string& name);
TeamId insert_team(storage::Transaction& tx, const std::string& name);
void rename_team(storage::Transaction& tx, TeamId id, const std::string& name);
void set_team_members(storage::Transaction& tx, TeamId id, const std::vector<AgentId>& members);
void set_agent_teams(storage::Transaction& tx, AgentId id, const std::vector<TeamId>& teams);

struct Session {
  std::int64_t id{0};
  AgentId agent;
  std::string csrf_token;
  TimePoint last_seen_at{};
  TimePoint expires_at{};
};
void insert_session(storage::Transaction& tx, const Session& session, const std::string& token_hash, const std::string& remote_address,
                    const std::string& user_agent);
std::optional<Session> find_session(storage::Transaction& tx, const std::string& token_hash);
bool session_exists(storage::Transaction& tx, std::int64_t id);
void touch_session(storage::Transaction& tx, std::int64_t id);
void delete_session(storage::Transaction& tx, const std::string& token_hash);
void delete_other_sessions(storage::Transaction& tx, AgentId agent, std::int64_t kept_session);

struct ApiToken {
  std::int64_t id{0};
  std::string name;
  TimePoint created_at{};
  std::optional<TimePoint> last_used_at;
};
std::int64_t insert_api_token(storage::Transaction& tx, AgentId agent, const std::string& name, const std::string& token_hash);
std::vector<ApiToken> list_api_tokens(storage::Transaction& tx, AgentId agent);
bool delete_api_token(storage::Transaction& tx, AgentId agent, std::int64_t id);
struct TokenOwner {
  std::int64_t token{0};
  AgentId agent;
};
std::optional<TokenOwner> find_api_token(storage::Transaction& tx, const std::string& token_hash);
bool api_token_exists(storage::Transaction& tx, std::int64_t id);

void audit(storage::Transaction& tx, std::optional<AgentId> agent, std::string_view action, std::string_view target,
           std::string_view detail_json = "{}");
std::vector<AuditEntry> list_audit(storage::Transaction& tx, std::int64_t before_id, int limit);

Workspace workspace(storage::Transaction& tx);
void save_workspace(storage::Transaction& tx, const Workspace& workspace);

}  // namespace parley::staff
