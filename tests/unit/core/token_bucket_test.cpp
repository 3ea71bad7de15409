// SPDX-License-Identifier: MIT
#include "confab/core/token_bucket.hpp"

#include <gtest/gtest.h>

namespace confab {
namespace {

constexpr Monotonic kStart = Monotonic(std::chrono::hours(1));

int taken(TokenBucket& bucket, Monotonic now, std::size_t rate, std::size_t burst) {
  int count = 0;
  while (count < 10'000 && bucket.take(now, rate, burst))
    ++count;
  return count;
}

TEST(TokenBucket, GivesItsBurstAndThenItsRate) {
  TokenBucket bucket;
  EXPECT_EQ(taken(bucket, kStart, 50, 100), 100);
  EXPECT_EQ(bucket.wait(50), Milliseconds(20));
  EXPECT_EQ(taken(bucket, kStart + Milliseconds(19), 50, 100), 0);
  EXPECT_EQ(taken(bucket, kStart + Milliseconds(20), 50, 100), 1);
  EXPECT_EQ(taken(bucket, kStart + Milliseconds(1020), 50, 100), 50);
  EXPECT_EQ(taken(bucket, kStart + std::chrono::hours(1000), 50, 100), 100);
}

TEST(TokenBucket, ARateOfZeroHasNoLimit) {
  TokenBucket bucket;
  EXPECT_EQ(taken(bucket, kStart, 0, 1), 10'000);
  EXPECT_EQ(bucket.wait(0), Milliseconds(0));
}

}  // namespace
}  // namespace confab
