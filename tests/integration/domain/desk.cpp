#include "tests/integration/domain/desk.h"

#include "base/json_text.h"
#include "channels/chat/widget_api.h"
#include "customers/customer_api.h"
#include "staff/staff_api.h"
#include "storage/migrations.h"
#include "tests/integration/storage/support.h"
#include "tickets/ticket_api.h"

namespace parley::test {

void Notices::notify_read(const tickets::ReadNotice& notice) {
  const std::lock_guard lock(mutex);
  reads.push_back(notice);
  if (behind) { behind->notify_read(notice); }
}
void Notices::notify_draft(TicketId ticket, AgentId agent, const tickets::Draft& draft) {
  const std::lock_guard lock(mutex);
  drafts.push_back(draft);
  if (behind) { behind->notify_draft(ticket, agent, draft); }
}
std::vector<AgentId> Notices::viewers_of(TicketId ticket) {
  const std::lock_guard lock(mutex);
  return behind ? behind->viewers_of(ticket) : std::vector<AgentId>{};
}

namespace {

constexpr const char* tables[] = {"ticket", "message", "attachment", "ticket_position", "ticket_read", "draft", "assignment_decision", "inbox", "customer", "customer_identity",
                                  "mail", "email_inbox", "email_block", "email_address_health", "email_sent_to", "message_html", "demo_mail", "outbox", "template",
                                  "agent",  "team",    "team_member", "agent_session", "api_token", "recovery_code", "audit_entry", "workspace", "command_outcome", "journal"};

struct SharedDatabase {
  SharedDatabase() {
    init_crypto();
    tickets::set_file_key("file key");
    storage::DatabaseOptions options;
    options.url = storage::testing_support::fresh_url();
    options.lanes = 4;
    if (const auto migrated = storage::migrate(options.url, storage::embedded_migrations()); migrated.has_error()) { throw std::runtime_error(migrated.error().detail); }
    auto opened = storage::open_database(options, clock);
    if (opened.has_error()) { throw std::runtime_error(opened.error().detail); }
    database = std::move(*opened);
  }
  std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
  std::unique_ptr<storage::Database> database;
};

/// Opened by the first test; closed before the environments end, because the server is one of them.
std::unique_ptr<SharedDatabase> the_database;
SharedDatabase& shared() {
  if (!the_database) { the_database = std::make_unique<SharedDatabase>(); }
  return *the_database;
}
struct CloseFirst final : ::testing::EmptyTestEventListener {
  void OnEnvironmentsTearDownStart(const ::testing::UnitTest&) override { the_database.reset(); }
};
[[maybe_unused]] const bool is_listening = [] {
  ::testing::UnitTest::GetInstance()->listeners().Append(new CloseFirst);
  return true;
}();

}  // namespace

storage::Database& DeskTest::shared_database() { return *shared().database; }

DeskTest::DeskTest() : clock(shared().clock), database(shared_database()) {
  clock->advance(milliseconds{24LL * 3600 * 1000});
  const auto emptied = write([](Transaction& tx) -> Status {
    for (const char* table : tables) { tx.execute("DELETE FROM " + std::string(table)); }
    return {};
  });
  if (emptied.has_error()) { throw std::runtime_error(emptied.error().detail); }
}

void DeskTest::TearDown() {
  const auto checked = read([](Transaction& tx) -> Status {
    for (const auto& row : tx.query("SELECT t.id, t.version, COUNT(DISTINCT j.ticket_version), COALESCE(MIN(j.ticket_version), 0), COALESCE(MAX(j.ticket_version), 0) "
                                    "FROM ticket t LEFT JOIN journal j ON j.ticket = t.id GROUP BY t.id, t.version")) {
      EXPECT_EQ(row.i64(1), row.i64(2)) << "ticket " << row.i64(0) << ": a version without an event";
      EXPECT_EQ(row.i64(3), 1) << "ticket " << row.i64(0);
      EXPECT_EQ(row.i64(4), row.i64(1)) << "ticket " << row.i64(0);
    }
    std::map<std::int64_t, std::map<std::string, json>> last;
    for (const auto& row : tx.query("SELECT ticket, body FROM journal WHERE ticket <> 0 ORDER BY seq")) {
      const json body = stored_json(row.text(1));
      for (const auto& change : body.value("changes", json::array())) { last[row.i64(0)][change.at("field").get<std::string>()] = change.at("to"); }
    }
    for (const auto& [id, fields] : last) {
      const auto stored = tickets::find_ticket(tx, TicketId{id});
      if (!stored) { continue; }
      const json now = tickets::to_json(*stored);
      for (const char* field : {"state", "priority", "team_id", "assignee_id"}) {
        if (fields.contains(field)) { EXPECT_EQ(fields.at(field), now.at(field)) << "ticket " << id << " " << field; }
      }
    }
    return {};
  });
  EXPECT_TRUE(checked.has_value()) << checked.error().detail;
}

std::int64_t DeskTest::number(const std::string& sql) {
  return read([&](Transaction& tx) -> Result<std::int64_t> { return tx.query(sql).at(0).i64(0); }).value();
}

TeamId DeskTest::team(const std::string& name) {
  return write([&](Transaction& tx) -> Result<TeamId> { return staff::insert_team(tx, name); }).value();
}

Principal DeskTest::agent(const std::string& name, const NewAgent& details) {
  return write([&](Transaction& tx) -> Result<Principal> {
           staff::Agent made;
           made.email = name + "@shop.example";
           made.name = name;
           made.role = details.role;
           made.chat_capacity = details.capacity;
           Principal who;
           who.agent = staff::insert_agent(tx, made, details.password_hash);
           staff::set_agent_teams(tx, who.agent, details.teams);
           return staff::refresh_principal(tx, who);
         })
      .value();
}

void DeskTest::change_agent(AgentId id, const std::function<void(staff::Agent&)>& change) {
  EXPECT_TRUE(write([&](Transaction& tx) -> Status {
                auto found = staff::find_agent(tx, id);
                change(*found);
                staff::update_agent(tx, *found);
                return {};
              }).has_value());
}

Inbox DeskTest::inbox(const std::string& assignment, std::optional<TeamId> team) {
  return write([&](Transaction& tx) -> Result<Inbox> {
           Inbox in;
           in.key = "pk_" + random_token(6);
           in.name = "Shop";
           in.assignment = assignment;
           in.team = team;
           in.prechat = tickets::default_prechat();
           in.business_hours = tickets::default_business_hours();
           in.id = tickets::insert_inbox(tx, in, cipher.seal_with_master("inbox secret", "inbox:" + in.key));
           return in;
         })
      .value();
}

CustomerId DeskTest::customer(const std::string& name) {
  return write([&](Transaction& tx) -> Result<CustomerId> { return customers.create(tx, name, "en"); }).value();
}

Posted DeskTest::start(const Inbox& in, CustomerId who, const std::string& text) {
  return write([&](Transaction& tx) { return tickets::start_conversation(tx, in, who, message(text)); }).value();
}
Result<Posted> DeskTest::say(TicketId id, CustomerId who, const std::string& text) {
  return write([&](Transaction& tx) { return tickets::post_customer_message(tx, id, who, message(text)); });
}
Result<Posted> DeskTest::post(const Principal& who, TicketId id, const tickets::AgentMessage& in) {
  return write([&](Transaction& tx) { return tickets::post_agent_message(tx, who, id, in); });
}
Result<Posted> DeskTest::reply(const Principal& who, TicketId id, std::optional<std::uint32_t> seen, bool force) {
  return post(who, id, {message("Answer"), seen, force});
}
Result<Posted> DeskTest::note(const Principal& who, TicketId id, const std::string& text) { return post(who, id, {message(text, "note"), std::nullopt, false}); }
Result<Ticket> DeskTest::patch(const Principal& who, TicketId id, const tickets::TicketPatch& change, std::optional<std::uint32_t> if_version) {
  return write([&](Transaction& tx) { return tickets::update_ticket(tx, who, id, change, if_version); });
}
Status DeskTest::edit(TicketId id, const std::function<Status(tickets::TicketEdit&)>& change, tickets::Actor actor) {
  return write([&](Transaction& tx) -> Status {
    PARLEY_TRY(auto open, tickets::TicketEdit::open(tx, id, actor));
    PARLEY_CHECK(change(open));
    open.save();
    return {};
  });
}
Ticket DeskTest::ticket(TicketId id) {
  return read([&](Transaction& tx) -> Result<Ticket> { return *tickets::find_ticket(tx, id); }).value();
}
void DeskTest::set_state(TicketId id, TicketState state) {
  EXPECT_TRUE(edit(id, [state](tickets::TicketEdit& open) { return open.set_state(state); }).has_value());
}

CallTest::CallTest() {
  const auto cursor = [] { return std::string("cursor"); };
  const auto is_connected = [this](AgentId id) { return presence.is_connected(id); };
  const auto ended = [this](const std::string& token) { ended_sessions.push_back(token); };
  staff::register_routes(table, std::make_shared<staff::StaffApi>(staff::StaffApi{login, presence, ended}));
  customers::register_routes(table, customers, [](CustomerId) { return false; });
  ticket_api = std::make_shared<tickets::TicketApi>(tickets::TicketApi{files, notices, cipher, clock, cursor});
  tickets::register_routes(table, ticket_api);
  channels::chat::register_routes(table, std::make_shared<channels::chat::WidgetApi>(
                                             channels::chat::WidgetApi{customers, cipher, files, notices, is_connected, cipher.derive("visitor_token"), cursor}));
  serve();
}

void CallTest::serve() {
  if (dispatcher) { dispatcher->stop(); }
  dispatcher = std::make_unique<app::Dispatcher>(database, table, clock, cipher.derive("visitor_token"), app::RateLimits{});
}

CallTest::~CallTest() {
  dispatcher->stop();
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
}

Result<Reply> CallTest::call(app::Incoming incoming) {
  auto answer = std::make_shared<std::promise<Result<Reply>>>();
  auto future = answer->get_future();
  dispatcher->call(std::move(incoming), [answer](Result<Reply> reply) { answer->set_value(std::move(reply)); });
  return future.get();
}

Result<Reply> CallTest::call(const Principal& who, const std::string& method, const std::string& path, json body, json query, const std::string& key) {
  app::Incoming in;
  in.method = method;
  in.path = "/api/v1" + path;
  in.body = std::move(body);
  in.query = std::move(query);
  in.idempotency_key = key;
  in.is_socket = true;
  in.request_id = "test";
  in.credentials.known = &who;
  return call(std::move(in));
}

app::Incoming CallTest::http(const std::string& method, const std::string& path, const json& body) {
  app::Incoming in;
  in.method = method;
  const auto question = path.find('?');
  in.path = "/api/v1" + path.substr(0, question);
  if (question != std::string::npos) { in.query_text = path.substr(question + 1); }
  if (!body.is_null()) { in.raw_body = std::make_shared<std::string>(dump_json(body)); }
  in.remote_address = "192.0.2.1";
  in.request_id = "test";
  return in;
}

std::string CallTest::token_of(const Principal& agent) {
  const std::string token = "pat_" + random_token(12);
  EXPECT_TRUE(write([&](Transaction& tx) -> Result<std::int64_t> { return staff::insert_api_token(tx, agent.agent, "test", sha256(token)); }).has_value());
  return token;
}

}  // namespace parley::test
