// Range and conditional requests (RFC 9110 sections 13 and 14), as far as files and cached answers need them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace parley::net {

struct ByteRange {
  std::uint64_t first{0}, last{0};  // both included
};

struct RangeAnswer {
  bool is_unsatisfiable{false};
  std::optional<ByteRange> range;  // absent and satisfiable: send everything
};

/// A single range of `size` bytes. Several ranges, another unit and nonsense are ignored, which the RFC allows.
RangeAnswer parse_range(std::string_view field, std::uint64_t size);

/// Weak comparison of If-None-Match (a list, or `*`) with an entity tag.
bool etag_matches(std::string_view if_none_match, std::string_view etag);

}  // namespace parley::net
