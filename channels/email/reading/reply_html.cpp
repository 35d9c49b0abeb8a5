// HTML is flattened to lines that remember their place; what a client marks as quote becomes one "> " line or a separator, and the rules
// for plain text decide. No tree is built: one pass over the tags, a bounded stack.
#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "base/text.h"
#include "channels/email/reading/html_marks.h"
#include "channels/email/reading/html_tags.h"
#include "channels/email/reading/quote_marks.h"
#include "channels/email/reading/reply_text.h"

namespace parley::channels::email {
namespace {

using namespace std::string_view_literals;

constexpr std::array block_tags{"p"sv,  "div"sv, "br"sv, "hr"sv, "table"sv, "tr"sv, "li"sv, "ul"sv, "ol"sv, "blockquote"sv, "h1"sv, "h2"sv, "h3"sv,
                                "h4"sv, "h5"sv,  "h6"sv, "pre"sv, "section"sv, "article"sv, "body"sv, "html"sv, "includetail"sv, "center"sv, "dl"sv, "dt"sv, "dd"sv};


enum class Container : unsigned char { none, cite, gmail, whole, rest, rest_if_block, signature };


/// What a start tag says about quoting.
Container container_of(std::string_view html, const Tag& tag) {
  if (tag.name == "includetail") { return Container::whole; }
  if (tag.name != "div" && tag.name != "blockquote" && tag.name != "hr" && tag.name != "span" && tag.name != "table" && tag.name != "section") { return Container::none; }
  const std::string_view whole = html.substr(tag.begin, tag.end - tag.begin);
  const std::string_view id = tag_attribute(whole, "id"), style_class = tag_attribute(whole, "class");
  const auto marked = [&](std::span<const std::string_view> marks) { return contains_any(id, marks) || contains_any(style_class, marks); };
  if (tag.name == "blockquote") {
    const bool is_cite = equal_ignore_case(tag_attribute(whole, "type"), "cite") || marked(std::array{"quote"sv, "cite"sv});
    return is_cite ? Container::cite : Container::rest_if_block;  // a plain one counts only below an introduction
  }
  if (marked(html_marks::gmail)) { return Container::gmail; }
  if (marked(html_marks::signature)) { return Container::signature; }
  if (marked(html_marks::rest)) { return Container::rest; }
  if (marked(html_marks::whole)) { return Container::whole; }
  return Container::none;
}

/// One line of the flattened text and where it begins in the HTML.
struct FlatLine {
  std::string text;
  std::size_t html_begin{0};
};

void append_entity(std::string& out, std::string_view html, std::size_t& at) {
  struct Entity {
    std::string_view name, text;
  };
  static constexpr std::array known{Entity{"&nbsp;", " "}, Entity{"&lt;", "<"}, Entity{"&gt;", ">"}, Entity{"&amp;", "&"}, Entity{"&quot;", "\""},
                                    Entity{"&#39;", "'"},  Entity{"&#160;", " "}, Entity{"&apos;", "'"}, Entity{"&#xa0;", " "}};
  for (const auto& entity : known) {
    if (html.substr(at).starts_with(entity.name)) {
      out += entity.text;
      at += entity.name.size();
      return;
    }
  }
  out += html[at++];
}

/// Where the characters end that are text as they stand.
std::size_t plain_end(std::string_view html, std::size_t at) {
  while (at < html.size() && html[at] != '\n' && html[at] != '\r' && html[at] != '&') { ++at; }
  return at;
}

class Flattener {
 public:
  explicit Flattener(std::string_view html) : html_(html), tags_(read_tags(html)) {}

  std::vector<FlatLine> flatten() {
    match_tags();
    std::size_t text_from = 0;
    for (std::size_t i = 0; i < tags_.size(); ++i) {
      add_text(text_from, tags_[i].begin);
      text_from = tags_[i].end;
      const std::size_t skip_to = handle(i);
      if (skip_to > i) {
        i = skip_to;
        text_from = skip_to < tags_.size() ? tags_[skip_to].end : html_.size();
      }
    }
    add_text(text_from, html_.size());
    end_line();
    return std::move(lines_);
  }

