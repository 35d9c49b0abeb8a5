// Bytes in any charset to UTF-8. Names come from strangers: only charsets of our own list ever reach iconv, because iconv loads
// code by name.
#pragma once

#include <string>
#include <string_view>

namespace parley::channels::email::mime {

struct Converted {
  std::string text;          // valid UTF-8
  std::size_t error_count{0};  // bytes that became U+FFFD
};

/// The name iconv knows for a declared charset ("gb2312" is read as GB18030, "iso-8859-1" as windows-1252); empty when unknown.
std::string_view known_charset(std::string_view declared);
/// Converts from a name known_charset() gave. Never fails: what cannot be read becomes U+FFFD and is counted.
Converted convert(std::string_view bytes, std::string_view known);
/// What the bytes look like: "UTF-8", "ISO-2022-JP", "GB18030", "BIG5-HKSCS", "CP932" or "CP1252".
std::string_view detect_charset(std::string_view bytes);

struct Decoded {
  std::string text;          // valid UTF-8
  bool was_declared{true};   // the declaration was there, known and right (or everything was ASCII)
};
/// Declared charset when it fits the bytes, else what they look like. `hint` is tried when nothing was declared (a meta tag of the
/// HTML, the charset of the body for a raw header).
Decoded decode_text(std::string_view bytes, std::string_view declared, std::string_view hint = {});

}  // namespace parley::channels::email::mime
