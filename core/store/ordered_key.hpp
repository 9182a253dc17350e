#pragma once

#include <cstdint>

#include "base/decimal.hpp"
#include "base/instant.hpp"

/// Keys of ordered indexes: unsigned numbers in the order of the values that they stand for.
namespace waybill {

constexpr uint64_t ordered_key(int64_t value) {
  return static_cast<uint64_t>(value) ^ uint64_t { 1 } << 63;
}
constexpr uint64_t ordered_key(Instant at) {
  return ordered_key(at.ms);
}
constexpr Instant instant_of_key(uint64_t key) {
  return Instant{static_cast<int64_t>(key ^ uint64_t{1} << 63)};
}

/// The key of a decimal, rounded down to the fraction digits that amounts have at most.
struct AmountKey {
  uint64_t key;
  bool exact;
};
AmountKey amount_key(Decimal value);

/// What is under no key: the member is missing, or only reading the row tells what it is.
inline constexpr uint64_t missing_key = UINT64_MAX;
inline constexpr uint64_t unknown_key = UINT64_MAX - 1;

}  // namespace waybill
