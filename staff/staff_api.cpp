#include "staff/staff_api.h"

#include <limits>

#include "base/crypto.h"
#include "base/event_kind.h"
#include "base/json_text.h"
#include "base/page.h"
#include "base/text.h"
#include "staff/staff_store.h"

namespace parley::staff {

using nlohmann::json;
using storage::Transaction;
using Api = std::shared_ptr<StaffApi>;

namespace {

const std::vector<std::string> role_names{"administrator", "supervisor", "agent", "light_agent"};
const std::vector<std::string> status_names{"online", "away", "offline"};
const std::vector<std::string> locale_names{"en", "zh-CN"};

Error no_such(const char* what) { return Error::with_reason(Errc::not_found, "not_found", std::string("There is no such ") + what + "."); }

void announce(Transaction& tx, EventKind kind, const char* key, std::int64_t id, const Principal& who) {
  tx.append({static_cast<std::uint16_t>(kind), 0, 0, dump_json(json{{key, id}, {"actor", {{"kind", "agent"}, {"id", who.agent.value}}}})});
}

Result<Reply> agent_reply(Transaction& tx, const Api& api, AgentId id, int status = 200) {
  const auto agent = find_agent(tx, id);
  if (!agent) { return no_such("agent"); }
  return Reply(json{{"agent", to_json(*agent, api->presence.is_connected(id))}}, status);
}

std::string cookie_text(const std::string& token, milliseconds lifetime, bool is_secure, bool remember) {
  std::string out = std::string(session_cookie) + "=" + token + "; Path=/; HttpOnly; SameSite=Strict";
  if (is_secure) { out += "; Secure"; }
  if (remember || token.empty()) { out += "; Max-Age=" + std::to_string(lifetime.count() / 1000); }
  return out;
}

Result<Reply> log_in(const Api& api, const Call& call) {
  LoginRequest request;
  request.email = call.body.at("email").get<std::string>();
  request.password = call.body.at("password").get<std::string>();
  request.code = call.body.value("code", "");
  request.remember = call.body.value("remember", false);
  request.remote_address = call.remote_address;
  request.user_agent = call.user_agent;
  PARLEY_TRY(auto result, api->login.log_in(request));
  Reply reply(json{{"agent", to_json(result.agent, api->presence.is_connected(result.agent.id))}, {"csrf_token", result.csrf_token}});
  reply.headers.emplace_back("set-cookie", cookie_text(result.session_token, result.lifetime, call.is_secure, request.remember));
  return reply;
}

Result<Reply> log_out(const Api& api, const Call& call) {
  if (!call.session_token.empty()) {
    PARLEY_CHECK(api->login.log_out(call.session_token, call.who.agent));
    if (api->on_log_out) { api->on_log_out(call.session_token); }
  }
  Reply reply(json(nullptr), 204);
  reply.headers.emplace_back("set-cookie", cookie_text("", milliseconds{0}, call.is_secure, false));
  return reply;
}

Result<Reply> get_me(Transaction& tx, const Api& api, const Call& call) {
  const auto agent = find_agent(tx, call.who.agent);
  if (!agent) { return no_such("agent"); }
  const auto shop = workspace(tx);
  return Reply(json{{"agent", to_json(*agent, api->presence.is_connected(agent->id))},
                    {"csrf_token", call.who.csrf_token},
                    {"permissions", permissions_of(agent->role)},
                    {"has_totp", agent->has_totp},
                    {"workspace", {{"name", shop.name}, {"locale", shop.locale}, {"is_demo", shop.is_demo}}},
                    {"notification_settings", stored_json(agent->notification_settings)},
                    {"server_version", PARLEY_VERSION}});
}

Result<Reply> patch_me(Transaction& tx, const Api& api, const Call& call) {
  auto agent = find_agent(tx, call.who.agent);
  if (!agent) { return no_such("agent"); }
  const json& b = call.body;
  if (b.contains("name")) { agent->name = clean_line(b["name"].get<std::string>()); }
  if (b.contains("locale")) { agent->locale = b["locale"].get<std::string>(); }
  if (b.contains("notification_settings")) { agent->notification_settings = dump_json(b["notification_settings"]); }
  if (agent->name.empty()) { return Error::field("/name", "empty", "A name is needed."); }
  update_agent(tx, *agent);
  announce(tx, EventKind::agent_updated, "agent_id", agent->id.value, call.who);
  return agent_reply(tx, api, agent->id);
}

Result<Reply> put_status(Transaction& tx, const Api& api, const Call& call) {
  auto agent = find_agent(tx, call.who.agent);
  if (!agent) { return no_such("agent"); }
  agent->status = call.body.at("status").get<std::string>();
  update_agent(tx, *agent);
  announce(tx, EventKind::agent_updated, "agent_id", agent->id.value, call.who);
  return agent_reply(tx, api, agent->id);
}

/// Applies the members of a request body that an administrator may write.
Status apply_agent_fields(Agent& agent, const json& b) {
  if (b.contains("email")) {
    const auto email = normalise_email(b["email"].get<std::string>());
    if (!email) { return Error::field("/email", "bad_format", "This is not an e-mail address."); }
    agent.email = *email;
  }
  if (b.contains("name")) { agent.name = clean_line(b["name"].get<std::string>()); }
  if (agent.name.empty()) { return Error::field("/name", "empty", "A name is needed."); }
  if (b.contains("role")) { agent.role = *parse_role(b["role"].get<std::string>()); }
  if (b.contains("locale")) { agent.locale = b["locale"].get<std::string>(); }
  if (b.contains("chat_capacity")) { agent.chat_capacity = b["chat_capacity"].get<int>(); }
  if (b.contains("is_active")) { agent.is_active = b["is_active"].get<bool>(); }
  if (b.contains("team_ids")) {
    agent.teams.clear();
    for (const auto& id : b["team_ids"]) { agent.teams.push_back(TeamId{id.get<std::int64_t>()}); }
  }
  return {};
}

Status refuse_taken_email(Transaction& tx, const Agent& agent) {
  const auto other = find_agent_by_email(tx, agent.email);
  if (other && other->id != agent.id) { return Error::field("/email", "taken", "Another agent has this e-mail address."); }
  return {};
}

/// Hashing a password does not belong in a lane, so this runs direct and opens its own transaction.
Result<Reply> create_agent(storage::Database& database, const Api& api, const Call& call) {
  const auto password = call.body.at("password").get<std::string>();
  PARLEY_CHECK(check_new_password(password, "/password"));
  Agent agent;
  PARLEY_CHECK(apply_agent_fields(agent, call.body));
  const std::string hash = hash_password(password);
  return database.write_now(0, [&](Transaction& tx) -> Result<Reply> {
    PARLEY_CHECK(refuse_taken_email(tx, agent));
    const AgentId id = insert_agent(tx, agent, hash);
    set_agent_teams(tx, id, agent.teams);
    audit(tx, call.who.agent, "agent.create", std::to_string(id.value), dump_json(json{{"role", to_string(agent.role)}}));
    announce(tx, EventKind::agent_updated, "agent_id", id.value, call.who);
    return agent_reply(tx, api, id, 201);
  });
}

Result<Reply> patch_agent(storage::Database& database, const Api& api, const Call& call) {
  std::string hash;
  if (call.body.contains("password")) {
    const auto password = call.body["password"].get<std::string>();
    PARLEY_CHECK(check_new_password(password, "/password"));
    hash = hash_password(password);
  }
  return database.write_now(0, [&](Transaction& tx) -> Result<Reply> {
    auto agent = find_agent(tx, AgentId{call.id("agent_id")});
    if (!agent) { return no_such("agent"); }
    const Role role_before = agent->role;
    PARLEY_CHECK(apply_agent_fields(*agent, call.body));
    const bool loses_administration = role_before == Role::administrator && (agent->role != Role::administrator || !agent->is_active);
    if (loses_administration && agent->id == call.who.agent) {
      return Error::with_reason(Errc::conflict, "own_role", "Nobody can take administration from himself; ask another administrator.");
    }
    PARLEY_CHECK(refuse_taken_email(tx, *agent));
    update_agent(tx, *agent);
    set_agent_teams(tx, agent->id, agent->teams);
    if (!hash.empty()) { set_password(tx, agent->id, hash); }
    if (!hash.empty() || !agent->is_active) { delete_other_sessions(tx, agent->id, 0); }
    audit(tx, call.who.agent, "agent.update", std::to_string(agent->id.value),
          dump_json(json{{"role", to_string(agent->role)}, {"is_active", agent->is_active}, {"password_set", !hash.empty()}}));
    announce(tx, EventKind::agent_updated, "agent_id", agent->id.value, call.who);
    return agent_reply(tx, api, agent->id);
  });
}

Result<Reply> team_reply(Transaction& tx, TeamId id, int status = 200) {
  const auto team = find_team(tx, id);
  if (!team) { return no_such("team"); }
  return Reply(json{{"team", to_json(*team)}}, status);
}

Result<Reply> save_team(Transaction& tx, const Call& call, TeamId id) {
  const bool is_new = !id;
  if (!is_new && !find_team(tx, id)) { return no_such("team"); }
  const std::string name = call.body.contains("name") ? clean_line(call.body["name"].get<std::string>()) : "";
  if (call.body.contains("name") && name.empty()) { return Error::field("/name", "empty", "A name is needed."); }
  const auto namesake = name.empty() ? std::nullopt : find_team_by_name(tx, name);
  if (namesake && *namesake != id) { return Error::field("/name", "taken", "Another team has this name."); }
  if (is_new) {
    id = insert_team(tx, name);
  } else if (!name.empty()) {
    rename_team(tx, id, name);
  }
  if (call.body.contains("member_ids")) {
    std::vector<AgentId> members;
    for (const auto& member : call.body["member_ids"]) { members.push_back(AgentId{member.get<std::int64_t>()}); }
    set_team_members(tx, id, members);
  }
  audit(tx, call.who.agent, is_new ? "team.create" : "team.update", std::to_string(id.value));
  announce(tx, EventKind::team_updated, "team_id", id.value, call.who);
  return team_reply(tx, id, is_new ? 201 : 200);
}

Result<Reply> create_token(Transaction& tx, const Call& call) {
  const std::string name = clean_line(call.body.at("name").get<std::string>());
  if (name.empty()) { return Error::field("/name", "empty", "A name is needed."); }
  if (list_api_tokens(tx, call.who.agent).size() >= 50) {
    return Error::with_reason(Errc::conflict, "too_many_tokens", "Delete a token first; 50 is the most.");
  }
  const std::string token = "pat_" + random_token(32);
  const auto id = insert_api_token(tx, call.who.agent, name, sha256(token));
  audit(tx, call.who.agent, "token.create", std::to_string(id));
  return Reply(json{{"token", token}, {"id", id}, {"name", name}}, 201);
}

Result<Reply> get_tokens(Transaction& tx, const Call& call) {
  json items = json::array();
  for (const auto& t : list_api_tokens(tx, call.who.agent)) {
    items.push_back({{"id", t.id}, {"name", t.name}, {"created_at", to_ms(t.created_at)},
                     {"last_used_at", t.last_used_at ? json(to_ms(*t.last_used_at)) : json(nullptr)}});
  }
  return Reply(json{{"items", items}});
}

Result<Reply> get_audit(Transaction& tx, const Call& call) {
  const int limit = call.query.value("limit", 50);
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
  if (call.query.contains("cursor")) {
    const auto key = decode_page(call.query["cursor"].get<std::string>());
    if (!key) { return Error::field("/cursor", "bad_format", "This cursor is not one of ours."); }
    before = key->id;
  }
  const auto entries = list_audit(tx, before, limit + 1);
  json items = json::array();
  for (std::size_t i = 0; i < entries.size() && i < static_cast<std::size_t>(limit); ++i) { items.push_back(to_json(entries[i])); }
  const bool more = entries.size() > static_cast<std::size_t>(limit);
  return Reply(json{{"items", items}, {"next_cursor", more ? json(encode_page({0, entries[static_cast<std::size_t>(limit) - 1].id})) : json(nullptr)}});
}

Schema agent_schema() {
  return Schema::object({required("id", Schema::id()), required("name", Schema::string()), required("email", Schema::string()),
                         required("role", Schema::one_of(role_names)), required("status", Schema::one_of(status_names)),
                         required("locale", Schema::one_of(locale_names)), required("team_ids", Schema::array(Schema::id())),
                         required("chat_capacity", Schema::integer(0, 100)), required("is_connected", Schema::boolean()),
                         required("is_active", Schema::boolean())});
}

Schema agent_fields(bool is_new) {
  const auto field = is_new ? &required : &optional;
  return Schema::object({field("email", Schema::string(3, 254)), field("name", Schema::string(1, 120)), field("role", Schema::one_of(role_names)),
                         field("password", Schema::string(8, 200)), optional("team_ids", Schema::array(Schema::id(), 100)),
                         optional("chat_capacity", Schema::integer(0, 100)), optional("locale", Schema::one_of(locale_names)),
                         optional("is_active", Schema::boolean())});
}

Schema items_of(const char* component, bool paged = false) {
  std::vector<Schema::Field> fields{required("items", Schema::array(Schema::ref(component)))};
  if (paged) { fields.push_back(required("next_cursor", Schema::string().nullable())); }
  return Schema::object(std::move(fields));
}
Schema holding(const char* name, const char* component) { return Schema::object({required(name, Schema::ref(component))}); }

void define_components(RouteTable& t) {
  t.define("AgentBrief", agent_schema());
  t.define("Team", Schema::object({required("id", Schema::id()), required("name", Schema::string()), required("member_ids", Schema::array(Schema::id()))}));
  t.define("AuditEntry", Schema::object({required("id", Schema::id()), required("at", Schema::time()),
                                         required("actor", Schema::object({required("id", Schema::id()), required("name", Schema::string())}).nullable()),
                                         required("action", Schema::string()), required("target", Schema::string()), required("detail", Schema::map(Schema()))}));
  t.define("ApiToken", Schema::object({required("id", Schema::id()), required("name", Schema::string()), required("created_at", Schema::time()),
                                       required("last_used_at", Schema::time().nullable())}));
  t.define("Me", Schema::object({required("agent", Schema::ref("AgentBrief")), required("csrf_token", Schema::string()),
                                 required("permissions", Schema::array(Schema::string())), required("has_totp", Schema::boolean()),
                                 required("workspace", Schema::object({required("name", Schema::string()), required("locale", Schema::string()),
                                                                       required("is_demo", Schema::boolean())})),
                                 required("notification_settings", Schema::object({optional("desktop", Schema::boolean()), optional("sound", Schema::boolean())})),
                                 required("server_version", Schema::string())}));
}

void register_login(RouteTable& t, const Api& api) {
  t.add({.method = "POST", .path = "/api/v1/login", .operation_id = "log_in", .summary = "Log in with e-mail and password", .access = Access::open,
         .handler = DirectHandler([api](storage::Database&, const Call& c) { return log_in(api, c); }),
         .body = Schema::object({required("email", Schema::string(1, 254)), required("password", Schema::string(1, 200)),
                                 optional("code", Schema::string(0, 40)), optional("remember", Schema::boolean())}),
         .response = Schema::object({required("agent", Schema::ref("AgentBrief")), required("csrf_token", Schema::string())}),
         .is_socket_callable = false, .cost = 10});
  t.add({.method = "POST", .path = "/api/v1/logout", .operation_id = "log_out", .summary = "End this session",
         .handler = DirectHandler([api](storage::Database&, const Call& c) { return log_out(api, c); }), .success = 204, .is_socket_callable = false, .keeps_outcome = false});
}

void register_me(RouteTable& t, const Api& api) {
  t.add({.method = "GET", .path = "/api/v1/me", .operation_id = "get_me", .summary = "The logged-in agent and what he may do",
         .handler = ReadHandler([api](Transaction& tx, const Call& c) { return get_me(tx, api, c); }), .response = Schema::ref("Me")});
  t.add({.method = "PATCH", .path = "/api/v1/me", .operation_id = "update_me", .summary = "Change own profile",
         .handler = WriteHandler([api](Transaction& tx, const Call& c) { return patch_me(tx, api, c); }),
         .body = Schema::object({optional("name", Schema::string(1, 120)), optional("locale", Schema::one_of(locale_names)),
                                 optional("notification_settings", Schema::object({optional("desktop", Schema::boolean()), optional("sound", Schema::boolean())}))}),
         .response = holding("agent", "AgentBrief")});
  t.add({.method = "PUT", .path = "/api/v1/me/status", .operation_id = "set_status", .summary = "Go online, away or offline",
         .handler = WriteHandler([api](Transaction& tx, const Call& c) { return put_status(tx, api, c); }),
         .body = Schema::object({required("status", Schema::one_of(status_names))}), .response = holding("agent", "AgentBrief")});
  t.add({.method = "POST", .path = "/api/v1/me/password", .operation_id = "change_password", .summary = "Change own password; ends other sessions",
         .handler = DirectHandler([api](storage::Database&, const Call& c) -> Result<Reply> {
           PARLEY_CHECK(api->login.change_password(c.who, c.body.at("current_password").get<std::string>(), c.body.at("new_password").get<std::string>()));
           return Reply(json(nullptr), 204);
         }),
         .body = Schema::object({required("current_password", Schema::string(1, 200)), required("new_password", Schema::string(1, 200))}), .success = 204, .keeps_outcome = false, .cost = 10});
  t.add({.method = "POST", .path = "/api/v1/me/totp", .operation_id = "begin_totp", .summary = "Begin two-factor set-up",
         .handler = DirectHandler([api](storage::Database&, const Call& c) -> Result<Reply> {
           PARLEY_TRY(auto secret, api->login.begin_totp(c.who.agent, c.body.at("password").get<std::string>()));
           const std::string url = "otpauth://totp/Parley:" + percent_encode(c.who.name) + "?secret=" + secret + "&issuer=Parley";
           return Reply(json{{"secret", secret}, {"otpauth_url", url}});
         }),
         .body = Schema::object({required("password", Schema::string(1, 200))}),
         .response = Schema::object({required("secret", Schema::string()), required("otpauth_url", Schema::string())}), .keeps_outcome = false, .cost = 10});
  t.add({.method = "POST", .path = "/api/v1/me/totp/confirm", .operation_id = "confirm_totp", .summary = "Turn two-factor log-in on",
         .handler = DirectHandler([api](storage::Database&, const Call& c) -> Result<Reply> {
           PARLEY_TRY(auto codes, api->login.confirm_totp(c.who.agent, c.body.at("code").get<std::string>()));
           return Reply(json{{"recovery_codes", codes}});
         }),
         .body = Schema::object({required("code", Schema::string(6, 10))}), .response = Schema::object({required("recovery_codes", Schema::array(Schema::string()))}), .keeps_outcome = false, .cost = 5});
  t.add({.method = "DELETE", .path = "/api/v1/me/totp", .operation_id = "remove_totp", .summary = "Turn two-factor log-in off",
         .handler = DirectHandler([api](storage::Database&, const Call& c) -> Result<Reply> {
           PARLEY_CHECK(api->login.remove_totp(c.who.agent, c.body.at("password").get<std::string>()));
           return Reply(json(nullptr), 204);
         }),
         .body = Schema::object({required("password", Schema::string(1, 200))}), .success = 204, .keeps_outcome = false, .cost = 10});
  t.add({.method = "GET", .path = "/api/v1/me/tokens", .operation_id = "list_tokens", .summary = "Own API tokens", .handler = ReadHandler(get_tokens), .response = items_of("ApiToken")});
  // Direct, not a lane with kept outcomes: the answer holds the secret, which is shown once and stored nowhere.
  t.add({.method = "POST", .path = "/api/v1/me/tokens", .operation_id = "create_token", .summary = "Make an API token; it is shown once",
         .handler = DirectHandler([](storage::Database& db, const Call& c) { return db.write_now(0, [&](Transaction& tx) { return create_token(tx, c); }); }),
         .body = Schema::object({required("name", Schema::string(1, 120))}),
         .response = Schema::object({required("token", Schema::string()), required("id", Schema::id()), required("name", Schema::string())}), .success = 201, .keeps_outcome = false, .cost = 5});
  t.add({.method = "DELETE", .path = "/api/v1/me/tokens/{token_id}", .operation_id = "delete_token", .summary = "Revoke an API token",
         .handler = WriteHandler([](Transaction& tx, const Call& c) -> Result<Reply> {
           if (!delete_api_token(tx, c.who.agent, c.id("token_id"))) { return no_such("token"); }
           audit(tx, c.who.agent, "token.delete", std::to_string(c.id("token_id")));
           announce_credentials_changed(tx, c.who.agent);
           return Reply(json(nullptr), 204);
         }), .success = 204});
}

void register_staff(RouteTable& t, const Api& api) {
  t.add({.method = "GET", .path = "/api/v1/agents", .operation_id = "list_agents", .summary = "All agents",
         .handler = ReadHandler([api](Transaction& tx, const Call&) -> Result<Reply> {
           json items = json::array();
           for (const auto& agent : list_agents(tx)) { items.push_back(to_json(agent, api->presence.is_connected(agent.id))); }
           return Reply(json{{"items", items}});
         }), .response = items_of("AgentBrief")});
  t.add({.method = "POST", .path = "/api/v1/agents", .operation_id = "create_agent", .summary = "Add an agent", .permission = Permission::staff_manage,
         .handler = DirectHandler([api](storage::Database& db, const Call& c) { return create_agent(db, api, c); }),
         .body = agent_fields(true), .response = holding("agent", "AgentBrief"), .success = 201, .cost = 5});
  t.add({.method = "PATCH", .path = "/api/v1/agents/{agent_id}", .operation_id = "update_agent", .summary = "Change an agent", .permission = Permission::staff_manage,
         .handler = DirectHandler([api](storage::Database& db, const Call& c) { return patch_agent(db, api, c); }),
         .body = agent_fields(false), .response = holding("agent", "AgentBrief"), .cost = 5});
  t.add({.method = "GET", .path = "/api/v1/teams", .operation_id = "list_teams", .summary = "All teams",
         .handler = ReadHandler([](Transaction& tx, const Call&) -> Result<Reply> {
           json items = json::array();
           for (const auto& team : list_teams(tx)) { items.push_back(to_json(team)); }
           return Reply(json{{"items", items}});
         }), .response = items_of("Team")});
  const Schema members = Schema::array(Schema::id(), 1000);
  t.add({.method = "POST", .path = "/api/v1/teams", .operation_id = "create_team", .summary = "Add a team", .permission = Permission::staff_manage,
         .handler = WriteHandler([](Transaction& tx, const Call& c) { return save_team(tx, c, TeamId{}); }),
         .body = Schema::object({required("name", Schema::string(1, 120)), optional("member_ids", members)}), .response = holding("team", "Team"), .success = 201});
  t.add({.method = "PATCH", .path = "/api/v1/teams/{team_id}", .operation_id = "update_team", .summary = "Change a team", .permission = Permission::staff_manage,
         .handler = WriteHandler([](Transaction& tx, const Call& c) { return save_team(tx, c, TeamId{c.id("team_id")}); }),
         .body = Schema::object({optional("name", Schema::string(1, 120)), optional("member_ids", members)}), .response = holding("team", "Team")});
  t.add({.method = "GET", .path = "/api/v1/audit", .operation_id = "list_audit", .summary = "Administrative acts, newest first", .permission = Permission::audit_read,
         .handler = ReadHandler(get_audit), .query = Schema::object({optional("cursor", Schema::string(0, 100)), optional("limit", Schema::integer(1, 200))}),
         .response = items_of("AuditEntry", true)});
}

}  // namespace

void register_routes(RouteTable& table, std::shared_ptr<StaffApi> api) {
  define_components(table);
  register_login(table, api);
  register_me(table, api);
  register_staff(table, api);
}

}  // namespace parley::staff
