#include "channels/email/mime/impl/mime_tree.h"

#include <gmime/gmime.h>

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "channels/email/reading/scan.h"

namespace parley::channels::email::mime {
namespace {

bool is_name_char(char c) { return c > 0x20 && c < 0x7F && c != ':'; }

/// End of the line that begins at `at`: one past its '\n', or the end.
std::size_t line_end(std::string_view text, std::size_t at) {
  const std::size_t feed = text.find('\n', at);
  return feed == std::string_view::npos ? text.size() : feed + 1;
}

std::string_view without_line_break(std::string_view line) {
  if (!line.empty() && line.back() == '\n') { line.remove_suffix(1); }
  if (!line.empty() && line.back() == '\r') { line.remove_suffix(1); }
  return line;
}

/// Position of the colon of a header line, or npos.
std::size_t colon_of(std::string_view line) {
  std::size_t at = 0;
  while (at < line.size() && is_name_char(line[at])) { ++at; }
  const std::size_t name = at;
  while (at < line.size() && (line[at] == ' ' || line[at] == '\t')) { ++at; }
  return name > 0 && at < line.size() && line[at] == ':' ? at : std::string_view::npos;
}

class TreeReader {
 public:
  TreeReader(const ParseLimits& limits, Problems& problems) : limits_(limits), problems_(problems), parts_left_(limits.parts_max) {}

  Entity read(std::string_view whole, std::size_t depth, bool is_digest) {
    Entity entity;
    entity.whole = whole;
    read_headers(entity, depth == 0);
    if (is_digest && !entity.fields.has_type) { entity.fields.type = "message/rfc822"; }
    if (entity.fields.type.rfind("multipart/", 0) == 0) { read_multipart(entity, depth); }
    return entity;
  }

 private:
  void read_headers(Entity& entity, bool is_message) {
    std::string_view raw = entity.whole;
    std::size_t at = is_message ? skip_preamble(raw) : 0;
    std::size_t kept_bytes = 0;
    bool is_body_reached = false;
    while (at < raw.size() && !is_body_reached) {
      const std::size_t first_end = line_end(raw, at);
      const std::string_view line = without_line_break(raw.substr(at, first_end - at));
      if (line.empty()) {
        at = first_end;
        break;
      }
      const std::size_t colon = colon_of(line);
      if (colon == std::string_view::npos) {
        is_body_reached = !skip_odd_line(raw, line, first_end);
        if (!is_body_reached) { at = first_end; }
        problems_.add("bad_header");
        continue;
      }
      std::size_t end = first_end;
      while (end < raw.size() && (raw[end] == ' ' || raw[end] == '\t')) { end = line_end(raw, end); }
      keep(entity, {line.substr(0, line.find_first_of(" \t:")), raw.substr(at + colon + 1, end - at - colon - 1)}, kept_bytes);
      at = end;
    }
    entity.body = raw.substr(at);
    bool is_clean = true;
    const RawFields fields{entity.header("content-type"), entity.header("content-disposition"), entity.header("content-transfer-encoding"),
                           entity.header("content-id"), {}};
    entity.fields = read_content_fields(fields, {}, is_clean);
    if (!is_clean) { problems_.add("bad_charset"); }
  }

  /// Blank lines, a byte order mark and the "From " line of a mailbox before the first header.
  std::size_t skip_preamble(std::string_view raw) {
    std::size_t at = raw.substr(0, 3) == "\xEF\xBB\xBF" ? 3 : 0;
    while (at < raw.size() && (raw[at] == '\r' || raw[at] == '\n')) { ++at; }
    const std::string_view line = raw.substr(at, line_end(raw, at) - at);
    const bool is_mailbox_line = line.substr(0, 5) == "From " || line.substr(0, 6) == ">From ";
    if (is_mailbox_line && colon_of(line) == std::string_view::npos) { at = line_end(raw, at); }
    return at;
  }

  /// One line of garbage among headers is passed over when a header follows; otherwise the body has begun.
  bool skip_odd_line(std::string_view raw, std::string_view line, std::size_t next) {
    if (line.substr(0, 2) == "--" || next >= raw.size()) { return false; }
    const std::string_view following = without_line_break(raw.substr(next, line_end(raw, next) - next));
    const std::size_t colon = colon_of(following);
    return colon != std::string_view::npos && colon <= 40 && following.substr(0, colon).find('-') != std::string_view::npos;
  }

