// The pure parts of the server: limits, problem documents, configuration, the OpenAPI document.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "base/crypto.h"
#include "base/json_text.h"
#include "channels/chat/widget_api.h"
#include "customers/customer_api.h"
#include "server/app/config.h"
#include "server/app/openapi.h"
#include "server/app/problem.h"
#include "server/app/rate_limit.h"
#include "staff/staff_api.h"
#include "storage/journal.h"
#include "tickets/ticket_api.h"

namespace parley::app {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

// --- rate limits --------------------------------------------------------------------------------------------------------------

struct Limits : ::testing::Test {
  std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
  RateLimits limits{10, 20, 2, 4, 1, 3};  // agent, visitor, address: per second and burst
  int taken(RateLimiter& limiter, const std::string& key, int tries, int cost = 1) {
    int count = 0;
    for (int i = 0; i < tries; ++i) { count += limiter.take(key, cost).count() == 0 ? 1 : 0; }
    return count;
  }
};

TEST_F(Limits, DifferByKindOfCaller) {
  RateLimiter limiter(clock, limits);
  EXPECT_EQ(taken(limiter, "agent:1", 50), 20);
  EXPECT_EQ(taken(limiter, "visitor:1", 50), 4);
  EXPECT_EQ(taken(limiter, "address:10.0.0.1", 50), 3);
  EXPECT_EQ(taken(limiter, "agent:2", 50), 20) << "each caller has a bucket of his own";
}

TEST_F(Limits, SayHowLongToWaitAndRefill) {
  RateLimiter limiter(clock, limits);
  taken(limiter, "visitor:1", 4);
  const auto wait = limiter.take("visitor:1", 1);
  EXPECT_GE(wait.count(), 500);
  EXPECT_LE(wait.count(), 510);
  clock->advance(wait);
  EXPECT_EQ(limiter.take("visitor:1", 1).count(), 0);
  clock->advance(milliseconds{3'600'000});
  EXPECT_EQ(taken(limiter, "visitor:1", 50), 4) << "never more than the burst";
}

TEST_F(Limits, ChargeDearCallsMore) {
  RateLimiter limiter(clock, limits);
  EXPECT_EQ(taken(limiter, "agent:1", 50, 10), 2);
}

TEST_F(Limits, AreOffAtZero) {
  RateLimiter limiter(clock, {0, 0, 0, 0, 0, 0});
  EXPECT_EQ(taken(limiter, "visitor:1", 10'000), 10'000);
}

TEST_F(Limits, StayBoundedUnderManyCallers) {
  RateLimiter limiter(clock, limits);
  for (int i = 0; i < 250'000; ++i) { ASSERT_EQ(limiter.take("address:" + std::to_string(i), 1).count(), 0); }
}

// --- problem documents --------------------------------------------------------------------------------------------------------

TEST(Problem, NeverLeaksDetailWithoutAClientReason) {
  for (int code = 0; code <= static_cast<int>(Errc::internal); ++code) {
    const Error error(static_cast<Errc>(code), "SELECT secret FROM agent at 10.0.0.7");
    const auto text = dump_json(problem_of(error, "r1"));
    EXPECT_EQ(text.find("SELECT"), std::string::npos) << text;
    EXPECT_EQ(text.find("detail"), std::string::npos) << text;
  }
}

TEST(Problem, HasTheStatusAndCodeOfTheContract) {
  const std::tuple<Errc, int, const char*> rows[] = {{Errc::invalid_input, 400, "invalid_input"}, {Errc::unauthenticated, 401, "unauthenticated"}, {Errc::forbidden, 403, "forbidden"},
                                                     {Errc::not_found, 404, "not_found"},         {Errc::conflict, 409, "conflict"},               {Errc::precondition, 412, "version_conflict"},
                                                     {Errc::too_large, 413, "too_large"},         {Errc::rate_limited, 429, "rate_limited"},       {Errc::unavailable, 503, "unavailable"},
                                                     {Errc::internal, 500, "internal"}};
  for (const auto& [code, status, name] : rows) {
    const auto problem = problem_of(Error(code), "r1");
    EXPECT_EQ(status_of(Error(code)), status);
    EXPECT_EQ(problem["status"], status);
    EXPECT_EQ(problem["code"], name);
    EXPECT_EQ(problem["type"], std::string("/problems/") + name);
    EXPECT_EQ(problem["request_id"], "r1");
  }
}

TEST(Problem, CarriesReasonFieldsAndExtraMembers) {
  Error error = Error::with_reason(Errc::conflict, "reply_guard", "Look again.");
  error.extra = std::make_shared<json>(json{{"changes", {1}}});
  const auto held = problem_of(error, "r");
  EXPECT_EQ(held["code"], "reply_guard");
  EXPECT_EQ(held["status"], 409);
  EXPECT_EQ(held["detail"], "Look again.");
  EXPECT_EQ(held["changes"], json({1}));
  const auto invalid = problem_of(Error::field("/text", "too_long", "Shorter."), "r");
  EXPECT_EQ(invalid["errors"], json({{{"path", "/text"}, {"code", "too_long"}, {"message", "Shorter."}}}));
}

// --- configuration ------------------------------------------------------------------------------------------------------------

struct Configuration : ::testing::Test {
  fs::path file = fs::path(::testing::TempDir()) / ("parley_" + random_token(6) + ".toml");
  ~Configuration() override {
    fs::remove(file);
    for (const char* name : {"PARLEY_LISTEN_PORT", "PARLEY_LOG_LEVEL"}) { ::unsetenv(name); }
  }
  void write(const std::string& text) { std::ofstream(file) << text; }
  std::set<std::string> complaints(const std::map<std::string, std::string>& overrides = {}) {
    std::set<std::string> out;
    const auto loaded = Config::load(file, overrides);
    if (loaded.has_error()) {
      for (const auto& field : loaded.error().fields) { out.insert(field.path + ":" + field.code); }
    }
    return out;
  }
};

TEST_F(Configuration, HasDefaultsThatPassItsOwnChecks) {
  const auto config = Config::load(file, {});
  ASSERT_TRUE(config.has_value());
  EXPECT_EQ(config->integer("listen.port"), 8080);
  EXPECT_EQ(config->text("listen.address"), "127.0.0.1");
  EXPECT_FALSE(config->flag("log.access"));
}

TEST_F(Configuration, ReportsAllViolationsAtOnce) {
  write("[listen]\nport = 70000\nadress = \"x\"\nkey = \"k.pem\"\n[log]\nlevel = \"loud\"\naccess = \"maybe\"\n[database]\nurl = \"postgres://x\"\nreaders = 0\n[other]\nthing = 1\n");
  EXPECT_EQ(complaints(), (std::set<std::string>{"listen.port:bad_value", "listen.adress:unknown", "listen.certificate:incomplete", "log.level:not_allowed", "log.access:bad_value",
                                                 "database.url:bad_format", "database.readers:bad_value", "other.thing:unknown"}));
}

TEST_F(Configuration, NamesTheLineThatIsNotToml) {
  write("[listen]\nport = \n");
  const auto found = complaints();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found.begin()->find(":2:not_toml"), std::string::npos) << *found.begin();
}

TEST_F(Configuration, RefusesListsAndDatesWhereTextBelongs) {
  write("[listen]\ntrusted_proxies = [\"10.0.0.1\"]\naddress = [\"127.0.0.1\"]\nport = 2026-01-01\n");
  EXPECT_EQ(complaints(), (std::set<std::string>{"listen.trusted_proxies:bad_value", "listen.address:bad_value", "listen.port:bad_value"}));
}

TEST_F(Configuration, TakesEnvironmentOverFileAndCommandLineOverBoth) {
  write("[listen]\nport = 1000\n[log]\nlevel = \"debug\"\n");
  EXPECT_EQ(Config::load(file, {})->integer("listen.port"), 1000);
  ::setenv("PARLEY_LISTEN_PORT", "2000", 1);
  EXPECT_EQ(Config::load(file, {})->integer("listen.port"), 2000);
  EXPECT_EQ(Config::load(file, {{"listen.port", "3000"}})->integer("listen.port"), 3000);
  ::setenv("PARLEY_LOG_LEVEL", "loud", 1);
  EXPECT_EQ(complaints(), (std::set<std::string>{"log.level:not_allowed"}));
}

TEST_F(Configuration, RefusesNumbersThatAreNone) {
  for (const char* bad : {"", "-1", "1.5", "0x50", "99999999999999999999", "80 ", "eighty"}) {
    EXPECT_EQ(complaints({{"listen.port", bad}}), (std::set<std::string>{"listen.port:bad_value"})) << bad;
  }
}

// --- the OpenAPI document -----------------------------------------------------------------------------------------------------

struct NoDatabase final : storage::Database {
  void submit_read(Work, Done) override {}
  void submit_write(std::uint64_t, Work, Done) override {}
  std::unique_ptr<storage::StatementReader> make_reader() override { return nullptr; }
  std::uint64_t durable_seq() const override { return 0; }
  std::vector<storage::JournalRow> recent_journal(std::uint64_t, std::uint64_t, int) const override { return {}; }
  void wait_journal(std::uint64_t, milliseconds) override {}
  const std::string& journal_uid() const override { return uid; }
  storage::DatabaseProbe probe() const override { return {}; }
  bool is_healthy(milliseconds) override { return false; }
  void stop() override {}
  std::string uid;
};
struct NoNotices final : tickets::Notices {
  void notify_read(const tickets::ReadNotice&) override {}
  void notify_draft(TicketId, AgentId, const tickets::Draft&) override {}
  std::vector<AgentId> viewers_of(TicketId) override { return {}; }
};

struct OpenApi : ::testing::Test {
  OpenApi() {
    const auto no_cursor = [] { return std::string(); };
    staff::register_routes(table, std::make_shared<staff::StaffApi>(staff::StaffApi{login, presence, {}}));
    customers::register_routes(table, customers, [](CustomerId) { return false; });
    tickets::register_routes(table, std::make_shared<tickets::TicketApi>(tickets::TicketApi{files, notices, cipher, clock, no_cursor}));
    channels::chat::register_routes(table, std::make_shared<channels::chat::WidgetApi>(
                                               channels::chat::WidgetApi{customers, cipher, files, notices, [](AgentId) { return false; }, "key", no_cursor}));
    document = openapi_document(table, "1.2.3");
  }
  void visit(const json& node, const std::function<void(const json&)>& see) {
    see(node);
    for (const auto& child : node) {
      if (node.is_structured()) { visit(child, see); }
    }
  }
  std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>();
  NoDatabase database;
  NoNotices notices;
  storage::FieldCipher cipher{std::string(32, 'm')};
  staff::PresenceBook presence{clock, milliseconds{1}};
  staff::LoginService login{database, cipher, clock};
  customers::CustomerService customers{cipher};
  tickets::FileStore files{"/nonexistent"};
  RouteTable table;
  json document;
};

TEST_F(OpenApi, IsVersionThreeOneWithEveryRoute) {
  EXPECT_EQ(document["openapi"], "3.1.0");
  EXPECT_EQ(document["info"]["version"], "1.2.3");
  std::size_t operations = 0;
  for (const auto& path : document["paths"]) { operations += path.size(); }
  EXPECT_EQ(operations, table.routes().size()) << "two routes share a path and a method";
  EXPECT_GT(operations, 40U);
}

TEST_F(OpenApi, ResolvesEveryReference) {
  std::set<std::string> used;
  visit(document, [&](const json& node) {
    if (node.is_object() && node.contains("$ref")) { used.insert(node["$ref"].get<std::string>()); }
  });
  EXPECT_GT(used.size(), 10U);
  for (const auto& reference : used) {
    ASSERT_EQ(reference.front(), '#');
    EXPECT_TRUE(document.contains(json::json_pointer(reference.substr(1)))) << reference;
  }
}

TEST_F(OpenApi, DefinesEachComponentOnce) {
  std::set<std::string> names;
  for (const auto& [name, schema] : table.components()) { EXPECT_TRUE(names.insert(name).second) << name; }
}

TEST_F(OpenApi, GivesEveryOperationAnIdOfItsOwnAndASummary) {
  std::set<std::string> ids;
  for (const auto& [path, methods] : document["paths"].items()) {
    for (const auto& [method, operation] : methods.items()) {
      EXPECT_TRUE(ids.insert(operation["operationId"].get<std::string>()).second) << path;
      EXPECT_FALSE(operation["summary"].get<std::string>().empty()) << path;
      EXPECT_TRUE(operation["responses"].contains("default")) << path;
      EXPECT_EQ(operation["security"].empty(), path == "/api/v1/login" || path == "/api/v1/widget/session") << path;
    }
  }
}

TEST_F(OpenApi, DeclaresThePathParametersOfEachPath) {
  for (const auto& [path, methods] : document["paths"].items()) {
    std::set<std::string> in_path;
    for (std::size_t at = 0; (at = path.find('{', at)) != std::string::npos; ++at) { in_path.insert(path.substr(at + 1, path.find('}', at) - at - 1)); }
    for (const auto& operation : methods) {
      std::set<std::string> declared;
      for (const auto& parameter : operation["parameters"]) {
        if (parameter["in"] == "path") { declared.insert(parameter["name"].get<std::string>()); }
      }
      EXPECT_EQ(declared, in_path) << path;
    }
  }
}

TEST_F(OpenApi, ListsTheOperationsOfTheContract) {
  for (const char* path : {"/api/v1/login", "/api/v1/me/totp/confirm", "/api/v1/agents/{agent_id}", "/api/v1/inboxes/{inbox_id}/secret", "/api/v1/tickets/{ticket_id}/messages", "/api/v1/tickets/{ticket_id}/decline",
                           "/api/v1/uploads", "/api/v1/customers/{customer_id}/tickets", "/api/v1/widget/conversations/{conversation_id}/rating", "/api/v1/widget/profile"}) {
    EXPECT_TRUE(document["paths"].contains(path)) << path;
  }
}

}  // namespace
}  // namespace parley::app
