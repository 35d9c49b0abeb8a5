#include "channels/email/mail_service.h"


#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <thread>

#include "base/log.h"
#include "base/text.h"
#include "channels/email/mail_out.h"
#include "channels/email/mailbox_readers.h"
#include "channels/email/reading/address.h"
#include "channels/email/service_health.h"

namespace parley::channels::email {

namespace asio = boost::asio;
using nlohmann::json;

namespace {

class Service final : public MailService, public smtp::MailHost {
 public:
  Service(Parts parts, MailServiceOptions options)
      : parts_(parts),
        options_(std::move(options)),
        intake_pool_(static_cast<std::size_t>(options_.intake_threads)),
        tokens_(parts_.clock, options_.authorities, [this](const std::string& old_token, const std::string& new_token) { return keep_token(old_token, new_token); }),
        out_({parts_.database, parts_.cipher, parts_.outgoing, parts_.clock, tokens_, options_.authorities, options_.helo}) {}
  ~Service() override { halt(); }

  Status begin();

  // Transport
  void settings_changed() override { asio::post(parts_.io, [this] { readers_->renew(); }); }
  json health(const EmailSettings& settings) const override;
  json listener() const override;
  std::vector<CheckStep> check_imap(const MailServer& server) override { return readers_->check(server); }
  std::vector<CheckStep> check_smtp(const MailServer& server) override { return out_.check(server); }

  // smtp::MailHost
  bool is_ours(std::string_view recipient) override { return parts_.mailboxes.smtp_inbox_of(recipient) != nullptr; }
  bool is_our_domain(std::string_view domain) override;
  void deliver(smtp::Envelope envelope, std::shared_ptr<const std::string> raw, std::function<void(std::vector<smtp::Answer>)> done) override;

  wire::Task<void> stop(milliseconds patience) override;
  std::uint16_t smtp_port() const override { return smtp_ ? smtp_->port() : 0; }
  MailProbe probe() const override;

 private:
  void take(IncomingMail mail, std::function<void(Result<TakenMail>)> done);
  Status keep_token(const std::string& old_token, const std::string& new_token);
  void halt();

  Parts parts_;
  MailServiceOptions options_;
  asio::thread_pool intake_pool_;
  std::atomic<std::uint64_t> waiting_{0};
  ServiceHealth in_;
  AccessTokens tokens_;
  MailOut out_;
  std::unique_ptr<smtp::SmtpServer> smtp_;
  std::unique_ptr<MailboxReaders> readers_;
};

Status Service::begin() {
  PARLEY_TRY(auto tls, wire::client_tls_context(options_.authorities));
  readers_ = std::make_unique<MailboxReaders>(MailboxReaders::Parts{parts_.io, parts_.database, parts_.mailboxes, parts_.clock, std::move(tls), tokens_,
                                                                    [this](IncomingMail mail, auto done) { take(std::move(mail), std::move(done)); }});
  if (options_.takes_smtp) { PARLEY_TRY(smtp_, smtp::SmtpServer::start(parts_.io, options_.smtp, *this, *parts_.clock)); }
  out_.begin();
  readers_->renew();
  return {};
}

/// Reading a mail costs CPU, so it happens on threads of its own. How many wait is bounded by whoever brings them: the listener by bytes,
/// each mailbox by its window.
void Service::take(IncomingMail mail, std::function<void(Result<TakenMail>)> done) {
  ++waiting_;
  auto finish = [this, inbox = mail.inbox, recipients = mail.recipients, done = std::move(done)](Result<TakenMail> taken) {
    auto of = inbox;
    if (!of && !recipients.empty()) {
      if (const auto settings = parts_.mailboxes.of_address(recipients.front())) { of = settings->inbox; }
    }
    in_.note(of, taken.has_error() ? taken.error().detail : std::string(), parts_.clock->now());
    done(std::move(taken));
    --waiting_;  // last: halt() waits for it
  };
  asio::post(intake_pool_, [this, mail = std::move(mail), finish = std::move(finish)]() mutable {
    try {
      parts_.intake.take(std::move(mail), finish);
    } catch (const std::exception& failure) {  // out of memory, or a bug: this mail comes again, the others go on
      log_error("mail_not_taken error={}", {failure.what()});
      finish(Error(Errc::unavailable, failure.what()));
    }
  });
}

/// The mailboxes' readers go on: they ask the settings for their token.
Status Service::keep_token(const std::string& old_token, const std::string& new_token) {
  const auto kept = parts_.database.write_now(0, [&](storage::Transaction& tx) -> Status {
    replace_refresh_token(tx, parts_.cipher, old_token, new_token);
    return {};
  });
  const auto known = kept.has_error() ? kept : parts_.mailboxes.reload(parts_.database, parts_.cipher);
  if (known.has_error()) { log_error("oauth_token_not_kept error={}", {known.error().detail}); }
  return known;
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

json Service::health(const EmailSettings& settings) const {
  json in = readers_->health(settings.inbox);
  if (in.is_null()) { in = in_.of(settings.inbox, settings.is_enabled && settings.incoming != "none" && (settings.incoming != "smtp" || smtp_)); }
  return {{"in", std::move(in)}, {"out", out_.health(settings.inbox, settings.is_enabled && settings.outgoing != "none")}};
}

json Service::listener() const {
  if (!smtp_) { return nullptr; }
  return {{"host", options_.smtp.session.host_name}, {"port", smtp_->port()}};
}

MailProbe Service::probe() const {
  MailProbe probe{parts_.intake.probe(), out_.probe(), {}, waiting_, tokens_.probe()};
  if (smtp_) { probe.smtp = smtp_->probe(); }
  return probe;
}

wire::Task<void> Service::stop(milliseconds patience) {
  readers_->stop();
  out_.stop();
  if (smtp_) { co_await smtp_->stop(patience); }
}

/// The I/O thread has ended. What was accepted is committed while the database still stands.
void Service::halt() {
  tokens_.stop();  // a mail that waits for its token goes back to the outbox
  out_.halt();
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