  void keep(Entity& entity, RawHeader header, std::size_t& kept_bytes) {
    if (header.value.size() > limits_.header_bytes_max) {
      header.value = header.value.substr(0, limits_.header_bytes_max);
      problems_.add("header_too_long");
    }
    kept_bytes += header.name.size() + header.value.size();
    if (entity.headers.size() >= limits_.headers_max || kept_bytes > limits_.header_block_max) {
      problems_.add("too_many_headers");
      return;
    }
    if (header.name.size() > 200) { header.name = header.name.substr(0, 200); }
    entity.headers.push_back(header);
  }

  void read_multipart(Entity& entity, std::size_t depth) {
    if (depth >= limits_.depth_max) {
      problems_.add("too_deep");
      return;
    }
    std::string_view boundary = entity.fields.boundary;
    if (boundary.empty() || find_delimiter(entity.body, boundary, 0).begin == std::string_view::npos) {
      boundary = guessed_boundary(entity.body);
      problems_.add("missing_boundary");
    }
    if (boundary.empty()) {
      entity.fields.type = "text/plain";  // nothing to take apart: show what is there
      return;
    }
    entity.is_taken_apart = true;
    split(entity, boundary, depth);
  }

  struct Delimiter {
    std::size_t begin{std::string_view::npos};  // of its line
    std::size_t end{0};                         // one past its line
    bool is_last{false};
  };

  /// The next line that is exactly the boundary: "--x1" does not end "--x".
  static Delimiter find_delimiter(std::string_view body, std::string_view boundary, std::size_t from) {
    const std::string mark = "--" + std::string(boundary);
    while (from < body.size()) {
      const void* const found = ::memmem(body.data() + from, body.size() - from, mark.data(), mark.size());
      if (found == nullptr) { break; }
      const std::size_t at = static_cast<std::size_t>(static_cast<const char*>(found) - body.data());
      from = at + 1;
      if (at > 0 && body[at - 1] != '\n') { continue; }
      const std::size_t end = line_end(body, at);
      std::string_view tail = trim(body.substr(at + mark.size(), end - at - mark.size()));
      const bool is_last = tail.substr(0, 2) == "--";
      if (is_last) { tail.remove_prefix(2); }
      if (trim(tail).empty()) { return {at, end, is_last}; }
    }
    return {};
  }

  static std::string_view guessed_boundary(std::string_view body) {
    for (std::size_t at = 0, lines = 0; at < body.size() && lines < 1'000; ++lines) {
      const std::size_t end = line_end(body, at);
      const std::string_view line = trim(body.substr(at, end - at));
      at = end;
      const bool is_shaped = line.size() > 8 && line.size() <= 80 && line.substr(0, 2) == "--" && line.find(' ') == std::string_view::npos && line != std::string(line.size(), '-');
      const std::string_view next = without_line_break(body.substr(at, std::min<std::size_t>(line_end(body, at) - at, 200)));
      if (is_shaped && (starts_with_ignore_case(next, "content-") || starts_with_ignore_case(next, "mime-"))) { return line.substr(2); }
    }
    return {};
  }

  void split(Entity& entity, std::string_view boundary, std::size_t depth) {
    const bool is_digest = entity.fields.type == "multipart/digest";
    Delimiter open = find_delimiter(entity.body, boundary, 0);
    while (open.begin != std::string_view::npos && !open.is_last) {
      if (parts_left_ == 0) {
        keep_rest(entity, entity.body.substr(open.begin));
        return;
      }
      --parts_left_;
      const Delimiter close = find_delimiter(entity.body, boundary, open.end);
      const std::size_t end = close.begin == std::string_view::npos ? entity.body.size() : close.begin;
      std::string_view part = entity.body.substr(open.end, end - std::min(open.end, end));
      if (close.begin != std::string_view::npos) { part = without_line_break(part); }  // that line break belongs to the boundary
      if (close.begin != std::string_view::npos || !trim(part).empty()) { entity.children.push_back(read(part, depth + 1, is_digest)); }
      open = close;
    }
    if (!open.is_last) { problems_.add("missing_end_boundary"); }
  }

  void keep_rest(Entity& entity, std::string_view rest) {
    problems_.add("too_many_parts");
    Entity last;
    last.whole = last.body = rest;
    last.fields.type = "application/octet-stream";
    last.fields.name = "rest-of-message.bin";
    last.fields.disposition = "attachment";
    entity.children.push_back(std::move(last));
  }

