// The parsers and writers of core/base on any bytes: no crash, and what is read is what was
// written.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/check.hpp"
#include "base/decimal.hpp"
#include "base/instant.hpp"
#include "base/text.hpp"

using namespace waybill;

namespace {

constexpr auto half_away = Rounding::half_away_from_zero;

void check_limits(Decimal value) {
  check(value.scale() >= 0 && value.scale() <= Decimal::max_scale);
  check(value.mantissa() > -1'000'000'000'000'000'000 &&
        value.mantissa() < 1'000'000'000'000'000'000);
  check(value.scale() == 0 || value.mantissa() % 10 != 0);
}

void fuzz_decimal(std::string_view text) {
  const auto value = Decimal::parse(text);
  if (!value) return;
  check_limits(*value);
  check(nlohmann::json::accept(text));
  check(Decimal::parse(value->str()) == *value);
  check(Decimal::parse(value->padded(4)) == *value);
  check(Decimal::make(value->mantissa(), value->scale()) == *value);
  check(value->negated().negated() == *value);
}

__int128 power_of_ten(int exponent) {
  __int128 power = 1;
  while (exponent-- > 0) power *= 10;
  return power;
}

/// A quotient is off by half a unit of its last digit at most: all in units of the smallest digit
/// there is, as far as 128 bits hold them.
void check_division(Decimal a, Decimal b) {
  constexpr int64_t end = 1'000'000;
  const bool small = std::abs(a.mantissa()) < end && std::abs(b.mantissa()) < end;
  for (int fraction = 0; fraction <= Decimal::max_scale; ++fraction) {
    const auto quotient = a.divided(b, fraction, half_away);
    check(!quotient || !b.is_zero());
    if (!quotient) continue;
    check_limits(*quotient);
    check(quotient->scale() <= fraction);
    if (!small) continue;
    const __int128 dividend = a.mantissa() * power_of_ten(fraction + b.scale());
    const __int128 product = __int128{quotient->mantissa()} * b.mantissa() *
                             power_of_ten(fraction + a.scale() - quotient->scale());
    const __int128 off = dividend < product ? product - dividend : dividend - product;
    check(2 * off <= std::abs(b.mantissa()) * power_of_ten(a.scale()));
  }
}

/// The two halves of the text, if both are decimals, calculated with.
void fuzz_arithmetic(std::string_view text) {
  const size_t blank = text.find(' ');
  if (blank == std::string_view::npos) return;
  const auto a = Decimal::parse(text.substr(0, blank));
  const auto b = Decimal::parse(text.substr(blank + 1));
  if (!a || !b) return;
  const auto sum = a->plus(*b);
  check(sum == b->plus(*a));
  if (sum) {
    check_limits(*sum);
    check(sum->minus(*b) == *a);
    check((*sum <=> *a) == (*b <=> Decimal()));
  }
  const auto product = a->times(*b);
  check(product == b->times(*a));
  for (int fraction = 0; fraction <= Decimal::max_scale; ++fraction) {
    const auto rounded = a->times_rounded(*b, fraction, half_away);
    if (!rounded) continue;
    check_limits(*rounded);
    check(rounded->scale() <= fraction);
    if (product) check(product->rounded(fraction, half_away) == *rounded);
  }
  check_division(*a, *b);
}

void fuzz_instant(std::string_view text) {
  const auto instant = Instant::parse(text);
  if (!instant) return;
  const std::string written = instant->str();
  check(written.size() == 24);
  check(Instant::parse(written) == *instant);
}

void fuzz_json_string(std::string_view text) {
  Bytes verbatim;
  append_json_string(verbatim, text);
  Bytes ascii_bytes;
  append_json_string_ascii(ascii_bytes, text);
  const std::string_view ascii = ascii_bytes;
  check(std::all_of(ascii.begin(), ascii.end(), [](char c) { return c >= 0x20 && c < 0x7F; }));

  const auto invalid = find_invalid_utf8(text);
  check(nlohmann::json::accept(verbatim.view()) == !invalid);
  if (invalid) {
    check(*invalid < text.size() && !find_invalid_utf8(text.substr(0, *invalid)));
    check(nlohmann::json::accept(ascii));
  } else {
    for (const std::string_view json : {verbatim.view(), ascii}) {
      check(nlohmann::json::parse(json, nullptr, false) == text);
    }
  }
}

void fuzz_percent_decoding(std::string_view text) {
  Bytes decoded;
  append_percent_decoded(decoded, text);
  check(decoded.size() <= text.size());
  if (text.find('%') == std::string_view::npos) check(decoded == text);

  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    encoded += '%';
    encoded += "0123456789ABCDEF"[byte >> 4];
    encoded += "0123456789abcdef"[byte & 0xF];
  }
  decoded.clear();
  append_percent_decoded(decoded, encoded);
  check(decoded == text);
}

void fuzz_names(std::string_view text) {
  if (is_namespaced_key(text)) {
    check(text.size() <= 128 && std::count(text.begin(), text.end(), '.') == 2);
  }
  if (text.size() > 64) return;
  const std::string_view a = text.substr(0, text.size() / 2);
  const std::string_view b = text.substr(text.size() / 2);
  const size_t distance = edit_distance(a, b);
  check(distance == edit_distance(b, a));
  check((distance == 0) == (a == b));
  check(distance <= std::max(a.size(), b.size()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  fuzz_decimal(text);
  fuzz_arithmetic(text);
  fuzz_instant(text);
  fuzz_json_string(text);
  fuzz_percent_decoding(text);
  fuzz_names(text);
  return 0;
}
