#include "channels/email/intake.h"

#include <algorithm>
#include <future>

#include "base/crypto.h"
#include "base/log.h"
#include "channels/email/impl/intake_job.h"
#include "channels/email/mime/mail_parser.h"
#include "channels/email/reading/address.h"

namespace parley::channels::email {

using storage::Transaction;

namespace {

constexpr std::size_t parts_max = ParseLimits{}.parts_max;  // kept beside the message; the mail itself has them all
constexpr std::chrono::hours repeat_window{12};    // in which a mail that only its day tells apart may come a second time

void note_problem(Mail& mail, const char* word) {
  if (std::find(mail.problems.begin(), mail.problems.end(), word) == mail.problems.end()) { mail.problems.emplace_back(word); }
}

}  // namespace

Intake::Intake(Parts parts) : parts_(std::move(parts)), marks_(parts_.marks), loop_guard_(*parts_.clock, {}) {}

Status Intake::prepare(Job& job) {
  PARLEY_CHECK(parts_.raw_store.keep(*job.in.raw, job.entry));
  job.settings = parts_.mailboxes.of(job.in.inbox);
  for (const auto& recipient : job.in.recipients) {
    if (!job.settings) { job.settings = parts_.mailboxes.of_address(recipient); }
  }
  const std::string mark_name = ReadingMarks::name_of(*job.in.raw);
  if (job.is_unread || marks_.is_poison(mark_name)) {
    leave_unread(job);
    return {};
  }
  const ReadingMarks::Mark mark(marks_, mark_name);
  job.read = read_mail(*job.in.raw, {parts_.mailboxes.own_addresses(), job.settings ? job.settings->trusted_servers : std::vector<std::string>{}, parts_.threading_keys,
                                     job.in.recipients});
  if (job.in.is_cut) { note_problem(job.read.mail, "too_large"); }
  name(job);
  job.held = hold_reason(job);
  if (job.held.empty() || job.is_forced || job.is_message) { PARLEY_CHECK(keep_parts(job)); }
  return {};
}

/// Nothing of it is known but its envelope.
void Intake::leave_unread(Job& job) const {
  job.is_unread = true;
  job.held = "crash";
  job.duplicate = job.entry.sha256;
  job.read = {};
  job.read.sender.address = job.in.mail_from;
  job.read.mail.problems = {not_read};
  job.sender_key = address_key(job.in.mail_from);
  job.parts.clear();
  job.content_ids.clear();
}

/// By what it and its sender are known again.
void Intake::name(Job& job) const {
  const auto& mail = job.read.mail;
  const auto key_on = [&](std::int64_t day) { return hex_decode(duplicate_key(mail, day)).value_or(job.entry.sha256); };
  const std::int64_t today = std::chrono::floor<std::chrono::days>(parts_.clock->now()).time_since_epoch().count();
  job.duplicate = key_on(today);
  if (is_told_apart_by_day(mail)) { job.earlier_duplicate = key_on(today - 1); }
  job.sender_key = address_key(job.read.sender.address);
  if (!mail.message_id.empty()) { job.rfc_id = parts_.cipher.lookup_hash("rfc_message_id", mail.message_id); }
}

/// Why a person should look at it, whatever ticket it answers; empty: no reason. What only the database knows comes later.
std::string Intake::hold_reason(const Job& job) {
  const auto& read = job.read;
  if (!job.settings) { return "unknown_recipient"; }
  if (read_message_id(parts_.threading_keys, read.mail.message_id)) { return "loop"; }  // our own mail came back
  if (read.machine.kind == MailKind::bounce || read.machine.kind == MailKind::feedback_report) { return {}; }
  if (read.sender.address.empty()) { return "no_sender"; }
  if (read.spam.verdict == SpamVerdict::spam) { return "spam"; }
  if (!read.candidates.empty()) { return {}; }  // it may enter a ticket, then the next two are no reason
  if (read.machine.kind == MailKind::newsletter) { return "newsletter"; }
  if (job.is_again) { return {}; }
  const std::lock_guard lock(loop_mutex_);
  return loop_guard_.would_hold(job.sender_key, job.settings->address) ? "too_fast" : std::string();  // known so early, its files need not be written
}

/// Counts a mail that is no copy of one that is here, once, however often its transaction runs.
void Intake::note_speed(Job& job) {
  const auto kind = job.read.machine.kind;
  const bool is_counting = job.settings && (job.held.empty() || job.held == "too_fast") && kind != MailKind::bounce && kind != MailKind::feedback_report;
  if (!is_counting || job.is_again || job.is_counted) { return; }
  job.is_counted = true;
  const std::lock_guard lock(loop_mutex_);
  job.is_too_fast = loop_guard_.may_open(job.sender_key, job.settings->address) == LoopGuard::Verdict::hold;
}

Status Intake::keep_parts(Job& job) const {
  for (const auto& part : job.read.mail.parts) {
    if (job.parts.size() == parts_max) {
      note_problem(job.read.mail, "too_many_parts");
      break;
    }
    auto kept = parts_.files.put_part(part.bytes, part.name, part.content_type);
    if (kept.has_error() && kept.error().code == Errc::invalid_input) {  // a program: it stays in the original
      note_problem(job.read.mail, "program_left_out");
      continue;
    }
    if (kept.has_error()) { return kept.error(); }
    job.parts.push_back(*kept);
    job.content_ids.push_back(part.is_inline ? part.content_id : std::string());
  }
  return {};
}

// --- the whole way ---------------------------------------------------------------------------------------------------------------------

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

std::optional<MailEntry> Intake::find_repeat(Transaction& tx, const Job& job) const {
  auto known = find_repeated_mail(tx, parts_.cipher, job.duplicate, job.in.source_key);
  if (known || job.earlier_duplicate.empty()) { return known; }
  known = find_repeated_mail(tx, parts_.cipher, job.earlier_duplicate, {});
  return known && tx.now() - known->received_at < repeat_window ? known : std::nullopt;  // over midnight
}

void Intake::take(IncomingMail mail, std::function<void(Result<TakenMail>)> done) {
  auto job = std::make_shared<Job>();
  job->in = std::move(mail);
  if (const auto ready = prepare(*job); ready.has_error()) {
    count(ready.error());
    return done(ready.error());
  }
  const auto lane = job->lane();
  const auto finish = [this, job, done = std::move(done)](Result<TakenMail> outcome) {
    count(outcome);
    done(std::move(outcome));
  };
  const auto work = [this, job](Transaction& tx) -> Result<TakenMail> {
    // Asked first: most repeats are found here, and the unique keys find the rest.
    if (const auto known = find_repeat(tx, *job)) { return TakenMail{known->id, known->state, known->ticket, known->message, true}; }
    note_speed(*job);
    return store(tx, *job);
  };
  parts_.database.write<TakenMail>(lane, work, [this, job, lane, work, finish](Result<TakenMail> outcome) {
    const bool is_refused = outcome.has_error() && outcome.error().code != Errc::unavailable && outcome.error().code != Errc::timeout && !job->is_forced;
    if (!is_refused) { return finish(std::move(outcome)); }
    // Something about this one mail cannot be stored. It is kept for a person to look at, and its neighbours go on.
    // Or a copy of it came in at the same time: then it is found now.
    log_warning("mail_held reason=failed error={}", {outcome.error().detail});
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

}  // namespace parley::channels::email
