#include "channels/email/sending/impl/smtp_transaction.h"

#include <algorithm>

#include "base/text.h"
#include "channels/email/reading/address.h"
#include "channels/email/sending/impl/header_writer.h"
#include "channels/email/sending/impl/transfer_encoding.h"

namespace parley::channels::email::sending {
namespace {

using Io = SmtpConnection::Io;
using Kind = SmtpOutcome::Kind;
using Stage = SmtpOutcome::Stage;

constexpr std::size_t pipelined_max = 50;  // commands at once; their answers fit any socket buffer

bool is_address(std::string_view text) {
  return text.find_first_of("\r\n<>") == std::string_view::npos && text.find('\0') == std::string_view::npos && !normalise_address(text).empty();
}

std::string_view words_for(Io io) {
  switch (io) {
    case Io::timed_out: return "the mail server did not answer in time";
    case Io::garbled: return "the mail server answered something that is no SMTP";
    case Io::stopped: return "stopped while handing over";
    default: return "the mail server closed the connection";
  }
}

class Transaction {
 public:
  Transaction(SmtpConnection& connection, const HandOver& mail, const SmtpLimits& limits, bool was_used)
      : connection_(connection), mail_(mail), limits_(limits), was_used_(was_used), deadline_(std::chrono::steady_clock::now() + limits.whole) {}

  TransactionResult run() {
    result_.outcome.stage = Stage::envelope;
    if (prepare() && say_envelope() && begin_data() && send_content()) { finish(); }
    return std::move(result_);
  }

 private:
  SmtpOutcome& outcome() { return result_.outcome; }
  SteadyTime answer_deadline() const { return std::min(deadline_, std::chrono::steady_clock::now() + limits_.progress); }

  bool fail(Kind kind, std::string error, std::string status = {}) {
    outcome().kind = kind;
    outcome().error = std::move(error);
    outcome().status = std::move(status);
    return false;
  }
  bool fail(Io io) {
    result_.is_reusable = false;
    return fail(Kind::retry_later, std::string(words_for(io)));
  }
  /// What the server said decides; a code that makes no sense here is temporary.
  bool fail(const SmtpReply& reply) {
    result_.is_reusable = reply.code != 421;
    if (reply.code == 530 || reply.code == 538) { outcome().stage = Stage::login; }
    return fail(is_final(reply) ? Kind::refused : Kind::retry_later, std::to_string(reply.code) + " " + reply.text, reply.status);
  }
  /// Too many recipients (5.5.3) is an old way to say "the rest later"; 530 and 538 want a log-in or TLS, which an administrator can give.
  static bool is_final(const SmtpReply& reply) { return reply.is_permanent() && reply.status != "5.5.3" && reply.code != 530 && reply.code != 538; }

  bool command(std::string_view lines) {
    std::size_t sent = 0;
    const Io io = connection_.send(lines, limits_.progress, deadline_, sent);
    return io == Io::ok || fail_with_last_words(io);
  }
  bool answer(SmtpReply& reply) {
    const Io io = connection_.read_reply(reply, answer_deadline());
    if (io != Io::ok) { return fail(io); }
    result_.was_greeted = result_.was_greeted || reply.code != 421;
    return true;
  }
  /// A server that hangs up often says why first.
  bool fail_with_last_words(Io io) {
    SmtpReply reply;
    const auto soon = std::chrono::steady_clock::now() + milliseconds(200);
    if (io == Io::closed && connection_.read_reply(reply, soon) == Io::ok && reply.code >= 400) {
      fail(reply);
      result_.is_reusable = false;
      return false;
    }
    return fail(io);
  }

  bool prepare() {
    result_.is_reusable = true;
    const std::size_t body = std::min(mail_.raw.find("\r\n\r\n"), mail_.raw.size());
    is_utf8_ = !is_ascii(mail_.mail_from) || !is_ascii(mail_.raw.substr(0, body));
    for (const auto& each : mail_.recipients) {
      paths_.push_back("<" + mailbox_text(normalise_address(each)) + ">");
      is_utf8_ = is_utf8_ || !is_ascii(paths_.back());
    }
    if (is_utf8_ && !connection_.has_extension("SMTPUTF8")) {
      return fail(Kind::refused, "an address has characters beyond ASCII, and the mail server cannot take those (SMTPUTF8)", "5.6.7");
    }
    data_ = data_form(mail_.raw);
    return true;
  }

  std::string mail_command() const {
    const std::string from = normalise_address(mail_.mail_from);
    std::string out = "MAIL FROM:<" + (from.empty() ? std::string() : mailbox_text(from)) + ">";
    if (connection_.has_extension("SIZE")) { out += " SIZE=" + std::to_string(data_.size()); }
    if (connection_.has_extension("8BITMIME") && !is_ascii(mail_.raw)) { out += " BODY=8BITMIME"; }
    if (is_utf8_) { out += " SMTPUTF8"; }
    return out + "\r\n";
  }

