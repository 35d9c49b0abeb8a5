#include "channels/email/reading/forward.h"

#include "base/text.h"
#include "channels/email/reading/address.h"
#include "channels/email/reading/quote_marks.h"
#include "channels/email/reading/subject.h"

namespace parley::channels::email {
namespace {

constexpr std::size_t text_size_max = 256 * 1024;
constexpr std::size_t lines_max = 4000;

/// "Anna <a@b>", and what clients make of it in text: "Anna [mailto:a@b]", "a@b<a@b>", "Anna <a@b<mailto:a@b>>".
std::optional<MailAddress> sender_of(std::string_view value) {
  std::string text(first_bytes(value, 600));
  for (const std::string_view noise : {"[mailto:", "<mailto:", "&lt;", "&gt;"}) {
    for (auto at = find_ignore_case(text, noise); at != std::string::npos; at = find_ignore_case(text, noise)) {
      text.replace(at, noise.size(), noise == "&gt;" ? ">" : "<");
    }
  }
  for (char& c : text) { c = c == ']' ? '>' : c; }
  auto sender = parse_address(text);
  if (!sender) { return std::nullopt; }
  if (const auto via = find_ignore_case(sender->name, " on behalf of "); via != std::string::npos) { sender->name.erase(0, via + 14); }
  if (sender->name.find("=?") != std::string::npos || equal_ignore_case(sender->name, sender->address)) { sender->name.clear(); }  // still encoded
  return sender;
}

void take_over(Forwarded& out, const HeaderBlock& block) {
  out.original_sender = sender_of(block.from);
  out.original_subject = clean_line(first_bytes(block.subject, 500));
  out.original_date = clean_line(first_bytes(block.date, 120));
  std::string_view id = block.message_id;
  if (id.starts_with('<') && id.ends_with('>')) { id = id.substr(1, id.size() - 2); }
  out.original_message_id = std::string(first_bytes(id, 998));
}

std::size_t skip_blank_lines(const std::vector<Line>& lines, std::size_t i) {
  while (i < lines.size() && is_blank(lines[i].text)) { ++i; }
  return i;
}

std::optional<Forwarded> in_text(const Mail& mail) {
  const std::string_view text = first_bytes(mail.text, text_size_max);
  const bool by_subject = is_forward_subject(mail.subject);
  auto lines = split_lines(text);
  if (lines.size() > lines_max) { lines.resize(lines_max); }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (is_blank(lines[i].text)) { continue; }
    // Below the first quote stands somebody else's history: what was forwarded there was not forwarded to us.
    if (is_quote_line(lines[i].text)) { return std::nullopt; }
    const Separator separator = separator_of(lines[i].text);
    const bool is_marked = separator == Separator::forward;
    if (!is_marked && !by_subject && separator == Separator::reply) { return std::nullopt; }
    const std::size_t first = separator == Separator::none ? i : skip_blank_lines(lines, i + 1);
    auto block = first < lines.size() && first <= i + 3 ? read_header_block(lines, first, separator != Separator::none) : std::nullopt;
    std::vector<Line> unquoted;
    if (!block && is_marked && first < lines.size() && is_quote_line(lines[first].text)) {  // Apple Mail: "> From: ..."
      for (std::size_t k = first; k < lines.size() && k < first + 24; ++k) {
        Line line = lines[k];
        line.text = trim_blank(line.text);
        if (line.text.starts_with('>')) { line.text = trim_blank(line.text.substr(1)); }
        unquoted.push_back(line);
      }
      block = read_header_block(unquoted, 0, true);
      if (block) { block->end_line += first; }
    }
    if (!block && !is_marked) {
      if (const auto attribution = read_attribution(lines, i); attribution && attribution->is_strong) { return std::nullopt; }
      continue;
    }
    if (!is_marked && !by_subject) { return std::nullopt; }
    Forwarded out;
    out.begin = lines[i].begin;
    out.body_begin = lines[i].next;
    if (block) {
      take_over(out, *block);
      const std::size_t body = skip_blank_lines(lines, block->end_line);
      out.body_begin = body < lines.size() ? lines[body].begin : lines.back().next;
    }
    return out;
  }
  return std::nullopt;
}

bool is_mail_file(const MailPart& part) {
  return part.content_type == "message/rfc822" || part.content_type == "message/global" || ends_with_ignore_case(part.name, ".eml");
}

/// The header of an attached mail; folded lines are joined, which read_header_block does not do.
std::optional<Forwarded> in_attachment(const Mail& mail) {
  for (const auto& part : mail.parts) {
    if (!is_mail_file(part)) { continue; }
    Forwarded out;
    out.is_attached = true;
    out.begin = out.body_begin = mail.text.size();
    std::string* last = nullptr;
    std::string from, subject, date, id, other;
    for (const Line& line : split_lines(first_bytes(part.bytes, 64 * 1024))) {
      if (is_blank(line.text)) { break; }
      if (line.text.front() == ' ' || line.text.front() == '\t') {
        if (last != nullptr && last->size() < 2000) { last->append(" ").append(trim_blank(line.text)); }
        continue;
      }
      const std::size_t colon = line.text.find(':');
      const std::string_view name = line.text.substr(0, std::min(colon, line.text.size()));
      last = equal_ignore_case(name, "From") ? &from : equal_ignore_case(name, "Subject") ? &subject : equal_ignore_case(name, "Date") ? &date
           : equal_ignore_case(name, "Message-ID") ? &id : &other;
      *last = colon == std::string_view::npos ? std::string() : std::string(trim_blank(line.text.substr(colon + 1)));
    }
    if (from.empty()) { continue; }
    take_over(out, {0, from, date, {}, subject.find("=?") == std::string::npos ? std::string_view(subject) : std::string_view(), id});
    return out;
  }
  return std::nullopt;
}

bool is_report(const Mail& mail) {
  for (const auto& part : mail.parts) {
    if (part.content_type == "message/delivery-status" || part.content_type == "message/feedback-report" || part.content_type == "message/disposition-notification") { return true; }
  }
  return starts_with_ignore_case(header_value(mail, "Content-Type"), "multipart/report");
}

}  // namespace

std::optional<Forwarded> find_forward(const Mail& mail) {
  if (is_report(mail)) { return std::nullopt; }
  if (auto found = in_text(mail)) { return found; }
  // An answer with an .eml attached is an answer.
  if (is_reply_subject(mail.subject) && !mail.in_reply_to.empty()) { return std::nullopt; }
  return in_attachment(mail);
}

}  // namespace parley::channels::email
