#include "channels/email/reading/subject.h"

#include <array>

#include "channels/email/reading/scan.h"

namespace parley::channels::email {
namespace {

using namespace std::string_view_literals;

constexpr std::array reply_words{"re"sv, "回复"sv, "答复"sv, "回覆"sv, "答覆"sv, "回信"sv, "aw"sv, "sv"sv, "antw"sv, "rif"sv, "odp"sv, "ynt"sv, "отв"sv, "返信"sv, "회신"sv, "ré"sv, "antwort"sv};
constexpr std::array forward_words{"fw"sv, "fwd"sv, "转发"sv, "轉寄"sv, "轉發"sv, "转寄"sv, "wg"sv, "tr"sv, "rv"sv, "enc"sv, "doorst"sv, "vs"sv, "vb"sv, "pd"sv, "i"sv, "転送"sv, "전달"sv, "ilt"sv};
constexpr std::array gateway_tags{"[external]"sv, "[ext]"sv, "【外部邮件】"sv, "[外部邮件]"sv, "*external*"sv};

enum class Prefix : unsigned char { none, reply, forward, tag };
struct Found {
  Prefix prefix{Prefix::none};
  std::size_t size{0};
};

/// "Re:", "RE[2]:", "Fwd：" at the front.
Found prefix_of(std::string_view subject) {
  for (const auto tag : gateway_tags) {
    if (equal_ignore_case(subject.substr(0, tag.size()), tag)) { return {Prefix::tag, tag.size()}; }
  }
  subject = subject.substr(0, 32);  // no longer prefix is known, and there may be thousands
  const auto ascii = subject.find(':'), wide = subject.find("：");
  const std::size_t end = std::min(ascii, wide), width = ascii < wide ? 1 : 3;
  if (end == std::string_view::npos || end > 24) { return {}; }
  std::string_view word = trim_blank(subject.substr(0, end));
  if (word.ends_with(']') || word.ends_with(')')) { word = trim_blank(word.substr(0, word.find_first_of("[("))); }
  for (const auto known : reply_words) {
    if (equal_ignore_case(word, known)) { return {Prefix::reply, end + width}; }
  }
  for (const auto known : forward_words) {
    if (equal_ignore_case(word, known)) { return {Prefix::forward, end + width}; }
  }
  return {};
}

Prefix first_prefix(std::string_view subject) {
  subject = trim_blank(subject);
  Found found = prefix_of(subject);
  for (int i = 0; i < 4 && found.prefix == Prefix::tag; ++i) {
    subject = trim_blank(subject.substr(found.size));
    found = prefix_of(subject);
  }
  return found.prefix;
}

}  // namespace

std::string base_subject(std::string_view subject) {
  subject = trim_blank(subject);
  for (Found found = prefix_of(subject); found.prefix != Prefix::none; found = prefix_of(subject)) { subject = trim_blank(subject.substr(found.size)); }
  return std::string(subject);
}
bool is_forward_subject(std::string_view subject) { return first_prefix(subject) == Prefix::forward; }
bool is_reply_subject(std::string_view subject) { return first_prefix(subject) == Prefix::reply; }

}  // namespace parley::channels::email
