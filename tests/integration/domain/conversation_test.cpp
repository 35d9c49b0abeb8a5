// Commands on one ticket: posting, guarding, versions, files, positions, drafts, paging, visibility.
#include "base/json_text.h"
#include "storage/journal.h"
#include "tests/integration/domain/desk.h"

namespace parley::test {
namespace {

struct Conversation : DeskTest {
  Principal ann = agent("Ann"), bob = agent("Bob");
  Inbox shop = inbox();
  CustomerId cara = customer("Cara");
  AttachmentId upload(const std::string& uploader) {
    return write([&](Transaction& tx) -> Result<AttachmentId> {
             tickets::Attachment file;
             file.sha256 = sha256(random_bytes(8));
             file.name = "a.txt";
             file.content_type = "text/plain";
             file.size = 1;
             return tickets::insert_attachment(tx, file, uploader);
           })
        .value();
  }
};

TEST_F(Conversation, StartsOnceForAClientId) {
  const auto once = message("Hello");
  const auto begin = [&](CustomerId who) { return write([&](Transaction& tx) { return tickets::start_conversation(tx, shop, who, once); }).value(); };
  const auto first = begin(cara), again = begin(cara), other = begin(customer("Carl"));
  EXPECT_FALSE(first.is_repeat);
  EXPECT_TRUE(again.is_repeat);
  EXPECT_EQ(again.ticket.id, first.ticket.id);
  EXPECT_EQ(again.message.id, first.message.id);
  EXPECT_EQ(again.ticket.version, first.ticket.version);
  EXPECT_NE(other.ticket.id, first.ticket.id) << "another customer's ids are his own";
  EXPECT_EQ(number("SELECT COUNT(*) FROM ticket"), 2);
  EXPECT_EQ(first.ticket.state, TicketState::new_);
  EXPECT_EQ(first.ticket.number, first.ticket.id.value);
  EXPECT_EQ(first.ticket.waiting_since, clock->now());
  EXPECT_EQ(first.ticket.customer_message_count, 1);
}

TEST_F(Conversation, TellsClientIdsApartByCase) {
  auto upper = message("one"), lower = message("two");
  upper.client_id = "CLIENT-ABC";
  lower.client_id = "client-abc";
  const auto first = write([&](Transaction& tx) { return tickets::start_conversation(tx, shop, cara, upper); }).value();
  const auto second = write([&](Transaction& tx) { return tickets::start_conversation(tx, shop, cara, lower); }).value();
  EXPECT_NE(first.message.id, second.message.id) << "the second message was taken for a repeat of the first and is lost";
}

TEST_F(Conversation, RefusesAnEmptyMessageAndLeavesNothing) {
  EXPECT_EQ(outcome(write([&](Transaction& tx) { return tickets::start_conversation(tx, shop, cara, message(" \n\u202E")); })), "/text:empty");
  EXPECT_EQ(number("SELECT COUNT(*) FROM ticket"), 0);
  EXPECT_EQ(number("SELECT COUNT(*) FROM journal WHERE ticket <> 0"), 0);
}

TEST_F(Conversation, IsReopenedByItsCustomerUntilClosed) {
  for (const TicketState state : {TicketState::pending, TicketState::on_hold, TicketState::solved}) {
    const auto id = start(shop, cara).ticket.id;
    ASSERT_TRUE(reply(ann, id).has_value());
    set_state(id, state);
    clock->advance(milliseconds{1'000});
    const auto posted = say(id, cara).value();
    EXPECT_EQ(posted.ticket.state, TicketState::open) << tickets::to_string(state);
    EXPECT_EQ(posted.ticket.waiting_since, clock->now());
    EXPECT_FALSE(posted.ticket.solved_at);
  }
  const auto id = start(shop, cara).ticket.id;
  set_state(id, TicketState::solved);
  set_state(id, TicketState::closed);
  EXPECT_EQ(outcome(say(id, cara)), "conversation_closed");
  EXPECT_EQ(outcome(reply(ann, id)), "ticket_closed");
  EXPECT_EQ(outcome(say(id, customer("Eve"))), "not_found") << "another customer learns nothing";
}

TEST_F(Conversation, BecomesOpenAndAssignedByTheFirstReply) {
  const auto id = start(shop, cara).ticket.id;
  ASSERT_TRUE(note(bob, id).has_value());
  EXPECT_EQ(ticket(id).state, TicketState::new_) << "a note answers nobody";
  EXPECT_FALSE(ticket(id).assignee);
  const auto answered = reply(ann, id).value().ticket;
  EXPECT_EQ(answered.state, TicketState::open);
  EXPECT_EQ(answered.assignee, ann.agent);
  EXPECT_FALSE(answered.waiting_since);
  EXPECT_EQ(reply(bob, id, std::nullopt, true).value().ticket.assignee, ann.agent) << "a second agent's reply takes nothing away";
}

TEST_F(Conversation, HoldsAReplyWrittenWithoutTheNews) {
  const auto id = start(shop, cara).ticket.id;
  ASSERT_TRUE(reply(ann, id).has_value());
  const auto seen = ticket(id).version;
  ASSERT_TRUE(say(id, cara, "One more thing").has_value());
  const auto held = reply(ann, id, seen);
  ASSERT_EQ(outcome(held), "reply_guard");
  ASSERT_TRUE(held.error().extra);
  const json& changes = held.error().extra->at("changes");
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0]["message"]["text"], "One more thing");
  EXPECT_EQ(changes[0]["version"], seen + 1);
  EXPECT_EQ(held.error().extra->at("ticket")["version"], ticket(id).version);
  EXPECT_TRUE(reply(ann, id, seen, true).has_value()) << "force passes";
}

TEST_F(Conversation, HoldsAReplyForTheActsOfOthersThatMatter) {
  using Act = std::function<void(TicketId)>;
  const TeamId sales = team("Sales");
  const struct {
    const char* name;
    Act act;
    bool holds;
  } cases[] = {
      {"customer message", [&](TicketId id) { ASSERT_TRUE(say(id, cara).has_value()); }, true},
      {"colleague's reply", [&](TicketId id) { ASSERT_TRUE(reply(bob, id).has_value()); }, true},
      {"colleague's state change", [&](TicketId id) { ASSERT_TRUE(patch(bob, id, {.state = TicketState::pending}).has_value()); }, true},
      {"colleague takes it", [&](TicketId id) { ASSERT_TRUE(patch(bob, id, {.assignee = bob.agent}).has_value()); }, true},
      {"colleague's note with a state", [&](TicketId id) { ASSERT_TRUE(post(bob, id, {message("n", "note", TicketState::solved), {}, false}).has_value()); }, true},
      {"colleague's note", [&](TicketId id) { ASSERT_TRUE(note(bob, id).has_value()); }, false},
      {"colleague's priority", [&](TicketId id) { ASSERT_TRUE(patch(bob, id, {.priority = "urgent"}).has_value()); }, false},
      {"colleague's tags", [&](TicketId id) { ASSERT_TRUE(patch(bob, id, {.tags = std::vector<std::string>{"vip"}}).has_value()); }, false},
      {"colleague's priority and team", [&](TicketId id) { ASSERT_TRUE(patch(agent("Sue" + std::to_string(id.value), {Role::supervisor}), id, {.priority = "urgent", .team = sales}).has_value()); }, false},
      {"own reply", [&](TicketId id) { ASSERT_TRUE(reply(ann, id).has_value()); }, false},
      {"own state change", [&](TicketId id) { ASSERT_TRUE(patch(ann, id, {.state = TicketState::pending}).has_value()); }, false},
      {"nothing", [](TicketId) {}, false},
  };
  ASSERT_TRUE(write([&](Transaction& tx) -> Status {
                staff::set_team_members(tx, sales, {ann.agent, bob.agent});
                return {};
              }).has_value());
  ann.teams = bob.teams = {sales};
  for (const auto& c : cases) {
    const auto id = start(shop, cara).ticket.id;
    ASSERT_TRUE(reply(ann, id).has_value());
    const auto seen = ticket(id).version;
    c.act(id);
    EXPECT_EQ(outcome(reply(ann, id, seen)), c.holds ? "reply_guard" : "ok") << c.name;
    EXPECT_EQ(outcome(post(ann, id, {message("aside", "note"), seen, false})), "ok") << c.name << ": a note is never held";
    EXPECT_EQ(outcome(reply(ann, id, ticket(id).version)), "ok") << c.name << ": seen by now";
  }
}

TEST_F(Conversation, AnswersARepeatedReplyWithTheFirstOutcomeDespiteTheGuard) {
  const auto id = start(shop, cara).ticket.id;
  ASSERT_TRUE(reply(ann, id).has_value());
  const tickets::AgentMessage once{message("Answer"), ticket(id).version, false};
  const auto first = post(ann, id, once).value();
  ASSERT_TRUE(say(id, cara).has_value());
  const auto again = post(ann, id, once);
  ASSERT_EQ(outcome(again), "ok");
  EXPECT_TRUE(again->is_repeat);
  EXPECT_EQ(again->message.id, first.message.id);
}

TEST_F(Conversation, SendsAndClosesInOneVersion) {
  const auto id = start(shop, cara).ticket.id;
  const auto before = ticket(id).version;
  const auto done = post(ann, id, {message("Done.", "reply", TicketState::solved), std::nullopt, false}).value().ticket;
  EXPECT_EQ(done.state, TicketState::solved);
  EXPECT_EQ(done.version, before + 1);
  EXPECT_EQ(done.solved_at, clock->now());
  EXPECT_FALSE(done.waiting_since);
}

TEST_F(Conversation, RefusesAPatchOfAnOldVersion) {
  const auto id = start(shop, cara).ticket.id;
  const auto version = ticket(id).version;
  ASSERT_TRUE(patch(bob, id, {.priority = "high"}, version).has_value());
  const auto late = patch(ann, id, {.priority = "low"}, version);
  ASSERT_EQ(outcome(late), "version_conflict");
  EXPECT_EQ(late.error().code, Errc::precondition);
  EXPECT_EQ(late.error().extra->at("ticket")["priority"], "high");
  EXPECT_EQ(ticket(id).priority, "high");
  EXPECT_EQ(patch(ann, id, {.priority = "high"}, version + 1).value().version, version + 1) << "a change to the same makes no version";
  EXPECT_EQ(outcome(patch(ann, id, {.state = TicketState::closed})), "bad_transition");
}

TEST_F(Conversation, JournalsEachVersionWithItsEvents) {
  const auto id = start(shop, cara).ticket.id;
  ASSERT_TRUE(reply(ann, id).has_value());
  ASSERT_TRUE(patch(ann, id, {.state = TicketState::pending, .priority = "high", .tags = std::vector<std::string>{"a"}}).has_value());
  ASSERT_TRUE(say(id, cara).has_value());
  const auto rows = read([&](Transaction& tx) -> Result<std::vector<storage::JournalRow>> { return storage::read_ticket_changes(tx, id.value, 0, 100); }).value();
  std::set<std::uint32_t> versions;
  std::vector<std::string> fields;
  for (const auto& row : rows) {
    versions.insert(row.ticket_version);
    EXPECT_EQ(row.ticket, id.value);
    for (const auto& change : stored_json(row.body).value("changes", json::array())) { fields.push_back(std::to_string(row.ticket_version) + change["field"].get<std::string>()); }
  }
  EXPECT_EQ(versions.size(), ticket(id).version);
  EXPECT_EQ(fields, (std::vector<std::string>{"2state", "2assignee_id", "3priority", "3tags", "3state", "4state"}));
  EXPECT_EQ(static_cast<EventKind>(rows.front().kind), EventKind::ticket_created);
  EXPECT_EQ(rows[0].command_id, rows[1].command_id);
  for (const auto& row : rows) { EXPECT_EQ(row.body.find("Hello"), std::string::npos) << "personal text in the journal"; }
}

TEST_F(Conversation, ClaimsAnUploadOnceAndForItsUploaderOnly) {
  const auto id = start(shop, cara).ticket.id;
  const auto mine = upload(ann.key()), theirs = upload(bob.key()), visitors = upload("visitor:" + std::to_string(cara.value));
  auto in_ticket = [&](TicketId to, std::vector<AttachmentId> files) {
    tickets::AgentMessage in{message("See file"), std::nullopt, false};
    in.message.attachments = std::move(files);
    return outcome(post(ann, to, in));
  };
  auto with = [&](std::vector<AttachmentId> files) { return in_ticket(id, std::move(files)); };
  const auto before = ticket(id).message_count;
  EXPECT_EQ(with({theirs}), "/attachment_ids:unknown_attachment");
  EXPECT_EQ(with({visitors}), "/attachment_ids:unknown_attachment");
  EXPECT_EQ(with({AttachmentId{999'999}}), "/attachment_ids:unknown_attachment");
  EXPECT_EQ(with({mine, mine}), "/attachment_ids:unknown_attachment");
  EXPECT_EQ(ticket(id).message_count, before) << "what was refused left no message";
  EXPECT_EQ(with({mine}), "ok");
  EXPECT_EQ(in_ticket(start(shop, cara).ticket.id, {mine}), "/attachment_ids:unknown_attachment") << "used elsewhere";
  EXPECT_EQ(with({mine}), "ok") << "a file of this conversation may be sent once more";
  auto in = message("");
  in.attachments = {visitors};
  const auto posted = write([&](Transaction& tx) { return tickets::post_customer_message(tx, id, cara, in); });
  ASSERT_EQ(outcome(posted), "ok") << "a file needs no words";
  EXPECT_EQ(posted->message.attachments.size(), 1U);
}

TEST_F(Conversation, MayBeRatedOnceSolved) {
  const auto id = start(shop, cara).ticket.id;
  const auto rate = [&](CustomerId who, int score) { return write([&](Transaction& tx) { return tickets::rate_ticket(tx, id, who, score, "fine"); }); };
  EXPECT_EQ(outcome(rate(cara, 5)), "not_ratable");
  set_state(id, TicketState::solved);
  EXPECT_EQ(outcome(rate(customer("Eve"), 1)), "not_found");
  EXPECT_EQ(rate(cara, 5).value().rating->score, 5);
  EXPECT_EQ(rate(cara, 2).value().rating->score, 2);
  set_state(id, TicketState::closed);
  EXPECT_EQ(outcome(rate(cara, 1)), "not_ratable");
}

TEST_F(Conversation, CountsWhatEachAgentHasRead) {
  const auto first = start(shop, cara);
  const auto id = first.ticket.id;
  const auto second = say(id, cara).value();
  const auto mark = [&](const Principal& who, MessageId upto) { return write([&](Transaction& tx) -> Result<int> { return tickets::set_agent_read(tx, id, who.agent, upto); }).value(); };
  const auto counts = [&](const Principal& who) { return read([&](Transaction& tx) -> Result<std::map<std::int64_t, int>> { return tickets::read_counts(tx, who.agent, {id.value}); }).value(); };
  EXPECT_EQ(mark(ann, first.message.id), 1);
  EXPECT_EQ(mark(ann, second.message.id), 2);
  EXPECT_EQ(counts(ann)[id.value], 2);
  EXPECT_TRUE(counts(bob).empty()) << "reading is each agent's own";
  ASSERT_TRUE(note(ann, id).has_value());
  EXPECT_EQ(mark(ann, MessageId{second.message.id.value + 100}), 2) << "notes and replies are not the customer's";
  EXPECT_EQ(mark(ann, MessageId{0}), 0) << "unread again";
}

TEST_F(Conversation, MovesReadPositionsForwardOnly) {
  const auto id = start(shop, cara).ticket.id;
  const auto advance = [&](std::int64_t message) {
    return write([&](Transaction& tx) -> Result<bool> { return tickets::advance_position(tx, id, tickets::PositionKind::customer_read, MessageId{message}); }).value();
  };
  EXPECT_TRUE(advance(10));
  EXPECT_FALSE(advance(10));
  EXPECT_FALSE(advance(7));
  EXPECT_EQ(ticket(id).positions.customer_read, MessageId{10});
}

TEST_F(Conversation, KeepsDraftsPerAgentAndKindUntilSent) {
  const auto id = start(shop, cara).ticket.id;
  const auto keep = [&](const Principal& who, const std::string& kind, const std::string& text) {
    return write([&](Transaction& tx) -> Status {
      tickets::save_draft(tx, id, who.agent, {kind, text, tx.now()});
      return {};
    });
  };
  const auto kept = [&](const Principal& who) {
    std::string out;
    for (const auto& d : read([&](Transaction& tx) -> Result<std::vector<tickets::Draft>> { return tickets::drafts_of(tx, id, who.agent); }).value()) { out += d.kind + "=" + d.text + ";"; }
    return out;
  };
  ASSERT_TRUE(keep(ann, "reply", "half").has_value() && keep(ann, "reply", "half a") .has_value() && keep(ann, "note", "nb").has_value() && keep(bob, "reply", "other").has_value());
  EXPECT_EQ(kept(ann), "note=nb;reply=half a;");
  ASSERT_TRUE(reply(ann, id).has_value());
  EXPECT_EQ(kept(ann), "note=nb;");
  EXPECT_EQ(kept(bob), "reply=other;");
}

}  // namespace
}  // namespace parley::test
