#include "channels/email/mail_out.h"

#include <algorithm>

#include "base/json_text.h"
#include "base/text.h"
#include "channels/email/reading/address.h"
#include "tickets/ticket_edit.h"

namespace parley::channels::email {

using nlohmann::json;
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
  options.on_change = [](Transaction& tx, const storage::OutboxItem& item) {
    if (item.message_id != 0) { tickets::announce_message(tx, MessageId{item.message_id}); }
  };
  return options;
}

/// Payload of a row: {} at first; {recipients:[index], error} when a server took the mail for some people and put the rest off.
json left_of(const storage::OutboxItem& item) {
  json left = stored_json(item.payload);
  return left.is_object() && left.contains("recipients") && left["recipients"].is_array() ? left : json::object();
}

/// A message's recipients never change, so places in the list name them without writing addresses into the outbox.
std::vector<std::string> recipients_of(const Outgoing::Built& built, const json& left) {
  if (left.empty()) { return built.recipients; }
  std::vector<std::string> out;
  for (const auto& index : left["recipients"]) {
    const auto place = index.is_number_unsigned() ? index.get<std::size_t>() : built.recipients.size();
    if (place < built.recipients.size()) { out.push_back(built.recipients[place]); }
  }
  return out;
}

void append_line(std::string& text, const std::string& more) { text += (text.empty() || more.empty() ? "" : "; ") + more; }

/// The mail has left, but not for everybody: who was put off is tried again alone, who was refused is named.
storage::SendOutcome sort_recipients(const SmtpOutcome& outcome, const Outgoing::Built& built, const json& left) {
  storage::SendOutcome out{Kind::sent, outcome.provider_id, left.value("error", std::string()), {}};
  json waiting = json::array();
  std::string waits, status;
  for (const auto& person : outcome.not_taken) {
    const std::string line = person.address + ": " + person.error;
    if (person.is_refused) {
      append_line(out.error, line);
      continue;
    }
    const auto place = std::find(built.recipients.begin(), built.recipients.end(), person.address) - built.recipients.begin();
    waiting.push_back(static_cast<std::uint64_t>(place));
    append_line(waits, line);
    status = person.status;
  }
  if (waiting.empty()) { return out; }
  out.kind = Kind::retry_later;
  out.status = status;
  out.payload = dump_json(json{{"recipients", std::move(waiting)}, {"error", out.error}});
  append_line(out.error, waits);
  return out;
}

}  // namespace

bool is_partly_sent(const storage::OutboxItem& item) { return !left_of(item).empty(); }

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

Result<SmtpRoute> MailOut::route_of(const MailServer& server, int rate_per_minute) const {
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
  route.rate_per_minute = rate_per_minute;
  return route;
}

std::vector<CheckStep> MailOut::check(const MailServer& server) const {
  const auto route = route_of(server, 0);
  return route.has_error() ? std::vector{CheckStep{"login", false, route.error().detail}} : check_route(*route);
}

storage::SendOutcome MailOut::send(const storage::OutboxItem& item) {
  const auto built = parts_.outgoing.build(parts_.database, MessageId{item.message_id});
  if (built.has_error()) {
    const auto& why = built.error();
    const bool is_temporary = why.code == Errc::unavailable || why.code == Errc::timeout || why.code == Errc::internal;
    return {is_temporary ? Kind::retry_later : Kind::refused, {}, why.detail, {}};
  }
  auto outcome = hand_over(*built, left_of(item));
  const bool has_left = outcome.kind == Kind::sent || !outcome.payload.empty();
  if (outcome.was_tried) { health_.note(built->settings->inbox, has_left ? std::string() : outcome.error, parts_.clock->now()); }
  return outcome;
}

storage::SendOutcome MailOut::hand_over(const Outgoing::Built& built, const json& left) {
  const auto& settings = *built.settings;
  if (settings.outgoing == "local") { return keep_locally(built.mail.raw); }
  if (settings.outgoing != "smtp" || !settings.smtp || !settings.is_enabled) {
    return {Kind::retry_later, {}, "this inbox has no way out at present", {}};
  }
  const auto route = route_of(*settings.smtp, settings.rate_per_minute);
  if (route.has_error()) { return {Kind::retry_later, {}, route.error().detail, {}}; }
  const auto outcome = sender_.hand_over(*route, {built.mail_from, recipients_of(built, left), built.mail.raw});
  note_refused(outcome);
  if (outcome.kind == SmtpOutcome::Kind::sent) { return sort_recipients(outcome, built, left); }
  storage::SendOutcome out;
  out.kind = outcome.kind == SmtpOutcome::Kind::retry_later ? Kind::retry_later : outcome.kind == SmtpOutcome::Kind::refused ? Kind::refused : Kind::unknown;
  out.provider_id = outcome.provider_id;
  out.error = left.value("error", std::string());
  append_line(out.error, outcome.error);
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
