// Whether a delivery report comes from the house an inbox's mailbox is in.
#pragma once

#include "channels/email/mail.h"
#include "channels/email/settings.h"

namespace parley::channels::email {

/// postmaster@qq.com for shop@qq.com, and for shop.example whose mail leaves by smtp.exmail.qq.com: the author's domain is the inbox's own, the SMTP
/// server's, or one above these that is still somebody's. From is what the mail claims: only a provider that lets nobody else write in its name makes it true.
bool is_of_own_provider(const EmailSettings& settings, const Mail& report);

/// The domain is `host` or above it, not above what can be registered ("qq.com" for smtp.exmail.qq.com, never "com" or "co.uk").
bool is_host_or_above(std::string_view domain, std::string_view host);

}  // namespace parley::channels::email
