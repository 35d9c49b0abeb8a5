// Live sockets: resuming, who gets what, order under slicing, floods and slow readers. The I/O thread is the test's own, turned by hand.
#include "base/json_text.h"
#include "server/realtime/hub.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "base/token.h"
#include "tests/integration/domain/desk.h"

namespace parley::test {
namespace {

using realtime::Hub;
using realtime::HubOptions;

/// A socket that keeps what it is sent. With a limit it behaves like a peer that reads too slowly: overflow closes it with 4008.
struct FakeSocket final : net::Socket {
  void send(std::shared_ptr<const std::string> text) override {
    if (!is_open()) { return; }
    if (frames.size() >= limit) { return close(net::close_code::too_slow, "queue full"); }
    frames.push_back(stored_json(*text));
  }
  void close(std::uint16_t with, std::string_view) override { code = code == 0 ? with : code; }
  bool is_open() const override { return code == 0; }
  std::size_t queued_bytes() const override { return 0; }
  std::size_t limit{SIZE_MAX};
  std::uint16_t code{0};
  std::vector<json> frames;
};

/// A browser: a socket and its handler.
struct Peer {
  std::shared_ptr<FakeSocket> socket = std::make_shared<FakeSocket>();
  std::shared_ptr<net::SocketHandler> handler;

  void say(const json& frame) { handler->on_text(dump_json(frame)); }
  void leave() { handler->on_close(1006); }
  std::vector<json> of(const std::string& type) const {
    std::vector<json> out;
    std::copy_if(socket->frames.begin(), socket->frames.end(), std::back_inserter(out), [&](const json& frame) { return frame["type"] == type; });
    return out;
  }
  /// "kind@version" of each ticket event, other kinds alone.
  std::string events() const {
    std::string out;
    for (const auto& frame : of("event")) {
      const auto& p = frame["payload"];
      out += (out.empty() ? "" : " ") + p["kind"].get<std::string>() + (p.contains("ticket") ? "@" + dump_json(p["ticket"]["version"]) : "");
    }
    return out;
  }
  std::string cursor() const {
    std::string last = of("hello").at(0)["payload"]["cursor"].get<std::string>();
    for (const auto& frame : of("event")) { last = frame["cursor"].get<std::string>(); }
    return last;
  }
  std::vector<std::uint64_t> seqs() const {
    std::vector<std::uint64_t> out;
    for (const auto& frame : of("event")) { out.push_back(frame["seq"].get<std::uint64_t>()); }
    return out;
  }
  bool mentions(const std::string& text) const {
    return std::any_of(socket->frames.begin(), socket->frames.end(), [&](const json& frame) { return dump_json(frame).find(text) != std::string::npos; });
  }
  bool resumed() const { return of("hello").at(0)["payload"]["resumed"].get<bool>(); }
};

struct HubTest : CallTest {
  TeamId sales = team("Sales"), support = team("Support");
  Principal ann = agent("Ann", {.teams = {sales}}), bob = agent("Bob", {.teams = {support}}), boss = agent("Sue", {Role::supervisor});
  Inbox shop = inbox("manual", sales);
  CustomerId cara = customer("Cara");
  boost::asio::io_context io;
  std::unique_ptr<Hub> hub;

  ~HubTest() override { close_hub(); }
  void open_hub(HubOptions options = {}) {
    hub = std::make_unique<Hub>(io.get_executor(), database, *dispatcher, presence, customers, clock, options);
    notices.behind = hub.get();
    ASSERT_TRUE(hub->start().has_value());
  }
  void close_hub() {
    notices.behind = nullptr;
    if (hub) { hub->stop(); }
    turn();
    hub.reset();
  }
  void turn() {
    io.restart();
    io.poll();
  }
  /// Turns the I/O thread until the condition holds.
  bool until(const std::function<bool()>& condition, int seconds = 10) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) { return false; }
      io.restart();
      io.run_one_for(std::chrono::milliseconds(5));
    }
    return true;
  }
  /// Until everything committed so far has been fanned out.
  void settle() {
    const auto head = static_cast<std::uint64_t>(number("SELECT COALESCE(MAX(seq), 0) FROM journal"));
    EXPECT_TRUE(until([&] { return hub->probe().last_seq >= head && hub->probe().pending_events == 0; }));
  }
  Peer connect(const Principal& who, const std::string& after = {}, std::size_t limit = SIZE_MAX) {
    Peer peer;
    peer.socket->limit = limit;
    peer.handler = hub->accept(who, after, "session of " + who.name);
    peer.handler->on_open(peer.socket);
    return peer;
  }
  Principal visitor(CustomerId id) {
    Principal who;
    who.kind = Principal::Kind::visitor;
    who.customer = id;
    who.inbox = shop.id;
    return who;
  }
};

