// Calls as both transports make them: validation, rights, repeats, and the visitor's and agent's endpoints end to end.
#include <thread>

#include "base/json_text.h"
#include "base/token.h"
#include "customers/customer_store.h"
#include "server/app/problem.h"
#include "tests/integration/domain/desk.h"

namespace parley::test {
namespace {

struct Calls : CallTest {
  Principal admin = agent("Ada", {Role::administrator}), ann = agent("Ann"), light = agent("Lia", {Role::light_agent});
  Inbox shop = inbox();
  CustomerId cara = customer("Cara");
  std::string path(TicketId id, const std::string& rest = {}) { return "/tickets/" + std::to_string(id.value) + rest; }
  std::string fields(const Result<Reply>& reply) {
    std::string out;
    if (reply.has_error()) {
      for (const auto& field : reply.error().fields) { out += (out.empty() ? "" : " ") + field.path + ":" + field.code; }
    }
    return out;
  }
  Result<Reply> bearer(const Principal& who, const std::string& method, const std::string& to, const json& body = json()) {
    auto in = http(method, to, body);
    in.credentials.bearer_token = token_of(who);
    return call(std::move(in));
  }
};

TEST_F(Calls, NameEveryInvalidFieldByItsPath) {
  const auto id = start(shop, cara).ticket.id;
  EXPECT_EQ(fields(call(ann, "POST", path(id, "/messages"), {{"client_id", "no"}, {"text", 7}, {"kind", "shout"}, {"attachment_ids", {1, 0}}})),
            "/client_id:too_short /text:not_a_string /attachment_ids/1:too_small /kind:not_allowed");
  EXPECT_EQ(fields(call(ann, "POST", path(id, "/messages"))), "/client_id:missing /text:missing /kind:missing");
  EXPECT_EQ(fields(call(ann, "PATCH", path(id), {{"tags", {"", std::string(41, 'x')}}, {"assignee_id", "me"}})), "/tags/0:empty /tags/1:too_long /assignee_id:not_an_integer");
  EXPECT_EQ(outcome(call(ann, "PATCH", path(id), {{"tags", {"\u202E"}}})), "/tags:empty");
  EXPECT_EQ(outcome(bearer(ann, "PATCH", path(id), "text")), "/:not_an_object");
  for (const auto& [query, complaint] : std::vector<std::pair<std::string, std::string>>{{"limit=0", "/limit:too_small"}, {"limit=201", "/limit:too_big"}, {"limit=x", "/limit:not_an_integer"}, {"view=mien", "/view:not_allowed"},
                                                                                        {"cursor=!!", "/cursor:bad_format"}, {"view=team", "/team_id:missing"}, {"q=%zz", "/query:bad_format"}, {"q=%ff", "/query:bad_format"}}) {
    EXPECT_EQ(outcome(bearer(ann, "GET", "/tickets?" + query)), complaint) << query;
  }
  EXPECT_EQ(outcome(bearer(ann, "GET", "/tickets?q=a%20b&unknown=1&limit=200")), "ok");
}

TEST_F(Calls, AnswerOnlyAtTheirAddresses) {
  EXPECT_EQ(outcome(call(ann, "GET", "/nothing")), "not_found");
  EXPECT_EQ(outcome(call(ann, "DELETE", "/tickets")), "method_not_allowed");
  for (const char* id : {"0", "-1", "abc", "1x", "99999999999999999999", "", "%31"}) { EXPECT_EQ(outcome(call(ann, "GET", std::string("/tickets/") + id)), "not_found") << id; }
  EXPECT_EQ(outcome(call(ann, "GET", "/tickets/999999")), "not_found");
  EXPECT_EQ(outcome(call(ann, "POST", "/login", {{"email", "a"}, {"password", "b"}})), "not_over_socket");
  EXPECT_EQ(dispatcher->body_limit("POST", "/api/v1/uploads"), tickets::upload_max);
  EXPECT_EQ(dispatcher->body_limit("GET", "/api/v1/tickets"), 0U);
  EXPECT_EQ(dispatcher->body_limit("POST", "/elsewhere"), 0U);
}

TEST_F(Calls, RefuseWhatTheRoleDoesNotAllow) {
  const auto id = start(shop, cara).ticket.id;
  const json reply{{"client_id", "light-001"}, {"text", "x"}, {"kind", "reply"}}, aside{{"client_id", "light-002"}, {"text", "x"}, {"kind", "note"}};
  const auto status = [](const Result<Reply>& r) { return r.has_error() ? app::status_of(r.error()) : r->status; };
  EXPECT_EQ(status(call(light, "POST", path(id, "/messages"), reply)), 403);
  EXPECT_EQ(status(call(light, "POST", path(id, "/messages"), aside)), 201);
  EXPECT_EQ(status(call(light, "PATCH", path(id), {{"priority", "low"}})), 403);
  const json solving_note{{"client_id", "light-003"}, {"text", "x"}, {"kind", "note"}, {"state", "solved"}};
  EXPECT_EQ(status(call(light, "POST", path(id, "/messages"), solving_note)), 403);
  EXPECT_EQ(ticket(id).message_count, 2) << "the refused note is not there";
  for (const char* of_admin : {"/teams", "/agents", "/inboxes"}) {
    EXPECT_EQ(status(call(ann, "POST", of_admin, {{"name", "X"}, {"email", "x@y.zz"}, {"role", "agent"}, {"password", "long enough"}})), 403) << of_admin;
  }
  EXPECT_EQ(status(call(ann, "GET", "/audit")), 403);
  EXPECT_EQ(status(bearer(ann, "GET", "/inboxes/" + std::to_string(shop.id.value) + "/secret")), 403);
  EXPECT_EQ(status(bearer(admin, "GET", "/inboxes/" + std::to_string(shop.id.value) + "/secret")), 200);
  EXPECT_EQ(status(call(http("GET", "/tickets"))), 401);
  EXPECT_EQ(status(call(ann, "GET", "/widget/conversations")), 401) << "an agent is no visitor";
  auto visitor = http("GET", "/tickets");
  visitor.credentials.visitor_token = sign_visitor_token(cipher.derive("visitor_token"), {cara, shop.id, clock->now()});
  EXPECT_EQ(status(call(visitor)), 401) << "a visitor is no agent";
}

TEST_F(Calls, HideTicketsThatAreNotTheCallersToSee) {
  const TeamId sales = team("Sales");
  const auto id = start(inbox("offer", sales), cara).ticket.id;
  EXPECT_EQ(outcome(call(ann, "GET", path(id))), "not_found");
  for (const char* rest : {"/messages", "/history"}) { EXPECT_EQ(outcome(call(ann, "GET", path(id, rest))), "not_found") << rest; }
  EXPECT_EQ(outcome(call(ann, "POST", path(id, "/read"), {{"message_id", 1}})), "not_found");
  EXPECT_EQ(outcome(call(ann, "PUT", path(id, "/draft"), {{"kind", "note"}, {"text", "x"}})), "not_found");
  for (const char* rest : {"/accept", "/decline"}) { EXPECT_EQ(outcome(call(ann, "POST", path(id, rest))), "not_found") << rest << ": nobody can probe numbers"; }
  EXPECT_TRUE(call(ann, "GET", "/tickets").value().body["items"].empty());
  EXPECT_TRUE(call(ann, "GET", "/customers/" + std::to_string(cara.value) + "/tickets").value().body["items"].empty());
  EXPECT_EQ(call(admin, "GET", "/tickets").value().body["items"].size(), 1U);
}

TEST_F(Calls, AreDoneOnceForAKeyAndAnsweredAgain) {
  const auto id = start(shop, cara).ticket.id;
  const auto change = [&](const Principal& who, const char* priority) { return call(who, "PATCH", path(id), {{"priority", priority}}, json::object(), "key-0001"); };
  const auto first = change(ann, "high").value();
  EXPECT_EQ(change(ann, "low")->body, first.body) << "the first outcome, whatever the repeat says";
  EXPECT_EQ(ticket(id).priority, "high");
  EXPECT_EQ(ticket(id).version, 2U);
  EXPECT_EQ(change(admin, "low")->body["ticket"]["priority"], "low") << "keys belong to their caller";
  dispatcher->stop();
  dispatcher = std::make_unique<app::Dispatcher>(database, table, clock, cipher.derive("visitor_token"), app::RateLimits{});
  EXPECT_EQ(change(ann, "urgent")->body, first.body) << "also after a restart";
  EXPECT_EQ(outcome(call(ann, "PATCH", path(id), {{"priority", "low"}}, json::object(), "short")), "/idempotency-key:bad_format");
  EXPECT_EQ(outcome(call(ann, "PATCH", path(id), {{"state", "closed"}}, json::object(), "key-0002")), "bad_transition");
  EXPECT_EQ(outcome(call(ann, "PATCH", path(id), {{"state", "solved"}}, json::object(), "key-0002")), "ok") << "a refusal is not kept";
}

TEST_F(Calls, AreDoneOnceWhenTwoConnectionsRepeatAKeyTogether) {
  for (int round = 0; round < 5; ++round) {
    std::vector<std::thread> racers;
    const std::string key = "team-key-" + std::to_string(round), name = "Team " + std::to_string(round);
    std::array<std::string, 4> answers;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      racers.emplace_back([&, i] {
        auto in = http("POST", "/teams", {{"name", name}});
        in.credentials.bearer_token = token_of(admin);  // different tokens: different lanes
        in.idempotency_key = key;
        const auto reply = call(std::move(in));
        answers[i] = reply.has_value() ? dump_json(reply->body) : outcome(reply);
      });
    }
    for (auto& racer : racers) { racer.join(); }
    for (const auto& answer : answers) { EXPECT_EQ(answer, answers[0]); }
    EXPECT_EQ(number("SELECT COUNT(*) FROM team WHERE name = '" + name + "'"), 1);
  }
}

TEST_F(Calls, MakeAnAgentOnceForAKey) {
  const json body{{"email", "new@shop.example"}, {"name", "New"}, {"role", "agent"}, {"password", "long enough"}};
  const auto first = call(admin, "POST", "/agents", body, json::object(), "agent-key-1");
  ASSERT_EQ(outcome(first), "ok");
  const auto again = call(admin, "POST", "/agents", body, json::object(), "agent-key-1");
  ASSERT_EQ(outcome(again), "ok") << "api.md: every POST takes an Idempotency-Key and a repeat returns the first outcome";
  EXPECT_EQ(again->body, first->body);
}

TEST_F(Calls, MakeAnAgentOnceWhenTwoConnectionsRepeatAKeyTogether) {
  std::array<std::string, 4> outcomes;
  std::vector<std::thread> racers;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    racers.emplace_back([&, i] {
      auto in = http("POST", "/agents", {{"email", "both@shop.example"}, {"name", "Both"}, {"role", "agent"}, {"password", "long enough"}});
      in.credentials.bearer_token = token_of(admin);
      in.idempotency_key = "agent-key-2";
      outcomes[i] = outcome(call(std::move(in)));
    });
  }
  for (auto& racer : racers) { racer.join(); }
  for (const auto& told : outcomes) { EXPECT_TRUE(told == "ok" || told == "still_running") << told; }
  EXPECT_EQ(number("SELECT COUNT(*) FROM agent WHERE email = 'both@shop.example'"), 1);
}

