#include "channels/email/oauth/form_text.h"

#include "base/text.h"

namespace parley::channels::email {

std::string form_text(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
  std::string form;
  for (const auto& [name, value] : fields) {
    if (value.empty()) { continue; }
    form += (form.empty() ? "" : "&") + std::string(name) + "=" + percent_encode(value);
  }
  return form;
}

}  // namespace parley::channels::email
