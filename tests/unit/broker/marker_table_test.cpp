// SPDX-License-Identifier: MIT
#include "broker/marker_table.hpp"

#include <gtest/gtest.h>

namespace confab {
namespace {

TEST(MarkerTable, MovesOnAndNeverBack) {
  MarkerTable table;
  EXPECT_EQ(table.find("ann"), 0U);
  EXPECT_FALSE(table.mark("ann", 0, 10));
  EXPECT_TRUE(table.mark("ann", 5, 10));
  EXPECT_FALSE(table.mark("ann", 5, 10));
  EXPECT_FALSE(table.mark("ann", 3, 10));
  EXPECT_EQ(table.find("ann"), 5U);
  table.mark("ann", 6, 10);
  EXPECT_EQ(table.find("ann"), 6U);
  EXPECT_EQ(table.size(), 1U);
  EXPECT_EQ(table.bytes(), 3U);
}

TEST(MarkerTable, AtItsBoundForgetsTheOneThatMovedLongestAgo) {
  MarkerTable table;
  table.mark("ann", 1, 2);
  table.mark("bob", 1, 2);
  table.mark("ann", 2, 2);
  table.mark("cid", 1, 2);
  EXPECT_EQ(table.size(), 2U);
  EXPECT_EQ(table.find("bob"), 0U);
  EXPECT_EQ(table.find("ann"), 2U);
  EXPECT_EQ(table.find("cid"), 1U);
  EXPECT_EQ(table.bytes(), 6U);
}

TEST(MarkerTable, OfNoneKeepsNone) {
  MarkerTable table;
  table.mark("ann", 1, 0);
  EXPECT_EQ(table.size(), 0U);
}

}  // namespace
}  // namespace confab