TEST_F(Calls, RefuseANameTakenInAnotherSpelling) {
  ASSERT_EQ(outcome(call(admin, "POST", "/teams", {{"name", "Sales"}})), "ok");
  EXPECT_EQ(outcome(call(admin, "POST", "/teams", {{"name", "Sales"}})), "/name:taken");
  EXPECT_EQ(outcome(call(admin, "POST", "/teams", {{"name", "sales"}})), "/name:taken");
  EXPECT_EQ(outcome(call(admin, "POST", "/agents", {{"email", "ANN@shop.example"}, {"name", "Other"}, {"role", "agent"}, {"password", "long enough"}})), "/email:taken");
}

TEST_F(Calls, NeedTheTokenOfThePageWhenACookieMakesThem) {
  ASSERT_TRUE(write([&](Transaction& tx) -> Status {
                staff::set_password(tx, ann.agent, hash_password("correct horse"));
                return {};
              }).has_value());
  auto log_in = http("POST", "/login", {{"email", "ann@shop.example"}, {"password", "correct horse"}});
  log_in.is_secure = true;
  const auto opened = call(log_in).value();
  ASSERT_EQ(opened.headers.size(), 1U);
  const std::string& cookie = opened.headers[0].second;
  for (const char* part : {"parley_session=", "; HttpOnly", "; SameSite=Strict", "; Secure"}) { EXPECT_NE(cookie.find(part), std::string::npos) << part; }
  const std::string token = cookie.substr(cookie.find('=') + 1, cookie.find(';') - cookie.find('=') - 1), csrf = opened.body["csrf_token"].get<std::string>();
  const auto with = [&](const std::string& method, const std::string& to, const std::string& csrf_token, const json& body = json()) {
    auto in = http(method, to, body);
    in.credentials.session_token = token;
    in.csrf_token = csrf_token;
    return outcome(call(std::move(in)));
  };
  EXPECT_EQ(with("GET", "/me", ""), "ok");
  EXPECT_EQ(with("PUT", "/me/status", "", {{"status", "away"}}), "csrf");
  EXPECT_EQ(with("PUT", "/me/status", csrf + "x", {{"status", "away"}}), "csrf");
  EXPECT_EQ(with("POST", "/logout", ""), "csrf");
  EXPECT_EQ(with("PUT", "/me/status", csrf, {{"status", "away"}}), "ok");
  EXPECT_EQ(outcome(bearer(ann, "PUT", "/me/status", {{"status", "online"}})), "ok") << "a bearer token travels by intent";
  EXPECT_EQ(with("POST", "/logout", csrf), "ok");
  EXPECT_EQ(ended_sessions, std::vector{token});
  EXPECT_EQ(with("GET", "/me", ""), "unauthenticated");
}

