#include "staff/staff_store.h"

namespace parley::staff {

using storage::Fields;
using storage::Row;
using storage::Transaction;
using storage::Value;

namespace {

#define PARLEY_AGENT_COLUMNS                                                                                           \
  "SELECT id, email, name, role, status, locale, chat_capacity, is_active, totp_is_active, notification_settings, "    \
  "(SELECT GROUP_CONCAT(team_id ORDER BY team_id) FROM team_member m WHERE m.agent_id = agent.id) FROM agent "

std::vector<TeamId> split_ids(const std::optional<std::string>& list) {
  std::vector<TeamId> out;
  if (!list) { return out; }
  std::size_t at = 0;
  while (at < list->size()) {
    std::size_t used = 0;
    out.push_back(TeamId{std::stoll(list->substr(at), &used)});
    at += used + 1;
  }
  return out;
}

Agent agent_of(const Row& row) {
  Fields f(row);
  Agent a;
  a.id = f.id<AgentId>();
  a.email = f.text();
  a.name = f.text();
  a.role = parse_role(f.text()).value_or(Role::light_agent);
  a.status = f.text();
  a.locale = f.text();
  a.chat_capacity = static_cast<int>(f.i64());
  a.is_active = f.flag();
  a.has_totp = f.flag();
  a.notification_settings = f.text();
  a.teams = split_ids(f.maybe_text());
  return a;
}

}  // namespace

std::vector<Agent> list_agents(Transaction& tx) {
  std::vector<Agent> out;
  for (const auto& row : tx.query(PARLEY_AGENT_COLUMNS "ORDER BY name, id")) { out.push_back(agent_of(row)); }
  return out;
}

std::optional<Agent> find_agent(Transaction& tx, AgentId id) {
  const auto row = tx.query_one(PARLEY_AGENT_COLUMNS "WHERE id = ?", {id});
  return row ? std::optional(agent_of(*row)) : std::nullopt;
}

std::optional<Agent> find_agent_by_email(Transaction& tx, std::string_view email) {
  const auto row = tx.query_one(PARLEY_AGENT_COLUMNS "WHERE email = ?", {email});
  return row ? std::optional(agent_of(*row)) : std::nullopt;
}

Credentials credentials_of(Transaction& tx, AgentId id) {
  const auto row = tx.query_one("SELECT password_hash, totp_secret, totp_is_active, totp_last_step FROM agent WHERE id = ?", {id});
  Credentials c;
  if (!row) { return c; }
  Fields f(*row);
  c.password_hash = f.text();
  c.totp_secret = f.maybe_text().value_or("");
  c.totp_is_active = f.flag();
  c.totp_last_step = f.i64();
  return c;
}

AgentId insert_agent(Transaction& tx, const Agent& a, const std::string& password_hash) {
  return AgentId{tx.insert(
      "INSERT INTO agent (email, name, role, status, locale, chat_capacity, is_active, password_hash, notification_settings, "
      "created_at, updated_at) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
      {a.email, a.name, to_string(a.role), a.status, a.locale, a.chat_capacity, a.is_active, password_hash, a.notification_settings,
       tx.now(), tx.now()})};
}

void update_agent(Transaction& tx, const Agent& a) {
  tx.execute(
      "UPDATE agent SET email = ?, name = ?, role = ?, status = ?, locale = ?, chat_capacity = ?, is_active = ?, "
      "notification_settings = ?, updated_at = ? WHERE id = ?",
      {a.email, a.name, to_string(a.role), a.status, a.locale, a.chat_capacity, a.is_active, a.notification_settings, tx.now(), a.id});
}

void set_password(Transaction& tx, AgentId id, const std::string& password_hash) {
  tx.execute("UPDATE agent SET password_hash = ?, updated_at = ? WHERE id = ?", {password_hash, tx.now(), id});
}

void set_totp(Transaction& tx, AgentId id, std::optional<std::string> sealed_secret, bool is_active) {
  tx.execute("UPDATE agent SET totp_secret = ?, totp_is_active = ?, updated_at = ? WHERE id = ?", {sealed_secret, is_active, tx.now(), id});
}

bool use_totp_step(Transaction& tx, AgentId id, std::int64_t step) {
  return tx.execute("UPDATE agent SET totp_last_step = ? WHERE id = ? AND totp_last_step < ?", {step, id, step}) == 1;
}

void replace_recovery_codes(Transaction& tx, AgentId id, const std::vector<std::string>& code_hashes) {
  tx.execute("DELETE FROM recovery_code WHERE agent_id = ?", {id});
  for (const auto& hash : code_hashes) { tx.execute("INSERT INTO recovery_code (agent_id, code_hash) VALUES (?,?)", {id, hash}); }
}

bool use_recovery_code(Transaction& tx, AgentId id, const std::string& code_hash) {
  return tx.execute("UPDATE recovery_code SET used_at = ? WHERE agent_id = ? AND code_hash = ? AND used_at IS NULL",
                    {tx.now(), id, code_hash}) == 1;
}

void lock_agent(Transaction& tx, AgentId id) { tx.query("SELECT id FROM agent WHERE id = ? FOR UPDATE", {id}); }
void note_assigned(Transaction& tx, AgentId id) { tx.execute("UPDATE agent SET last_assigned_at = ? WHERE id = ?", {tx.now(), id}); }
std::vector<std::pair<AgentId, TimePoint>> last_assignments(Transaction& tx) {
  std::vector<std::pair<AgentId, TimePoint>> out;
  for (const auto& row : tx.query("SELECT id, last_assigned_at FROM agent")) { out.emplace_back(AgentId{row.i64(0)}, from_ms(row.i64(1))); }
  return out;
}

std::vector<Team> list_teams(Transaction& tx) {
  std::vector<Team> out;
  for (const auto& row : tx.query("SELECT t.id, t.name, m.agent_id FROM team t LEFT JOIN team_member m ON m.team_id = t.id "
                                  "ORDER BY t.name, t.id, m.agent_id")) {
    if (out.empty() || out.back().id.value != row.i64(0)) { out.push_back({TeamId{row.i64(0)}, row.text(1), {}}); }
    if (!row.is_null(2)) { out.back().members.push_back(AgentId{row.i64(2)}); }
  }
  return out;
}

std::optional<Team> find_team(Transaction& tx, TeamId id) {
  for (auto& team : list_teams(tx)) {  // a shop has a handful of teams
    if (team.id == id) { return std::move(team); }
  }
  return std::nullopt;
}

std::optional<TeamId> find_team_by_name(Transaction& tx, const std::string& name) {
  const auto row = tx.query_one("SELECT id FROM team WHERE name = ?", {name});
  return row ? std::optional(TeamId{row->i64(0)}) : std::nullopt;
}

TeamId insert_team(Transaction& tx, const std::string& name) {
  return TeamId{tx.insert("INSERT INTO team (name, created_at) VALUES (?,?)", {name, tx.now()})};
}

void rename_team(Transaction& tx, TeamId id, const std::string& name) {
  tx.execute("UPDATE team SET name = ? WHERE id = ?", {name, id});
}

void set_team_members(Transaction& tx, TeamId id, const std::vector<AgentId>& members) {
  tx.execute("DELETE FROM team_member WHERE team_id = ?", {id});
  for (const auto& agent : members) { tx.execute("INSERT IGNORE INTO team_member (team_id, agent_id) SELECT ?, id FROM agent WHERE id = ?", {id, agent}); }
}

void set_agent_teams(Transaction& tx, AgentId id, const std::vector<TeamId>& teams) {
  tx.execute("DELETE FROM team_member WHERE agent_id = ?", {id});
  for (const auto& team : teams) { tx.execute("INSERT IGNORE INTO team_member (team_id, agent_id) SELECT id, ? FROM team WHERE id = ?", {id, team}); }
}

void insert_session(Transaction& tx, const Session& s, const std::string& token_hash, const std::string& remote_address,
                    const std::string& user_agent) {
  tx.execute("DELETE FROM agent_session WHERE expires_at < ?", {tx.now()});
  tx.execute(
      "INSERT INTO agent_session (token_hash, agent_id, csrf_token, created_at, last_seen_at, expires_at, remote_address, user_agent) "
      "VALUES (?,?,?,?,?,?,?,?)",
      {token_hash, s.agent, s.csrf_token, tx.now(), tx.now(), s.expires_at, remote_address, user_agent});
}

std::optional<Session> find_session(Transaction& tx, const std::string& token_hash) {
  const auto row =
      tx.query_one("SELECT id, agent_id, csrf_token, last_seen_at, expires_at FROM agent_session WHERE token_hash = ?", {token_hash});
  if (!row) { return std::nullopt; }
  Fields f(*row);
  Session s;
  s.id = f.i64();
  s.agent = f.id<AgentId>();
  s.csrf_token = f.text();
  s.last_seen_at = f.time();
  s.expires_at = f.time();
  return s;
}

bool session_exists(Transaction& tx, std::int64_t id) {
  return tx.query_one("SELECT id FROM agent_session WHERE id = ?", {id}).has_value();
}
void touch_session(Transaction& tx, std::int64_t id) {
  tx.execute("UPDATE agent_session SET last_seen_at = ? WHERE id = ?", {tx.now(), id});
}
void delete_session(Transaction& tx, const std::string& token_hash) {
  tx.execute("DELETE FROM agent_session WHERE token_hash = ?", {token_hash});
}
void delete_other_sessions(Transaction& tx, AgentId agent, std::int64_t kept_session) {
  tx.execute("DELETE FROM agent_session WHERE agent_id = ? AND id <> ?", {agent, kept_session});
}

std::int64_t insert_api_token(Transaction& tx, AgentId agent, const std::string& name, const std::string& token_hash) {
  return tx.insert("INSERT INTO api_token (token_hash, agent_id, name, created_at) VALUES (?,?,?,?)", {token_hash, agent, name, tx.now()});
}

std::vector<ApiToken> list_api_tokens(Transaction& tx, AgentId agent) {
  std::vector<ApiToken> out;
  for (const auto& row : tx.query("SELECT id, name, created_at, last_used_at FROM api_token WHERE agent_id = ? ORDER BY id", {agent})) {
    Fields f(row);
    ApiToken t;
    t.id = f.i64();
    t.name = f.text();
    t.created_at = f.time();
    t.last_used_at = f.maybe_time();
    out.push_back(std::move(t));
  }
  return out;
}

bool delete_api_token(Transaction& tx, AgentId agent, std::int64_t id) {
  return tx.execute("DELETE FROM api_token WHERE id = ? AND agent_id = ?", {id, agent}) == 1;
}

std::optional<TokenOwner> find_api_token(Transaction& tx, const std::string& token_hash) {
  const auto row = tx.query_one("SELECT id, agent_id FROM api_token WHERE token_hash = ?", {token_hash});
  return row ? std::optional(TokenOwner{row->i64(0), AgentId{row->i64(1)}}) : std::nullopt;
}

bool api_token_exists(Transaction& tx, std::int64_t id) { return tx.query_one("SELECT id FROM api_token WHERE id = ?", {id}).has_value(); }

void audit(Transaction& tx, std::optional<AgentId> agent, std::string_view action, std::string_view target, std::string_view detail_json) {
  tx.execute("INSERT INTO audit_entry (at, agent_id, action, target, detail) VALUES (?,?,?,?,?)",
             {tx.now(), agent, action, target, detail_json});
}

std::vector<AuditEntry> list_audit(Transaction& tx, std::int64_t before_id, int limit) {
  std::vector<AuditEntry> out;
  const auto rows = tx.query(
      "SELECT e.id, e.at, e.agent_id, COALESCE(a.name, ''), e.action, e.target, e.detail FROM audit_entry e "
      "LEFT JOIN agent a ON a.id = e.agent_id WHERE e.id < ? ORDER BY e.id DESC LIMIT ?",
      {before_id, limit});
  for (const auto& row : rows) {
    Fields f(row);
    AuditEntry e;
    e.id = f.i64();
    e.at = f.time();
    e.agent = f.maybe_id<AgentId>();
    e.agent_name = f.text();
    e.action = f.text();
    e.target = f.text();
    e.detail = f.text();
    out.push_back(std::move(e));
  }
  return out;
}

Workspace workspace(Transaction& tx) {
  const auto row = tx.query_one("SELECT name, locale, is_demo FROM workspace WHERE id = 1");
  if (!row) { return {}; }
  return {row->text(0), row->text(1), row->flag(2)};
}

void save_workspace(Transaction& tx, const Workspace& w) {
  tx.execute("INSERT INTO workspace (id, name, locale, is_demo, created_at) VALUES (1,?,?,?,?) "
             "ON DUPLICATE KEY UPDATE name = VALUES(name), locale = VALUES(locale), is_demo = VALUES(is_demo)",
             {w.name, w.locale, w.is_demo, tx.now()});
}

}  // namespace parley::staff
