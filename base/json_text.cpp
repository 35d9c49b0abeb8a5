#include "base/json_text.h"

#include <nlohmann/json.hpp>

namespace parley {

using nlohmann::json;

Result<json> parse_json(std::string_view text) {
  constexpr int depth_max = 32;
  bool is_too_deep = false;
  const json::parser_callback_t watch = [&](int depth, json::parse_event_t event, json&) {
    const bool opens = event == json::parse_event_t::object_start || event == json::parse_event_t::array_start;
    is_too_deep = is_too_deep || (opens && depth >= depth_max);
    return !is_too_deep;
  };
  json value = json::parse(text, watch, false);
  if (is_too_deep) { return Error::field("/", "too_deep", "JSON is nested deeper than 32 levels"); }
  if (value.is_discarded()) { return Error::field("/", "not_json", "body is not valid JSON in UTF-8"); }
  return value;
}

json stored_json(std::string_view text) { return json::parse(text, nullptr, false); }

std::string dump_json(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

}  // namespace parley
