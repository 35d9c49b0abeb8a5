#include "channels/email/message_detail.h"

#include "base/json_text.h"
#include "base/schema.h"

namespace parley::channels::email {

using nlohmann::json;

namespace {
constexpr std::string_view context = "message_detail";
}

Result<std::string> DetailCipher::seal(const std::string& wrapped_key, const MessageDetail& detail) const {
  PARLEY_TRY(const auto key, customers_.open_key(wrapped_key));
  return cipher_.seal(key, dump_json({{"shown", detail.shown}, {"kept", detail.kept}}), context);
}

Result<MessageDetail> DetailCipher::open(const tickets::Message& message) const {
  PARLEY_TRY(const auto key, customers_.open_key(message.detail_key));
  PARLEY_TRY(const auto text, cipher_.open(key, message.detail, context));
  json both = stored_json(text);
  if (!both.is_object()) { return Error(Errc::internal, "the detail of a message is damaged"); }
  return MessageDetail{both.value("shown", json::object()), both.value("kept", json::object())};
}

json to_json(const MailAddress& a) { return {{"name", a.name}, {"address", a.address}}; }

json to_json(const std::vector<MailAddress>& addresses) {
  json out = json::array();
  for (const auto& a : addresses) { out.push_back(to_json(a)); }
  return out;
}

MailAddress address_of(const json& shape) { return shape.is_object() ? MailAddress{shape.value("name", ""), shape.value("address", "")} : MailAddress{}; }

std::vector<MailAddress> addresses_of(const json& list) {
  std::vector<MailAddress> out;
  if (!list.is_array()) { return out; }
  for (const auto& shape : list) { out.push_back(address_of(shape)); }
  return out;
}

}  // namespace parley::channels::email
