#include "server/demo/demo_mail.h"

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "base/crypto.h"
#include "base/text.h"
#include "channels/email/intake.h"
#include "channels/email/outgoing.h"
#include "channels/email/sending/mail_html.h"
#include "customers/customer_store.h"
#include "server/demo/demo_data.h"
#include "staff/staff_store.h"
#include "tickets/assignment.h"
#include "tickets/ticket_edit.h"
#include "tickets/ticket_service.h"
#include "tickets/ticket_store.h"

namespace parley::demo {

namespace email = channels::email;
using nlohmann::json;
using storage::Transaction;

namespace {


struct MailStep {
  TimePoint at;
  std::size_t thread;
  std::size_t turn;  // after the last: the end
};

/// How one thread stands while it is replayed.
struct Running {
  TicketId ticket;
  email::MailAddress from;
  InboxId inbox;
  std::string address;         // of the inbox
  std::string last_from_shop;  // Message-ID
  std::string last_text;       // what the shop wrote there
  int mails{0};
};

class MailLoader {
 public:
  MailLoader(storage::Database& database, std::shared_ptr<ManualClock> clock, const storage::FieldCipher& cipher, const std::filesystem::path& files)
      : database_(database), clock_(std::move(clock)), cipher_(cipher), customers_(cipher), files_(files / "files"), raw_store_(files / "mail"),
        intake_({database_, customers_, cipher_, files_, raw_store_, mailboxes_, clock_, keys_, files / "mail-under-way"}),
        outgoing_({customers_, cipher_, files_, raw_store_, mailboxes_, keys_}) {}

  void know_person(const json& person) { people_[person.at("slug").get<std::string>()] = person; }
  void know_agent(const std::string& slug, const staff::Agent& agent) { agents_[slug] = agent; }
  Result<LoadedMail> load(const json& data);

 private:
  Status load_inboxes(const json& data);
  Status play(const json& thread, Running& run, std::size_t turn, std::size_t index);
  Status customer_writes(const json& thread, const json& turn, Running& run, std::size_t index);
  Status staff_writes(const json& thread, const json& turn, Running& run, std::size_t index);
  Status finish(const json& thread, Running& run);
  email::MailAddress sender_of(const json& from);

