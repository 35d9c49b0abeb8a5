// The classes and ids by which mail programs say where a quote or a signature begins. The sanitiser keeps them, the splitter looks for them.
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "base/text.h"
#include "channels/email/reading/scan.h"

namespace parley::channels::email {

namespace html_marks {
using namespace std::string_view_literals;

inline constexpr std::array gmail{"gmail_quote"sv};  // may hold answers between its lines
/// The element is the quote.
inline constexpr std::array whole{"yahoo_quoted"sv, "protonmail_quote"sv, "tutanota_quote"sv, "zmail_extra"sv, "isreplycontent"sv, "ntes-mailmaster-quote"sv, "alimail-quote"sv,
                                  "parley-quote"sv, "foxmail_quote"sv, "ms-outlook-mobile-reference-message"sv, "mail-editor-reference-message-container"sv, "includetail"sv};
inline constexpr std::array signature{"gmail_signature"sv, "moz-signature"sv, "applemailsignature"sv, "ms-outlook-mobile-signature"sv};
/// All that follows is the quote.
inline constexpr std::array rest{"divrplyfwdmsg"sv, "outlookmessageheader"sv, "appendonsend"sv, "olk_src_body_section"sv, "stopspelling"sv, "xm_mail_oringinal_describe"sv};
/// Say no more than the others do, but are known.
inline constexpr std::array other{"gmail_attr"sv, "gmail_extra"sv, "moz-cite-prefix"sv, "qmbox"sv, "wordsection1"sv};
}  // namespace html_marks

/// One word of a class or id is a mark, perhaps with what a program puts around the marks of another: "x_divRplyFwdMsg", "yahoo_quoted_17".
inline bool is_html_mark(std::string_view word) {
  constexpr std::size_t size_max = 80;
  const auto is_plain = [](char c) { return is_digit(c) || (to_lower_ascii(c) >= 'a' && to_lower_ascii(c) <= 'z') || c == '-' || c == '_'; };
  if (word.size() > size_max || !std::all_of(word.begin(), word.end(), is_plain)) { return false; }
  const auto is_same = [word](std::string_view mark) { return equal_ignore_case(mark, word); };
  return std::any_of(html_marks::other.begin(), html_marks::other.end(), is_same) || contains_any(word, html_marks::gmail) || contains_any(word, html_marks::whole) ||
         contains_any(word, html_marks::signature) || contains_any(word, html_marks::rest);
}

}  // namespace parley::channels::email