 private:
  /// For each start tag the index of its end tag; unmatched ones end where their parent ends.
  void match_tags() {
    constexpr std::size_t depth_max = 256;
    close_of_.assign(tags_.size(), tags_.size());
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < tags_.size(); ++i) {
      const Tag& tag = tags_[i];
      if (tag.name.empty() || tag.is_void) { continue; }
      if (!tag.is_close) {
        if (open.size() < depth_max) { open.push_back(i); }
        continue;
      }
      for (std::size_t depth = open.size(); depth > 0; --depth) {
        if (tags_[open[depth - 1]].name != tag.name) { continue; }
        for (std::size_t inner = depth - 1; inner < open.size(); ++inner) { close_of_[open[inner]] = i; }
        open.resize(depth - 1);
        break;
      }
    }
  }

  /// Handles one tag; the index of the tag to go on after when a whole element was taken.
  std::size_t handle(std::size_t i) {
    const Tag& tag = tags_[i];
    const bool is_block = is_one_of(tag.name, block_tags);
    if (is_block && !(tag.name == "div" && tag.is_close && line_.text.empty())) { end_line(tag.name == "br" || tag.name == "p"); }
    if (tag.name == "td" && !tag.is_close) { line_.text += ' '; }
    if (tag.name == "style" || tag.name == "script" || tag.name == "title") { return tag.is_close ? i : close_of_[i]; }
    if (tag.name == "hr") { add_line("________________________________", tag.begin); }
    if (tag.is_close || tag.is_void || tag.name.empty()) { return i; }
    return take_container(i);
  }

  std::size_t take_container(std::size_t i) {
    const Tag& tag = tags_[i];
    Container container = container_of(html_, tag);
    const bool has_delimiter = !lines_.empty() && trim_blank(lines_.back().text) == "--";
    if (container == Container::signature && !has_delimiter && is_last_before_quote(i)) { add_line("-- ", tag.begin); }
    if (container == Container::none && is_outlook_border(i)) { container = Container::rest_if_block; }
    if (container == Container::rest_if_block && tag.name != "blockquote") {
      add_line("________________________________", tag.begin);  // the header block below it decides
      return i;
    }
    if (container == Container::rest_if_block) { container = follows_introduction() ? Container::cite : Container::none; }
    if (container == Container::gmail) { container = holds_answers(i) || begins_as_forward(i) ? Container::none : Container::whole; }
    if (container == Container::whole && begins_as_forward(i)) { container = Container::none; }
    if (container == Container::rest) {
      // An empty "appendonsend" ends nothing by itself: it is there in new mails too.
      if (!is_followed_by_text(i) || begins_as_forward(i)) { return i; }
      add_line("-----Original Message-----", tag.begin);
      return i;
    }
    if (container == Container::cite && begins_as_forward(i)) { return i; }
    if (container != Container::cite && container != Container::whole) { return i; }
    add_line("> ", tag.begin);
    lines_.back().text += "quote";
    return close_of_[i];
  }

  /// Nothing of the sender's stands between this element and a quote or the end: only then the rest of the text is his signature.
  bool is_last_before_quote(std::size_t i) const {
    constexpr std::size_t looks_max = 40;
    for (std::size_t k = close_of_[i]; k < tags_.size() && k < close_of_[i] + looks_max; ++k) {
      const Container next = tags_[k].is_close ? Container::none : container_of(html_, tags_[k]);
      if (next != Container::none || tags_[k].name == "hr") { return true; }
      const std::size_t end = k + 1 < tags_.size() ? tags_[k + 1].begin : html_.size();
      if (!is_blank(without_nbsp(html_.substr(tags_[k].end, end - tags_[k].end)))) { return false; }
    }
    return close_of_[i] + looks_max >= tags_.size();
  }

