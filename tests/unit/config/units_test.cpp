// SPDX-License-Identifier: MIT
#include "config/units.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>

namespace confab::config {
namespace {

using std::chrono::milliseconds;

template <class T>
void expect_value(const Amount<T>& amount, T value) {
  ASSERT_TRUE(amount) << describe(amount.error());
  EXPECT_EQ(*amount, value);
}

template <class T>
void expect_error(const Amount<T>& amount, AmountError error) {
  ASSERT_FALSE(amount);
  EXPECT_EQ(amount.error(), error);
}

TEST(Units, ReadDurations) {
  expect_value(parse_duration("250ms"), milliseconds(250));
  expect_value(parse_duration("30s"), milliseconds(30'000));
  expect_value(parse_duration("5m"), milliseconds(300'000));
  expect_value(parse_duration("24h"), milliseconds(86'400'000));
  expect_value(parse_duration("0s"), milliseconds(0));
  expect_value(parse_duration("0h"), milliseconds(0));
  expect_value(parse_duration("0"), milliseconds(0));
}

TEST(Units, RefuseABareNumberForADurationUnlessItIsZero) {
  expect_error(parse_duration("1"), AmountError::no_unit);
  expect_error(parse_duration("25"), AmountError::no_unit);
}

TEST(Units, RefuseWhatIsNoDuration) {
  for (const char* text : {"",    "s",   "ms", "1 s", " 1s",  "1s ", "1S", "1.5s", "1d",   "1e3s",
                           "+1s", "01s", "00", "1sm", "1KiB", "one", "-",  "-s",   "1,5s", "0x1s"})
    expect_error(parse_duration(text), AmountError::malformed);
  expect_error(parse_duration("-1s"), AmountError::negative);
  expect_error(parse_duration("-0"), AmountError::negative);
}

TEST(Units, RefuseADurationThatOverflows) {
  expect_value(parse_duration("9223372036854775807ms"), milliseconds(INT64_MAX));
  expect_error(parse_duration("9223372036854775808ms"), AmountError::too_large);
  expect_value(parse_duration("9223372036854775s"), milliseconds(9'223'372'036'854'775'000));
  expect_error(parse_duration("9223372036854776s"), AmountError::too_large);
  expect_error(parse_duration("18446744073709551616s"), AmountError::too_large);
  expect_error(parse_duration("99999999999999999999999999h"), AmountError::too_large);
}

TEST(Units, ReadSizes) {
  expect_value<std::size_t>(parse_bytes("0"), 0);
  expect_value<std::size_t>(parse_bytes("65536"), 65536);
  expect_value<std::size_t>(parse_bytes("17B"), 17);
  expect_value<std::size_t>(parse_bytes("1KB"), 1000);
  expect_value<std::size_t>(parse_bytes("1MB"), 1'000'000);
  expect_value<std::size_t>(parse_bytes("1GB"), 1'000'000'000);
  expect_value<std::size_t>(parse_bytes("64KiB"), 65536);
  expect_value<std::size_t>(parse_bytes("1MiB"), 1'048'576);
  expect_value<std::size_t>(parse_bytes("2GiB"), std::size_t{1} << 31);
}

TEST(Units, RefuseWhatIsNoSize) {
  for (const char* text :
       {"", "KiB", "1kib", "1K", "1M", "1 KiB", "1KiBB", "1.5KiB", "01", "1s", "0x10", "+1"})
    expect_error(parse_bytes(text), AmountError::malformed);
  expect_error(parse_bytes("-1"), AmountError::negative);
  expect_error(parse_bytes("-1KiB"), AmountError::negative);
}

TEST(Units, RefuseASizeThatOverflows) {
  expect_value<std::size_t>(parse_bytes("9223372036854775807"), INT64_MAX);
  expect_error(parse_bytes("9223372036854775808"), AmountError::too_large);
  expect_value<std::size_t>(parse_bytes("8589934591GiB"), std::size_t{8589934591} << 30);
  expect_error(parse_bytes("8589934592GiB"), AmountError::too_large);
  expect_error(parse_bytes("18446744073709551616"), AmountError::too_large);
}

TEST(Units, ReadCounts) {
  expect_value<std::size_t>(parse_count("0"), 0);
  expect_value<std::size_t>(parse_count("100000"), 100000);
  for (const char* text : {"", "1s", "010", "1e3", "1_000", "0x1", "1.0", " 1", "1 ", "+1"})
    expect_error(parse_count(text), AmountError::malformed);
  expect_error(parse_count("-5"), AmountError::negative);
  expect_error(parse_count("9223372036854775808"), AmountError::too_large);
}

TEST(Units, PrintTheLargestExactUnit) {
  EXPECT_EQ(print_duration(milliseconds(0)), "0s");
  EXPECT_EQ(print_duration(milliseconds(1)), "1ms");
  EXPECT_EQ(print_duration(milliseconds(999)), "999ms");
  EXPECT_EQ(print_duration(milliseconds(1000)), "1s");
  EXPECT_EQ(print_duration(milliseconds(1500)), "1500ms");
  EXPECT_EQ(print_duration(milliseconds(60'000)), "1m");
  EXPECT_EQ(print_duration(milliseconds(90'000)), "90s");
  EXPECT_EQ(print_duration(milliseconds(3'600'000)), "1h");
  EXPECT_EQ(print_bytes(0), "0");
  EXPECT_EQ(print_bytes(1), "1");
  EXPECT_EQ(print_bytes(1023), "1023");
  EXPECT_EQ(print_bytes(1024), "1KiB");
  EXPECT_EQ(print_bytes(1000), "1KB");
  EXPECT_EQ(print_bytes(1'000'000), "1MB");
  EXPECT_EQ(print_bytes(1'024'000), "1000KiB");
  EXPECT_EQ(print_bytes(3'000'000'000), "3GB");
  EXPECT_EQ(print_bytes(std::size_t{1} << 20), "1MiB");
  EXPECT_EQ(print_bytes(std::size_t{3} << 30), "3GiB");
}

TEST(Units, WhatIsPrintedReadsBackToTheSame) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t number = random() >> (random() % 63 + 1);
    expect_value(parse_duration(print_duration(milliseconds(number))), milliseconds(number));
    expect_value<std::size_t>(parse_bytes(print_bytes(number)), number);
  }
}

}  // namespace
}  // namespace confab::config
