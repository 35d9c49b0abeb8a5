#include "channels/email/smtp/smtp_session.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "channels/email/smtp/smtp_trace.h"

namespace parley::channels::email::smtp {
namespace {

constexpr std::size_t skip_max = 64 * 1024;  // of a line without an end
constexpr char tls_record = 0x16;            // a TLS handshake begins with it
constexpr std::size_t reply_text_max = 400;

bool is_clean(std::string_view line) {
  return std::none_of(line.begin(), line.end(), [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; }) && is_valid_utf8(line);
}

/// A web page can make a browser send commands of its choice here, inside the body of a request.
bool is_web_request(std::string_view line) {
  static constexpr std::array verbs{"GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE", "PRI"};
  const std::string_view verb = line.substr(0, line.find(' '));
  return std::find(verbs.begin(), verbs.end(), verb) != verbs.end();
}

/// Replies are ASCII.
std::string one_line(std::string_view text) {
  std::string out(text.substr(0, reply_text_max));
  std::replace_if(out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  std::replace_if(out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
  return out;
}

bool is_status(std::string_view enhanced, int code) {
  return enhanced.size() >= 5 && enhanced.size() <= 9 && enhanced[0] == static_cast<char>('0' + code / 100) && enhanced.find_first_not_of("0123456789.") == std::string_view::npos;
}

Answer well_formed(const Answer& answer) {
  const int kind = answer.code / 100;
  if (kind != 2 && kind != 4 && kind != 5) { return Answer{451, "4.3.0", "Not now, try again later"}; }
  return Answer{kind == 2 ? 250 : answer.code, is_status(answer.enhanced, answer.code) ? answer.enhanced : std::to_string(kind) + ".0.0", one_line(answer.text)};
}

/// Temporary failures before permanent ones before success.
int urgency(const Answer& answer) { return answer.code / 100 == 4 ? 2 : answer.code / 100 == 5 ? 1 : 0; }

}  // namespace

SmtpSession::SmtpSession(SessionOptions options, MailHost& host, const Clock& clock, std::string remote_address, bool is_tls)
    : options_(std::move(options)), host_(host), clock_(clock), remote_address_(std::move(remote_address)), is_tls_(is_tls) {
  reply(220, "", options_.host_name + (options_.is_lmtp ? " LMTP Parley" : " ESMTP Parley"));
}

void SmtpSession::reply(int code, std::string_view enhanced, std::string_view text) {
  output_.append(std::to_string(code)).append(" ").append(enhanced).append(enhanced.empty() ? "" : " ").append(text).append("\r\n");
}

void SmtpSession::refuse(int code, std::string_view enhanced, std::string_view text) {
  reply(code, enhanced, text);
  ++counts_.errors;
  if (++errors_ > options_.errors_max && wants_ == Wants::input) { say_goodbye("4.7.0", "Too many errors"); }
}

void SmtpSession::say_goodbye(std::string_view enhanced, std::string_view text) { end_with(421, enhanced, options_.host_name + " " + std::string(text)); }

void SmtpSession::end_with(int code, std::string_view enhanced, std::string_view text) {
  if (wants_ == Wants::end) { return; }
  wants_ = Wants::end;
  reply(code, enhanced, text);
  reset_transaction();
}

void SmtpSession::reset_transaction() {
  transaction_ = Transaction();
  phase_ = Phase::command;
}

std::size_t SmtpSession::feed(std::string_view bytes) {
  std::size_t used = 0;
  while (wants_ == Wants::input && used < bytes.size()) {
    const std::string_view rest = bytes.substr(used);
    used += phase_ == Phase::command ? feed_line(rest) : phase_ == Phase::data ? feed_data(rest) : feed_chunk(rest);
  }
  // RFC 3207: nothing may follow STARTTLS in the clear. What does was not sent by whom the handshake will prove (CVE-2011-0411).
  if (wants_ == Wants::tls && used < bytes.size()) {
    output_.clear();
    end_with(554, "5.5.1", "Commands after STARTTLS");
  }
  return used;
}

std::size_t SmtpSession::feed_line(std::string_view bytes) {
  if (counts_.commands == 0 && line_.empty() && bytes.front() == tls_record) {
    ++counts_.foreign_protocol;
    end_with(554, "5.5.1", "TLS begins after STARTTLS");
    return bytes.size();
  }
  const std::size_t end = bytes.find('\n');
  const std::string_view piece = bytes.substr(0, end);
  const std::size_t used = std::min(bytes.size(), piece.size() + 1);
  if (skipped_ > 0 || line_.size() + piece.size() > options_.line_max) {
    skipped_ += used + line_.size();
    line_.clear();
  } else {
    line_.append(piece);
  }
  if (skipped_ > skip_max) {
    end_with(500, "5.5.2", "This line does not end");
  } else if (end != std::string_view::npos && std::exchange(skipped_, 0) > 0) {
    refuse(500, "5.5.2", "Line too long");
  } else if (end != std::string_view::npos) {
    const std::string line = std::exchange(line_, std::string());
    on_line(line);
  }
  return used;
}

void SmtpSession::on_line(std::string_view line) {
  ++counts_.commands;
  if (is_web_request(line)) {
    ++counts_.foreign_protocol;
    return end_with(554, "5.5.1", "This is no web server");
  }
  if (!line.ends_with('\r')) { return refuse(500, "5.5.2", "Lines end with CR and LF"); }
  line.remove_suffix(1);
  if (!is_clean(line)) { return refuse(500, "5.5.2", "Control characters, or not UTF-8"); }
  const std::string verb = to_lower_ascii(line.substr(0, line.find(' ')));
  const std::string_view argument = trim(line.substr(std::min(line.size(), verb.size())));
  for (const Command* command = commands; command->run != nullptr; ++command) {
    if (command->verb == verb) { return (this->*command->run)(argument); }
  }
  refuse(500, "5.5.1", "No such command");
}

Envelope SmtpSession::envelope() const {
  Envelope out;
  out.mail_from = *transaction_.mail_from;
  out.recipients = transaction_.recipients;
  out.helo = helo_;
  out.remote_address = remote_address_;
  out.is_extended = is_extended_;
  out.is_tls = is_tls_;
  out.is_utf8 = transaction_.is_utf8;
  out.is_lmtp = options_.is_lmtp;
  return out;
}

void SmtpSession::begin_text(bool is_dotted) {
  transaction_.raw = trace_fields(envelope(), options_.host_name, clock_.now());
  transaction_.trace_bytes = transaction_.raw.size();
  transaction_.reader = DataReader(is_dotted);
}

void SmtpSession::refuse_mail(Answer why) {
  if (transaction_.trace_bytes == 0) { return; }
  if (wants_ == Wants::delivery) { return on_answers(std::vector<Answer>(transaction_.recipients.size(), why)); }
  if (!transaction_.refusal) { transaction_.refusal = std::move(why); }
  transaction_.raw = std::string();
}

/// Text of the mail; a refused one is read and forgotten, for a while.
std::size_t SmtpSession::take_text(std::string_view bytes) {
  const std::size_t used = transaction_.reader.feed(bytes, transaction_.raw);
  transaction_.received += used;
  if (transaction_.refusal) {
    transaction_.raw.clear();
  } else if (transaction_.raw.size() - transaction_.trace_bytes > options_.message_max) {
    refuse_mail({552, "5.3.4", "The message is too big"});
  }
  if (transaction_.received > 2 * options_.message_max + skip_max) { end_with(552, "5.3.4", "The message is far too big"); }
  return used;
}

std::size_t SmtpSession::feed_data(std::string_view bytes) {
  const std::size_t used = take_text(bytes);
  if (wants_ == Wants::input && transaction_.reader.is_complete()) { end_text(); }
  return used;
}

std::size_t SmtpSession::feed_chunk(std::string_view bytes) {
  const std::string_view chunk = bytes.substr(0, transaction_.chunk_left);
  transaction_.chunk_left -= chunk.size();
  if (!transaction_.chunk_refusal) { take_text(chunk); }
  if (wants_ == Wants::input && transaction_.chunk_left == 0) { end_chunk(); }
  return chunk.size();
}

void SmtpSession::end_chunk() {
  phase_ = Phase::command;
  if (transaction_.chunk_refusal) {
    const Answer why = *std::exchange(transaction_.chunk_refusal, std::nullopt);
    refuse(why.code, why.enhanced, why.text);
  } else if (transaction_.is_last_chunk) {
    end_text();
  } else if (transaction_.refusal) {
    reply(*transaction_.refusal);
  } else {
    reply(250, "2.0.0", "Go on");
  }
}

void SmtpSession::end_text() {
  phase_ = Phase::command;
  idle_commands_ = 0;
  if (transaction_.refusal) {
    const Answer why = *transaction_.refusal;
    on_answers(std::vector<Answer>(transaction_.recipients.size(), why));
  } else {
    wants_ = Wants::delivery;
  }
}

SmtpSession::Mail SmtpSession::take_mail() { return Mail{envelope(), std::exchange(transaction_.raw, std::string())}; }

void SmtpSession::on_answers(const std::vector<Answer>& answers) {
  if (wants_ == Wants::delivery) { wants_ = Wants::input; }
  std::vector<Answer> all;
  for (std::size_t i = 0; i < transaction_.recipients.size(); ++i) { all.push_back(well_formed(i < answers.size() ? answers[i] : Answer{})); }
  const auto accepted = std::move(transaction_.accepted);
  reset_transaction();
  const Answer& most_urgent = *std::max_element(all.begin(), all.end(), [](const Answer& a, const Answer& b) { return urgency(a) < urgency(b); });
  ++(most_urgent.code < 300 ? counts_.mails_kept : most_urgent.code < 500 ? counts_.mails_deferred : counts_.mails_refused);
  if (!options_.is_lmtp) { return reply(most_urgent); }
  for (const std::size_t recipient : accepted) { reply(all[recipient]); }
}

void SmtpSession::on_tls_started() {
  is_tls_ = true;
  is_extended_ = false;
  helo_.clear();
  reset_transaction();
  wants_ = Wants::input;
}

}  // namespace parley::channels::email::smtp