  bool follows_introduction() const {
    for (std::size_t back = lines_.size(); back > 0 && lines_.size() - back < 3; --back) {
      const std::string_view text = trim_blank(lines_[back - 1].text);
      if (!text.empty()) { return text.ends_with(':') || text.ends_with("：") || separator_of(text) == Separator::reply; }
    }
    return false;
  }

  /// border-top above From/Sent/To/Subject: Outlook and Foxmail.
  bool is_outlook_border(std::size_t i) const {
    const Tag& tag = tags_[i];
    if (tag.name != "div") { return false; }
    const std::string_view style = tag_attribute(html_.substr(tag.begin, tag.end - tag.begin), "style");
    return contains_ignore_case(style, "border-top") && contains_ignore_case(style, "solid");
  }

  /// The first characters of the readable text from the tag on.
  std::string text_after(std::size_t i, std::size_t until_tag, std::size_t size_max) const {
    std::string out;
    for (std::size_t k = i; k < until_tag && k < tags_.size() && k < i + 60 && out.size() < size_max; ++k) {
      const std::size_t end = k + 1 < tags_.size() ? tags_[k + 1].begin : html_.size();
      out += first_bytes(html_.substr(tags_[k].end, end - tags_[k].end), size_max);
      if (k + 1 < tags_.size() && is_one_of(tags_[k + 1].name, block_tags)) { out += '\n'; }
    }
    return out;
  }
  bool is_followed_by_text(std::size_t i) const { return !is_blank(text_after(i, tags_.size(), 200)); }
  bool begins_as_forward(std::size_t i) const {
    const std::string text = text_after(i, tags_.size(), 400);
    for (const Line& line : split_lines(text)) {
      if (!is_blank(line.text)) { return separator_of(line.text) == Separator::forward; }
    }
    return false;
  }

  /// Gmail keeps inline answers inside its quote: text that is neither the introduction nor in a blockquote.
  bool holds_answers(std::size_t i) const {
    const std::size_t close = std::min(close_of_[i], tags_.size());
    constexpr std::size_t looks_max = 400'000;  // of all containers together: nested ones look at the same tags again
    bool has_cite = false;
    std::size_t from = tags_[i].end;
    for (std::size_t k = i + 1; k <= close && k < tags_.size() && ++looks_ < looks_max; ++k) {
      const Tag& tag = tags_[k];
      if (has_cite && !is_blank(without_nbsp(html_.substr(from, tag.begin - from)))) { return true; }
      from = tag.end;
      if (tag.name == "blockquote" && !tag.is_close) {
        has_cite = true;
        k = std::min(close_of_[k], tags_.size() - 1);
        from = tags_[k].end;
      }
    }
    return false;
  }
  static std::string without_nbsp(std::string_view text) {
    std::string out(first_bytes(text, 2000));
    for (auto at = out.find("&nbsp;"); at != std::string::npos; at = out.find("&nbsp;", at)) { out.replace(at, 6, " "); }
    return out;
  }

  void add_text(std::size_t begin, std::size_t end) {
    for (std::size_t at = begin; at < end;) {
      const char c = html_[at];
      if (line_.text.empty() || is_blank_line_) {
        if (c != '\n' && c != '\r' && c != ' ' && c != '\t') { start_line(at), is_blank_line_ = false; }
      }
      if (c == '\n' || c == '\r') {
        if (!line_.text.empty() && line_.text.back() != ' ') { line_.text += ' '; }
        ++at;
      } else if (c == '&') {
        append_entity(line_.text, html_, at);
      } else {
        const std::size_t run = is_blank_line_ ? at + 1 : plain_end(html_.substr(0, end), at);
        line_.text += html_.substr(at, run - at);
        at = run;
      }
    }
  }

