// Walks over a response token by token; literals in the middle of it are tokens like any other.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "channels/email/imap/imap_response.h"

namespace parley::channels::email::imap {

class ResponseCursor {
 public:
  explicit ResponseCursor(RawResponse raw) : raw_(std::move(raw)) {}

  bool is_at_end() const { return line_ + 1 == raw_.lines.size() && at_ == text().size(); }
  /// The next byte of this line; zero at its end.
  char peek() const { return at_ < text().size() ? text()[at_] : '\0'; }
  /// Takes `wanted` when it is next.
  bool skip(char wanted);
  void skip_spaces();
  /// The rest of this line, taken.
  std::string_view rest();

  /// Bytes up to a space, bracket of any kind, quote or the end; `also` may be part of the word. Errors when there is none.
  Result<std::string_view> word(std::string_view also = {});
  Result<std::uint64_t> number();
  /// number() in the range of sequence numbers and UIDs: 1 to 2^32-1 (0 is let through, servers say "0 EXISTS").
  Result<std::uint32_t> number32();
  /// Quoted string, literal or word (which also may have the specials servers forget to quote, but no brackets).
  Result<std::string> text_value();
  /// text_value or NIL.
  Result<std::optional<std::string>> nullable_text();
  /// ( word word … )
  Result<std::vector<std::string>> words();
  /// Passes over one value of any form.
  Status skip_value(std::size_t depth = 0);

  Error expected(std::string_view what) const;

 private:
  std::string_view text() const { return raw_.lines[line_]; }
  bool is_at_literal() const;
  Result<std::string> quoted();
  Result<std::string> literal();

  RawResponse raw_;
  std::size_t line_{0}, at_{0};
};

}  // namespace parley::channels::email::imap
