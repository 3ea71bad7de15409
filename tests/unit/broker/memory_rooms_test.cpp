// SPDX-License-Identifier: MIT
#include "broker/memory_rooms.hpp"

#include <gtest/gtest.h>

#include "support/core_fixture.hpp"

namespace confab::testing {
namespace {

using namespace std::chrono_literals;

class Rooms : public ::testing::Test {
 protected:
  Rooms() { core_.limits.history_memory = 1000; }

  result<StateSet> set(std::string_view room, std::string_view key, std::string_view value) {
    std::optional<result<StateSet>> answer;
    core_.rooms.set(room, {key, value, "ann", {}}, 0, [&](const result<StateSet>& set) { answer = set; });
    return answer.value();
  }

  std::string state(std::string_view room) {
    std::string text;
    core_.rooms.read(room, std::nullopt,
                     [&](const result<StateSnapshot>& snapshot) { text = snapshot->json; });
    return text;
  }

  std::uint64_t marker(std::string_view room, const std::string& user) {
    std::uint64_t marker = 99;
    core_.rooms.list(room, {user},
                     [&](const result<std::vector<std::uint64_t>>& all) { marker = all->front(); });
    return marker;
  }

  CoreFixture core_;
};

TEST_F(Rooms, HoldStatesAndMarkersEachItsOwn) {
  EXPECT_EQ(state("r"), "{}");
  EXPECT_EQ(marker("r", "ann"), 0U);
  ASSERT_TRUE(set("r", "a", "1"));
  core_.rooms.mark("r", "ann", 4, [](const result<bool>& done) { EXPECT_TRUE(done.value()); });
  EXPECT_EQ(state("r"), R"({"a":1})");
  EXPECT_EQ(state("s"), "{}");
  EXPECT_EQ(marker("r", "ann"), 4U);
  EXPECT_EQ(marker("s", "ann"), 0U);
  EXPECT_EQ(core_.rooms.rooms(), 1U);
}

TEST_F(Rooms, AreForgottenWhenNobodyWasThereForTheTimeThatTheirNumberingIsKept) {
  set("r", "a", "1");
  core_.loop.advance(24h - 1s);
  EXPECT_EQ(state("r"), R"({"a":1})");
  core_.loop.advance(2s);
  EXPECT_EQ(state("r"), "{}");
  EXPECT_EQ(core_.rooms.rooms(), 0U);
  EXPECT_EQ(core_.rooms.bytes(), 0U);
}

TEST_F(Rooms, StayWhileSomebodyIsThere) {
  NativeClient ann(core_);
  ann.say(R"({"type":"join","room":"r","user":"ann"})");
  set("r", "a", "1");
  core_.loop.advance(49h);
  EXPECT_EQ(state("r"), R"({"a":1})");
  ann.say(R"({"type":"leave","room":"r"})");
  core_.loop.advance(49h);
  EXPECT_EQ(state("r"), "{}");
}

TEST_F(Rooms, TakeNoMoreThanTheyMay) {
  ASSERT_TRUE(set("r", "a", '"' + std::string(1000, 'x') + '"'));
  const auto refused = set("s", "a", "1");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::unavailable);
  EXPECT_FALSE(set("r", "a", "1"));
  EXPECT_TRUE(set("r", "a", "null"));
  ASSERT_TRUE(set("r", "a", '"' + std::string(1000, 'x') + '"'));
  core_.limits.history_memory = 10000;
  EXPECT_TRUE(set("s", "a", "1"));
  core_.limits.rooms = 2;
  EXPECT_FALSE(set("t", "a", "1"));
  core_.rooms.mark("t", "ann", 1, [](const result<bool>& done) { EXPECT_FALSE(done); });
  EXPECT_TRUE(set("s", "a", "2"));
}

}  // namespace
}  // namespace confab::testing
