#include "channels/email/mime/impl/field_parser.h"

#include <gmime/gmime.h>

#include <algorithm>
#include <mutex>

#include "base/text.h"
#include "channels/email/mime/impl/charset.h"
#include "channels/email/mime/impl/header_text.h"
#include "channels/email/reading/address.h"

namespace parley::channels::email::mime {
namespace {

constexpr std::size_t parameters_max = 8'192;   // bytes of one content type or disposition
constexpr std::size_t addresses_max = 65'536;   // bytes of one address header
constexpr std::size_t name_max = 200;

struct Unref {
  void operator()(gpointer object) const { g_object_unref(object); }
};

std::string text_of(const char* text) { return text == nullptr ? std::string() : std::string(text); }

/// `filename=订单 2024;1.pdf` as some web mailers send it: values with blanks or 8-bit characters get the quotes they lack.
std::string with_quotes(std::string_view value) {
  std::string out;
  bool is_quoted = false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    out.push_back(value[i]);
    if (value[i] == '\\' && is_quoted && i + 1 < value.size()) {
      out.push_back(value[++i]);
      continue;
    }
    if (value[i] == '"') { is_quoted = !is_quoted; }
    if (value[i] != '=' || is_quoted || i + 1 >= value.size() || value[i + 1] == '"' || (i > 0 && value[i - 1] == '*')) { continue; }
    const std::size_t end = std::min(value.find(';', i + 1), value.size());
    const std::string_view bare = trim(value.substr(i + 1, end - i - 1));
    const bool needs = bare.find('"') == std::string_view::npos && (bare.find_first_of(" \t()<>@,:\\/[]?=") != std::string_view::npos || !is_ascii(bare));
    if (!needs) { continue; }
    out += '"';
    for (const char c : bare) {
      if (c == '\\') { out.push_back('\\'); }
      out.push_back(c);
    }
    out += '"';
    i = end - 1;
  }
  return out;
}

std::string parameter(GMimeParamList* list, const char* name) {
  GMimeParam* const param = list == nullptr ? nullptr : g_mime_param_list_get_parameter(list, name);
  const std::string value = param == nullptr ? std::string() : text_of(g_mime_param_get_value(param));
  return is_valid_utf8(value) ? value : decode_text(value, {}).text;
}

/// "type/subtype" of a damaged value: the token before the first ';' when it has the shape.
std::string bare_type(std::string_view value) {
  const std::string type = to_lower_ascii(trim(value.substr(0, value.find(';'))));
  const bool is_fine = std::all_of(type.begin(), type.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || std::string_view("!#$&^_.+-/").find(c) != std::string_view::npos;
  });
  const auto slash = type.find('/');
  if (!is_fine || type.size() > 127 || slash == std::string::npos || slash == 0 || slash + 1 == type.size() || type.find('/', slash + 1) != std::string::npos) {
    if (type == "text") { return "text/plain"; }
    if (type == "html") { return "text/html"; }
    return type.empty() ? "text/plain" : "application/octet-stream";
  }
  return type;
}

void read_type(std::string_view raw, std::string_view hint, ContentFields& fields, bool& is_clean) {
  if (trim(raw).empty()) { return; }
  fields.has_type = true;
  const std::string value = with_quotes(decode_structured(raw.substr(0, parameters_max), hint, is_clean));
  fields.type = bare_type(value);
  const std::unique_ptr<GMimeContentType, Unref> parsed(g_mime_content_type_parse(nullptr, value.c_str()));
  GMimeParamList* const list = parsed ? g_mime_content_type_get_parameters(parsed.get()) : nullptr;
  fields.charset = parameter(list, "charset");
  fields.boundary = parameter(list, "boundary");
  fields.start = parameter(list, "start");
  fields.name = parameter(list, "name");
  fields.smime_type = to_lower_ascii(parameter(list, "smime-type"));
  fields.is_flowed = to_lower_ascii(parameter(list, "format")) == "flowed";
  fields.deletes_space = to_lower_ascii(parameter(list, "delsp")) == "yes";
}

