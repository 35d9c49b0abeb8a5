// Bytes to lines that every mail server passes on unchanged (RFC 2045 section 6).
#pragma once

#include <string>
#include <string_view>

namespace parley::channels::email::sending {

constexpr std::size_t line_max = 76;

/// Every line end (CRLF, LF, CR) becomes CRLF.
std::string with_crlf(std::string_view text);

enum class TransferEncoding : unsigned char { seven_bit, quoted_printable, base64 };
/// The shortest encoding of a text with CRLF line ends. Plain 7-bit only when nothing on the way has a reason to touch it: short lines, no
/// blanks at their ends, no "From " (mailboxes put '>' before it), no "=_" (our boundaries hold that).
TransferEncoding shortest_encoding(std::string_view text);
std::string_view name_of(TransferEncoding encoding);

void append_base64(std::string& out, std::string_view bytes);  // lines of 76, each ended by CRLF
void append_quoted_printable(std::string& out, std::string_view text);  // ends with CRLF only when the text does
void append_encoded(std::string& out, std::string_view bytes, TransferEncoding encoding);

}  // namespace parley::channels::email::sending
