// How a session gets from the greeting to the authenticated state.
#include <algorithm>

#include "channels/email/imap/command_text.h"
#include "channels/email/imap/impl/imap_session.h"
#include "channels/email/imap/login_advice.h"

namespace parley::channels::email::imap {

using wire::Task;

Task<Status> ImapSession::greet() {
  auto read = co_await channel_.read(limits_.greeting);
  if (read.has_error()) {
    const bool is_silent = read.error().code == Errc::timeout;
    if (is_silent && account_.security != Security::tls) { co_return Error{Errc::timeout, "The server says nothing; perhaps this port wants TLS."}; }
    co_return read.error();
  }
  notice(read.value());
  const auto* const greeting = std::get_if<Condition>(&read.value().data);
  if (greeting == nullptr) { co_return Error{Errc::invalid_input, "This is no IMAP server."}; }
  is_preauthenticated_ = greeting->kind == Condition::Kind::preauth;
  co_return Status{};
}

Task<Status> ImapSession::start_tls() {
  auto& stream = channel_.stream();
  auto secured = co_await stream.start_tls_as_client(*tls_, account_.host, limits_.tls);
  if (secured.has_error()) { co_return explain_tls(account_, secured.error()); }
  capabilities_.clear();  // what was said in the clear may be forged
  co_return Status{};
}

Task<Status> ImapSession::secure() {
  if (account_.security == Security::tls) {
    auto secured = co_await start_tls();
    if (secured.has_error()) { co_return secured.error(); }
  }
  auto greeted = co_await greet();
  if (greeted.has_error() || account_.security != Security::starttls) { co_return greeted; }
  auto asked = co_await ask_capabilities();
  if (asked.has_error()) { co_return asked; }
  // After PREAUTH no STARTTLS is lawful any more: somebody in between may have made the greeting (RFC 9051 section 11.1).
  if (is_preauthenticated_ || !has("STARTTLS")) {
    close();
    co_return Error{Errc::forbidden, "The server does not offer STARTTLS, so nothing was sent. Choose TLS, usually on port 993."};
  }
  Command command("STARTTLS");
  auto agreed = co_await run(std::move(command));
  if (agreed.has_error()) { co_return agreed; }
  co_return co_await start_tls();
}

Task<Status> ImapSession::ask_capabilities() {
  if (!capabilities_.empty()) { co_return Status{}; }
  Command command("CAPABILITY");
  co_return co_await run(std::move(command));
}

Result<Command> ImapSession::log_in_command() const {
  const bool has_initial_response = has("SASL-IR");
  const auto authenticate = [&](const std::string& mechanism, std::string token) {
    Command command("AUTHENTICATE " + mechanism);
    if (has_initial_response) {
      command.text(" " + token);
    } else {
      command.answer(std::move(token));
    }
    return command;
  };
  if (account_.auth == Auth::xoauth2) {
    if (!has("AUTH=XOAUTH2")) { return Error{Errc::unauthenticated, "The server does not offer OAuth (XOAUTH2): choose password."}; }
    return authenticate("XOAUTH2", xoauth2_token(account_.user, account_.secret));
  }
  if (has("AUTH=PLAIN")) { return authenticate("PLAIN", plain_token(account_.user, account_.secret)); }
  if (has("LOGINDISABLED")) {
    return Error{Errc::unauthenticated, account_.security == Security::none ? "The server takes log-ins only over an encrypted connection: choose TLS or STARTTLS."
                                                                           : "The server takes no passwords: choose OAuth (XOAUTH2)."};
  }
  Command command("LOGIN");
  command.string(account_.user).string(account_.secret);
  return command;
}

Task<Status> ImapSession::authenticate() {
  if (account_.security != Security::none && !channel_.stream().is_tls()) { co_return Error{Errc::internal, "log-in before TLS"}; }
  PARLEY_CO_TRY(auto command, log_in_command());
  capabilities_.clear();  // a server may offer more after the log-in
  OnUntagged nothing;
  auto condition = co_await exchange(std::move(command), std::move(nothing));
  if (condition.has_error()) { co_return condition.error(); }
  if (condition.value().kind == Condition::Kind::ok) { co_return Status{}; }
  close();
  co_return explain_login(account_, condition.value(), channel_.challenge());
}

/// NetEase and others open no mailbox for clients that did not say who they are (RFC 2971). What the server answers does not matter.
Task<void> ImapSession::identify() {
  if (!has("ID")) { co_return; }
  Command command(R"(ID ("name" "Parley" "version" "1.0" "vendor" "Parley"))");
  std::ignore = co_await run(std::move(command));
}

Task<Status> ImapSession::log_in() {
  auto asked = co_await ask_capabilities();
  if (asked.has_error()) { co_return asked; }
  if (!is_preauthenticated_) {
    auto authenticated = co_await authenticate();
    if (authenticated.has_error()) { co_return authenticated; }
    asked = co_await ask_capabilities();
    if (asked.has_error()) { co_return asked; }
  }
  co_await identify();
  co_return Status{};
}

}  // namespace parley::channels::email::imap