  storage::Database& database_;
  std::shared_ptr<ManualClock> clock_;
  const storage::FieldCipher& cipher_;
  customers::CustomerService customers_;
  tickets::FileStore files_;
  email::RawStore raw_store_;
  email::Mailboxes mailboxes_;
  std::vector<std::string> keys_{cipher_.derive("mail_threading")};
  email::Intake intake_;
  email::Outgoing outgoing_;
  std::map<std::string, std::pair<InboxId, std::string>> inboxes_;  // id and address by key
  std::map<std::string, staff::Agent> agents_;                      // by slug
  std::map<std::string, json> people_;
  LoadedMail loaded_;
};

Status MailLoader::load_inboxes(const json& data) {
  PARLEY_CHECK(database_.write_now(0, [&](Transaction& tx) -> Status {
    for (const auto& row : data.at("templates")) {
      tx.insert("INSERT INTO template (name, shortcut, locale, text, updated_at) VALUES (?,?,?,?,?)",
                {row.at("name").get<std::string>(), row.at("shortcut").get<std::string>(), row.at("locale").get<std::string>(), row.at("text").get<std::string>(), tx.now()});
    }
    for (const auto& row : data.at("inboxes")) {
      tickets::Inbox inbox;
      inbox.channel = "email";
      inbox.key = "pk_mail_" + row.at("key").get<std::string>();
      inbox.name = row.at("name").get<std::string>();
      inbox.locale = row.at("locale").get<std::string>();
      inbox.assignment = "manual";
      inbox.prechat = tickets::default_prechat();
      inbox.business_hours = tickets::default_business_hours();
      for (const auto& team : staff::list_teams(tx)) {
        if (team.name == row.at("team_name").get<std::string>()) { inbox.team = team.id; }
      }
      inbox.id = tickets::insert_inbox(tx, inbox, cipher_.seal_with_master(random_token(24), "inbox:" + inbox.key));
      for (auto& chat : tickets::list_inboxes(tx)) {
        if (chat.channel != "chat" || chat.locale != inbox.locale || chat.email_inbox) { continue; }
        chat.email_inbox = inbox.id;
        tickets::update_inbox(tx, chat);
      }
      email::EmailSettings settings;
      json wanted = row;
      wanted["incoming"] = "smtp";
      wanted["outgoing"] = "local";
      PARLEY_CHECK(email::read_settings(settings, wanted));
      settings.inbox = inbox.id;
      email::save_settings(tx, cipher_, settings);
      inboxes_[row.at("key").get<std::string>()] = {inbox.id, settings.address};
    }
    return {};
  }));
  return mailboxes_.reload(database_, cipher_);
}

email::MailAddress MailLoader::sender_of(const json& from) {
  if (from.is_object()) { return {from.at("name").get<std::string>(), from.at("address").get<std::string>()}; }
  const json& person = people_.at(from.get<std::string>());
  return {person.at("name").get<std::string>(), person.at("email").get<std::string>()};
}

Status MailLoader::customer_writes(const json& thread, const json& turn, Running& run, std::size_t index) {
  email::OutgoingMail mail;
  mail.from = run.from;
  mail.to = {{"", run.address}};
  for (const auto& copied : thread.value("cc", json::array())) { mail.cc.push_back(sender_of(copied)); }
  mail.subject = run.last_from_shop.empty() ? thread.at("subject").get<std::string>() : "Re: " + thread.at("subject").get<std::string>();
  mail.message_id = "demo-" + std::to_string(index) + "-" + std::to_string(run.mails++) + "@" + run.from.address.substr(run.from.address.find('@') + 1);
  mail.in_reply_to = run.last_from_shop;
  mail.date = clock_->now();
  mail.text = turn.value("text", "");
  mail.html = turn.value("html", "");
  if (turn.value("quotes", false) && !run.last_text.empty()) {
    const email::QuotedMail quote{{"Tidewood", run.address}, clock_->now() - hour, {}, {}, run.last_text};
    const std::string locale = thread.at("inbox") == "zh" ? "zh-CN" : "en";
    mail.text += "\n\n" + email::quote_text(quote, locale);
    if (!mail.html.empty()) { mail.html += email::quote_html(quote, locale); }
  }
  const json headers = turn.value("headers", json::object());
  for (const auto& [name, value] : headers.items()) { mail.extra_headers.emplace_back(name, value.get<std::string>()); }
  PARLEY_TRY(const auto written, email::write_mail(mail));
  PARLEY_TRY(const auto taken, intake_.take_now({std::make_shared<const std::string>(written.raw), "smtp", {}, run.inbox, run.from.address, {run.address}}));
  if (!taken.ticket) { return Error(Errc::invalid_input, "demo mail " + mail.subject + " became no ticket but " + taken.state); }
  if (!run.ticket) { run.ticket = *taken.ticket; }
  return {};
}

Status MailLoader::staff_writes(const json& thread, const json& turn, Running& run, std::size_t index) {
  const auto& agent = agents_.at(turn.value("agent", thread.at("agent").is_string() ? thread.at("agent").get<std::string>() : std::string()));
  Principal who;
  who.kind = Principal::Kind::agent;
  who.agent = agent.id;
  who.role = Role::supervisor;
  who.teams = agent.teams;
  who.name = agent.name;
  tickets::AgentMessage message;
  message.message = {"demo-mail-" + std::to_string(index) + "-" + std::to_string(run.mails++), turn.value("text", ""), {}, turn.at("by") == "note" ? "note" : "reply"};
  message.message.html = turn.value("html", "");
  PARLEY_TRY(const auto posted, database_.write_now(0, [&](Transaction& tx) -> Result<tickets::Posted> {
    PARLEY_TRY(auto stored, tickets::post_agent_message(tx, who, run.ticket, message, {{"email", &outgoing_}}));
    tx.execute("UPDATE outbox SET state = 2, attempts = 1 WHERE message_id = ?", {stored.message.id});
    std::ignore = tickets::set_agent_read(tx, run.ticket, agent.id, stored.message.id);
    return stored;
  }));
  if (posted.message.kind != "reply") { return {}; }
  PARLEY_TRY(const auto built, outgoing_.build(database_, posted.message.id));
  run.last_from_shop = email::make_message_id(keys_, {run.ticket, posted.message.id}, run.address.substr(run.address.find('@') + 1));
  run.last_text = posted.message.text;
  return database_.write_now(0, [&](Transaction& tx) -> Status {
    tx.insert("INSERT INTO demo_mail (raw, is_from_shop, created_at) VALUES (?,1,?)", {built.mail.raw, tx.now()});
    return {};
  });
}

Status MailLoader::finish(const json& thread, Running& run) {
  return database_.write_now(0, [&](Transaction& tx) -> Status {
    PARLEY_TRY(auto edit, tickets::TicketEdit::open(tx, run.ticket, tickets::Actor::system()));
    edit.set_tags(thread.value("tags", std::vector<std::string>{}));
    if (const auto priority = thread.value("priority", "normal"); priority != "normal") { edit.set_priority(priority); }
    const auto ends = thread.value("ends", "open_customer_last");
    if (const auto state = tickets::parse_state(ends); state && *state != edit.ticket().state) { PARLEY_CHECK(edit.set_state(*state)); }
    edit.save();
    return {};
  });
}

Status MailLoader::play(const json& thread, Running& run, std::size_t turn, std::size_t index) {
  const auto& turns = thread.at("turns");
  if (turn == turns.size()) { return finish(thread, run); }
  ++loaded_.messages;
  return turns[turn].at("by") == "customer" ? customer_writes(thread, turns[turn], run, index) : staff_writes(thread, turns[turn], run, index);
}

Result<LoadedMail> MailLoader::load(const json& data) {
  const TimePoint now = SystemClock().now();
  PARLEY_CHECK(load_inboxes(data));
  const auto& threads = data.at("threads");
  std::vector<Running> running(threads.size());
  std::vector<MailStep> steps;
  for (std::size_t i = 0; i < threads.size(); ++i) {
    running[i].from = sender_of(threads[i].at("from"));
    std::tie(running[i].inbox, running[i].address) = inboxes_.at(threads[i].at("inbox").get<std::string>());
    TimePoint at = now - milliseconds{static_cast<std::int64_t>(threads[i].at("begins_hours_ago").get<double>() * static_cast<double>(hour.count()))};
    for (std::size_t turn = 0; turn < threads[i].at("turns").size(); ++turn) { steps.push_back({at += milliseconds{threads[i]["turns"][turn].value("after_s", 0) * 1000LL}, i, turn}); }
    steps.push_back({at, i, threads[i]["turns"].size()});
  }
  std::stable_sort(steps.begin(), steps.end(), [](const MailStep& a, const MailStep& b) { return a.at < b.at; });
  for (const auto& step : steps) {
    const TimePoint at = std::min(step.at, now);
    if (at > clock_->now()) { clock_->advance(at - clock_->now()); }
    PARLEY_CHECK(play(threads[step.thread], running[step.thread], step.turn, step.thread));
  }
  loaded_.tickets = static_cast<int>(threads.size());
  return loaded_;
}

}  // namespace

Result<LoadedMail> load_demo_mail(const std::string& url, const storage::FieldCipher& cipher, const std::filesystem::path& data, const std::filesystem::path& files) {
  const auto clock = std::make_shared<ManualClock>(SystemClock().now() - hour * (24 * 30));
  storage::DatabaseOptions options;
  options.url = url;
  options.readers = options.lanes = 1;
  PARLEY_TRY(const auto mails, read_data(data / "mails.json"));
  PARLEY_TRY(const auto people, read_data(data / "customers.json"));
  PARLEY_TRY(const auto shop, read_data(data / "shop.json"));
  PARLEY_TRY(auto database, storage::open_database(options, clock));
  try {
    MailLoader loader(*database, clock, cipher, files);
    for (const auto& person : people) { loader.know_person(person); }
    json named = mails;
    for (auto& inbox : named.at("inboxes")) {
      for (const auto& team : shop.at("teams")) {
        if (team.at("key") == inbox.at("team")) { inbox["team_name"] = team.at("name"); }
      }
    }
    PARLEY_TRY(const auto staff, database->read_now([](Transaction& tx) -> Result<std::vector<staff::Agent>> { return staff::list_agents(tx); }));
    for (const auto& row : shop.at("agents")) {
      const auto found = std::find_if(staff.begin(), staff.end(), [&](const auto& a) { return a.email == row.at("email").get<std::string>(); });
      if (found != staff.end()) { loader.know_agent(row.at("slug").get<std::string>(), *found); }
    }
    auto loaded = loader.load(named);
    database->stop();
    return loaded;
  } catch (const std::exception& broken) {  // JSON of another shape, a name that is nobody's
    return Error(Errc::invalid_input, std::string("demo data: ") + broken.what());
  }
}

}  // namespace parley::demo
