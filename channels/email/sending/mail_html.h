// What an agent wrote, as it stands in a mail: a document that looks the same in Outlook, Gmail, Apple Mail, QQ Mail and 163 (styles at the
// elements, because many strip style sheets), with signature and history marked so that those programs, and our own reply trimmer, fold them.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "channels/email/mail.h"

namespace parley::channels::email {

/// The mail that is answered.
struct QuotedMail {
  MailAddress author;
  TimePoint at{};
  std::chrono::minutes utc_offset{0};  // of the clock the reader knows; 0 is shown as UTC
  std::string html, text;              // as stored (html sanitised); text is made of html when empty, and the other way round
};

struct Composition {
  std::string html;            // of the composer; empty: made of text
  std::string text;            // empty: made of html
  std::string signature_html;  // variables filled in already; empty: none
  std::optional<QuotedMail> quote;
  std::string locale;          // "zh…": Chinese, everything else English
};

struct MailBody {
  std::string html, text;                // for OutgoingMail
  std::vector<std::string> content_ids;  // of the pictures message and signature show: parts the mail needs
};

/// All HTML is sanitised here once more. Remote pictures are shown again; pictures inside the quoted mail become their alternative text,
/// because they would have to travel with it.
MailBody compose_body(const Composition& composition);

/// "On 22 Nov 2026, 21:17, Anna <anna@shop.example> wrote:" in the language of `locale`.
std::string attribution_line(const QuotedMail& quote, std::string_view locale);
/// The history as it stands under an answer. What is longer than `quote_bytes_max` is quoted as text and cut (Gmail hides all behind 102 KB).
inline constexpr std::size_t quote_bytes_max = 64 * 1'024;
std::string quote_html(const QuotedMail& quote, std::string_view locale);
std::string quote_text(const QuotedMail& quote, std::string_view locale);

enum class TextKind : unsigned char { plain, html };
/// Puts values where {{agent.name}} stands; a variable without a value leaves nothing. In HTML the values are escaped.
std::string fill_variables(std::string_view text, const std::map<std::string, std::string, std::less<>>& values, TextKind kind);

}  // namespace parley::channels::email