  const ParseLimits& limits_;
  Problems& problems_;
  std::size_t parts_left_;
};

GMimeContentEncoding encoding_of(const Entity& entity, Problems& problems) {
  const std::string& name = entity.fields.encoding;
  if (name == "base64") { return GMIME_CONTENT_ENCODING_BASE64; }
  if (name == "quoted-printable") { return GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE; }
  if (name == "uuencode" || name == "x-uuencode" || name == "x-uue" || name == "uue") { return GMIME_CONTENT_ENCODING_UUENCODE; }
  if (!name.empty() && name != "7bit" && name != "8bit" && name != "binary") { problems.add("bad_encoding"); }
  return GMIME_CONTENT_ENCODING_DEFAULT;
}

/// Line by line: a length, then groups of four. (GMime 3.2.13 loses the last group of a short line.)
std::string decode_uu(std::string_view body) {
  std::string out;
  bool is_inside = false;
  for (std::size_t at = 0; at < body.size();) {
    const std::size_t end = line_end(body, at);
    const std::string_view line = without_line_break(body.substr(at, end - at));
    at = end;
    if (!is_inside) {
      is_inside = line.substr(0, 6) == "begin ";
      continue;
    }
    if (line == "end") { break; }
    const auto digit = [&](std::size_t i) { return i < line.size() ? static_cast<unsigned>(static_cast<unsigned char>(line[i]) - 32U) & 63U : 0U; };
    const std::size_t wanted = line.empty() ? 0 : digit(0);
    const std::size_t size_before = out.size();
    for (std::size_t i = 1; i < line.size() && out.size() - size_before < wanted; i += 4) {
      const unsigned group = digit(i) << 18 | digit(i + 1) << 12 | digit(i + 2) << 6 | digit(i + 3);
      for (const unsigned shift : {16U, 8U, 0U}) {
        if (out.size() - size_before < wanted) { out.push_back(static_cast<char>(group >> shift & 0xFFU)); }
      }
    }
  }
  return out;
}

/// "==" or "=" when the last group of base64 has lost its end: GMime would drop what it holds.
std::string_view missing_padding(std::string_view body) {
  std::size_t digits = 0;
  for (auto at = body.rbegin(); at != body.rend() && *at != '='; ++at) {
    digits += (*at >= '0' && *at <= '9') || ((*at | 0x20) >= 'a' && (*at | 0x20) <= 'z') || *at == '+' || *at == '/' ? 1 : 0;
  }
  return digits % 4 == 2 ? "==" : digits % 4 == 3 ? "=" : "";
}

}  // namespace

void Problems::add(std::string_view word) {
  if (std::find(words_.begin(), words_.end(), word) == words_.end()) { words_.emplace_back(word); }
}

std::string_view Entity::header(std::string_view name) const {
  for (const auto& header : headers) {
    if (equal_ignore_case(header.name, name)) { return header.value; }
  }
  return {};
}

Entity read_tree(std::string_view raw, const ParseLimits& limits, Problems& problems) {
  start_gmime();
  return TreeReader(limits, problems).read(raw, 0, false);
}

std::string decode_body(const Entity& entity, std::size_t max, Problems& problems) {
  const GMimeContentEncoding encoding = encoding_of(entity, problems);
  std::string_view body = entity.body;
  std::string bytes;
  if (encoding == GMIME_CONTENT_ENCODING_DEFAULT) {
    bytes = body.substr(0, max);
  } else if (encoding == GMIME_CONTENT_ENCODING_UUENCODE) {
    bytes = decode_uu(body);
  } else {
    if (body.size() / 8 > max) { body = body.substr(0, max * 8); }  // no encoding shrinks further than that
    GMimeEncoding state;
    g_mime_encoding_init_decode(&state, encoding);
    bytes.resize(g_mime_encoding_outlen(&state, body.size()) + 8);
    const std::string_view padding = encoding == GMIME_CONTENT_ENCODING_BASE64 ? missing_padding(body) : std::string_view{};
    std::size_t size = g_mime_encoding_step(&state, body.data(), body.size(), bytes.data());
    size += g_mime_encoding_flush(&state, padding.data(), padding.size(), bytes.data() + size);
    bytes.resize(size);
  }
  if (bytes.size() > max || (encoding == GMIME_CONTENT_ENCODING_DEFAULT && body.size() > max)) {
    bytes.resize(std::min(bytes.size(), max));
    problems.add("truncated");
  }
  return bytes;
}

}  // namespace parley::channels::email::mime
