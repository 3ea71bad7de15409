// SPDX-License-Identifier: MIT
#include "confab/core/moderation.hpp"

#include <gtest/gtest.h>

#include "support/core_fixture.hpp"

namespace confab::testing {
namespace {

using namespace std::chrono_literals;
using Names = std::vector<std::string>;
using json = nlohmann::json;

class ModerationTest : public ::testing::Test {
 protected:
  ModerationTest() : ann_(core_), bob_(core_) {
    ann_.say(R"({"type":"join","room":"r","user":"ann"})");
    bob_.say(R"({"type":"join","room":"r","user":"bob"})");
    ann_.take();
  }

  std::string code(const std::vector<json>& heard) {
    return heard.empty() ? "" : heard.back().value("code", "");
  }

  CoreFixture core_;
  NativeClient ann_;
  NativeClient bob_;
};

TEST_F(ModerationTest, AKickEndsMembershipAndSaysWhy) {
  NativeClient second(core_);
  second.say(R"({"type":"join","room":"r","user":"bob"})");
  EXPECT_EQ(core_.moderation.kick("r", "bob", "enough"), 2U);
  for (NativeClient* each : {&bob_, &second})
    EXPECT_EQ(
        each->hear(),
        std::vector<json>(1, json{{"type", "kicked"}, {"room", "r"}, {"user", "bob"}, {"reason", "enough"}}));
  EXPECT_EQ(types(ann_.take()), Names{"user_left"});
  EXPECT_EQ(code(bob_.say(R"({"type":"chat","room":"r","text":"x"})")), "not_joined");
  EXPECT_EQ(types(bob_.say(R"({"type":"join","room":"r"})")), Names{"joined"});
  EXPECT_EQ(core_.moderation.kick("r", "nobody", ""), 0U);
  EXPECT_EQ(core_.moderation.kick("none", "bob", ""), 0U);
}

TEST_F(ModerationTest, ABanKeepsOutUntilItsTermEnds) {
  ASSERT_TRUE(core_.moderation.ban("r", "bob", 10min, ""));
  const auto told = bob_.hear();
  ASSERT_EQ(types(told), Names{"banned"});
  EXPECT_TRUE(parse_iso8601(told[0].at("until").get<std::string>()));
  EXPECT_EQ(code(bob_.say(R"({"type":"join","room":"r","id":"1"})")), "forbidden");
  EXPECT_EQ(code(bob_.say(R"({"type":"history","room":"r","id":"1"})")), "forbidden");
  EXPECT_EQ(types(bob_.say(R"({"type":"join","room":"s"})")), Names{"joined"});
  core_.loop.advance(10min);
  bob_.hear();
  EXPECT_EQ(types(bob_.say(R"({"type":"join","room":"r"})")), Names{"joined"});
}

TEST_F(ModerationTest, AMutedUserListensOnly) {
  ASSERT_TRUE(core_.moderation.mute("r", "bob", {}, "calm down"));
  EXPECT_EQ(
      bob_.hear(),
      std::vector<json>(1, json{{"type", "muted"}, {"room", "r"}, {"user", "bob"}, {"reason", "calm down"}}));
  EXPECT_EQ(code(bob_.say(R"({"type":"chat","room":"r","text":"x"})")), "forbidden");
  EXPECT_EQ(code(bob_.say(R"({"type":"publish","room":"r","event":"x","data":1})")), "forbidden");
  EXPECT_EQ(code(bob_.say(R"({"type":"state","room":"r","key":"k","value":1})")), "forbidden");
  ann_.say(R"({"type":"chat","room":"r","text":"still here"})");
  EXPECT_EQ(types(bob_.take()), Names{"chat"});
  EXPECT_TRUE(core_.sanctions.lift(Sanction::mute, "r", "bob"));
  EXPECT_EQ(types(bob_.say(R"({"type":"chat","room":"r","text":"x","id":"a"})")), (Names{"chat", "ack"}));
}

TEST_F(ModerationTest, ADisconnectedUserIsKeptOutForAWhile) {
  EXPECT_EQ(core_.moderation.disconnect("bob", 1min).value(), 1U);
  core_.settle();
  EXPECT_TRUE(bob_.ended());
  EXPECT_EQ(types(ann_.hear()), Names{"user_left"});
  NativeClient again(core_);
  again.say(R"({"type":"join","room":"r","user":"bob"})");
  EXPECT_TRUE(again.ended());
  EXPECT_TRUE(ann_.hear().empty());
  core_.loop.advance(1min);
  NativeClient later(core_);
  later.take();
  EXPECT_EQ(types(later.say(R"({"type":"join","room":"r","user":"bob"})")), Names{"joined"});
}

TEST_F(ModerationTest, AnErasedMessageIsTakenOutOfThePastAndTheRoomIsTold) {
  ann_.say(R"({"type":"chat","room":"r","text":"oops","secret":1,"id":"m1"})");
  ann_.say(R"({"type":"publish","room":"r","event":"e","data":{"secret":2}})");
  bob_.take();
  for (const std::uint64_t seq : {1U, 2U})
    core_.moderation.erase("r", seq, "ann", [](const result<Published>& done) { EXPECT_TRUE(done); });
  const auto told = bob_.hear();
  ASSERT_EQ(types(told), (Names{"message_deleted", "message_deleted"}));
  EXPECT_EQ(told[0].at("target"), 1);
  EXPECT_EQ(told[0].at("by"), "ann");
  EXPECT_EQ(told[0].at("seq"), 3);
  const json past = bob_.say(R"({"type":"history","room":"r","id":"h"})").back().at("messages");
  ASSERT_EQ(past.size(), 4U);
  EXPECT_EQ(past[0].at("type"), "chat");
  EXPECT_EQ(past[0].at("id"), "m1");
  EXPECT_EQ(past[0].at("deleted"), true);
  EXPECT_FALSE(past[0].contains("text"));
  EXPECT_FALSE(past[0].contains("secret"));
  EXPECT_EQ(past[1].at("type"), "e");
  EXPECT_EQ(past[1].at("deleted"), true);
  EXPECT_FALSE(past[1].contains("data"));
  int refusals = 0;
  for (const std::uint64_t seq : {1U, 99U})
    core_.moderation.erase("r", seq, "", [&](const result<Published>& done) {
      ASSERT_FALSE(done);
      EXPECT_EQ(done.error().code, errc::not_found);
      ++refusals;
    });
  core_.moderation.erase("unknown", 1, "", [&](const result<Published>& done) { refusals += done ? 0 : 1; });
  EXPECT_EQ(refusals, 3);
  EXPECT_TRUE(bob_.hear().empty());
}

}  // namespace
}  // namespace confab::testing
