#include "channels/email/sending/impl/mail_markup.h"

#include <algorithm>
#include <array>
#include <utility>

namespace parley::channels::email::sending {
namespace {

using namespace std::string_view_literals;

/// Margins one by one: readers that turn HTML into text take "margin:0 …" for a line without a gap.
constexpr std::array styles{
    std::pair{"p"sv, "margin-top:0;margin-bottom:1em"sv},
    std::pair{"ul"sv, "margin-top:0;margin-bottom:1em;padding-left:2em"sv},
    std::pair{"ol"sv, "margin-top:0;margin-bottom:1em;padding-left:2em"sv},
    std::pair{"li"sv, "margin-top:0;margin-bottom:4px"sv},
    std::pair{"h1"sv, "margin-top:0;margin-bottom:12px;font-size:22px;line-height:1.3"sv},
    std::pair{"h2"sv, "margin-top:0;margin-bottom:12px;font-size:18px;line-height:1.3"sv},
    std::pair{"h3"sv, "margin-top:0;margin-bottom:8px;font-size:16px;line-height:1.3"sv},
    std::pair{"blockquote"sv, "margin-top:0;margin-bottom:1em;margin-left:0;margin-right:0;padding-left:12px;border-left:3px solid #c8ccd1"sv},
    std::pair{"code"sv, "font-family:Consolas,Menlo,'Noto Sans Mono CJK SC',monospace;font-size:13px"sv},
    std::pair{"pre"sv, "margin-top:0;margin-bottom:1em;padding:8px 12px;border:1px solid #c8ccd1;font-family:Consolas,Menlo,'Noto Sans Mono CJK SC',monospace;font-size:13px;white-space:pre-wrap"sv},
    std::pair{"img"sv, "max-width:100%;height:auto;border:0"sv},
};

std::string_view style_of(std::string_view element) {
  const auto found = std::find_if(styles.begin(), styles.end(), [&](const auto& row) { return row.first == element; });
  return found == styles.end() ? std::string_view() : found->second;
}

std::string_view name_of(std::string_view tag) { return tag.substr(1, tag.find_first_of(" >", 1) - 1); }

/// The value as written; null data when missing.
std::string_view attribute(std::string_view tag, std::string_view name) {
  const std::string opening = " " + std::string(name) + "=\"";
  const auto at = tag.find(opening);
  if (at == std::string_view::npos) { return {}; }
  const auto begin = at + opening.size();
  return tag.substr(begin, tag.find('"', begin) - begin);
}

std::string with_remote_picture(std::string_view tag) {
  std::string out(tag);
  constexpr auto held = " data-remote-src=\""sv;
  if (const auto at = out.find(held); at != std::string::npos) { out.replace(at, held.size(), " src=\""); }
  return out;
}

std::string with_style(std::string tag, std::string_view style) {
  constexpr auto opening = " style=\""sv;
  if (const auto at = tag.find(opening); at != std::string::npos) {
    tag.insert(at + opening.size(), std::string(style) + "; ");
  } else {
    tag.insert(name_of(tag).size() + 1, std::string(opening) + std::string(style) + "\"");
  }
  return tag;
}

/// The HTML with every start tag put through `change`.
template <class Change>
std::string changed(std::string_view html, Change change) {
  std::string out;
  out.reserve(html.size() + html.size() / 4);
  for (std::size_t at = 0; at < html.size();) {
    const std::size_t open = std::min(html.find('<', at), html.size());
    out += html.substr(at, open - at);
    const std::size_t close = html.find('>', open);
    if (close == std::string_view::npos) { break; }
    const std::string_view tag = html.substr(open, close + 1 - open);
    out += tag.starts_with("</") ? std::string(tag) : change(tag);
    at = close + 1;
  }
  return out;
}

}  // namespace

std::string dressed(std::string_view safe_html) {
  return changed(safe_html, [](std::string_view tag) {
    const std::string_view style = style_of(name_of(tag));
    std::string shown = with_remote_picture(tag);
    return style.empty() ? shown : with_style(std::move(shown), style);
  });
}

std::string without_carried_pictures(std::string_view safe_html) {
  return changed(safe_html, [](std::string_view tag) {
    if (name_of(tag) != "img" || attribute(tag, "data-remote-src").data() != nullptr) { return with_remote_picture(tag); }
    const std::string_view alternative = attribute(tag, "alt");
    return alternative.empty() ? std::string() : "[" + std::string(alternative) + "]";
  });
}

}  // namespace parley::channels::email::sending
