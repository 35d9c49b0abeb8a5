#include "channels/email/mime/impl/safe_url.h"

#include <algorithm>

#include "base/text.h"

namespace parley::channels::email::mime {
namespace {

constexpr std::size_t url_max = 8'192;

/// Control characters out (browsers drop tabs and line breaks inside URLs), direction tricks out, what could end an attribute encoded.
std::string plain_url(std::string_view raw) {
  std::string visible;
  for (const char c : raw.substr(0, url_max)) {
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) { visible.push_back(c); }
  }
  std::string out;
  for (const char c : clean_text(visible)) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    if (std::string_view(" \"'<>`\\^{|}").find(c) == std::string_view::npos) {
      out.push_back(c);
      continue;
    }
    out.push_back('%');
    out.push_back(digits[static_cast<unsigned char>(c) >> 4]);
    out.push_back(digits[static_cast<unsigned char>(c) & 15]);
  }
  return out;
}

}  // namespace

Url read_url(std::string_view raw) {
  if (raw.empty() || raw.size() > url_max) { return {}; }
  std::string url = plain_url(raw);
  if (url.substr(0, 2) == "//") { url.insert(0, "https:"); }
  if (starts_with_ignore_case(url, "www.")) { url.insert(0, "http://"); }
  const auto colon = url.find_first_of(":/?#%&");
  if (colon == std::string::npos || url[colon] != ':' || colon == 0) { return {}; }
  Url out;
  out.scheme = to_lower_ascii(std::string_view(url).substr(0, colon));
  const bool is_web = out.scheme == "http" || out.scheme == "https";
  if (!is_web && out.scheme != "mailto" && out.scheme != "tel" && out.scheme != "cid") { return {}; }
  if (is_web && (url.size() < colon + 4 || url.compare(colon, 3, "://") != 0)) { return {}; }
  if (url.size() == colon + 1) { return {}; }
  out.text = out.scheme + url.substr(colon);
  return out;
}

bool is_small_picture(std::string_view url, std::size_t max) {
  static constexpr std::string_view heads[] = {"data:image/png;base64,", "data:image/jpeg;base64,", "data:image/jpg;base64,", "data:image/gif;base64,", "data:image/webp;base64,"};
  const auto head = std::find_if(std::begin(heads), std::end(heads), [&](std::string_view one) { return url.substr(0, one.size()) == one; });
  if (head == std::end(heads) || url.size() > max) { return false; }
  const std::string_view body = url.substr(head->size());
  return !body.empty() && std::all_of(body.begin(), body.end(), [](char c) {
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z' && c != '\0') || c == '+' || c == '/' || c == '=';
  });
}

}  // namespace parley::channels::email::mime
