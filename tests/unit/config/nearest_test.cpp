// SPDX-License-Identifier: MIT
#include "config/nearest.hpp"

#include <gtest/gtest.h>

#include <random>

namespace confab::config {
namespace {

const std::vector<std::string> kKnown{"limits.rooms",     "limits.message_size", "limits", "log.level",
                                      "log.file",         "heartbeat.interval",  "rooms",  "sse.retry",
                                      "long_poll.timeout"};

TEST(EditDistance, CountsEachKindOfMistakeOnce) {
  EXPECT_EQ(edit_distance("", "", 9), 0u);
  EXPECT_EQ(edit_distance("rooms", "rooms", 9), 0u);
  EXPECT_EQ(edit_distance("roms", "rooms", 9), 1u);
  EXPECT_EQ(edit_distance("roooms", "rooms", 9), 1u);
  EXPECT_EQ(edit_distance("roems", "rooms", 9), 1u);
  EXPECT_EQ(edit_distance("romos", "rooms", 9), 1u);
  EXPECT_EQ(edit_distance("", "rooms", 9), 5u);
  EXPECT_EQ(edit_distance("rooms", "", 9), 5u);
  EXPECT_EQ(edit_distance("abc", "xyz", 9), 3u);
}

TEST(EditDistance, StopsAboveItsBound) {
  EXPECT_EQ(edit_distance("abc", "xyz", 2), 3u);
  EXPECT_EQ(edit_distance("abc", "xyz", 0), 1u);
  EXPECT_EQ(edit_distance("a", "abcdefgh", 3), 4u);
}

TEST(EditDistance, IsSymmetricAndZeroOnlyForEquals) {
  std::mt19937 random(11);
  const auto word = [&] {
    std::string out;
    for (auto length = random() % 7; length > 0; --length)
      out += static_cast<char>('a' + random() % 3);
    return out;
  };
  for (int i = 0; i < 5000; ++i) {
    const std::string left = word();
    const std::string right = word();
    EXPECT_EQ(edit_distance(left, right, 9), edit_distance(right, left, 9));
    EXPECT_EQ(edit_distance(left, right, 9) == 0, left == right);
  }
}

TEST(Nearest, FindsAMisspeltKey) {
  EXPECT_EQ(nearest("limits.mesage_size", kKnown), "limits.message_size");
  EXPECT_EQ(nearest("limit.message_size", kKnown), "limits.message_size");
  EXPECT_EQ(nearest("log.levle", kKnown), "log.level");
  EXPECT_EQ(nearest("room", kKnown), "rooms");
  EXPECT_EQ(nearest("heartbeat.intervall", kKnown), "heartbeat.interval");
}

TEST(Nearest, FindsAKeyThatStandsInAnotherSection) {
  EXPECT_EQ(nearest("message_size", kKnown), "limits.message_size");
  EXPECT_EQ(nearest("server.level", kKnown), "log.level");
}

TEST(Nearest, SaysNothingWhereNothingIsNear) {
  EXPECT_EQ(nearest("colour", kKnown), "");
  EXPECT_EQ(nearest("limits.colour", kKnown), "");
  EXPECT_EQ(nearest("", kKnown), "");
  EXPECT_EQ(nearest("rooms", {}), "");
  EXPECT_EQ(nearest(std::string(65, 'r'), {std::string(65, 'r')}), "");
}

}  // namespace
}  // namespace confab::config
