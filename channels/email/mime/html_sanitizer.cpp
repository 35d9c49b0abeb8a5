#include "channels/email/mime/html_sanitizer.h"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"
#include "channels/email/mime/impl/body_text.h"
#include "channels/email/mime/impl/charset.h"
#include "channels/email/mime/impl/css_filter.h"
#include "channels/email/mime/impl/html_tree.h"
#include "channels/email/mime/impl/safe_url.h"
#include "channels/email/reading/html_marks.h"
#include "channels/email/reading/scan.h"

namespace parley::channels::email {
using namespace mime;

namespace {

constexpr int passes_max = 5;
constexpr std::size_t attribute_max = 2'000;

using Names = std::unordered_set<std::string_view>;

const Names& allowed_elements() {
  static const Names names = {
      "a", "abbr", "acronym", "address", "article", "aside", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup",
      "dd", "del", "details", "dfn", "dir", "div", "dl", "dt", "em", "figcaption", "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header",
      "hr", "i", "img", "ins", "kbd", "li", "main", "mark", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "section", "small", "span",
      "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "tt", "u", "ul", "var", "wbr"};
  return names;
}

/// Gone with everything inside. Anything neither here nor allowed loses its tag and keeps its children.
const Names& dropped_elements() {
  static const Names names = {"script", "style", "title", "iframe", "frame", "frameset", "object", "embed", "applet", "template", "noscript", "noembed", "noframes",
                              "select", "option", "datalist", "audio", "video", "source", "track", "param", "meta", "link", "base", "input", "keygen"};
  return names;
}

bool is_void(std::string_view element) { return element == "br" || element == "hr" || element == "img" || element == "col" || element == "wbr"; }

enum class Kind { text, number, word, color };
const std::unordered_map<std::string_view, Kind>& allowed_attributes() {
  static const std::unordered_map<std::string_view, Kind> names = {
      {"dir", Kind::word}, {"lang", Kind::word}, {"title", Kind::text}, {"alt", Kind::text}, {"summary", Kind::text}, {"datetime", Kind::text},
      {"align", Kind::word}, {"valign", Kind::word}, {"clear", Kind::word}, {"scope", Kind::word}, {"nowrap", Kind::word}, {"type", Kind::word},
      {"face", Kind::text}, {"size", Kind::number}, {"width", Kind::number}, {"height", Kind::number}, {"border", Kind::number}, {"hspace", Kind::number},
      {"vspace", Kind::number}, {"cellpadding", Kind::number}, {"cellspacing", Kind::number}, {"colspan", Kind::number}, {"rowspan", Kind::number},
      {"span", Kind::number}, {"start", Kind::number}, {"value", Kind::number}, {"open", Kind::word}, {"reversed", Kind::word}, {"bgcolor", Kind::color},
      {"color", Kind::color}, {"bordercolor", Kind::color}};
  return names;
}

bool is_word_char(char c) { return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '-' || c == '_'; }

bool fits(Kind kind, std::string_view value) {
  if (value.size() > attribute_max) { return false; }
  if (kind == Kind::text) { return true; }
  if (value.size() > 40) { return false; }
  return std::all_of(value.begin(), value.end(), [&](char c) {
    if (is_word_char(c)) { return true; }
    return (kind == Kind::number && std::string_view(".%+ ").find(c) != std::string_view::npos) || (kind == Kind::color && std::string_view("#(),.% ").find(c) != std::string_view::npos);
  });
}

/// Where the first character stands that cannot be copied as it is.
std::size_t special_at(std::string_view text, std::size_t at) {
  static constexpr auto specials = [] {
    std::array<bool, 256> out{};
    for (unsigned c = 0; c < 0x20; ++c) { out[c] = c != '\n' && c != '\t'; }
    for (const char c : {'&', '<', '>', '"', '\x7F', '\xC2'}) { out[static_cast<unsigned char>(c)] = true; }
    return out;
  }();
  while (at < text.size() && !specials[static_cast<unsigned char>(text[at])]) { ++at; }
  return at;
}

void append_escaped(std::string& out, std::string_view text, bool is_attribute) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::size_t special = special_at(text, at);
    out.append(text, at, special - at);
    at = special;
    if (at == text.size()) { break; }
    switch (text[at]) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += is_attribute ? "&quot;" : "\""; break;
      case '\xC2':
        if (text.substr(at + 1, 1) == "\xA0") {
          out += "&nbsp;";
          ++at;
        } else {
          out.push_back(text[at]);
        }
        break;
      default: break;  // control characters go
    }
  }
}

