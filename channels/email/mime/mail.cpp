#include "channels/email/mail.h"

#include "base/text.h"

namespace parley::channels::email {

std::string Mail::header(std::string_view name) const {
  const std::string wanted = to_lower_ascii(name);
  for (const auto& [key, value] : headers) {
    if (key.size() == wanted.size() && to_lower_ascii(key) == wanted) { return value; }
  }
  return {};
}

}  // namespace parley::channels::email
