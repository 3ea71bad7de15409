// SPDX-License-Identifier: MIT
#include "broker/retry_table.hpp"

#include <gtest/gtest.h>

namespace confab {
namespace {

constexpr Monotonic kStart = Monotonic(std::chrono::hours(1));

Digest128 key(std::string_view id, std::string_view body = "1") {
  Publication publication;
  publication.room = "r";
  publication.id = id;
  publication.body = body;
  return RetryTable::key(publication);
}

TEST(RetryTable, KnowsAnEntryForFiveMinutesAndNotForTen) {
  for (const int offset : {0, 1, 150, 299}) {
    RetryTable table(10);
    table.find(key("x"), kStart);
    const Monotonic added = kStart + std::chrono::seconds(offset);
    ASSERT_TRUE(table.has_room(added));
    table.add(key("a"), {"epoch", 7, 8});
    const auto just_before = added + RetryTable::kKept - std::chrono::milliseconds(1);
    ASSERT_TRUE(table.find(key("a"), just_before)) << offset;
    EXPECT_EQ(table.find(key("a"), just_before)->seq, 7U);
    EXPECT_FALSE(table.find(key("a"), added + 2 * RetryTable::kKept + RetryTable::kKept)) << offset;
    EXPECT_EQ(table.size(), 0U);
  }
}

TEST(RetryTable, TellsOtherContentApart) {
  EXPECT_NE(key("a", "1"), key("a", "2"));
}

TEST(RetryTable, IsBounded) {
  RetryTable table(2);
  ASSERT_TRUE(table.has_room(kStart));
  table.add(key("a"), {"epoch", 1, 1});
  table.add(key("b"), {"epoch", 2, 2});
  EXPECT_FALSE(table.has_room(kStart));
  EXPECT_TRUE(table.find(key("b"), kStart));
  EXPECT_TRUE(table.has_room(kStart + RetryTable::kKept));
  EXPECT_TRUE(table.find(key("b"), kStart + RetryTable::kKept));
}

}  // namespace
}  // namespace confab
