#include "channels/email/intake.h"

#include <spdlog/spdlog.h>

#include <fstream>
#include <future>

#include "base/crypto.h"
#include "base/text.h"
#include "channels/email/reading/address.h"
#include "customers/customer_store.h"
#include "storage/outbox.h"
#include "tickets/inbox.h"
#include "tickets/ticket_edit.h"
#include "tickets/ticket_service.h"
#include "tickets/ticket_store.h"

namespace parley::channels::email {

using nlohmann::json;
using storage::Transaction;
using tickets::Actor;
using tickets::Ticket;

namespace {

constexpr int participants_from_messages = 30;  // of the newest messages, whose addresses may write into the ticket
constexpr std::size_t parts_max = 200;          // kept beside the message; the mail itself has them all

std::string customer_key(CustomerId id) { return "visitor:" + std::to_string(id.value); }  // as Principal::key()

bool looks_chinese(std::string_view text) {
  int han = 0;
  for (std::size_t i = 0; i + 2 < text.size() && han < 3; ++i) {
    const auto lead = static_cast<unsigned char>(text[i]);
    han += lead >= 0xE4 && lead <= 0xE9 ? 1 : 0;
  }
  return han >= 3;
}

/// A mail without what the servers on its way put in front of it, which differs each time it is sent again.
std::string_view without_trace(std::string_view raw) {
  std::size_t at = 0;
  while (at < raw.size()) {
    const auto line = raw.substr(at);
    const bool is_folded = line.front() == ' ' || line.front() == '\t';
    if (!is_folded && !starts_with_ignore_case(line, "Received:") && !starts_with_ignore_case(line, "Return-Path:")) { break; }
    const auto end = line.find('\n');
    if (end == std::string_view::npos) { return raw; }
    at += end + 1;
  }
  return raw.substr(at);
}

/// A name on disk for the time a mail is read. Two of them left over mean that reading it ended the process twice.
class ReadingMark {
 public:
  ReadingMark(const std::filesystem::path& directory, const std::string& sha256) {
    const auto base = directory / hex_encode(sha256);
    std::error_code ignored;
    for (const char* suffix : {".1", ".2"}) {
      path_ = base.string() + suffix;
      if (!std::filesystem::exists(path_, ignored)) {
        std::ofstream(path_) << "";
        return;
      }
    }
    is_poison_ = true;
  }
  ReadingMark(const ReadingMark&) = delete;
  ReadingMark& operator=(const ReadingMark&) = delete;
  ~ReadingMark() {
    std::error_code ignored;
    if (!is_poison_) { std::filesystem::remove(path_, ignored); }
  }
  bool is_poison() const { return is_poison_; }

