// Who wrote this mail: a person or a program, and whether an automatic answer may go back. The two questions differ: a person may write
// through a mailing list, and one careless answer to a program is the start of a loop.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "channels/email/mail.h"

namespace parley::channels::email {

enum class MailKind : unsigned char {
  human,
  auto_reply,       // "we have received your mail"
  out_of_office,
  bounce,           // read_bounce() says of what
  feedback_report,  // ARF: somebody pressed "this is spam"
  mailing_list,     // a person behind a discussion list
  newsletter,       // bulk mail with a way to unsubscribe
  calendar_reply,   // accepted, declined, proposed another time
  read_receipt,
  notification,     // any other mail that a program wrote
};
std::string_view to_string(MailKind kind);

struct MachineOptions {
  std::span<const std::string> own_addresses;  // of the desk: mail "from" them is our own, or forged
  std::span<const std::string> own_lists;      // List-Ids that only distribute to us (support@ as a group): their marks are ignored
};

struct MachineVerdict {
  MailKind kind{MailKind::human};
  bool may_answer{true};  // automatically, that is; agents may always
  std::string why;        // the sign that decided, a stable word; empty for a plain human mail
};

MachineVerdict classify(const Mail& mail, const MachineOptions& options = {});
bool may_answer_automatically(const Mail& mail, const MachineOptions& options = {});

}  // namespace parley::channels::email
