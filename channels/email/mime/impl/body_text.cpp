#include "channels/email/mime/impl/body_text.h"

#include <algorithm>

#include "base/text.h"

namespace parley::channels::email::mime {
namespace {

struct FlowedLine {
  std::size_t depth{0};
  std::string_view text;
  bool is_soft{false};
};

FlowedLine read_flowed(std::string_view line) {
  FlowedLine out;
  while (out.depth < line.size() && line[out.depth] == '>') { ++out.depth; }
  out.text = line.substr(out.depth);
  if (!out.text.empty() && out.text.front() == ' ') { out.text.remove_prefix(1); }
  out.is_soft = !out.text.empty() && out.text.back() == ' ' && out.text != "-- ";
  return out;
}

void begin_line(std::string& out, std::size_t depth) {
  for (std::size_t i = 0; i < std::min<std::size_t>(depth, 50); ++i) { out += "> "; }
}

/// Every kind of line end as LF.
std::string with_feeds(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  std::size_t copied = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r' && text[i] != '\f' && text[i] != '\v') { continue; }
    out.append(text, copied, i - copied);
    const bool is_pair = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
    if (!is_pair) { out.push_back('\n'); }
    copied = i + 1;
  }
  return out.append(text.substr(copied));
}

}  // namespace

std::string unflow(std::string_view text, bool deletes_space) {
  std::string out;
  out.reserve(text.size());
  bool is_open = false;  // the line before ended softly
  std::size_t open_depth = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t feed = std::min(text.find('\n', at), text.size());
    std::string_view raw = text.substr(at, feed - at);
    if (!raw.empty() && raw.back() == '\r') { raw.remove_suffix(1); }
    at = feed + 1;
    FlowedLine line = read_flowed(raw);
    const bool continues = is_open && line.depth == open_depth && line.text != "-- ";
    if (is_open && !continues) { out += '\n'; }
    if (!continues) { begin_line(out, line.depth); }
    if (line.is_soft && deletes_space) { line.text.remove_suffix(1); }
    out += line.text;
    is_open = line.is_soft;
    open_depth = line.depth;
    if (!is_open) { out += '\n'; }
  }
  if (is_open) { out += '\n'; }
  return out;
}

std::string tidy_text(std::string_view text) {
  const std::string clean = clean_text(with_feeds(text));
  std::string out;
  out.reserve(clean.size());
  std::size_t empty_lines = 0;
  for (std::size_t at = 0; at < clean.size();) {
    const std::size_t feed = std::min(clean.find('\n', at), clean.size());
    std::string_view line(clean.data() + at, feed - at);
    at = feed + 1;
    while (!line.empty() && (line.back() == ' ' || line.back() == '\t') && line != "-- ") { line.remove_suffix(1); }
    empty_lines = line.empty() ? empty_lines + 1 : 0;
    if (empty_lines > 2) { continue; }
    out += line;
    if (at <= clean.size()) { out += '\n'; }
  }
  while (!out.empty() && out.back() == '\n') { out.pop_back(); }
  return out;
}

}  // namespace parley::channels::email::mime
