#include "server/app/metrics.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace parley::app {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

namespace {

class Page {
 public:
  void gauge(const char* name, const char* help, double value) { add(name, help, MetricType::Gauge, value); }
  void counter(const char* name, const char* help, double value) { add(name, help, MetricType::Counter, value); }
  void histogram(const char* name, const char* help, const std::vector<std::uint64_t>& bounds_us, const std::vector<std::uint64_t>& counts, double sum_us,
                 std::vector<ClientMetric::Label> labels = {}) {
    ClientMetric metric;
    metric.label = std::move(labels);
    std::uint64_t cumulative = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      cumulative += counts[i];
      const double bound = i < bounds_us.size() ? static_cast<double>(bounds_us[i]) / 1e6 : std::numeric_limits<double>::infinity();
      metric.histogram.bucket.push_back({cumulative, bound});
    }
    metric.histogram.sample_count = cumulative;
    metric.histogram.sample_sum = sum_us / 1e6;
    family(name, help, MetricType::Histogram).metric.push_back(std::move(metric));
  }
  void labelled_counter(const char* name, const char* help, std::vector<ClientMetric::Label> labels, double value) {
    ClientMetric metric;
    metric.label = std::move(labels);
    metric.counter.value = value;
    family(name, help, MetricType::Counter).metric.push_back(std::move(metric));
  }
  std::string text() const { return prometheus::TextSerializer().Serialize(families_); }

 private:
  MetricFamily& family(const char* name, const char* help, MetricType type) {
    for (auto& f : families_) {
      if (f.name == name) { return f; }
    }
    families_.push_back({name, help, type, {}});
    return families_.back();
  }
  void add(const char* name, const char* help, MetricType type, double value) {
    ClientMetric metric;
    (type == MetricType::Gauge ? metric.gauge.value : metric.counter.value) = value;
    family(name, help, type).metric.push_back(std::move(metric));
  }
  std::vector<MetricFamily> families_;
};

double number(std::uint64_t v) { return static_cast<double>(v); }

void add_storage(Page& page, const MetricSources& s) {
  const auto d = s.database.probe();
  page.counter("parley_db_reads_total", "Read jobs run", number(d.reads));
  page.counter("parley_db_writes_total", "Commands run in lanes", number(d.writes));
  page.counter("parley_db_commits_total", "Commits, each for a batch of commands", number(d.commits));
  page.counter("parley_db_retries_total", "Commands run again after a deadlock or a lost connection", number(d.retries));
  page.counter("parley_db_refused_total", "Jobs refused because a queue was full", number(d.refused));
  page.counter("parley_db_timed_out_total", "Jobs that waited past their deadline", number(d.timed_out));
  page.counter("parley_db_discarded_connections_total", "Connections thrown away after an error", number(d.discarded_connections));
  page.gauge("parley_db_read_queue_depth", "Read jobs waiting", number(d.read_queue_depth));
  page.gauge("parley_db_write_queue_depth", "Commands waiting", number(d.write_queue_depth));
  page.gauge("parley_journal_seq", "Newest durable journal number", number(d.journal_seq));
  page.histogram("parley_db_commit_seconds", "Time of a commit", storage::commit_bucket_bounds_us(), d.commit_micros_histogram, 0);
  if (s.private_database != nullptr) {
    const auto p = s.private_database->probe();
    page.gauge("parley_private_database_up", "1 while the private MariaDB answers", p.is_up ? 1 : 0);
    page.counter("parley_private_database_restarts_total", "Restarts of the private MariaDB", number(p.restarts));
  }
}

void add_network(Page& page, const MetricSources& s) {
  const auto n = s.server.probe();
  page.gauge("parley_connections_open", "Open connections", number(n.connections_open));
  page.counter("parley_connections_total", "Connections accepted", number(n.connections_total));
  page.counter("parley_connections_refused_total", "Connections refused at a limit", number(n.connections_refused));
  page.gauge("parley_sockets_open", "Open WebSockets", number(n.sockets_open));
  page.counter("parley_sockets_total", "WebSockets opened", number(n.sockets_total));
  page.counter("parley_sockets_too_slow_total", "WebSockets closed because their queue was full", number(n.sockets_too_slow));
  page.counter("parley_frames_in_total", "WebSocket messages received", number(n.frames_in));
  page.counter("parley_frames_out_total", "WebSocket messages sent", number(n.frames_out));
  page.counter("parley_bytes_in_total", "Bytes received", number(n.bytes_in));
  page.counter("parley_bytes_out_total", "Bytes sent", number(n.bytes_out));
  page.counter("parley_requests_total", "HTTP requests", number(n.requests_total));
  page.counter("parley_requests_bad_total", "Requests that were not HTTP", number(n.requests_bad));
  page.counter("parley_requests_timed_out_total", "Requests that came too slowly", number(n.requests_timed_out));
  page.counter("parley_tls_failures_total", "Failed TLS handshakes", number(n.tls_failures));
  page.gauge("parley_send_queue_bytes", "Bytes queued for sockets", number(n.queue_bytes));
}

