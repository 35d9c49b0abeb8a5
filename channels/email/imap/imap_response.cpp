#include "channels/email/imap/imap_response.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/text.h"
#include "channels/email/imap/impl/fetch_parser.h"
#include "channels/email/imap/impl/response_cursor.h"

namespace parley::channels::email::imap {
namespace {

std::string upper(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return out;
}

std::optional<Condition::Kind> condition_kind(std::string_view name) {
  using enum Condition::Kind;
  constexpr std::pair<std::string_view, Condition::Kind> kinds[]{{"OK", ok}, {"NO", no}, {"BAD", bad}, {"BYE", bye}, {"PREAUTH", preauth}};
  const auto* const found = std::ranges::find(kinds, name, [](const auto& row) { return row.first; });
  return found == std::end(kinds) ? std::nullopt : std::optional(found->second);
}

/// Never fails: a code nobody understands must not hide the sentence after it.
ResponseCode parse_code(std::string_view inside) {
  ResponseCode code;
  const std::size_t name_end = std::min(inside.find(' '), inside.size());
  code.name = upper(inside.substr(0, name_end));
  inside.remove_prefix(name_end);
  constexpr std::string_view separators = " ()";
  while (true) {
    const std::size_t begin = inside.find_first_not_of(separators);
    if (begin == std::string_view::npos) { break; }
    inside.remove_prefix(begin);
    const std::size_t end = std::min(inside.find_first_of(separators), inside.size());
    code.arguments.emplace_back(inside.substr(0, end));
    inside.remove_prefix(end);
  }
  if (code.name == "CAPABILITY") {
    for (auto& name : code.arguments) { name = upper(name); }
  }
  if (!code.arguments.empty()) {
    const std::string& first = code.arguments.front();
    std::from_chars(first.data(), first.data() + first.size(), code.number);
  }
  return code;
}

Condition parse_condition(ResponseCursor& cursor, Condition::Kind kind) {
  Condition condition{kind, {}, {}};
  cursor.skip_spaces();
  std::string_view text = cursor.rest();
  if (text.starts_with('[')) {
    if (const std::size_t end = text.find(']'); end != std::string_view::npos) {
      condition.code = parse_code(text.substr(1, end - 1));
      text = trim(text.substr(end + 1));
    }
  }
  condition.text = text;
  return condition;
}

Result<Capabilities> parse_capabilities(ResponseCursor& cursor) {
  Capabilities capabilities;
  for (cursor.skip_spaces(); !cursor.is_at_end(); cursor.skip_spaces()) {
    PARLEY_TRY(const auto name, cursor.word("()[]{\""));
    capabilities.names.push_back(upper(name));
  }
  return capabilities;
}

Result<Found> parse_search(ResponseCursor& cursor) {
  Found found;
  for (cursor.skip_spaces(); !cursor.is_at_end(); cursor.skip_spaces()) {
    if (cursor.peek() == '(') {  // (MODSEQ 917162500), RFC 7162
      PARLEY_CHECK(cursor.skip_value());
      continue;
    }
    PARLEY_TRY(const auto number, cursor.number32());
    found.ranges.emplace_back(number, number);
  }
  return found;
}

Result<Found> parse_ranges(std::string_view set) {
  Found found;
  RawResponse raw{{std::string(set)}, {}};
  ResponseCursor cursor(std::move(raw));
  do {
    PARLEY_TRY(const auto first, cursor.number32());
    auto last = first;
    if (cursor.skip(':')) {
      PARLEY_TRY(last, cursor.number32());
    }
    found.ranges.emplace_back(std::min(first, last), std::max(first, last));
  } while (cursor.skip(','));
  if (!cursor.is_at_end()) { return cursor.expected("a comma between ranges"); }
  return found;
}

/// (TAG "a1") UID COUNT 17 ALL 4:18,21
Result<Found> parse_extended_search(ResponseCursor& cursor) {
  Found found;
  cursor.skip_spaces();
  if (cursor.peek() == '(') { PARLEY_CHECK(cursor.skip_value()); }
  for (cursor.skip_spaces(); !cursor.is_at_end(); cursor.skip_spaces()) {
    PARLEY_TRY(const auto word, cursor.word());
    const std::string name = upper(word);
    if (name == "UID") { continue; }
    cursor.skip_spaces();
    if (name != "ALL") {
      PARLEY_CHECK(cursor.skip_value());
      continue;
    }
    PARLEY_TRY(const auto set, cursor.word());
    PARLEY_TRY(found, parse_ranges(set));
  }
  return found;
}

Result<ListEntry> parse_list(ResponseCursor& cursor) {
  ListEntry entry;
  cursor.skip_spaces();
  PARLEY_TRY(entry.attributes, cursor.words());
  cursor.skip_spaces();
  PARLEY_TRY(auto delimiter, cursor.nullable_text());
  entry.delimiter = delimiter.value_or("");
  cursor.skip_spaces();
  PARLEY_TRY(entry.name, cursor.text_value());
  return entry;
}

Result<MailboxStatus> parse_mailbox_status(ResponseCursor& cursor) {
  MailboxStatus status;
  cursor.skip_spaces();
  PARLEY_TRY(status.name, cursor.text_value());
  cursor.skip_spaces();
  if (!cursor.skip('(')) { return cursor.expected("a list"); }
  for (cursor.skip_spaces(); !cursor.skip(')'); cursor.skip_spaces()) {
    PARLEY_TRY(const auto name, cursor.word());
    std::string key = upper(name);
    cursor.skip_spaces();
    PARLEY_TRY(const auto value, cursor.number());
    status.items.emplace_back(std::move(key), value);
  }
  return status;
}

/// Puts what a parser found into the response.
template <class T>
Result<Response> answer(Result<T> parsed) {
  PARLEY_TRY(auto value, std::move(parsed));
  Response response;
  response.data = std::move(value);
  return response;
}

Result<Response> parse_numbered(ResponseCursor& cursor) {
  PARLEY_TRY(const auto number, cursor.number32());
  cursor.skip_spaces();
  PARLEY_TRY(const auto word, cursor.word());
  const std::string name = upper(word);
  if (name == "EXISTS") { return Response{{}, Exists{number}}; }
  if (name == "EXPUNGE") { return Response{{}, Expunge{number}}; }
  if (name == "FETCH") { return answer(parse_fetch(cursor, number)); }
  return Response{{}, Other{name}};
}

Result<Response> parse_untagged(ResponseCursor& cursor) {
  cursor.skip_spaces();
  if (cursor.peek() >= '0' && cursor.peek() <= '9') { return parse_numbered(cursor); }
  PARLEY_TRY(const auto word, cursor.word());
  const std::string name = upper(word);
  if (const auto kind = condition_kind(name)) { return Response{{}, parse_condition(cursor, *kind)}; }
  if (name == "CAPABILITY") { return answer(parse_capabilities(cursor)); }
  if (name == "SEARCH") { return answer(parse_search(cursor)); }
  if (name == "ESEARCH") { return answer(parse_extended_search(cursor)); }
  if (name == "LIST" || name == "LSUB") { return answer(parse_list(cursor)); }
  if (name == "STATUS") { return answer(parse_mailbox_status(cursor)); }
  return Response{{}, Other{name}};
}

}  // namespace

std::optional<std::uint64_t> announced_literal(std::string_view line) {
  if (!line.ends_with('}')) { return std::nullopt; }
  const std::size_t open = line.rfind('{');
  if (open == std::string_view::npos) { return std::nullopt; }
  std::string_view digits = line.substr(open + 1, line.size() - open - 2);
  if (digits.ends_with('+')) { digits.remove_suffix(1); }
  std::uint64_t size = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
  if (digits.empty() || end != digits.data() + digits.size()) { return std::nullopt; }
  return failure == std::errc::result_out_of_range ? std::numeric_limits<std::uint64_t>::max() : size;
}

Result<Response> parse_response(RawResponse raw) {
  if (raw.lines.size() != raw.literals.size() + 1) { return Error(Errc::invalid_input, "IMAP response: lines and literals do not fit"); }
  ResponseCursor cursor(std::move(raw));
  if (cursor.skip('+')) {
    cursor.skip(' ');
    return Response{{}, Continuation{std::string(cursor.rest())}};
  }
  if (cursor.skip('*')) { return parse_untagged(cursor); }
  PARLEY_TRY(const auto word, cursor.word());
  std::string tag(word);
  cursor.skip_spaces();
  PARLEY_TRY(const auto name, cursor.word());
  const auto kind = condition_kind(upper(name));
  if (!kind) { return cursor.expected("OK, NO or BAD"); }
  return Response{std::move(tag), parse_condition(cursor, *kind)};
}

}  // namespace parley::channels::email::imap