TEST_F(Calls, SlowDownWhoCallsTooOften) {
  dispatcher->stop();
  dispatcher = std::make_unique<app::Dispatcher>(database, table, clock, "key", app::RateLimits{1, 2, 1, 2, 1, 2});
  EXPECT_EQ(outcome(call(ann, "GET", "/me")), "ok");
  EXPECT_EQ(outcome(call(ann, "GET", "/me")), "ok");
  const auto slow = call(ann, "GET", "/me");
  EXPECT_EQ(outcome(slow), "rate_limited");
  EXPECT_GT(slow.error().extra->at("retry_after_ms").get<int>(), 0);
  EXPECT_EQ(outcome(call(admin, "GET", "/me")), "ok");
  EXPECT_EQ(dispatcher->limited(), 1U);
}

TEST_F(Calls, EndTheSessionsOfWhomTheyDeactivate) {
  const auto before = bearer(ann, "GET", "/me");
  ASSERT_EQ(outcome(before), "ok");
  auto held = http("GET", "/me");
  held.credentials.bearer_token = token_of(ann);
  ASSERT_EQ(outcome(call(admin, "PATCH", "/agents/" + std::to_string(ann.agent.value), {{"is_active", false}})), "ok");
  EXPECT_EQ(outcome(call(held)), "unauthenticated");
  EXPECT_EQ(outcome(call(admin, "PATCH", "/agents/" + std::to_string(admin.agent.value), {{"role", "agent"}})), "own_role");
  EXPECT_EQ(number("SELECT COUNT(*) FROM audit_entry WHERE action = 'agent.update'"), 1);
}

