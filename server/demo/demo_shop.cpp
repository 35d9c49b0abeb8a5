#include "server/demo/demo_shop.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "base/crypto.h"
#include "base/json_text.h"
#include "customers/customer_service.h"
#include "customers/customer_store.h"
#include "server/demo/demo_data.h"
#include "staff/staff_store.h"
#include "tickets/assignment.h"
#include "tickets/inbox.h"
#include "tickets/ticket_edit.h"
#include "tickets/ticket_service.h"
#include "tickets/ticket_store.h"

namespace parley::demo {

using nlohmann::json;
using storage::Transaction;
using tickets::TicketState;

namespace {

constexpr milliseconds day{24 * 3'600'000};
constexpr int filler_rounds = 3;  // older solved tickets: each filler exchange this many times, with other customers

/// A small repeatable generator: the same shop every time.
class Dice {
 public:
  std::uint64_t roll(std::uint64_t sides) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return (state_ >> 33) % sides;
  }

 private:
  std::uint64_t state_{20261122};
};

struct Turn {
  std::string by, text, agent;  // by: customer, agent, note
  milliseconds after{0};
};
/// One conversation to replay.
struct Script {
  CustomerId customer;
  tickets::Inbox inbox;
  std::string agent;  // slug; empty: nobody took it
  std::string subject, priority, ends;
  std::optional<std::string> type;
  std::vector<std::string> tags;
  std::vector<Turn> turns;
  std::optional<std::pair<int, std::string>> rating;
  TimePoint begins{};
};

/// One thing that happens at one time.
struct ScriptStep {
  TimePoint at;
  std::size_t script;
  int turn;  // index of the turn; after the last: the end
};

class Loader {
 public:
  Loader(storage::Database& database, std::shared_ptr<ManualClock> clock, const storage::FieldCipher& cipher, const std::string& password)
      : database_(database), clock_(std::move(clock)), cipher_(cipher), customers_(cipher), password_hash_(hash_password(password)) {}

  Result<LoadedShop> load(const std::filesystem::path& data) {
    PARLEY_TRY(const auto shop, read_data(data / "shop.json"));
    PARLEY_TRY(const auto people, read_data(data / "customers.json"));
    PARLEY_TRY(const auto english, read_data(data / "conversations_en.json"));
    PARLEY_TRY(const auto chinese, read_data(data / "conversations_zh.json"));
    PARLEY_TRY(const auto fillers, read_data(data / "fillers.json"));
    PARLEY_CHECK(load_staff(shop));
    PARLEY_CHECK(load_customers(people));
    add_scripts(english, "en");
    add_scripts(chinese, "zh-CN");
    add_fillers(fillers.at("en"), "en");
    add_fillers(fillers.at("zh"), "zh-CN");
    PARLEY_CHECK(replay());
    PARLEY_CHECK(open_inboxes(shop));
    return LoadedShop{static_cast<int>(customer_ids_.size()), static_cast<int>(scripts_.size()), messages_};
  }

 private:
  Status load_staff(const json& shop);
  Status load_customers(const json& people);
  void add_scripts(const json& list, const std::string& locale);
  void add_fillers(const json& list, const std::string& locale);
  Status replay();
  Status play(const ScriptStep& step);
  Status finish(const Script& script, TicketId id);
  Status open_inboxes(const json& shop);
  Principal principal_of(const std::string& slug) const;
  Script script_of(const json& from, const std::string& locale) const;
  void move_clock(TimePoint to) {
    if (to > clock_->now()) { clock_->advance(to - clock_->now()); }
  }

