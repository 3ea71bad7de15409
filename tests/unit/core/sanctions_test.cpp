// SPDX-License-Identifier: MIT
#include "confab/core/sanctions.hpp"

#include <gtest/gtest.h>

#include "support/fake_loop.hpp"

namespace confab::testing {
namespace {

using namespace std::chrono_literals;

TEST(Sanctions, HoldUntilTheyAreLifted) {
  FakeLoop loop;
  Sanctions sanctions(loop);
  EXPECT_FALSE(sanctions.holds(Sanction::ban, "r", "ann"));
  const auto term = sanctions.impose(Sanction::ban, "r", "ann", {});
  ASSERT_TRUE(term);
  EXPECT_FALSE(term->until);
  loop.advance(1000h);
  EXPECT_TRUE(sanctions.holds(Sanction::ban, "r", "ann"));
  EXPECT_FALSE(sanctions.holds(Sanction::mute, "r", "ann"));
  EXPECT_FALSE(sanctions.holds(Sanction::ban, "s", "ann"));
  EXPECT_FALSE(sanctions.holds(Sanction::ban, "r", "bob"));
  EXPECT_TRUE(sanctions.lift(Sanction::ban, "r", "ann"));
  EXPECT_FALSE(sanctions.lift(Sanction::ban, "r", "ann"));
  EXPECT_FALSE(sanctions.holds(Sanction::ban, "r", "ann"));
}

TEST(Sanctions, EndByThemselves) {
  FakeLoop loop;
  Sanctions sanctions(loop);
  const auto term = sanctions.impose(Sanction::mute, "r", "ann", 10s);
  EXPECT_EQ(*term->until, loop.wall() + 10'000'000);
  loop.advance(9999ms);
  EXPECT_TRUE(sanctions.holds(Sanction::mute, "r", "ann"));
  loop.advance(1ms);
  EXPECT_FALSE(sanctions.holds(Sanction::mute, "r", "ann"));
  EXPECT_FALSE(sanctions.lift(Sanction::mute, "r", "ann"));
}

TEST(Sanctions, TheLastOneCounts) {
  FakeLoop loop;
  Sanctions sanctions(loop);
  EXPECT_TRUE(sanctions.impose(Sanction::block, "", "ann", {}));
  EXPECT_TRUE(sanctions.impose(Sanction::block, "", "ann", 1s));
  loop.advance(1s);
  EXPECT_FALSE(sanctions.holds(Sanction::block, "", "ann"));
}

TEST(Sanctions, AtTheirBoundForgetWhatIsOverAndElseRefuse) {
  FakeLoop loop;
  Sanctions sanctions(loop, 2);
  EXPECT_TRUE(sanctions.impose(Sanction::ban, "r", "a", 1s));
  EXPECT_TRUE(sanctions.impose(Sanction::ban, "r", "b", {}));
  const auto third = sanctions.impose(Sanction::ban, "r", "c", {});
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, errc::unavailable);
  EXPECT_TRUE(sanctions.impose(Sanction::ban, "r", "b", 5s));
  loop.advance(1s);
  EXPECT_TRUE(sanctions.impose(Sanction::ban, "r", "c", {}));
  EXPECT_EQ(sanctions.size(), 2U);
}

}  // namespace
}  // namespace confab::testing
