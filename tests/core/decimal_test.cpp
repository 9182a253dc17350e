#include "base/decimal.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace waybill;

namespace {

constexpr auto half_away = Rounding::half_away_from_zero;

Decimal dec(std::string_view text) {
  CAPTURE(text);
  const auto value = Decimal::parse(text);
  REQUIRE(value);
  return *value;
}

/// The text of the parsed text, or "-" if it is refused.
std::string reread(std::string_view text) {
  const auto value = Decimal::parse(text);
  return value ? value->str() : "-";
}

std::string text_of(std::optional<Decimal> value) {
  return value ? value->str() : "-";
}

TEST_CASE("O-37 a sum is exact whatever its order, and saturates beyond a decimal's range") {
  DecimalSum sum;
  CHECK(text_of(sum.total()) == "0");
  for (int i = 0; i < 1000; ++i) sum.add(dec("999999999999999999"));
  CHECK(text_of(sum.total()) == "-");
  CHECK(sum.saturated().str() == "999999999999999999");
  sum.add(dec("0.000000000001"));
  for (int i = 0; i < 1000; ++i) sum.subtract(dec("999999999999999999"));
  CHECK(text_of(sum.total()) == "0.000000000001");
  sum.subtract(dec("999999999999999999"));
  sum.subtract(dec("1"));
  CHECK(sum.saturated().str() == "-999999999999999999");
}

}  // namespace

TEST_CASE("O-1 a decimal is read by its text and written in its shortest form") {
  CHECK(reread("0") == "0");
  CHECK(reread("-0") == "0");
  CHECK(reread("0.000") == "0");
  CHECK(reread("2") == "2");
  CHECK(reread("2.0") == "2");
  CHECK(reread("100") == "100");
  CHECK(reread("0.50") == "0.5");
  CHECK(reread("-12.345") == "-12.345");
  CHECK(reread("497.50") == "497.5");
  CHECK(reread("1000.0001") == "1000.0001");
  CHECK(reread("0.001") == "0.001");
  CHECK(reread("-0.000000000001") == "-0.000000000001");
}

TEST_CASE("O-1 a decimal may have an exponent, as a JSON number may") {
  CHECK(reread("1e2") == "100");
  CHECK(reread("1E+2") == "100");
  CHECK(reread("12.5e1") == "125");
  CHECK(reread("12.5e0") == "12.5");
  CHECK(reread("1200e-2") == "12");
  CHECK(reread("1234e-05") == "0.01234");
  CHECK(reread("0e99999999999999999999") == "0");
  CHECK(reread("1e99999999999999999999") == "-");
  CHECK(reread("1e-99999999999999999999") == "-");
}

TEST_CASE("a text that is not a JSON number is no decimal") {
  for (const char* text :
       {"",    "-",    "+1",  " 1",    "1 ",  ".5",       "5.",    "-.5",  "1.e1",
        "1e",  "1e+",  "1e-", "1e1.0", "01",  "00",       "-01.5", "1,5",  "1_000",
        "--1", "0x10", "1a",  "e1",    "NaN", "Infinity", "1.2.3", "1e2e3"}) {
    CAPTURE(text);
    CHECK_FALSE(Decimal::parse(text));
  }
  CHECK_FALSE(Decimal::parse(std::string_view("1\0", 2)));
}

TEST_CASE("a decimal has at most 18 digits and 12 of them in the fraction") {
  CHECK(reread("999999999999999999") == "999999999999999999");
  CHECK(reread("-999999999999999999") == "-999999999999999999");
  CHECK(reread("1000000000000000000") == "-");
  CHECK(reread("1e17") == "100000000000000000");
  CHECK(reread("1e18") == "-");
  CHECK(reread("123456.123456789012") == "123456.123456789012");
  CHECK(reread("1234567.123456789012") == "-");
  CHECK(reread("0.123456789012") == "0.123456789012");
  CHECK(reread("0.1234567890123") == "-");
  CHECK(reread("1e-12") == "0.000000000001");
  CHECK(reread("1e-13") == "-");
  CHECK(reread("1234567890123456789012345678901234567890") == "-");
}

TEST_CASE("zeros at the end of a fraction count for nothing") {
  CHECK(reread("1.5" + std::string(1000, '0')) == "1.5");
  CHECK(reread("0." + std::string(1000, '0')) == "0");
  CHECK(reread("0." + std::string(1000, '0') + "1e1000") == "0.1");
  CHECK(reread("1" + std::string(1000, '0') + "e-1000") == "1");
}

TEST_CASE("a decimal is normalised, so that equal values have equal parts") {
  const Decimal value = dec("497.500");
  CHECK(value.mantissa() == 4975);
  CHECK(value.scale() == 1);
  CHECK(value == dec("4975e-1"));
  CHECK(Decimal::make(49750, 2) == value);
  CHECK(Decimal::make(0, 9) == Decimal());
  CHECK(Decimal::make(12, -1) == Decimal::from_int(120));
  CHECK(Decimal::make(1, -17) == dec("1e17"));
  CHECK_FALSE(Decimal::make(1, -18));
  CHECK_FALSE(Decimal::make(1, 13));
  CHECK(Decimal::make(10, 13) == dec("1e-12"));
  const __int128 huge = __int128{1'000'000'000'000'000'000} * 1'000'000'000'000'000'000;
  CHECK(Decimal::make(-huge, 30) == dec("-1000000"));
  CHECK_FALSE(Decimal::make(huge, 0));
  CHECK_FALSE(Decimal::make(huge + 1, 30));
}

