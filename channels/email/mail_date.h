// Dates as mails write them.
#pragma once

#include <array>
#include <chrono>
#include <cstdio>
#include <string>

#include "base/clock.h"

namespace parley::channels::email {

inline constexpr std::array month_names{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
inline const char* month_name(std::chrono::month month) { return month_names[static_cast<unsigned>(month) - 1]; }

/// "Tue, 06 Jan 2026 10:00:00 +0000" (RFC 5322 section 3.3).
inline std::string mail_date(TimePoint at) {
  static constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(at - day));
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d +0000", days[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                month_name(date.month()), static_cast<int>(date.year()), static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text;
}

}  // namespace parley::channels::email
