// Why a tree with all references back is the tree of the whole HTML. Up to the first reference both readings are in one state. A text that came
// back as text was met where characters are text; it begins with no blank, has none of the characters that could end that state (and '>' does
// not follow it, so it closes no "--" or "]]"), and a token of the reference does what a token of the text would. A style that came back as the
// whole of a style attribute was met between its quotes and has none of that kind inside. So both are in one state again behind it, up to the next.
#include "channels/email/mime/impl/html_outline.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "channels/email/mime/impl/html_tree.h"

namespace parley::channels::email::mime {
namespace {

constexpr std::string_view mark = "\xEE\x80\x80";  // U+E000, private use
constexpr std::size_t digits = 3;
constexpr std::size_t base = 26;
constexpr std::size_t reference_size = mark.size() + digits;
constexpr std::size_t references_max = base * base * base;
constexpr std::size_t worthwhile = 3 * reference_size;

std::string reference(std::size_t number) {
  std::string out(mark);
  for (std::size_t unit = base * base; unit > 0; unit /= base) { out.push_back(static_cast<char>('a' + number / unit % base)); }
  return out;
}

/// The mark stands in the HTML itself, or "&#xE000;" does, or a number so long that it might overflow into that.
bool may_hold_mark(std::string_view html) {
  constexpr std::size_t digits_max = 7;
  if (html.find(mark) != std::string_view::npos) { return true; }
  for (std::size_t at = html.find("&#"); at != std::string_view::npos; at = html.find("&#", at)) {
    at += 2;
    if (at < html.size() && (html[at] | 0x20) == 'x') { ++at; }
    at = std::min(html.find_first_not_of('0', at), html.size());
    const std::size_t end = std::min(html.find_first_not_of("0123456789abcdefABCDEF", at), html.size());
    const std::string_view number = html.substr(at, end - at);
    if (number.size() > digits_max || starts_with_ignore_case(number, "e000") || number.starts_with("57344")) { return true; }
  }
  return false;
}

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f'; }
bool is_word(char c) { return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); }
bool is_inside_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// Characters with which gumbo does something else than to keep them, by their first byte: markup, and what it reads as U+FFFD.
enum class Effect : unsigned char { none, some, depends };
constexpr auto effects = [] {
  std::array<Effect, 256> out{};
  for (unsigned c = 0; c < 0x20; ++c) { out[c] = c == '\t' || c == '\n' || c == '\f' ? Effect::none : Effect::some; }
  for (const unsigned c : {0x3CU, 0x3EU, 0x26U, 0x7FU}) { out[c] = Effect::some; }  // < > &
  for (const unsigned c : {0xC2U, 0xEFU, 0xF0U, 0xF1U, 0xF2U, 0xF3U, 0xF4U}) { out[c] = Effect::depends; }
  return out;
}();
std::size_t active_at(std::string_view text, std::size_t at) {
  for (; at < text.size(); ++at) {
    const Effect effect = effects[static_cast<unsigned char>(text[at])];
    if (effect == Effect::some || (effect == Effect::depends && is_replaced(text, at))) { break; }
  }
  return at;
}

bool is_text(const GumboNode& node) { return node.type == GUMBO_NODE_TEXT || node.type == GUMBO_NODE_WHITESPACE || node.type == GUMBO_NODE_CDATA; }

}  // namespace

HtmlOutline::HtmlOutline(std::string_view html) : whole_(html) {
  if (may_hold_mark(html)) {
    outline_ = html;
    return;
  }
  outline_.reserve(html.size() / 2);
  for (std::size_t at = html.find('<'); at < html.size();) { at = html[at] == '<' ? read_tag(at) : read_texts(at); }
  outline_ += whole_.substr(copied_);
}

/// Up to the next '<'.
std::size_t HtmlOutline::read_texts(std::size_t at) {
  while (at < whole_.size() && whole_[at] != '<') {
    while (at < whole_.size() && (is_blank(whole_[at]) || is_inside_character(whole_[at]))) { ++at; }
    const std::size_t end = active_at(whole_, at);
    if (end < whole_.size() && whole_[end] != '>') { replace(at, end, false); }
    if (end >= whole_.size() || whole_[end] == '<') { return end; }
    at = end + 1;
    if (whole_[end] != '&') { continue; }
    while (at < whole_.size() && (is_word(whole_[at]) || whole_[at] == '#')) { ++at; }
    if (at < whole_.size() && whole_[at] == ';') { ++at; }
  }
  return at;
}

