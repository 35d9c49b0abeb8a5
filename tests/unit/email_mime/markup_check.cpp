#include "tests/unit/email_mime/markup_check.h"

#include <set>
#include <vector>

#include "base/text.h"

namespace parley::channels::email::test {
namespace {

const std::set<std::string, std::less<>> tags = {
    "a", "abbr", "acronym", "address", "article", "aside", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup", "dd", "del", "details",
    "dfn", "dir", "div", "dl", "dt", "em", "figcaption", "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "ins", "kbd", "li", "main", "mark",
    "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "section", "small", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead",
    "time", "tr", "tt", "u", "ul", "var", "wbr"};
const std::set<std::string, std::less<>> voids = {"br", "hr", "img", "col", "wbr"};
const std::set<std::string, std::less<>> attributes = {
    "href", "rel", "target", "src", "data-remote-src", "class", "style", "dir", "lang", "title", "alt", "summary", "datetime", "align", "valign", "clear", "scope", "nowrap", "type",
    "face", "size", "width", "height", "border", "hspace", "vspace", "cellpadding", "cellspacing", "colspan", "rowspan", "span", "start", "value", "open", "reversed", "bgcolor",
    "color", "bordercolor"};

class Check {
 public:
  explicit Check(std::string_view html) : html_(html) {}
  std::string run() {
    while (at_ < html_.size() && fault_.empty()) {
      const char c = html_[at_];
      if (c == '<') {
        tag();
      } else if (c == '>') {
        fail("bare >");
      } else if (c == '&') {
        entity();
      } else {
        control(c);
        ++at_;
      }
    }
    if (fault_.empty() && !open_.empty()) { fail("not closed: " + open_.back()); }
    return fault_;
  }

 private:
  void fail(const std::string& what) {
    if (fault_.empty()) { fault_ = what + " at " + std::to_string(at_) + ": " + std::string(html_.substr(at_ < 20 ? 0 : at_ - 20, 80)); }
  }
  void control(char c) {
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7F) { fail("control character"); }
  }
  void entity() {
    for (const std::string_view known : {"&amp;", "&lt;", "&gt;", "&quot;", "&nbsp;"}) {
      if (html_.substr(at_, known.size()) == known) {
        at_ += known.size();
        return;
      }
    }
    fail("unknown entity");
  }
  std::string word() {
    const std::size_t begin = at_;
    while (at_ < html_.size() && ((html_[at_] >= 'a' && html_[at_] <= 'z') || html_[at_] == '-' || (html_[at_] >= '0' && html_[at_] <= '9'))) { ++at_; }
    return std::string(html_.substr(begin, at_ - begin));
  }
  bool eat(char c) {
    if (at_ < html_.size() && html_[at_] == c) {
      ++at_;
      return true;
    }
    return false;
  }
  void tag() {
    ++at_;
    const bool is_end = eat('/');
    const std::string name = word();
    if (tags.count(name) == 0) { return fail("tag <" + name); }
    if (is_end) {
      if (open_.empty() || open_.back() != name) { return fail("wrong end " + name); }
      open_.pop_back();
      if (!eat('>')) { fail("end tag"); }
      return;
    }
    std::set<std::string> seen;
    while (fault_.empty() && eat(' ')) { attribute(name, seen); }
    if (!eat('>')) { return fail("tag not closed"); }
    if (voids.count(name) == 0) { open_.push_back(name); }
  }
  void attribute(const std::string& tag_name, std::set<std::string>& seen) {
    const std::string name = word();
    if (attributes.count(name) == 0 || !seen.insert(name).second) { return fail("attribute " + name); }
    if (!eat('=') || !eat('"')) { return fail("attribute form"); }
    const std::size_t begin = at_;
    while (at_ < html_.size() && html_[at_] != '"' && fault_.empty()) {
      if (html_[at_] == '<' || html_[at_] == '>') { return fail("bracket in attribute"); }
      if (html_[at_] == '&') {
        entity();
      } else {
        control(html_[at_++]);
      }
    }
    const std::string value = to_lower_ascii(html_.substr(begin, at_ - begin));
    if (!eat('"')) { return fail("attribute end"); }
    const auto begins = [&](std::string_view prefix) { return value.rfind(prefix, 0) == 0; };
    if (name == "href" && !(tag_name == "a" && (begins("http://") || begins("https://") || begins("mailto:") || begins("tel:")))) { fail("href " + value); }
    if (name == "src" && !(tag_name == "img" && (begins("cid:") || (begins("data:image/") && value.find("svg") == std::string::npos)))) { fail("src " + value.substr(0, 100)); }
    if (name == "data-remote-src" && !(tag_name == "img" && (begins("http://") || begins("https://")))) { fail("remote " + value); }
    if (name == "style") {
      for (const std::string_view word : {"url", "expression", "@", "\\", "/*", "javascript", "behavior", "position", "binding", "{", "}", "import"}) {
        // url and friends may be part of a font name; only their use as a function or property is dangerous
        const auto found = value.find(word);
        if (found == std::string::npos) { continue; }
        const char next = found + word.size() < value.size() ? value[found + word.size()] : ' ';
        const bool is_word = word[0] >= 'a' && word[0] <= 'z';
        if (!is_word || next == '(' || (next == ':' && (found == 0 || value[found - 1] == ' '))) { fail("style " + value); }
      }
    }
  }

  std::string_view html_;
  std::size_t at_{0};
  std::vector<std::string> open_;
  std::string fault_;
};

}  // namespace

std::string markup_fault(std::string_view html) {
  if (!is_valid_utf8(html)) { return "not UTF-8"; }
  return Check(html).run();
}

}  // namespace parley::channels::email::test
