#include "server/app/openapi.h"

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace parley::app {

using nlohmann::json;

namespace {

json problem_schema() {
  const json field{{"type", "object"}, {"required", {"path", "code", "message"}},
                   {"properties", {{"path", {{"type", "string"}}}, {"code", {{"type", "string"}}}, {"message", {{"type", "string"}}}}}};
  return {{"type", "object"},
          {"required", {"type", "title", "status", "code", "request_id"}},
          {"properties", {{"type", {{"type", "string"}}}, {"title", {{"type", "string"}}}, {"status", {{"type", "integer"}}}, {"code", {{"type", "string"}}},
                          {"detail", {{"type", "string"}}}, {"request_id", {{"type", "string"}}}, {"errors", {{"type", "array"}, {"items", field}}}}}};
}

json parameters_of(const Route& route) {
  json out = json::array();
  for (std::size_t at = 0; (at = route.path.find('{', at)) != std::string::npos; ++at) {
    const auto name = route.path.substr(at + 1, route.path.find('}', at) - at - 1);
    out.push_back({{"name", name}, {"in", "path"}, {"required", true}, {"schema", Schema::id().document()}});
  }
  for (const auto& field : route.query.fields()) {
    out.push_back({{"name", field.name}, {"in", "query"}, {"required", field.is_required}, {"schema", field.schema.document()}});
  }
  if (route.method != "GET") {
    out.push_back({{"name", "Idempotency-Key"}, {"in", "header"}, {"required", false}, {"schema", Schema::token(8, 64).document()}});
  }
  return out;
}

json security_of(const Route& route) {
  switch (route.access) {
    case Access::open: return json::array();
    case Access::visitor: return json::array({{{"visitor", json::array()}}});
    case Access::agent: break;
  }
  return json::array({{{"session", json::array()}}, {{"token", json::array()}}});
}

json operation_of(const Route& route) {
  json answer{{"description", "Done."}};
  if (route.success != 204) { answer["content"] = {{route.response_type, {{"schema", route.response.document()}}}}; }
  const json problem{{"description", "A problem."}, {"content", {{"application/problem+json", {{"schema", {{"$ref", "#/components/schemas/Problem"}}}}}}}};
  json out{{"operationId", route.operation_id}, {"summary", route.summary}, {"parameters", parameters_of(route)}, {"security", security_of(route)},
           {"responses", {{std::to_string(route.success), answer}, {"default", problem}}}};
  if (route.permission != Permission::none) { out["x-permission"] = to_string(route.permission); }
  if (route.has_raw_body) {
    out["requestBody"] = {{"required", true}, {"content", {{"application/octet-stream", json::object()}}}};
  } else if (!route.body.is_anything()) {
    out["requestBody"] = {{"required", true}, {"content", {{"application/json", {{"schema", route.body.document()}}}}}};
  }
  return out;
}

}  // namespace

json openapi_document(const RouteTable& table, const std::string& version) {
  json paths = json::object(), schemas = json::object();
  for (const auto& route : table.routes()) { paths[route.path][to_lower_ascii(route.method)] = operation_of(route); }
  for (const auto& [name, schema] : table.components()) { schemas[name] = schema.document(); }
  schemas["Problem"] = problem_schema();
  const json security{{"session", {{"type", "apiKey"}, {"in", "cookie"}, {"name", "parley_session"}}},
                      {"token", {{"type", "http"}, {"scheme", "bearer"}}},
                      {"visitor", {{"type", "apiKey"}, {"in", "header"}, {"name", "Authorization"}, {"description", "Visitor <token>"}}}};
  return {{"openapi", "3.1.0"},
          {"info", {{"title", "Parley"}, {"version", version}, {"license", {{"name", "GPL-2.0-or-later"}, {"identifier", "GPL-2.0-or-later"}}}}},
          {"servers", json::array({{{"url", "/"}}})},
          {"paths", paths},
          {"components", {{"schemas", schemas}, {"securitySchemes", security}}}};
}

}  // namespace parley::app
