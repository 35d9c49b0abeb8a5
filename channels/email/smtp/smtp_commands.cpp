// What each command does. A refused command changes nothing.
#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "channels/email/smtp/smtp_session.h"

namespace parley::channels::email::smtp {
namespace {

constexpr std::size_t helo_max = 255;

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = failure == std::errc() && end == text.data() + text.size() && !text.empty();
  return is_number ? std::optional(number) : std::nullopt;
}

}  // namespace

const SmtpSession::Command SmtpSession::commands[] = {
    {"helo", &SmtpSession::helo}, {"ehlo", &SmtpSession::ehlo}, {"lhlo", &SmtpSession::lhlo}, {"mail", &SmtpSession::mail},
    {"rcpt", &SmtpSession::rcpt}, {"data", &SmtpSession::data}, {"bdat", &SmtpSession::bdat}, {"rset", &SmtpSession::rset},
    {"noop", &SmtpSession::noop}, {"vrfy", &SmtpSession::vrfy}, {"help", &SmtpSession::help}, {"quit", &SmtpSession::quit},
    {"starttls", &SmtpSession::starttls}, {"expn", &SmtpSession::not_implemented}, {"auth", &SmtpSession::not_implemented},
    {"etrn", &SmtpSession::not_implemented}, {"turn", &SmtpSession::not_implemented}, {"send", &SmtpSession::not_implemented},
    {"soml", &SmtpSession::not_implemented}, {"saml", &SmtpSession::not_implemented}, {"", nullptr}};

void SmtpSession::helo(std::string_view argument) {
  if (options_.is_lmtp) { return refuse(500, "5.5.1", "This is LMTP, say LHLO"); }
  greet(argument, false);
}

void SmtpSession::ehlo(std::string_view argument) {
  if (options_.is_lmtp) { return refuse(500, "5.5.1", "This is LMTP, say LHLO"); }
  greet(argument, true);
}

void SmtpSession::lhlo(std::string_view argument) {
  if (!options_.is_lmtp) { return refuse(500, "5.5.1", "This is SMTP, say EHLO"); }
  greet(argument, true);
}

void SmtpSession::greet(std::string_view argument, bool is_extended) {
  const std::string_view name = argument.substr(0, argument.find(' '));
  if (name.empty() || name.size() > helo_max) { return refuse(501, "5.5.4", "Say who you are"); }
  if (!helo_.empty() && is_idling()) { return; }
  reset_transaction();
  helo_ = name;
  is_extended_ = is_extended;
  if (!is_extended) { return reply(250, "", options_.host_name); }
  output_ += "250-" + options_.host_name + "\r\n250-PIPELINING\r\n250-SIZE " + std::to_string(options_.message_max) +
             "\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-CHUNKING\r\n250-ENHANCEDSTATUSCODES\r\n";
  if (options_.offers_tls && !is_tls_) { output_ += "250-STARTTLS\r\n"; }
  output_ += "250 HELP\r\n";
}

void SmtpSession::mail(std::string_view argument) {
  if (helo_.empty()) { return refuse(503, "5.5.1", options_.is_lmtp ? "LHLO first" : "EHLO first"); }
  if (transaction_.mail_from) { return refuse(503, "5.5.1", "One mail at a time"); }
  const auto parsed = parse_path_argument(argument, "from:");
  if (!parsed) { return refuse(501, "5.5.4", "Say MAIL FROM:<address>"); }
  const auto address = parsed->path.empty() ? std::optional<std::string>("") : parse_mailbox(parsed->path);
  if (!address) { return refuse(501, "5.1.7", "This is no address"); }
  for (const auto& parameter : parsed->parameters) {
    if (!take_mail_parameter(parameter)) { return reset_transaction(); }
  }
  if (!is_ascii(*address) && !transaction_.is_utf8) {
    reset_transaction();
    return refuse(553, "5.6.7", "This address needs SMTPUTF8");
  }
  transaction_.mail_from = *address;
  reply(250, "2.1.0", "Sender ok");
}

/// False: refused. RFC 1870, 6152, 6531.
bool SmtpSession::take_mail_parameter(const Parameter& parameter) {
  const std::string value = to_lower_ascii(parameter.value.value_or(""));
  if (parameter.name == "SIZE" && is_extended_) {
    const auto size = parse_number(value);
    if (size && *size <= options_.message_max) { return true; }
    if (size) {
      refuse(552, "5.3.4", "The message is too big");
    } else {
      refuse(501, "5.5.4", "SIZE is a number");
    }
    return false;
  }
  if (parameter.name == "BODY" && is_extended_) {
    if (value == "7bit" || value == "8bitmime") { return true; }
    refuse(501, "5.5.4", "BODY is 7BIT or 8BITMIME");
    return false;
  }
  if (parameter.name == "SMTPUTF8" && is_extended_ && !parameter.value) {
    transaction_.is_utf8 = true;
    return true;
  }
  refuse(555, "5.5.4", "Unknown parameter of MAIL");
  return false;
}

