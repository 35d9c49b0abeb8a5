// Opening hours of an inbox, in its own time zone. Pure functions; the zone data is the system's.
#include <date/tz.h>

#include <array>

#include "tickets/inbox.h"

namespace parley::tickets {

using nlohmann::json;

namespace {

constexpr std::array<const char*, 7> day_names{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

std::optional<int> minutes_of(const json& text) {
  if (!text.is_string()) { return std::nullopt; }
  const auto& t = text.get_ref<const std::string&>();
  if (t.size() != 5 || t[2] != ':') { return std::nullopt; }
  for (const std::size_t i : {0U, 1U, 3U, 4U}) {
    if (t[i] < '0' || t[i] > '9') { return std::nullopt; }
  }
  const int minutes = ((t[0] - '0') * 10 + (t[1] - '0')) * 60 + (t[3] - '0') * 10 + (t[4] - '0');
  return t[3] <= '5' && minutes <= 24 * 60 ? std::optional(minutes) : std::nullopt;
}

const date::time_zone* zone_of(const json& hours) {
  try {
    return date::locate_zone(hours.value("time_zone", "Etc/UTC"));
  } catch (const std::runtime_error&) {
    return nullptr;
  }
}

struct Local {
  date::local_days day;
  int minute;
};
Local local_of(const date::time_zone& zone, TimePoint at) {
  const auto local = zone.to_local(date::sys_time<milliseconds>(at.time_since_epoch()));
  const auto day = date::floor<date::days>(local);
  return {day, static_cast<int>(date::floor<std::chrono::minutes>(local - day).count())};
}

bool is_holiday(const json& hours, date::local_days day) {
  const std::string text = date::format("%Y-%m-%d", day);
  const auto list = hours.find("holidays");
  return list != hours.end() && std::find(list->begin(), list->end(), json(text)) != list->end();
}

/// The day's intervals as minutes; none on a holiday.
std::vector<std::pair<int, int>> intervals_of(const json& hours, date::local_days day) {
  std::vector<std::pair<int, int>> out;
  if (is_holiday(hours, day) || !hours.contains("days")) { return out; }
  const auto* name = day_names[date::weekday(day).c_encoding()];
  for (const auto& interval : hours["days"].value(name, json::array())) {
    const auto from = minutes_of(interval.at(0));
    const auto to = minutes_of(interval.at(1));
    if (from && to && *from < *to) { out.emplace_back(*from, *to); }
  }
  return out;
}

Status check_day(const std::string& name, const json& intervals) {
  const std::string path = "/business_hours/days/" + name;
  if (std::find(day_names.begin(), day_names.end(), name) == day_names.end()) { return Error::field(path, "unknown_day", "Days are mon to sun."); }
  if (!intervals.is_array() || intervals.size() > 6) { return Error::field(path, "bad_format", "A day is a list of at most 6 intervals."); }
  int previous_end = -1;
  for (const auto& interval : intervals) {
    const bool is_pair = interval.is_array() && interval.size() == 2;
    const auto from = is_pair ? minutes_of(interval[0]) : std::nullopt;
    const auto to = is_pair ? minutes_of(interval[1]) : std::nullopt;
    if (!from || !to) { return Error::field(path, "bad_time", "An interval is two times such as [\"09:00\",\"18:00\"]."); }
    if (*from >= *to || *from < previous_end) { return Error::field(path, "bad_order", "Intervals end after they begin and do not overlap."); }
    previous_end = *to;
  }
  return {};
}

}  // namespace

json default_prechat() { return {{"is_enabled", false}, {"fields", json::array({"name", "email"})}}; }

json default_business_hours() {
  json days = json::object();
  for (const auto* day : {"mon", "tue", "wed", "thu", "fri"}) { days[day] = json::array({json::array({"09:00", "18:00"})}); }
  return {{"time_zone", "Etc/UTC"}, {"is_always_open", true}, {"days", days}, {"holidays", json::array()}};
}

Status check_business_hours(const json& hours) {
  if (!zone_of(hours)) { return Error::field("/business_hours/time_zone", "unknown_zone", "This is not a time zone name such as Asia/Shanghai."); }
  const json days = hours.value("days", json::object());  // named: items() refers into it
  for (const auto& [name, intervals] : days.items()) { PARLEY_CHECK(check_day(name, intervals)); }
  for (const auto& day : hours.value("holidays", json::array())) {
    const std::string text = day.is_string() ? day.get<std::string>() : "";
    std::istringstream in(text);
    date::year_month_day parsed;
    in >> date::parse("%Y-%m-%d", parsed);
    if (in.fail() || !parsed.ok() || text.size() != 10) { return Error::field("/business_hours/holidays", "bad_date", "A holiday is a date such as 2026-12-25."); }
  }
  return {};
}

bool is_open_at(const json& hours, TimePoint at) {
  if (hours.value("is_always_open", true)) { return true; }
  const auto* zone = zone_of(hours);
  if (!zone) { return true; }
  const Local local = local_of(*zone, at);
  for (const auto& [from, to] : intervals_of(hours, local.day)) {
    if (local.minute >= from && local.minute < to) { return true; }
  }
  return false;
}

std::optional<TimePoint> next_opening(const json& hours, TimePoint at) {
  if (is_open_at(hours, at)) { return std::nullopt; }
  const auto* zone = zone_of(hours);
  const Local local = local_of(*zone, at);
  for (int ahead = 0; ahead < 15; ++ahead) {
    const auto day = local.day + date::days{ahead};
    for (const auto& [from, to] : intervals_of(hours, day)) {
      // A time that the clock change skips counts from the first moment after it; one that comes twice may be over once.
      for (const auto choice : {date::choose::earliest, date::choose::latest}) {
        const auto opening = zone->to_sys(day + std::chrono::minutes{from}, choice);
        const TimePoint opens{std::chrono::duration_cast<milliseconds>(opening.time_since_epoch())};
        if (opens > at) { return opens; }
      }
    }
  }
  return std::nullopt;
}

}  // namespace parley::tickets