bool is_tracking_pixel(std::string_view style, std::string_view width_attribute, std::string_view height_attribute) {
  const auto styles = read_declarations(style);
  const auto side = [&](std::string_view name, std::string_view otherwise) {
    const auto set = std::find_if(styles.begin(), styles.end(), [name](const auto& each) { return each.first == name; });
    return pixels(set != styles.end() ? std::string_view(set->second) : otherwise);
  };
  const auto hides = [&](std::string_view property, std::string_view word) {
    return std::any_of(styles.begin(), styles.end(), [&](const auto& each) { return each.first == property && starts_with_ignore_case(each.second, word); });
  };
  const auto width = side("width", width_attribute), height = side("height", height_attribute);
  if ((width && *width <= 2 && (!height || *height <= 2)) || (height && *height <= 2 && !width)) { return true; }
  return hides("display", "none") || hides("visibility", "hidden");
}

/// QQ Mail puts what is answered into <includetail>.
bool is_quote_container_of_qq(const GumboNode& node) {
  if (node.v.element.tag != GUMBO_TAG_UNKNOWN) { return false; }
  GumboStringPiece name = node.v.element.original_tag;
  gumbo_tag_from_original_text(&name);
  return equal_ignore_case({name.data, name.length}, "includetail");
}

class Writer {
 public:
  Writer(const HtmlLimits& limits, StyleFilter& styles, SafeHtml& result) : limits_(limits), styles_(styles), result_(result) {}

  bool enter(const GumboNode& node) {
    if (is_full()) { return false; }
    if (node.type == GUMBO_NODE_TEXT || node.type == GUMBO_NODE_WHITESPACE || node.type == GUMBO_NODE_CDATA) {
      write_text(node.v.text.text);
      return false;
    }
    if (node.type != GUMBO_NODE_ELEMENT || node.v.element.tag_namespace != GUMBO_NAMESPACE_HTML) { return false; }
    const std::string_view name = element_name(node);
    if (dropped_elements().count(name) != 0) { return false; }
    if (name == "img") {
      write_image(node);
      return false;
    }
    count_remote_background(node);
    if (name == "body") {
      open_body(node);
    } else if (depth_ < limits_.depth_max && is_quote_container_of_qq(node)) {
      open("div", R"( class="includetail")");
    } else if (allowed_elements().count(name) == 0 || depth_ >= limits_.depth_max) {
      open_.push_back({});
    } else {
      open(name, attributes_of(node, name));
    }
    return true;
  }

  void leave() {
    const std::string_view name = open_.back();
    open_.pop_back();
    if (name.empty()) { return; }
    --depth_;
    if (is_void(name)) { return; }
    out_ += "</";
    out_ += name;
    out_ += '>';
  }

  bool is_full() const { return out_.size() > limits_.output_max; }
  std::string take() { return std::move(out_); }

 private:
  void open(std::string_view name, const std::string& attributes) {
    out_ += '<';
    out_ += name;
    out_ += attributes;
    out_ += '>';
    open_.push_back(name);
    ++depth_;
    follows_pre_ = name == "pre";
  }

  void write_text(std::string_view text) {
    if (follows_pre_ && !text.empty() && text.front() == '\n') { out_ += '\n'; }  // the parser eats the first one
    follows_pre_ = false;
    append_escaped(out_, text, false);
  }

  void open_body(const GumboNode& node) {
    const std::string attributes = attributes_of(node, "div");
    if (attributes.empty()) {
      open_.push_back({});
    } else {
      open("div", attributes);
    }
  }

  static void add(std::string& out, std::string_view name, std::string_view value) {
    out += ' ';
    out += name;
    out += "=\"";
    append_escaped(out, value, true);
    out += '"';
  }

  std::string attributes_of(const GumboNode& node, std::string_view element) {
    std::string out;
    const GumboVector& all = node.v.element.attributes;
    for (unsigned i = 0; i < all.length; ++i) {
      const auto& each = *static_cast<const GumboAttribute*>(all.data[i]);
      if (each.attr_namespace == GUMBO_ATTR_NAMESPACE_NONE) { write_attribute(out, each.name, each.value); }
    }
    if (element != "a") { return out; }
    const Url url = read_url(attribute(node, "href"));
    if (url.scheme.empty() || url.scheme == "cid") { return out; }
    add(out, "href", url.text);
    out += R"( rel="noopener noreferrer nofollow" target="_blank")";
    return out;
  }

