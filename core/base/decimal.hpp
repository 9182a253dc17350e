#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace waybill {

/// How a decimal that does not fit the wanted number of fraction digits is cut (O-34 names its
/// use).
enum class Rounding : uint8_t { half_away_from_zero };

/// An exact decimal: mantissa / 10^scale, always normalised (no trailing zeros in the fraction), so
/// that equal values have equal bytes. At most 18 digits in all and 12 of them in the fraction.
/// No floating point anywhere. Arithmetic that would leave the range saturates nothing: it returns
/// nullopt, and the caller says which amount was too large.
class Decimal {
 public:
  static constexpr int max_digits = 18;
  static constexpr int max_scale = 12;

  constexpr Decimal() = default;
  constexpr static Decimal from_int(int64_t value) { return Decimal(value, 0); }
  /// For values that are known to be normalised and in range: what mantissa() and scale() gave.
  constexpr static Decimal from_parts(int64_t mantissa, int8_t scale) {
    return Decimal(mantissa, scale);
  }
  /// `mantissa` / 10^`scale`, normalised; nullopt outside the limits.
  static std::optional<Decimal> make(__int128 mantissa, int scale);

  /// Reads `-?digits[.digits][(e|E)[+-]digits]`, the forms of a JSON number, and nothing else
  /// (no blanks, no leading `+`, no leading zeros, no bare point). nullopt if malformed or outside
  /// the limits.
  static std::optional<Decimal> parse(std::string_view text);

  /// Shortest form: "2", "0.5", "-12.345" (O-1, quantities and percentages).
  void append_to(Bytes& out) const;
  /// At least `min_fraction` fraction digits: padded(2) of 497.5 is "497.50" (O-1, amounts).
  void append_padded_to(Bytes& out, int min_fraction) const;
  std::string str() const;
  std::string padded(int min_fraction) const;

  std::optional<Decimal> plus(Decimal other) const;
  std::optional<Decimal> minus(Decimal other) const;
  /// Product, exact up to `max_scale` fraction digits; nullopt if it needs more or is too large.
  std::optional<Decimal> times(Decimal other) const;
  /// Product rounded to `fraction` digits; the exact product is formed first, in 128 bits.
  std::optional<Decimal> times_rounded(Decimal other, int fraction, Rounding mode) const;
  std::optional<Decimal> rounded(int fraction, Rounding mode) const;
  /// Quotient rounded to `fraction` digits, at most `max_scale`; nullopt for a divisor of zero.
  std::optional<Decimal> divided(Decimal by, int fraction, Rounding mode) const;
  Decimal negated() const { return Decimal(-mantissa_, scale_); }
  Decimal magnitude() const { return mantissa_ < 0 ? negated() : *this; }

  bool is_zero() const { return mantissa_ == 0; }
  bool is_negative() const { return mantissa_ < 0; }
  bool is_positive() const { return mantissa_ > 0; }
  int64_t mantissa() const { return mantissa_; }
  int scale() const { return scale_; }

  friend bool operator==(Decimal a, Decimal b) = default;
  /// By value.
  friend std::strong_ordering operator<=>(Decimal a, Decimal b);

 private:
  constexpr Decimal(int64_t mantissa, int8_t scale) : mantissa_(mantissa), scale_(scale) {}

  int64_t mantissa_ = 0;
  int8_t scale_ = 0;
};

/// The exact sum of up to 10^8 decimals: what it comes to in between may be out of a decimal's
/// range.
class DecimalSum {
 public:
  void add(Decimal value);
  void subtract(Decimal value) { add(value.negated()); }
  /// nullopt outside the limits of a decimal.
  std::optional<Decimal> total() const { return Decimal::make(units_, Decimal::max_scale); }
  /// The same, but the largest or smallest decimal there is instead of nothing.
  Decimal saturated() const;

 private:
  __int128 units_ = 0;  // of 10^-max_scale
};

}  // namespace waybill
