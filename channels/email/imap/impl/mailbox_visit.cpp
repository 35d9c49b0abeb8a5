#include "channels/email/imap/impl/mailbox_visit.h"

#include <algorithm>

#include "base/log.h"
#include "channels/email/imap/command_text.h"

namespace parley::channels::email::imap {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using SteadyClock = std::chrono::steady_clock;
using wire::LineStream;
using wire::Task;

constexpr seconds slow_taker_poll{1};        // while the taker has mails we look for new ones this often
constexpr seconds after_pause{60};
constexpr std::size_t after_attempts_max = 3;

}  // namespace

Task<Error> MailboxVisit::run() {
  auto ended = co_await connect();
  if (ended.has_value()) { ended = co_await enter(); }
  if (ended.has_value()) { ended = co_await follow(); }
  if (ended.has_error()) {
    if (session_) { session_->close(); }
    co_return ended.error();
  }
  co_await session_->log_out();
  co_return Error{Errc::unavailable, "stopped"};
}

void MailboxVisit::interrupt() {
  if (session_) { session_->interrupt(); }
}

void MailboxVisit::stop() {
  if (session_ && session_->is_idling()) {
    session_->interrupt();
  } else if (session_) {
    session_->close();
  }
}

Task<Status> MailboxVisit::connect() {
  ImapAccount account = account_;
  PARLEY_CO_TRY(auto secret, co_await taking_.load_secret());
  if (!secret.empty()) { account.secret = std::move(secret); }
  auto tls = options_.tls;
  if (!tls && account_.security != Security::none) { PARLEY_CO_TRY(tls, wire::client_tls_context()); }
  auto connected = co_await LineStream::connect(executor_, account_.host, account_.port, options_.limits.connect);
  if (connected.has_error()) { co_return connected.error(); }
  if (taking_.is_stopped()) { co_return Error{Errc::unavailable, "stopped"}; }
  session_ = std::make_unique<ImapSession>(std::move(connected).value(), std::move(tls), std::move(account), options_.limits);
  auto secured = co_await session_->secure();
  if (secured.has_error()) { co_return secured; }
  co_return co_await session_->log_in();
}

Task<Status> MailboxVisit::enter() {
  PARLEY_CO_TRY(mailbox_, co_await session_->select());
  if (mailbox_.is_read_only) { co_return Error{Errc::forbidden, "The mailbox \"" + account_.mailbox + "\" may only be read, so mails that were taken could not be marked."}; }
  const bool is_told = mailbox_.uid_next != 0;
  if (!is_told) {
    PARLEY_CO_TRY(const auto highest, co_await session_->highest_uid());
    mailbox_.uid_next = highest + 1;
  }
  ReaderPosition position;
  if (taking_.is_open()) {
    position = taking_.ledger().position();
  } else {
    PARLEY_CO_TRY(position, co_await taking_.load_position());
  }
  const std::uint32_t passed = taking_.is_open() ? std::max(position.uid, taking_.ledger().looked_to()) : position.uid;
  const bool has_same_numbers = position.uidvalidity == mailbox_.uidvalidity;
  bool went_back = false;
  if (has_same_numbers && is_told) { PARLEY_CO_TRY(went_back, co_await has_gone_back(passed)); }
  if (taking_.is_open() && has_same_numbers && !went_back) { co_return Status{}; }
  if (!has_same_numbers || went_back) {
    const bool is_first = position.uidvalidity == 0;
    const TimePoint started_at = !is_first ? position.started_at : account_.takes_old_mail ? TimePoint{} : options_.clock->now();
    if (!is_first) { log_warning("imap: {} {}", {account_.host, went_back ? "has gone back to an earlier state" : "has numbered its mails anew"}); }
    position = ReaderPosition{mailbox_.uidvalidity, 0, mailbox_.uid_next - 1, started_at, went_back ? position.rewinds + 1 : 0};
  }
  taking_.open(position);
  co_return Status{};
}

/// A mailbox that was restored from an older copy gives numbers again that we have passed. Only UIDNEXT tells: without it deleted mails look the same.
/// Where a mail stands above it, it says nothing.
Task<Result<bool>> MailboxVisit::has_gone_back(std::uint32_t passed) {
  if (mailbox_.uid_next > passed) { co_return false; }
  PARLEY_CO_TRY(const auto highest, co_await session_->highest_uid());
  co_return highest < mailbox_.uid_next;
}