TEST_F(Calls, TakeIfMatchAsTheTicketsVersion) {
  const auto id = start(shop, cara).ticket.id;
  const auto with = [&](const std::string& version) {
    auto in = http("PATCH", path(id), {{"priority", "high"}});
    in.credentials.bearer_token = token_of(ann);
    in.if_match = version;
    return call(std::move(in));
  };
  EXPECT_EQ(outcome(with("7")), "version_conflict");
  EXPECT_EQ(outcome(with("1x")), "/if-match:bad_format");
  const auto changed = with("1");
  ASSERT_EQ(outcome(changed), "ok");
  EXPECT_EQ(changed->headers, (std::vector<std::pair<std::string, std::string>>{{"etag", "\"2\""}}));
}

TEST_F(Calls, PageThroughHistoryAndMessages) {
  const auto id = start(shop, cara).ticket.id;
  for (const char* priority : {"low", "high", "urgent", "normal", "low"}) { ASSERT_EQ(outcome(call(ann, "PATCH", path(id), {{"priority", priority}})), "ok"); }
  std::vector<std::int64_t> versions;
  json query{{"limit", 2}};
  while (true) {
    const auto page = call(ann, "GET", path(id, "/history"), json::object(), query).value().body;
    for (const auto& item : page["items"]) { versions.push_back(item["version"].get<std::int64_t>()); }
    if (page["next_cursor"].is_null()) { break; }
    query["cursor"] = page["next_cursor"];
  }
  EXPECT_EQ(versions, (std::vector<std::int64_t>{6, 5, 4, 3, 2, 1, 1})) << "newest first; the start is two events";
  const auto newest = call(ann, "GET", path(id, "/messages"), json::object(), {{"limit", 2}}).value().body;
  EXPECT_TRUE(newest["has_more"].get<bool>());
  ASSERT_EQ(newest["items"].size(), 2U);
  EXPECT_LT(newest["items"][0]["id"], newest["items"][1]["id"]) << "oldest first";
  const auto older = call(ann, "GET", path(id, "/messages"), json::object(), {{"before", newest["items"][0]["id"]}}).value().body;
  EXPECT_EQ(older["items"].size(), 4U);
  EXPECT_FALSE(older["has_more"].get<bool>());
  const auto later = call(ann, "GET", path(id, "/messages"), json::object(), {{"after", older["items"][0]["id"]}, {"limit", 3}}).value().body;
  EXPECT_EQ(later["items"].size(), 3U);
  EXPECT_TRUE(later["has_more"].get<bool>());
  EXPECT_EQ(later["items"][0]["id"], older["items"][1]["id"]);
}

