#include "base/cron.hpp"

#include <algorithm>
#include <bit>

#include "base/calendar.hpp"
#include "base/digits.hpp"

namespace waybill {
namespace {

constexpr int64_t minutes_per_hour = 60;
constexpr int64_t minutes_per_day = 24 * minutes_per_hour;
constexpr int64_t searched_years = 8;

constexpr uint64_t bit(uint64_t value) {
  return uint64_t{1} << value;
}
/// Bits `low` to `high`.
constexpr uint64_t bits(uint64_t low, uint64_t high) {
  return bit(high + 1) - bit(low);
}

/// What a field of a cron form may hold: `low` to `high`, or three-letter names, the first of which
/// means `low`.
struct FieldForm {
  uint64_t low;
  uint64_t high;
  std::string_view names;
};

constexpr FieldForm minute_form{0, 59, ""};
constexpr FieldForm hour_form{0, 23, ""};
constexpr FieldForm day_form{1, 31, ""};
constexpr FieldForm month_form{1, 12, "janfebmaraprmayjunjulaugsepoctnovdec"};
constexpr FieldForm weekday_form{0, 6, "sunmontuewedthufrisat"};
constexpr uint64_t other_sunday = 7;

constexpr uint64_t every_day = bits(day_form.low, day_form.high);
constexpr uint64_t every_weekday = bits(weekday_form.low, weekday_form.high);

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

/// Reads one field; a read that fails leaves the rest in no certain place.
class FieldReader {
 public:
  FieldReader(std::string_view text, const FieldForm& form) : rest_(text), form_(form) {}

  std::optional<uint64_t> read() {
    uint64_t all = 0;
    do {
      const auto values = item();
      if (!values) return std::nullopt;
      all |= *values;
    } while (take(','));
    if (!rest_.empty()) return std::nullopt;
    if ((all & bit(other_sunday)) != 0 && is_weekday()) all = (all ^ bit(other_sunday)) | bit(0);
    return all;
  }

 private:
  bool is_weekday() const { return &form_ == &weekday_form; }

