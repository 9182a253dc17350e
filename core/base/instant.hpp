#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace waybill {

/// A point in time, whole milliseconds since 1970-01-01T00:00:00Z, years 0001 to 9999.
struct Instant {
  int64_t ms = 0;

  /// Reads ISO 8601: `YYYY-MM-DD` (00:00Z), or `YYYY-MM-DDTHH:MM[:SS[.fraction]]` with optional
  /// zone `Z`, `+HH:MM`, `-HH:MM`; no zone means UTC. Digits beyond milliseconds are cut
  /// off. `T` may be written `t`, `Z` `z`. nullopt for anything else, dates that do not exist
  /// included.
  static std::optional<Instant> parse(std::string_view text);

  /// `2024-12-15T14:32:00.000Z`.
  void append_to(Bytes& out) const;
  std::string str() const;

  friend auto operator<=>(Instant a, Instant b) = default;
};

}  // namespace waybill
