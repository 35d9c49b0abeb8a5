// The message as it travels: everything between DATA and the line with a single dot (RFC 5321 section 4.5.2).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace parley::channels::email::smtp {

/// Only CRLF.CRLF is the end; with anything less two servers may disagree where one mail ends, and a mail hides commands for the
/// second (CVE-2023-51764). A bare line feed is part of the text, and becomes CRLF there so that a kept message has one kind of line.
class DataReader {
 public:
  /// Not `is_dotted`: the chunks of BDAT, whose end their length says.
  explicit DataReader(bool is_dotted = true) : state_(is_dotted ? State::line_start : State::text), is_dotted_(is_dotted) {}

  /// Appends what is text to `out` and returns how much of `bytes` was used: all, unless the end was in it. May add as many bytes as
  /// it takes.
  std::size_t feed(std::string_view bytes, std::string& out);
  bool is_complete() const { return state_ == State::end; }

 private:
  enum class State { line_start, dot, dot_return, text, end };

  std::size_t feed_text(std::string_view bytes, std::string& out);

  State state_;
  bool is_dotted_;
  char last_{0};  // byte of the text
};

}  // namespace parley::channels::email::smtp