  /// A line begins before the start tags that lead to its first character, so that a border falls between elements.
  void start_line(std::size_t text_begin) {
    line_.html_begin = text_begin;
    auto tag = std::upper_bound(tags_.begin(), tags_.end(), text_begin, [](std::size_t at, const Tag& t) { return at < t.end; });
    while (tag != tags_.begin()) {
      --tag;
      const std::string_view between = html_.substr(tag->end, line_.html_begin - tag->end);
      if (tag->is_close || tag->is_void || tag->begin < floor_ || !is_blank(between)) { break; }
      line_.html_begin = tag->begin;
    }
    floor_ = line_.html_begin;
  }

  void add_line(std::string_view text, std::size_t html_begin) {
    end_line();
    html_begin = std::max(html_begin, floor_);
    lines_.push_back({std::string(text), html_begin});
    floor_ = html_begin;
  }

  void end_line(bool keep_blank = false) {
    if (!is_blank(line_.text)) {
      lines_.push_back(std::move(line_));
    } else if (keep_blank && !lines_.empty() && !lines_.back().text.empty()) {
      lines_.push_back({{}, floor_});
    }
    line_ = FlatLine{};
    is_blank_line_ = true;
  }

  std::string_view html_;
  std::vector<Tag> tags_;
  std::vector<std::size_t> close_of_;
  std::vector<FlatLine> lines_;
  FlatLine line_;
  std::size_t floor_{0};  // borders only move forward
  mutable std::size_t looks_{0};
  bool is_blank_line_{true};
};


}  // namespace

ReplyText split_reply_html(std::string_view html, ReplyOptions options) {
  const auto lines = Flattener(html).flatten();
  std::string flat;
  std::vector<std::size_t> begins;
  for (const auto& line : lines) {
    begins.push_back(flat.size());
    flat += line.text;
    flat += '\n';
  }
  ReplyText out;
  for (const auto& piece : split_reply(flat, options).pieces) {
    const auto at = static_cast<std::size_t>(std::lower_bound(begins.begin(), begins.end(), piece.begin) - begins.begin());
    const std::size_t begin = out.pieces.empty() ? 0 : std::max(lines[at].html_begin, out.pieces.back().begin);
    if (!out.pieces.empty()) {
      out.pieces.back().end = begin;
      if (out.pieces.back().begin == begin) { out.pieces.pop_back(); }
    }
    if (!out.pieces.empty() && out.pieces.back().part == piece.part) { continue; }
    out.pieces.push_back({piece.part, begin, html.size()});
  }
  if (out.pieces.empty() && !html.empty()) { out.pieces.push_back({ReplyPart::visible, 0, html.size()}); }
  if (!out.pieces.empty()) { out.pieces.back().end = html.size(); }
  return out;
}

std::string html_of(std::string_view html, const ReplyText& reply, ReplyPart part) {
  constexpr std::size_t depth_max = 256;
  const auto tags = read_tags(html);
  std::vector<const Tag*> open;
  std::string out;
  std::size_t next = 0;
  const auto close_all = [&] {
    for (std::size_t i = open.size(); i > 0; --i) { out += "</" + open[i - 1]->name + ">"; }
  };
  for (const auto& piece : reply.pieces) {
    const bool wanted = piece.part == part;
    if (wanted) {
      for (const Tag* tag : open) { out += html.substr(tag->begin, tag->end - tag->begin); }
    }
    std::size_t from = piece.begin;
    for (; next < tags.size() && tags[next].begin < piece.end; ++next) {
      const Tag& tag = tags[next];
      if (wanted) { out += html.substr(from, tag.begin - from); }
      from = tag.end;
      bool keeps = true;
      if (!tag.is_void && !tag.name.empty() && !tag.is_close) {
        keeps = open.size() < depth_max;
        if (keeps) { open.push_back(&tag); }
      } else if (tag.is_close) {
        keeps = !open.empty() && open.back()->name == tag.name;  // a stray end tag could close what surrounds us
        if (keeps) { open.pop_back(); }
      }
      if (wanted && keeps) { out += html.substr(tag.begin, tag.end - tag.begin); }
    }
    if (wanted) {
      if (from < piece.end) { out += html.substr(from, piece.end - from); }
      close_all();
    }
  }
  return out;
}

}  // namespace parley::channels::email
