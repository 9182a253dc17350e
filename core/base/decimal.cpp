#include "base/decimal.hpp"

#include <array>
#include <cstring>
#include <limits>

#include "base/digits.hpp"

namespace waybill {
namespace {

using Wide = unsigned __int128;

constexpr auto powers_of_ten = [] {
  std::array<uint64_t, 20> powers{};
  uint64_t power = 1;
  for (uint64_t& entry : powers) {
    entry = power;
    power *= 10;
  }
  return powers;
}();

/// The smallest magnitude with too many digits.
constexpr uint64_t mantissa_end = powers_of_ten[Decimal::max_digits];
constexpr uint64_t uint64_max = std::numeric_limits<uint64_t>::max();

/// 10^exponent, exponent at most 38.
Wide power_of_ten(int exponent) {
  const auto index = static_cast<size_t>(exponent);
  if (index < powers_of_ten.size()) return powers_of_ten[index];
  return Wide{powers_of_ten[19]} * powers_of_ten[index - 19];
}

Wide magnitude_of(__int128 value) {
  return value < 0 ? Wide{0} - static_cast<Wide>(value) : static_cast<Wide>(value);
}

__int128 with_sign(Wide magnitude, bool negative) {
  const auto value = static_cast<__int128>(magnitude);
  return negative ? -value : value;
}

/// value / divisor, a half rounded up. `remainder >= divisor - remainder` cannot overflow.
template <typename T>
T divide_half_up(T value, T divisor) {
  const T remainder = value % divisor;
  return value / divisor + (remainder >= divisor - remainder ? 1 : 0);
}

/// Takes the last `count` digits off, rounding. In 64 bits whenever possible: amounts nearly always
/// fit, and a 128-bit division is a library call.
Wide drop_digits(Wide magnitude, int count) {
  if (magnitude <= uint64_max && static_cast<size_t>(count) < powers_of_ten.size()) {
    return divide_half_up(static_cast<uint64_t>(magnitude),
                          powers_of_ten[static_cast<size_t>(count)]);
  }
  return divide_half_up(magnitude, power_of_ten(count));
}

/// The significant digits of a number's text: `value` does not end in a zero, and `zeros` of them
/// have been read behind it.
struct Significand {
  uint64_t value = 0;
  int digits = 0;
  int64_t zeros = 0;

