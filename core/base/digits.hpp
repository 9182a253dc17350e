#pragma once

#include <cstdint>
#include <limits>

namespace waybill {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Room that `write_digits_before` needs at most.
inline constexpr int max_uint64_digits = 20;

/// Writes `value` in decimal so that its last digit stands right before `end`; returns where its
/// first digit stands.
inline char* write_digits_before(char* end, uint64_t value) {
  while (value > std::numeric_limits<uint32_t>::max()) {
    *--end = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  // Most numbers are small, and WebAssembly engines divide 32 bits by a constant much faster.
  auto small = static_cast<uint32_t>(value);
  do {
    *--end = static_cast<char>('0' + small % 10);
    small /= 10;
  } while (small != 0);
  return end;
}

}  // namespace waybill
