// Mail that is here already: held mail that a person releases, kept mail that is read again.
#include <set>

#include "base/log.h"
#include "channels/email/impl/intake_job.h"
#include "tickets/ticket_edit.h"
#include "tickets/ticket_service.h"
#include "tickets/ticket_store.h"

namespace parley::channels::email {

using nlohmann::json;
using storage::Transaction;

namespace {

bool is_held(const MailEntry& mail) { return mail.state == "quarantined" || mail.state == "blocked" || mail.state == "ignored" || mail.state == "discarded"; }

/// Something in it cannot be stored; another attempt without it may work.
bool is_about_the_mail(const Error& error) { return error.reason.empty() && error.code != Errc::unavailable && error.code != Errc::timeout; }

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
  job.is_again = true;
  job.in.source = entry.source;
  job.in.mail_from = entry.envelope.value("mail_from", "");
  job.in.raw = std::make_shared<const std::string>(std::move(raw));
  job.in.inbox = entry.inbox.value_or(InboxId{});
  job.in.recipients = entry.envelope.value("recipients", std::vector<std::string>{});
  job.in.is_cut = has_problem(entry, "too_large");
  return prepare(job);
}

/// The entry as it is now. Errors: conflict when somebody else dealt with it while the mail was read.
Result<MailEntry> Intake::unchanged(Transaction& tx, const MailEntry& seen) const {
  auto now = find_mail(tx, parts_.cipher, seen.id);
  if (!now) { return no_such_mail(); }
  if (now->state != seen.state) { return Error::with_reason(Errc::conflict, "not_held", "Somebody else has just dealt with this mail."); }
  return std::move(*now);
}

Result<MailEntry> Intake::release(std::int64_t mail_id) {
  PARLEY_TRY(const auto entry, kept_mail(mail_id));
  if (!is_held(entry)) { return Error::with_reason(Errc::conflict, "not_held", "This mail is a ticket already, or was dealt with."); }
  Job job;
  job.is_forced = true;
  job.is_unread = entry.reason == "crash" || has_problem(entry, not_read);  // its marks may be gone; whoever wants it read reads it again
  PARLEY_CHECK(take_up(entry, job));
  if (!job.settings) {  // nobody knows whose it is: the first inbox takes it
    const auto all = parts_.mailboxes.all();
    if (!all.empty()) { job.settings = all.front(); }
  }
  auto released = release_now(entry, job);
  if (released.has_value() || !is_about_the_mail(released.error())) { return released; }
  log_warning("mail_released_unread mail={} error={}", {mail_id, released.error().detail});
  leave_unread(job);
  return release_now(entry, job);
}

Result<MailEntry> Intake::release_now(const MailEntry& entry, Job& job) {
  return parts_.database.write_now(job.lane(), [&](Transaction& tx) -> Result<MailEntry> {
    PARLEY_TRY(auto renewed, unchanged(tx, entry));
    if (job.settings) { renewed.inbox = job.settings->inbox; }
    PARLEY_CHECK(open_or_join(tx, job, renewed, decide(tx, job)));
    renewed.problems = job.read.mail.problems;
    update_mail(tx, renewed);
    return renewed;
  });
}

Result<MailEntry> Intake::reparse(std::int64_t mail_id) {
  PARLEY_TRY(const auto entry, kept_mail(mail_id));
  Job job;
  job.is_message = entry.message && (entry.state == "ticket" || entry.state == "joined");
  PARLEY_CHECK(take_up(entry, job));
  if (job.is_message && job.is_unread) { return Error::with_reason(Errc::conflict, "crash", "Reading this mail ended the server twice, so it is left as it is."); }
  return parts_.database.write_now(job.lane(), [&](Transaction& tx) -> Result<MailEntry> {
    PARLEY_TRY(auto renewed, unchanged(tx, entry));
    if (is_held(entry)) { PARLEY_CHECK(place(tx, job, renewed)); }
    if (job.is_message) { PARLEY_CHECK(renew_message(tx, job, *entry.message)); }
    renewed.problems = job.read.mail.problems;
    update_mail(tx, renewed);
    return renewed;
  });
}

Status Intake::renew_message(Transaction& tx, const Job& job, MessageId id) const {
  auto messages = tickets::load_messages(tx, {id.value});
  if (messages.empty()) { return no_such_mail(); }
  auto& message = messages.front();
  const DetailCipher details(parts_.customers, parts_.cipher);
  PARLEY_TRY(auto detail, details.open(message));
  json anew = shown_detail(job.read, {});
  anew["inline_attachment_ids"] = detail.shown.value("inline_attachment_ids", json::array());
  anew["related_ticket_id"] = detail.shown.value("related_ticket_id", json());
  detail.shown = std::move(anew);
  PARLEY_CHECK(add_new_parts(tx, job, message, detail));
  PARLEY_TRY(message.detail, details.seal(message.detail_key, detail));
  message.text = text_of_message(job.read, !message.attachments.empty());
  tickets::rewrite_message(tx, message);
  tickets::announce_message(tx, message.id);
  return {};
}

/// Files a better reader finds, and the message does not have yet. None is taken away: somebody may have seen it.
Status Intake::add_new_parts(Transaction& tx, const Job& job, tickets::Message& message, MessageDetail& detail) const {
  std::multiset<std::string> known;
  for (const auto& attachment : message.attachments) { known.insert(attachment.sha256); }
  const std::string uploader = tickets::visitor_key(CustomerId{message.author.id});
  for (std::size_t i = 0; i < job.parts.size(); ++i) {
    if (const auto found = known.find(job.parts[i].sha256); found != known.end()) {
      known.erase(found);
      continue;
    }
    auto added = job.parts[i];
    added.id = tickets::insert_attachment(tx, added, uploader);
    if (!tickets::claim_attachments(tx, {added.id}, uploader, message.id)) { return Error(Errc::internal, "an attachment vanished"); }
    if (!job.content_ids[i].empty()) {
      detail.kept["inline"][job.content_ids[i]] = added.id.value;
      detail.shown["inline_attachment_ids"].push_back(added.id.value);
    }
    message.attachments.push_back(std::move(added));
  }
  return {};
}

}  // namespace parley::channels::email
