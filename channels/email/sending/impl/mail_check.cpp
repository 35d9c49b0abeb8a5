#include "channels/email/sending/impl/mail_check.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "channels/email/reading/address.h"

namespace parley::channels::email::sending {
namespace {

using namespace std::string_view_literals;

/// Written by us, or meaningless or harmful in a message that leaves. Names that begin with "content-" are ours too.
constexpr std::array reserved_headers{"bcc"sv, "cc"sv, "date"sv, "from"sv, "in-reply-to"sv, "list-unsubscribe"sv, "list-unsubscribe-post"sv, "message-id"sv,
                                      "mime-version"sv, "received"sv, "references"sv, "reply-to"sv, "resent-bcc"sv, "return-path"sv, "subject"sv, "to"sv};

Status check_line(const std::string& path, std::string_view value) {
  if (value.find_first_of("\r\n\0"sv) != std::string_view::npos) { return Error::field(path, "line_break", "must be one line without NUL"); }
  if (value.size() > MailBounds::header_value_max) { return Error::field(path, "too_long", "is too long for a header"); }
  if (!is_valid_utf8(value)) { return Error::field(path, "not_utf8", "must be valid UTF-8"); }
  return {};
}

Status check_address(const std::string& path, const MailAddress& address) {
  PARLEY_CHECK(check_line(path + "/name", address.name));
  PARLEY_CHECK(check_line(path + "/address", address.address));
  if (normalise_address(address.address).empty()) { return Error::field(path + "/address", "not_an_address", "must be an e-mail address"); }
  return {};
}

Status check_addresses(const std::string& path, const std::vector<MailAddress>& list) {
  for (std::size_t i = 0; i < list.size(); ++i) { PARLEY_CHECK(check_address(path + "/" + std::to_string(i), list[i])); }
  return {};
}

Status check_id(const std::string& path, std::string_view id) {
  PARLEY_CHECK(check_line(path, id));
  if (!is_sound_id(id)) { return Error::field(path, "not_an_id", "must be a message id without brackets"); }
  return {};
}

Status check_parts(const std::vector<OutgoingPart>& parts) {
  if (parts.size() > MailBounds::parts_max) { return Error::field("/parts", "too_many", "has too many parts"); }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string path = "/parts/" + std::to_string(i);
    PARLEY_CHECK(check_line(path + "/content_type", parts[i].content_type));
    PARLEY_CHECK(check_line(path + "/name", parts[i].name));
    if (!parts[i].content_id.empty()) { PARLEY_CHECK(check_id(path + "/content_id", parts[i].content_id)); }
  }
  return {};
}

bool is_header_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) { return c > 0x20 && c < 0x7F && c != ':'; });
}

Status check_extra_headers(const OutgoingMail& mail) {
  if (mail.extra_headers.size() > MailBounds::extra_headers_max) { return Error::field("/extra_headers", "too_many", "has too many headers"); }
  for (std::size_t i = 0; i < mail.extra_headers.size(); ++i) {
    const auto& [name, value] = mail.extra_headers[i];
    const std::string path = "/extra_headers/" + std::to_string(i), lower = to_lower_ascii(name);
    if (!is_header_name(name)) { return Error::field(path + "/name", "not_a_header", "must be the name of a header"); }
    if (lower.starts_with("content-") || std::find(reserved_headers.begin(), reserved_headers.end(), lower) != reserved_headers.end()) {
      return Error::field(path + "/name", "reserved", "is written by the mail writer itself");
    }
    PARLEY_CHECK(check_line(path + "/value", value));
  }
  return {};
}

Status check_unsubscribe(std::string_view url) {
  if (url.empty()) { return {}; }
  const bool is_known = starts_with_ignore_case(url, "https://") || starts_with_ignore_case(url, "mailto:");
  const bool is_sound = std::all_of(url.begin(), url.end(), [](char c) { return c > 0x20 && c < 0x7F && c != '<' && c != '>'; });
  if (!is_known || !is_sound || url.size() > 900) { return Error::field("/list_unsubscribe", "not_a_url", "must be an https or mailto URL"); }
  return {};
}

Status check_size(const OutgoingMail& mail) {
  if (mail.to.size() + mail.cc.size() > MailBounds::recipients_max) { return Error::field("/to", "too_many", "has too many recipients"); }
  std::size_t bytes = mail.text.size() + mail.html.size();
  for (const auto& part : mail.parts) { bytes += part.bytes.size(); }
  if (bytes > MailBounds::bytes_max) { return Error(Errc::too_large, "the mail has " + std::to_string(bytes) + " bytes"); }
  return {};
}

}  // namespace

bool is_sound_id(std::string_view id) {
  return !id.empty() && id.size() <= 900 && std::all_of(id.begin(), id.end(), [](char c) { return c > 0x20 && c < 0x7F && c != '<' && c != '>'; });
}

bool is_media_type(std::string_view type) {
  const auto slash = type.find('/');
  const auto is_token = [](std::string_view token) {
    return !token.empty() && token.size() <= 63 && std::all_of(token.begin(), token.end(), [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || "!#$&-^_.+"sv.find(c) != std::string_view::npos;
    });
  };
  return slash != std::string_view::npos && is_token(type.substr(0, slash)) && is_token(type.substr(slash + 1));
}

Status check_mail(const OutgoingMail& mail) {
  PARLEY_CHECK(check_size(mail));
  PARLEY_CHECK(check_address("/from", mail.from));
  PARLEY_CHECK(check_addresses("/to", mail.to));
  PARLEY_CHECK(check_addresses("/cc", mail.cc));
  if (mail.reply_to) { PARLEY_CHECK(check_address("/reply_to", *mail.reply_to)); }
  PARLEY_CHECK(check_line("/subject", mail.subject));
  PARLEY_CHECK(check_id("/message_id", mail.message_id));
  PARLEY_CHECK(check_line("/in_reply_to", mail.in_reply_to));
  for (std::size_t i = 0; i < mail.references.size(); ++i) { PARLEY_CHECK(check_line("/references/" + std::to_string(i), mail.references[i])); }
  if (!is_valid_utf8(mail.text)) { return Error::field("/text", "not_utf8", "must be valid UTF-8"); }
  if (!is_valid_utf8(mail.html)) { return Error::field("/html", "not_utf8", "must be valid UTF-8"); }
  PARLEY_CHECK(check_parts(mail.parts));
  PARLEY_CHECK(check_unsubscribe(mail.list_unsubscribe));
  return check_extra_headers(mail);
}

}  // namespace parley::channels::email::sending
