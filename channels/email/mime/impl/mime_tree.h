// The structure of a message as views into its bytes. Written here, not GMime's parser: that one walks every open boundary for each
// line that begins with "--" (1.2 MB of such lines at its own depth limit took 3.4 s) and re-writes what it keeps, while a part that
// is handed to an agent or a verifier must be the bytes that came.
#pragma once

#include <string_view>
#include <vector>

#include "channels/email/mime/impl/field_parser.h"
#include "channels/email/mime/mail_parser.h"

namespace parley::channels::email::mime {

struct RawHeader {
  std::string_view name;
  std::string_view value;  // folded, as sent
};

class Problems {
 public:
  void add(std::string_view word);
  std::vector<std::string> take() { return std::move(words_); }

 private:
  std::vector<std::string> words_;
};

struct Entity {
  std::vector<RawHeader> headers;
  ContentFields fields;
  std::string_view whole;  // headers and body
  std::string_view body;   // still transfer-encoded
  std::vector<Entity> children;
  bool is_taken_apart{false};  // a multipart whose children are in `children`
  /// The first value of that name, whatever its case; empty when missing.
  std::string_view header(std::string_view name) const;
};

/// `raw` must outlive the tree.
Entity read_tree(std::string_view raw, const ParseLimits& limits, Problems& problems);

/// The transfer encoding removed; at most `max` bytes.
std::string decode_body(const Entity& entity, std::size_t max, Problems& problems);

}  // namespace parley::channels::email::mime
