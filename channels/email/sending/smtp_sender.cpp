#include "channels/email/sending/smtp_sender.h"

#include "channels/email/sending/impl/route_pool.h"
#include "channels/email/sending/impl/smtp_explain.h"
#include "channels/email/sending/impl/smtp_transaction.h"

namespace parley::channels::email {
using namespace sending;

struct SmtpSender::State {
  State(std::shared_ptr<const Clock> the_clock, SmtpLimits the_limits)
      : clock(std::move(the_clock)), limits(the_limits), pool(*clock, limits), rests(*clock), rates(*clock, limits.paces_max, limits.turns_max) {}

  /// On a connection that stands already, or a new one.
  SmtpOutcome carry(const SmtpRoute& route, const HandOver& mail);

  std::shared_ptr<const Clock> clock;
  const SmtpLimits limits;
  std::atomic<bool> is_stopping{false};  // outlives the connections, which look at it
  ConnectionPool pool;
  RouteRests rests;
  SendRates rates;
};

namespace {

SmtpOutcome::Stage stage_of(ConnectStep step) {
  switch (step) {
    case ConnectStep::resolve: return SmtpOutcome::Stage::resolve;
    case ConnectStep::connect: return SmtpOutcome::Stage::connect;
    case ConnectStep::tls: return SmtpOutcome::Stage::tls;
    default: return SmtpOutcome::Stage::login;
  }
}

/// A wrong password is the route's fault: the mail waits until somebody has mended it.
SmtpOutcome not_connected(const SmtpRoute& route, const ConnectReport& report) {
  SmtpOutcome out;
  out.kind = SmtpOutcome::Kind::retry_later;
  out.stage = stage_of(report.failed_at);
  out.status = report.last_reply.code >= 400 ? report.last_reply.status : std::string();
  out.error = explain(route, report);
  return out;
}

SmtpOutcome held(std::string why, milliseconds wait) {
  SmtpOutcome out;
  out.kind = SmtpOutcome::Kind::retry_later;
  out.error = std::move(why);
  out.retry_after = wait;
  return out;
}

}  // namespace

SmtpSender::SmtpSender(std::shared_ptr<const Clock> clock, SmtpLimits limits) : state_(std::make_unique<State>(std::move(clock), limits)) {}
SmtpSender::~SmtpSender() = default;

SmtpOutcome SmtpSender::hand_over(const SmtpRoute& route, const HandOver& mail) {
  State& state = *state_;
  if (state.is_stopping) { return held("the sender has been stopped", milliseconds{0}); }
  if (auto refusal = refuse_envelope(mail, state.limits)) { return std::move(*refusal); }
  if (auto met = state.rests.of(route)) { return std::move(*met); }
  if (const auto wait = state.rates.take(mail.pace); wait.count() > 0) { return held("waits because of the limit of " + std::to_string(mail.pace.per_minute) + " mails a minute", wait); }
  auto outcome = state.carry(route, mail);
  if (!state.is_stopping) { state.rests.note(route, outcome); }
  return outcome;
}

SmtpOutcome SmtpSender::State::carry(const SmtpRoute& route, const HandOver& mail) {
  auto pooled = pool.take(route);
  while (pooled && !pooled->connection->is_quiet()) { pooled = pool.take(route); }  // the server closed it meanwhile
  if (pooled) {
    auto result = hand_over_on(*pooled->connection, mail, limits, true);
    if (result.is_reusable) { pool.give_back(route, std::move(*pooled)); }
    const bool was_stale = result.outcome.kind == SmtpOutcome::Kind::retry_later && !result.is_reusable && !result.was_greeted;
    if (!was_stale) { return std::move(result.outcome); }
  }
  PooledConnection fresh{std::make_unique<SmtpConnection>(is_stopping)};
  const ConnectReport report = fresh.connection->open(route, limits.connect);
  if (report.failed_at != ConnectStep::done) { return not_connected(route, report); }
  auto result = hand_over_on(*fresh.connection, mail, limits, false);
  if (result.is_reusable) { pool.give_back(route, std::move(fresh)); }
  return std::move(result.outcome);
}

void SmtpSender::close_idle() { state_->pool.close_idle(); }

void SmtpSender::stop() {
  state_->is_stopping = true;
  state_->pool.close_all();
}

}  // namespace parley::channels::email
