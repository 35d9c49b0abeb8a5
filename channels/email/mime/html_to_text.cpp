#include "channels/email/mime/html_to_text.h"

#include <algorithm>
#include <unordered_set>

#include "base/text.h"
#include "channels/email/mime/impl/body_text.h"
#include "channels/email/mime/impl/charset.h"
#include "channels/email/mime/impl/css_filter.h"
#include "channels/email/mime/impl/html_tree.h"
#include "channels/email/reading/scan.h"

namespace parley::channels::email {
using namespace mime;

namespace {

using Names = std::unordered_set<std::string_view>;
constexpr std::size_t url_shown_max = 2'000;
constexpr std::size_t quote_depth_max = 20;

const Names& skipped() {
  static const Names names = {"script", "style", "title", "head", "iframe", "object", "embed", "applet", "template", "noscript", "noembed", "noframes", "select", "datalist",
                              "audio", "video"};
  return names;
}
const Names& lines() {  // begin and end on a line of their own
  static const Names names = {"div", "li", "tr", "address", "article", "aside", "center", "dd", "dt", "figure", "figcaption", "footer", "header", "main", "nav", "section", "form",
                              "details", "summary", "caption", "blockquote", "dl", "table", "ul", "ol"};
  return names;
}
const Names& paragraphs() {  // and an empty line around them
  static const Names names = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "pre"};
  return names;
}

bool is_zero(std::string_view value) {
  const auto length = pixels(value);
  return length && *length <= 1;
}

struct Style {
  bool is_hidden{false};
  int font{0};  // -1 set to nothing, 1 set to something readable, 0 inherited
  bool is_tight{false};
};

Style style_of(const GumboNode& node) {
  Style out;
  out.is_hidden = attribute(node, "hidden").data() != nullptr;
  for (const auto& [name, value] : read_declarations(attribute(node, "style"))) {
    const std::string lower = to_lower_ascii(value);
    out.is_hidden = out.is_hidden || (name == "display" && lower.rfind("none", 0) == 0) || (name == "visibility" && lower.rfind("hidden", 0) == 0) ||
                    (name == "mso-hide" && lower == "all") || (name == "max-height" && is_zero(lower)) || (name == "opacity" && lower == "0");
    if (name == "font-size") { out.font = is_zero(lower) ? -1 : 1; }
    out.is_tight = out.is_tight || ((name == "margin" || name == "margin-bottom") && is_zero(lower));
  }
  const std::string marks = to_lower_ascii(attribute(node, "class").substr(0, 200));
  out.is_hidden = out.is_hidden || marks.find("preheader") != std::string::npos;
  out.is_tight = out.is_tight || marks.find("mso") != std::string::npos;
  return out;
}

/// Lines with quote marks, blanks collapsed as a browser does.
class TextLines {
 public:
  void text(std::string_view words, bool is_preformatted) {
    for (const char c : words) {
      const bool is_blank = c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
      if (is_preformatted && c == '\n') {
        force_line();
      } else if (is_blank && !is_preformatted) {
        has_blank_ = true;
      } else {
        put(c);
      }
    }
  }
  /// At least this many line ends before the next text.
  void want_lines(std::size_t count) {
    if (has_text_) { wanted_ = std::max(wanted_, count); }
    has_blank_ = has_cell_ = false;
  }
  void force_line() {
    ++wanted_;
    has_blank_ = has_cell_ = false;
  }
  void next_cell() { has_cell_ = true; }
  void quote(std::size_t depth) { depth_ = std::min(depth, quote_depth_max); }
  std::size_t size() const { return out_.size(); }
  std::string_view since(std::size_t at) const { return std::string_view(out_).substr(std::min(at, out_.size())); }
  std::string take() { return std::move(out_); }

 private:
  void put(char c) {
    if (wanted_ > 0 || !has_text_) { begin_line(); }
    if (has_cell_ && !is_line_start_) { out_ += " | "; }
    if (has_blank_ && !has_cell_ && !is_line_start_) { out_ += ' '; }
    has_blank_ = has_cell_ = is_line_start_ = false;
    out_.push_back(c);
    has_text_ = true;
  }
  void begin_line() {
    wanted_ = std::min<std::size_t>(wanted_, 3);
    for (std::size_t i = 0; i < wanted_; ++i) {
      if (has_text_) { out_ += '\n'; }
      if (i + 1 < wanted_ && has_text_) {
        for (std::size_t level = 0; level < std::min(depth_, written_depth_); ++level) { out_ += "> "; }
      }
    }
    for (std::size_t level = 0; level < depth_; ++level) { out_ += "> "; }
    written_depth_ = depth_;
    wanted_ = 0;
    is_line_start_ = true;
  }

  std::string out_;
  std::size_t depth_{0}, written_depth_{0}, wanted_{0};
  bool has_text_{false}, has_blank_{false}, has_cell_{false}, is_line_start_{true};
};

class TextWriter {
 public:
  explicit TextWriter(std::size_t max) : max_(max) {}