  /// False when there are more digits than a decimal can hold.
  bool add(char digit) {
    if (digit == '0') {
      zeros += value == 0 ? 0 : 1;
      return true;
    }
    const int64_t shift = value == 0 ? 1 : zeros + 1;
    if (digits + shift > Decimal::max_digits) return false;
    value = value * powers_of_ten[static_cast<size_t>(shift)] + static_cast<uint64_t>(digit - '0');
    digits += static_cast<int>(shift);
    zeros = 0;
    return true;
  }
};

/// Reads the digits at `at` into the significand; nullopt if there is none, or there are too many,
/// else how many there are.
std::optional<int64_t> read_digits(const char*& at, const char* end, Significand& significand) {
  const char* begin = at;
  for (; at != end && is_digit(*at); ++at) {
    if (!significand.add(*at)) return std::nullopt;
  }
  if (at == begin) return std::nullopt;
  return at - begin;
}

/// Reads `[+-]digits` up to the end. Exponents beyond any use are read as one that is too large.
std::optional<int64_t> read_exponent(const char* at, const char* end) {
  constexpr int64_t beyond_any_use = int64_t{1} << 40;
  const bool negative = at != end && *at == '-';
  if (at != end && (*at == '-' || *at == '+')) ++at;
  if (at == end) return std::nullopt;
  int64_t exponent = 0;
  for (; at != end; ++at) {
    if (!is_digit(*at)) return std::nullopt;
    if (exponent < beyond_any_use) exponent = exponent * 10 + (*at - '0');
  }
  return negative ? -exponent : exponent;
}

}  // namespace

std::optional<Decimal> Decimal::make(__int128 mantissa, int scale) {
  if (mantissa == 0) return Decimal();
  Wide magnitude = magnitude_of(mantissa);
  if (scale < 0) {
    if (scale <= -max_digits || magnitude >= mantissa_end) return std::nullopt;
    magnitude *= powers_of_ten[static_cast<size_t>(-scale)];
    scale = 0;
  }
  for (; magnitude > uint64_max; magnitude /= 10, --scale) {
    if (scale == 0 || magnitude % 10 != 0) return std::nullopt;
  }
  auto digits = static_cast<uint64_t>(magnitude);
  for (; scale > 0 && digits % 10 == 0; --scale) digits /= 10;
  if (digits >= mantissa_end || scale > max_scale) return std::nullopt;
  const auto value = static_cast<int64_t>(digits);
  return Decimal(mantissa < 0 ? -value : value, static_cast<int8_t>(scale));
}

std::optional<Decimal> Decimal::parse(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  const bool negative = at != end && *at == '-';
  if (negative) ++at;
  if (end - at >= 2 && at[0] == '0' && is_digit(at[1])) return std::nullopt;

  Significand significand;
  if (!read_digits(at, end, significand)) return std::nullopt;
  int64_t exponent = 0;
  if (at != end && *at == '.') {
    const auto fraction_digits = read_digits(++at, end, significand);
    if (!fraction_digits) return std::nullopt;
    exponent = -*fraction_digits;
  }
  if (at != end) {
    if (*at != 'e' && *at != 'E') return std::nullopt;
    const auto written = read_exponent(at + 1, end);
    if (!written) return std::nullopt;
    exponent += *written;
  }

  if (significand.value == 0) return Decimal();
  // The significand does not end in a zero, so that a fraction is normalised as it is.
  exponent += significand.zeros;
  if (exponent < -max_scale || significand.digits + exponent > max_digits) return std::nullopt;
  auto mantissa = static_cast<int64_t>(significand.value);
  if (exponent > 0) mantissa *= static_cast<int64_t>(powers_of_ten[static_cast<size_t>(exponent)]);
  return Decimal(negative ? -mantissa : mantissa,
                 exponent < 0 ? static_cast<int8_t>(-exponent) : int8_t{0});
}

void Decimal::append_to(Bytes& out) const {
  append_padded_to(out, 0);
}

void Decimal::append_padded_to(Bytes& out, int min_fraction) const {
  constexpr size_t sign_and_point = 2;
  char buffer[max_uint64_digits + sign_and_point];
  char* const end = buffer + sizeof buffer;
  const auto bits = static_cast<uint64_t>(mantissa_);
  char* begin = write_digits_before(end, mantissa_ < 0 ? uint64_t{0} - bits : bits);
  if (scale_ > 0) {
    while (end - begin <= scale_) *--begin = '0';
    // Make room for the point by moving the few digits in front of it.
    const auto whole_digits = static_cast<size_t>(end - begin - scale_);
    std::memmove(begin - 1, begin, whole_digits);
    --begin;
    begin[whole_digits] = '.';
  }
  if (mantissa_ < 0) *--begin = '-';
  out += {begin, static_cast<size_t>(end - begin)};
  if (min_fraction > scale_) {
    if (scale_ == 0) out += '.';
    out.append_repeated(static_cast<size_t>(min_fraction - scale_), '0');
  }
}

std::string Decimal::str() const {
  return padded(0);
}

std::string Decimal::padded(int min_fraction) const {
  Bytes out;
  append_padded_to(out, min_fraction);
  return std::string(out.view());
}

std::optional<Decimal> Decimal::plus(Decimal other) const {
  if (scale_ == other.scale_) return make(__int128{mantissa_} + other.mantissa_, scale_);
  if (scale_ < other.scale_) return other.plus(*this);
  const auto factor = static_cast<__int128>(power_of_ten(scale_ - other.scale_));
  return make(mantissa_ + other.mantissa_ * factor, scale_);
}

std::optional<Decimal> Decimal::minus(Decimal other) const {
  return plus(other.negated());
}

std::optional<Decimal> Decimal::times(Decimal other) const {
  return make(__int128{mantissa_} * other.mantissa_, scale_ + other.scale_);
}

std::optional<Decimal> Decimal::times_rounded(Decimal other, int fraction,
                                              Rounding /*the only mode there is*/) const {
  if (fraction < 0) return std::nullopt;
  const __int128 product = __int128{mantissa_} * other.mantissa_;
  const int scale = scale_ + other.scale_;
  if (scale <= fraction) return make(product, scale);
  const Wide rounded = drop_digits(magnitude_of(product), scale - fraction);
  return make(with_sign(rounded, product < 0), fraction);
}

std::optional<Decimal> Decimal::rounded(int fraction, Rounding mode) const {
  return times_rounded(from_int(1), fraction, mode);
}

std::optional<Decimal> Decimal::divided(Decimal by, int fraction,
                                        Rounding /*the only mode there is*/) const {
  if (by.is_zero() || fraction < 0 || fraction > max_scale) return std::nullopt;
  // The quotient of the mantissas has scale_ - by.scale_ digits of fraction; `shift` are missing.
  const int shift = fraction - scale_ + by.scale_;
  Wide dividend = magnitude_of(mantissa_);
  Wide divisor = magnitude_of(by.mantissa_);
  if (shift < 0) divisor *= power_of_ten(-shift);
  const bool negative = is_negative() != by.is_negative();
  if (shift <= max_digits) {
    if (shift > 0) dividend *= power_of_ten(shift);
    return make(with_sign(divide_half_up(dividend, divisor), negative), fraction);
  }
  // Up to 24 digits more: long division, first by as many as fit into 128 bits.
  dividend *= power_of_ten(max_digits);
  const Wide factor = power_of_ten(shift - max_digits);
  const Wide whole = dividend / divisor;
  if (whole >= power_of_ten(max_digits + max_scale)) return std::nullopt;
  const Wide quotient = whole * factor + divide_half_up(dividend % divisor * factor, divisor);
  return make(with_sign(quotient, negative), fraction);
}

void DecimalSum::add(Decimal value) {
  units_ +=
      value.mantissa() * static_cast<__int128>(power_of_ten(Decimal::max_scale - value.scale()));
}

Decimal DecimalSum::saturated() const {
  if (const auto exact = total()) return *exact;
  const auto largest = Decimal::from_int(static_cast<int64_t>(mantissa_end) - 1);
  return units_ < 0 ? largest.negated() : largest;
}

std::strong_ordering operator<=>(Decimal a, Decimal b) {
  if (a.scale_ == b.scale_) return a.mantissa_ <=> b.mantissa_;
  if (a.scale_ > b.scale_) return 0 <=> (b <=> a);
  const auto factor = static_cast<__int128>(power_of_ten(b.scale_ - a.scale_));
  return a.mantissa_ * factor <=> __int128{b.mantissa_};
}

}  // namespace waybill