void SmtpSession::rcpt(std::string_view argument) {
  if (!transaction_.mail_from || transaction_.has_chunks) { return refuse(503, "5.5.1", "MAIL first"); }
  const auto parsed = parse_path_argument(argument, "to:");
  if (!parsed) { return refuse(501, "5.5.4", "Say RCPT TO:<address>"); }
  if (!parsed->parameters.empty()) { return refuse(555, "5.5.4", "Unknown parameter of RCPT"); }
  const bool is_postmaster = to_lower_ascii(parsed->path) == "postmaster";  // RFC 5321 section 4.1.1.3: without a domain
  auto address = is_postmaster ? std::optional<std::string>("postmaster") : parse_mailbox(parsed->path);
  if (!address) { return refuse(501, "5.1.3", "This is no address"); }
  if (!is_ascii(*address) && !transaction_.is_utf8) { return refuse(553, "5.6.7", "This address needs SMTPUTF8"); }
  if (transaction_.accepted.size() >= options_.recipients_max) { return reply(452, "4.5.3", "Too many recipients"); }
  add_recipient(std::move(*address));
}

void SmtpSession::add_recipient(std::string address) {
  if (!host_.is_ours(address)) {
    ++counts_.recipients_refused;
    const bool is_near = host_.is_our_domain(std::string_view(address).substr(address.rfind('@') + 1));
    return is_near ? refuse(550, "5.1.1", "No such mailbox") : refuse(550, "5.7.1", "Not an address of this server, and relaying is denied");
  }
  auto& recipients = transaction_.recipients;
  const auto found = std::find(recipients.begin(), recipients.end(), address);
  transaction_.accepted.push_back(static_cast<std::size_t>(found - recipients.begin()));
  if (found == recipients.end()) { recipients.push_back(std::move(address)); }
  reply(250, "2.1.5", "Recipient ok");
}

void SmtpSession::data(std::string_view argument) {
  if (!argument.empty()) { return refuse(501, "5.5.4", "DATA stands alone"); }
  if (!transaction_.mail_from || transaction_.has_chunks) { return refuse(503, "5.5.1", "MAIL first"); }
  if (transaction_.recipients.empty()) { return refuse(options_.is_lmtp ? 503 : 554, "5.5.1", "No valid recipients"); }
  begin_text(true);
  phase_ = Phase::data;
  reply(354, "", "End with a line that is a single dot");
}

/// RFC 3030: the chunk follows whatever we think of the command, so a refused one is skipped, and one whose length is unclear ends the session.
void SmtpSession::bdat(std::string_view argument) {
  const auto blank = argument.find(' ');
  const auto size = parse_number(argument.substr(0, blank));
  const std::string last = blank == std::string_view::npos ? "" : to_lower_ascii(trim(argument.substr(blank)));
  if (!size || (!last.empty() && last != "last")) { return end_with(501, "5.5.4", "Say BDAT length [LAST]"); }
  if (*size > 2 * options_.message_max) { return end_with(552, "5.3.4", "The message is far too big"); }
  if (*size == 0 && last.empty() && is_idling()) { return; }
  transaction_.chunk_left = *size;
  transaction_.is_last_chunk = !last.empty();
  if (!transaction_.mail_from || transaction_.refusal) {
    transaction_.chunk_refusal = Answer{503, "5.5.1", "MAIL first"};
  } else if (transaction_.recipients.empty()) {
    transaction_.chunk_refusal = Answer{options_.is_lmtp ? 503 : 554, "5.5.1", "No valid recipients"};
  } else if (!std::exchange(transaction_.has_chunks, true)) {
    begin_text(false);
  }
  phase_ = Phase::chunk;
  if (*size == 0) { end_chunk(); }
}

/// What costs nothing to say is not said for ever.
bool SmtpSession::is_idling() {
  if (++idle_commands_ <= options_.idle_commands_max) { return false; }
  say_goodbye("4.7.0", "Too many commands without a mail");
  return true;
}

void SmtpSession::rset(std::string_view) {
  if (is_idling()) { return; }
  reset_transaction();
  reply(250, "2.0.0", "Forgotten");
}

void SmtpSession::noop(std::string_view) {
  if (!is_idling()) { reply(250, "2.0.0", "Ok"); }
}

void SmtpSession::vrfy(std::string_view) {
  if (!is_idling()) { reply(252, "2.5.2", "Send it and see"); }
}

void SmtpSession::help(std::string_view) {
  if (!is_idling()) { reply(214, "2.0.0", "RFC 5321 tells more"); }
}

void SmtpSession::quit(std::string_view) { end_with(221, "2.0.0", "Goodbye"); }

void SmtpSession::starttls(std::string_view argument) {
  if (!argument.empty()) { return refuse(501, "5.5.4", "STARTTLS stands alone"); }
  if (is_tls_) { return refuse(503, "5.5.1", "This is TLS already"); }
  if (!options_.offers_tls) { return refuse(502, "5.5.1", "No TLS here"); }
  reply(220, "2.0.0", "Go ahead");
  wants_ = Wants::tls;
}

void SmtpSession::not_implemented(std::string_view) { refuse(502, "5.5.1", "Not offered here"); }

}  // namespace parley::channels::email::smtp
