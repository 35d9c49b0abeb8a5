#include "channels/email/mail_service.h"

#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <thread>

#include "base/crypto.h"
#include "base/text.h"
#include "channels/email/imap/account_check.h"
#include "channels/email/imap/mailbox_reader.h"
#include "channels/email/reading/address.h"
#include "channels/email/sending/smtp_sender.h"
#include "tickets/ticket_edit.h"

namespace parley::channels::email {

namespace asio = boost::asio;
using nlohmann::json;
using storage::Transaction;

namespace {

/// Temporary failures are tried again for about three days; pauses end at four hours, less their jitter.
storage::OutboxOptions outbox_options() {
  storage::OutboxOptions options;
  options.attempts_max = 33;
  options.backoff_first = milliseconds{30'000};
  options.backoff_max = milliseconds{4LL * 3600 * 1000};
  options.claim_lease = milliseconds{15LL * 60 * 1000};  // longer than a hand-over can take
  options.on_change = [](Transaction& tx, const storage::OutboxItem& item) {
    if (item.message_id != 0) { tickets::announce_message(tx, MessageId{item.message_id}); }
  };
  return options;
}

SmtpRoute route_of(const MailServer& server, const MailServiceOptions& options, int rate_per_minute) {
  SmtpRoute route;
  route.host = server.host;
  route.port = static_cast<std::uint16_t>(server.port);
  route.security = server.security;
  route.user = server.user;
  route.secret = server.secret;
  route.auth = server.auth;
  route.ca_file = options.authorities;
  route.helo = options.helo;
  route.rate_per_minute = rate_per_minute;
  return route;
}

imap::ImapAccount account_of(const MailServer& server) {
  imap::ImapAccount account;
  account.host = server.host;
  account.port = static_cast<std::uint16_t>(server.port);
  account.security = server.security;
  account.user = server.user;
  account.secret = server.secret;
  account.auth = server.auth;
  account.mailbox = server.mailbox;
  account.after = server.after == "move" ? imap::ImapAccount::After::move : server.after == "delete" ? imap::ImapAccount::After::delete_ : imap::ImapAccount::After::mark_seen;
  account.move_to = server.move_to;
  return account;
}

std::string account_name(const MailServer& s) { return hex_encode(sha256(to_lower_ascii(s.host) + "\n" + s.user + "\n" + s.mailbox)).substr(0, 16); }

/// Equal texts: the reader that runs is the one that is wanted.
std::string identity_of(const EmailSettings& s) {
  const auto& i = *s.imap;
  return i.host + "\n" + std::to_string(i.port) + "\n" + std::string(to_word(i.security)) + "\n" + i.user + "\n" + i.secret + "\n" + std::string(to_word(i.auth)) + "\n" + i.mailbox + "\n" + i.after + "\n" + i.move_to;
}

json time_or_null(const std::optional<TimePoint>& at) { return at ? json(to_ms(*at)) : json(nullptr); }

json health_json(const char* state, const std::optional<TimePoint>& ok, const std::string& error, const std::optional<TimePoint>& error_at, std::uint64_t count) {
  return {{"state", state}, {"last_ok_at", time_or_null(ok)}, {"error", error}, {"error_at", time_or_null(error_at)}, {"count", count}};
}

/// What is known of one inbox's way out, or its SMTP way in.
struct Health {
  std::optional<TimePoint> ok_at, error_at;
  std::string error;
  std::uint64_t count{0};
};

// --- the mailboxes -----------------------------------------------------------------------------------------------------------------------

using TakeMail = std::function<void(IncomingMail, std::function<void(Result<TakenMail>)>)>;

class Taker final : public imap::MailTaker {
 public:
  /// `account` names server, user and mailbox: another account of the same inbox begins anew.
  Taker(InboxId inbox, std::string account, storage::Database& database, TakeMail take)
      : inbox_(inbox), account_(std::move(account)), database_(database), take_(std::move(take)) {}

  void position(std::function<void(Result<imap::ReaderPosition>)> done) override {
    database_.read<imap::ReaderPosition>(
        [inbox = inbox_, account = account_](Transaction& tx) -> Result<imap::ReaderPosition> {
          const auto row = tx.query_one("SELECT imap_position FROM email_inbox WHERE inbox_id = ?", {inbox});
          const json kept = row ? json::parse(row->text(0), nullptr, false) : json::object();
          if (!kept.is_object() || kept.value("account", "") != account) { return imap::ReaderPosition{}; }
          return imap::ReaderPosition{kept.value("uidvalidity", 0u), kept.value("uid", 0u), kept.value("old_uid", 0u), from_ms(kept.value("started_at", std::int64_t{0}))};
        },
        std::move(done));
  }

  void take(imap::FetchedMail fetched, std::function<void(Status)> done) override {
    IncomingMail mail;
    mail.raw = std::move(fetched.raw);
    mail.source = "imap";
    mail.source_key = std::to_string(inbox_.value) + "/" + account_ + "/" + std::to_string(fetched.uidvalidity) + "/" + std::to_string(fetched.uid);
    mail.inbox = inbox_;
    mail.is_cut = fetched.is_cut;
    take_(std::move(mail), [done = std::move(done)](const Result<TakenMail>& taken) { taken.has_error() ? done(taken.error()) : done(Status{}); });
  }

  void save(imap::ReaderPosition p, std::function<void(Status)> done) override {
    const std::string text = json{{"account", account_}, {"uidvalidity", p.uidvalidity}, {"uid", p.uid}, {"old_uid", p.old_uid}, {"started_at", to_ms(p.started_at)}}.dump();
    struct Saved {};
    database_.write<Saved>(
        0,
        [inbox = inbox_, text](Transaction& tx) -> Result<Saved> {
          tx.execute("UPDATE email_inbox SET imap_position = ? WHERE inbox_id = ?", {text, inbox});
          return Saved{};
        },
        [done = std::move(done)](const Result<Saved>& saved) { saved.has_error() ? done(saved.error()) : done(Status{}); });
  }

 private:
  InboxId inbox_;
  std::string account_;
  storage::Database& database_;
  TakeMail take_;
};

// --- all of it ---------------------------------------------------------------------------------------------------------------------------

class Service final : public MailService, public smtp::MailHost {
 public:
  Service(Parts parts, MailServiceOptions options)
      : parts_(parts), options_(std::move(options)), intake_pool_(static_cast<std::size_t>(options_.intake_threads)), sender_(parts_.clock) {}
  ~Service() override { halt(); }

  Status begin();

  // Transport
  void settings_changed() override { asio::post(parts_.io, [this] { renew_readers(); }); }
  json health(const EmailSettings& settings) const override;
  json listener() const override;
  std::vector<CheckStep> check_imap(const MailServer& server) override;
  std::vector<CheckStep> check_smtp(const MailServer& server) override { return check_route(route_of(server, options_, 0)); }

  // smtp::MailHost
  bool is_ours(std::string_view recipient) override { return parts_.mailboxes.of_address(recipient) != nullptr; }
  bool is_our_domain(std::string_view domain) override;
  void deliver(smtp::Envelope envelope, std::shared_ptr<const std::string> raw, std::function<void(std::vector<smtp::Answer>)> done) override;

  wire::Task<void> stop(milliseconds patience) override;
  std::uint16_t smtp_port() const override { return smtp_ ? smtp_->port() : 0; }
  MailProbe probe() const override;

 private:
  struct Reader {
    std::string identity;
    std::unique_ptr<imap::MailboxReader> reader;
  };
  void take(IncomingMail mail, std::function<void(Result<TakenMail>)> done);
  void renew_readers();
  void halt();
  storage::SendOutcome send(const storage::OutboxItem& item);
  storage::SendOutcome hand_over(const Outgoing::Built& built);
  storage::SendOutcome keep_locally(const std::string& raw);
  void note_refused(const SmtpOutcome& outcome);
  void note(std::map<std::int64_t, Health>& map, InboxId inbox, const std::string& error);

  Parts parts_;
  MailServiceOptions options_;
  asio::thread_pool intake_pool_;
  std::atomic<std::uint64_t> waiting_{0};
  SmtpSender sender_;
  std::shared_ptr<asio::ssl::context> client_tls_;
  std::unique_ptr<smtp::SmtpServer> smtp_;
  std::unique_ptr<storage::OutboxWorker> outbox_;
  std::thread outbox_thread_;
  mutable std::mutex mutex_;  // guards the next three
  std::map<std::int64_t, Reader> readers_;
  std::map<std::int64_t, Health> in_, out_;
  bool is_stopping_{false};   // I/O thread
};

Status Service::begin() {
  PARLEY_TRY(client_tls_, wire::client_tls_context(options_.authorities));
  if (options_.takes_smtp) { PARLEY_TRY(smtp_, smtp::SmtpServer::start(parts_.io, options_.smtp, *this, *parts_.clock)); }
  outbox_ = storage::make_outbox_worker(parts_.database, parts_.clock, outbox_options(), {{outbox_channel, [this](const storage::OutboxItem& item) { return send(item); }}});
  outbox_thread_ = std::thread([this] { outbox_->run(); });
  renew_readers();
  return {};
}

// --- in ----------------------------------------------------------------------------------------------------------------------------------

/// Reading a mail costs CPU, so it happens on threads of its own. How many wait is bounded by whoever brings them: the listener by bytes,
/// each mailbox by its window.
void Service::take(IncomingMail mail, std::function<void(Result<TakenMail>)> done) {
  ++waiting_;
  auto finish = [this, inbox = mail.inbox, recipients = mail.recipients, done = std::move(done)](Result<TakenMail> taken) {
    auto of = inbox;
    if (!of && !recipients.empty()) {
      if (const auto settings = parts_.mailboxes.of_address(recipients.front())) { of = settings->inbox; }
    }
    note(in_, of, taken.has_error() ? taken.error().detail : std::string());
    done(std::move(taken));
    --waiting_;  // last: halt() waits for it
  };
  asio::post(intake_pool_, [this, mail = std::move(mail), finish = std::move(finish)]() mutable {
    try {
      parts_.intake.take(std::move(mail), finish);
    } catch (const std::exception& failure) {  // out of memory, or a bug: this mail comes again, the others go on
      spdlog::error("mail_not_taken error={}", failure.what());
      finish(Error(Errc::unavailable, failure.what()));
    }
  });
}

void Service::note(std::map<std::int64_t, Health>& map, InboxId inbox, const std::string& error) {
  const std::lock_guard lock(mutex_);
  Health& health = map[inbox.value];
  const TimePoint now = parts_.clock->now();
  if (error.empty()) {
    health.ok_at = now;
    ++health.count;
  } else {
    health.error_at = now;
    health.error = error;
  }
}

bool Service::is_our_domain(std::string_view domain) {
  for (const auto& settings : parts_.mailboxes.all()) {
    for (const auto& address : settings->own_addresses()) {
      if (domain_of(address) == to_lower_ascii(domain)) { return true; }
    }
  }
  return false;
}

void Service::deliver(smtp::Envelope envelope, std::shared_ptr<const std::string> raw, std::function<void(std::vector<smtp::Answer>)> done) {
  IncomingMail mail;
  mail.raw = std::move(raw);
  mail.source = "smtp";
  mail.mail_from = std::move(envelope.mail_from);
  mail.recipients = std::move(envelope.recipients);
  const std::size_t count = mail.recipients.size();
  take(std::move(mail), [done = std::move(done), count](const Result<TakenMail>& taken) {
    smtp::Answer answer{451, "4.3.0", "cannot be stored now"};
    if (taken.has_value()) { answer = {250, "2.0.0", "kept as " + std::to_string(taken->mail_id)}; }
    done(std::vector<smtp::Answer>(count, answer));
  });
}

void Service::renew_readers() {
  if (is_stopping_) { return; }
  std::map<std::int64_t, Reader> kept;
  const std::lock_guard lock(mutex_);
  for (const auto& settings : parts_.mailboxes.all()) {
    if (!settings->is_enabled || settings->incoming != "imap" || !settings->imap) { continue; }
    const std::int64_t id = settings->inbox.value;
    const std::string identity = identity_of(*settings);
    if (const auto found = readers_.find(id); found != readers_.end() && found->second.identity == identity) {
      kept.emplace(id, std::move(found->second));
      readers_.erase(found);
      continue;
    }
    imap::ReaderOptions options;
    options.tls = client_tls_;
    options.clock = parts_.clock;
    auto taker = std::make_shared<Taker>(settings->inbox, account_name(*settings->imap), parts_.database, [this](IncomingMail mail, auto done) { take(std::move(mail), std::move(done)); });
    auto reader = std::make_unique<imap::MailboxReader>(parts_.io.get_executor(), account_of(*settings->imap), std::move(taker), options);
    reader->start();
    kept.emplace(id, Reader{identity, std::move(reader)});
  }
  for (auto& [id, reader] : readers_) { reader.reader->stop(); }
  readers_ = std::move(kept);
}

std::vector<CheckStep> Service::check_imap(const MailServer& server) {
  auto checked = asio::co_spawn(parts_.io, imap::check_account(parts_.io.get_executor(), account_of(server), client_tls_), asio::use_future);
  while (checked.wait_for(milliseconds{200}) != std::future_status::ready) {
    if (parts_.io.stopped()) { return {}; }  // nobody will ever finish it
  }
  return checked.get();
}

// --- out -----------------------------------------------------------------------------------------------------------------------------------

storage::SendOutcome Service::send(const storage::OutboxItem& item) {
  using Kind = storage::SendOutcome::Kind;
  const auto built = parts_.outgoing.build(parts_.database, MessageId{item.message_id});
  if (built.has_error()) {
    const auto& why = built.error();
    const bool is_temporary = why.code == Errc::unavailable || why.code == Errc::timeout || why.code == Errc::internal;
    return {is_temporary ? Kind::retry_later : Kind::refused, {}, why.detail, {}};
  }
  const auto outcome = hand_over(*built);
  if (outcome.was_tried) { note(out_, built->settings->inbox, outcome.kind == Kind::sent ? std::string() : outcome.error); }
  return outcome;
}

storage::SendOutcome Service::hand_over(const Outgoing::Built& built) {
  using Kind = storage::SendOutcome::Kind;
  const auto& settings = *built.settings;
  if (settings.outgoing == "local") { return keep_locally(built.mail.raw); }
  if (settings.outgoing != "smtp" || !settings.smtp || !settings.is_enabled) {
    return {Kind::retry_later, {}, "this inbox has no way out at present", {}};
  }
  const auto outcome = sender_.hand_over(route_of(*settings.smtp, options_, settings.rate_per_minute), {built.mail_from, built.recipients, built.mail.raw});
  note_refused(outcome);
  storage::SendOutcome out;
  switch (outcome.kind) {
    case SmtpOutcome::Kind::sent: out.kind = Kind::sent; break;
    case SmtpOutcome::Kind::retry_later: out.kind = Kind::retry_later; break;
    case SmtpOutcome::Kind::refused: out.kind = Kind::refused; break;
    case SmtpOutcome::Kind::unknown: out.kind = Kind::unknown; break;
  }
  out.provider_id = outcome.provider_id;
  out.error = outcome.error;
  out.status = outcome.status;
  out.retry_after = outcome.retry_after;
  out.was_tried = !outcome.is_held();
  if (outcome.kind == SmtpOutcome::Kind::sent) {  // for all but these
    out.status.clear();
    for (const auto& person : outcome.not_taken) { out.error += (out.error.empty() ? "" : "; ") + person.address + ": " + person.error; }
  }
  return out;
}

/// Addresses the server refused for good are known the next time somebody writes there.
void Service::note_refused(const SmtpOutcome& outcome) {
  if (outcome.not_taken.empty()) { return; }
  std::ignore = parts_.database.write_now(0, [&](Transaction& tx) -> Status {
    for (const auto& person : outcome.not_taken) {
      const auto address = normalise_email(person.address);
      if (!address || !person.is_refused) { continue; }
      const bool is_hard = person.status.rfind("5.1.", 0) == 0;
      note_bounce(tx, parts_.cipher.lookup_hash("email", *address), {is_hard, std::string(first_characters(person.status, 16)), std::string(first_characters(person.error, 500)), tx.now()});
    }
    return {};
  });
}

storage::SendOutcome Service::keep_locally(const std::string& raw) {
  using Kind = storage::SendOutcome::Kind;
  const auto kept = parts_.database.write_now(0, [&](Transaction& tx) -> Result<std::int64_t> {
    return tx.insert("INSERT INTO demo_mail (raw, is_from_shop, created_at) VALUES (?,1,?)", {raw, tx.now()});
  });
  if (kept.has_error()) { return {Kind::retry_later, {}, kept.error().detail, {}}; }
  return {Kind::sent, "local-" + std::to_string(*kept), {}, {}};
}

// --- figures and the end -------------------------------------------------------------------------------------------------------------------

json Service::health(const EmailSettings& settings) const {
  const std::lock_guard lock(mutex_);
  const auto of = [&](const std::map<std::int64_t, Health>& map, bool is_on) {
    const auto found = map.find(settings.inbox.value);
    const Health h = found == map.end() ? Health{} : found->second;
    const bool is_failing = h.error_at && (!h.ok_at || *h.ok_at < *h.error_at);
    return health_json(!is_on ? "off" : is_failing ? "failing" : h.ok_at ? "ok" : "waiting", h.ok_at, h.error, h.error_at, h.count);
  };
  json in = of(in_, settings.is_enabled && settings.incoming != "none" && (settings.incoming != "smtp" || smtp_));
  if (const auto reader = readers_.find(settings.inbox.value); reader != readers_.end()) {
    static constexpr const char* names[] = {"off", "waiting", "ok", "failing"};
    const auto h = reader->second.reader->health();
    in = health_json(names[static_cast<int>(h.state)], h.last_ok_at, h.error, h.error_at, h.count);
  }
  return {{"in", std::move(in)}, {"out", of(out_, settings.is_enabled && settings.outgoing != "none")}};
}

json Service::listener() const {
  if (!smtp_) { return nullptr; }
  return {{"host", options_.smtp.session.host_name}, {"port", smtp_->port()}};
}

MailProbe Service::probe() const {
  MailProbe probe{parts_.intake.probe(), outbox_->probe(), {}, waiting_};
  if (smtp_) { probe.smtp = smtp_->probe(); }
  return probe;
}

wire::Task<void> Service::stop(milliseconds patience) {
  is_stopping_ = true;
  {
    const std::lock_guard lock(mutex_);
    for (auto& [id, reader] : readers_) { reader.reader->stop(); }
  }
  if (smtp_) { co_await smtp_->stop(patience); }
}

/// The I/O thread has ended. What was accepted is committed while the database still stands.
void Service::halt() {
  if (outbox_) { outbox_->stop(); }
  sender_.stop();
  if (outbox_thread_.joinable()) { outbox_thread_.join(); }
  intake_pool_.join();
  while (waiting_ > 0) { std::this_thread::sleep_for(milliseconds{2}); }  // their commits, which have deadlines of their own
}

}  // namespace

Result<std::unique_ptr<MailService>> MailService::start(Parts parts, MailServiceOptions options) {
  auto service = std::make_unique<Service>(parts, std::move(options));
  PARLEY_CHECK(service->begin());
  return std::unique_ptr<MailService>(std::move(service));
}

}  // namespace parley::channels::email
