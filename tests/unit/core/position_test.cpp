// SPDX-License-Identifier: MIT
#include "confab/core/position.hpp"

#include <gtest/gtest.h>

namespace confab {
namespace {

TEST(Position, IsReadAsEpochColonSeq) {
  const auto position = Position::parse("k3j2h1:42");
  ASSERT_TRUE(position);
  EXPECT_EQ(position->epoch, "k3j2h1");
  EXPECT_EQ(position->seq, 42U);
  EXPECT_EQ(Position::parse("a:18446744073709551615")->seq, UINT64_MAX);
}

TEST(Position, RefusesOtherForms) {
  for (const char* text :
       {"", ":", "a:", ":1", "a:-1", "a:1x", "a:18446744073709551616", "a b:1", "a:1:2", "a"})
    EXPECT_FALSE(Position::parse(text)) << text;
  EXPECT_FALSE(Position::parse(std::string(33, 'a') + ":1"));
}

TEST(Cursor, IsReadAsItIsWritten) {
  const Cursor cursor{"gen1", 1764000000000001};
  std::string text;
  cursor.append_to(text);
  EXPECT_EQ(text, "gen1.1764000000000001");
  EXPECT_EQ(Cursor::parse(text)->generation, "gen1");
  EXPECT_EQ(Cursor::parse(text)->stamp, 1764000000000001);
  for (const char* other : {"", ".", "a.", ".5", "a.-5", "a.9223372036854775808", "1764000000000.5x"})
    EXPECT_FALSE(Cursor::parse(other)) << other;
}

}  // namespace
}  // namespace confab
