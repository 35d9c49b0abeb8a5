#pragma once

#include <cstdint>

#include "base/clock.h"

namespace parley::channels::email::imap {

/// How far a mailbox was read. Its keeper stores it as it is and gives it back as it was; all zero: never read.
struct ReaderPosition {
  std::uint32_t uidvalidity{0};
  std::uint32_t uid{0};      // every mail up to here is done with: taken and marked, moved or deleted; or not wanted; or gone
  // Mails up to here were in the mailbox when these UIDs were first seen. Of them only those are taken that are unread or arrived since
  // `started_at`, which is when the mailbox was first read; the rest was somebody's business before Parley.
  std::uint32_t old_uid{0};
  TimePoint started_at{};
  // How often the mailbox went back to an earlier state under the same uidvalidity. Its UIDs are given to other mails then, so a mail's number is this too.
  std::uint32_t rewinds{0};

  bool operator==(const ReaderPosition&) const = default;
};

}  // namespace parley::channels::email::imap
