#include "channels/email/sending/mail_html.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "channels/email/mail_date.h"
#include "channels/email/mime/html_sanitizer.h"
#include "channels/email/mime/html_to_text.h"
#include "channels/email/reading/scan.h"
#include "channels/email/sending/impl/mail_markup.h"

namespace parley::channels::email {
using namespace sending;

namespace {

/// Arial first: Outlook takes Times when it does not know the first name. Then one font of each system with Chinese.
constexpr std::string_view body_style =
    "font-family:Arial,'Helvetica Neue',Helvetica,'PingFang SC','Hiragino Sans GB','Microsoft YaHei','Noto Sans CJK SC',sans-serif;font-size:14px;line-height:1.6";
constexpr std::string_view quote_style = "margin:0 0 0 8px;padding-left:12px;border-left:2px solid #c8ccd1";

bool is_chinese(std::string_view locale) { return starts_with_ignore_case(locale, "zh"); }

/// Escaped, with its lines; runs of blanks stay (a table somebody drew with them).
std::string text_as_html(std::string_view text) {
  std::string out;
  for (const Line& line : split_lines(text)) {
    if (!out.empty()) { out += "<br>"; }
    std::string escaped = escape_html(line.text);
    for (auto at = escaped.find("  "); at != std::string::npos; at = escaped.find("  ", at)) { escaped.replace(at, 1, "&nbsp;"); }
    out += escaped;
  }
  return "<div>" + out + "</div>";
}

struct Part {
  std::string html, text;
  std::vector<std::string> content_ids;
};

/// Own words: dressed, remote pictures shown.
Part own_part(std::string_view html, std::string_view text) {
  if (trim(html).empty()) { return {text_as_html(trim(text)), std::string(trim(text)), {}}; }
  SafeHtml safe = sanitize_html(html);
  Part out{dressed(safe.html), std::string(trim(text)), std::move(safe.content_ids)};
  if (out.text.empty()) { out.text = html_to_text(safe.html); }
  return out;
}

std::string cut(std::string_view text) {
  if (text.size() <= quote_bytes_max) { return std::string(text); }
  return std::string(trim(first_bytes(text, quote_bytes_max))) + "\n[…]";
}

std::string quoted_words(const QuotedMail& quote) { return cut(trim(quote.text).empty() ? html_to_text(quote.html) : std::string(trim(quote.text))); }

std::string date_text(const QuotedMail& quote, bool in_chinese) {
  const TimePoint local = quote.at + quote.utc_offset;
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::minutes>(local - day));
  const auto year = static_cast<int>(date.year());
  const auto month = static_cast<unsigned>(date.month()), of_month = static_cast<unsigned>(date.day());
  const auto hour = static_cast<int>(time.hours().count()), minute = static_cast<int>(time.minutes().count());
  const char* const zone = quote.utc_offset.count() == 0 ? " UTC" : "";
  char text[80];
  if (in_chinese) {
    std::snprintf(text, sizeof text, "%d年%u月%u日 %02d:%02d%s", year, month, of_month, hour, minute, zone);
  } else {
    std::snprintf(text, sizeof text, "%u %s %d, %02d:%02d%s", of_month, month_name(date.month()), year, hour, minute, zone);
  }
  return text;
}

}  // namespace

std::string attribution_line(const QuotedMail& quote, std::string_view locale) {
  const std::string name = clean_line(quote.author.name), address = clean_line(quote.author.address);
  const std::string who = name.empty() ? address : address.empty() ? name : name + " <" + address + ">";
  if (is_chinese(locale)) { return "在 " + date_text(quote, true) + "，" + who + " 写道："; }
  return "On " + date_text(quote, false) + ", " + who + " wrote:";
}

std::string quote_html(const QuotedMail& quote, std::string_view locale) {
  std::string inside = trim(quote.html).empty() ? std::string() : without_carried_pictures(sanitize_html(quote.html).html);
  if (inside.empty() || inside.size() > quote_bytes_max) { inside = text_as_html(quoted_words(quote)); }
  return R"(<div class="gmail_quote"><div class="gmail_attr">)" + escape_html(attribution_line(quote, locale)) +
         R"(</div><blockquote class="gmail_quote" type="cite" style=")" + std::string(quote_style) + "\">" + inside + "</blockquote></div>";
}

std::string quote_text(const QuotedMail& quote, std::string_view locale) {
  const std::string words = quoted_words(quote);
  std::string out = attribution_line(quote, locale);
  for (const Line& line : split_lines(words)) {
    out += line.text.starts_with('>') || line.text.empty() ? "\n>" : "\n> ";
    out += line.text;
  }
  return out;
}

MailBody compose_body(const Composition& composition) {
  Part message = own_part(composition.html, composition.text);
  MailBody out{std::move(message.html), std::move(message.text), std::move(message.content_ids)};
  if (!trim(composition.signature_html).empty()) {
    Part signature = own_part(composition.signature_html, {});
    // The line before it is what programs go by that drop the class.
    out.html += R"(<br><div>-- </div><div class="gmail_signature">)" + signature.html + "</div>";
    out.text += "\n\n-- \n" + signature.text;
    out.content_ids.insert(out.content_ids.end(), signature.content_ids.begin(), signature.content_ids.end());
  }
  if (composition.quote) {
    out.html += "<br>" + quote_html(*composition.quote, composition.locale);
    out.text += "\n\n" + quote_text(*composition.quote, composition.locale);
  }
  out.html = "<!DOCTYPE html>\n<html lang=\"" + std::string(is_chinese(composition.locale) ? "zh-CN" : "en") +
             "\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"></head>\n<body><div style=\"" + std::string(body_style) + "\">" + out.html +
             "</div></body></html>\n";
  std::sort(out.content_ids.begin(), out.content_ids.end());
  out.content_ids.erase(std::unique(out.content_ids.begin(), out.content_ids.end()), out.content_ids.end());
  return out;
}

std::string fill_variables(std::string_view text, const std::map<std::string, std::string, std::less<>>& values, TextKind kind) {
  constexpr std::size_t name_max = 64;
  const auto is_name = [](std::string_view name) {
    return !name.empty() && name.size() <= name_max && std::all_of(name.begin(), name.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_' || c == '.'; });
  };
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t open = std::min(text.find("{{", at), text.size());
    out += text.substr(at, open - at);
    if (open == text.size()) { break; }
    const std::size_t close = text.substr(open, name_max + 16).find("}}");
    const std::string_view name = close == std::string_view::npos ? std::string_view() : trim(text.substr(open + 2, close - 2));
    if (!is_name(name)) {
      out += text[open];
      at = open + 1;
      continue;
    }
    if (const auto value = values.find(name); value != values.end()) { out += kind == TextKind::html ? escape_html(value->second) : value->second; }
    at = open + close + 2;
  }
  return out;
}

}  // namespace parley::channels::email
