// SPDX-License-Identifier: MIT
#include "confab/core/room_state.hpp"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <random>

namespace confab {
namespace {

using json = nlohmann::json;
using Outcome = StateSet::Outcome;

constexpr StateRule kRule{3, 40};
constexpr WallMicros kNow = 1'795'514'400'123'000;

class State : public ::testing::Test {
 protected:
  result<StateSet> set(std::string_view key, std::string_view value,
                       std::optional<std::uint64_t> if_version = std::nullopt) {
    return state_.set({key, value, "ann", if_version}, kRule, kNow);
  }

  json whole() const { return json::parse(state_.read(std::nullopt).json); }

  RoomState state_;
};

TEST_F(State, CountsItsChangesAndShowsWhatIsThere) {
  EXPECT_EQ(state_.read(std::nullopt).json, "{}");
  EXPECT_EQ(set("b", "1")->version, 1U);
  EXPECT_EQ(set("a", "[2]")->version, 2U);
  EXPECT_EQ(set("b", "3")->version, 3U);
  const auto snapshot = state_.read(std::nullopt);
  EXPECT_TRUE(snapshot.whole);
  EXPECT_EQ(snapshot.version, 3U);
  EXPECT_EQ(snapshot.json, R"({"a":[2],"b":3})");
}

TEST_F(State, ChangesNothingWhereTheValueIsTheSame) {
  set("a", "1");
  const auto again = set("a", "1");
  EXPECT_EQ(again->outcome, Outcome::same);
  EXPECT_EQ(again->version, 1U);
  EXPECT_EQ(state_.version(), 1U);
  EXPECT_EQ(set("missing", "null")->outcome, Outcome::same);
  EXPECT_EQ(set("missing", "null")->version, 0U);
}

TEST_F(State, NullRemovesAKeyAndCountsAsAChange) {
  set("a", "1");
  const auto removed = set("a", "null");
  EXPECT_EQ(removed->outcome, Outcome::changed);
  EXPECT_EQ(removed->version, 2U);
  EXPECT_EQ(state_.version(), 2U);
  EXPECT_EQ(whole(), json::object());
  EXPECT_EQ(set("a", "1")->version, 3U);
  EXPECT_EQ(whole(), json({{"a", 1}}));
}

TEST_F(State, SetsOnlyAtTheVersionThatIsNamed) {
  EXPECT_EQ(set("a", "1", 1)->outcome, Outcome::conflict);
  EXPECT_EQ(set("a", "1", 0)->outcome, Outcome::changed);
  const auto late = set("a", "2", 0);
  EXPECT_EQ(late->outcome, Outcome::conflict);
  EXPECT_EQ(late->value, "1");
  EXPECT_EQ(late->version, 1U);
  EXPECT_EQ(set("a", "2", 1)->version, 2U);
  EXPECT_EQ(set("a", "null", 2)->outcome, Outcome::changed);
  const auto gone = set("a", "4", 2);
  EXPECT_EQ(gone->outcome, Outcome::conflict);
  EXPECT_EQ(gone->value, "null");
  EXPECT_EQ(gone->version, 0U);
  EXPECT_EQ(set("a", "4", 0)->outcome, Outcome::changed);
}

TEST_F(State, TakesAsManyKeysAndBytesAsItMayAndNoMore) {
  EXPECT_TRUE(set("a", "1"));
  EXPECT_TRUE(set("b", "1"));
  EXPECT_TRUE(set("c", "1"));
  const auto fourth = set("d", "1");
  ASSERT_FALSE(fourth);
  EXPECT_EQ(fourth.error().code, errc::too_large);
  EXPECT_STREQ(fourth.error().field, "key");
  EXPECT_TRUE(set("a", "null"));
  // "b1c1" are there: 36 bytes are left, of which the key takes one.
  EXPECT_TRUE(set("d", std::string(35, '1')));
  const auto more = set("d", std::string(36, '1'));
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code, errc::too_large);
  EXPECT_STREQ(more.error().field, "value");
  EXPECT_EQ(whole().size(), 3U);
  EXPECT_TRUE(set("d", "2"));
}

TEST_F(State, WhatIsSmallerIsWelcomeThoughABoundWasLowered) {
  set("a", R"("0123456789")");
  const StateRule lower{1, 4};
  EXPECT_TRUE(state_.set({"a", R"("01234")", "", {}}, lower, kNow));
  EXPECT_FALSE(state_.set({"a", R"("012345")", "", {}}, lower, kNow));
  EXPECT_TRUE(state_.set({"a", "null", "", {}}, lower, kNow));
}

TEST_F(State, TellsWhatChangedSinceAVersion) {
  set("a", "1");
  set("b", "1");
  set("a", "2");
  set("b", "null");
  const auto snapshot = state_.read(2);
  EXPECT_FALSE(snapshot.whole);
  EXPECT_EQ(snapshot.version, 4U);
  EXPECT_EQ(json::parse(snapshot.json),
            json::parse(R"([{"key":"a","value":2,"version":3,"timestamp":1795514400123,"user":"ann"},
                            {"key":"b","value":null,"version":4,"timestamp":1795514400123,"user":"ann"}])"));
  EXPECT_EQ(state_.read(4).json, "[]");
  EXPECT_FALSE(state_.read(0).whole);
}

TEST_F(State, TellsTheWholeToWhomItCantTellTheDifference) {
  set("a", "1");
  EXPECT_TRUE(state_.read(2).whole);  // above its own: of another life
  for (std::size_t i = 0; i <= RoomState::kMostRemoved; ++i) {
    const std::string key = "k" + std::to_string(i);
    ASSERT_TRUE(set(key, "1"));
    ASSERT_TRUE(set(key, "null"));
  }
  // The first of the removed is forgotten: it was removed by change 3.
  EXPECT_TRUE(state_.read(2).whole);
  EXPECT_FALSE(state_.read(3).whole);
  EXPECT_EQ(json::parse(state_.read(3).json).size(), RoomState::kMostRemoved);
}

TEST_F(State, WhoAppliesTheDifferencesHasTheWhole) {
  std::mt19937 random(7);
  RoomState state;
  const StateRule rule{8, 200};
  std::map<std::string, json> mine;
  std::uint64_t version = 0;
  for (int step = 0; step < 20000; ++step) {
    const std::string key = "k" + std::to_string(random() % 150);
    const std::string value = random() % 2 == 0 ? "null" : std::to_string(random() % 4);
    const auto done = state.set({key, value, "", {}}, rule, kNow);
    if (!done) {
      EXPECT_EQ(done.error().code, errc::too_large);
    }
    if (random() % 40 != 0) continue;
    const auto snapshot = state.read(version);
    const json told = json::parse(snapshot.json);
    if (snapshot.whole) {
      mine = told.get<std::map<std::string, json>>();
    } else {
      for (const auto& change : told) {
        EXPECT_GT(change.at("version"), version);
        if (change.at("value").is_null()) {
          mine.erase(change.at("key"));
        } else {
          mine[change.at("key")] = change.at("value");
        }
      }
    }
    version = snapshot.version;
    ASSERT_EQ(json(mine), json::parse(state.read(std::nullopt).json)) << step;
    ASSERT_LE(mine.size(), rule.keys);
  }
}

}  // namespace
}  // namespace confab
