#include "channels/email/mail_out.h"

#include <algorithm>

#include "base/text.h"
#include "channels/email/delivery_news.h"
#include "channels/email/reading/address.h"
#include "tickets/ticket_edit.h"

namespace parley::channels::email {

using storage::Transaction;
using Kind = storage::SendOutcome::Kind;

namespace {

storage::OutboxOptions outbox_options() {
  storage::OutboxOptions options;
  options.attempts_max = 0;
  options.give_up_after = std::chrono::hours{72};
  options.backoff_first = milliseconds{30'000};
  options.backoff_max = std::chrono::hours{4};
  options.claim_lease = std::chrono::minutes{15};  // longer than a hand-over can take
  options.concurrency = 8;  // of which a server that answers to nothing holds two; each has a whole mail in memory
  options.on_change = [](Transaction& tx, const storage::OutboxItem& item) {
    if (item.message_id == 0) { return; }
    tickets::announce_message(tx, MessageId{item.message_id});
    if (item.state == storage::OutboxState::failed || item.state == storage::OutboxState::dead) { tell_failure(tx, item, item.failures); }
  };
  return options;
}

/// The outbox names people by their place in the message's list, which never changes, so that no address is written there.
std::vector<std::string> recipients_of(const Outgoing::Built& built, const std::vector<int>& left) {
  if (left.empty()) { return built.recipients; }
  std::vector<std::string> out;
  for (const int place : left) {
    if (place >= 0 && place < static_cast<int>(built.recipients.size())) { out.push_back(built.recipients[static_cast<std::size_t>(place)]); }
  }
  return out;
}

void append_line(std::string& text, const std::string& more) { text += (text.empty() || more.empty() ? "" : "; ") + more; }

/// The mail has left, but not for everybody: who was put off is tried again alone, who was refused will not get it.
storage::SendOutcome sort_recipients(const SmtpOutcome& outcome, const Outgoing::Built& built) {
  storage::SendOutcome out{Kind::sent, outcome.provider_id, {}, {}};
  for (const auto& person : outcome.not_taken) {
    const auto place = static_cast<int>(std::find(built.recipients.begin(), built.recipients.end(), person.address) - built.recipients.begin());
    append_line(out.error, person.address + ": " + person.error);
    out.status = person.status;
    if (person.is_refused) {
      out.failures.push_back({place, person.status, person.error});
    } else {
      out.left.push_back(place);
    }
  }
  if (!out.left.empty()) { out.kind = Kind::retry_later; }
  return out;
}

}  // namespace

MailOut::MailOut(Parts parts)
    : parts_(std::move(parts)),
      sender_(parts_.clock),
      worker_(storage::make_outbox_worker(parts_.database, parts_.clock, outbox_options(), {{outbox_channel, [this](const storage::OutboxItem& item) { return send(item); }}})) {}

void MailOut::begin() {
  thread_ = std::thread([this] { worker_->run(); });
}

void MailOut::halt() {
  worker_->stop();
  sender_.stop();
  if (thread_.joinable()) { thread_.join(); }
}

Result<SmtpRoute> MailOut::route_of(const MailServer& server) const {
  SmtpRoute route;
  route.host = server.host;
  route.port = static_cast<std::uint16_t>(server.port);
  route.security = server.security;
  route.user = server.user;
  route.secret = server.secret;
  if (server.oauth) { PARLEY_TRY(route.secret, parts_.tokens.of(*server.oauth, server.secret)); }
  route.auth = server.auth;
  route.ca_file = parts_.authorities;
  route.helo = parts_.helo;
  return route;
}

std::vector<CheckStep> MailOut::check(const MailServer& server) const {
  const auto route = route_of(server);
  return route.has_error() ? std::vector{CheckStep{"login", false, route.error().detail}} : check_route(*route);
}

storage::SendOutcome MailOut::send(const storage::OutboxItem& item) {
  const auto built = parts_.outgoing.build(parts_.database, MessageId{item.message_id});
  if (built.has_error()) {
    const auto& why = built.error();
    const bool is_temporary = why.code == Errc::unavailable || why.code == Errc::timeout || why.code == Errc::internal;
    return {is_temporary ? Kind::retry_later : Kind::refused, {}, why.detail, {}};
  }
  if (built->is_superseded) { return {Kind::withdrawn, {}, {}, {}, superseded_status}; }
  auto outcome = hand_over(*built, item);
  const bool has_left = outcome.kind == Kind::sent || !outcome.left.empty();
  if (outcome.was_tried) { health_.note(built->settings->inbox, has_left ? std::string() : outcome.error, parts_.clock->now()); }
  return outcome;
}

storage::SendOutcome MailOut::hand_over(const Outgoing::Built& built, const storage::OutboxItem& item) {
  const auto& settings = *built.settings;
  if (settings.outgoing == "local") { return keep_locally(built.mail.raw); }
  if (settings.outgoing != "smtp" || !settings.smtp || !settings.is_enabled) {
    return {Kind::retry_later, {}, "this inbox has no way out at present", {}};
  }
  const auto route = route_of(*settings.smtp);
  if (route.has_error()) { return {Kind::retry_later, {}, route.error().detail, {}}; }
  const SmtpPace pace{item.lane, settings.rate_per_minute, static_cast<std::uint64_t>(item.id)};
  const auto outcome = sender_.hand_over(*route, {built.mail_from, recipients_of(built, item.left), built.mail.raw, pace});
  note_refused(outcome);
  if (outcome.kind == SmtpOutcome::Kind::sent) { return sort_recipients(outcome, built); }
  storage::SendOutcome out;
  out.kind = outcome.kind == SmtpOutcome::Kind::retry_later ? Kind::retry_later : outcome.kind == SmtpOutcome::Kind::refused ? Kind::refused : Kind::unknown;
  out.provider_id = outcome.provider_id;
  out.error = outcome.error;
  out.status = outcome.status;
  out.retry_after = outcome.retry_after;
  out.was_tried = !outcome.is_held();
  return out;
}

/// Addresses the server refused for good are known the next time somebody writes there.
void MailOut::note_refused(const SmtpOutcome& outcome) {
  if (outcome.not_taken.empty()) { return; }
  std::ignore = parts_.database.write_now(0, [&](Transaction& tx) -> Status {
    for (const auto& person : outcome.not_taken) {
      if (!person.is_refused) { continue; }
      const bool is_hard = person.status.rfind("5.1.", 0) == 0;
      note_bounce(tx, parts_.cipher.lookup_hash("email", identity_address(person.address)),
                  {is_hard, std::string(first_characters(person.status, 16)), std::string(first_characters(person.error, 500)), tx.now()});
    }
    return {};
  });
}

storage::SendOutcome MailOut::keep_locally(const std::string& raw) {
  const auto kept = parts_.database.write_now(0, [&](Transaction& tx) -> Result<std::int64_t> {
    return tx.insert("INSERT INTO demo_mail (raw, is_from_shop, created_at) VALUES (?,1,?)", {raw, tx.now()});
  });
  if (kept.has_error()) { return {Kind::retry_later, {}, kept.error().detail, {}}; }
  return {Kind::sent, "local-" + std::to_string(*kept), {}, {}};
}

}  // namespace parley::channels::email
