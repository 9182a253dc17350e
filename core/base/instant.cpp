#include "base/instant.hpp"

#include <algorithm>
#include <array>

#include "base/digits.hpp"

namespace waybill {
namespace {

constexpr int64_t ms_per_second = 1000;
constexpr int64_t ms_per_minute = 60 * ms_per_second;
constexpr int64_t ms_per_hour = 60 * ms_per_minute;
constexpr int64_t ms_per_day = 24 * ms_per_hour;

struct Date {
  int64_t year;
  int64_t month;  // 1 to 12
  int64_t day;    // 1 to 31
};

// The calendar repeats every 400 years. Both conversions count years from March, so that the leap
// day is the last day of its year, and days from 0000-03-01, which is this many before 1970-01-01.
constexpr int64_t days_before_1970 = 719468;
constexpr int64_t days_per_era = 146097;

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

constexpr int64_t first_ms = days_since_1970({1, 1, 1}) * ms_per_day;
constexpr int64_t last_ms = (days_since_1970({9999, 12, 31}) + 1) * ms_per_day - 1;

/// Reads the text from front to back; a read that fails leaves it where it was.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }

  bool take(char wanted) {
    if (rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool take_either(char a, char b) { return take(a) || take(b); }

  /// Exactly `count` digits that make a number from `low` to `high`.
  bool take_number(size_t count, int64_t low, int64_t high, int64_t& out) {
    if (rest_.size() < count) return false;
    int64_t value = 0;
    for (const char c : rest_.substr(0, count)) {
      if (!is_digit(c)) return false;
      value = value * 10 + (c - '0');
    }
    if (value < low || value > high) return false;
    rest_.remove_prefix(count);
    out = value;
    return true;
  }

  /// One digit or more, as the fraction of a second in milliseconds; further digits are cut off.
  bool take_fraction(int64_t& out) {
    if (rest_.empty() || !is_digit(rest_.front())) return false;
    out = 0;
    for (int64_t unit = 100; !rest_.empty() && is_digit(rest_.front()); unit /= 10) {
      out += unit * (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    return true;
  }

 private:
  std::string_view rest_;
};

bool read_date(Cursor& cursor, Date& date) {
  return cursor.take_number(4, 1, 9999, date.year) && cursor.take('-') &&
         cursor.take_number(2, 1, 12, date.month) && cursor.take('-') &&
         cursor.take_number(2, 1, days_in_month(date.year, date.month), date.day);
}

/// `HH:MM[:SS[.fraction]]`
bool read_time(Cursor& cursor, int64_t& ms_of_day) {
  int64_t hour = 0;
  int64_t minute = 0;
  int64_t second = 0;
  int64_t ms = 0;
  if (!cursor.take_number(2, 0, 23, hour) || !cursor.take(':') ||
      !cursor.take_number(2, 0, 59, minute)) {
    return false;
  }
  if (cursor.take(':')) {
    if (!cursor.take_number(2, 0, 59, second)) return false;
    if (cursor.take('.') && !cursor.take_fraction(ms)) return false;
  }
  ms_of_day = hour * ms_per_hour + minute * ms_per_minute + second * ms_per_second + ms;
  return true;
}

/// `Z`, `+HH:MM`, `-HH:MM` or nothing; how far the zone's clocks are ahead of UTC.
bool read_zone(Cursor& cursor, int64_t& ahead_ms) {
  ahead_ms = 0;
  if (cursor.at_end() || cursor.take_either('Z', 'z')) return true;
  const bool behind = cursor.take('-');
  if (!behind && !cursor.take('+')) return false;
  int64_t hours = 0;
  int64_t minutes = 0;
  if (!cursor.take_number(2, 0, 23, hours) || !cursor.take(':') ||
      !cursor.take_number(2, 0, 59, minutes)) {
    return false;
  }
  ahead_ms = (behind ? -1 : 1) * (hours * ms_per_hour + minutes * ms_per_minute);
  return true;
}

/// Writes `value` over `width` characters, with leading zeros.
void write_padded(char* to, int width, int64_t value) {
  for (char* at = to + width; at != to; value /= 10) *--at = static_cast<char>('0' + value % 10);
}

}  // namespace

std::optional<Instant> Instant::parse(std::string_view text) {
  Cursor cursor(text);
  Date date{};
  if (!read_date(cursor, date)) return std::nullopt;
  int64_t ms = days_since_1970(date) * ms_per_day;
  if (!cursor.at_end()) {
    int64_t ms_of_day = 0;
    int64_t ahead_ms = 0;
    if (!cursor.take_either('T', 't') || !read_time(cursor, ms_of_day) ||
        !read_zone(cursor, ahead_ms) || !cursor.at_end()) {
      return std::nullopt;
    }
    ms += ms_of_day - ahead_ms;
  }
  if (ms < first_ms || ms > last_ms) return std::nullopt;
  return Instant{ms};
}

void Instant::append_to(Bytes& out) const {
  // Four digits of year hold no more; an instant outside is a bug that must not become a crash.
  const int64_t since_first = std::clamp(ms, first_ms, last_ms) - first_ms;
  const int64_t ms_of_day = since_first % ms_per_day;
  const Date date = date_of((since_first - ms_of_day + first_ms) / ms_per_day);
  char text[] = "YYYY-MM-DDTHH:MM:SS.mmmZ";
  write_padded(text, 4, date.year);
  write_padded(text + 5, 2, date.month);
  write_padded(text + 8, 2, date.day);
  write_padded(text + 11, 2, ms_of_day / ms_per_hour);
  write_padded(text + 14, 2, ms_of_day / ms_per_minute % 60);
  write_padded(text + 17, 2, ms_of_day / ms_per_second % 60);
  write_padded(text + 20, 3, ms_of_day % ms_per_second);
  out += {text, sizeof text - 1};
}

std::string Instant::str() const {
  Bytes out;
  append_to(out);
  return std::string(out.view());
}

}  // namespace waybill