 private:
  std::filesystem::path path_;
  bool is_poison_{false};
};

}  // namespace

struct Intake::Job {
  IncomingMail in;
  Mailboxes::Settings settings;  // null: no inbox of ours
  MailReading read;
  MailEntry entry;               // what is known before the transaction: its bytes
  std::string duplicate, rfc_id, sender_key;
  std::string held;              // reason; empty: goes on
  std::vector<tickets::Attachment> parts;
  std::vector<std::string> content_ids;  // of `parts`
  bool is_forced{false};                 // a person released it
};

Intake::Intake(Parts parts) : parts_(std::move(parts)), loop_guard_(*parts_.clock, {}) {
  std::error_code ignored;
  std::filesystem::create_directories(parts_.marks, ignored);
}

// --- before the transaction ------------------------------------------------------------------------------------------------------------

Status Intake::prepare(Job& job) {
  PARLEY_CHECK(parts_.raw_store.keep(*job.in.raw, job.entry));
  job.settings = parts_.mailboxes.of(job.in.inbox);
  for (const auto& recipient : job.in.recipients) {
    if (!job.settings) { job.settings = parts_.mailboxes.of_address(recipient); }
  }
  const ReadingMark mark(parts_.marks, sha256(without_trace(*job.in.raw)));
  if (mark.is_poison() && !job.is_forced) {
    job.held = "crash";
    job.duplicate = job.entry.sha256;
    return {};
  }
  job.read = read_mail(*job.in.raw, {parts_.mailboxes.own_addresses(), job.settings ? job.settings->trusted_servers : std::vector<std::string>{}, parts_.threading_keys});
  job.duplicate = hex_decode(duplicate_key(job.read.mail)).value_or(job.entry.sha256);
  if (job.in.is_cut) { job.read.mail.problems.emplace_back("too_large"); }
  job.sender_key = address_key(job.read.sender.address);
  if (!job.read.mail.message_id.empty()) { job.rfc_id = parts_.cipher.lookup_hash("rfc_message_id", job.read.mail.message_id); }
  job.held = hold_reason(job);
  if (job.held.empty() || job.is_forced) { PARLEY_CHECK(keep_parts(job)); }
  return {};
}

/// Why a person should look at it before it becomes a ticket; empty: no reason. What only the database knows comes later.
std::string Intake::hold_reason(const Job& job) {
  const auto& read = job.read;
  if (!job.settings) { return "unknown_recipient"; }
  if (read_message_id(parts_.threading_keys, read.mail.message_id)) { return "loop"; }  // our own mail came back
  if (read.machine.kind == MailKind::bounce || read.machine.kind == MailKind::feedback_report) { return {}; }
  if (read.sender.address.empty()) { return "no_sender"; }
  if (read.spam.verdict == SpamVerdict::spam) { return "spam"; }
  if (read.machine.kind == MailKind::newsletter) { return "newsletter"; }
  const std::lock_guard lock(loop_mutex_);
  const bool is_held = loop_guard_.may_open(job.sender_key, job.settings->address) == LoopGuard::Verdict::hold;
  return is_held ? "too_fast" : std::string();
}

Status Intake::keep_parts(Job& job) const {
  for (const auto& part : job.read.mail.parts) {
    if (job.parts.size() == parts_max) {
      job.read.mail.problems.emplace_back("too_many_parts");
      break;
    }
    auto kept = parts_.files.put_part(part.bytes, part.name, part.content_type);
    if (kept.has_error() && kept.error().code == Errc::invalid_input) {  // a program: it stays in the original
      job.read.mail.problems.emplace_back("program_left_out");
      continue;
    }
    if (kept.has_error()) { return kept.error(); }
    job.parts.push_back(*kept);
    job.content_ids.push_back(part.is_inline ? part.content_id : std::string());
  }
  return {};
}

// --- in the transaction ----------------------------------------------------------------------------------------------------------------

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
  if (!job.held.empty() && !job.is_forced) { return hold("quarantined", job.held); }
  const auto kind = job.read.machine.kind;
  if (!job.is_forced) {
    if (kind == MailKind::bounce) { return apply_bounce(tx, job, entry); }
    if (kind == MailKind::feedback_report) { return note_complaint(job, entry); }
    if (kind == MailKind::read_receipt) { return hold("ignored", "read_receipt"); }
    if (is_blocked(tx, job.read.sender.address)) { return hold("blocked", "blocked"); }
  }
  return open_or_join(tx, job, entry);
}

namespace {

/// Keys of the addresses a message of ours went to.
std::vector<std::string> recipients_of(Transaction& tx, const DetailCipher& details, MessageId id) {
  std::vector<std::string> out;
  const auto messages = tickets::load_messages(tx, {id.value});
  if (messages.empty() || messages.front().detail.empty()) { return out; }
  const auto detail = details.open(messages.front());
  if (detail.has_error()) { return out; }
  for (const char* field : {"to", "cc", "bcc"}) {
    for (const auto& address : addresses_of(detail->shown.value(field, json()))) { out.push_back(address_key(address.address)); }
  }
  return out;
}

}  // namespace

