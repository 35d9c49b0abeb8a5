#include "server/app/problem.h"

namespace parley::app {

namespace {

struct Row {
  int status;
  const char* code;
  const char* title;
};

Row row_of(Errc code) {
  switch (code) {
    case Errc::invalid_input: return {400, "invalid_input", "The request has invalid fields."};
    case Errc::unauthenticated: return {401, "unauthenticated", "Log in to continue."};
    case Errc::not_found: return {404, "not_found", "There is nothing here."};
    case Errc::conflict: return {409, "conflict", "The request does not fit the present state."};
    case Errc::precondition: return {412, "version_conflict", "Somebody else changed this meanwhile."};
    case Errc::forbidden: return {403, "forbidden", "This is not allowed."};
    case Errc::too_large: return {413, "too_large", "The request is too large."};
    case Errc::rate_limited: return {429, "rate_limited", "Too many requests. Wait a moment."};
    case Errc::unavailable: return {503, "unavailable", "The service is busy or starting. Try again."};
    case Errc::timeout: return {503, "unavailable", "The service did not answer in time. Try again."};
    case Errc::internal: break;
  }
  return {500, "internal", "Something went wrong on our side."};
}

}  // namespace

int status_of(const Error& error) { return row_of(error.code).status; }

nlohmann::json problem_of(const Error& error, const std::string& request_id) {
  const Row row = row_of(error.code);
  const std::string code = error.reason.empty() ? row.code : error.reason;
  nlohmann::json out{{"type", "/problems/" + code}, {"title", row.title}, {"status", row.status}, {"code", code}, {"request_id", request_id}};
  if (!error.reason.empty() || !error.fields.empty()) { out["detail"] = error.detail; }
  if (!error.fields.empty()) {
    out["errors"] = nlohmann::json::array();
    for (const auto& field : error.fields) { out["errors"].push_back({{"path", field.path}, {"code", field.code}, {"message", field.message}}); }
  }
  if (error.extra && error.extra->is_object()) { out.update(*error.extra); }
  return out;
}

}  // namespace parley::app
