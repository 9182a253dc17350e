#include "base/cron.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <string_view>

using namespace waybill;

namespace {

/// The next time, to the minute; "-" if there is none, "malformed" if that is what the form is.
std::string next(std::string_view form, std::string_view after) {
  CAPTURE(form, after);
  const auto at = Instant::parse(after);
  REQUIRE(at);
  const auto cron = Cron::parse(form);
  if (!cron) return "malformed";
  const auto found = cron->next_after(*at);
  if (!found) return "-";
  CHECK(*found > *at);
  const std::string text = found->str();
  CHECK(text.substr(16) == ":00.000Z");
  return text.substr(0, 16);
}

}  // namespace

TEST_CASE("Q-88 S-49 the next time is strictly later") {
  CHECK(next("*_*_*_*_*", "2024-12-15T14:32:00Z") == "2024-12-15T14:33");
  CHECK(next("*_*_*_*_*", "2024-12-15T14:32:59.999Z") == "2024-12-15T14:33");
  CHECK(next("0_0_*_*_*", "2024-12-15T00:00:00Z") == "2024-12-16T00:00");
  CHECK(next("0_0_*_*_*", "2024-12-14T23:59:59.999Z") == "2024-12-15T00:00");
  CHECK(next("30_9_*_*_*", "2024-12-15T09:29Z") == "2024-12-15T09:30");
  CHECK(next("30_9_*_*_*", "2024-12-15T09:30Z") == "2024-12-16T09:30");
  CHECK(next("59_23_31_12_*", "2024-12-31T23:59Z") == "2025-12-31T23:59");
  CHECK(next("*_*_*_*_*", "1969-12-31T23:59:30Z") == "1970-01-01T00:00");
  CHECK(next("0_12_*_*_*", "0001-01-01") == "0001-01-01T12:00");
}

TEST_CASE("Q-88 lists, ranges and steps") {
  CHECK(next("*/15_*_*_*_*", "2024-12-15T14:46Z") == "2024-12-15T15:00");
  CHECK(next("5,35_*_*_*_*", "2024-12-15T14:06Z") == "2024-12-15T14:35");
  CHECK(next("0_9-17_*_*_*", "2024-12-15T17:00Z") == "2024-12-16T09:00");
  CHECK(next("0_9-17/4_*_*_*", "2024-12-15T10:00Z") == "2024-12-15T13:00");
  CHECK(next("50/4_*_*_*_*", "2024-12-15T14:55Z") == "2024-12-15T14:58");
  CHECK(next("0_0_1,15-17/2_*_*", "2024-12-15T00:00Z") == "2024-12-17T00:00");
  CHECK(next("00_07_*_*_*", "2024-12-15T00:00Z") == "2024-12-15T07:00");
  CHECK(next("*/9999_*_*_*_*", "2024-12-15T14:01Z") == "2024-12-15T15:00");
  CHECK(next("0_0_31_*_*", "2024-04-01") == "2024-05-31T00:00");
  CHECK(next("0_0_1_*/3_*", "2024-05-01") == "2024-07-01T00:00");
}

TEST_CASE("Q-88 names of months and weekdays, in any case") {
  CHECK(next("0_0_1_JAN_*", "2024-12-15") == "2025-01-01T00:00");
  CHECK(next("0_0_1_mar,Oct-dEC_*", "2024-03-02") == "2024-10-01T00:00");
  CHECK(next("0_0_*_*_MON", "2024-12-15") == "2024-12-16T00:00");
  CHECK(next("0_0_*_*_mon-Fri", "2024-12-13") == "2024-12-16T00:00");
  CHECK(next("0_0_*_*_sat,1", "2024-12-15") == "2024-12-16T00:00");
}

TEST_CASE("Q-88 Sunday is 0 and 7, at the end of a range too") {
  for (const char* form :
       {"0_0_*_*_0", "0_0_*_*_7", "0_0_*_*_sun", "0_0_*_*_7/2", "0_0_*_*_0-7/7"}) {
    CHECK(next(form, "2024-12-15") == "2024-12-22T00:00");
  }
  CHECK(next("0_0_*_*_5-7", "2024-12-14") == "2024-12-15T00:00");
  CHECK(next("0_0_*_*_fri-sun", "2024-12-15") == "2024-12-20T00:00");
  CHECK(next("0_0_*_*_0-1", "2024-12-16") == "2024-12-22T00:00");
}

