// Header fields in 7 bits, folded at 76 columns: encoded words (RFC 2047), addresses, ids, parameters (RFC 2231). What comes in here has
// been checked: valid UTF-8 without control characters.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "channels/email/mail.h"

namespace parley::channels::email::sending {

/// Encoded words of at most 64 characters joined by `between`, in whichever of B and Q is shorter; no character is cut in two.
std::string encoded_words(std::string_view text, std::string_view between);

/// "local@domain" as it stands in a header or an SMTP command: a local part that is no dot-atom gets its quotes ("a..b"@docomo.example).
std::string mailbox_text(std::string_view address);

class HeaderWriter {
 public:
  explicit HeaderWriter(std::string& out) : out_(out) {}

  void text(std::string_view name, std::string_view value);  // a sentence: encoded when it has to be
  void tokens(std::string_view name, std::string_view value);  // ASCII with meaning: folded at blanks, never encoded
  void addresses(std::string_view name, std::span<const MailAddress> list);
  void ids(std::string_view name, std::span<const std::string> ids);
  /// Content-Type and Content-Disposition. The file name stands in both: by RFC 2231 where the standard wants it, and as an encoded word
  /// in `name`, which is what Outlook, QQ Mail and Foxmail read.
  void content(std::string_view type, std::string_view disposition, std::string_view file_name);

 private:
  void begin(std::string_view name);
  void word(std::string_view word, std::string_view before = " ");  // goes to the next line when it does not fit
  void end();

  std::string& out_;
  std::size_t line_begin_{0};
  bool is_first_{true};
};

}  // namespace parley::channels::email::sending
