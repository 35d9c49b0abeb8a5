#include "server/net/http.h"

#include <algorithm>

namespace parley::net {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

}  // namespace

// Names of requests are lower case already; an application may write its response names as it likes.
std::string_view Headers::find(std::string_view name) const {
  for (const auto& [key, value] : items) {
    if (key.size() == name.size() &&
        std::equal(key.begin(), key.end(), name.begin(), [](char a, char b) { return lower(a) == lower(b); })) {
      return value;
    }
  }
  return {};
}

}  // namespace parley::net
