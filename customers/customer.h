// Plain types of the customers module.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"

namespace parley::customers {

enum class IdentityKind : std::uint8_t { visitor, email, phone, external_id };
std::string_view to_string(IdentityKind kind);

struct Identity {
  std::int64_t id{0};
  IdentityKind kind{IdentityKind::email};
  std::string value;  // readable
  bool is_verified{false};
};

struct Page {
  std::string url;
  std::string title;
  TimePoint at{};
};

struct Customer {
  CustomerId id;
  std::string name;  // empty: unknown visitor
  std::string locale{"en"};
  bool is_verified{false};
  std::string note;
  std::string custom_fields{"{}"};
  std::string wrapped_key;
  std::optional<Page> page;
  int version{1};
  TimePoint created_at{};
  TimePoint last_seen_at{};
  std::vector<Identity> identities;  // filled by CustomerService::load only
};

struct CustomerBrief {
  CustomerId id;
  std::string name;
  bool is_verified{false};
  std::string locale;
};

nlohmann::json to_json(const Customer& customer, bool is_online);
nlohmann::json to_json(const CustomerBrief& customer);

}  // namespace parley::customers
