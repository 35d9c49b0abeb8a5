// Where conversations come in: an inbox with its team, appearance, assignment mode and business hours.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "storage/field_cipher.h"
#include "storage/transaction.h"

namespace parley::tickets {

struct Inbox {
  InboxId id;
  std::string key;
  std::string name;
  std::string channel{"chat"};
  std::optional<TeamId> team;
  std::string locale{"en"};
  std::string accent{"#2447c7"};
  std::string greeting;
  std::vector<std::string> allowed_domains;  // empty: any
  std::string assignment{"offer"};           // offer, assign, manual
  int offer_timeout_s{30};
  nlohmann::json prechat;                    // {is_enabled, fields}
  std::optional<InboxId> email_inbox;        // chat: where answers by e-mail leave from; none: there are no such answers
  nlohmann::json business_hours;             // {time_zone, is_always_open, days, holidays}
};

nlohmann::json default_prechat();
nlohmann::json default_business_hours();
/// Errors: invalid_input naming the field (unknown zone, bad time, end before start, bad date).
Status check_business_hours(const nlohmann::json& hours);
bool is_open_at(const nlohmann::json& business_hours, TimePoint at);
/// The next opening within 14 days; nothing when open now or never.
std::optional<TimePoint> next_opening(const nlohmann::json& business_hours, TimePoint at);
/// True when a browser page of this origin ("https://shop.example:8443") may embed the inbox. Entries: "shop.example", "*.shop.example", with optional port.
bool allows_origin(const Inbox& inbox, std::string_view origin);

std::vector<Inbox> list_inboxes(storage::Transaction& tx);
std::optional<Inbox> find_inbox(storage::Transaction& tx, InboxId id);
std::optional<Inbox> find_inbox_by_key(storage::Transaction& tx, std::string_view key);
InboxId insert_inbox(storage::Transaction& tx, const Inbox& inbox, const std::string& sealed_secret);
void update_inbox(storage::Transaction& tx, const Inbox& inbox);
/// The readable secret for verified identities.
Result<std::string> inbox_secret(storage::Transaction& tx, const storage::FieldCipher& cipher, InboxId id);

nlohmann::json to_json(const Inbox& inbox, TimePoint now);

}  // namespace parley::tickets
