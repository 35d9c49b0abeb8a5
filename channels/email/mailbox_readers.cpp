#include "channels/email/mailbox_readers.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include "base/crypto.h"
#include "base/json_text.h"
#include "base/text.h"
#include "channels/email/imap/account_check.h"
#include "channels/email/service_health.h"

namespace parley::channels::email {

namespace asio = boost::asio;
using nlohmann::json;
using storage::Transaction;

namespace {

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

class Taker final : public imap::MailTaker {
 public:
  /// `account` names server, user and mailbox: another account of the same inbox begins anew.
  Taker(InboxId inbox, std::string account, const MailboxReaders::Parts& parts)
      : inbox_(inbox), account_(std::move(account)), database_(parts.database), mailboxes_(parts.mailboxes), tokens_(parts.tokens), take_(parts.take) {}

  /// Of the settings as they are now: a provider may have handed out another refresh token since the reader began.
  void secret(std::function<void(Result<std::string>)> done) override {
    const auto settings = mailboxes_.of(inbox_);
    if (!settings || !settings->imap || !settings->imap->oauth) { return done(std::string()); }
    tokens_.fetch(*settings->imap->oauth, settings->imap->secret, std::move(done));
  }

  void position(std::function<void(Result<imap::ReaderPosition>)> done) override {
    database_.read<imap::ReaderPosition>(
        [inbox = inbox_, account = account_](Transaction& tx) -> Result<imap::ReaderPosition> {
          const auto row = tx.query_one("SELECT imap_position FROM email_inbox WHERE inbox_id = ?", {inbox});
          const json kept = row ? stored_json(row->text(0)) : json::object();
          if (!kept.is_object() || kept.value("account", "") != account) { return imap::ReaderPosition{}; }
          return imap::ReaderPosition{kept.value("uidvalidity", 0u), kept.value("uid", 0u), kept.value("old_uid", 0u), from_ms(kept.value("started_at", std::int64_t{0})),
                                      kept.value("rewinds", 0u)};
        },
        std::move(done));
  }

  void take(imap::FetchedMail fetched, std::function<void(Status)> done) override {
    IncomingMail mail;
    mail.raw = std::move(fetched.raw);
    mail.source = "imap";
    mail.source_key = std::to_string(inbox_.value) + "/" + account_ + "/" + std::to_string(fetched.uidvalidity) + "/" + std::to_string(fetched.uid) +
                      (fetched.rewinds > 0 ? "/" + std::to_string(fetched.rewinds) : std::string());
    mail.inbox = inbox_;
    mail.is_cut = fetched.is_cut;
    take_(std::move(mail), [done = std::move(done)](const Result<TakenMail>& taken) { taken.has_error() ? done(taken.error()) : done(Status{}); });
  }

  void save(imap::ReaderPosition p, std::function<void(Status)> done) override {
    const std::string text = dump_json(json{{"account", account_}, {"uidvalidity", p.uidvalidity}, {"uid", p.uid}, {"old_uid", p.old_uid}, {"started_at", to_ms(p.started_at)}, {"rewinds", p.rewinds}});
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
  const Mailboxes& mailboxes_;
  AccessTokens& tokens_;
  TakeMail take_;
};

}  // namespace

MailboxReaders::Reader MailboxReaders::make_reader(const EmailSettings& settings) const {
  imap::ReaderOptions options;
  options.tls = parts_.tls;
  options.clock = parts_.clock;
  auto taker = std::make_shared<Taker>(settings.inbox, account_name(*settings.imap), parts_);
  auto reader = std::make_unique<imap::MailboxReader>(parts_.io.get_executor(), account_of(*settings.imap), std::move(taker), options);
  reader->start();
  return {*settings.imap, std::move(reader)};
}

void MailboxReaders::renew() {
  if (is_stopping_) { return; }
  std::map<std::int64_t, Reader> kept;
  const std::lock_guard lock(mutex_);
  for (const auto& settings : parts_.mailboxes.all()) {
    if (!settings->is_enabled || settings->incoming != "imap" || !settings->imap) { continue; }
    const std::int64_t id = settings->inbox.value;
    if (const auto found = readers_.find(id); found != readers_.end() && found->second.server == *settings->imap) {
      kept.emplace(id, std::move(found->second));
      readers_.erase(found);
      continue;
    }
    kept.emplace(id, make_reader(*settings));
  }
  for (auto& [id, reader] : readers_) { reader.reader->stop(); }
  readers_ = std::move(kept);
}

void MailboxReaders::stop() {
  is_stopping_ = true;
  const std::lock_guard lock(mutex_);
  for (auto& [id, reader] : readers_) { reader.reader->stop(); }
}

json MailboxReaders::health(InboxId inbox) const {
  const std::lock_guard lock(mutex_);
  const auto found = readers_.find(inbox.value);
  if (found == readers_.end()) { return nullptr; }
  static constexpr const char* names[] = {"off", "waiting", "ok", "failing"};
  const auto h = found->second.reader->health();
  return health_json(names[static_cast<int>(h.state)], h.last_ok_at, h.error, h.error_at, h.count);
}

std::vector<CheckStep> MailboxReaders::check(const MailServer& server) const {
  auto account = account_of(server);
  if (server.oauth) {
    auto token = parts_.tokens.of(*server.oauth, server.secret);
    if (token.has_error()) { return {CheckStep{"login", false, token.error().detail}}; }
    account.secret = std::move(*token);
  }
  auto checked = asio::co_spawn(parts_.io, imap::check_account(parts_.io.get_executor(), std::move(account), parts_.tls), asio::use_future);
  while (checked.wait_for(milliseconds{200}) != std::future_status::ready) {
    if (parts_.io.stopped()) { return {}; }  // nobody will ever finish it
  }
  return checked.get();
}

}  // namespace parley::channels::email