TEST_F(HubTest, GivesExactlyTheMissedEventsAfterACursor) {
  open_hub();
  const auto id = start(shop, cara).ticket.id;
  settle();
  auto first = connect(ann);
  EXPECT_FALSE(first.resumed()) << "no cursor given";
  ASSERT_TRUE(say(id, cara).has_value());
  settle();
  EXPECT_EQ(first.events(), "message.created@2");
  const auto cursor = first.cursor();
  first.leave();
  ASSERT_TRUE(say(id, cara).has_value());
  settle();  // an event carries the ticket as it is when the event is read: one at a time here
  ASSERT_TRUE(patch(boss, id, {.type = std::optional<std::string>("task")}).has_value());
  settle();
  auto second = connect(ann, cursor);
  EXPECT_TRUE(second.resumed());
  ASSERT_EQ(second.seqs().size(), 2U) << second.events();
  EXPECT_GT(second.seqs()[0], first.seqs().back());
  ASSERT_TRUE(say(id, cara).has_value());
  settle();
  EXPECT_EQ(second.events(), "message.created@3 ticket.updated@4 message.created@5");
  EXPECT_TRUE(connect(ann, second.cursor()).seqs().empty()) << "nothing twice";
}

TEST_F(HubTest, ResumesOverARestartOfTheServer) {
  open_hub();
  const auto id = start(shop, cara).ticket.id;
  settle();
  auto before = connect(ann);
  const auto cursor = before.cursor();
  before.leave();
  close_hub();
  ASSERT_TRUE(say(id, cara).has_value());
  open_hub();
  settle();
  const auto after = connect(ann, cursor);
  EXPECT_TRUE(after.resumed());
  EXPECT_EQ(after.events(), "message.created@2");
}

TEST_F(HubTest, SaysSoWhenTheCursorIsTooOldOrForeign) {
  HubOptions options;
  options.ring_max = 3;
  open_hub(options);
  const auto id = start(shop, cara).ticket.id;
  settle();
  const auto old = connect(ann).cursor();
  for (int i = 0; i < 6; ++i) { ASSERT_TRUE(say(id, cara).has_value()); }
  settle();
  EXPECT_EQ(hub->probe().ring_events, 3U);
  const std::string foreign = encode_cursor({"\1\2\3\4\5\6\7\x8", 1}), future = encode_cursor({database.journal_uid(), UINT64_MAX});
  for (const auto& cursor : {old, foreign, future, std::string("garbage"), std::string()}) {
    const auto peer = connect(ann, cursor);
    EXPECT_FALSE(peer.resumed()) << cursor;
    EXPECT_EQ(peer.events(), "");
  }
  EXPECT_TRUE(connect(ann, hub->cursor()).resumed()) << "a snapshot taken now is a place to stand";
}

TEST_F(HubTest, TellsAnAgentThatATicketIsGone) {
  open_hub();
  const auto id = start(shop, cara).ticket.id;
  settle();
  auto of_sales = connect(ann), of_support = connect(bob), of_all = connect(boss);
  ASSERT_TRUE(patch(boss, id, {.team = support}).has_value());
  ASSERT_TRUE(say(id, cara, "only for support").has_value());
  settle();
  EXPECT_EQ(of_sales.events(), "ticket.gone");
  EXPECT_EQ(of_sales.of("event")[0]["payload"]["ticket_id"], id.value);
  EXPECT_FALSE(of_sales.mentions("only for support"));
  EXPECT_EQ(of_support.of("event").size(), 2U) << of_support.events();
  EXPECT_EQ(of_all.of("event").size(), 2U);
}

TEST_F(HubTest, ShowsAVisitorPublicMessagesOfHisOwnOnly) {
  open_hub();
  const auto id = start(shop, cara).ticket.id;
  settle();
  auto vera = connect(visitor(cara)), other = connect(visitor(customer("Carl"))), desk = connect(ann);
  ASSERT_TRUE(note(ann, id, "secret-note").has_value());
  ASSERT_TRUE(post(ann, id, {message("secret-second", "note", TicketState::pending), std::nullopt, false}).has_value());
  ASSERT_TRUE(patch(ann, id, {.priority = "urgent"}).has_value());
  ASSERT_TRUE(post(ann, id, {message("public-answer"), std::nullopt, false}).has_value());
  settle();
  EXPECT_TRUE(desk.mentions("secret-note") && desk.mentions("secret-second") && desk.mentions("public-answer"));
  EXPECT_TRUE(vera.mentions("public-answer"));
  for (const char* private_matter : {"secret", "urgent", "assignee", "tags", "version", "changes"}) { EXPECT_FALSE(vera.mentions(private_matter)) << private_matter; }
  EXPECT_EQ(other.events(), "");
  EXPECT_EQ(vera.events(), "conversation.updated message.created");
}

