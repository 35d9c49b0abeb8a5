#include "channels/email/smtp/smtp_path.h"

#include <algorithm>

#include "base/text.h"

namespace parley::channels::email::smtp {
namespace {

constexpr std::size_t local_part_max = 64, domain_max = 255, mailbox_max = 254, label_max = 63;
constexpr std::size_t parameters_max = 20;

bool is_letter_or_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_foreign(char c) { return static_cast<unsigned char>(c) >= 0x80; }
bool is_atom_or_dot(char c) {
  return is_letter_or_digit(c) || is_foreign(c) || std::string_view("!#$%&'*+-/=?^_`{|}~.").find(c) != std::string_view::npos;
}
bool is_label_character(char c) { return is_letter_or_digit(c) || is_foreign(c) || c == '-' || c == '_'; }

/// Where `wanted` stands outside of quotes, or npos.
std::size_t find_unquoted(std::string_view text, char wanted) {
  bool is_quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_quoted && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      is_quoted = !is_quoted;
    } else if (!is_quoted && text[i] == wanted) {
      return i;
    }
  }
  return std::string_view::npos;
}

std::optional<Parameter> parse_parameter(std::string_view text) {
  const auto equals = text.find('=');
  const std::string_view name = text.substr(0, equals);
  if (name.empty() || !std::all_of(name.begin(), name.end(), [](char c) { return is_letter_or_digit(c) || c == '-'; })) { return std::nullopt; }
  Parameter parameter{to_lower_ascii(name), std::nullopt};
  std::transform(name.begin(), name.end(), parameter.name.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  if (equals != std::string_view::npos) { parameter.value = std::string(text.substr(equals + 1)); }
  return parameter;
}

std::optional<std::string> unquoted(std::string_view local) {
  std::string content;
  for (std::size_t i = 1; i + 1 < local.size(); ++i) {
    if (local[i] == '"') { return std::nullopt; }
    if (local[i] == '\\' && ++i + 1 >= local.size()) { return std::nullopt; }
    content.push_back(local[i]);
  }
  return content;
}

std::optional<std::string> parse_local_part(std::string_view local) {
  if (local.empty() || local.size() > local_part_max) { return std::nullopt; }
  if (std::all_of(local.begin(), local.end(), is_atom_or_dot)) { return std::string(local); }
  if (local.size() < 2 || local.front() != '"' || local.back() != '"') { return std::nullopt; }
  const auto content = unquoted(local);
  if (!content) { return std::nullopt; }
  if (!content->empty() && std::all_of(content->begin(), content->end(), is_atom_or_dot)) { return content; }
  std::string quoted = "\"";
  for (const char c : *content) {
    if (c == '"' || c == '\\') { quoted.push_back('\\'); }
    quoted.push_back(c);
  }
  return quoted + '"';
}

bool is_domain(std::string_view domain) {
  if (domain.empty() || domain.size() > domain_max) { return false; }
  if (domain.front() == '[') {
    const std::string_view literal = domain.substr(1, domain.size() - 2);
    const auto is_fine = [](char c) { return is_letter_or_digit(c) || c == '.' || c == ':' || c == '-'; };
    return domain.size() > 2 && domain.back() == ']' && std::all_of(literal.begin(), literal.end(), is_fine);
  }
  std::size_t length = 0;
  for (const char c : domain) {
    if (c == '.' ? length == 0 : !is_label_character(c) || length == label_max) { return false; }
    length = c == '.' ? 0 : length + 1;
  }
  return length > 0;
}

}  // namespace

bool is_ascii(std::string_view text) { return std::none_of(text.begin(), text.end(), is_foreign); }

std::optional<PathArgument> parse_path_argument(std::string_view argument, std::string_view keyword) {
  if (!starts_with_ignore_case(argument, keyword)) { return std::nullopt; }
  argument = trim(argument.substr(keyword.size()));
  const std::size_t end = find_unquoted(argument, '>');
  if (!argument.starts_with('<') || end == std::string_view::npos) { return std::nullopt; }
  PathArgument out{std::string(argument.substr(1, end - 1)), {}};
  std::string_view rest = argument.substr(end + 1);
  if (!rest.empty() && rest.front() != ' ') { return std::nullopt; }
  for (rest = trim(rest); !rest.empty(); rest = trim(rest)) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    auto parameter = parse_parameter(word);
    if (!parameter || out.parameters.size() == parameters_max) { return std::nullopt; }
    out.parameters.push_back(std::move(*parameter));
    rest.remove_prefix(word.size());
  }
  return out;
}

std::optional<std::string> parse_mailbox(std::string_view path) {
  if (path.starts_with('@')) {  // <@relay.example:anna@shop.example>, obsolete since RFC 2821
    const auto colon = find_unquoted(path, ':');
    if (colon == std::string_view::npos) { return std::nullopt; }
    path.remove_prefix(colon + 1);
  }
  const std::size_t at = find_unquoted(path, '@');
  if (at == std::string_view::npos || path.size() > mailbox_max) { return std::nullopt; }
  const auto local = parse_local_part(path.substr(0, at));
  const std::string_view domain = path.substr(at + 1);
  if (!local || !is_domain(domain)) { return std::nullopt; }
  return *local + '@' + std::string(domain);
}

}  // namespace parley::channels::email::smtp