  storage::Database& database_;
  std::shared_ptr<ManualClock> clock_;
  const storage::FieldCipher& cipher_;
  customers::CustomerService customers_;
  std::string password_hash_;
  TimePoint now_{SystemClock().now()};
  Dice dice_;
  std::map<std::string, staff::Agent> agents_;
  std::map<std::string, TeamId> teams_;
  std::map<std::string, tickets::Inbox> inboxes_;  // by locale
  std::map<std::string, CustomerId> customer_ids_;
  std::map<std::string, std::vector<CustomerId>> customers_by_locale_;
  std::vector<Script> scripts_;
  std::map<std::size_t, TicketId> ticket_ids_;
  int messages_{0};
};

std::string narrow_locale(const std::string& tag) { return tag.rfind("zh", 0) == 0 ? "zh-CN" : "en"; }

Status Loader::load_staff(const json& shop) {
  return database_.write_now(0, [&](Transaction& tx) -> Status {
    if (!staff::list_agents(tx).empty()) { return Error(Errc::conflict, "the shop has agents already"); }
    staff::save_workspace(tx, {shop.at("workspace").at("name").get<std::string>(), "en", true});
    for (const auto& team : shop.at("teams")) { teams_[team.at("key").get<std::string>()] = staff::insert_team(tx, team.at("name").get<std::string>()); }
    for (const auto& row : shop.at("agents")) {
      staff::Agent agent;
      agent.email = row.at("email").get<std::string>();
      agent.name = row.at("name").get<std::string>();
      agent.role = parse_role(row.at("role").get<std::string>()).value_or(Role::agent);
      agent.locale = narrow_locale(row.at("locale").get<std::string>());
      agent.chat_capacity = agent.role == Role::light_agent ? 0 : 12;
      for (const auto& team : row.at("teams")) { agent.teams.push_back(teams_.at(team.get<std::string>())); }
      agent.id = staff::insert_agent(tx, agent, password_hash_);
      staff::set_agent_teams(tx, agent.id, agent.teams);
      agents_.emplace(row.at("slug").get<std::string>(), agent);
    }
    for (const auto& row : shop.at("inboxes")) {
      tickets::Inbox inbox;
      inbox.key = row.at("key").get<std::string>();
      inbox.name = row.at("name").get<std::string>();
      inbox.team = teams_.at(row.at("team").get<std::string>());
      inbox.locale = row.at("locale").get<std::string>();
      inbox.accent = row.at("accent").get<std::string>();
      inbox.greeting = row.at("greeting").get<std::string>();
      inbox.assignment = "manual";  // while the past is replayed nothing waits for the router
      inbox.offer_timeout_s = row.at("offer_timeout_s").get<int>();
      inbox.prechat = row.at("prechat");
      inbox.business_hours = row.at("business_hours");
      inbox.business_hours["is_always_open"] = true;  // a demo is looked at on Sundays too
      inbox.id = tickets::insert_inbox(tx, inbox, cipher_.seal_with_master(random_token(24), "inbox:" + inbox.key));
      inboxes_[inbox.locale] = inbox;
    }
    return {};
  });
}

Status Loader::open_inboxes(const json& shop) {
  return database_.write_now(0, [&](Transaction& tx) -> Status {
    for (const auto& row : shop.at("inboxes")) {
      auto inbox = inboxes_.at(row.at("locale").get<std::string>());
      inbox.assignment = row.at("assignment").get<std::string>();
      tickets::update_inbox(tx, inbox);
    }
    return {};
  });
}

Status Loader::load_customers(const json& people) {
  return database_.write_now(0, [&](Transaction& tx) -> Status {
    for (const auto& row : people) {
      const auto text = [&](const char* name) { return row.contains(name) && row[name].is_string() ? row[name].get<std::string>() : std::string(); };
      const std::string locale = narrow_locale(text("locale"));
      const CustomerId id = customers_.create(tx, text("name"), locale);
      auto customer = customers::find_customer(tx, id);
      customer->note = text("note");
      customer->is_verified = row.value("is_verified", false);
      if (!text("city").empty()) { customer->custom_fields = dump_json(json{{"city", text("city")}}); }
      customers::update_customer(tx, *customer);
      using Kind = customers::IdentityKind;
      if (!text("email").empty()) { PARLEY_CHECK(customers_.set_identity(tx, id, Kind::email, text("email"), customer->is_verified)); }
      std::string phone = text("phone");
      std::erase(phone, ' ');
      if (!phone.empty()) { PARLEY_CHECK(customers_.set_identity(tx, id, Kind::phone, phone, false)); }
      if (!text("external_id").empty()) { PARLEY_CHECK(customers_.set_identity(tx, id, Kind::external_id, text("external_id"), customer->is_verified)); }
      customer_ids_[text("slug")] = id;
      customers_by_locale_[locale].push_back(id);
    }
    return {};
  });
}

Script Loader::script_of(const json& from, const std::string& locale) const {
  Script s;
  s.inbox = inboxes_.at(locale);
  s.subject = from.at("subject").get<std::string>();
  s.priority = from.value("priority", "normal");
  s.ends = from.value("ends", "solved");
  if (from.contains("type") && from["type"].is_string()) { s.type = from["type"].get<std::string>(); }
  s.tags = from.value("tags", std::vector<std::string>{});
  for (const auto& turn : from.at("turns")) {
    s.turns.push_back({turn.at("by").get<std::string>(), turn.at("text").get<std::string>(), turn.value("agent", ""), milliseconds{turn.value("after_s", 0) * 1000LL}});
  }
  if (from.contains("rating") && from["rating"].is_object()) { s.rating = {from["rating"].value("score", 5), from["rating"].value("comment", "")}; }
  return s;
}

/// Unsolved conversations end within the last hours, solved ones within the last weeks.
void Loader::add_scripts(const json& list, const std::string& locale) {
  for (const auto& from : list) {
    Script s = script_of(from, locale);
    s.customer = customer_ids_.at(from.at("customer").get<std::string>());
    if (from.contains("agent") && from["agent"].is_string()) { s.agent = from["agent"].get<std::string>(); }
    milliseconds span{0};
    for (const auto& turn : s.turns) { span += turn.after; }
    const auto minutes = [&](std::uint64_t from_min, std::uint64_t to_min) { return milliseconds{static_cast<std::int64_t>(from_min + dice_.roll(to_min - from_min)) * 60'000}; };
    const milliseconds age = s.ends == "solved" ? minutes(120, 20 * 24 * 60) : s.ends == "open_customer_last" ? minutes(3, 300) : minutes(10, 2 * 24 * 60);
    s.begins = now_ - age - span;
    scripts_.push_back(std::move(s));
  }
}

void Loader::add_fillers(const json& list, const std::string& locale) {
  std::vector<std::string> team;
  for (const auto& [slug, agent] : agents_) {
    const bool serves = std::find(agent.teams.begin(), agent.teams.end(), *inboxes_.at(locale).team) != agent.teams.end();
    if (serves && agent.role != Role::light_agent) { team.push_back(slug); }
  }
  const auto& people = customers_by_locale_.at(locale);
  for (int round = 0; round < filler_rounds; ++round) {
    for (const auto& from : list) {
      Script s = script_of(from, locale);
      s.customer = people[dice_.roll(people.size())];
      s.agent = team[dice_.roll(team.size())];
      s.ends = dice_.roll(3) == 0 ? "solved" : "closed";
      if (dice_.roll(4) != 0) { s.rating.reset(); }  // most people do not rate
      const milliseconds age = day * static_cast<int>(21 + dice_.roll(100)) + hour * static_cast<int>(dice_.roll(24));
      s.begins = now_ - age;
      scripts_.push_back(std::move(s));
    }
  }
}

Principal Loader::principal_of(const std::string& slug) const {
  const auto& agent = agents_.at(slug);
  Principal who;
  who.kind = Principal::Kind::agent;
  who.agent = agent.id;
  who.role = Role::supervisor;  // hand-overs between teams appear in the scripts
  who.teams = agent.teams;
  who.name = agent.name;
  return who;
}

Status Loader::replay() {
  std::vector<ScriptStep> steps;
  for (std::size_t i = 0; i < scripts_.size(); ++i) {
    TimePoint at = scripts_[i].begins;
    int turn = 0;
    for (const auto& t : scripts_[i].turns) { steps.push_back({at += t.after, i, turn++}); }
    steps.push_back({at + milliseconds{40'000}, i, turn});
  }
  std::stable_sort(steps.begin(), steps.end(), [](const ScriptStep& a, const ScriptStep& b) { return a.at < b.at; });
  for (const auto& step : steps) {
    move_clock(std::min(step.at, now_));
    PARLEY_CHECK(play(step));
  }
  return {};
}

Status Loader::play(const ScriptStep& step) {
  const Script& s = scripts_[step.script];
  const std::string client_id = "demo-" + std::to_string(step.script) + "-" + std::to_string(step.turn);
  if (static_cast<std::size_t>(step.turn) == s.turns.size()) { return finish(s, ticket_ids_.at(step.script)); }
  const Turn& turn = s.turns[static_cast<std::size_t>(step.turn)];
  ++messages_;
  return database_.write_now(0, [&](Transaction& tx) -> Status {
    if (step.turn == 0) {
      customers::see_customer(tx, s.customer, std::nullopt);
      PARLEY_TRY(const auto posted, tickets::start_conversation(tx, s.inbox, s.customer, {client_id, turn.text}));
      ticket_ids_[step.script] = posted.ticket.id;
      PARLEY_TRY(auto edit, tickets::TicketEdit::open(tx, posted.ticket.id, tickets::Actor::system()));
      edit.set_subject(s.subject);
      edit.set_tags(s.tags);
      edit.set_type(s.type);
      if (!s.agent.empty()) { PARLEY_CHECK(tickets::assign(edit, {agents_.at(s.agent).id, "least_loaded", "{}", false})); }
      if (s.priority != "normal") { edit.set_priority(s.priority); }
      edit.save();
      return {};
    }
    if (turn.by == "customer") {
      customers::see_customer(tx, s.customer, std::nullopt);
      PARLEY_TRY(const auto posted, tickets::post_customer_message(tx, ticket_ids_.at(step.script), s.customer, {client_id, turn.text}));
      return {};
    }
    tickets::AgentMessage message;
    message.message = {client_id, turn.text, {}, turn.by == "note" ? "note" : "reply"};
    PARLEY_TRY(const auto posted, tickets::post_agent_message(tx, principal_of(turn.agent.empty() ? s.agent : turn.agent), ticket_ids_.at(step.script), message));
    // Who answers has read what came before.
    std::ignore = tickets::set_agent_read(tx, posted.ticket.id, agents_.at(s.agent).id, posted.message.id);
    std::ignore = tickets::advance_position(tx, posted.ticket.id, tickets::PositionKind::agent_read, posted.message.id);
    return {};
  });
}

Status Loader::finish(const Script& s, TicketId id) {
  return database_.write_now(0, [&](Transaction& tx) -> Status {
    PARLEY_TRY(auto edit, tickets::TicketEdit::open(tx, id, s.agent.empty() ? tickets::Actor::system() : tickets::Actor::agent(agents_.at(s.agent).id, agents_.at(s.agent).name)));
    const bool ends_solved = s.ends == "solved" || s.ends == "closed";
    if (s.ends == "pending") { PARLEY_CHECK(edit.set_state(TicketState::pending)); }
    if (s.ends == "on_hold") { PARLEY_CHECK(edit.set_state(TicketState::on_hold)); }
    if (ends_solved) { PARLEY_CHECK(edit.set_state(TicketState::solved)); }
    edit.save();
    if (ends_solved && edit.ticket().last_message) {
      std::ignore = tickets::advance_position(tx, id, tickets::PositionKind::customer_read, edit.ticket().last_message->id);
      if (!s.agent.empty()) { std::ignore = tickets::set_agent_read(tx, id, agents_.at(s.agent).id, edit.ticket().last_message->id); }
    }
    if (s.rating) { PARLEY_TRY(const auto rated, tickets::rate_ticket(tx, id, s.customer, s.rating->first, s.rating->second)); }
    if (s.ends == "closed") {
      PARLEY_TRY(auto closing, tickets::TicketEdit::open(tx, id, tickets::Actor::system()));
      PARLEY_CHECK(closing.set_state(TicketState::closed));
      closing.save();
    }
    return {};
  });
}

}  // namespace

Result<LoadedShop> load_demo_shop(const std::string& url, const storage::FieldCipher& cipher, const std::filesystem::path& data, const std::string& password) {
  const auto clock = std::make_shared<ManualClock>(SystemClock().now() - day * 150);
  storage::DatabaseOptions options;
  options.url = url;
  options.readers = 1;
  options.lanes = 1;
  PARLEY_TRY(auto database, storage::open_database(options, clock));
  try {
    auto loaded = Loader(*database, clock, cipher, password).load(data);
    database->stop();
    return loaded;
  } catch (const json::exception& broken) {
    return Error(Errc::invalid_input, std::string("demo data: ") + broken.what());
  }
}

Result<json> demo_config(storage::Database& database) {
  return database.read_now([](Transaction& tx) -> Result<json> {
    json out{{"inbox_key_en", nullptr}, {"inbox_key_zh", nullptr}, {"email_en", nullptr}, {"email_zh", nullptr}};
    for (const auto& inbox : tickets::list_inboxes(tx)) {
      const std::string language = inbox.locale == "zh-CN" ? "zh" : "en";
      if (inbox.channel == "chat") {
        out["inbox_key_" + language] = inbox.key;
      } else if (const auto row = tx.query_one("SELECT settings FROM email_inbox WHERE inbox_id = ?", {inbox.id})) {
        out["email_" + language] = stored_json(row->text(0)).value("address", "");
      }
    }
    return out;
  });
}

Result<json> demo_identity(storage::Database& database, const storage::FieldCipher& cipher, const std::string& customer) {
  struct Person {
    const char *slug, *external_id, *name, *email, *locale;
  };
  static constexpr std::array people{Person{"sofia", "TW-10421", "Sofia Marino", "sofia.marino@posta.example", "en"},
                                     Person{"wang", "TW-10877", "王晓雯", "xiaowen.wang@youxiang.example", "zh-CN"}};
  const auto person = std::find_if(people.begin(), people.end(), [&](const Person& p) { return customer == p.slug; });
  if (person == people.end()) { return Error::with_reason(Errc::not_found, "not_found", "The demo knows sofia and wang."); }
  return database.read_now([&](Transaction& tx) -> Result<json> {
    for (const auto& inbox : tickets::list_inboxes(tx)) {
      if (inbox.locale != person->locale || inbox.channel != "chat") { continue; }
      PARLEY_TRY(const auto secret, tickets::inbox_secret(tx, cipher, inbox.id));
      return json{{"external_id", person->external_id}, {"name", person->name}, {"email", person->email},
                  {"hmac", hex_encode(hmac_sha256(secret, person->external_id))}, {"inbox", inbox.key}};
    }
    return Error::with_reason(Errc::not_found, "not_found", "The demo inbox is gone.");
  });
}

}  // namespace parley::demo