Task<Status> MailboxVisit::follow() {
  while (!taking_.is_stopped()) {
    const auto now = SteadyClock::now();
    auto& ledger = taking_.ledger();
    taking_.give_up_waiting();
    taking_.save_position();
    wants_look_ = session_->take_news() || wants_look_;
    const bool may_finish = now >= after_again_at_;
    auto whole = may_finish ? ledger.taken(true) : std::vector<std::uint32_t>();
    auto cut = may_finish ? ledger.taken(false) : std::vector<std::uint32_t>();
    const auto job = taking_.is_ready(now) ? ledger.next(now) : std::nullopt;
    Status done;
    if (!whole.empty() || !cut.empty()) {
      const bool is_whole = !whole.empty();
      done = co_await finish_taken(std::move(is_whole ? whole : cut), is_whole);
    } else if (wants_look_ && ledger.has_room() && !(job && is_fetch_next_)) {
      is_fetch_next_ = true;  // by turns, so that a long look through an old mailbox holds up no mail
      done = co_await look();
    } else if (job) {
      is_fetch_next_ = false;
      done = co_await fetch(*job);
    } else {
      done = co_await rest();
    }
    if (done.has_error()) { co_return done; }
    if (!taking_.is_failing()) { health_.succeed(); }
  }
  co_return Status{};
}

// What somebody deleted stays deleted; but when deleting is our business, it may be that we were interrupted between marking and expunging.
std::string MailboxVisit::old_mail(const ReaderPosition& position) const {
  const std::string unread = "OR UNSEEN SINCE " + search_day_before(position.started_at);
  return account_.after == ImapAccount::After::delete_ ? unread : "UNDELETED " + unread;
}

// In windows, so that no answer grows beyond what one line may have; what came since SELECT is one window.
Task<Status> MailboxVisit::look() {
  auto& ledger = taking_.ledger();
  const auto position = ledger.position();
  const std::uint32_t first = ledger.looked_to() + 1;
  const bool is_old = first <= position.old_uid, is_new = first >= mailbox_.uid_next;
  const std::uint32_t known_end = is_old ? position.old_uid : mailbox_.uid_next - 1;
  const std::uint32_t last = is_new ? UINT32_MAX : first + std::min<std::uint32_t>(known_end - first, ImapSession::search_max - 1);
  std::string criteria;
  if (is_old && position.started_at != TimePoint{}) { criteria = old_mail(position); }
  PARLEY_CO_TRY(auto uids, co_await session_->search(std::move(criteria), first, last));
  const bool is_full = uids.size() == ImapSession::search_max;
  PARLEY_CO_TRY(const auto highest, co_await add_wanted(std::move(uids)));
  // Of what is beyond UIDNEXT only what exists counts: a position above it would pass mails to come.
  ledger.set_looked_to(is_new ? std::max(highest, first - 1) : last);
  was_useful_ = true;
  wants_look_ = !is_new || (is_full && highest >= first);
  co_return Status{};
}

Task<Result<std::uint32_t>> MailboxVisit::add_wanted(std::vector<std::uint32_t> uids) {
  auto& ledger = taking_.ledger();
  std::uint32_t highest = 0;
  const auto position = ledger.position();
  for (std::size_t at = 0; at < uids.size() && !taking_.is_stopped(); at += ImapSession::info_max) {
    const auto end = std::min(uids.size(), at + ImapSession::info_max);
    std::vector<std::uint32_t> part(uids.begin() + static_cast<std::ptrdiff_t>(at), uids.begin() + static_cast<std::ptrdiff_t>(end));
    PARLEY_CO_TRY(const auto infos, co_await session_->fetch_info(part));
    // Without an answer one cannot be read is not told from one that is gone: fetching it will show.
    for (const std::uint32_t uid : part) {
      if (!std::ranges::binary_search(infos, uid, {}, &MailInfo::uid)) { ledger.add(uid, 0, MailLedger::Form::whole); }
    }
    for (const auto& info : infos) {
      const bool is_wanted = info.uid > position.old_uid || !info.is_seen || info.internal_date >= position.started_at;
      const auto form = info.size > literal_bytes_max ? MailLedger::Form::header : MailLedger::Form::whole;
      if (is_wanted) { ledger.add(info.uid, info.size, form); }
      highest = std::max(highest, info.uid);
    }
  }
  co_return highest;
}