TEST_F(HubTest, KeepsTheOrderWhenItServesInSlices) {
  HubOptions options;
  options.fanout_slice = 2;
  open_hub(options);
  const auto id = start(shop, cara).ticket.id;
  settle();
  std::vector<Peer> peers;
  for (int i = 0; i < 7; ++i) { peers.push_back(connect(i % 2 == 0 ? ann : boss)); }
  const auto from = static_cast<std::size_t>(number("SELECT COUNT(*) FROM journal WHERE ticket <> 0"));
  for (int i = 0; i < 10; ++i) { ASSERT_TRUE(say(id, cara).has_value()); }
  ASSERT_TRUE(until([&] { return !peers[0].seqs().empty(); }));
  auto late = connect(ann, peers[0].cursor());  // joins in the middle of a fan-out
  peers[3].leave();                             // and one goes
  const auto left_with = peers[3].seqs().size();
  settle();
  const auto whole = peers[0].seqs();
  EXPECT_EQ(whole.size(), static_cast<std::size_t>(number("SELECT COUNT(*) FROM journal WHERE ticket <> 0")) - from);
  EXPECT_TRUE(std::is_sorted(whole.begin(), whole.end()));
  for (std::size_t i = 0; i < peers.size(); ++i) {
    if (i != 3) { EXPECT_EQ(peers[i].seqs(), whole) << i; }
  }
  EXPECT_EQ(peers[3].seqs().size(), left_with);
  EXPECT_EQ(late.seqs(), std::vector<std::uint64_t>(whole.end() - static_cast<std::ptrdiff_t>(late.seqs().size()), whole.end())) << "the rest, in order, nothing twice";
  EXPECT_EQ(late.seqs().size(), whole.size() - 1);
}

TEST_F(HubTest, LosesNothingToASlowSocket) {
  open_hub();
  const auto id = start(shop, cara).ticket.id;
  settle();
  auto slow = connect(ann, {}, 3), quick = connect(ann);  // hello and two events fit
  for (int i = 0; i < 5; ++i) { ASSERT_TRUE(say(id, cara).has_value()); }
  settle();
  EXPECT_EQ(slow.socket->code, net::close_code::too_slow);
  EXPECT_EQ(quick.seqs().size(), 5U) << "others do not wait for it";
  const auto cursor = slow.cursor();
  slow.leave();
  const auto again = connect(ann, cursor);
  EXPECT_TRUE(again.resumed());
  const auto all = quick.seqs();
  EXPECT_EQ(again.seqs(), std::vector<std::uint64_t>(all.begin() + static_cast<std::ptrdiff_t>(slow.seqs().size()), all.end()));
}

TEST_F(HubTest, ShowsTypingOnlyToWhoMaySee) {
  open_hub();
  const auto id = start(shop, cara).ticket.id, foreign = start(inbox("manual", support), customer("Carl")).ticket.id;
  settle();
  auto of_sales = connect(ann), colleague = connect(boss), of_support = connect(bob), vera = connect(visitor(cara));
  const auto typed = [&] { return of_sales.of("typing").size() + colleague.of("typing").size() + of_support.of("typing").size() + vera.of("typing").size(); };
  vera.say({{"type", "typing"}, {"conversation_id", id.value}, {"is_typing", true}, {"text", "half a thought"}});
  EXPECT_EQ(of_sales.of("typing").size(), 1U);
  EXPECT_EQ(colleague.of("typing").size(), 1U);
  EXPECT_TRUE(of_support.of("typing").empty());
  EXPECT_FALSE(of_sales.mentions("half a thought"));
  const auto before = typed();
  vera.say({{"type", "typing"}, {"conversation_id", foreign.value}, {"is_typing", true}});
  of_support.say({{"type", "typing"}, {"ticket_id", id.value}, {"is_typing", true}, {"kind", "reply"}});
  turn();
  EXPECT_EQ(typed(), before) << "typing where one may not see reaches nobody";
  of_sales.say({{"type", "typing"}, {"ticket_id", id.value}, {"is_typing", true}, {"kind", "note"}});
  EXPECT_EQ(colleague.of("typing").size(), 2U);
  EXPECT_TRUE(vera.of("typing").empty()) << "the customer never learns of notes";
  of_sales.say({{"type", "typing"}, {"ticket_id", id.value}, {"is_typing", true}, {"kind", "reply"}});
  ASSERT_EQ(vera.of("typing").size(), 1U);
  EXPECT_EQ(vera.of("typing")[0]["payload"]["conversation_id"], id.value);
  EXPECT_EQ(of_sales.of("typing").size(), 1U) << "no echo to the one who types";
}

