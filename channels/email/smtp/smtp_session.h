// The server's side of SMTP (RFC 5321) and LMTP (RFC 2033) as a state machine without sockets: bytes in, replies and finished mails out.
// Extensions: PIPELINING, SIZE, 8BITMIME, SMTPUTF8, CHUNKING, ENHANCEDSTATUSCODES, STARTTLS. Never a relay.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "channels/email/smtp/mail_host.h"
#include "channels/email/smtp/smtp_data.h"
#include "channels/email/smtp/smtp_path.h"

namespace parley::channels::email::smtp {

struct SessionOptions {
  std::string host_name{"localhost"};
  bool is_lmtp{false};
  bool offers_tls{false};
  std::size_t message_max{35u << 20};   // bytes; 552 beyond
  std::size_t recipients_max{100};      // of one mail; 452 beyond
  std::size_t line_max{2048};           // a command with its parameters; 500 beyond
  std::size_t errors_max{20};           // refused commands; then 421 and the end
  std::size_t idle_commands_max{100};   // NOOP, RSET and the like between two mails; then 421 and the end
};

class SmtpSession {
 public:
  enum class Wants : std::uint8_t {
    input,     // feed() more
    tls,       // send take_output(), do the handshake, then on_tls_started()
    delivery,  // take_mail(), then on_answers()
    end        // send take_output(), then hang up
  };
  struct Mail {
    Envelope envelope;
    std::string raw;
  };

  /// `host` and `clock` outlive the session; only MailHost::is_ours and is_our_domain are called. Starts with the greeting in the output.
  SmtpSession(SessionOptions options, MailHost& host, const Clock& clock, std::string remote_address, bool is_tls);

  /// Returns how many bytes were used: all while it wants input, fewer when it came to want something else.
  std::size_t feed(std::string_view bytes);
  Wants wants() const { return wants_; }
  std::string take_output() { return std::exchange(output_, std::string()); }

  Mail take_mail();
  /// One answer per recipient. LMTP hears them all; SMTP one of them: a temporary failure before a permanent one before success, since a
  /// mail sent again is recognised and a mail bounced is lost. Anything malformed counts as 451.
  void on_answers(const std::vector<Answer>& answers);
  void on_tls_started();
  /// The last words (421) when something outside ends the session: no time, no memory, shutdown.
  void say_goodbye(std::string_view enhanced, std::string_view text);

  /// The text under way, or complete and not taken yet, is not wanted any more: what is held of it is freed, the rest is skipped, then
  /// this is answered.
  void refuse_mail(Answer why);
  /// Memory of the mail under way.
  std::size_t held_bytes() const { return transaction_.raw.empty() ? 0 : transaction_.raw.capacity(); }
  /// Inside DATA or BDAT.
  bool is_receiving() const { return phase_ != Phase::command; }

  struct Counts {
    std::uint64_t commands{0}, errors{0}, recipients_refused{0}, foreign_protocol{0}, mails_kept{0}, mails_deferred{0}, mails_refused{0};
  };
  const Counts& counts() const { return counts_; }

 private:
  enum class Phase : std::uint8_t { command, data, chunk };
  struct Command {
    std::string_view verb;
    void (SmtpSession::*run)(std::string_view argument);
  };
  struct Transaction {
    std::optional<std::string> mail_from;  // set: MAIL was accepted
    bool is_utf8{false};
    bool has_chunks{false};                // BDAT has begun
    std::vector<std::string> recipients;   // each once
    std::vector<std::size_t> accepted;     // for each RCPT that was accepted, its recipient
    std::string raw;                       // trace fields and text
    std::size_t trace_bytes{0}, received{0};
    std::optional<Answer> refusal;
    DataReader reader;
    std::size_t chunk_left{0};
    bool is_last_chunk{false};
    std::optional<Answer> chunk_refusal;   // this chunk is skipped
  };
  static const Command commands[];

  // smtp_session.cpp: bytes, mails, replies
  std::size_t feed_line(std::string_view bytes);
  std::size_t feed_data(std::string_view bytes);
  std::size_t feed_chunk(std::string_view bytes);
  std::size_t take_text(std::string_view bytes);
  void on_line(std::string_view line);
  Envelope envelope() const;
  void begin_text(bool is_dotted);
  void end_text();
  void end_chunk();
  void reset_transaction();
  void reply(int code, std::string_view enhanced, std::string_view text);
  void reply(const Answer& answer) { reply(answer.code, answer.enhanced, answer.text); }
  void refuse(int code, std::string_view enhanced, std::string_view text);  // counts as an error
  void end_with(int code, std::string_view enhanced, std::string_view text);

  // smtp_commands.cpp
  void helo(std::string_view argument);
  void ehlo(std::string_view argument);
  void lhlo(std::string_view argument);
  void greet(std::string_view argument, bool is_extended);
  void mail(std::string_view argument);
  bool take_mail_parameter(const Parameter& parameter);
  void rcpt(std::string_view argument);
  void add_recipient(std::string address);
  void data(std::string_view argument);
  void bdat(std::string_view argument);
  void rset(std::string_view argument);
  bool is_idling();
  void noop(std::string_view argument);
  void vrfy(std::string_view argument);
  void help(std::string_view argument);
  void quit(std::string_view argument);
  void starttls(std::string_view argument);
  void not_implemented(std::string_view argument);

  const SessionOptions options_;
  MailHost& host_;
  const Clock& clock_;
  const std::string remote_address_;
  Wants wants_{Wants::input};
  Phase phase_{Phase::command};
  bool is_tls_, is_extended_{false};
  std::string helo_;     // empty: not greeted yet
  std::string line_;     // begun, not ended
  std::size_t skipped_{0};  // of a line that is too long
  std::string output_;
  Transaction transaction_;
  std::size_t errors_{0}, idle_commands_{0};
  Counts counts_;
};

}  // namespace parley::channels::email::smtp
