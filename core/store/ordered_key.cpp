#include "store/ordered_key.hpp"

#include <algorithm>

namespace waybill {

namespace {

constexpr int amount_digits = 4;  // no currency has more (limits::amount has 14 before the point)
/// Beyond all amounts.
constexpr __int128 key_end = int64_t{1} << 62;

}  // namespace

AmountKey amount_key(Decimal value) {
  __int128 units = value.mantissa();
  for (int digits = value.scale(); digits < amount_digits; ++digits) units *= 10;
  int64_t divisor = 1;
  for (int digits = value.scale(); digits > amount_digits; --digits) divisor *= 10;
  bool exact = true;
  if (divisor > 1) {
    exact = units % divisor == 0;
    units = units / divisor - (units < 0 && !exact ? 1 : 0);
  }
  return {ordered_key(static_cast<int64_t>(std::clamp(units, -key_end, key_end))), exact};
}

}  // namespace waybill