  /// RSET when a mail went before, MAIL, and all RCPT: at once when the server allows, one by one when not.
  bool say_envelope() {
    std::vector<std::string> commands;
    if (was_used_) { commands.push_back("RSET\r\n"); }
    commands.push_back(mail_command());
    for (const auto& path : paths_) { commands.push_back("RCPT TO:" + path + "\r\n"); }
    const std::size_t at_once = connection_.has_extension("PIPELINING") ? pipelined_max : 1, first_recipient = was_used_ ? 2 : 1;
    SmtpReply mail_reply;
    for (std::size_t begin = 0; begin < commands.size(); begin += at_once) {
      const std::size_t end = std::min(commands.size(), begin + at_once);
      std::string lines;
      for (std::size_t i = begin; i < end; ++i) { lines += commands[i]; }
      if (!command(lines)) { return false; }
      for (std::size_t i = begin; i < end; ++i) {
        SmtpReply reply;
        if (!answer(reply)) { return false; }
        if (reply.code == 421) { return fail(reply); }
        if (i == 0 && was_used_ && !reply.is_good()) {
          result_.was_greeted = false;  // it does not want to start afresh: a new connection will
          return fail(Io::closed);
        }
        if (i >= first_recipient) {
          note_recipient(i - first_recipient, reply);
        } else if (!reply.is_good() && mail_reply.code == 0) {
          mail_reply = std::move(reply);  // the answers to what was sent along have to be read first
        }
      }
      if (mail_reply.code != 0) {
        outcome().not_taken.clear();  // all of them, for the same reason
        return fail(mail_reply);
      }
    }
    return has_recipient();
  }

  void note_recipient(std::size_t index, const SmtpReply& reply) {
    if (reply.is_good()) { return; }
    outcome().not_taken.push_back({mail_.recipients[index], is_final(reply), reply.status, std::to_string(reply.code) + " " + reply.text});
  }

  /// When nobody was taken the outcome is that of the recipient with most hope.
  bool has_recipient() {
    const auto& none = outcome().not_taken;
    if (none.size() < mail_.recipients.size()) { return true; }
    auto best = std::find_if(none.begin(), none.end(), [](const SmtpOutcome::Recipient& each) { return !each.is_refused; });
    if (best == none.end()) { best = none.begin(); }
    return fail(best->is_refused ? Kind::refused : Kind::retry_later, best->error, best->status);
  }

  bool begin_data() {
    SmtpReply reply;
    if (!command("DATA\r\n") || !answer(reply)) { return false; }
    return reply.code == 354 || fail(reply);
  }

  /// Up to and without the final dot: whatever breaks here, the server has no mail.
  bool send_content() {
    outcome().stage = Stage::content;
    if (!command(data_)) {
      result_.is_reusable = false;
      return false;
    }
    return true;
  }

  /// The dot alone: only when the system took all of it can the server have the mail.
  void finish() {
    std::size_t sent = 0;
    constexpr std::string_view dot = ".\r\n";
    result_.is_reusable = false;
    if (!connection_.is_quiet()) {  // it refused or hung up while we were writing: then it need not see the end
      fail_with_last_words(Io::closed);
      return;
    }
    if (const Io io = connection_.send(dot, limits_.progress, deadline_, sent); io != Io::ok) {
      fail_with_last_words(io);
      return;
    }
    outcome().stage = Stage::answer;
    SmtpReply reply;
    const auto patience = std::max(deadline_, std::chrono::steady_clock::now() + limits_.progress);
    if (const Io io = connection_.read_reply(reply, patience, false); io != Io::ok) {
      fail(Kind::unknown, std::string(words_for(io)) + " after the whole mail had been sent: it may have been taken");
    } else if (reply.is_good()) {
      outcome().kind = Kind::sent;
      outcome().status = reply.status;
      outcome().provider_id = queue_id(reply.text);
      result_.is_reusable = true;
    } else if (reply.code >= 400) {
      fail(reply);
    } else {
      fail(Kind::unknown, "the mail server answered the mail with " + std::to_string(reply.code) + " " + reply.text);
    }
  }

  SmtpConnection& connection_;
  const HandOver& mail_;
  const SmtpLimits& limits_;
  bool was_used_, is_utf8_{false};
  SteadyTime deadline_;
  std::vector<std::string> paths_;
  std::string data_;
  TransactionResult result_;
};

}  // namespace

std::string data_form(std::string_view raw) {
  std::string out;
  out.reserve(raw.size() + raw.size() / 64 + 2);
  for (std::size_t at = 0; at < raw.size();) {
    const std::size_t end = std::min(raw.find_first_of("\r\n", at), raw.size());
    if (raw[at] == '.') { out += '.'; }
    out += raw.substr(at, end - at);
    out += "\r\n";
    at = end + (raw.substr(end, 2) == "\r\n" ? 2 : 1);
  }
  return out;
}

std::optional<SmtpOutcome> refuse_envelope(const HandOver& mail, const SmtpLimits& limits) {
  SmtpOutcome out;
  out.kind = Kind::refused;
  out.stage = Stage::envelope;
  if (mail.recipients.empty() || mail.recipients.size() > limits.recipients_max) {
    out.error = "a mail needs 1 to " + std::to_string(limits.recipients_max) + " recipients";
    return out;
  }
  const auto bad = std::find_if_not(mail.recipients.begin(), mail.recipients.end(), is_address);
  if (bad == mail.recipients.end() && (mail.mail_from.empty() || is_address(mail.mail_from))) { return std::nullopt; }
  out.status = "5.1.3";
  out.error = "not an e-mail address: " + clean_line(bad == mail.recipients.end() ? mail.mail_from : *bad);
  return out;
}

TransactionResult hand_over_on(SmtpConnection& connection, const HandOver& mail, const SmtpLimits& limits, bool was_used) {
  return Transaction(connection, mail, limits, was_used).run();
}

}  // namespace parley::channels::email::sending