TEST_F(HubTest, TellsCollaboratorsWhoLooksAtATicket) {
  open_hub();
  const auto id = start(shop, cara).ticket.id;
  settle();
  auto first = connect(ann), second = connect(boss), outsider = connect(bob);
  first.say({{"type", "view"}, {"ticket_id", id.value}});
  outsider.say({{"type", "view"}, {"ticket_id", id.value}});
  EXPECT_EQ(hub->viewers_of(id), std::vector{ann.agent});
  EXPECT_FALSE(second.of("viewers").empty());
  EXPECT_TRUE(outsider.of("viewers").empty());
  first.leave();
  EXPECT_TRUE(hub->viewers_of(id).empty());
  EXPECT_TRUE(second.of("viewers").back()["payload"]["viewers"].empty());
}

TEST_F(HubTest, ClosesTheFlooderOnly) {
  open_hub();
  auto flooder = connect(ann), calm = connect(ann), vera = connect(visitor(cara));
  for (int i = 0; i < 300; ++i) { flooder.say({{"type", "ping"}, {"t", i}}); }
  EXPECT_EQ(flooder.socket->code, net::close_code::flood);
  EXPECT_EQ(flooder.of("pong").size(), 200U) << "the burst is answered";
  calm.say({{"type", "ping"}, {"t", 1}});
  vera.say({{"type", "ping"}, {"t", 2}});
  EXPECT_EQ(calm.of("pong").at(0)["payload"]["t"], 1);
  EXPECT_EQ(vera.of("pong").at(0)["payload"]["t"], 2);
  for (int i = 0; i < 250; ++i) {
    clock->advance(milliseconds{25});
    calm.say({{"type", "ping"}, {"t", i}});
  }
  EXPECT_TRUE(calm.socket->is_open()) << "40 frames a second are no flood";
}

TEST_F(HubTest, ClosesOnFramesThatMakeNoSense) {
  open_hub();
  for (const char* text : {"", "x", "[]", "{}", R"({"type":7})", R"({"type":"unknown"})", R"({"type":"typing"})", R"({"type":"typing","ticket_id":"x","is_typing":true})", R"({"type":"delivered","ticket_id":1})",
                           R"({"type":"call"})", R"({"type":"call","id":{}})", R"({"type":"call","id":"1"})", R"({"type":"call","id":"1","path":7})", R"({"type":"view","ticket_id":"5"})", "\"\xff\""}) {
    auto peer = connect(ann);
    peer.handler->on_text(text);
    EXPECT_EQ(peer.socket->code, net::close_code::bad_frame) << text;
  }
  auto vera = connect(visitor(cara));
  vera.say({{"type", "view"}, {"ticket_id", 1}});
  EXPECT_EQ(vera.socket->code, net::close_code::bad_frame) << "visitors have no views";
}

TEST_F(HubTest, AnswersCallsOverTheSocket) {
  open_hub();
  const auto id = start(shop, cara).ticket.id;
  settle();
  auto peer = connect(ann);
  peer.say({{"type", "call"}, {"id", "7"}, {"method", "GET"}, {"path", "/api/v1/tickets/" + std::to_string(id.value)}});
  peer.say({{"type", "call"}, {"id", 8}, {"method", "POST"}, {"path", "/api/v1/teams"}, {"body", {{"name", "X"}}}});
  ASSERT_TRUE(until([&] { return peer.of("result").size() == 2; }));
  std::map<std::string, json> results;
  for (const auto& frame : peer.of("result")) { results[frame["payload"]["id"].get<std::string>()] = frame["payload"]; }
  EXPECT_EQ(results["7"]["status"], 200);
  EXPECT_EQ(results["7"]["body"]["ticket"]["id"], id.value);
  EXPECT_EQ(results["8"]["status"], 403);
  EXPECT_EQ(results["8"]["body"]["code"], "forbidden");
}

