// What a mail server says, line by line (RFC 5321 4.2), bounded.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace parley::channels::email::sending {

struct SmtpReply {
  int code{0};
  std::string status;  // enhanced status code such as "5.1.1" (RFC 3463), empty when there is none
  std::string text;    // one line of valid UTF-8 without codes, at most 500 bytes

  bool is_good() const { return code >= 200 && code < 300; }
  bool is_temporary() const { return code >= 400 && code < 500; }
  bool is_permanent() const { return code >= 500 && code < 600; }
};

/// Collects bytes as they arrive and gives whole replies.
class ReplyReader {
 public:
  void add(std::string_view bytes) { buffer_ += bytes; }
  /// The next whole reply; nothing while it is incomplete or when `is_broken`.
  std::optional<SmtpReply> next();
  /// What came is no SMTP, or does not end: nothing after it can be trusted.
  bool is_broken() const { return is_broken_; }
  bool is_empty() const { return buffer_.empty(); }

 private:
  bool take_line(std::string_view line);  // true when it was the last of its reply

  std::string buffer_, text_;
  int code_{0};
  bool is_broken_{false};
};

/// The name under which the server keeps the mail, from the text of its last reply ("queued as 4XyZ", "id=1r…", "… - gsmtp"); may be empty.
std::string queue_id(std::string_view text);

}  // namespace parley::channels::email::sending
