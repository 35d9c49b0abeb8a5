// Reports inside the transaction: what mail systems and providers say became of a mail of ours.
#include "base/text.h"
#include "channels/email/delivery_news.h"
#include "channels/email/impl/intake_job.h"
#include "channels/email/impl/report_author.h"
#include "channels/email/reading/address.h"
#include "storage/outbox.h"
#include "tickets/ticket_store.h"

namespace parley::channels::email {

using nlohmann::json;
using storage::Transaction;

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

/// Whom a report means, by his place: whom it names when the message went there, and the only one it went to when it names none.
std::optional<std::size_t> meant_place(const std::vector<std::string>& written_to, const std::string& named) {
  if (named.empty()) { return written_to.size() == 1 ? std::optional(std::size_t{0}) : std::nullopt; }
  const auto found = std::find_if(written_to.begin(), written_to.end(), [&](const std::string& address) { return address_key(address) == address_key(named); });
  return found == written_to.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - written_to.begin()));
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
  note_delivery(tx, *bounce, token->message);
  return {};
}

/// A report says nothing about people the message did not go to; one that names such a person only (a mail was passed on) is about everybody.
void Intake::note_delivery(Transaction& tx, const Bounce& bounce, MessageId message) const {
  const auto written_to = recipients_of(tx, DetailCipher(parts_.customers, parts_.cipher), message);
  std::vector<storage::OutboxFailure> failures;
  const BouncedRecipient* failed = nullptr;
  for (const auto& recipient : bounce.recipients) {
    if (recipient.state == DeliveryState::delayed) { continue; }
    if (recipient.state != DeliveryState::failed) {
      if (storage::report_arrival(tx, message.value)) { tickets::announce_message(tx, message); }
      continue;
    }
    failed = &recipient;
    const auto place = meant_place(written_to, recipient.address);
    if (!place) { continue; }
    note_bounce(tx, parts_.cipher.lookup_hash("email", identity_address(written_to[*place])),
                {recipient.is_hard, recipient.status, std::string(first_characters(recipient.reason, 500)), tx.now()});
    failures.push_back({static_cast<int>(*place), recipient.status, recipient.reason});
  }
  if (failed == nullptr) { return; }
  if (failures.size() == written_to.size()) { failures.clear(); }  // nobody has it
  if (!storage::report_failures(tx, message.value, failures, failed->status, failed->reason)) { return; }  // the first report is news, the rest of a storm is not
  tickets::announce_message(tx, message);
  if (const auto item = storage::find_outbox_of_message(tx, message.value)) { tell_failure(tx, *item, failures); }
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
  const auto written_to = recipients_of(tx, DetailCipher(parts_.customers, parts_.cipher), token->message);
  if (const auto place = meant_place(written_to, complaint.recipient)) {
    note_bounce(tx, parts_.cipher.lookup_hash("email", identity_address(written_to[*place])), {false, {}, "The recipient reported a mail of ours as spam.", tx.now()});
  }
  return {};
}

}  // namespace parley::channels::email
