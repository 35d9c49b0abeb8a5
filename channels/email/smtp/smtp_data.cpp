#include "channels/email/smtp/smtp_data.h"

namespace parley::channels::email::smtp {

std::size_t DataReader::feed(std::string_view bytes, std::string& out) {
  std::size_t at = 0;
  while (at < bytes.size() && state_ != State::end) {
    const char c = bytes[at];
    switch (state_) {
      case State::line_start:
        state_ = c == '.' ? State::dot : State::text;
        at += c == '.' ? 1 : 0;
        break;
      case State::dot:  // not part of the text, whatever follows
        state_ = c == '\r' ? State::dot_return : State::text;
        at += c == '\r' ? 1 : 0;
        last_ = 0;
        break;
      case State::dot_return:
        if (c == '\n') {
          state_ = State::end;
          ++at;
        } else {
          out.push_back(last_ = '\r');
          state_ = State::text;
        }
        break;
      default: at += feed_text(bytes.substr(at), out);
    }
  }
  return at;
}

/// To the end of the line or of the bytes.
std::size_t DataReader::feed_text(std::string_view bytes, std::string& out) {
  const std::size_t feed_at = bytes.find('\n');
  const std::string_view line = bytes.substr(0, feed_at);
  out.append(line);
  if (!line.empty()) { last_ = line.back(); }
  if (feed_at == std::string_view::npos) { return line.size(); }
  const bool is_line_end = last_ == '\r';
  out.append(is_line_end ? "\n" : "\r\n");
  last_ = '\n';
  if (is_line_end && is_dotted_) { state_ = State::line_start; }
  return line.size() + 1;
}

}  // namespace parley::channels::email::smtp
