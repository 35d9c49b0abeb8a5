// Turns journal rows into LiveEvents: loads what the rows name in a few statements per batch and serialises each event once.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "base/result.h"
#include "customers/customer_service.h"
#include "server/realtime/event.h"
#include "staff/staff.h"
#include "storage/database.h"
#include "storage/journal.h"

namespace parley::realtime {

struct ProjectorOptions {
  std::function<bool(AgentId)> is_connected;
  std::function<bool(CustomerId)> is_online;
};

class Projector {
 public:
  Projector(storage::Database& database, const customers::CustomerService& customers, ProjectorOptions options)
      : database_(database), reader_(database.make_reader()), customers_(customers), options_(std::move(options)) {}
  /// Blocking; runs on the follower's thread.
  Result<std::vector<LiveEvent>> project(const std::vector<storage::JournalRow>& rows);

 private:
  struct Loaded;
  Result<Loaded> load(storage::Transaction& tx, const std::vector<storage::JournalRow>& rows);
  void fill_ticket_event(LiveEvent& event, nlohmann::json payload, const storage::JournalRow& row, const nlohmann::json& body, const Loaded& loaded) const;

  storage::Database& database_;
  std::unique_ptr<storage::StatementReader> reader_;
  const customers::CustomerService& customers_;
  ProjectorOptions options_;
  std::map<std::int64_t, staff::Agent> agents_;  // read again when staff changes; only the follower's thread touches it
};

/// {"v":1,"type":…,"payload":…} with seq and cursor when given.
Frame make_frame(const char* type, const nlohmann::json& payload);
Frame make_event_frame(std::uint64_t seq, const std::string& cursor, const nlohmann::json& payload);

}  // namespace parley::realtime
