// The route table: an operation is one row. The server turns rows into REST, WebSocket calls and the OpenAPI document; modules
// register rows and know nothing of HTTP.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/principal.h"
#include "base/result.h"
#include "base/schema.h"

namespace parley {

namespace storage {
class Database;
class Transaction;
}  // namespace storage

/// One validated call, whichever transport brought it.
struct Call {
  Principal who;
  std::string method;
  std::map<std::string, std::int64_t> ids;  // path parameters, e.g. ids.at("ticket_id")
  nlohmann::json query;                     // object, typed by the row's query schema
  nlohmann::json body;                      // validated by the row's body schema
  std::shared_ptr<std::string> raw_body;    // rows with has_raw_body only
  std::string content_type;
  std::string if_match;                     // without quotes; empty when absent
  std::string origin, user_agent, remote_address;
  std::string session_token;                // the log-in cookie, for log-out
  std::string request_id;
  bool is_secure{false};                    // came over TLS
  bool is_same_origin{false};               // the browser page that called is one of ours
  bool is_socket{false};                    // came as a call frame

  std::int64_t id(const char* name) const { return ids.at(name); }
};

struct Reply {
  int status{200};
  nlohmann::json body;  // null: no content
  std::shared_ptr<const std::string> bytes;  // in place of a body, of the row's response_type
  std::string content_type;                  // of bytes
  std::vector<std::pair<std::string, std::string>> headers;

  Reply() = default;
  Reply(nlohmann::json b, int s = 200) : status(s), body(std::move(b)) {}  // NOLINT: handlers return JSON
};

enum class Access : std::uint8_t { open, visitor, agent };

using InTransaction = std::function<Result<Reply>(storage::Transaction&, const Call&)>;

/// Runs on the read pool in a read-only snapshot.
struct ReadHandler {
  InTransaction run;
  explicit ReadHandler(InTransaction f) : run(std::move(f)) {}
};
/// Runs in a lane, in the command's transaction, behind the idempotency check. Answers are kept for repeats: ids and facts only where
/// personal text can be left out.
struct WriteHandler {
  InTransaction run;
  explicit WriteHandler(InTransaction f) : run(std::move(f)) {}
};
/// Runs on the read pool without a transaction, for work that hashes, touches files, or needs several transactions of its own.
struct DirectHandler {
  std::function<Result<Reply>(storage::Database&, const Call&)> run;
  explicit DirectHandler(std::function<Result<Reply>(storage::Database&, const Call&)> f) : run(std::move(f)) {}
};

struct Route {
  std::string method;
  std::string path;  // "/api/v1/tickets/{ticket_id}"; parameters are integer ids
  std::string operation_id;
  std::string summary;
  Access access{Access::agent};
  Permission permission{Permission::none};
  std::variant<ReadHandler, WriteHandler, DirectHandler> handler;
  Schema query;            // an object schema of text parameters, or anything
  Schema body;             // anything: no JSON body expected
  Schema response;         // of the 2xx answer
  int success{200};
  std::string response_type{"application/json"};  // of the 2xx answer; another one: Reply::bytes, and no socket calls
  std::string lane{};      // path parameter whose value picks the lane (default: the caller)
  std::uint64_t body_max{64 * 1024};
  bool has_raw_body{false};
  bool is_socket_callable{true};
  bool keeps_outcome{true};  // false where the answer holds a secret: repeating then does the work again
  int cost{1};             // tokens of the caller's rate limit
};

class RouteTable {
 public:
  void add(Route route) { routes_.push_back(std::move(route)); }
  /// A named shape for Schema::ref and the document's components.
  void define(std::string component, Schema schema) { components_.emplace_back(std::move(component), std::move(schema)); }
  const std::vector<Route>& routes() const { return routes_; }
  const std::vector<std::pair<std::string, Schema>>& components() const { return components_; }

 private:
  std::vector<Route> routes_;
  std::vector<std::pair<std::string, Schema>> components_;
};

}  // namespace parley
