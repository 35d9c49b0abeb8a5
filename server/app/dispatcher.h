// One call, whichever transport brought it: match, validate, authenticate, limit, run, answer. Safe from any thread.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "base/route.h"
#include "server/app/rate_limit.h"
#include "server/app/work_pool.h"
#include "storage/database.h"

namespace parley::app {

/// How a caller proves who he is; a socket's calls bring the principal it was opened with.
struct Credentials {
  std::string session_token, bearer_token, visitor_token;
  const Principal* known{nullptr};
};

struct Incoming {
  std::string method, path, query_text;      // HTTP
  nlohmann::json query, body;                // socket: typed already
  std::shared_ptr<std::string> raw_body;     // HTTP
  bool is_socket{false};
  std::string idempotency_key, csrf_token, if_match, content_type, origin, host, user_agent, remote_address, request_id;
  bool is_secure{false};
  Credentials credentials;
};

struct RouteProbe {
  std::string operation_id;
  std::map<int, std::uint64_t> by_status;
  std::uint64_t micros_total{0};
  std::vector<std::uint64_t> buckets;  // latency histogram, bounds in latency_bounds_us()
};
const std::vector<std::uint64_t>& latency_bounds_us();

class Dispatcher {
 public:
  using Done = std::function<void(Result<Reply>)>;

  Dispatcher(storage::Database& database, const RouteTable& table, std::shared_ptr<const Clock> clock, std::string visitor_key, RateLimits limits);

  /// `done` is called exactly once, on any thread.
  void call(Incoming incoming, Done done);
  /// Largest body the matching row takes; 0 when no row matches.
  std::uint64_t body_limit(std::string_view method, std::string_view path) const;
  /// Who holds these credentials. Errors: unauthenticated.
  Result<Principal> authenticate(storage::Transaction& tx, const Credentials& credentials) const;
  std::vector<RouteProbe> probe() const;
  std::uint64_t limited() const { return limited_; }
  /// Runs work that is neither network nor one transaction.
  void submit_direct(std::function<void()> work, const std::function<void()>& refused) { direct_.submit(std::move(work), refused); }
  void stop() { direct_.stop(); }

 private:
  struct Row;
  struct Match {
    Row* row{nullptr};
    bool path_known{false};
    std::map<std::string, std::int64_t> ids;
  };
  struct Pending;
  struct RunningKey;
  Match match(std::string_view method, std::string_view path) const;
  Status prepare(const Row& row, Incoming& incoming, Call& call) const;
  Status admit(storage::Transaction& tx, const Row& row, const Incoming& incoming, Call& call);
  Result<Reply> run_once(storage::Transaction& tx, const Row& row, const Incoming& incoming, Call& call);
  Result<Reply> run_direct(const Row& row, const Incoming& incoming, Call& call);
  void submit(const std::shared_ptr<Pending>& pending);
  std::uint64_t lane_of(const Row& row, const Incoming& incoming, const Call& call) const;
  void count(Row& row, int status, std::int64_t micros);

  storage::Database& database_;
  std::shared_ptr<const Clock> clock_;
  std::string visitor_key_;
  RateLimiter limiter_;
  std::vector<std::shared_ptr<Row>> rows_;
  std::atomic<std::uint64_t> limited_{0};
  std::mutex running_mutex_;        // guards running_
  std::set<std::string> running_;   // principal and idempotency key of direct calls under way, at most as many as workers
  WorkPool direct_{2};
};

}  // namespace parley::app
