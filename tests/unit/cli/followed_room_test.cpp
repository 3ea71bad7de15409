// SPDX-License-Identifier: MIT
#include "cli/followed_room.hpp"

#include <gtest/gtest.h>

namespace confab::cli {
namespace {

using Recovery = FollowedRoom::Recovery;

void expect_at(const FollowedRoom& room, std::string_view epoch, std::uint64_t seq) {
  ASSERT_TRUE(room.position());
  EXPECT_EQ(room.position()->epoch, epoch);
  EXPECT_EQ(room.position()->seq, seq);
}

void enter(FollowedRoom& room, const Arrival& arrival, Recovery expected) {
  EXPECT_EQ(room.on_joined(arrival), expected);
  room.on_caught_up(arrival);
}

TEST(CliFollowedRoom, BeginsAtWhatIsNewestWhereNothingWasAskedFor) {
  FollowedRoom room("r", std::nullopt);
  EXPECT_FALSE(room.position());
  enter(room, {"e", 7, false, false}, Recovery::whole);
  expect_at(room, "e", 7);
}

TEST(CliFollowedRoom, PrintsEachEventOnce) {
  FollowedRoom room("r", std::nullopt);
  EXPECT_TRUE(room.fresh(3)) << "an event before joined";
  const Arrival arrival{"e", 5, false, false};
  room.on_joined(arrival);
  EXPECT_TRUE(room.fresh(4));
  EXPECT_TRUE(room.fresh(5));
  room.on_caught_up(arrival);
  EXPECT_FALSE(room.fresh(5));
  EXPECT_TRUE(room.fresh(6));
  EXPECT_FALSE(room.fresh(6));
  expect_at(room, "e", 6);
}

TEST(CliFollowedRoom, StaysAtThePageWhileMoreOfThemCome) {
  FollowedRoom room("r", Position{"e", 10});
  const Arrival arrival{"e", 1000, true, true};
  EXPECT_EQ(room.on_joined(arrival), Recovery::whole);
  EXPECT_TRUE(room.fresh(11));
  room.on_caught_up(arrival);
  expect_at(room, "e", 11);
}

TEST(CliFollowedRoom, GoesOnWhereItWas) {
  FollowedRoom room("r", Position{"e", 10});
  const Arrival arrival{"e", 12, true, false};
  EXPECT_EQ(room.on_joined(arrival), Recovery::whole);
  EXPECT_FALSE(room.fresh(10));
  EXPECT_TRUE(room.fresh(11));
  EXPECT_TRUE(room.fresh(12));
  room.on_caught_up(arrival);
  expect_at(room, "e", 12);
}

TEST(CliFollowedRoom, BeginsAgainUnderAnotherEpoch) {
  FollowedRoom room("r", Position{"e", 10});
  const Arrival arrival{"f", 2, false, false};
  EXPECT_EQ(room.on_joined(arrival), Recovery::lost);
  EXPECT_TRUE(room.fresh(1));
  EXPECT_TRUE(room.fresh(2));
  room.on_caught_up(arrival);
  expect_at(room, "f", 2);
}

TEST(CliFollowedRoom, BeginsAgainWhereTheServerHasLessThanBefore) {
  FollowedRoom room("r", Position{"e", 10});
  EXPECT_EQ(room.on_joined({"e", 9, false, false}), Recovery::lost);
  EXPECT_TRUE(room.fresh(9));
}

TEST(CliFollowedRoom, KeepsItsPlaceWhereTheOldestAreGone) {
  FollowedRoom room("r", Position{"e", 10});
  EXPECT_EQ(room.on_joined({"e", 50, false, false}), Recovery::lost);
  EXPECT_FALSE(room.fresh(10));
  EXPECT_TRUE(room.fresh(40));
}

TEST(CliFollowedRoom, IsResetByTheServer) {
  FollowedRoom room("r", Position{"e", 10});
  room.on_reset({"f", 0});
  EXPECT_TRUE(room.fresh(1));
  expect_at(room, "f", 1);
}

}  // namespace
}  // namespace confab::cli
