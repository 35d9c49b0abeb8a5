#include <nlohmann/json.hpp>

#include "base/json_text.h"
#include "customers/customer.h"

namespace parley::customers {

using nlohmann::json;

json to_json(const CustomerBrief& c) { return {{"id", c.id.value}, {"name", c.name}, {"is_verified", c.is_verified}, {"locale", c.locale}}; }

json to_json(const Customer& c, bool is_online) {
  json identities = json::array();
  for (const auto& i : c.identities) {
    identities.push_back({{"id", i.id}, {"kind", to_string(i.kind)}, {"value", i.value}, {"is_verified", i.is_verified}});
  }
  const json page = c.page ? json{{"url", c.page->url}, {"title", c.page->title}, {"at", to_ms(c.page->at)}} : json(nullptr);
  return {{"id", c.id.value},
          {"name", c.name},
          {"is_verified", c.is_verified},
          {"locale", c.locale},
          {"created_at", to_ms(c.created_at)},
          {"last_seen_at", to_ms(c.last_seen_at)},
          {"note", c.note},
          {"is_online", is_online},
          {"version", c.version},
          {"identities", identities},
          {"page", page},
          {"custom_fields", stored_json(c.custom_fields)}};
}

}  // namespace parley::customers
