#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/instant.hpp"

namespace waybill {

/// A repeated time of day, in UTC: minute, hour, day of the month, month, day of the week (Q-88,
/// S-49).
class Cron {
 public:
  /// Reads five fields joined by `_`. A field is `*` or a list of numbers, English three-letter
  /// names (months, weekdays; in any case) and ranges, each with a step behind a `/` if wanted; a
  /// step behind a single number counts on to the end. Sunday is 0 or 7, and the end of a range
  /// too: `fri-sun`. nullopt for anything else.
  static std::optional<Cron> parse(std::string_view text);

  /// The first time strictly later; nullopt if there is none within 8 years, or none before the
  /// year 10000. Goes from month to month and day to day: at most 3000 steps.
  std::optional<Instant> next_after(Instant at) const;

 private:
  bool runs_on(int64_t day, int64_t days_since_1970) const;
  /// Minutes since midnight, of the first run at or after `from`; -1 without one.
  int64_t first_minute(int64_t from) const;

  // One bit for each value.
  uint64_t minutes_ = 0;
  uint64_t hours_ = 0;
  uint64_t days_ = 0;
  uint64_t months_ = 0;
  uint64_t weekdays_ = 0;
};

}  // namespace waybill