TEST_F(Calls, StoreAFileAndSendItOnce) {
  auto in = http("POST", "/uploads?name=photo.txt");
  in.raw_body = std::make_shared<std::string>("some text");
  in.content_type = "text/plain";
  in.credentials.bearer_token = token_of(ann);
  const auto stored = call(in);
  ASSERT_EQ(outcome(stored), "ok");
  const auto file = stored->body["attachment"];
  EXPECT_EQ(file["size"], 9);
  const auto id = start(shop, cara).ticket.id;
  const json body{{"client_id", "with-file-1"}, {"text", ""}, {"kind", "reply"}, {"attachment_ids", {file["id"]}}};
  EXPECT_EQ(call(ann, "POST", path(id, "/messages"), body).value().body["message"]["attachments"][0]["name"], "photo.txt");
  in = http("POST", "/uploads?name=x.exe");
  in.raw_body = std::make_shared<std::string>("MZ");
  in.credentials.bearer_token = token_of(ann);
  EXPECT_EQ(outcome(call(in)), "/name:type_refused");
}

TEST_F(Calls, TellTheRightPeopleWhatWasReadAndDrafted) {
  const auto begun = start(shop, cara);
  const auto id = begun.ticket.id;
  ASSERT_EQ(call(light, "POST", path(id, "/read"), {{"message_id", begun.message.id.value}}).value().body["read_count"], 1);
  ASSERT_TRUE(reply(ann, id).has_value());
  ASSERT_EQ(outcome(call(ann, "POST", path(id, "/read"), {{"message_id", begun.message.id.value}})), "ok");
  ASSERT_EQ(notices.reads.size(), 2U);
  EXPECT_EQ(notices.reads[0].audience.customer, CustomerId{}) << "a reader who does not answer tells the customer nothing";
  EXPECT_EQ(notices.reads[1].audience.customer, cara);
  ASSERT_EQ(outcome(call(ann, "PUT", path(id, "/draft"), {{"kind", "reply"}, {"text", "half"}})), "ok");
  EXPECT_EQ(call(ann, "GET", path(id)).value().body["drafts"][0]["text"], "half");
  ASSERT_EQ(outcome(call(ann, "PUT", path(id, "/draft"), {{"kind", "reply"}, {"text", "  "}})), "ok");
  EXPECT_TRUE(call(ann, "GET", path(id)).value().body["drafts"].empty());
  EXPECT_EQ(notices.drafts.size(), 2U);
}

TEST_F(Calls, LetNobodyReadBeyondTheLastMessage) {
  const auto id = start(shop, cara).ticket.id;
  ASSERT_TRUE(reply(ann, id).has_value());
  ASSERT_EQ(outcome(call(ann, "POST", path(id, "/read"), {{"message_id", INT64_MAX}})), "ok");
  EXPECT_LE(ticket(id).positions.agent_read, ticket(id).last_message->id) << "all later messages of the customer would count as read";
}

TEST_F(Calls, StartAConversationWithTheSurvivorOfAMerge) {
  const auto known = customer("Known");
  ASSERT_TRUE(write([&](Transaction& tx) -> Status {
                customers::merge_customer(tx, cara, known);
                return {};
              }).has_value());
  const auto made = call(ann, "POST", "/tickets", {{"inbox_id", shop.id.value}, {"customer_id", cara.value}, {"subject", "S"}, {"text", "T"}, {"client_id", "agent-start"}});
  ASSERT_EQ(outcome(made), "ok");
  EXPECT_EQ(made->body["ticket"]["requester"]["id"], known.value);
}

struct Widget : Calls {
  app::Incoming visit(const std::string& method, const std::string& to, const json& body, const std::string& credential) {
    auto in = http(method, "/widget" + to, body);
    in.credentials.visitor_token = credential;
    return in;
  }
  std::string token = call(http("POST", "/widget/session", {{"inbox_key", shop.key}})).value().body["visitor_token"].get<std::string>();
};

