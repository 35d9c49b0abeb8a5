// Cursor pagination over a descending (sort key, id) pair.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/crypto.h"

namespace parley {

struct PageKey {
  std::int64_t sort{0};
  std::int64_t id{0};
};

inline std::string encode_page(const PageKey& key) {
  return base64url_encode(std::to_string(key.sort) + ":" + std::to_string(key.id));
}
inline std::optional<PageKey> decode_page(std::string_view text) {
  const auto bytes = base64url_decode(text.substr(0, 80));
  if (!bytes) { return std::nullopt; }
  PageKey key;
  const char* end = bytes->data() + bytes->size();
  const auto first = std::from_chars(bytes->data(), end, key.sort);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != ':') { return std::nullopt; }
  const auto second = std::from_chars(first.ptr + 1, end, key.id);
  if (second.ec != std::errc{} || second.ptr != end) { return std::nullopt; }
  return key;
}

}  // namespace parley
