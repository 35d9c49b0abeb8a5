// What an administrator can do when a mail server refuses: the sentences of the connection test and of a mailbox's health.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "channels/email/imap/imap_account.h"
#include "channels/email/imap/imap_response.h"

namespace parley::channels::email::imap {

/// A refused log-in. `challenge` is what the server said before (XOAUTH2: JSON in base64). Codes: unauthenticated (only new credentials
/// help), rate_limited and unavailable (the same ones may work later).
Error explain_login(const ImapAccount& account, const Condition& refusal, std::string_view challenge);

/// A refused SELECT: not_found, or forbidden with the advice for providers that refuse here what they dislike about the log-in.
Error explain_select(const ImapAccount& account, const Condition& refusal);

/// A failed TLS handshake, as a sentence around the library's reason.
Error explain_tls(const ImapAccount& account, const Error& failure);

/// One line of foreign text, short, without control characters, in quotation marks.
std::string server_words(std::string_view text);

}  // namespace parley::channels::email::imap