TEST_F(Widget, TalksFromTheFirstWordToTheRating) {
  const json hello{{"client_id", "hello-001"}, {"text", "Hello"}, {"name", "Vera"}, {"email", "vera@mail.example"}};
  const auto begun = call(visit("POST", "/conversations", hello, token)).value();
  EXPECT_EQ(begun.status, 201);
  EXPECT_EQ(call(visit("POST", "/conversations", hello, token)).value().status, 200) << "a repeat";
  const TicketId id{begun.body["conversation"]["id"].get<std::int64_t>()};
  const std::string talk = "/conversations/" + std::to_string(id.value);
  EXPECT_EQ(begun.body["conversation"]["state"], "queued");
  EXPECT_EQ(ticket(id).requester.name, "Vera");
  Principal smith = agent("John Smith");
  ASSERT_TRUE(reply(smith, id).has_value());
  ASSERT_TRUE(note(ann, id, "she is difficult").has_value());
  ASSERT_TRUE(patch(ann, id, {.priority = "urgent"}).has_value());
  const auto page = call(visit("GET", talk + "/messages", json(), token)).value().body;
  ASSERT_EQ(page["items"].size(), 2U);
  EXPECT_EQ(page["items"][1]["author"]["name"], "John");
  EXPECT_EQ(page["conversation"]["state"], "open");
  EXPECT_EQ(page["conversation"]["unread_count"], 1);
  EXPECT_EQ(page["conversation"].value(json::json_pointer("/last_message/text"), ""), "Answer") << "the last one the customer may see, not nothing because a note came after it";
  EXPECT_EQ(dump_json(page).find("difficult"), std::string::npos);
  EXPECT_EQ(dump_json(page).find("urgent"), std::string::npos);
  EXPECT_EQ(outcome(call(visit("POST", talk + "/rating", {{"score", 5}}, token))), "not_ratable");
  set_state(id, TicketState::solved);
  EXPECT_EQ(call(visit("POST", talk + "/rating", {{"score", 5}, {"comment", "thanks"}}, token)).value().body["conversation"]["rating"]["score"], 5);
  EXPECT_EQ(call(visit("POST", talk + "/messages", {{"client_id", "again-001"}, {"text", "One more"}}, token)).value().body["conversation"]["state"], "open");
  set_state(id, TicketState::solved);
  set_state(id, TicketState::closed);
  EXPECT_EQ(outcome(call(visit("POST", talk + "/messages", {{"client_id", "again-002"}, {"text", "Hm"}}, token))), "conversation_closed");
}

TEST_F(Widget, SeesItsOwnConversationsOnly) {
  const auto foreign = start(shop, cara);
  const std::string talk = "/conversations/" + std::to_string(foreign.ticket.id.value);
  EXPECT_EQ(outcome(call(visit("GET", talk + "/messages", json(), token))), "not_found");
  EXPECT_EQ(outcome(call(visit("POST", talk + "/messages", {{"client_id", "intrude-1"}, {"text", "x"}}, token))), "not_found");
  EXPECT_EQ(outcome(call(visit("POST", talk + "/read", {{"message_id", 1}}, token))), "not_found");
  EXPECT_EQ(outcome(call(visit("POST", talk + "/rating", {{"score", 1}}, token))), "not_found");
  EXPECT_TRUE(call(visit("GET", "/conversations", json(), token)).value().body["items"].empty());
  EXPECT_EQ(outcome(call(visit("GET", "/conversations", json(), token + "A"))), "unauthenticated");
}

TEST_F(Widget, LivesOnAllowedPagesOnly) {
  ASSERT_EQ(outcome(call(admin, "PATCH", "/inboxes/" + std::to_string(shop.id.value), {{"allowed_domains", {"Shop.Example"}}})), "ok");
  const auto from = [&](const std::string& origin, const std::string& host = "desk.example") {
    auto in = http("POST", "/widget/session", {{"inbox_key", shop.key}});
    in.origin = origin;
    in.host = host;
    return outcome(call(std::move(in)));
  };
  EXPECT_EQ(from("https://shop.example"), "ok");
  EXPECT_EQ(from("https://evil.example"), "origin_not_allowed");
  EXPECT_EQ(from("null"), "origin_not_allowed");
  EXPECT_EQ(from("https://desk.example"), "ok") << "our own page";
  EXPECT_EQ(from(""), "ok") << "no browser";
  EXPECT_EQ(outcome(call(http("POST", "/widget/session", {{"inbox_key", "pk_none"}}))), "not_found");
}

}  // namespace
}  // namespace parley::test
