// Addresses of links and pictures in a stranger's HTML: few schemes, nothing that could end an attribute.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace parley::channels::email::mime {

struct Url {
  std::string scheme;  // lower case; empty: refused
  std::string text;    // with the scheme
};

/// http, https, mailto, tel and cid; others are refused, and what names no scheme, except "//host" and "www.".
Url read_url(std::string_view raw);

/// data:image/png;base64,... and nothing else: an SVG is a document with scripts.
bool is_small_picture(std::string_view url, std::size_t max);

}  // namespace parley::channels::email::mime
