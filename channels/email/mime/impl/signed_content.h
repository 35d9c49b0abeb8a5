// The content inside an opaque S/MIME message (application/pkcs7-mime). Nothing is verified here.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace parley::channels::email::mime {

struct SmimeContent {
  bool is_encrypted{false};
  std::optional<std::string> inside;  // the MIME entity that was signed
};

/// Nothing when the bytes are no CMS structure.
std::optional<SmimeContent> read_smime(std::string_view der);

}  // namespace parley::channels::email::mime
