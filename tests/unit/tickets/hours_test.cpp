// Opening hours across zones, clock changes, holidays and weekends.
#include <gtest/gtest.h>

#include "base/json_text.h"
#include "tickets/inbox.h"

namespace parley::tickets {
namespace {

using nlohmann::json;

TimePoint utc(int year, unsigned month, unsigned day, int hour, int minute = 0) {
  using namespace std::chrono;
  return sys_days{std::chrono::year{year} / month / day} + hours{hour} + minutes{minute};
}

json weekdays(const char* zone, const json& intervals = json::array({json::array({"09:00", "18:00"})})) {
  json days = json::object();
  for (const char* day : {"mon", "tue", "wed", "thu", "fri"}) { days[day] = intervals; }
  return {{"time_zone", zone}, {"is_always_open", false}, {"days", days}, {"holidays", json::array()}};
}
json only(const char* zone, const char* day, std::vector<std::pair<std::string, std::string>> intervals) {
  json list = json::array();
  for (const auto& [from, to] : intervals) { list.push_back(json::array({from, to})); }
  return {{"time_zone", zone}, {"is_always_open", false}, {"days", {{day, list}}}, {"holidays", json::array()}};
}

struct Case {
  const char* name;
  json hours;
  TimePoint at;
  std::optional<TimePoint> opens;  // nothing: open now
};

void check(const Case& c) {
  EXPECT_EQ(is_open_at(c.hours, c.at), !c.opens.has_value()) << c.name;
  const auto next = next_opening(c.hours, c.at);
  EXPECT_EQ(next.has_value(), c.opens.has_value()) << c.name;
  if (next && c.opens) {
    EXPECT_EQ(to_ms(*next), to_ms(*c.opens)) << c.name;
    EXPECT_TRUE(is_open_at(c.hours, *next)) << c.name;
  }
}

TEST(BusinessHours, FollowTheZoneOfTheInbox) {
  const json split = json::array({json::array({"09:00", "12:00"}), json::array({"13:00", "18:00"})});
  json night = only("Etc/UTC", "fri", {{"18:00", "24:00"}});
  night["days"]["sat"] = json::array({json::array({"00:00", "02:00"})});
  // 15 June 2026 is a Monday.
  const Case cases[] = {
      {"opens on the minute", weekdays("Etc/UTC"), utc(2026, 6, 15, 9), std::nullopt},
      {"the minute before", weekdays("Etc/UTC"), utc(2026, 6, 15, 8, 59), utc(2026, 6, 15, 9)},
      {"the last minute", weekdays("Etc/UTC"), utc(2026, 6, 15, 17, 59), std::nullopt},
      {"closes on the minute", weekdays("Etc/UTC"), utc(2026, 6, 15, 18), utc(2026, 6, 16, 9)},
      {"Shanghai opens at one", weekdays("Asia/Shanghai"), utc(2026, 6, 15, 1), std::nullopt},
      {"Shanghai, Sunday evening here", weekdays("Asia/Shanghai"), utc(2026, 6, 14, 23), utc(2026, 6, 15, 1)},
      {"New York in summer", weekdays("America/New_York"), utc(2026, 6, 15, 12, 59), utc(2026, 6, 15, 13)},
      {"Kathmandu, +05:45", weekdays("Asia/Kathmandu"), utc(2026, 6, 15, 3, 14), utc(2026, 6, 15, 3, 15)},
      {"weekend", weekdays("Etc/UTC"), utc(2026, 6, 19, 18), utc(2026, 6, 22, 9)},
      {"lunch break", weekdays("Etc/UTC", split), utc(2026, 6, 15, 12), utc(2026, 6, 15, 13)},
      {"after lunch", weekdays("Etc/UTC", split), utc(2026, 6, 15, 13), std::nullopt},
      {"until midnight", night, utc(2026, 6, 19, 23, 59), std::nullopt},
      {"over midnight", night, utc(2026, 6, 20, 0), std::nullopt},
      {"after the night", night, utc(2026, 6, 20, 2), utc(2026, 6, 26, 18)},
      {"next week, same day", only("Etc/UTC", "mon", {{"09:00", "10:00"}}), utc(2026, 6, 15, 10), utc(2026, 6, 22, 9)},
  };
  for (const auto& c : cases) { check(c); }
}

TEST(BusinessHours, SurviveTheClockChangesOfLondon) {
  // 29 March 2026: 01:00 becomes 02:00. 25 October 2026: 02:00 becomes 01:00.
  const json early = only("Europe/London", "sun", {{"00:30", "03:00"}});
  const json skipped = only("Europe/London", "sun", {{"01:30", "05:00"}});
  const json repeated = only("Europe/London", "sun", {{"01:15", "01:45"}});
  const Case cases[] = {
      {"spring: before", early, utc(2026, 3, 29, 0, 29), utc(2026, 3, 29, 0, 30)},
      {"spring: last minute of winter", early, utc(2026, 3, 29, 0, 59), std::nullopt},
      {"spring: first minute of summer", early, utc(2026, 3, 29, 1), std::nullopt},
      {"spring: one hour shorter", early, utc(2026, 3, 29, 2), utc(2026, 4, 4, 23, 30)},
      {"an opening inside the skipped hour", skipped, utc(2026, 3, 29, 0), utc(2026, 3, 29, 1)},
      {"autumn: the first time", repeated, utc(2026, 10, 25, 0, 20), std::nullopt},
      {"autumn: the second time", repeated, utc(2026, 10, 25, 1, 20), std::nullopt},
      {"Monday after spring", weekdays("Europe/London"), utc(2026, 3, 28, 12), utc(2026, 3, 30, 8)},
      {"Monday after autumn", weekdays("Europe/London"), utc(2026, 10, 24, 12), utc(2026, 10, 26, 9)},
  };
  for (const auto& c : cases) { check(c); }
}

TEST(BusinessHours, NeverAnnounceAnOpeningInThePast) {
  const json repeated = only("Europe/London", "sun", {{"01:40", "05:00"}});
  check({"autumn: 01:40 comes a second time", repeated, utc(2026, 10, 25, 1, 30), utc(2026, 10, 25, 1, 40)});
  for (int minute = 0; minute < 24 * 60; ++minute) {
    for (const char* zone : {"Europe/London", "Australia/Lord_Howe", "America/St_Johns"}) {
      for (const TimePoint day : {utc(2026, 3, 29, 0), utc(2026, 4, 4, 12), utc(2026, 10, 25, 0), utc(2026, 11, 1, 0)}) {
        const TimePoint at = day + std::chrono::minutes{minute};
        const auto next = next_opening(only(zone, "sun", {{"01:40", "05:00"}}), at);
        if (next && *next <= at) { FAIL() << zone << " at " << to_ms(at) << " announced " << to_ms(*next); }
      }
    }
  }
}

TEST(BusinessHours, CloseOnHolidays) {
  json hours = weekdays("Europe/London");
  hours["holidays"] = {"2026-12-25", "2026-12-28"};  // a Friday and a Monday
  check({"on the holiday", hours, utc(2026, 12, 25, 12), utc(2026, 12, 29, 9)});
  check({"the evening before", hours, utc(2026, 12, 24, 18), utc(2026, 12, 29, 9)});
  json shanghai = weekdays("Asia/Shanghai");
  shanghai["holidays"] = {"2026-06-16"};
  check({"the holiday is the zone's day, not ours", shanghai, utc(2026, 6, 15, 17), utc(2026, 6, 17, 1)});
}

TEST(BusinessHours, HaveNoOpeningWhenOpenNeverOrFarOff) {
  json always = weekdays("Etc/UTC");
  always["is_always_open"] = true;
  EXPECT_TRUE(is_open_at(always, utc(2026, 6, 14, 3)));
  EXPECT_FALSE(next_opening(always, utc(2026, 6, 14, 3)));
  const json never{{"time_zone", "Etc/UTC"}, {"is_always_open", false}, {"days", json::object()}};
  EXPECT_FALSE(is_open_at(never, utc(2026, 6, 15, 12)));
  EXPECT_FALSE(next_opening(never, utc(2026, 6, 15, 12)));
  json closed = only("Etc/UTC", "mon", {{"09:00", "10:00"}});
  closed["holidays"] = {"2026-06-22", "2026-06-29"};
  EXPECT_FALSE(next_opening(closed, utc(2026, 6, 15, 12))) << "more than 14 days away";
  EXPECT_TRUE(is_open_at(default_business_hours(), utc(2026, 6, 14, 3)));
}

TEST(BusinessHours, AreRefusedWhenTheyMakeNoSense) {
  const auto day = [](const std::string& monday) { return json{{"time_zone", "Etc/UTC"}, {"is_always_open", false}, {"days", {{"mon", stored_json(monday)}}}}; };
  json dated = weekdays("Etc/UTC");
  const struct {
    const char* name;
    json hours;
    std::string path, code;
  } cases[] = {
      {"fine", weekdays("Asia/Shanghai"), "", ""},
      {"whole day", day(R"([["00:00", "24:00"]])"), "", ""},
      {"touching intervals", day(R"([["09:00", "12:00"], ["12:00", "13:00"]])"), "", ""},
      {"no zone", weekdays("Mars/Olympus"), "/business_hours/time_zone", "unknown_zone"},
      {"path as zone", weekdays("../../etc/passwd"), "/business_hours/time_zone", "unknown_zone"},
      {"empty zone", weekdays(""), "/business_hours/time_zone", "unknown_zone"},
      {"unknown day", {{"time_zone", "Etc/UTC"}, {"days", {{"Monday", json::array()}}}}, "/business_hours/days/Monday", "unknown_day"},
      {"end before start", day(R"([["18:00", "09:00"]])"), "/business_hours/days/mon", "bad_order"},
      {"empty interval", day(R"([["09:00", "09:00"]])"), "/business_hours/days/mon", "bad_order"},
      {"overlap", day(R"([["09:00", "12:00"], ["11:59", "13:00"]])"), "/business_hours/days/mon", "bad_order"},
      {"25 hours", day(R"([["09:00", "25:00"]])"), "/business_hours/days/mon", "bad_time"},
      {"after midnight", day(R"([["09:00", "24:01"]])"), "/business_hours/days/mon", "bad_time"},
      {"60 minutes", day(R"([["09:60", "10:00"]])"), "/business_hours/days/mon", "bad_time"},
      {"no zero", day(R"([["9:00", "10:00"]])"), "/business_hours/days/mon", "bad_time"},
      {"letters", day(R"([["ab:cd", "10:00"]])"), "/business_hours/days/mon", "bad_time"},
      {"one time", day(R"([["09:00"]])"), "/business_hours/days/mon", "bad_time"},
      {"not a list", day(R"({"09:00": "10:00"})"), "/business_hours/days/mon", "bad_format"},
      {"too many", day(R"([[],[],[],[],[],[],[]])"), "/business_hours/days/mon", "bad_format"},
  };
  for (const auto& c : cases) {
    const auto checked = check_business_hours(c.hours);
    EXPECT_EQ(checked.has_error() ? checked.error().fields.at(0).path : "", c.path) << c.name;
    EXPECT_EQ(checked.has_error() ? checked.error().fields.at(0).code : "", c.code) << c.name;
  }
  for (const char* bad : {"2026-02-30", "2026-13-01", "26-01-01", "2026-1-1", "christmas", "2026-12-25 "}) {
    dated["holidays"] = json::array({bad});
    EXPECT_TRUE(check_business_hours(dated).has_error()) << bad;
  }
  dated["holidays"] = {"2028-02-29"};
  EXPECT_TRUE(check_business_hours(dated).has_value());
}

}  // namespace
}  // namespace parley::tickets
