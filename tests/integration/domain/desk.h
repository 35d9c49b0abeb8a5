// A shop in a real database: agents, inboxes, customers, and short verbs for what they do.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <future>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/crypto.h"
#include "customers/customer_service.h"
#include "server/app/dispatcher.h"
#include "staff/login.h"
#include "staff/presence.h"
#include "staff/staff_store.h"
#include "storage/database.h"
#include "tickets/assignment.h"
#include "tickets/file_store.h"
#include "tickets/notice.h"
#include "tickets/ticket_api.h"
#include "tickets/ticket_edit.h"
#include "tickets/ticket_service.h"
#include "tickets/ticket_store.h"

namespace parley::test {

using nlohmann::json;
using storage::Transaction;
using tickets::Inbox;
using tickets::Posted;
using tickets::Ticket;
using tickets::TicketState;

struct NewAgent {
  Role role{Role::agent};
  std::vector<TeamId> teams{};
  int capacity{5};
  std::string password_hash{"none"};
};

/// What the endpoints wanted to tell; a test may put another receiver (the hub) behind it.
struct Notices final : tickets::Notices {
  void notify_read(const tickets::ReadNotice& notice) override;
  void notify_draft(TicketId ticket, AgentId agent, const tickets::Draft& draft) override;
  std::vector<AgentId> viewers_of(TicketId ticket) override;
  std::mutex mutex;
  std::vector<tickets::ReadNotice> reads;
  std::vector<tickets::Draft> drafts;
  tickets::Notices* behind{nullptr};
};

class DeskTest : public ::testing::Test {
 protected:
  DeskTest();
  /// Every test ends with a look at the journal: versions without a hole, and the last change of each field is what the row says.
  void TearDown() override;

  template <class F>
  auto write(F work) {
    return database.write_now(static_cast<std::uint64_t>(++lane_), std::move(work));
  }
  template <class F>
  auto read(F work) {
    return database.read_now(std::move(work));
  }
  std::int64_t number(const std::string& sql);

  TeamId team(const std::string& name);
  Principal agent(const std::string& name, const NewAgent& details = {});
  void change_agent(AgentId id, const std::function<void(staff::Agent&)>& change);
  Inbox inbox(const std::string& assignment = "manual", std::optional<TeamId> team = std::nullopt);
  CustomerId customer(const std::string& name = "Cara");

  std::string client_id() { return "client-" + std::to_string(++client_ids_); }
  tickets::NewMessage message(const std::string& text, const std::string& kind = "reply", std::optional<tickets::TicketState> state = std::nullopt) {
    tickets::NewMessage out{client_id(), text, {}, kind};
    out.state = state;
    return out;
  }
  Posted start(const Inbox& in, CustomerId who, const std::string& text = "Hello");
  Result<Posted> say(TicketId id, CustomerId who, const std::string& text = "More");
  Result<Posted> post(const Principal& who, TicketId id, const tickets::AgentMessage& message);
  Result<Posted> reply(const Principal& who, TicketId id, std::optional<std::uint32_t> seen = std::nullopt, bool force = false);
  Result<Posted> note(const Principal& who, TicketId id, const std::string& text = "Between us");
  Result<Ticket> patch(const Principal& who, TicketId id, const tickets::TicketPatch& patch, std::optional<std::uint32_t> if_version = std::nullopt);
  Status edit(TicketId id, const std::function<Status(tickets::TicketEdit&)>& change, tickets::Actor actor = tickets::Actor::system());
  Ticket ticket(TicketId id);
  void set_state(TicketId id, TicketState state);

  static storage::Database& shared_database();

  std::shared_ptr<ManualClock> clock;
  storage::Database& database;
  storage::FieldCipher cipher{std::string(32, 'm')};
  customers::CustomerService customers{cipher};
  staff::PresenceBook presence{clock, milliseconds{60'000}};
  staff::LoginService login{database, cipher, clock};

 private:
  std::atomic<std::uint64_t> lane_{0};  // tests write from several threads
  int client_ids_{0};
};

/// The same with every endpoint behind a dispatcher.
class CallTest : public DeskTest {
 protected:
  CallTest();
  ~CallTest() override;
  /// Rows that were added to the table since are served too.
  void serve();
  /// Blocks until the answer is there.
  Result<Reply> call(app::Incoming incoming);
  Result<Reply> call(const Principal& who, const std::string& method, const std::string& path, json body = json::object(), json query = json::object(), const std::string& key = {});
  /// As the HTTP side calls: with a bearer token of the agent.
  app::Incoming http(const std::string& method, const std::string& path, const json& body = json());
  std::string token_of(const Principal& agent);

  std::filesystem::path folder = std::filesystem::path(::testing::TempDir()) / ("parley_domain_" + random_token(6));
  tickets::FileStore files{folder};
  Notices notices;
  std::vector<std::string> ended_sessions;
  RouteTable table;
  std::shared_ptr<tickets::TicketApi> ticket_api;
  std::unique_ptr<app::Dispatcher> dispatcher;
};

/// "code" of a refusal: the reason, or "/path:code" of the first field, or "ok".
template <class T>
std::string outcome(const Result<T>& result) {
  if (result.has_value()) { return "ok"; }
  const Error& error = result.error();
  if (!error.fields.empty()) { return error.fields.front().path + ":" + error.fields.front().code; }
  return error.reason.empty() ? "error " + std::to_string(static_cast<int>(error.code)) + " " + error.detail : error.reason;
}

}  // namespace parley::test
