#include "channels/email/imap/impl/taking.h"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace parley::channels::email::imap {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;
using wire::Task;

constexpr BackOff streak_pause{std::chrono::seconds(1), std::chrono::minutes(1)};
constexpr std::chrono::seconds save_pause{5};

/// A taker that throws has not taken.
template <class Call>
Status call_taker(Call call) {
  try {
    call();
    return {};
  } catch (const std::exception& failure) { return Error{Errc::internal, failure.what()}; }
}

}  // namespace

Taking::Taking(asio::any_io_executor executor, std::shared_ptr<MailTaker> taker, const ReaderOptions& options, ReaderHealth& health)
    : executor_(executor), taker_(std::move(taker)), options_(options), health_(health), signal_(executor) {}

template <class T, class Then>
std::function<void(T)> Taking::here(Then then) {
  return [weak = weak_from_this(), executor = executor_, then](T result) {
    asio::post(executor, [weak, then, result = std::move(result)]() mutable {
      if (const auto self = weak.lock(); self && !self->is_stopped_) { then(*self, std::move(result)); }
    });
  };
}

void Taking::changed() {
  is_changed_ = true;
  signal_.cancel();
  if (on_change) { on_change(); }
}

Task<bool> Taking::wait(milliseconds limit) {
  if (!is_changed_) {
    signal_.expires_after(limit);
    boost::system::error_code ignored;
    co_await signal_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
  co_return std::exchange(is_changed_, false);
}

void Taking::stop() {
  is_stopped_ = true;
  changed();
}

template <class T>
Task<Result<T>> Taking::await_answer(std::optional<Result<T>>& answer, const char* what) {
  for (const auto end = SteadyClock::now() + options_.call_limit; !answer && !is_stopped_;) {
    const auto left = std::chrono::duration_cast<milliseconds>(end - SteadyClock::now());
    if (left.count() <= 0) { co_return Error{Errc::timeout, what}; }
    co_await wait(left);
  }
  if (!answer) { co_return Error{Errc::unavailable, "stopped"}; }
  co_return *answer;
}

Task<Result<ReaderPosition>> Taking::load_position() {
  loaded_.reset();
  auto done = here<Result<ReaderPosition>>([](Taking& self, Result<ReaderPosition> position) {
    self.loaded_ = std::move(position);
    self.changed();
  });
  const auto called = call_taker([&] { taker_->position(std::move(done)); });
  if (called.has_error()) { co_return called.error(); }
  co_return co_await await_answer(loaded_, "The position in the mailbox was not loaded in time.");
}

Task<Result<std::string>> Taking::load_secret() {
  secret_.reset();
  auto done = here<Result<std::string>>([](Taking& self, Result<std::string> secret) {
    self.secret_ = std::move(secret);
    self.changed();
  });
  const auto called = call_taker([&] { taker_->secret(std::move(done)); });
  if (called.has_error()) { co_return called.error(); }
  auto secret = co_await await_answer(secret_, "The provider gave no access token in time.");
  secret_.reset();
  co_return secret;
}

void Taking::open(ReaderPosition position) {
  ledger_.emplace(position, options_.take_retry);
  ++book_;
  bytes_given_ = 0;
  save_again_at_ = {};
  saved_ = ReaderPosition{};
}

void Taking::give(const MailLedger::Job& job, std::string raw) {
  const std::size_t bytes = raw.size();
  const std::uint32_t attempt = ledger_->give(job.uid, SteadyClock::now());
  bytes_given_ += bytes;
  FetchedMail mail{ledger_->position().uidvalidity, job.uid, std::make_shared<const std::string>(std::move(raw)), job.size, ledger_->position().rewinds,
                   job.form != MailLedger::Form::whole};
  auto done = here<Status>([book = book_, uid = job.uid, attempt, bytes](Taking& self, Status status) {
    self.answered(book, uid, attempt, bytes, std::move(status));
  });
  const auto called = call_taker([&] { taker_->take(std::move(mail), std::move(done)); });
  if (called.has_error()) { answered(book_, job.uid, attempt, bytes, called); }
}

void Taking::answered(std::uint32_t book, std::uint32_t uid, std::uint32_t attempt, std::size_t bytes, Status status) {
  if (book != book_) { return; }
  bytes_given_ -= std::min(bytes, bytes_given_);
  if (ledger_->answer(uid, attempt, status.has_value(), SteadyClock::now())) {
    if (status.has_value()) {
      health_.count_mail();
      streak_ = 0;
      resume_at_ = {};
      is_failing_ = false;
    } else {
      count_failure(status.error().detail);
    }
  }
  changed();
}

// One mail that is refused is its own trouble. Many in a row are the taker's, and fetching all of them again and again would help nobody.
void Taking::count_failure(const std::string& detail) {
  is_failing_ = true;
  health_.fail("Mails that came in cannot be stored: " + detail);
  if (++streak_ >= streak_max) { resume_at_ = SteadyClock::now() + streak_pause.after(streak_ - streak_max + 1); }
}

std::optional<Taking::Time> Taking::due() const {
  std::optional<Time> first;
  const auto consider = [&first](Time time) { first = first ? std::min(*first, time) : time; };
  if (const auto next = ledger_->next_due(); next && has_room()) { consider(std::max(*next, resume_at_)); }
  if (ledger_->position() != saved_) { consider(save_again_at_); }
  return first;
}

void Taking::give_up_waiting() {
  const auto now = SteadyClock::now();
  const std::size_t overdue = ledger_->give_up(now - options_.take_limit, now);
  for (std::size_t i = 0; i < overdue; ++i) { count_failure("no answer in time"); }
}

void Taking::save_position() {
  const ReaderPosition position = ledger_->position();
  if (is_stopped_ || position == saved_ || SteadyClock::now() < save_again_at_) { return; }
  save_again_at_ = SteadyClock::now() + options_.call_limit;
  auto done = here<Status>([position, book = book_](Taking& self, Status status) { self.saved(position, book, std::move(status)); });
  const auto called = call_taker([&] { taker_->save(position, std::move(done)); });
  if (called.has_error()) { saved(position, book_, called); }
}

void Taking::saved(ReaderPosition position, std::uint32_t book, Status status) {
  if (book != book_) { return; }
  save_again_at_ = {};
  if (status.has_value()) {
    saved_ = position;
  } else {
    health_.note("The position in the mailbox cannot be stored: " + status.error().detail);
    save_again_at_ = SteadyClock::now() + save_pause;
  }
  changed();
}

}  // namespace parley::channels::email::imap
