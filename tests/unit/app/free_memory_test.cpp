// SPDX-License-Identifier: MIT
#include "app/free_memory.hpp"

#include <gtest/gtest.h>

namespace confab::app {
namespace {

constexpr std::size_t operator""_MiB(unsigned long long count) {
  return static_cast<std::size_t>(count) << 20;
}

TEST(FreeMemory, IsGivenBackWhereMoreLiesIdleThanIsInUse) {
  EXPECT_TRUE(FreeMemory::worth_it(500_MiB, 20_MiB));
  EXPECT_TRUE(FreeMemory::worth_it(65_MiB + 1, 1_MiB));
  EXPECT_FALSE(FreeMemory::worth_it(65_MiB, 1_MiB)) << "not for 64 MiB";
  EXPECT_TRUE(FreeMemory::worth_it(400_MiB + 1, 200_MiB));
  EXPECT_FALSE(FreeMemory::worth_it(400_MiB, 200_MiB)) << "as much is in use";
  EXPECT_FALSE(FreeMemory::worth_it(100_MiB, 300_MiB)) << "most of it is swapped out";
  EXPECT_FALSE(FreeMemory::worth_it(0, 0));
}

}  // namespace
}  // namespace confab::app
