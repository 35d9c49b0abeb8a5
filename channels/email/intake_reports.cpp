// Reports inside the transaction: what mail systems and providers say became of a mail of ours.
#include "base/text.h"
#include "channels/email/impl/intake_job.h"
#include "channels/email/impl/report_author.h"
#include "channels/email/reading/address.h"
#include "storage/outbox.h"
#include "tickets/ticket_edit.h"
#include "tickets/ticket_store.h"

namespace parley::channels::email {

using nlohmann::json;
using storage::Transaction;
using tickets::Actor;

namespace {

constexpr std::chrono::hours report_window{5 * 24};  // mail systems try for as long, hardly one for longer

/// The addresses a message of ours went to.
std::vector<std::string> recipients_of(Transaction& tx, const DetailCipher& details, MessageId id) {
  std::vector<std::string> out;
  const auto messages = tickets::load_messages(tx, {id.value});
  if (messages.empty() || messages.front().detail.empty()) { return out; }
  const auto detail = details.open(messages.front());
  if (detail.has_error()) { return out; }
  for (const char* field : {"to", "cc", "bcc"}) {
    for (const auto& address : addresses_of(detail->shown.value(field, json()))) { out.push_back(address.address); }
  }
  return out;
}

/// Whom a report means: the address it names when the message went there, and the only one it went to when it names none.
std::string meant_address(const std::vector<std::string>& written_to, const std::string& named) {
  if (named.empty()) { return written_to.size() == 1 ? written_to.front() : std::string(); }
  const auto found = std::find_if(written_to.begin(), written_to.end(), [&](const std::string& address) { return address_key(address) == address_key(named); });
  return found == written_to.end() ? std::string() : *found;
}

}  // namespace

/// Which of our messages a report is about. Nobody signs one, so it has to show something only we can have made.
std::optional<ThreadToken> Intake::reported(const Job& job, const std::string& original_message_id) const {
  for (const auto& recipient : job.in.recipients) {
    if (const auto token = read_envelope_address(parts_.threading_keys, recipient)) { return token; }
  }
  return read_message_id(parts_.threading_keys, original_message_id);
}

/// Or it comes from the mailbox's own provider, about an address this very inbox wrote to lately.
std::optional<ThreadToken> Intake::reported_by_provider(Transaction& tx, const Job& job) const {
  if (job.in.source != "imap" || !job.settings || job.read.trust == SenderTrust::failed || !is_of_own_provider(*job.settings, job.read.mail)) { return std::nullopt; }
  for (const auto& recipient : job.read.bounce->recipients) {
    if (recipient.address.empty()) { continue; }
    const auto place = last_sent_to(tx, parts_.cipher.lookup_hash("email", identity_address(recipient.address)), job.settings->inbox, tx.now() - report_window);
    if (place) { return ThreadToken{place->ticket, place->message}; }
  }
  return std::nullopt;
}

Status Intake::apply_bounce(Transaction& tx, const Job& job, MailEntry& entry) const {
  entry.state = "bounce";
  entry.reason = "unmatched";
  const auto& bounce = job.read.bounce;
  if (!bounce) { return {}; }
  auto token = reported(job, bounce->original_message_id);
  if (!token) { token = reported_by_provider(tx, job); }
  if (!token) { return {}; }
  entry.reason = "matched";
  entry.ticket = token->ticket;
  entry.message = token->message;
  const auto written_to = recipients_of(tx, DetailCipher(parts_.customers, parts_.cipher), token->message);
  for (const auto& recipient : bounce->recipients) {
    if (recipient.state == DeliveryState::delayed) { continue; }
    const bool has_failed = recipient.state == DeliveryState::failed;
    const bool moved = storage::report_message(tx, token->message.value, has_failed ? storage::OutboxState::failed : storage::OutboxState::delivered, recipient.status,
                                               has_failed ? recipient.reason : std::string());
    const auto address = meant_address(written_to, recipient.address);
    if (has_failed && !address.empty()) {  // a report says nothing about people the message did not go to
      note_bounce(tx, parts_.cipher.lookup_hash("email", identity_address(address)),
                  {recipient.is_hard, recipient.status, std::string(first_characters(recipient.reason, 500)), tx.now()});
    }
    if (!moved) { continue; }  // the first report of a message is news, the rest of a storm is not
    tickets::announce_message(tx, token->message);
    if (!has_failed) { continue; }
    auto edit = tickets::TicketEdit::open(tx, token->ticket, Actor::system());
    if (edit.has_error()) { continue; }
    edit->say("delivery_failed", {{"status", recipient.status}, {"message_id", token->message.value}});
    edit->save();
  }
  return {};
}

/// Somebody pressed "this is spam" (RFC 5965): the entry says about which message, and whoever writes there again is told.
Status Intake::note_complaint(Transaction& tx, const Job& job, MailEntry& entry) const {
  entry.state = "report";
  entry.reason = "complaint";
  const Complaint complaint = read_complaint(job.read.mail);
  const auto token = reported(job, complaint.original_message_id);
  if (!token) { return {}; }
  entry.ticket = token->ticket;
  entry.message = token->message;
  const auto address = meant_address(recipients_of(tx, DetailCipher(parts_.customers, parts_.cipher), token->message), complaint.recipient);
  if (!address.empty()) { note_bounce(tx, parts_.cipher.lookup_hash("email", identity_address(address)), {false, {}, "The recipient reported a mail of ours as spam.", tx.now()}); }
  return {};
}

}  // namespace parley::channels::email
