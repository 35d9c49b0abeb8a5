// One mail read once: everything that can be said of it without the database.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "channels/email/mail.h"
#include "channels/email/reading/authentication.h"
#include "channels/email/reading/bounce.h"
#include "channels/email/reading/forward.h"
#include "channels/email/reading/machine.h"
#include "channels/email/reading/threading.h"

namespace parley::channels::email {

struct ReadingContext {
  std::vector<std::string> own_addresses;
  std::vector<std::string> trusted_servers;
  std::vector<std::string> keys;  // for threading
  std::vector<std::string> recipients{};  // of the envelope
};

struct MailReading {
  Mail mail;
  MailAddress sender;           // whom the desk answers: From, or Reply-To where a form on our own site wrote the mail
  MachineVerdict machine;
  std::optional<Bounce> bounce;
  std::optional<Forwarded> forwarded;
  std::vector<ThreadCandidate> candidates;
  Authentication authentication;
  SenderTrust trust{SenderTrust::unknown};
  Spam spam;
  std::string text;             // what the sender wrote himself; the whole text when nothing of it is visible
  bool has_hidden{false};       // quotes or a signature were left out of `text`
  bool has_html{false};         // its formatting is worth showing
  int remote_images{0};
};

/// Time as parse_mail and the readers promise. Never fails.
MailReading read_mail(std::string_view raw, const ReadingContext& context);

/// A mail's two halves for its reader: as written, and what hangs below it.
struct ShownMail {
  std::string html, quoted_html, text, quoted_text;  // HTML sanitised, pictures by cid:
  bool sets_colors{false};
};
ShownMail show_mail(const Mail& mail);

std::string_view to_string(SenderTrust trust);

}  // namespace parley::channels::email