/// Past the tag or comment that begins at `at`.
std::size_t HtmlOutline::read_tag(std::size_t at) {
  if (whole_.substr(at, 4) == "<!--") { return std::min(whole_.find("-->", at + 4), whole_.size()); }
  for (++at; at < whole_.size() && whole_[at] != '>' && whole_[at] != '<'; ++at) {
    const char quote = whole_[at];
    if ((quote != '"' && quote != '\'') || whole_[at - 1] != '=') { continue; }
    const std::size_t close = whole_.find(quote, at + 1);
    if (close == std::string_view::npos) { return at + 1; }
    const bool is_style = at > 6 && is_blank(whole_[at - 7]) && starts_with_ignore_case(whole_.substr(at - 6), "style=");
    if (is_style && active_at(whole_.substr(0, close), at + 1) == close) { replace(at + 1, close, true); }
    at = close;
  }
  return at;
}

bool HtmlOutline::replace(std::size_t begin, std::size_t end, bool is_style) {
  if (end - begin < worthwhile || stretches_.size() == references_max) { return false; }
  outline_ += whole_.substr(copied_, begin - copied_);
  outline_ += reference(stretches_.size());
  stretches_.push_back({std::string(whole_.substr(begin, end - begin)), is_style});
  copied_ = end;
  return true;
}

bool HtmlOutline::restore(GumboNode* root) {
  texts_.reserve(stretches_.size());  // one at most for each: the tree points to them
  bool is_same = true;
  walk(root, [&](GumboNode& node) {
    if (is_text(node)) {
      is_same = is_same && restore_text(node);
    } else if (node.type == GUMBO_NODE_ELEMENT) {
      is_same = is_same && (node.parse_flags & GUMBO_INSERTION_FROM_ISINDEX) == 0 && restore_attributes(node);  // isindex makes text of an attribute
    }
    return is_same;
  }, [](GumboNode&) {});
  return is_same && std::all_of(stretches_.begin(), stretches_.end(), [](const Stretch& stretch) { return stretch.is_back; });
}

/// What the reference at `at` stands for; null when there is none.
HtmlOutline::Stretch* HtmlOutline::stretch_at(std::string_view text, std::size_t at) {
  const std::string_view word = text.substr(at + mark.size(), digits);
  std::size_t number = 0;
  for (const char c : word) {
    if (c < 'a' || c > 'z') { return nullptr; }
    number = number * base + static_cast<std::size_t>(c - 'a');
  }
  return word.size() == digits && number < stretches_.size() ? &stretches_[number] : nullptr;
}

bool HtmlOutline::restore_text(GumboNode& node) {
  const std::string_view text = node.v.text.text;
  std::size_t at = text.find(mark);
  if (at == std::string_view::npos) { return true; }
  std::string whole;
  std::size_t copied = 0;
  for (; at != std::string_view::npos; at = text.find(mark, copied)) {
    Stretch* const stretch = stretch_at(text, at);
    if (stretch == nullptr || stretch->is_back) { return false; }
    stretch->is_back = true;
    whole.append(text.substr(copied, at - copied)).append(stretch->text);
    copied = at + reference_size;
  }
  whole += text.substr(copied);
  texts_.push_back(std::move(whole));
  node.v.text.text = texts_.back().c_str();
  return true;
}

bool HtmlOutline::restore_attributes(GumboNode& node) {
  const GumboVector& all = node.v.element.attributes;
  for (unsigned i = 0; i < all.length; ++i) {
    auto& each = *static_cast<GumboAttribute*>(all.data[i]);
    const std::string_view name = each.name, value = each.value;
    if (name.find(mark) != std::string_view::npos) { return false; }
    if (value.find(mark) == std::string_view::npos) { continue; }
    Stretch* const stretch = value.size() == reference_size ? stretch_at(value, 0) : nullptr;
    if (stretch == nullptr || !stretch->is_style || name != "style") { return false; }
    stretch->is_back = true;  // gumbo copies elements that were closed in the wrong order, so it may come back more than once
    each.value = stretch->text.c_str();
  }
  return true;
}

}  // namespace parley::channels::email::mime
