// SPDX-License-Identifier: MIT
#include "confab/base/clock.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <ctime>
#include <random>
#include <string>

namespace confab {
namespace {

constexpr WallMicros kSecond = 1'000'000;

std::string written(WallMicros time) {
  std::string out;
  append_iso8601(out, time);
  return out;
}

TEST(Clock, WritesIsoTimes) {
  EXPECT_EQ(written(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(written(1), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(written(999), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(written(1000), "1970-01-01T00:00:00.001Z");
  EXPECT_EQ(written(1'795'514'400'123'999), "2026-11-24T10:00:00.123Z");
  EXPECT_EQ(written(951'782'400 * kSecond), "2000-02-29T00:00:00.000Z");
  EXPECT_EQ(written(86'399'999'999), "1970-01-01T23:59:59.999Z");
  EXPECT_EQ(written(253'402'300'799'999'999), "9999-12-31T23:59:59.999Z");
}

TEST(Clock, AppendsToWhatIsThere) {
  std::string out = "at ";
  append_iso8601(out, 0);
  EXPECT_EQ(out, "at 1970-01-01T00:00:00.000Z");
}

TEST(Clock, ReadsIsoTimes) {
  constexpr WallMicros kNoon = 1'795'514'400 * kSecond;
  EXPECT_EQ(parse_iso8601("2026-11-24T10:00:00Z"), kNoon);
  EXPECT_EQ(parse_iso8601("2026-11-24T10:00:00.123Z"), kNoon + 123'000);
  EXPECT_EQ(parse_iso8601("2026-11-24T10:00:00.1Z"), kNoon + 100'000);
  EXPECT_EQ(parse_iso8601("2026-11-24T10:00:00.123456Z"), kNoon + 123'456);
  EXPECT_EQ(parse_iso8601("2026-11-24T10:00:00.000001Z"), kNoon + 1);
  EXPECT_EQ(parse_iso8601("2026-11-24T12:00:00+02:00"), kNoon);
  EXPECT_EQ(parse_iso8601("2026-11-24T04:30:00.5-05:30"), kNoon + 500'000);
  EXPECT_EQ(parse_iso8601("2026-11-25T09:59:00+23:59"), kNoon);
  EXPECT_EQ(parse_iso8601("2026-11-24T10:00:00-00:00"), kNoon);
  EXPECT_EQ(parse_iso8601("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(parse_iso8601("1969-12-31T23:59:59.999999Z"), -1);
  EXPECT_EQ(parse_iso8601("1970-01-01T00:00:00+01:00"), -3600 * kSecond);
  EXPECT_EQ(parse_iso8601("2000-02-29T00:00:00Z"), 951'782'400 * kSecond);
  EXPECT_EQ(parse_iso8601("9999-12-31T23:59:59.999999Z"), 253'402'300'799'999'999);
  EXPECT_TRUE(parse_iso8601("0000-01-01T00:00:00Z").has_value());
}

TEST(Clock, ReadsNothingElse) {
  for (const char* text : {"",
                           "2026",
                           "2026-11-24",
                           "2026-11-24T10:00:00",
                           "2026-11-24T10:00Z",
                           "2026-11-24t10:00:00Z",
                           "2026-11-24T10:00:00z",
                           "2026-11-24T10:00:00+02",
                           "2026-11-24T10:00:00+0200",
                           "2026-11-24 10:00:00Z",
                           "2026-11-24T10:00:00.Z",
                           "2026-11-24T10:00:00.1234567Z",
                           "2026-11-24T10:00:00,123Z",
                           "2026-11-24T10:00:00ZZ",
                           "2026-11-24T10:00:00Z ",
                           " 2026-11-24T10:00:00Z",
                           "2026-11-24T10:00:00+",
                           "2026-11-24T10:00:00+2",
                           "2026-11-24T10:00:00+02:",
                           "2026-11-24T10:00:00+02:0",
                           "2026-11-24T10:00:00+02:000",
                           "2026-11-24T10:00:00+020",
                           "2026-11-24T10:00:00+24:00",
                           "2026-11-24T10:00:00+02:60",
                           "2026-11-24T24:00:00Z",
                           "2026-11-24T10:60:00Z",
                           "2026-11-24T23:59:60Z",
                           "2026-00-24T10:00:00Z",
                           "2026-13-24T10:00:00Z",
                           "2026-11-00T10:00:00Z",
                           "2026-11-31T10:00:00Z",
                           "2026-02-29T10:00:00Z",
                           "1900-02-29T10:00:00Z",
                           "2100-02-29T10:00:00Z",
                           "2026-1-24T10:00:00Z",
                           "+2026-11-24T10:00:00Z",
                           "-2026-11-24T10:00:00Z",
                           "12026-11-24T10:00:00Z",
                           "2026-11-24T1o:00:00Z",
                           "2026/11/24T10:00:00Z",
                           "2026-11-24T10.00.00Z",
                           "1795514400",
                           "2026-11-24T10:00:00UTC",
                           "now",
                           "2026-W48-2T10:00:00Z"}) {
    EXPECT_EQ(parse_iso8601(text), std::nullopt) << text;
  }
  EXPECT_EQ(parse_iso8601(std::string_view("2026-11-24T10:00:00Z\0", 21)), std::nullopt);
}

TEST(Clock, ReadsEveryPrefixOfATimeAsNone) {
  const std::string_view text = "2026-11-24T10:00:00.123456+02:30";
  ASSERT_TRUE(parse_iso8601(text).has_value());
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_EQ(parse_iso8601(text.substr(0, size)), std::nullopt) << text.substr(0, size);
  }
}

TEST(Clock, AgreesWithTheCLibraryOnEveryDayAndBackAgain) {
  std::mt19937_64 random(3);
  for (WallMicros day = 0; day < 2'932'897; day += 97) {
    const WallMicros time = day * 86'400 * kSecond + static_cast<WallMicros>(random() % 86'400'000) * 1000;
    const std::time_t seconds = time / kSecond;
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    char expected[40];
    std::snprintf(expected, sizeof expected, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", parts.tm_year + 1900,
                  parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                  static_cast<int>(time / 1000 % 1000));
    ASSERT_EQ(written(time), expected);
    ASSERT_EQ(parse_iso8601(expected), time);
  }
}

TEST(Clock, DoesNotAskTheTimeZone) {
  ::setenv("TZ", "Asia/Kathmandu", 1);
  ::tzset();
  EXPECT_EQ(written(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(parse_iso8601("1970-01-01T00:00:00Z"), 0);
  ::unsetenv("TZ");
  ::tzset();
}

}  // namespace
}  // namespace confab
