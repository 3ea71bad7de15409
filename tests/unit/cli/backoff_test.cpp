// SPDX-License-Identifier: MIT
#include "cli/backoff.hpp"

#include <gtest/gtest.h>

namespace confab::cli {
namespace {

using std::chrono::milliseconds;

TEST(CliBackoff, DoublesUpToItsMost) {
  Backoff backoff;
  EXPECT_TRUE(backoff.fresh());
  for (const int whole : {500, 1000, 2000, 4000, 8000, 15'000, 15'000}) {
    EXPECT_EQ(backoff.next(0), milliseconds(whole / 2));
    EXPECT_FALSE(backoff.fresh());
  }
}

TEST(CliBackoff, SpreadsOverTheSecondHalfOfAStep) {
  EXPECT_EQ(Backoff().next(0), milliseconds(250));
  EXPECT_EQ(Backoff().next(0.5), milliseconds(375));
  EXPECT_LE(Backoff().next(0.999999), milliseconds(500));
}

TEST(CliBackoff, BeginsAgainAfterASuccess) {
  Backoff backoff;
  backoff.next(0);
  backoff.next(0);
  backoff.reset();
  EXPECT_TRUE(backoff.fresh());
  EXPECT_EQ(backoff.next(0), milliseconds(250));
}

TEST(CliBackoff, NeverComesBeforeTheTimeThatAServerAskedFor) {
  EXPECT_EQ(Backoff::after(milliseconds(2000), 0), milliseconds(2000));
  EXPECT_EQ(Backoff::after(milliseconds(2000), 0.5), milliseconds(2250));
  EXPECT_EQ(Backoff::after(milliseconds(0), 0.9), milliseconds(0));
}

TEST(CliBackoff, DrawsItsJitterFromZeroToBelowOne) {
  double least = 1;
  double most = 0;
  for (int i = 0; i < 10'000; ++i) {
    const double jitter = random_jitter();
    ASSERT_GE(jitter, 0);
    ASSERT_LT(jitter, 1);
    least = std::min(least, jitter);
    most = std::max(most, jitter);
  }
  // That none of ten thousand falls into a half has a chance of 2^-10000.
  EXPECT_LT(least, 0.5);
  EXPECT_GE(most, 0.5);
}

}  // namespace
}  // namespace confab::cli
