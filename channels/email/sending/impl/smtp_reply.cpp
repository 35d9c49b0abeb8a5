#include "channels/email/sending/impl/smtp_reply.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "channels/email/reading/scan.h"

namespace parley::channels::email::sending {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t line_bytes_max = 4'096;      // eight times what the standard allows
constexpr std::size_t reply_bytes_max = 64 * 1'024;
constexpr std::size_t text_max = 500;
constexpr std::size_t queue_id_max = 100;

/// "5.1.1" at the beginning of `text`, or nothing.
std::string_view enhanced_status(std::string_view text) {
  std::size_t end = 0, dots = 0;
  while (end < text.size() && (is_digit(text[end]) || text[end] == '.')) { dots += text[end++] == '.' ? 1 : 0; }
  const bool is_status = dots == 2 && end >= 5 && end <= 9 && text[1] == '.' && (text[0] == '2' || text[0] == '4' || text[0] == '5') && text[end - 1] != '.';
  return is_status && (end == text.size() || text[end] == ' ') ? text.substr(0, end) : std::string_view();
}

/// Servers write in any charset; what is not UTF-8 is only marked, because the code says what matters.
std::string readable(std::string_view raw) {
  std::string out(raw);
  if (!is_valid_utf8(out)) {
    std::replace_if(out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
  }
  out = clean_line(out);
  return std::string(first_bytes(out, text_max));
}

std::string_view word_after(std::string_view text, std::string_view mark) {
  const auto at = find_ignore_case(text, mark);
  if (at == std::string_view::npos) { return {}; }
  std::string_view rest = trim(text.substr(at + mark.size()));
  return rest.substr(0, rest.find_first_of(" \t;)]>"));
}

}  // namespace

bool ReplyReader::take_line(std::string_view line) {
  const bool has_code = line.size() >= 3 && is_digit(line[0]) && is_digit(line[1]) && is_digit(line[2]) && (line.size() == 3 || line[3] == ' ' || line[3] == '-');
  const int code = has_code ? (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0') : 0;
  if (code < 200 || code > 599 || (code_ != 0 && code_ != code) || text_.size() > reply_bytes_max) {
    is_broken_ = true;
    return false;
  }
  code_ = code;
  if (!text_.empty()) { text_ += '\n'; }
  text_ += line.substr(std::min<std::size_t>(4, line.size()));
  return line.size() == 3 || line[3] == ' ';
}

std::optional<SmtpReply> ReplyReader::next() {
  while (!is_broken_) {
    const auto feed = buffer_.find('\n');
    if (feed == std::string::npos) {
      is_broken_ = buffer_.size() > line_bytes_max;
      return std::nullopt;
    }
    std::string line = buffer_.substr(0, feed);
    buffer_.erase(0, feed + 1);
    if (line.ends_with('\r')) { line.pop_back(); }
    if (!take_line(line)) { continue; }
    SmtpReply reply;
    reply.code = code_;
    std::string text;
    for (const Line& part : split_lines(text_)) {  // each line repeats the status
      const std::string_view status = enhanced_status(part.text);
      if (reply.status.empty()) { reply.status = status; }
      if (!text.empty()) { text += ' '; }
      text += trim(part.text.substr(status.size()));
    }
    reply.text = readable(text);
    code_ = 0;
    text_.clear();
    return reply;
  }
  return std::nullopt;
}

std::string queue_id(std::string_view text) {
  std::string_view id;
  for (const auto mark : {"queued as"sv, "queued mail as"sv, "internalid="sv, " id="sv, "message-id="sv}) {
    id = word_after(text, mark);
    if (!id.empty()) { break; }
  }
  const auto word_before = [&](std::string_view mark) {
    const auto at = find_ignore_case(text, mark);
    const std::string_view before = at == std::string_view::npos ? std::string_view() : trim(text.substr(0, at));
    return before.substr(before.rfind(' ') + 1);
  };
  if (id.empty()) { id = word_before(" - gsmtp"); }
  if (id.empty()) { id = word_before(" message accepted"); }
  if (id.empty() && starts_with_ignore_case(text, "ok ")) { id = trim(text.substr(3)); }
  while (!id.empty() && (id.back() == '.' || id.back() == ':' || id.back() == ',')) { id.remove_suffix(1); }
  const bool is_id = id.size() >= 4 && id.size() <= queue_id_max && id.find(' ') == std::string_view::npos && std::any_of(id.begin(), id.end(), is_digit);
  return is_id ? std::string(id) : std::string();
}

}  // namespace parley::channels::email::sending
