// Intake inside the transaction: what only the database knows, and what becomes of the mail.
#include "base/crypto.h"
#include "base/text.h"
#include "channels/email/impl/intake_job.h"
#include "channels/email/participants.h"
#include "channels/email/reading/address.h"
#include "channels/email/reading/scan.h"
#include "customers/customer_store.h"
#include "tickets/inbox.h"
#include "tickets/ticket_service.h"
#include "tickets/ticket_store.h"

namespace parley::channels::email {

using nlohmann::json;
using storage::Transaction;
using tickets::Actor;
using tickets::Ticket;

namespace {


bool looks_chinese(std::string_view text) {
  int han = 0;
  for (std::size_t i = 0; i + 2 < text.size() && han < 3; ++i) {
    const auto lead = static_cast<unsigned char>(text[i]);
    han += lead >= 0xE4 && lead <= 0xE9 ? 1 : 0;
  }
  return han >= 3;
}

/// A program wrote it by itself. A newsletter's marks may stand on a person's answer: shops answer out of systems that send both.
bool is_program(MailKind kind) { return kind == MailKind::auto_reply || kind == MailKind::out_of_office || kind == MailKind::notification; }

}  // namespace

Result<TakenMail> Intake::store(Transaction& tx, Job& job) const {
  const auto& read = job.read;
  MailEntry entry = job.entry;
  entry.source = job.in.source;
  entry.source_key = job.in.source_key;
  if (job.settings) { entry.inbox = job.settings->inbox; }
  entry.duplicate_key = job.duplicate;
  entry.rfc_id = job.rfc_id;
  entry.received_at = tx.now();
  json to = json::array();
  for (const auto& address : read.mail.to) { to.push_back(address.address); }
  entry.envelope = {{"from", to_json(read.sender)}, {"to", std::move(to)}, {"subject", std::string(first_characters(read.mail.subject, 300))},
                    {"mail_from", job.in.mail_from}, {"recipients", job.in.recipients}};
  PARLEY_CHECK(place(tx, job, entry));
  entry.problems = read.mail.problems;
  entry.id = insert_mail(tx, parts_.cipher, entry);
  return TakenMail{entry.id, entry.state, entry.ticket, entry.message, false};
}

/// Decides what becomes of it, and does it.
Status Intake::place(Transaction& tx, Job& job, MailEntry& entry) const {
  const auto hold = [&entry](const char* state, std::string reason) -> Status {
    entry.state = state;
    entry.reason = std::move(reason);
    return {};
  };
  const auto kind = job.read.machine.kind;
  const bool is_report = kind == MailKind::bounce || kind == MailKind::feedback_report;
  // What a person decided about a sender goes before what is guessed about his mail. One that failed asks as little as it can.
  if (!is_report && !job.is_unread && job.held != "failed" && is_blocked(tx, job.read.sender.address)) { return hold("blocked", "blocked"); }
  if (!job.held.empty()) { return hold("quarantined", job.held); }
  if (kind == MailKind::bounce) { return apply_bounce(tx, job, entry); }
  if (kind == MailKind::feedback_report) { return note_complaint(tx, job, entry); }
  if (kind == MailKind::read_receipt) { return hold("ignored", "read_receipt"); }
  auto decision = decide(tx, job);
  const bool joins = decision.outcome == ThreadOutcome::join;
  if (!joins && kind == MailKind::newsletter) { return hold("quarantined", "newsletter"); }
  if (job.is_too_fast && (!joins || is_program(kind))) { return hold("quarantined", "too_fast"); }
  return open_or_join(tx, job, entry, std::move(decision));
}

ThreadDecision Intake::decide(Transaction& tx, const Job& job) const {
  std::vector<ThreadCandidate> found = job.read.candidates;
  std::vector<KnownTicket> known;
  const DetailCipher details(parts_.customers, parts_.cipher);
  const bool is_forged = job.read.trust == SenderTrust::failed;
  for (std::size_t i = 0; i < found.size(); ++i) {
    auto& candidate = found[i];
    if (candidate.proof == ThreadProof::stored_id) {
      const auto place = place_of_mail(tx, parts_.cipher.lookup_hash("rfc_message_id", candidate.message_id));
      if (!place) { continue; }
      candidate.ticket = place->ticket;
      candidate.message = place->message;
    }
    if (std::any_of(known.begin(), known.end(), [&](const KnownTicket& k) { return k.ticket == candidate.ticket; })) { continue; }
    const auto ticket = tickets::find_ticket(tx, candidate.ticket);
    if (!ticket) { continue; }
    known.push_back({ticket->id, participants_of(tx, parts_.customers, details, parts_.mailboxes, *ticket), {}});
    auto so_far = decide_thread(job.read.mail, std::span(found).first(i + 1), known, is_forged);
    if (so_far.outcome == ThreadOutcome::join) { return so_far; }  // mostly the first: the others need not be loaded
  }
  return decide_thread(job.read.mail, found, known, is_forged);
}

json shown_detail(const MailReading& read, const ThreadDecision& decision) {
  const auto& mail = read.mail;
  const auto original = read.forwarded ? read.forwarded->original_sender : std::nullopt;
  return {{"direction", "in"},
          {"from", to_json(mail.from.empty() ? read.sender : mail.from.front())},
          {"to", to_json(mail.to)},
          {"cc", to_json(mail.cc)},
          {"bcc", json::array()},
          {"subject", std::string(first_characters(mail.subject, 500))},
          {"has_html", read.has_html},
          {"has_hidden", read.has_hidden},
          {"remote_images", read.remote_images},
          {"kind", to_string(read.machine.kind)},
          {"trust", to_string(read.trust)},
          {"spf", read.authentication.spf},
          {"dkim", read.authentication.dkim},
          {"dmarc", read.authentication.dmarc},
          {"is_signed", mail.is_signed},
          {"is_encrypted", mail.is_encrypted},
          {"problems", mail.problems},
          {"original_sender", original ? to_json(*original) : json(nullptr)},
          {"related_ticket_id", decision.outcome == ThreadOutcome::related ? json(decision.ticket.value) : json(nullptr)},
          {"inline_attachment_ids", json::array()}};
}

std::string text_of_message(const MailReading& read, bool has_attachments) { return read.text.empty() && !has_attachments ? "(…)" : read.text; }

/// A mail that a person released may have nobody who could be answered: then the envelope's sender wrote it, or a customer without an address.
Result<CustomerId> Intake::author_of(Transaction& tx, const Job& job, const std::string& locale) const {
  const auto& sender = job.read.sender;
  auto address = identity_address(sender.address);
  if (address.empty() && job.is_forced && !parts_.mailboxes.of_address(job.in.mail_from)) { address = identity_address(job.in.mail_from); }
  std::string name = clean_line(sender.name);
  if (name.empty()) { name = clean_line(std::string(local_part_of(address.empty() ? sender.address : address))); }
  if (name.empty()) { name = clean_line(std::string(header_value(job.read.mail, "From"))); }
  if (name.empty()) { name = locale == "zh-CN" ? "未知发件人" : "Unknown sender"; }
  name = std::string(first_characters(name, 200));
  if (!address.empty()) { return parts_.customers.find_or_create(tx, customers::IdentityKind::email, address, name, locale); }
  if (job.is_forced) { return parts_.customers.create(tx, name, locale); }
  return Error::with_reason(Errc::conflict, "no_sender", "The mail has no sender who could be answered.");
}

Status Intake::open_or_join(Transaction& tx, Job& job, MailEntry& entry, ThreadDecision decision) const {
  const auto& read = job.read;
  const bool is_machine = read.machine.kind == MailKind::auto_reply || read.machine.kind == MailKind::out_of_office;
  if (is_machine && !job.is_forced && decision.outcome != ThreadOutcome::join) {
    entry.state = "ignored";
    entry.reason = std::string(to_string(read.machine.kind));
    return {};
  }
  const auto inbox = job.settings ? tickets::find_inbox(tx, job.settings->inbox) : std::nullopt;
  if (!inbox) { return Error::with_reason(Errc::conflict, "no_inbox", "No e-mail inbox takes this mail."); }
  const std::string locale = looks_chinese(read.mail.subject + read.text) ? "zh-CN" : inbox->locale;
  PARLEY_TRY(const CustomerId author, author_of(tx, job, locale));
  MessageDetail detail{shown_detail(read, decision), {{"message_id", read.mail.message_id}, {"references", read.mail.references}, {"reply_to", to_json(read.mail.reply_to)}}};
  tickets::NewMessage message;
  message.client_id = "mail-" + hex_encode(job.duplicate).substr(0, 40);
  message.channel = "email";
  message.asks_answer = !is_machine;
  for (std::size_t i = 0; i < job.parts.size(); ++i) {
    const auto id = tickets::insert_attachment(tx, job.parts[i], tickets::visitor_key(author));
    message.attachments.push_back(id);
    if (job.content_ids[i].empty()) { continue; }
    detail.kept["inline"][job.content_ids[i]] = id.value;
    detail.shown["inline_attachment_ids"].push_back(id.value);
  }
  message.text = text_of_message(read, !message.attachments.empty());
  const auto customer = customers::find_customer(tx, author);
  if (!customer) { return Error(Errc::internal, "customer vanished"); }
  PARLEY_TRY(message.detail, DetailCipher(parts_.customers, parts_.cipher).seal(customer->wrapped_key, detail));
  message.detail_owner = author;

  if (decision.outcome == ThreadOutcome::join) {
    auto posted = tickets::post_participant_message(tx, decision.ticket, author, message);
    if (posted.has_value()) {
      entry.state = "joined";
      entry.reason = decision.why;
      entry.ticket = posted->ticket.id;
      entry.message = posted->message.id;
      return {};
    }
    if (posted.error().reason != "conversation_closed") { return posted.error(); }
    detail.shown["related_ticket_id"] = decision.ticket.value;  // a closed ticket stays closed: the new one points to it
    PARLEY_TRY(message.detail, DetailCipher(parts_.customers, parts_.cipher).seal(customer->wrapped_key, detail));
  }
  const std::string subject = std::string(first_characters(clean_line(without_subject_token(parts_.threading_keys, read.mail.subject)), 200));
  PARLEY_TRY(const auto posted, tickets::start_conversation(tx, *inbox, author, message, subject));
  entry.state = "ticket";
  entry.reason = decision.why;
  entry.ticket = posted.ticket.id;
  entry.message = posted.message.id;
  return {};
}

}  // namespace parley::channels::email
