// One connection to an IMAP server (RFC 3501, RFC 9051) and the commands a mailbox reader needs. Belongs to the thread of its executor; one
// command at a time. Errors of all calls: unauthenticated (log-in refused), forbidden (the server said NO), not_found (no such
// mailbox), too_large (more than is taken at once), timeout, unavailable (connection gone, BYE), invalid_input (no lawful IMAP).
// Details are sentences for the shop. After anything but NO the connection is closed.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "channels/email/imap/imap_account.h"
#include "channels/email/imap/imap_response.h"
#include "channels/email/imap/impl/command_channel.h"

namespace parley::channels::email::imap {

/// What SELECT said.
struct Mailbox {
  std::uint32_t uidvalidity{0}, uid_next{0}, exists{0};  // uid_next 0: unknown
  bool is_read_only{false};
};

struct MailInfo {
  std::uint32_t uid{0};
  std::uint64_t size{0};
  bool is_seen{false};
  TimePoint internal_date{};  // the epoch when the server did not say
};

class ImapSession {
 public:
  using milliseconds = std::chrono::milliseconds;
  template <class T>
  using Task = wire::Task<T>;

  /// Over a fresh connection: see wire::LineStream::connect.
  ImapSession(std::unique_ptr<wire::LineStream> stream, std::shared_ptr<boost::asio::ssl::context> tls, ImapAccount account, SessionLimits limits);

  /// Greeting and TLS as the account wants it; forbidden when the certificate is bad or the server does not offer STARTTLS.
  Task<Status> secure();
  /// Capabilities, LOGIN or AUTHENTICATE, ID. Never sends a secret in the clear unless the account's security is none.
  Task<Status> log_in();
  Task<Result<Mailbox>> select();
  /// Names of mailboxes as UTF-8, at most 50.
  Task<Result<std::vector<std::string>>> list();

  /// Ascending UIDs that match `criteria` (the tail of UID SEARCH), in the range, at most search_max, the lowest ones.
  Task<Result<std::vector<std::uint32_t>>> search(std::string criteria, std::uint32_t first, std::uint32_t last);
  /// The highest UID in the mailbox, 0 when empty.
  Task<Result<std::uint32_t>> highest_uid();
  /// Ascending; mails that are gone are missing. At most info_max UIDs are asked for.
  Task<Result<std::vector<MailInfo>>> fetch_info(std::vector<std::uint32_t> ascending);
  /// The mail, or its header only. Nothing when it is gone or the server has no bytes for it. Leaves \Seen alone.
  Task<Result<std::optional<std::string>>> fetch_mail(std::uint32_t uid, bool is_header_only);

  /// As many of `ascending` as fit into one command; says how many.
  Task<Result<std::size_t>> mark_seen(std::vector<std::uint32_t> ascending);
  /// MOVE, or COPY and delete. Makes the mailbox when it is missing.
  Task<Result<std::size_t>> move(std::vector<std::uint32_t> ascending, std::string target);
  /// \Deleted and UID EXPUNGE. Without UIDPLUS the mail stays, marked \Deleted: EXPUNGE would remove what others marked.
  Task<Result<std::size_t>> remove(std::vector<std::uint32_t> ascending);

  /// Until new mail is announced, `limit` has passed or interrupt() was called. Needs can_idle().
  Task<Status> idle(milliseconds limit);
  Task<Status> noop();
  /// LOGOUT and hang up, within four seconds.
  Task<void> log_out();

  bool can_idle() const { return has("IDLE") && !is_idle_refused_; }
  /// Whether new mail was announced since the last call.
  bool take_news() { return std::exchange(has_news_, false); }
  /// Ends the running idle().
  void interrupt();
  bool is_idling() const { return is_waiting_; }
  void close() { channel_.stream().close(); }
  const std::string& remote_address() const { return channel_.stream().remote_address(); }

  static constexpr std::size_t search_max = 5'000, info_max = 200;

 private:
  using OnUntagged = CommandChannel::OnUntagged;

  bool has(std::string_view capability) const;
  Task<Status> greet();
  Task<Status> start_tls();
  Task<Status> ask_capabilities();
  Task<Status> authenticate();
  Result<Command> log_in_command() const;
  Task<void> identify();
  /// Runs a command and makes an error of everything but OK.
  Task<Status> run(Command command, OnUntagged on_untagged);
  Task<Status> run(Command command);
  Task<Result<Condition>> exchange(Command command, OnUntagged on_untagged);
  Task<Status> mark(std::string set, std::string flag);
  Task<Status> wait_for_news(milliseconds limit);
  void notice(const Response& response);

  CommandChannel channel_;
  std::shared_ptr<boost::asio::ssl::context> tls_;
  ImapAccount account_;
  SessionLimits limits_;
  std::vector<std::string> capabilities_;
  std::uint32_t exists_{0};
  bool is_preauthenticated_{false}, has_news_{false}, is_waiting_{false}, is_interrupted_{false}, is_idle_refused_{false};
};

}  // namespace parley::channels::email::imap
