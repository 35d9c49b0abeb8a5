#include "channels/email/imap/command_text.h"

#include <algorithm>
#include <array>

#include "base/crypto.h"
#include "channels/email/mail_date.h"

namespace parley::channels::email::imap {

bool is_quotable(std::string_view text) {
  return text.size() <= 1'000 && std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

UidSet uid_set(std::span<const std::uint32_t> ascending, std::size_t bytes_max) {
  UidSet set;
  while (set.count < ascending.size()) {
    const std::uint32_t first = ascending[set.count];
    std::size_t length = 1;
    while (set.count + length < ascending.size() && ascending[set.count + length] == first + length) { ++length; }
    std::string part = std::to_string(first);
    if (length > 1) { part += ':' + std::to_string(ascending[set.count + length - 1]); }
    if (!set.text.empty()) { part.insert(0, 1, ','); }
    if (set.text.size() + part.size() > bytes_max) { break; }
    set.text += part;
    set.count += length;
  }
  return set;
}

std::string search_day_before(TimePoint time) {
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(time) - std::chrono::days{1}};
  return std::to_string(unsigned{day.day()}) + '-' + month_name(day.month()) + '-' + std::to_string(int{day.year()});
}

std::string plain_token(std::string_view user, std::string_view password) {
  std::string token(1, '\0');
  token.append(user).append(1, '\0').append(password);
  return base64_encode(token);
}

std::string xoauth2_token(std::string_view user, std::string_view bearer) {
  std::string token = "user=";
  token.append(user).append("\1auth=Bearer ").append(bearer).append("\1\1");
  return base64_encode(token);
}

}  // namespace parley::channels::email::imap
