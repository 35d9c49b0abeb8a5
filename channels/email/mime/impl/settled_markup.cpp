#include "channels/email/mime/impl/settled_markup.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "channels/email/mime/impl/html_tree.h"

namespace parley::channels::email::mime {
namespace {

using namespace std::string_view_literals;

template <std::size_t N>
bool is_one_of(std::string_view name, const std::array<std::string_view, N>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

constexpr std::array headings{"h1"sv, "h2"sv, "h3"sv, "h4"sv, "h5"sv, "h6"sv};
/// A start tag of these closes an open paragraph, and some of them more (a table only where the document is of our time).
constexpr std::array blocks{"p"sv, "div"sv, "table"sv, "blockquote"sv, "ul"sv, "ol"sv, "li"sv, "hr"sv, "center"sv, "dl"sv, "dt"sv, "dd"sv, "dir"sv, "address"sv, "article"sv,
                            "aside"sv, "details"sv, "figcaption"sv, "figure"sv, "footer"sv, "header"sv, "main"sv, "section"sv, "summary"sv, "h1"sv, "h2"sv, "h3"sv, "h4"sv,
                            "h5"sv, "h6"sv};
/// Their first line break is lost, or they end each other.
constexpr std::array strange{"pre"sv, "ruby"sv, "rp"sv, "rt"sv};
constexpr std::array table_frames{"table"sv, "thead"sv, "tbody"sv, "tfoot"sv, "tr"sv, "colgroup"sv};  // hold only their own parts
constexpr std::array cells{"td"sv, "th"sv, "caption"sv};

/// Where an element of a table or list must stand; it does not get there by itself, and elsewhere it is not left alone.
bool is_in_place(std::string_view name, std::string_view parent) {
  if (name == "td" || name == "th") { return parent == "tr"; }
  if (name == "tr") { return parent == "tbody" || parent == "thead" || parent == "tfoot"; }
  if (name == "tbody" || name == "thead" || name == "tfoot" || name == "caption" || name == "colgroup") { return parent == "table"; }
  if (name == "col") { return parent == "colgroup"; }
  if (name == "li") { return parent == "ul" || parent == "ol"; }
  if (name == "dt" || name == "dd") { return parent == "dl"; }
  return !is_one_of(parent, table_frames);
}

}  // namespace

bool SettledMarkup::has_open(std::string_view name, bool also_outside_of_cell) const {
  for (auto each = open_.rbegin(); each != open_.rend() && (also_outside_of_cell || !is_one_of(*each, cells)); ++each) {
    if (*each == name) { return true; }
  }
  return false;
}

bool SettledMarkup::fits(std::string_view name) const {
  if (!is_in_place(name, parent()) || is_one_of(name, strange)) { return false; }
  if (name == "a" && has_open("a", true)) { return false; }
  if (is_one_of(name, headings) && is_one_of(parent(), headings)) { return false; }
  return !is_one_of(name, blocks) || !has_open("p", false);
}

void SettledMarkup::open(std::string_view name) {
  is_sure_ = is_sure_ && fits(name);
  open_.push_back(name);
}

void SettledMarkup::empty_element(std::string_view name) { is_sure_ = is_sure_ && fits(name); }

void SettledMarkup::text(std::string_view text) {
  if (!is_sure_) { return; }
  is_sure_ = !is_one_of(parent(), table_frames) || trim(text).empty();
  attribute(text);
}

void SettledMarkup::attribute(std::string_view value) {
  if (!is_sure_ || is_ascii(value)) { return; }
  for (std::size_t at = 0; at < value.size(); ++at) {
    if (is_replaced(value, at)) { is_sure_ = false; }  // it came out of a character reference
  }
}

}  // namespace parley::channels::email::mime
