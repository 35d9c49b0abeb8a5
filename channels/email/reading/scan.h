// Going through foreign text once: lines with their places, comparing without regard to ASCII case, headers by name. Views only.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "channels/email/mail.h"

namespace parley::channels::email {

/// One line without its line ending; `next` is where the following line begins.
struct Line {
  std::size_t begin{0}, next{0};
  std::string_view text;
};

/// Every line of the text; the `next` of the last one is the size of the text.
std::vector<Line> split_lines(std::string_view text);

/// Trims spaces, tabs, line ends, and what clients use as spaces: U+00A0, U+3000, U+200B, U+FEFF.
std::string_view trim_blank(std::string_view text);
inline bool is_blank(std::string_view text) { return trim_blank(text).empty(); }

bool is_digit(char c);
bool equal_ignore_case(std::string_view a, std::string_view b);
bool ends_with_ignore_case(std::string_view text, std::string_view suffix);
/// Only A to Z are folded; npos when absent. `needle` is short, so the time is that of the text.
std::size_t find_ignore_case(std::string_view text, std::string_view needle, std::size_t from = 0);
inline bool contains_ignore_case(std::string_view text, std::string_view needle) { return find_ignore_case(text, needle) != std::string_view::npos; }
bool contains_any(std::string_view text, std::span<const std::string_view> needles);
bool starts_with_any(std::string_view text, std::span<const std::string_view> prefixes);

/// At most `max` bytes, never cutting a UTF-8 character.
std::string_view first_bytes(std::string_view text, std::size_t max);

std::vector<std::string_view> header_values(const Mail& mail, std::string_view name);
/// The first value; empty when missing.
std::string_view header_value(const Mail& mail, std::string_view name);
bool has_header(const Mail& mail, std::string_view name);

}  // namespace parley::channels::email
