// Text as it comes from strangers: validation, cleaning, counting and cutting in Unicode code points, address normalisation.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace parley {

bool is_valid_utf8(std::string_view text);
/// Code points in valid UTF-8.
std::size_t count_characters(std::string_view text);
/// The first `max` code points; never cuts inside one.
std::string_view first_characters(std::string_view text, std::size_t max);
/// Drops control characters except newline and tab, bidirectional overrides and byte order marks; CRLF becomes LF; trims both ends.
std::string clean_text(std::string_view text);
/// clean_text for one-line fields: newlines and tabs become single spaces.
std::string clean_line(std::string_view text);

bool is_ascii(std::string_view text);
constexpr char to_lower_ascii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
std::string to_lower_ascii(std::string_view text);
std::string_view trim(std::string_view text);
bool starts_with_ignore_case(std::string_view text, std::string_view prefix);

/// Lower-cased address when it looks deliverable (RFC 5321 sizes, one '@', a dotted domain), else nothing.
std::optional<std::string> normalise_email(std::string_view address);
/// '+' and 6 to 15 digits (E.164 form) when the text is a phone number written with spaces, dashes or brackets, else nothing.
std::optional<std::string> normalise_phone(std::string_view number);

/// What customers are told of a person's name: the first word, or all of a name that is not in Latin letters.
std::string first_name(const std::string& name);

/// In double quotes, with a backslash before '"' and '\\': a quoted string of mail headers and IMAP.
std::string in_quotes(std::string_view text);

/// & < > " and ' as entities: good for text and for attributes in either quotes.
std::string escape_html(std::string_view text);

/// The value of a hexadecimal digit, or -1.
int hex_value(char c);
/// percent-decoding of a query or path part; '+' becomes a space only when `plus_is_space`. Nothing on bad escapes.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);
std::string percent_encode(std::string_view text);

}  // namespace parley
