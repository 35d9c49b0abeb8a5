// Bounces that are only prose: who speaks, where the recipient stands, where the reason stands.
#pragma once

#include <optional>

#include "channels/email/reading/bounce.h"

namespace parley::channels::email {

/// Reads the prose of a mail that already came from a mail system. Bounded to the first 64 KB.
std::optional<Bounce> read_bounce_text(const Mail& mail);

}  // namespace parley::channels::email