TEST_CASE("Q-88 a restricted day and a restricted weekday: either will do") {
  CHECK(next("0_0_20_*_mon", "2024-12-16") == "2024-12-20T00:00");
  CHECK(next("0_0_20_*_mon", "2024-12-20") == "2024-12-23T00:00");
  CHECK(next("0_0_20_*_*", "2024-12-16") == "2024-12-20T00:00");
  CHECK(next("0_0_*_*_mon", "2024-12-16") == "2024-12-23T00:00");
  CHECK(next("0_0_1-31_*_mon", "2024-12-16") == "2024-12-23T00:00");
  CHECK(next("0_0_20_*_0-6", "2024-12-16") == "2024-12-20T00:00");
  CHECK(next("0_0_30_2_mon", "2024-12-16") == "2025-02-03T00:00");
}

TEST_CASE("Q-88 leap days") {
  CHECK(next("0_0_29_2_*", "2024-02-28") == "2024-02-29T00:00");
  CHECK(next("0_0_29_2_*", "2024-02-29") == "2028-02-29T00:00");
  CHECK(next("0_0_29_2_*", "1999-02-28") == "2000-02-29T00:00");
}

TEST_CASE("Q-88 nothing is looked for beyond eight years, nor beyond the year 9999") {
  CHECK(next("0_0_30_2_*", "2024-12-15") == "-");
  CHECK(next("0_0_31_4,6,9,11_*", "2024-12-15") == "-");
  CHECK(next("0_0_29_2_*", "1896-02-29") == "1904-02-29T00:00");
  CHECK(next("0_1_29_2_*", "1896-02-29T01:00Z") == "1904-02-29T01:00");
  CHECK(next("0_1_29_2_*", "1895-02-28") == "1896-02-29T01:00");
  CHECK(next("59_23_31_12_*", "9999-12-31T23:58:59Z") == "9999-12-31T23:59");
  CHECK(next("*_*_*_*_*", "9999-12-31T23:59Z") == "-");
  CHECK(next("0_0_1_1_*", "9999-06-01") == "-");
  const auto cron = Cron::parse("*_*_*_*_*");
  REQUIRE(cron);
  CHECK_FALSE(cron->next_after(Instant{INT64_MAX}));
  CHECK_FALSE(cron->next_after(Instant{INT64_MIN}));
}

TEST_CASE("Q-88 malformed forms") {
  for (const char* form : {"",
                           "_",
                           "*",
                           "____",
                           "*_*_*_*",
                           "*_*_*_*_*_",
                           "*_*_*_*_*_*",
                           "_*_*_*_*",
                           "* * * * *",
                           "60_*_*_*_*",
                           "-1_*_*_*_*",
                           "*_24_*_*_*",
                           "*_*_0_*_*",
                           "*_*_32_*_*",
                           "*_*_*_0_*",
                           "*_*_*_13_*",
                           "*_*_*_*_8",
                           "*_*_*_*_1-8",
                           "5-3_*_*_*_*",
                           "*_*_*_dec-jan_*",
                           "*_*_*_*_fri-tue",
                           "*/0_*_*_*_*",
                           "*/_*_*_*_*",
                           "*/x_*_*_*_*",
                           "*/-1_*_*_*_*",
                           "1,_*_*_*_*",
                           ",1_*_*_*_*",
                           "1-_*_*_*_*",
                           "1-2-3_*_*_*_*",
                           "1/2/3_*_*_*_*",
                           "**_*_*_*_*",
                           "*5_*_*_*_*",
                           "jan_*_*_*_*",
                           "*_*_*_mon_*",
                           "*_*_*_*_jan",
                           "*_*_*_janu_*",
                           "*_*_*_ja_*",
                           "?_*_*_*_*",
                           "00000_*_*_*_*",
                           "99999999999999999999_*_*_*_*",
                           "*/99999999999999999999_*_*_*_*",
                           "1.5_*_*_*_*",
                           "+1_*_*_*_*"}) {
    CHECK(next(form, "2024-12-15") == "malformed");
  }
}
