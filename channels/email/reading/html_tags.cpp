#include "channels/email/reading/html_tags.h"

#include "base/text.h"
#include "channels/email/reading/scan.h"

namespace parley::channels::email {
namespace {

using namespace std::string_view_literals;

constexpr std::array void_tags{"br"sv, "hr"sv, "img"sv, "meta"sv, "link"sv, "input"sv, "col"sv, "wbr"sv, "area"sv, "base"sv, "embed"sv, "source"sv};

bool is_name_character(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '-' || c == ':'; }

}  // namespace

std::vector<Tag> read_tags(std::string_view html) {
  std::vector<Tag> tags;
  bool comments_close = true, tags_close = true;
  for (std::size_t at = html.find('<'); at != std::string_view::npos; at = html.find('<', at)) {
    Tag tag;
    tag.begin = at;
    if (comments_close && html.substr(at).starts_with("<!--")) {
      const auto end = html.find("-->", at + 4);
      comments_close = end != std::string_view::npos;
      if (comments_close) {
        tag.end = at = end + 3;
        tags.push_back(tag);
        continue;
      }
    }
    std::size_t name = at + 1;
    if (name < html.size() && html[name] == '/') { tag.is_close = true, ++name; }
    std::size_t name_end = name;
    while (name_end < html.size() && is_name_character(html[name_end])) { ++name_end; }
    const bool is_declaration = name < html.size() && (html[name] == '!' || html[name] == '?');
    if (!tags_close || (name_end == name && !is_declaration)) {
      ++at;
      continue;
    }
    char quote = 0;
    std::size_t end = name_end;
    for (; end < html.size() && (quote != 0 || html[end] != '>'); ++end) {
      if (quote != 0) {
        quote = html[end] == quote ? '\0' : quote;
      } else if ((html[end] == '"' || html[end] == '\'') && html[end - 1] == '=') {
        quote = html[end];
      }
    }
    if (end == html.size()) {
      tags_close = false;  // never looked for again, so many open ends cost one pass
      ++at;
      continue;
    }
    tag.name = to_lower_ascii(html.substr(name, std::min<std::size_t>(name_end - name, 40)));
    tag.is_void = html[end - 1] == '/' || is_one_of(tag.name, void_tags) || is_declaration;
    tag.end = at = end + 1;
    tags.push_back(std::move(tag));
  }
  return tags;
}

std::string_view tag_attribute(std::string_view tag, std::string_view name) {
  tag = tag.substr(0, 4096);
  for (auto at = find_ignore_case(tag, name); at != std::string_view::npos; at = find_ignore_case(tag, name, at + 1)) {
    const std::size_t equals = tag.find_first_not_of(" \t\n", at + name.size());
    const bool is_word = at > 0 && (tag[at - 1] == ' ' || tag[at - 1] == '\n' || tag[at - 1] == '\t' || tag[at - 1] == '"' || tag[at - 1] == '\'');
    if (!is_word || equals == std::string_view::npos || tag[equals] != '=') { continue; }
    std::size_t value = tag.find_first_not_of(" \t\n", equals + 1);
    if (value == std::string_view::npos) { return {}; }
    const char quote = tag[value];
    if (quote != '"' && quote != '\'') { return tag.substr(value, tag.find_first_of(" >\t\n", value) - value); }
    ++value;
    return tag.substr(value, tag.find(quote, value) - value);
  }
  return {};
}

}  // namespace parley::channels::email
