#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

/// The Gregorian calendar of instants, in UTC.
namespace waybill {

inline constexpr int64_t ms_per_second = 1000;
inline constexpr int64_t ms_per_minute = 60 * ms_per_second;
inline constexpr int64_t ms_per_hour = 60 * ms_per_minute;
inline constexpr int64_t ms_per_day = 24 * ms_per_hour;

struct Date {
  int64_t year;
  int64_t month;  // 1 to 12
  int64_t day;    // 1 to 31
};

// The calendar repeats every 400 years. Both conversions count years from March, so that the leap
// day is the last day of its year, and days from 0000-03-01, which is this many before 1970-01-01.
inline constexpr int64_t days_before_1970 = 719468;
inline constexpr int64_t days_per_era = 146097;

/// Days from 1970-01-01 to a date in year 1 or later.
constexpr int64_t days_since_1970(Date date) {
  const int64_t year = date.month <= 2 ? date.year - 1 : date.year;
  const int64_t month_from_march = (date.month + 9) % 12;
  const int64_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
  return year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - days_before_1970;
}

/// The inverse of days_since_1970.
constexpr Date date_of(int64_t days) {
  days += days_before_1970;
  const int64_t era = days / days_per_era;
  const int64_t day_of_era = days % days_per_era;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month_from_march = (5 * day_of_year + 2) / 153;
  const int64_t day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
  const int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  return {era * 400 + year_of_era + (month <= 2 ? 1 : 0), month, day};
}

constexpr int64_t days_in_month(int64_t year, int64_t month) {
  constexpr std::array<int64_t, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : days[static_cast<size_t>(month - 1)];
}

/// The first and the last millisecond of the years 0001 to 9999.
inline constexpr int64_t first_ms = days_since_1970({1, 1, 1}) * ms_per_day;
inline constexpr int64_t last_ms = (days_since_1970({9999, 12, 31}) + 1) * ms_per_day - 1;

}  // namespace waybill
