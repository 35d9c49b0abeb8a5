// Bytes of an e-mail, from anyone, to what the desk shows. Never throws for any input, always answers, in bounded time and memory:
// what does not fit a bound is kept in a cruder form and named in Mail::problems. Safe to call from any thread.
#pragma once

#include <cstddef>
#include <string_view>

#include "channels/email/mail.h"

namespace parley::channels::email {

struct ParseLimits {
  std::size_t depth_max{24};                   // nested multiparts; deeper ones stay whole as a part          "too_deep"
  std::size_t parts_max{1'000};                // the rest becomes one part                                   "too_many_parts"
  std::size_t headers_max{1'000};              // fields of one header block                                  "too_many_headers"
  std::size_t header_bytes_max{64 * 1'024};    // one field; longer ones are cut                              "header_too_long"
  std::size_t header_block_max{1'024 * 1'024};  // kept bytes of all fields of one block                      "too_many_headers"
  std::size_t decoded_max{96 * 1'024 * 1'024};  // bytes of all parts together; what is beyond is cut         "truncated"
  std::size_t text_max{512 * 1'024};           // bytes of the text; when longer its original is kept as part "text_too_long"
  std::size_t html_max{2 * 1'024 * 1'024};     // bytes of HTML given to the sanitiser                        "html_too_long"
  std::size_t addresses_max{1'000};            // of one header
  std::size_t references_max{100};
};

/// Other words in `problems`: "empty", "bad_header" (a line or value that is none), "bad_date", "bad_charset" (missing, unknown or
/// wrong; the text was read by what its bytes look like), "bad_encoding" (unknown transfer encoding), "missing_boundary",
/// "missing_end_boundary", "html_reduced" (the HTML was hostile or too deep and is shown as text), "internal" (out of memory or a
/// bug: the message is one part with its bytes).
Mail parse_mail(std::string_view raw, const ParseLimits& limits = {});

}  // namespace parley::channels::email
