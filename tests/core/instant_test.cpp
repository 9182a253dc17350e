#include "base/instant.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace waybill;

namespace {

constexpr int64_t minute = 60'000;
constexpr int64_t hour = 60 * minute;
constexpr int64_t day = 24 * hour;
constexpr int64_t first_ms = -62'135'596'800'000;
constexpr int64_t last_ms = 253'402'300'799'999;

int64_t ms_of(std::string_view text) {
  CAPTURE(text);
  const auto instant = Instant::parse(text);
  REQUIRE(instant);
  return instant->ms;
}

}  // namespace

TEST_CASE("Q-68 a date alone is midnight UTC") {
  CHECK(ms_of("1970-01-01") == 0);
  CHECK(ms_of("0001-01-01") == first_ms);
  CHECK(ms_of("1600-02-29") == -11'670'998'400'000);
  CHECK(ms_of("1900-03-01") == -2'203'891'200'000);
  CHECK(ms_of("2000-02-29") == 951'782'400'000);
  CHECK(ms_of("2024-12-15") == 1'734'220'800'000);
  CHECK(ms_of("9999-12-31") == 253'402'214'400'000);
}

TEST_CASE("Q-68 a date-time has optional seconds, fraction and zone") {
  const int64_t date = 1'734'220'800'000;
  CHECK(ms_of("2024-12-15T14:32") == date + 14 * hour + 32 * minute);
  CHECK(ms_of("2024-12-15t14:32z") == date + 14 * hour + 32 * minute);
  CHECK(ms_of("2024-12-15T14:32:07") == date + 14 * hour + 32 * minute + 7000);
  CHECK(ms_of("2024-12-15T14:32:07.5Z") == date + 14 * hour + 32 * minute + 7500);
  CHECK(ms_of("2024-12-15T14:32:07.05Z") == date + 14 * hour + 32 * minute + 7050);
  CHECK(ms_of("2024-12-15T14:32:07.1239999999999999999999Z") ==
        date + 14 * hour + 32 * minute + 7123);
  CHECK(ms_of("2024-12-15T14:32+02:00") == date + 12 * hour + 32 * minute);
  CHECK(ms_of("2024-12-15T14:32-05:30") == date + 20 * hour + 2 * minute);
  CHECK(ms_of("2024-12-15T00:30:00.000+23:59") == date + 31 * minute - day);
  CHECK(ms_of("2024-12-15T23:59:59.999-00:00") == date + day - 1);
}

TEST_CASE("Q-68 anything else is no date-time") {
  for (const char* text : {"",
                           "2024",
                           "2024-12",
                           "2024-12-5",
                           "24-12-15",
                           "2024-12-15T",
                           "2024-12-15T14",
                           "2024-12-15T14:3",
                           "2024-12-15T14:32:",
                           "2024-12-15T14:32:7",
                           "2024-12-15T14:32:07.",
                           "2024-12-15T14:32:07.Z",
                           "2024-12-15T14:32:07,5",
                           "2024-12-15 14:32",
                           "2024-12-15Z",
                           "2024-12-15T14:32+2",
                           "2024-12-15T14:32+02",
                           "2024-12-15T14:32+0200",
                           "2024-12-15T14:32+24:00",
                           "2024-12-15T14:32+02:60",
                           "2024-12-15T14:32ZZ",
                           "2024-12-15T14:32Z ",
                           " 2024-12-15",
                           "2024/12/15",
                           "20241215",
                           "-2024-12-15",
                           "+2024-12-15",
                           "12024-12-15",
                           "2024-12-15x",
                           "2024-12-15T14:32.5",
                           "2024-1a-15"}) {
    CAPTURE(text);
    CHECK_FALSE(Instant::parse(text));
  }
}

TEST_CASE("dates and times that do not exist are refused") {
  for (const char* text : {"0000-01-01", "2024-00-10", "2024-13-10", "2024-01-00", "2024-01-32",
                           "2024-04-31", "2023-02-29", "1900-02-29", "2024-02-30",
                           "2024-12-15T24:00", "2024-12-15T14:60", "2024-12-15T14:32:60"}) {
    CAPTURE(text);
    CHECK_FALSE(Instant::parse(text));
  }
  CHECK(Instant::parse("2024-02-29"));
  CHECK(Instant::parse("2000-02-29"));
}

TEST_CASE("instants lie in the years 1 to 9999, whatever the zone says") {
  CHECK(ms_of("0001-01-01T00:00:00Z") == first_ms);
  CHECK(ms_of("9999-12-31T23:59:59.999Z") == last_ms);
  CHECK_FALSE(Instant::parse("0001-01-01T00:00:00+00:01"));
  CHECK_FALSE(Instant::parse("9999-12-31T23:59:59-00:01"));
}

TEST_CASE("Q-87 an instant is written in UTC with milliseconds") {
  CHECK(Instant{0}.str() == "1970-01-01T00:00:00.000Z");
  CHECK(Instant{-1}.str() == "1969-12-31T23:59:59.999Z");
  CHECK(Instant{1'734'273'120'000}.str() == "2024-12-15T14:32:00.000Z");
  CHECK(Instant{first_ms}.str() == "0001-01-01T00:00:00.000Z");
  CHECK(Instant{last_ms}.str() == "9999-12-31T23:59:59.999Z");
  Bytes out("now ");
  Instant{951'782'400'007}.append_to(out);
  CHECK(out == "now 2000-02-29T00:00:00.007Z");
}

TEST_CASE("an instant outside the years 1 to 9999 is written as the nearest inside") {
  CHECK(Instant{first_ms - 1}.str() == Instant{first_ms}.str());
  CHECK(Instant{last_ms + 1}.str() == Instant{last_ms}.str());
  CHECK(Instant{INT64_MIN}.str() == Instant{first_ms}.str());
  CHECK(Instant{INT64_MAX}.str() == Instant{last_ms}.str());
}

TEST_CASE("every day is read back as it was written, and the days follow each other") {
  std::string before;
  int64_t mismatches = 0;
  for (int64_t ms = first_ms; ms < last_ms; ms += day) {
    const std::string text = Instant{ms}.str();
    if (Instant::parse(text) != Instant{ms} || text <= before) ++mismatches;
    before = text;
  }
  CHECK(mismatches == 0);
}
