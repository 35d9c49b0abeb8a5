// The arguments of MAIL and RCPT (RFC 5321 section 4.1.2, RFC 6531 section 3.3). Text is valid UTF-8 without control characters.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::channels::email::smtp {

struct Parameter {
  std::string name;  // upper case
  std::optional<std::string> value;
};

struct PathArgument {
  std::string path;  // what stood between < and >
  std::vector<Parameter> parameters;
};

/// "FROM:<a@b.example> SIZE=12" with keyword "FROM:"; a blank before < is forgiven. Nothing when it is not of this form.
std::optional<PathArgument> parse_path_argument(std::string_view argument, std::string_view keyword);

/// "local@domain" of a path: a source route is ignored, needless quotes around the local part are taken off. Dots at odd places of the local
/// part are left to its host. Nothing when it is no mailbox or too long (64 and 255 octets).
std::optional<std::string> parse_mailbox(std::string_view path);

bool is_ascii(std::string_view text);

}  // namespace parley::channels::email::smtp
