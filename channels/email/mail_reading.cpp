#include "channels/email/mail_reading.h"

#include <array>

#include "base/text.h"
#include "channels/email/mime/mail_parser.h"
#include "channels/email/reading/address.h"
#include "channels/email/reading/reply_text.h"

namespace parley::channels::email {

namespace {

constexpr std::size_t text_max = 60'000;  // characters of one message in the conversation; the mail itself has the rest

bool is_own(const std::vector<std::string>& own, std::string_view address) {
  const std::string key = address_key(address);
  return std::any_of(own.begin(), own.end(), [&](const std::string& o) { return address_key(o) == key || !address_extension(address, o).empty(); });
}

/// A form on the shop's site writes From: the shop itself, Reply-To: the customer.
MailAddress sender_of(const Mail& mail, const std::vector<std::string>& own) {
  const auto usable = [](const std::vector<MailAddress>& list) -> const MailAddress* {
    const auto found = std::find_if(list.begin(), list.end(), [](const MailAddress& a) { return !a.address.empty(); });
    return found == list.end() ? nullptr : &*found;
  };
  const auto* from = usable(mail.from);
  const auto* reply_to = usable(mail.reply_to);
  if (reply_to && (!from || is_own(own, from->address)) && !is_own(own, reply_to->address)) { return *reply_to; }
  if (from) { return *from; }
  if (mail.sender && !mail.sender->address.empty()) { return *mail.sender; }
  return mail.from.empty() ? MailAddress{} : mail.from.front();
}

/// Paragraphs and line breaks say no more than the text does.
bool is_worth_showing(std::string_view html) {
  static constexpr std::array<std::string_view, 17> marks{"<img", "<table", "<a ", "<b>", "<b ", "<strong", "<i>", "<em", "<u>", "<ul", "<ol", "<h1", "<h2", "<h3", "<pre", "color:", "<blockquote"};
  return std::any_of(marks.begin(), marks.end(), [html](std::string_view mark) { return html.find(mark) != std::string_view::npos; });
}

int count_of(std::string_view text, std::string_view word) {
  int count = 0;
  for (std::size_t at = 0; (at = text.find(word, at)) != std::string_view::npos; at += word.size()) { ++count; }
  return count;
}

}  // namespace

std::string_view to_string(SenderTrust trust) {
  switch (trust) {
    case SenderTrust::verified: return "verified";
    case SenderTrust::failed: return "failed";
    case SenderTrust::unknown: break;
  }
  return "unknown";
}

MailReading read_mail(std::string_view raw, const ReadingContext& context) {
  MailReading r;
  r.mail = parse_mail(raw);
  r.sender = sender_of(r.mail, context.own_addresses);
  r.machine = classify(r.mail, {context.own_addresses, {}});
  if (r.machine.kind == MailKind::bounce) { r.bounce = read_bounce(r.mail); }
  r.forwarded = find_forward(r.mail);
  r.candidates = candidates(r.mail, context.keys, context.recipients);
  r.authentication = read_authentication(r.mail, context.trusted_servers);
  r.trust = sender_trust(r.mail, context.trusted_servers);
  r.spam = read_spam(r.mail);
  const ReplyText reply = split_reply(r.mail.text, {r.forwarded.has_value()});
  r.text = clean_text(text_of(r.mail.text, reply, ReplyPart::visible));
  r.has_hidden = reply.has_quote() || reply.pieces.size() > 1;
  if (r.text.empty()) { r.text = clean_text(r.mail.text); }
  if (const auto cut = first_characters(r.text, text_max); cut.size() < r.text.size()) {
    r.text = std::string(cut) + "…";
    r.mail.problems.emplace_back("text_too_long");
  }
  if (!r.mail.html.empty()) {
    const std::string visible = html_of(r.mail.html, split_reply_html(r.mail.html, {r.forwarded.has_value()}), ReplyPart::visible);
    r.has_html = is_worth_showing(visible);
    r.remote_images = count_of(visible, "data-remote-src=");
  }
  return r;
}

ShownMail show_mail(const Mail& mail) {
  const ReplyOptions options{find_forward(mail).has_value()};
  ShownMail shown;
  const ReplyText text = split_reply(mail.text, options);
  shown.text = text_of(mail.text, text, ReplyPart::visible);
  shown.quoted_text = text_of(mail.text, text, ReplyPart::quoted) + (text.has_quote() ? "\n" : "") + text_of(mail.text, text, ReplyPart::signature);
  if (mail.html.empty()) { return shown; }
  const ReplyText html = split_reply_html(mail.html, options);
  shown.html = html_of(mail.html, html, ReplyPart::visible);
  shown.quoted_html = html_of(mail.html, html, ReplyPart::quoted) + html_of(mail.html, html, ReplyPart::signature);
  shown.sets_colors = mail.sets_colors;
  return shown;
}

}  // namespace parley::channels::email
