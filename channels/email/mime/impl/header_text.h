// Header values as people wrote them: unfolded, encoded words decoded (RFC 2047, and what is really sent), raw 8-bit repaired.
#pragma once

#include <string>
#include <string_view>

namespace parley::channels::email::mime {

/// Line breaks of a folded value removed; other control characters become spaces.
std::string unfold(std::string_view raw);

/// Text of an unstructured value, one line of valid UTF-8. `hint`: charset of the message body, tried for raw 8-bit bytes.
/// `is_clean` becomes false when a charset was missing, unknown or wrong.
std::string decode_header_text(std::string_view raw, std::string_view hint, bool& is_clean);

/// A structured value (addresses, parameters) ready for a parser that knows only quoted strings: encoded words become quoted text
/// in UTF-8 so that a decoded comma or '<' cannot act as syntax; raw 8-bit becomes UTF-8.
std::string decode_structured(std::string_view raw, std::string_view hint, bool& is_clean);

}  // namespace parley::channels::email::mime