Task<Status> MailboxVisit::fetch(MailLedger::Job job) {
  auto& ledger = taking_.ledger();
  std::string raw;
  if (job.form != MailLedger::Form::nothing) {
    auto fetched = co_await session_->fetch_mail(job.uid, job.form == MailLedger::Form::header);
    if (fetched.has_error()) {
      const bool is_refused = fetched.error().code == Errc::forbidden;
      if (fetched.error().code == Errc::too_large) { ledger.shrink(job.uid); } else { ledger.fetch_failed(job.uid, SteadyClock::now()); }
      if (!is_refused) { co_return fetched.error(); }
      health_.note("The server does not hand out a mail: " + fetched.error().detail);
      co_return Status{};
    }
    if (!fetched.value()) { co_return co_await settle_vanished(job.uid); }
    raw = std::move(*fetched.value());
    ledger.set_looked_to(job.uid);  // it exists, and all below it are known
  }
  if (!taking_.is_stopped()) { taking_.give(job, std::move(raw)); }
  co_return Status{};
}

Task<Status> MailboxVisit::settle_vanished(std::uint32_t uid) {
  std::vector<std::uint32_t> uids(1, uid);
  std::string no_criteria;
  PARLEY_CO_TRY(const auto found, co_await session_->search(std::move(no_criteria), uid, uid));
  if (found.empty()) {
    taking_.ledger().settle(uids);
  } else {
    taking_.ledger().fetch_failed(uid, SteadyClock::now());
    health_.note("The server announces a mail but does not hand it out.");
  }
  co_return Status{};
}

/// A mail of which we have only a part must stay where it is: it is marked as read, whatever becomes of the others.
Task<Result<std::size_t>> MailboxVisit::after(std::vector<std::uint32_t> uids, bool is_whole) {
  switch (is_whole ? account_.after : ImapAccount::After::mark_seen) {
    case ImapAccount::After::move: return session_->move(std::move(uids), account_.move_to);
    case ImapAccount::After::delete_: return session_->remove(std::move(uids));
    case ImapAccount::After::mark_seen: break;
  }
  return session_->mark_seen(std::move(uids));
}

Task<Status> MailboxVisit::finish_taken(std::vector<std::uint32_t> uids, bool is_whole) {
  auto done = co_await after(uids, is_whole);
  if (done.has_value()) {
    after_failures_ = 0;
    uids.resize(std::min(uids.size(), done.value()));
    taking_.ledger().settle(uids);
    co_return Status{};
  }
  if (done.error().code != Errc::forbidden) { co_return done.error(); }
  health_.note("Mails were taken but could not be marked, moved or deleted. " + done.error().detail);
  after_again_at_ = SteadyClock::now() + after_pause;
  if (++after_failures_ < after_attempts_max) { co_return Status{}; }
  // They are safe with us; waiting longer would only make all that came after them be offered again after a restart.
  after_failures_ = 0;
  taking_.ledger().settle(uids);
  co_return Status{};
}

milliseconds MailboxVisit::until_due() const {
  auto due = SteadyClock::now() + (session_->can_idle() ? options_.idle_limit : options_.poll_interval);
  if (const auto next = taking_.due()) { due = std::min(due, *next); }
  if (after_failures_ > 0) { due = std::min(due, after_again_at_); }
  return std::max(std::chrono::ceil<milliseconds>(due - SteadyClock::now()), milliseconds(1));
}

// Nothing to do but to wait. What the taker answers ends it, and so does new mail when the server knows IDLE.
Task<Status> MailboxVisit::rest() {
  const milliseconds limit = until_due();
  Status done;
  if (taking_.ledger().given() > 0) {
    if (co_await taking_.wait(std::min<milliseconds>(limit, slow_taker_poll))) { co_return Status{}; }
    done = co_await session_->noop();
  } else if (session_->can_idle()) {
    const auto began = SteadyClock::now();
    done = co_await session_->idle(limit);
    wants_look_ = wants_look_ || SteadyClock::now() - began >= options_.idle_limit;  // also without news: some servers forget to tell
  } else {
    if (co_await taking_.wait(limit)) { co_return Status{}; }
    done = co_await session_->noop();
    wants_look_ = true;
  }
  co_return done;
}

}  // namespace parley::channels::email::imap
