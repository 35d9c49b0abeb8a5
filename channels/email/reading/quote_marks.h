// The lines by which mail programs introduce what they quote or forward: separators, header blocks, "On ... wrote:".
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "channels/email/reading/scan.h"

namespace parley::channels::email {

/// "> text", but not the faces people draw with the same sign (">_<").
bool is_quote_line(std::string_view line);

enum class Separator : unsigned char {
  none,
  rule,     // only dashes or underscores: means something together with what follows
  reply,    // -----Original Message-----, ------------------ 原始邮件 ------------------
  forward,  // ---------- Forwarded message ---------, 开始转发邮件：
};
Separator separator_of(std::string_view line);

/// From/Date/To/Subject repeated in the text, in the labels of many languages; views into the lines.
struct HeaderBlock {
  std::size_t end_line{0};  // the first line after it
  std::string_view from, date, to, subject, message_id;
};
/// The block that begins at `first`. Without a separator above it needs a sender first and three kinds of label, with one any two.
std::optional<HeaderBlock> read_header_block(const std::vector<Line>& lines, std::size_t first, bool is_separated);

/// "On 6 Jan 2026, Anna <anna@shop.example> wrote:" over up to four lines, in many languages.
struct Attribution {
  std::size_t first_line{0};
  bool is_strong{false};  // names a date and a time or address: enough even when the quoted text has no ">" before it
};
std::optional<Attribution> read_attribution(const std::vector<Line>& lines, std::size_t last_line);

}  // namespace parley::channels::email