TEST_F(HubTest, FollowsAChangeOfRights) {
  open_hub();
  auto peer = connect(ann), other = connect(boss);
  ASSERT_EQ(outcome(call(agent("Ada", {Role::administrator}), "PATCH", "/agents/" + std::to_string(ann.agent.value), {{"team_ids", json::array()}})), "ok");
  settle();
  ASSERT_TRUE(until([&] { return database.probe().read_queue_depth == 0; }));
  const auto id = start(shop, cara, "not for her now").ticket.id;
  settle();
  EXPECT_FALSE(peer.mentions("not for her now"));
  EXPECT_TRUE(other.mentions("not for her now"));
  ASSERT_EQ(outcome(call(agent("Abe", {Role::administrator}), "PATCH", "/agents/" + std::to_string(ann.agent.value), {{"is_active", false}})), "ok");
  EXPECT_TRUE(until([&] { return peer.socket->code == net::close_code::not_authenticated; }));
  EXPECT_TRUE(other.socket->is_open());
  EXPECT_EQ(ticket(id).version, 1U);
}

TEST_F(HubTest, ClosesTheSocketsOfASessionThatEnds) {
  open_hub();
  ASSERT_TRUE(write([&](Transaction& tx) -> Status {
                staff::set_password(tx, ann.agent, hash_password("correct horse"));
                return {};
              }).has_value());
  const auto log_in = [&] {
    const auto opened = login.log_in({"Ann@shop.example", "correct horse", "", false, "192.0.2.9", ""}).value();
    return read([&](Transaction& tx) { return staff::principal_of_session(tx, opened.session_token); }).value();
  };
  const auto mine = log_in();
  auto here = connect(mine), there = connect(log_in());
  ASSERT_EQ(outcome(login.change_password(mine, "correct horse", "another good one")), "ok");
  settle();
  EXPECT_TRUE(until([&] { return !there.socket->is_open(); }, 2)) << "a password change ends all other sessions, also their sockets";
  EXPECT_TRUE(here.socket->is_open());
}

TEST_F(HubTest, ClosesTheSocketOfARevokedToken) {
  open_hub();
  const auto with_token = [&](const char* text) {
    EXPECT_TRUE(write([&](Transaction& tx) -> Status {
                  std::ignore = staff::insert_api_token(tx, ann.agent, text, sha256(text));
                  return {};
                }).has_value());
    return read([&](Transaction& tx) { return staff::principal_of_api_token(tx, text); }).value();
  };
  const auto revoked = with_token("token one"), kept = with_token("token two");
  auto there = connect(revoked), here = connect(kept);
  ASSERT_EQ(outcome(call(ann, "DELETE", "/me/tokens/" + std::to_string(revoked.api_token))), "ok");
  settle();
  EXPECT_TRUE(until([&] { return there.socket->code == net::close_code::not_authenticated; }, 2));
  EXPECT_TRUE(here.socket->is_open());
}

TEST_F(HubTest, ClosesASocketWhoseSessionHasRunOut) {
  open_hub();
  auto brief = ann;
  brief.valid_until = clock->now() + milliseconds{60'000};
  auto peer = connect(brief), other = connect(boss);
  clock->advance(milliseconds{60'000});
  EXPECT_TRUE(until([&] { return peer.socket->code == net::close_code::not_authenticated; }, 3));
  EXPECT_TRUE(other.socket->is_open());
}

TEST_F(HubTest, PassesReadAndDeliveredReceiptsOn) {
  open_hub();
  const auto begun = start(shop, cara);
  const auto id = begun.ticket.id;
  const auto answer = reply(ann, id).value().message.id;
  settle();
  auto desk = connect(ann), colleague = connect(boss), vera = connect(visitor(cara));
  ASSERT_EQ(outcome(call(ann, "POST", "/tickets/" + std::to_string(id.value) + "/read", {{"message_id", begun.message.id.value}})), "ok");
  ASSERT_TRUE(until([&] { return !vera.of("read").empty(); }));
  EXPECT_EQ(vera.of("read")[0]["payload"]["by"], "agent");
  EXPECT_FALSE(vera.of("read")[0]["payload"].contains("agent_id"));
  EXPECT_EQ(desk.of("read")[0]["payload"]["read_count"], 1);
  EXPECT_TRUE(colleague.of("read").empty()) << "a reader's count is his own";
  vera.say({{"type", "delivered"}, {"conversation_id", id.value}, {"message_id", answer.value}});
  EXPECT_EQ(desk.of("delivered").at(0)["payload"]["message_id"], answer.value);
  hub->queue_changed({{id, cara, 3}});
  ASSERT_TRUE(until([&] { return !vera.of("queue").empty(); }));
  EXPECT_EQ(vera.of("queue")[0]["payload"]["position"], 3);
  hub->queue_changed({});
  ASSERT_TRUE(until([&] { return vera.of("queue").size() == 2; }));
  EXPECT_TRUE(vera.of("queue")[1]["payload"]["position"].is_null());
}

}  // namespace
}  // namespace parley::test