Status Intake::apply_bounce(Transaction& tx, const Job& job, MailEntry& entry) const {
  entry.state = "bounce";
  const auto& bounce = job.read.bounce;
  const auto token = bounce ? read_message_id(parts_.threading_keys, bounce->original_message_id) : std::nullopt;
  if (!token) {
    entry.reason = "unmatched";  // nobody signs a bounce: only one that names a mail of ours changes anything
    return {};
  }
  entry.reason = "matched";
  entry.ticket = token->ticket;
  entry.message = token->message;
  const auto written_to = recipients_of(tx, DetailCipher(parts_.customers, parts_.cipher), token->message);
  for (const auto& recipient : bounce->recipients) {
    if (recipient.state == DeliveryState::delayed) { continue; }
    const bool has_failed = recipient.state == DeliveryState::failed;
    const bool moved = storage::report_message(tx, token->message.value, has_failed ? storage::OutboxState::failed : storage::OutboxState::delivered, recipient.status,
                                               has_failed ? recipient.reason : std::string());
    const auto address = normalise_email(recipient.address);
    const bool is_one_of_them = std::find(written_to.begin(), written_to.end(), address_key(recipient.address)) != written_to.end();
    if (has_failed && address && is_one_of_them) {  // a report says nothing about people the message did not go to
      note_bounce(tx, parts_.cipher.lookup_hash("email", *address), {recipient.is_hard, recipient.status, std::string(first_characters(recipient.reason, 500)), tx.now()});
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

/// Somebody pressed "this is spam" (RFC 5965): the entry says about which message.
Status Intake::note_complaint(const Job& job, MailEntry& entry) const {
  entry.state = "report";
  entry.reason = "complaint";
  for (const auto& id : job.read.mail.references) {
    if (const auto token = read_message_id(parts_.threading_keys, id)) {
      entry.ticket = token->ticket;
      entry.message = token->message;
    }
  }
  return {};
}

namespace {

/// Never our own addresses: anybody can write From: us, and would be let in everywhere.
std::vector<std::string> participants_of(Transaction& tx, const customers::CustomerService& customers, const DetailCipher& details, const Mailboxes& mailboxes,
                                         const Ticket& ticket) {
  std::vector<std::string> out;
  if (const auto requester = customers.load(tx, ticket.requester.id); requester.has_value()) {
    for (const auto& identity : requester->identities) {
      if (identity.kind == customers::IdentityKind::email) { out.push_back(identity.value); }
    }
  }
  bool has_more = false;
  for (const auto& message : tickets::list_messages(tx, ticket.id, {0, 0, participants_from_messages, true}, has_more)) {
    if (message.detail.empty()) { continue; }
    const auto detail = details.open(message);
    if (detail.has_error()) { continue; }
    for (const char* field : {"to", "cc", "bcc"}) {
      for (const auto& address : addresses_of(detail->shown.value(field, json()))) { out.push_back(address.address); }
    }
    out.push_back(address_of(detail->shown.value("from", json())).address);
  }
  std::erase_if(out, [&](const std::string& address) { return address.empty() || mailboxes.of_address(address) != nullptr; });
  return out;
}

}  // namespace

ThreadDecision Intake::decide(Transaction& tx, const Job& job) const {
  std::vector<ThreadCandidate> found = job.read.candidates;
  std::vector<KnownTicket> known;
  const DetailCipher details(parts_.customers, parts_.cipher);
  for (auto& candidate : found) {
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
  }
  return decide_thread(job.read.mail, found, known, job.read.trust == SenderTrust::failed);
}

namespace {

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

}  // namespace

Status Intake::open_or_join(Transaction& tx, Job& job, MailEntry& entry) const {
  const auto& read = job.read;
  const bool is_machine = read.machine.kind == MailKind::auto_reply || read.machine.kind == MailKind::out_of_office;
  ThreadDecision decision = decide(tx, job);
  if (is_machine && !job.is_forced && decision.outcome != ThreadOutcome::join) {
    entry.state = "ignored";
    entry.reason = std::string(to_string(read.machine.kind));
    return {};
  }
  const auto inbox = job.settings ? tickets::find_inbox(tx, job.settings->inbox) : std::nullopt;
  if (!inbox) { return Error::with_reason(Errc::conflict, "no_inbox", "No e-mail inbox takes this mail."); }
  const auto address = normalise_email(read.sender.address);
  if (!address) { return Error::with_reason(Errc::conflict, "no_sender", "The mail has no sender who could be answered."); }
  const std::string locale = looks_chinese(read.mail.subject + read.text) ? "zh-CN" : inbox->locale;
  const std::string name = clean_line(read.sender.name.empty() ? std::string(local_part_of(*address)) : read.sender.name);
  PARLEY_TRY(const CustomerId author, parts_.customers.find_or_create(tx, customers::IdentityKind::email, *address, std::string(first_characters(name, 200)), locale));
  MessageDetail detail{shown_detail(read, decision), {{"message_id", read.mail.message_id}, {"references", read.mail.references}, {"reply_to", to_json(read.mail.reply_to)}}};
  tickets::NewMessage message;
  message.client_id = "mail-" + hex_encode(job.duplicate).substr(0, 40);
  message.text = read.text;
  message.channel = "email";
  message.asks_answer = !is_machine;
  for (std::size_t i = 0; i < job.parts.size(); ++i) {
    const auto id = tickets::insert_attachment(tx, job.parts[i], customer_key(author));
    message.attachments.push_back(id);
    if (job.content_ids[i].empty()) { continue; }
    detail.kept["inline"][job.content_ids[i]] = id.value;
    detail.shown["inline_attachment_ids"].push_back(id.value);
  }
  if (message.text.empty() && message.attachments.empty()) { message.text = "(…)"; }
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

// --- from outside ----------------------------------------------------------------------------------------------------------------------

void Intake::count(const Result<TakenMail>& outcome) {
  if (outcome.has_error()) {
    ++failed_;
  } else if (outcome->is_repeat) {
    ++repeated_;
  } else {
    ++taken_;
    held_ += outcome->state == "quarantined" ? 1 : 0;
    bounces_ += outcome->state == "bounce" ? 1 : 0;
  }
}

void Intake::take(IncomingMail mail, std::function<void(Result<TakenMail>)> done) {
  auto job = std::make_shared<Job>();
  job->in = std::move(mail);
  if (const auto ready = prepare(*job); ready.has_error()) {
    count(ready.error());
    return done(ready.error());
  }
  const auto lane = std::hash<std::string>{}(job->sender_key);
  const auto finish = [this, job, done = std::move(done)](Result<TakenMail> outcome) {
    count(outcome);
    done(std::move(outcome));
  };
  const auto work = [this, job](Transaction& tx) -> Result<TakenMail> {
    // Asked first: most repeats are found here, and the unique keys find the rest.
    if (const auto known = find_repeated_mail(tx, parts_.cipher, job->duplicate, job->in.source_key)) {
      return TakenMail{known->id, known->state, known->ticket, known->message, true};
    }
    return store(tx, *job);
  };
  parts_.database.write<TakenMail>(lane, work, [this, job, lane, work, finish](Result<TakenMail> outcome) {
    const bool is_refused = outcome.has_error() && outcome.error().code != Errc::unavailable && outcome.error().code != Errc::timeout && !job->is_forced;
    if (!is_refused) { return finish(std::move(outcome)); }
    // Something about this one mail cannot be stored. It is kept for a person to look at, and its neighbours go on.
    // Or a copy of it came in at the same time: then it is found now.
    spdlog::warn("mail_held reason=failed error={}", outcome.error().detail);
    job->held = "failed";
    parts_.database.write<TakenMail>(lane, work, finish);
  });
}

Result<TakenMail> Intake::take_now(IncomingMail mail) {
  std::promise<Result<TakenMail>> promise;
  auto future = promise.get_future();
  take(std::move(mail), [&promise](Result<TakenMail> outcome) { promise.set_value(std::move(outcome)); });
  return future.get();
}

namespace {

bool is_held(const MailEntry& mail) { return mail.state == "quarantined" || mail.state == "blocked" || mail.state == "ignored" || mail.state == "discarded"; }

Error no_such_mail() { return Error::with_reason(Errc::not_found, "not_found", "There is no such mail."); }

}  // namespace

Result<MailEntry> Intake::kept_mail(std::int64_t mail_id) const {
  PARLEY_TRY(auto found, parts_.database.read_now([&](Transaction& tx) -> Result<std::optional<MailEntry>> { return find_mail(tx, parts_.cipher, mail_id); }));
  if (!found) { return no_such_mail(); }
  return std::move(*found);
}

/// Prepares a mail that was kept as if it came in now.
Status Intake::take_up(const MailEntry& entry, Job& job) {
  PARLEY_TRY(auto raw, parts_.raw_store.load(entry));
  job.in.raw = std::make_shared<const std::string>(std::move(raw));
  job.in.inbox = entry.inbox.value_or(InboxId{});
  job.in.recipients = entry.envelope.value("recipients", std::vector<std::string>{});
  return prepare(job);
}

Result<MailEntry> Intake::release(std::int64_t mail_id) {
  PARLEY_TRY(const auto entry, kept_mail(mail_id));
  if (!is_held(entry)) { return Error::with_reason(Errc::conflict, "not_held", "This mail is a ticket already, or was dealt with."); }
  Job job;
  job.is_forced = true;
  PARLEY_CHECK(take_up(entry, job));
  if (!job.settings) {  // nobody knows whose it is: the first inbox takes it
    const auto all = parts_.mailboxes.all();
    if (!all.empty()) { job.settings = all.front(); }
  }
  return parts_.database.write_now(std::hash<std::string>{}(job.sender_key), [&](Transaction& tx) -> Result<MailEntry> {
    MailEntry renewed = entry;
    if (job.settings) { renewed.inbox = job.settings->inbox; }
    PARLEY_CHECK(open_or_join(tx, job, renewed));
    renewed.problems = job.read.mail.problems;
    update_mail(tx, renewed);
    return renewed;
  });
}

Result<MailEntry> Intake::reparse(std::int64_t mail_id) {
  PARLEY_TRY(const auto entry, kept_mail(mail_id));
  Job job;
  PARLEY_CHECK(take_up(entry, job));
  return parts_.database.write_now(std::hash<std::string>{}(job.sender_key), [&](Transaction& tx) -> Result<MailEntry> {
    MailEntry renewed = entry;
    if (is_held(entry)) {
      PARLEY_CHECK(place(tx, job, renewed));
    } else if (entry.message && (entry.state == "ticket" || entry.state == "joined")) {
      auto messages = tickets::load_messages(tx, {entry.message->value});
      if (messages.empty()) { return no_such_mail(); }
      auto& message = messages.front();
      const DetailCipher details(parts_.customers, parts_.cipher);
      PARLEY_TRY(auto detail, details.open(message));
      json anew = shown_detail(job.read, {});
      anew["inline_attachment_ids"] = detail.shown.value("inline_attachment_ids", json::array());
      anew["related_ticket_id"] = detail.shown.value("related_ticket_id", json());
      detail.shown = std::move(anew);
      PARLEY_TRY(message.detail, details.seal(message.detail_key, detail));
      message.text = job.read.text;
      tickets::rewrite_message(tx, message);
      tickets::announce_message(tx, message.id);
    }
    renewed.problems = job.read.mail.problems;
    update_mail(tx, renewed);
    return renewed;
  });
}

}  // namespace parley::channels::email
