// Mail that is here already: held mail that a person releases, kept mail that is read again.
#include "channels/email/impl/intake_job.h"
#include "tickets/ticket_edit.h"
#include "tickets/ticket_store.h"

namespace parley::channels::email {

using nlohmann::json;
using storage::Transaction;

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
  job.is_again = true;
  job.in.source = entry.source;
  job.in.mail_from = entry.envelope.value("mail_from", "");
  job.in.raw = std::make_shared<const std::string>(std::move(raw));
  job.in.inbox = entry.inbox.value_or(InboxId{});
  job.in.recipients = entry.envelope.value("recipients", std::vector<std::string>{});
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
  PARLEY_CHECK(take_up(entry, job));
  if (!job.settings) {  // nobody knows whose it is: the first inbox takes it
    const auto all = parts_.mailboxes.all();
    if (!all.empty()) { job.settings = all.front(); }
  }
  return parts_.database.write_now(job.lane(), [&](Transaction& tx) -> Result<MailEntry> {
    PARLEY_TRY(auto renewed, unchanged(tx, entry));
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
  return parts_.database.write_now(job.lane(), [&](Transaction& tx) -> Result<MailEntry> {
    PARLEY_TRY(auto renewed, unchanged(tx, entry));
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
