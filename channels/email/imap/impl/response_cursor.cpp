#include "channels/email/imap/impl/response_cursor.h"

#include <charconv>
#include <limits>

#include "base/text.h"

namespace parley::channels::email::imap {

bool ResponseCursor::skip(char wanted) {
  if (at_ >= text().size() || text()[at_] != wanted) { return false; }
  ++at_;
  return true;
}

void ResponseCursor::skip_spaces() {
  while (skip(' ')) {}
}

std::string_view ResponseCursor::rest() {
  const auto tail = text().substr(at_);
  at_ = text().size();
  return tail;
}

Result<std::string_view> ResponseCursor::word(std::string_view also) {
  constexpr std::string_view ends = " ()[]{\"";
  const std::size_t begin = at_;
  while (at_ < text().size() && (ends.find(text()[at_]) == std::string_view::npos || also.find(text()[at_]) != std::string_view::npos)) { ++at_; }
  if (at_ == begin) { return expected("a word"); }
  return text().substr(begin, at_ - begin);
}

Result<std::uint64_t> ResponseCursor::number() {
  const auto tail = text().substr(at_);
  std::uint64_t value = 0;
  const auto [end, failure] = std::from_chars(tail.data(), tail.data() + tail.size(), value);
  if (failure != std::errc{}) { return expected("a number"); }
  at_ += static_cast<std::size_t>(end - tail.data());
  return value;
}

Result<std::uint32_t> ResponseCursor::number32() {
  PARLEY_TRY(const auto value, number());
  if (value > std::numeric_limits<std::uint32_t>::max()) { return expected("a number of 32 bits"); }
  return static_cast<std::uint32_t>(value);
}

bool ResponseCursor::is_at_literal() const { return peek() == '{' || text().substr(at_, 2) == "~{"; }

Result<std::string> ResponseCursor::quoted() {
  std::string value;
  for (++at_; at_ < text().size(); ++at_) {
    char byte = text()[at_];
    if (byte == '"') {
      ++at_;
      return value;
    }
    if (byte == '\\' && at_ + 1 < text().size()) { byte = text()[++at_]; }
    value += byte;
  }
  return expected("the end of a quoted string");
}

Result<std::string> ResponseCursor::literal() {
  if (!announced_literal(text().substr(at_)) || line_ + 1 >= raw_.lines.size()) { return expected("a literal"); }
  std::string value = std::move(raw_.literals[line_]);
  ++line_;
  at_ = 0;
  return value;
}

Result<std::string> ResponseCursor::text_value() {
  if (peek() == '"') { return quoted(); }
  if (is_at_literal()) { return literal(); }
  PARLEY_TRY(const auto plain, word("[]{"));
  return std::string(plain);
}

Result<std::optional<std::string>> ResponseCursor::nullable_text() {
  const bool is_word = peek() != '"' && !is_at_literal();
  PARLEY_TRY(auto value, text_value());
  if (is_word && to_lower_ascii(value) == "nil") { return std::optional<std::string>{}; }
  return std::optional<std::string>{std::move(value)};
}

Result<std::vector<std::string>> ResponseCursor::words() {
  if (!skip('(')) { return expected("a list"); }
  std::vector<std::string> all;
  for (skip_spaces(); !skip(')'); skip_spaces()) {
    PARLEY_TRY(auto one, text_value());
    all.push_back(std::move(one));
  }
  return all;
}

Status ResponseCursor::skip_value(std::size_t depth) {
  if (!skip('(')) {
    PARLEY_CHECK(text_value());
    return {};
  }
  if (depth == nesting_max) { return expected("fewer lists inside each other"); }
  // Some servers put lists side by side without a space, as in (("a")("b")).
  for (skip_spaces(); !skip(')'); skip_spaces()) { PARLEY_CHECK(skip_value(depth + 1)); }
  return {};
}

Error ResponseCursor::expected(std::string_view what) const {
  return Error(Errc::invalid_input, "IMAP response: expected " + std::string(what) + " at byte " + std::to_string(at_) + " of line " + std::to_string(line_ + 1));
}

}  // namespace parley::channels::email::imap
