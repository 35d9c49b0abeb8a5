// Responses from a stream: lines, and the literals they announce.
#pragma once

#include <chrono>

#include "channels/email/imap/imap_response.h"
#include "channels/email/wire/line_stream.h"

namespace parley::channels::email::imap {

/// Longest silence inside a response.
inline constexpr std::chrono::seconds progress_limit{30};

/// The next response; its first line may take `limit`. Errors: timeout (nothing came, nothing is lost, also after wake()); all others
/// leave the stream closed: too_large (a literal, or too many, or a line), invalid_input (no IMAP; an untagged response that cannot be read
/// is an Other instead), unavailable (closed, or too slow in the middle). Whole literals have to come at 8 KB/s on average.
wire::Task<Result<Response>> read_response(wire::LineStream& stream, std::chrono::milliseconds limit);  // awaited in place

}  // namespace parley::channels::email::imap