TEST_CASE("O-1 amounts are padded to the digits of their currency") {
  CHECK(dec("497.5").padded(2) == "497.50");
  CHECK(dec("1250").padded(0) == "1250");
  CHECK(dec("1250").padded(2) == "1250.00");
  CHECK(dec("0").padded(2) == "0.00");
  CHECK(dec("-0.5").padded(3) == "-0.500");
  CHECK(dec("12.345").padded(2) == "12.345");
  CHECK(dec("1").padded(-1) == "1");
  Bytes out("amount ");
  dec("-999999.999999999999").append_padded_to(out, 2);
  CHECK(out == "amount -999999.999999999999");
}

TEST_CASE("sums and differences are exact or refused") {
  CHECK(text_of(dec("0.1").plus(dec("0.2"))) == "0.3");
  CHECK(text_of(dec("0.5").plus(dec("0.5"))) == "1");
  CHECK(text_of(dec("100").plus(dec("0.01"))) == "100.01");
  CHECK(text_of(dec("0.01").plus(dec("-100"))) == "-99.99");
  CHECK(text_of(dec("497.5").minus(dec("497.5"))) == "0");
  CHECK(text_of(dec("1").minus(dec("1e-12"))) == "0.999999999999");
  CHECK(text_of(dec("999999999999999998").plus(dec("1"))) == "999999999999999999");
  CHECK(text_of(dec("999999999999999999").plus(dec("1"))) == "-");
  CHECK(text_of(dec("-999999999999999999").minus(dec("1"))) == "-");
  CHECK(text_of(dec("999999").plus(dec("1e-12"))) == "999999.000000000001");
  CHECK(text_of(dec("1000000").plus(dec("1e-12"))) == "-");
  CHECK(text_of(dec("999999999999999999").minus(dec("0.1"))) == "-");
}

TEST_CASE("products are exact or refused") {
  CHECK(text_of(dec("1.25").times(dec("199"))) == "248.75");
  CHECK(text_of(dec("-0.5").times(dec("0.2"))) == "-0.1");
  CHECK(text_of(dec("0").times(dec("999999999999999999"))) == "0");
  CHECK(text_of(dec("999999999").times(dec("999999999"))) == "999999998000000001");
  CHECK(text_of(dec("1000000000").times(dec("1000000000"))) == "-");
  CHECK(text_of(dec("0.000001").times(dec("0.000001"))) == "0.000000000001");
  CHECK(text_of(dec("0.0000001").times(dec("0.000001"))) == "-");
  CHECK(text_of(dec("0.000000005").times(dec("200000000000000000"))) == "1000000000");
}

TEST_CASE("O-34 rounding is half away from zero") {
  CHECK(text_of(dec("33.33").times_rounded(dec("1.25"), 2, half_away)) == "41.66");
  CHECK(text_of(dec("0.10").times_rounded(dec("1.25"), 2, half_away)) == "0.13");
  CHECK(text_of(dec("-0.10").times_rounded(dec("1.25"), 2, half_away)) == "-0.13");
  CHECK(text_of(dec("199").times_rounded(dec("1.25"), 2, half_away)) == "248.75");
  CHECK(text_of(dec("2.5").rounded(0, half_away)) == "3");
  CHECK(text_of(dec("-2.5").rounded(0, half_away)) == "-3");
  CHECK(text_of(dec("2.499999999999").rounded(0, half_away)) == "2");
  CHECK(text_of(dec("0.995").rounded(2, half_away)) == "1");
  CHECK(text_of(dec("0.004").rounded(2, half_away)) == "0");
  CHECK(text_of(dec("-0.004").rounded(2, half_away)) == "0");
  CHECK(text_of(dec("12.5").rounded(6, half_away)) == "12.5");
  CHECK(text_of(dec("12.5").rounded(-1, half_away)) == "-");
}

TEST_CASE("the product is rounded once, from all its digits") {
  // 36 digits, 24 of them in the fraction.
  const Decimal factor = dec("999999.999999999999");
  CHECK(text_of(factor.times_rounded(factor, 6, half_away)) == "999999999999.999998");
  CHECK(text_of(factor.times_rounded(factor.negated(), 0, half_away)) == "-1000000000000");
  CHECK(text_of(dec("1e-12").times_rounded(dec("0.5"), 12, half_away)) == "0.000000000001");
  CHECK(text_of(dec("1e-12").times_rounded(dec("1e-12"), 12, half_away)) == "0");
  CHECK(text_of(dec("999999999999999999").times_rounded(dec("10"), 2, half_away)) == "-");
}

