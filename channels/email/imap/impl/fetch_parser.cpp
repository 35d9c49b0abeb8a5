#include "channels/email/imap/impl/fetch_parser.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"

namespace parley::channels::email::imap {
namespace {

/// The number that fills `text` but for spaces before it.
std::optional<int> digits(std::string_view text) {
  text = trim(text);
  int value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || text.front() == '-' || failure != std::errc{} || end != text.data() + text.size()) { return std::nullopt; }
  return value;
}

std::optional<unsigned> month_number(std::string_view name) {
  constexpr std::array<std::string_view, 12> months{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
  const auto* const found = std::ranges::find(months, to_lower_ascii(name));
  return found == months.end() ? std::nullopt : std::optional(static_cast<unsigned>(found - months.begin() + 1));
}

/// "+0830" as minutes east of Greenwich.
std::optional<std::chrono::minutes> zone_offset(std::string_view text) {
  if (text.size() != 5 || (text[0] != '+' && text[0] != '-')) { return std::nullopt; }
  const auto hours = digits(text.substr(1, 2)), minutes = digits(text.substr(3, 2));
  if (!hours || !minutes) { return std::nullopt; }
  const std::chrono::minutes east{*hours * 60 + *minutes};
  return text[0] == '-' ? -east : east;
}

/// BODY[HEADER]<0>: the part in brackets, which may hold a list with spaces and quoted names.
Result<std::string> body_section(ResponseCursor& cursor) {
  std::string section;
  while (!cursor.skip(']')) {
    if (cursor.peek() == '\0') { return cursor.expected("]"); }
    section += cursor.peek();
    cursor.skip(cursor.peek());
  }
  if (cursor.skip('<')) { PARLEY_CHECK(cursor.word()); }
  return section;
}

Status parse_body(ResponseCursor& cursor, Fetch& fetch) {
  PARLEY_TRY(fetch.section, body_section(cursor));
  cursor.skip_spaces();
  PARLEY_TRY(fetch.body, cursor.nullable_text());
  return {};
}

Status parse_item(ResponseCursor& cursor, Fetch& fetch) {
  PARLEY_TRY(const auto word, cursor.word());
  const std::string name = to_lower_ascii(word);
  if (name == "body" && cursor.skip('[')) { return parse_body(cursor, fetch); }
  if (cursor.skip('[')) { PARLEY_CHECK(body_section(cursor)); }  // BINARY[1]
  cursor.skip_spaces();
  if (name == "uid") {
    PARLEY_TRY(fetch.uid, cursor.number32());
  } else if (name == "rfc822.size") {
    PARLEY_TRY(fetch.size, cursor.number());
  } else if (name == "flags") {
    PARLEY_TRY(fetch.flags, cursor.words());
  } else if (name == "internaldate") {
    PARLEY_TRY(const auto date, cursor.nullable_text());
    fetch.internal_date = parse_internal_date(date.value_or(""));
  } else {
    PARLEY_CHECK(cursor.skip_value());
  }
  return {};
}

}  // namespace

std::optional<TimePoint> parse_internal_date(std::string_view text) {
  text = trim(text);
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos || dash > 2 || text.size() != dash + 24) { return std::nullopt; }
  const auto day = digits(text.substr(0, dash)), year = digits(text.substr(dash + 5, 4));
  const auto month = month_number(text.substr(dash + 1, 3));
  const auto hour = digits(text.substr(dash + 10, 2)), minute = digits(text.substr(dash + 13, 2)), second = digits(text.substr(dash + 16, 2));
  const auto offset = zone_offset(text.substr(dash + 19));
  if (!day || !month || !year || !hour || !minute || !second || !offset) { return std::nullopt; }
  const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month{*month}, std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) { return std::nullopt; }
  return TimePoint{std::chrono::sys_days{date}} + std::chrono::hours{*hour} + std::chrono::minutes{*minute} + std::chrono::seconds{*second} - *offset;
}

Result<Fetch> parse_fetch(ResponseCursor& cursor, std::uint32_t sequence) {
  Fetch fetch;
  fetch.sequence = sequence;
  cursor.skip_spaces();
  if (!cursor.skip('(')) { return cursor.expected("a list"); }
  for (cursor.skip_spaces(); !cursor.skip(')'); cursor.skip_spaces()) { PARLEY_CHECK(parse_item(cursor, fetch)); }
  return fetch;
}

}  // namespace parley::channels::email::imap