void add_realtime(Page& page, const MetricSources& s) {
  const auto h = s.hub.probe();
  page.gauge("parley_agent_sockets", "Console sockets", number(h.agent_sockets));
  page.gauge("parley_visitor_sockets", "Widget sockets", number(h.visitor_sockets));
  page.counter("parley_events_delivered_total", "Journal events fanned out", number(h.events_delivered));
  page.counter("parley_frames_fanned_out_total", "Frames handed to sockets", number(h.frames_sent));
  page.counter("parley_sockets_resumed_total", "Sockets that resumed from their cursor", number(h.resumed));
  page.counter("parley_sockets_reset_total", "Sockets that had to fetch a snapshot", number(h.reset));
  page.counter("parley_sockets_flooded_total", "Sockets closed for flooding", number(h.flooded));
  page.counter("parley_frames_bad_total", "Frames that were not understood", number(h.bad_frames));
  page.gauge("parley_ring_events", "Events kept for resuming clients", number(h.ring_events));
  page.gauge("parley_ring_bytes", "Bytes of these", number(h.ring_bytes));
  page.gauge("parley_fanout_pending_events", "Events waiting for fan-out", number(h.pending_events));
  const auto f = s.hub.follower_probe();
  page.gauge("parley_follower_lag", "Journal numbers the hub's follower is behind", number(f.lag));
  page.counter("parley_follower_hole_alarms_total", "Holes in the journal that did not close", number(f.hole_alarms));
  page.counter("parley_follower_failures_total", "Batches handed over again", number(f.handler_failures));
  const auto r = s.router.probe();
  page.counter("parley_router_assigned_total", "Tickets assigned by the router", number(r.assigned));
  page.counter("parley_router_offered_total", "Tickets offered by the router", number(r.offered));
  page.counter("parley_router_expired_total", "Offers that ran out", number(r.expired));
  page.counter("parley_router_requeued_total", "Tickets taken back from absent agents", number(r.requeued));
  page.counter("parley_router_failures_total", "Router steps that failed", number(r.failures));
  page.gauge("parley_router_queue_length", "Tickets waiting for an agent", number(r.queue_length));
}

void add_mail(Page& page, const MetricSources& s) {
  const auto m = s.mail.probe();
  page.counter("parley_mails_taken_total", "Mails that came in and were stored", number(m.intake.taken));
  page.counter("parley_mails_repeated_total", "Copies of mails that were here already", number(m.intake.repeated));
  page.counter("parley_mails_held_total", "Mails held for a person to look at", number(m.intake.held));
  page.counter("parley_mail_bounces_total", "Delivery reports", number(m.intake.bounces));
  page.counter("parley_mail_failures_total", "Mails that could not be stored and will come again", number(m.intake.failed));
  page.gauge("parley_mails_waiting", "Mails between acceptance and commit", number(m.intake_waiting));
  page.counter("parley_outbox_handed_over_total", "Hand-overs to providers", number(m.outbox.handed_over));
  page.gauge("parley_outbox_under_way", "Hand-overs to providers at this moment", number(m.outbox.under_way));
  page.counter("parley_outbox_sent_total", "Messages a provider took", number(m.outbox.sent));
  page.counter("parley_outbox_retried_total", "Hand-overs to be tried again", number(m.outbox.retried));
  page.counter("parley_outbox_failed_total", "Messages a provider refused", number(m.outbox.failed));
  page.counter("parley_outbox_dead_total", "Messages given up", number(m.outbox.dead));
  page.counter("parley_outbox_uncertain_total", "Messages that may or may not have left", number(m.outbox.uncertain));
  page.counter("parley_oauth_tokens_fetched_total", "Access tokens fetched from mail providers", number(m.tokens.fetched));
  page.counter("parley_oauth_tokens_failed_total", "Access tokens a provider did not give", number(m.tokens.failed));
  page.counter("parley_oauth_tokens_not_kept_total", "New refresh tokens that could not be written down at once", number(m.tokens.not_kept));
  page.gauge("parley_oauth_sign_ins_waiting", "Sign-ins at mail providers that are not over", number(s.sign_ins.waiting()));
  if (!m.smtp) { return; }
  page.gauge("parley_smtp_connections_open", "Open SMTP connections", number(m.smtp->connections_open));
  page.counter("parley_smtp_connections_refused_total", "SMTP connections refused at a limit", number(m.smtp->connections_refused));
  page.counter("parley_smtp_mails_kept_total", "Mails answered with 250", number(m.smtp->mails_kept));
  page.counter("parley_smtp_mails_deferred_total", "Mails put off", number(m.smtp->mails_deferred));
  page.counter("parley_smtp_recipients_refused_total", "Recipients refused", number(m.smtp->recipients_refused));
  page.counter("parley_smtp_timed_out_total", "SMTP connections ended for slowness", number(m.smtp->timed_out));
  page.gauge("parley_smtp_bytes_held", "Bytes of mails under way", number(m.smtp->bytes_held));
}

void add_calls(Page& page, const MetricSources& s) {
  page.counter("parley_calls_limited_total", "Calls refused by rate limits", number(s.dispatcher.limited()));
  for (const auto& row : s.dispatcher.probe()) {
    if (row.by_status.empty()) { continue; }
    page.histogram("parley_call_seconds", "Time of an API call", latency_bounds_us(), row.buckets, number(row.micros_total), {{"operation", row.operation_id}});
    for (const auto& [status, count] : row.by_status) {
      page.labelled_counter("parley_calls_total", "API calls by outcome", {{"operation", row.operation_id}, {"status", std::to_string(status)}}, number(count));
    }
  }
}

}  // namespace

std::string metrics_text(const MetricSources& sources) {
  Page page;
  add_storage(page, sources);
  add_network(page, sources);
  add_realtime(page, sources);
  add_mail(page, sources);
  add_calls(page, sources);
  return page.text();
}

}  // namespace parley::app