  bool take(char wanted) {
    if (rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }

  /// `*`, a value or a range, with or without a step.
  std::optional<uint64_t> item() {
    uint64_t low = form_.low;
    uint64_t high = form_.high;
    bool single = false;
    if (!take('*')) {
      if (!value(low)) return std::nullopt;
      single = !take('-');
      if (!single && !value(high)) return std::nullopt;
      if (!single && is_weekday() && high == 0 && low > 0) high = other_sunday;
    }
    uint64_t step = 1;
    if (take('/')) {
      if (!number(step) || step == 0) return std::nullopt;
      if (single) high = std::max(low, form_.high);
    } else if (single) {
      high = low;
    }
    if (low > high) return std::nullopt;
    uint64_t values = 0;
    for (uint64_t at = low; at <= high; at += step) values |= bit(at);
    return values;
  }

  bool value(uint64_t& out) {
    if (name(out)) return true;
    const uint64_t highest = is_weekday() ? other_sunday : form_.high;
    return number(out) && out >= form_.low && out <= highest;
  }

  bool name(uint64_t& out) {
    constexpr size_t size = 3;
    if (rest_.size() < size) return false;
    const char wanted[size]{lower(rest_[0]), lower(rest_[1]), lower(rest_[2])};
    for (size_t at = 0; at < form_.names.size(); at += size) {
      if (form_.names.substr(at, size) != std::string_view(wanted, size)) continue;
      out = form_.low + at / size;
      rest_.remove_prefix(size);
      return true;
    }
    return false;
  }

  /// One digit or more; no field and no step needs a number beyond four.
  bool number(uint64_t& out) {
    constexpr size_t most_digits = 4;
    size_t count = 0;
    out = 0;
    while (count < rest_.size() && is_digit(rest_[count]) && count <= most_digits) {
      out = out * 10 + static_cast<uint64_t>(rest_[count++] - '0');
    }
    rest_.remove_prefix(count);
    return count > 0 && count <= most_digits;
  }

  std::string_view rest_;
  const FieldForm& form_;
};

/// 0 for Sunday.
constexpr int64_t weekday_of(int64_t days) {
  constexpr int64_t weekday_of_1970 = 4;
  const int64_t weekday = (days + weekday_of_1970) % 7;
  return weekday < 0 ? weekday + 7 : weekday;
}

/// The first value of a set at or after `from`; -1 without one.
int64_t first_of(uint64_t set, int64_t from) {
  const uint64_t rest = set >> static_cast<uint64_t>(from);
  return rest == 0 ? -1 : from + std::countr_zero(rest);
}

}  // namespace

std::optional<Cron> Cron::parse(std::string_view text) {
  Cron cron;
  const auto read_field = [&](const FieldForm& form, uint64_t& out) {
    const size_t end = std::min(text.find('_'), text.size());
    const auto values = FieldReader(text.substr(0, end), form).read();
    if (!values) return false;
    out = *values;
    const bool is_last = &form == &weekday_form;
    if (is_last != (end == text.size())) return false;
    text.remove_prefix(is_last ? end : end + 1);
    return true;
  };
  if (!read_field(minute_form, cron.minutes_) || !read_field(hour_form, cron.hours_) ||
      !read_field(day_form, cron.days_) || !read_field(month_form, cron.months_) ||
      !read_field(weekday_form, cron.weekdays_)) {
    return std::nullopt;
  }
  return cron;
}

/// With a restricted day and a restricted weekday either will do; else the one that lets
/// every day pass does not matter.
bool Cron::runs_on(int64_t day, int64_t days_since_1970) const {
  const bool fits_day = (days_ & bit(static_cast<uint64_t>(day))) != 0;
  const bool fits_weekday =
      (weekdays_ & bit(static_cast<uint64_t>(weekday_of(days_since_1970)))) != 0;
  const bool either = days_ != every_day && weekdays_ != every_weekday;
  return either ? fits_day || fits_weekday : fits_day && fits_weekday;
}

int64_t Cron::first_minute(int64_t from) const {
  if (from >= minutes_per_day) return -1;
  const int64_t hour = from / minutes_per_hour;
  if (first_of(hours_, hour) == hour) {
    const int64_t minute = first_of(minutes_, from % minutes_per_hour);
    if (minute >= 0) return hour * minutes_per_hour + minute;
  }
  const int64_t later_hour = first_of(hours_, hour + 1);
  return later_hour < 0 ? -1 : later_hour * minutes_per_hour + first_of(minutes_, 0);
}

std::optional<Instant> Cron::next_after(Instant at) const {
  if (at.ms < first_ms || at.ms > last_ms) return std::nullopt;
  const int64_t since_first = at.ms - first_ms;
  int64_t days = first_ms / ms_per_day + since_first / ms_per_day;
  int64_t from = since_first % ms_per_day / ms_per_minute + 1;
  Date date = date_of(days);
  const int64_t last_day = days_since_1970({date.year + searched_years, date.month, date.day});
  const int64_t latest = std::min(last_day * ms_per_day + since_first % ms_per_day, last_ms);
  while (days * ms_per_day <= latest) {
    const int64_t month_end = days + days_in_month(date.year, date.month) - date.day + 1;
    if (first_of(months_, date.month) != date.month) days = month_end;
    for (; days < month_end; ++days, ++date.day, from = 0) {
      if (!runs_on(date.day, days)) continue;
      const int64_t minute = first_minute(from);
      if (minute < 0) continue;
      const Instant next{days * ms_per_day + minute * ms_per_minute};
      return next.ms <= latest ? std::optional(next) : std::nullopt;
    }
    from = 0;
    date = date_of(days);
  }
  return std::nullopt;
}

}  // namespace waybill