  void write_attribute(std::string& out, std::string_view name, std::string_view value) {
    if (name == "style") {
      const std::string& style = styles_.filter(value);
      if (style.empty()) { return; }
      add(out, name, style);
      result_.sets_colors = result_.sets_colors || style.find("color") != std::string::npos || style.find("background") != std::string::npos;
    } else if (name == "class" || name == "id") {
      write_marks(out, value);
    } else if (const auto known = allowed_attributes().find(name); known != allowed_attributes().end() && fits(known->second, value)) {
      add(out, name, value);
      result_.sets_colors = result_.sets_colors || known->second == Kind::color;
    }
  }

  static void write_marks(std::string& out, std::string_view value) {
    if (out.find(" class=\"") != std::string::npos) { return; }
    std::string kept;
    for (std::size_t at = 0; at < value.size() && at < attribute_max;) {
      const std::size_t end = std::min(value.find_first_of(" \t\n\f", at), value.size());
      const std::string_view word = value.substr(at, end - at);
      at = end + 1;
      if (!is_html_mark(word)) { continue; }  // no other class is kept
      if (!kept.empty()) { kept += ' '; }
      kept += word;
    }
    if (!kept.empty()) { add(out, "class", kept); }
  }

  void write_image(const GumboNode& node) {
    const std::string_view source = trim(attribute(node, "src"));
    const std::string_view held = attribute(node, "data-remote-src");  // already made safe once
    const Url url = read_url(source.empty() ? held : source);
    std::string where;
    if (url.scheme == "http" || url.scheme == "https") {
      const std::string_view style = attribute(node, "style"), width = attribute(node, "width"), height = attribute(node, "height");
      if (is_tracking_pixel(style, width, height)) {
        ++result_.tracking_pixels;
        return;
      }
      ++result_.remote_images;
      add(where, "data-remote-src", url.text);
    } else if (url.scheme == "cid" && !source.empty()) {
      result_.content_ids.push_back(percent_decode(std::string_view(url.text).substr(4), false).value_or(url.text.substr(4)));
      add(where, "src", url.text);
    } else if (is_small_picture(source, limits_.data_image_max)) {
      add(where, "src", source);
    } else {
      write_text(attribute(node, "alt"));
      return;
    }
    out_ += "<img";
    out_ += where;
    out_ += attributes_of(node, "img");
    out_ += '>';
    follows_pre_ = false;
  }

  void count_remote_background(const GumboNode& node) {
    const Url url = read_url(attribute(node, "background"));
    if (url.scheme == "http" || url.scheme == "https") { ++result_.remote_images; }
  }

  const HtmlLimits& limits_;
  StyleFilter& styles_;
  SafeHtml& result_;
  std::string out_;
  std::vector<std::string_view> open_;  // names of static storage; empty where no tag was written
  std::size_t depth_{0};
  bool follows_pre_{false};
};

/// One reading and writing; nothing when a bound was hit.
std::optional<std::string> pass(std::string_view html, const HtmlLimits& limits, StyleFilter& styles, SafeHtml& result) {
  const HtmlTree tree(html, limits);
  if (tree.root() == nullptr) { return std::nullopt; }
  Writer writer(limits, styles, result);
  walk(tree.root(), [&](const GumboNode& node) { return writer.enter(node); }, [&](const GumboNode&) { writer.leave(); });
  if (writer.is_full()) { return std::nullopt; }
  return writer.take();
}

SafeHtml as_text(std::string_view html, const HtmlLimits& limits) {
  SafeHtml out;
  out.is_reduced = true;
  const std::string text = tidy_text(text_without_tags(html));
  out.html = trim(html_of_text(first_bytes(text, limits.output_max / 6)));
  return out;
}

}  // namespace

std::string html_of_text(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t feed = std::min(text.find('\n', at), text.size());
    append_escaped(out, text.substr(at, feed - at), false);
    if (feed < text.size()) { out += "<br>"; }
    at = feed + 1;
  }
  return out;
}

/// Reading the output again must change nothing: then the tree the browser builds is the tree that was judged (mutation XSS lives
/// in the difference). Ordinary mail settles at once, strange nesting after one more round, what never settles is shown as text.
SafeHtml sanitize_html(std::string_view html, const HtmlLimits& limits) {
  const std::string valid = convert(first_bytes(html, limits.input_max), "UTF-8").text;
  StyleFilter styles;
  SafeHtml result;
  auto current = pass(valid, limits, styles, result);
  for (int i = 1; current && i < passes_max; ++i) {
    SafeHtml again;
    auto next = pass(*current, limits, styles, again);
    if (!next) { break; }
    if (*next == *current) {
      result.html = std::move(*current);
      return result;
    }
    result.content_ids = std::move(again.content_ids);
    current = std::move(next);
  }
  return as_text(valid, limits);
}

}  // namespace parley::channels::email
