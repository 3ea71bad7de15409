// SPDX-License-Identifier: MIT
#include "confab/core/room_rule.hpp"

#include <gtest/gtest.h>

namespace confab {
namespace {

TEST(Glob, AStarStandsForAnyRun) {
  EXPECT_TRUE(glob_match("*", ""));
  EXPECT_TRUE(glob_match("stocks:*", "stocks:AAPL"));
  EXPECT_TRUE(glob_match("stocks:*", "stocks:"));
  EXPECT_FALSE(glob_match("stocks:*", "stock:AAPL"));
  EXPECT_TRUE(glob_match("*-team-*", "a-team-b-team-c"));
  EXPECT_TRUE(glob_match("a*b*c", "aXbYbZc"));
  EXPECT_FALSE(glob_match("a*b*c", "aXbYbZ"));
  EXPECT_FALSE(glob_match("", "a"));
}

TEST(RoomRules, TheFirstThatFitsCounts) {
  RoomRule news;
  news.match = "news*";
  news.publish = PublishRule::server;
  RoomRule all;
  all.join = JoinRule::user;
  const RoomRules rules({news, all});
  EXPECT_EQ(rules.find("news:de").publish, PublishRule::server);
  EXPECT_EQ(rules.find("general").join, JoinRule::user);
}

TEST(RoomRules, WithoutConfigurationEverybodyMayJoinAndMembersPublish) {
  const RoomRules rules;
  EXPECT_EQ(rules.find("general").join, JoinRule::anyone);
  EXPECT_EQ(rules.find("general").publish, PublishRule::member);
}

TEST(RoomRules, AStarDoesNotReachTheServersRooms) {
  RoomRule open;
  open.publish = PublishRule::member;
  const RoomRules rules({open});
  EXPECT_EQ(rules.find("@ann").publish, PublishRule::anyone);
  EXPECT_EQ(rules.find("$all").publish, PublishRule::server);
  EXPECT_FALSE(rules.find("@ann").presence);
  RoomRule personal;
  personal.match = "@*";
  personal.history.size = 7;
  EXPECT_EQ(RoomRules({personal}).find("@ann").history.size, 7U);
}

}  // namespace
}  // namespace confab
