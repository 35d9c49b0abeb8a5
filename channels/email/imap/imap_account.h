#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "channels/email/server_access.h"

namespace parley::channels::email::imap {

/// One mailbox on one server, as the shop entered it.
struct ImapAccount {
  enum class After : std::uint8_t { mark_seen, move, delete_ };  // what becomes of a mail that was taken

  std::string host;
  std::uint16_t port{993};
  Security security{Security::tls};
  std::string user, secret;           // the secret is a password, an app password or an OAuth bearer token
  Auth auth{Auth::password};
  std::string mailbox{"INBOX"};       // UTF-8
  After after{After::mark_seen};
  std::string move_to;                // UTF-8; made when it is missing
  bool takes_old_mail{false};         // also mails that were read before Parley first connected
};

/// How long a server may be silent.
struct SessionLimits {
  std::chrono::milliseconds connect{std::chrono::seconds(20)}, tls{std::chrono::seconds(20)}, greeting{std::chrono::seconds(30)};
  std::chrono::milliseconds answer{std::chrono::seconds(60)};  // before the next line of an answer
};

}  // namespace parley::channels::email::imap