void read_disposition(std::string_view raw, std::string_view hint, ContentFields& fields, bool& is_clean) {
  if (trim(raw).empty()) { return; }
  const std::string value = with_quotes(decode_structured(raw.substr(0, parameters_max), hint, is_clean));
  fields.disposition = to_lower_ascii(trim(std::string_view(value).substr(0, value.find(';'))));
  const std::unique_ptr<GMimeContentDisposition, Unref> parsed(g_mime_content_disposition_parse(nullptr, value.c_str()));
  GMimeParamList* const list = parsed ? g_mime_content_disposition_get_parameters(parsed.get()) : nullptr;
  std::string name = parameter(list, "filename");
  if (name.empty()) { name = parameter(list, "name"); }
  if (!name.empty()) { fields.name = std::move(name); }
}

std::string without_brackets(std::string_view raw) {
  std::string_view id = trim(raw);
  if (const auto open = id.find('<'); open != std::string_view::npos) {
    id.remove_prefix(open + 1);
    id = id.substr(0, id.find('>'));
  }
  return decode_text(trim(id), {}).text;
}

}  // namespace

void start_gmime() {
  static std::once_flag once;
  std::call_once(once, [] { g_mime_init(); });
}

ContentFields read_content_fields(const RawFields& raw, std::string_view hint, bool& is_clean) {
  start_gmime();
  ContentFields fields;
  read_type(raw.type, hint, fields, is_clean);
  read_disposition(raw.disposition, hint, fields, is_clean);
  fields.name = safe_file_name(fields.name);
  fields.content_id = without_brackets(raw.content_id.substr(0, 1'000));
  fields.encoding = to_lower_ascii(trim(unfold(raw.transfer_encoding.substr(0, 100))));
  fields.encoding = fields.encoding.substr(0, fields.encoding.find_first_of(" ;("));
  return fields;
}

std::vector<MailAddress> read_addresses(std::string_view raw, std::string_view hint, std::size_t max, bool& is_clean) {
  bool has_clean_charset = true;  // told once, by whoever reads the same header as text
  bool has_only_addresses = true;
  auto out = parse_addresses(decode_structured(raw.substr(0, addresses_max), hint, has_clean_charset), max, &has_only_addresses);
  is_clean = is_clean && has_only_addresses && raw.size() <= addresses_max;
  for (auto& entry : out) { entry.name = std::string(first_characters(clean_line(entry.name), name_max)); }
  return out;
}

std::optional<TimePoint> read_date(std::string_view raw) {
  start_gmime();
  const std::string value = unfold(raw.substr(0, 200));
  struct Unref_date {
    void operator()(GDateTime* date) const { g_date_time_unref(date); }
  };
  const std::unique_ptr<GDateTime, Unref_date> date(g_mime_utils_header_decode_date(value.c_str()));
  if (!date) { return std::nullopt; }
  return from_ms(g_date_time_to_unix(date.get()) * 1'000);
}

std::vector<std::string> read_message_ids(std::string_view raw, std::size_t max) {
  std::vector<std::string> ids;
  const std::string value = unfold(raw);
  const auto add = [&](std::string_view id) {
    id = trim(id);
    if (id.empty() || id.size() > 998) { return; }
    ids.push_back(decode_text(id, {}).text);
    if (ids.size() > max) { ids.erase(ids.begin() + 1); }  // the first names the conversation, the last ones its newest turns
  };
  for (std::size_t open = value.find('<'); open != std::string::npos; open = value.find('<', open + 1)) {
    const std::size_t close = value.find_first_of("<>", open + 1);
    if (close == std::string::npos) {
      add(std::string_view(value).substr(open + 1));
      break;
    }
    if (value[close] == '>') { add(std::string_view(value).substr(open + 1, close - open - 1)); }
  }
  if (!ids.empty()) { return ids; }
  for (std::size_t at = 0; at < value.size();) {  // no brackets at all
    const std::size_t end = std::min(value.find_first_of(" \t,", at), value.size());
    add(std::string_view(value).substr(at, end - at));
    at = end + 1;
  }
  return ids;
}

std::string safe_file_name(std::string_view name) {
  std::string clean = clean_line(name);
  if (const auto slash = clean.find_last_of("/\\"); slash != std::string::npos) { clean.erase(0, slash + 1); }
  std::string_view bare = trim(clean);
  while (!bare.empty() && (bare.back() == '.' || bare.back() == ' ')) { bare.remove_suffix(1); }
  if (count_characters(bare) <= name_max) { return std::string(bare); }
  const auto dot = bare.rfind('.');
  const std::string ending(dot != std::string_view::npos && bare.size() - dot <= 16 ? bare.substr(dot) : std::string_view{});
  return std::string(first_characters(bare, name_max - count_characters(ending))) + ending;
}

}  // namespace parley::channels::email::mime
