#include "base/instant.hpp"

#include <algorithm>

#include "base/calendar.hpp"
#include "base/digits.hpp"

namespace waybill {
namespace {

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
