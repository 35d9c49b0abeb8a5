#include "channels/email/intake.h"


#include <future>

#include "base/crypto.h"
#include "base/log.h"
#include "channels/email/impl/intake_job.h"
#include "channels/email/reading/address.h"

namespace parley::channels::email {

using storage::Transaction;

namespace {
constexpr std::size_t parts_max = 200;  // kept beside the message; the mail itself has them all
}

Intake::Intake(Parts parts) : parts_(std::move(parts)), marks_(parts_.marks), loop_guard_(*parts_.clock, {}) {}

Status Intake::prepare(Job& job) {
  PARLEY_CHECK(parts_.raw_store.keep(*job.in.raw, job.entry));
  job.settings = parts_.mailboxes.of(job.in.inbox);
  for (const auto& recipient : job.in.recipients) {
    if (!job.settings) { job.settings = parts_.mailboxes.of_address(recipient); }
  }
  const std::string name = ReadingMarks::name_of(*job.in.raw);
  if (marks_.is_poison(name) && !job.is_forced) {
    job.held = "crash";
    job.duplicate = job.entry.sha256;
    return {};
  }
  const ReadingMarks::Mark mark(marks_, name);
  job.read = read_mail(*job.in.raw, {parts_.mailboxes.own_addresses(), job.settings ? job.settings->trusted_servers : std::vector<std::string>{}, parts_.threading_keys,
                                     job.in.recipients});
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
  if (job.is_again) { return {}; }
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