  bool enter(const GumboNode& node) {
    if (lines_.size() > max_) { return false; }
    if (node.type == GUMBO_NODE_TEXT || node.type == GUMBO_NODE_WHITESPACE || node.type == GUMBO_NODE_CDATA) {
      if (open_.empty() || !open_.back().is_tiny) { lines_.text(visible(node.v.text.text), preformatted_ > 0); }
      return false;
    }
    if (node.type != GUMBO_NODE_ELEMENT || node.v.element.tag_namespace != GUMBO_NAMESPACE_HTML) { return false; }
    const std::string_view name = element_name(node);
    const Style style = style_of(node);
    if (skipped().count(name) != 0 || style.is_hidden) { return false; }
    Open open;
    open.is_tiny = style.font == 0 ? !open_.empty() && open_.back().is_tiny : style.font < 0;
    open.gap = lines().count(name) != 0 ? 1 : paragraphs().count(name) != 0 ? (style.is_tight ? 1 : 2) : 0;
    if (open.gap > 0) { lines_.want_lines(open.gap); }
    begin(node, name);
    open.text_begin = lines_.size();
    open_.push_back(open);
    return true;
  }

  void leave(const GumboNode& node) {
    const Open open = open_.back();
    open_.pop_back();
    const std::string_view name = element_name(node);
    if (name == "a") { write_address(node, lines_.since(open.text_begin)); }
    if (name == "td" || name == "th") { lines_.next_cell(); }
    if (name == "pre") { --preformatted_; }
    if (name == "blockquote") { lines_.quote(--quotes_); }
    if (name == "ul" || name == "ol") { lists_.pop_back(); }
    if (open.gap > 0) { lines_.want_lines(open.gap); }
  }

  std::string take() { return lines_.take(); }

 private:
  struct Open {
    bool is_tiny{false};
    std::size_t gap{0};
    std::size_t text_begin{0};
  };
  struct List {
    bool is_numbered;
    int next;
  };

  void begin(const GumboNode& node, std::string_view name) {
    if (name == "br") { lines_.force_line(); }
    if (name == "hr") {
      lines_.want_lines(1);
      lines_.text("---", true);
      lines_.want_lines(1);
    }
    if (name == "pre") { ++preformatted_; }
    if (name == "blockquote") { lines_.quote(++quotes_); }
    if (name == "ul" || name == "ol") { lists_.push_back({name == "ol", 1}); }
    if (name == "li") { begin_item(); }
    if (name == "img") { write_alternative(node); }
  }

  void begin_item() {
    std::string mark((lists_.empty() ? 0 : std::min<std::size_t>(lists_.size() - 1, 10)) * 2, ' ');
    if (!lists_.empty() && lists_.back().is_numbered) {
      mark += std::to_string(lists_.back().next++);
      mark += ". ";
    } else {
      mark += "- ";
    }
    lines_.text(mark, true);
  }

  void write_alternative(const GumboNode& image) {
    const std::string alt = clean_line(attribute(image, "alt").substr(0, 500));
    if (alt.empty() || is_zero(attribute(image, "width"))) { return; }
    lines_.text(" [", false);
    lines_.text(visible(alt), false);
    lines_.text("] ", false);
  }

  /// "(address)" after the words of a link, unless the words are the address.
  void write_address(const GumboNode& link, std::string_view words) {
    std::string href(trim(attribute(link, "href")));
    for (const std::string_view scheme : {"mailto:", "tel:"}) {
      if (starts_with_ignore_case(href, scheme)) { href = href.substr(scheme.size(), href.find('?') == std::string::npos ? href.npos : href.find('?') - scheme.size()); }
    }
    const bool is_web = starts_with_ignore_case(href, "http://") || starts_with_ignore_case(href, "https://");
    const bool is_contact = attribute(link, "href").size() != href.size() && !is_web && href.find(':') == std::string::npos;
    if (!(is_web || is_contact) || href.size() > url_shown_max || trim(words).empty()) { return; }
    const auto bare = [](std::string_view text) {
      std::string out = to_lower_ascii(trim(text));
      for (const std::string_view scheme : {"https://", "http://", "www."}) {
        if (out.rfind(scheme, 0) == 0) { out.erase(0, scheme.size()); }
      }
      while (!out.empty() && out.back() == '/') { out.pop_back(); }
      return out;
    };
    if (bare(words) == bare(href)) { return; }
    lines_.text(" (", false);
    lines_.text(clean_line(href), false);
    lines_.text(")", false);
  }

  /// Without soft hyphens and the invisible characters that pad previews.
  static std::string visible(std::string_view text) {
    std::string out(text);
    for (const std::string_view noise : {"\xC2\xAD", "\xCD\x8F", "\xE2\x80\x8B", "\xEF\xBB\xBF", "\xE2\x81\xA0"}) {
      for (std::size_t at = out.find(noise), to = 0; at != std::string::npos; at = out.find(noise, to)) {
        to = at;
        std::size_t run = noise.size();
        while (out.compare(at + run, noise.size(), noise) == 0) { run += noise.size(); }
        out.erase(at, run);
      }
    }
    return out;
  }

  std::size_t max_;
  TextLines lines_;
  std::vector<Open> open_;
  std::vector<List> lists_;
  std::size_t quotes_{0}, preformatted_{0};
};

}  // namespace

std::string html_to_text(std::string_view html, const HtmlLimits& limits) {
  const std::string valid = convert(first_bytes(html, limits.input_max), "UTF-8").text;
  const HtmlTree tree(valid, limits);
  if (tree.root() == nullptr) { return tidy_text(text_without_tags(valid)); }
  TextWriter writer(limits.output_max);
  walk(tree.root(), [&](const GumboNode& node) { return writer.enter(node); }, [&](const GumboNode& node) { writer.leave(node); });
  return tidy_text(writer.take());
}

}  // namespace parley::channels::email
