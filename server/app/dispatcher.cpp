#include "server/app/dispatcher.h"


#include <algorithm>
#include <charconv>
#include <chrono>
#include <mutex>

#include "base/crypto.h"
#include "base/json_text.h"
#include "base/log.h"
#include "base/text.h"
#include "channels/chat/visitor.h"
#include "server/app/problem.h"
#include "staff/login.h"
#include "storage/command_outcome.h"

namespace parley::app {

using nlohmann::json;
using storage::Transaction;

const std::vector<std::uint64_t>& latency_bounds_us() {
  static const std::vector<std::uint64_t> bounds{250, 500, 1'000, 2'500, 5'000, 10'000, 25'000, 50'000, 100'000, 250'000, 1'000'000, 5'000'000};
  return bounds;
}

struct Dispatcher::Row {
  explicit Row(const Route& r) : route(r) {}
  Route route;
  std::vector<std::string> segments;
  std::mutex mutex;  // guards probe
  RouteProbe probe;
};

struct Dispatcher::Pending {
  Row* row{nullptr};
  Incoming incoming;
  Call call;
  Principal known;  // keeps Credentials::known alive
  Done done;
  std::chrono::steady_clock::time_point began{std::chrono::steady_clock::now()};
};

namespace {

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> out;
  std::size_t at = 1;
  while (at <= path.size()) {
    const auto end = std::min(path.find('/', at), path.size());
    out.emplace_back(path.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

bool is_parameter(const std::string& segment) { return segment.size() > 2 && segment.front() == '{'; }

bool is_changing(const std::string& method) { return method != "GET" && method != "HEAD"; }

/// "a=1&b=x%20y" as an object typed by the row's query schema.
Result<json> read_query(const Schema& schema, std::string_view text) {
  json out = json::object();
  while (!text.empty()) {
    const auto end = std::min(text.find('&'), text.size());
    const auto pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto equals = std::min(pair.find('='), pair.size());
    const auto name = percent_decode(pair.substr(0, equals), true);
    const auto value = percent_decode(equals < pair.size() ? pair.substr(equals + 1) : "", true);
    if (!name || !value || !is_valid_utf8(*name) || !is_valid_utf8(*value)) { return Error::field("/query", "bad_format", "The query string is not valid."); }
    for (const auto& field : schema.fields()) {
      if (field.name == *name) { out[*name] = field.schema.from_text(*value); }
    }
  }
  return out;
}

Error slow_down(milliseconds wait) {
  Error error = Error::with_reason(Errc::rate_limited, "rate_limited", "Too many requests. Wait a moment.");
  error.extra = std::make_shared<json>(json{{"retry_after_ms", wait.count()}});
  return error;
}

}  // namespace

Dispatcher::Dispatcher(storage::Database& database, const RouteTable& table, std::shared_ptr<const Clock> clock, std::string visitor_key, RateLimits limits)
    : database_(database), clock_(std::move(clock)), visitor_key_(std::move(visitor_key)), limiter_(clock_, limits) {
  for (const auto& route : table.routes()) {
    auto row = std::make_shared<Row>(route);
    row->segments = split(route.path);
    row->probe.operation_id = route.operation_id;
    row->probe.buckets.assign(latency_bounds_us().size() + 1, 0);
    rows_.push_back(std::move(row));
  }
}

Dispatcher::Match Dispatcher::match(std::string_view method, std::string_view path) const {
  Match found;
  const auto segments = split(path);
  for (const auto& row : rows_) {
    if (row->segments.size() != segments.size()) { continue; }
    std::map<std::string, std::int64_t> ids;
    bool fits = true;
    for (std::size_t i = 0; fits && i < segments.size(); ++i) {
      if (!is_parameter(row->segments[i])) {
        fits = row->segments[i] == segments[i];
        continue;
      }
      std::int64_t id = 0;
      const auto [end, failed] = std::from_chars(segments[i].data(), segments[i].data() + segments[i].size(), id);
      fits = failed == std::errc{} && end == segments[i].data() + segments[i].size() && id > 0;
      if (fits) { ids[row->segments[i].substr(1, row->segments[i].size() - 2)] = id; }
    }
    if (!fits) { continue; }
    found.path_known = true;
    if (row->route.method == method) {
      found.row = row.get();
      found.ids = std::move(ids);
      return found;
    }
  }
  return found;
}

std::uint64_t Dispatcher::body_limit(std::string_view method, std::string_view path) const {
  const auto found = match(method, path);
  // Where nothing matches, a small body is let in so that the answer can say so.
  if (!found.row) { return path.rfind("/api/", 0) == 0 ? 64 * 1024 : 0; }
  return is_changing(found.row->route.method) ? found.row->route.body_max : 0;
}

Status Dispatcher::prepare(const Row& row, Incoming& in, Call& call) const {
  call.method = in.method;
  call.content_type = in.content_type;
  call.if_match = in.if_match;
  call.origin = in.origin;
  const auto scheme = in.origin.find("://");
  call.is_same_origin = scheme != std::string::npos && in.origin.substr(scheme + 3) == in.host;
  call.user_agent = in.user_agent;
  call.remote_address = in.remote_address;
  call.session_token = in.credentials.session_token;
  call.request_id = in.request_id;
  call.is_secure = in.is_secure;
  call.is_socket = in.is_socket;
  if (in.is_socket) {
    call.query = in.query.is_object() ? in.query : json::object();
    call.body = in.body.is_object() ? in.body : json::object();
  } else {
    PARLEY_TRY(call.query, read_query(row.route.query, in.query_text));
    if (row.route.has_raw_body) {
      call.raw_body = in.raw_body ? in.raw_body : std::make_shared<std::string>();
    } else if (in.raw_body && !in.raw_body->empty()) {
      PARLEY_TRY(call.body, parse_json(*in.raw_body));
    }
  }
  PARLEY_CHECK(row.route.query.validate(call.query));
  if (row.route.body.is_anything()) {
    if (!call.body.is_object()) { call.body = json::object(); }
    return {};
  }
  if (call.body.is_null()) { call.body = json::object(); }
  return row.route.body.validate(call.body);
}

Result<Principal> Dispatcher::authenticate(Transaction& tx, const Credentials& c) const {
  if (c.known) { return *c.known; }
  if (!c.visitor_token.empty()) { return channels::chat::principal_of_visitor(tx, visitor_key_, c.visitor_token); }
  if (!c.bearer_token.empty()) { return staff::principal_of_api_token(tx, c.bearer_token); }
  return staff::principal_of_session(tx, c.session_token);
}

Status Dispatcher::admit(Transaction& tx, const Row& row, const Incoming& in, Call& call) {
  const Route& route = row.route;
  if (route.access == Access::open) {
    if (const auto wait = limiter_.take("address:" + in.remote_address, route.cost); wait.count() > 0) {
      ++limited_;
      return slow_down(wait);
    }
    return {};
  }
  PARLEY_TRY(call.who, authenticate(tx, in.credentials));
  const bool fits = route.access == Access::visitor ? call.who.is_visitor() : call.who.is_agent();
  if (!fits) { return Error::with_reason(Errc::unauthenticated, "unauthenticated", "These credentials do not fit this address."); }
  // A cookie travels by itself, so a changing call must show that our own page made it. Tokens and sockets do not.
  const bool by_cookie = call.who.is_agent() && !in.is_socket && in.credentials.bearer_token.empty();
  if (by_cookie && is_changing(route.method) && !equal_in_constant_time(call.who.csrf_token, in.csrf_token)) {
    return Error::with_reason(Errc::forbidden, "csrf", "The X-CSRF-Token header is missing or wrong.");
  }
  if (route.access == Access::agent && !call.who.may(route.permission)) {
    return Error::with_reason(Errc::forbidden, "forbidden", "This needs the permission " + std::string(to_string(route.permission)) + ".");
  }
  if (const auto wait = limiter_.take(call.who.key(), route.cost); wait.count() > 0) {
    ++limited_;
    return slow_down(wait);
  }
  return {};
}

Result<Reply> Dispatcher::run_once(Transaction& tx, const Row& row, const Incoming& in, Call& call) {
  const auto& handler = std::get<WriteHandler>(row.route.handler).run;
  // Posts carry a client id with a unique key of its own: the cheaper proof, and it outlives the kept outcomes.
  const bool has_own_proof = call.body.is_object() && call.body.contains("client_id");
  if (in.idempotency_key.empty() || has_own_proof || row.route.access == Access::open) { return handler(tx, call); }
  const std::string principal = call.who.key();
  if (!storage::claim_command(tx, principal, in.idempotency_key)) {
    const auto kept = storage::find_command_outcome(tx, principal, in.idempotency_key);
    if (!kept) { return Error(Errc::unavailable, "the first command with this key was undone meanwhile"); }
    return Reply(stored_json(kept->outcome), kept->status);
  }
  PARLEY_TRY(auto reply, handler(tx, call));
  storage::keep_command_outcome(tx, principal, in.idempotency_key, {reply.status, dump_json(reply.body)});
  return reply;
}

/// Marks a key as in progress: of two repeats at once the second is told to wait
/// (draft-ietf-httpapi-idempotency-key-header, section 2.6).
struct Dispatcher::RunningKey {
  RunningKey(Dispatcher& dispatcher, std::string key) : dispatcher_(dispatcher), key_(std::move(key)) {
    const std::lock_guard lock(dispatcher_.running_mutex_);
    is_first = dispatcher_.running_.insert(key_).second;
  }
  ~RunningKey() {
    if (!is_first) { return; }
    const std::lock_guard lock(dispatcher_.running_mutex_);
    dispatcher_.running_.erase(key_);
  }
  RunningKey(const RunningKey&) = delete;
  RunningKey& operator=(const RunningKey&) = delete;
  bool is_first{true};

 private:
  Dispatcher& dispatcher_;
  std::string key_;
};

/// Direct work has transactions of its own, so its outcome is kept after it: enough for a client that repeats after a lost answer.
Result<Reply> Dispatcher::run_direct(const Row& row, const Incoming& in, Call& call) {
  const bool keeps = !in.idempotency_key.empty() && row.route.keeps_outcome && row.route.access != Access::open;
  std::optional<RunningKey> running;
  PARLEY_TRY(const auto kept, database_.read_now([&](Transaction& tx) -> Result<std::optional<storage::CommandOutcome>> {
    PARLEY_CHECK(admit(tx, row, in, call));
    if (!keeps) { return std::nullopt; }
    running.emplace(*this, call.who.key() + "/" + in.idempotency_key);  // before the look: the first call may end in between
    return storage::find_command_outcome(tx, call.who.key(), in.idempotency_key);
  }));
  if (kept) { return Reply(stored_json(kept->outcome), kept->status); }
  if (running && !running->is_first) { return Error::with_reason(Errc::conflict, "still_running", "The first call with this idempotency key has not ended yet."); }
  PARLEY_TRY(auto reply, std::get<DirectHandler>(row.route.handler).run(database_, call));
  if (keeps) {
    std::ignore = database_.write_now(lane_of(row, in, call), [&](Transaction& tx) -> Status {
      storage::keep_command_outcome(tx, call.who.key(), in.idempotency_key, {reply.status, dump_json(reply.body)});
      return {};
    });
  }
  return reply;
}

std::uint64_t Dispatcher::lane_of(const Row& row, const Incoming& in, const Call& call) const {
  if (!row.route.lane.empty()) { return static_cast<std::uint64_t>(call.id(row.route.lane.c_str())); }
  if (in.credentials.known) { return std::hash<std::string>{}(in.credentials.known->key()); }
  return std::hash<std::string>{}(in.credentials.session_token + in.credentials.bearer_token + in.credentials.visitor_token + in.idempotency_key);
}

void Dispatcher::count(Row& row, int status, std::int64_t micros) {
  const std::lock_guard lock(row.mutex);
  ++row.probe.by_status[status];
  row.probe.micros_total += static_cast<std::uint64_t>(micros);
  const auto& bounds = latency_bounds_us();
  const auto bucket = std::lower_bound(bounds.begin(), bounds.end(), static_cast<std::uint64_t>(micros)) - bounds.begin();
  ++row.probe.buckets[static_cast<std::size_t>(bucket)];
}

void Dispatcher::call(Incoming incoming, Done done) {
  auto found = match(incoming.method, incoming.path);
  if (!found.row) {
    if (found.path_known) { return done(Error::with_reason(Errc::not_found, "method_not_allowed", "This address does not know the method " + incoming.method + ".")); }
    return done(Error::with_reason(Errc::not_found, "not_found", "There is nothing at this address."));
  }
  if (incoming.is_socket && !found.row->route.is_socket_callable) {
    return done(Error::with_reason(Errc::forbidden, "not_over_socket", "This operation is not available over the socket."));
  }
  if (!incoming.idempotency_key.empty() && Schema::token(8, 64).validate(json(incoming.idempotency_key)).has_error()) {
    return done(Error::field("/idempotency-key", "bad_format", "An idempotency key is 8 to 64 letters, digits, _ or -."));
  }
  auto pending = std::make_shared<Pending>();
  pending->row = found.row;
  pending->incoming = std::move(incoming);
  if (pending->incoming.credentials.known) {
    pending->known = *pending->incoming.credentials.known;
    pending->incoming.credentials.known = &pending->known;
  }
  pending->call.ids = std::move(found.ids);
  pending->done = std::move(done);
  if (auto fine = prepare(*pending->row, pending->incoming, pending->call); fine.has_error()) {
    count(*pending->row, status_of(fine.error()), 0);
    return pending->done(std::move(fine).error());
  }
  submit(pending);
}

void Dispatcher::submit(const std::shared_ptr<Pending>& p) {
  const auto finish = [this, p](Result<Reply> result) {
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - p->began).count();
    const int status = result.has_error() ? status_of(result.error()) : result->status;
    count(*p->row, status, micros);
    // An error without a client reason is one nobody meant to send.
    const bool is_surprise = result.has_error() && result.error().reason.empty() && result.error().fields.empty() && status != 404 && status != 403;
    if (status >= 500 || is_surprise) {
      log_error("call_failed operation={} request={} detail={} at={}:{}", {p->row->route.operation_id, p->incoming.request_id,
                    result.has_error() ? result.error().detail : "", result.has_error() ? result.error().at.file_name() : "",
                    result.has_error() ? result.error().at.line() : 0});
    }
    p->done(std::move(result));
  };
  const auto& handler = p->row->route.handler;
  if (std::holds_alternative<ReadHandler>(handler)) {
    return database_.read<Reply>(
        [this, p](Transaction& tx) -> Result<Reply> {
          PARLEY_CHECK(admit(tx, *p->row, p->incoming, p->call));
          return std::get<ReadHandler>(p->row->route.handler).run(tx, p->call);
        },
        finish);
  }
  if (std::holds_alternative<WriteHandler>(handler)) {
    return database_.write<Reply>(
        lane_of(*p->row, p->incoming, p->call),
        [this, p](Transaction& tx) -> Result<Reply> {
          PARLEY_CHECK(admit(tx, *p->row, p->incoming, p->call));
          return run_once(tx, *p->row, p->incoming, p->call);
        },
        finish);
  }
  direct_.submit([this, p, finish] {
    try {
      finish(run_direct(*p->row, p->incoming, p->call));
    } catch (const std::exception& failure) {
      finish(Error(Errc::internal, failure.what()));
    }
  }, [finish] { finish(Error(Errc::unavailable, "work queue full")); });
}

std::vector<RouteProbe> Dispatcher::probe() const {
  std::vector<RouteProbe> out;
  for (const auto& row : rows_) {
    const std::lock_guard lock(row->mutex);
    out.push_back(row->probe);
  }
  return out;
}

}  // namespace parley::app
