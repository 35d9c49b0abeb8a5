// Address lists as people and programs really write them, and what makes two addresses the same mailbox.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "channels/email/mail.h"

namespace parley::channels::email {

/// Reads a decoded address header leniently: unquoted commas and dots in names, missing brackets, routes, groups, comments, "mailto:",
/// full-width commas. An empty group and text without any address give one entry with a name and no address. At most `max` entries.
/// `is_clean`, when asked for, says whether everything but empty groups was an address.
std::vector<MailAddress> parse_addresses(std::string_view list, std::size_t max = 500, bool* is_clean = nullptr);
/// The first entry that has an address.
std::optional<MailAddress> parse_address(std::string_view text);

/// "local@domain" with the domain in lower-case ASCII and the local part as written; empty when this cannot be an address.
std::string normalise_address(std::string_view address);
/// Lower case and IDNA punycode; nothing when a label is empty, too long or has foreign characters.
std::optional<std::string> domain_to_ascii(std::string_view domain);
/// The part after '@' of a normalised address.
std::string_view domain_of(std::string_view address);
std::string_view local_part_of(std::string_view address);
/// One is the other or below it: mail.shop.example and shop.example, either way round.
bool is_same_or_subdomain(std::string_view a, std::string_view b);

/// What a person is known by and written to: normalise_email, and where that is too strict for what is in use (name.@docomo.ne.jp, quoted
/// local parts) the address in lower case. Empty when it is no address at all.
std::string identity_address(std::string_view address);

/// For comparing only, never for sending: case is ignored everywhere, "+tag" (and Gmail's dots) only at providers known to ignore them.
std::string address_key(std::string_view address);

/// What stands after '+' when `address` is `own` with an extension: support+k7d2@shop.example and support@shop.example give k7d2.
std::string address_extension(std::string_view address, std::string_view own);
std::string with_extension(std::string_view own, std::string_view extension);

}  // namespace parley::channels::email
