#include "base/text.h"
#include "base/json_text.h"
#include "base/token.h"
#include "tickets/ticket.h"

namespace parley::tickets {

using nlohmann::json;

namespace {

// Written once before any thread starts.
std::string file_key;
std::function<json(const Message&)> detail_reader;

template <class T>
json id_or_null(const std::optional<T>& id) {
  return id ? json(id->value) : json(nullptr);
}
json time_or_null(const std::optional<TimePoint>& t) { return t ? json(to_ms(*t)) : json(nullptr); }
template <class T>
json or_null(const std::optional<T>& v) {
  return v ? json(*v) : json(nullptr);
}
template <class T>
json shape_or_null(const std::optional<T>& v) {
  return v ? to_json(*v) : json(nullptr);
}

}  // namespace

void set_file_key(std::string key) { file_key = std::move(key); }
void set_detail_reader(std::function<json(const Message&)> reader) { detail_reader = std::move(reader); }

json to_json(const LastMessage& m) {
  return {{"id", m.id.value}, {"kind", m.kind}, {"author_kind", m.author_kind}, {"text", m.text}, {"has_attachments", m.has_attachments},
          {"created_at", to_ms(m.created_at)}};
}

json to_json(const Rating& r) { return {{"score", r.score}, {"comment", r.comment}, {"created_at", to_ms(r.created_at)}}; }

json to_json(const Ticket& t) {
  const json offer = t.offer ? json{{"agent_id", t.offer->agent.value}, {"expires_at", to_ms(t.offer->expires_at)}} : json(nullptr);
  return {{"id", t.id.value},
          {"number", t.number},
          {"version", t.version},
          {"subject", t.subject},
          {"state", to_string(t.state)},
          {"priority", t.priority},
          {"type", or_null(t.type)},
          {"tags", t.tags},
          {"inbox_id", t.inbox.value},
          {"channel", t.channel},
          {"team_id", id_or_null(t.team)},
          {"assignee_id", id_or_null(t.assignee)},
          {"requester", customers::to_json(t.requester)},
          {"created_at", to_ms(t.created_at)},
          {"updated_at", to_ms(t.updated_at)},
          {"last_message", shape_or_null(t.last_message)},
          {"waiting_since", time_or_null(t.waiting_since)},
          {"customer_message_count", t.customer_message_count},
          {"message_count", t.message_count},
          {"offer", offer},
          {"queued_at", time_or_null(t.queued_at)},
          {"custom_fields", stored_json(t.custom_fields)},
          {"rating", shape_or_null(t.rating)},
          {"solved_at", time_or_null(t.solved_at)}};
}

json to_json(const Attachment& a) {
  return {{"id", a.id.value},
          {"name", a.name},
          {"content_type", a.content_type},
          {"size", a.size},
          {"width", or_null(a.width)},
          {"height", or_null(a.height)},
          {"url", "/files/" + std::to_string(a.id.value) + "/" + sign_file(file_key, a.id) + "/" + percent_encode(a.name)}};
}

json to_json(const Message& m) {
  json attachments = json::array();
  for (const auto& a : m.attachments) { attachments.push_back(to_json(a)); }
  return {{"id", m.id.value},
          {"ticket_id", m.ticket.value},
          {"client_id", m.client_id.empty() ? json(nullptr) : json(m.client_id)},
          {"kind", m.kind},
          {"author", {{"kind", m.author.kind}, {"id", m.author.id == 0 ? json(nullptr) : json(m.author.id)}, {"name", m.author.name}}},
          {"channel", m.channel},
          {"text", m.text},
          {"code", m.code.empty() ? json(nullptr) : json(m.code)},
          {"params", m.params.is_object() ? m.params : json::object()},
          {"attachments", attachments},
          {"created_at", to_ms(m.created_at)},
          {"email", m.detail.empty() || !detail_reader ? json(nullptr) : detail_reader(m)},
          {"delivery", shape_or_null(m.delivery)}};
}

json to_json(const Delivery& d) {
  return {{"state", d.state}, {"due_at", to_ms(d.due_at)}, {"attempts", d.attempts}, {"status", d.status}, {"error", d.error}, {"failures", d.failures}, {"at", to_ms(d.at)}};
}

json to_json(const Draft& d) { return {{"kind", d.kind}, {"text", d.text}, {"updated_at", to_ms(d.updated_at)}}; }

}  // namespace parley::tickets
