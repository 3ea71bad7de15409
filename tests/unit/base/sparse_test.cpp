// SPDX-License-Identifier: MIT
#include "confab/base/sparse.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>

namespace confab {
namespace {

TEST(Sparse, GivesATablesMemoryBackWhenLittleIsLeft) {
  boost::unordered_flat_map<int, int> table;
  for (int i = 0; i < 100'000; ++i)
    table.emplace(i, i);
  const auto most = table.bucket_count();
  for (int i = 10; i < 100'000; ++i) {
    table.erase(i);
    shrink_sparse(table);
    ASSERT_LE(table.bucket_count(), std::max<std::size_t>(table.size() * 17, 8192)) << table.size();
  }
  EXPECT_LT(table.bucket_count(), most / 10);
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(table.at(i), i);
}

TEST(Sparse, LeavesSmallTablesAlone) {
  boost::unordered_flat_map<int, int> table;
  table.reserve(2000);
  const auto kept = table.bucket_count();
  shrink_sparse(table);
  EXPECT_EQ(table.bucket_count(), kept);
}

}  // namespace
}  // namespace confab
