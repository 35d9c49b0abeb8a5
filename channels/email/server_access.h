// How a mail server is reached, in and out, and what trying it found. The words are those of the settings and of the API.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace parley::channels::email {

/// starttls is required when asked for, never optional.
enum class Security : std::uint8_t { none, starttls, tls };
enum class Auth : std::uint8_t { password, xoauth2 };

template <class Choice>
struct Words;
template <>
struct Words<Security> {
  static constexpr std::array all{std::pair{Security::tls, "tls"}, std::pair{Security::starttls, "starttls"}, std::pair{Security::none, "none"}};
};
template <>
struct Words<Auth> {
  static constexpr std::array all{std::pair{Auth::password, "password"}, std::pair{Auth::xoauth2, "xoauth2"}};
};

/// Every word, for a schema.
template <class Choice>
std::vector<std::string> words_of() {
  std::vector<std::string> out;
  for (const auto& [choice, word] : Words<Choice>::all) { out.emplace_back(word); }
  return out;
}

template <class Choice>
std::string_view to_word(Choice choice) {
  for (const auto& [each, word] : Words<Choice>::all) {
    if (each == choice) { return word; }
  }
  return {};
}

/// Nothing for a word that is none of them.
template <class Choice>
std::optional<Choice> from_word(std::string_view word) {
  for (const auto& [choice, each] : Words<Choice>::all) {
    if (each == word) { return choice; }
  }
  return std::nullopt;
}

/// One step of a connection test.
struct CheckStep {
  std::string step;  // "resolve", "connect", "tls", "login", and of a mailbox "mailbox"
  bool is_ok{false};
  std::string detail;  // for people: what was found, or what to do
  milliseconds ms{0};
};

}  // namespace parley::channels::email
