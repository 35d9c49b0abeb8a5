// What an IMAP server says (RFC 3501, RFC 9051), read as a pure function of bytes. Bounded: a response is at most `literals_max`
// literals of together `literal_bytes_max`, lines of `line_bytes_max`, lists nested `nesting_max` deep.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace parley::channels::email::imap {

inline constexpr std::size_t line_bytes_max = 64 * 1024;
inline constexpr std::size_t literal_bytes_max = 50u << 20;  // the largest mail that is taken whole
inline constexpr std::size_t literals_max = 16;
inline constexpr std::size_t nesting_max = 32;

/// A response cut at its literals: line i ends with the announcement of literal i, the last line with the end of the response.
/// Lines have no CRLF. lines.size() == literals.size() + 1.
struct RawResponse {
  std::vector<std::string> lines;
  std::vector<std::string> literals;
};

/// The size when `line` announces a literal: {5}, {5+} (RFC 7888) or ~{5} (literal8, RFC 3516). Numbers beyond 64 bits count as the largest.
std::optional<std::uint64_t> announced_literal(std::string_view line);

/// [NAME arguments] of a status response. Names are upper-cased.
struct ResponseCode {
  std::string name;
  std::vector<std::string> arguments;  // words, without the brackets of a list
  std::uint64_t number{0};             // of UIDVALIDITY, UIDNEXT, HIGHESTMODSEQ and others with a number
};
/// OK, NO, BAD, BYE and PREAUTH, tagged or not.
struct Condition {
  enum class Kind : std::uint8_t { ok, no, bad, bye, preauth } kind{Kind::ok};
  ResponseCode code;
  std::string text;  // as the server wrote it
};
struct Capabilities {
  std::vector<std::string> names;  // upper-cased
};
struct Exists {
  std::uint32_t count;
};
struct Expunge {
  std::uint32_t sequence;
};
struct Fetch {
  std::uint32_t sequence{0};
  std::optional<std::uint32_t> uid;
  std::optional<std::vector<std::string>> flags;
  std::optional<std::uint64_t> size;
  std::optional<TimePoint> internal_date;
  std::string section;              // what stands between the brackets of BODY[…]
  std::optional<std::string> body;  // nothing: not part of this response, or NIL
};
/// SEARCH, or ESEARCH (RFC 4731) of which only ALL is kept.
struct Found {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> ranges;  // inclusive, low to high, as the server ordered them
};
struct ListEntry {
  std::vector<std::string> attributes;
  std::string delimiter;  // empty: NIL
  std::string name;       // as sent: modified UTF-7 unless UTF-8 was enabled
};
struct MailboxStatus {
  std::string name;
  std::vector<std::pair<std::string, std::uint64_t>> items;
};
/// Anything else, by its upper-cased first word. It is lawful for a server to send what nobody asked for. Empty: it could not be read.
struct Other {
  std::string name;
};
/// "+ text": the server waits for more.
struct Continuation {
  std::string text;
};

struct Response {
  std::string tag;  // empty: untagged
  std::variant<Other, Continuation, Condition, Capabilities, Exists, Expunge, Fetch, Found, ListEntry, MailboxStatus> data;
};

/// Literals are moved into the result, never copied. Errors: invalid_input, saying what was expected at which byte.
Result<Response> parse_response(RawResponse raw);

}  // namespace parley::channels::email::imap