TEST_CASE("Q-90 quotients are rounded half away from zero") {
  CHECK(text_of(dec("10").divided(dec("3"), 10, half_away)) == "3.3333333333");
  CHECK(text_of(dec("-2").divided(dec("3"), 10, half_away)) == "-0.6666666667");
  CHECK(text_of(dec("199").divided(dec("2"), 10, half_away)) == "99.5");
  CHECK(text_of(dec("1").divided(dec("-8"), 2, half_away)) == "-0.13");
  CHECK(text_of(dec("5").divided(dec("2"), 0, half_away)) == "3");
  CHECK(text_of(dec("0").divided(dec("-3"), 10, half_away)) == "0");
  CHECK(text_of(dec("0.5").divided(dec("0.25"), 0, half_away)) == "2");
  CHECK(text_of(dec("1e-12").divided(dec("999999"), 0, half_away)) == "0");
  CHECK(text_of(dec("1e-12").divided(dec("2e-12"), 0, half_away)) == "1");
}

TEST_CASE("Q-90 quotients out of range, by zero or to too many digits are refused") {
  CHECK(text_of(dec("1").divided(dec("0"), 10, half_away)) == "-");
  CHECK(text_of(dec("0").divided(dec("0"), 10, half_away)) == "-");
  CHECK(text_of(dec("1").divided(dec("3"), 13, half_away)) == "-");
  CHECK(text_of(dec("1").divided(dec("3"), -1, half_away)) == "-");
  CHECK(text_of(dec("999999999999999999").divided(dec("0.1"), 10, half_away)) == "-");
  CHECK(text_of(dec("999999999999999999").divided(dec("1e-12"), 12, half_away)) == "-");
  CHECK(text_of(dec("999999999999999999").divided(dec("-1"), 12, half_away)) ==
        "-999999999999999999");
  CHECK(text_of(dec("1e17").divided(dec("3"), 12, half_away)) == "-");
  CHECK(text_of(dec("100000").divided(dec("3"), 12, half_away)) == "33333.333333333333");
}

TEST_CASE("a quotient of many digits is rounded once, from all of them") {
  // The numerator needs 24 digits more than it has: fraction 12, and 12 of the divisor's.
  CHECK(text_of(dec("2").divided(dec("3.000000000001"), 12, half_away)) == "0.666666666666");
  CHECK(text_of(dec("1").divided(dec("999999.999999999999"), 12, half_away)) == "0.000001");
  CHECK(text_of(dec("123456").divided(dec("0.123456789012"), 12, half_away)) ==
        "999993.609002742463");
  CHECK(text_of(dec("1234567.1").divided(dec("0.123456789012"), 12, half_away)) == "-");
  CHECK(text_of(dec("12345").divided(dec("0.123456789012"), 12, half_away)) ==
        "99994.500900230493");
  CHECK(text_of(dec("1e-12").divided(dec("0.000000000003"), 12, half_away)) == "0.333333333333");
}

TEST_CASE("decimals are ordered by value") {
  const std::vector<Decimal> ascending = {dec("-999999999999999999"),
                                          dec("-10"),
                                          dec("-9.99"),
                                          dec("-0.000000000001"),
                                          dec("0"),
                                          dec("0.000000000001"),
                                          dec("0.5"),
                                          dec("0.51"),
                                          dec("9"),
                                          dec("9.000001"),
                                          dec("10"),
                                          dec("999999.999999999999"),
                                          dec("999999999999999999")};
  for (size_t i = 0; i < ascending.size(); ++i) {
    for (size_t j = 0; j < ascending.size(); ++j) {
      CHECK((ascending[i] <=> ascending[j]) == (i <=> j));
      CHECK((ascending[i] == ascending[j]) == (i == j));
    }
  }
}

TEST_CASE("the sign of a decimal") {
  CHECK(dec("-1.5").is_negative());
  CHECK(dec("-1.5").negated() == dec("1.5"));
  CHECK(dec("-1.5").magnitude() == dec("1.5"));
  CHECK(dec("1.5").magnitude() == dec("1.5"));
  CHECK(dec("1.5").is_positive());
  CHECK(dec("-0.0").is_zero());
  CHECK_FALSE(dec("-0.0").is_negative());
  CHECK_FALSE(dec("0").is_positive());
}

TEST_CASE("arithmetic agrees with integers over a common scale") {
  // Every pair of a few thousand small decimals, against plain integers of hundredths.
  for (int a = -60; a <= 60; a += 7) {
    for (int b = -250; b <= 250; ++b) {
      const Decimal x = *Decimal::make(a, 1);
      const Decimal y = *Decimal::make(b, 2);
      CHECK(x.plus(y) == Decimal::make(a * 10 + b, 2));
      CHECK(x.minus(y) == Decimal::make(a * 10 - b, 2));
      CHECK(x.times(y) == Decimal::make(a * b, 3));
      const int product = a * b;  // in thousandths; half away from zero to tenths
      const int tenths = (product + (product < 0 ? -50 : 50)) / 100;
      CHECK(x.times_rounded(y, 1, half_away) == Decimal::make(tenths, 1));
      CHECK((x <=> y) == (a * 10 <=> b));
    }
  }
}
