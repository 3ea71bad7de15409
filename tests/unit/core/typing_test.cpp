// SPDX-License-Identifier: MIT
#include "confab/core/typing.hpp"

#include <gtest/gtest.h>

#include "support/core_fixture.hpp"

namespace confab::testing {
namespace {

using Names = std::vector<std::string>;
using json = nlohmann::json;

constexpr const char* kTyping = R"({"type":"typing","isTyping":true})";
constexpr const char* kStopped = R"({"type":"typing","isTyping":false})";

class TypingTest : public ::testing::Test {
 protected:
  explicit TypingTest(Limits limits = {}) : core_({}, limits), ann_(core_), bob_(core_) {
    ann_.say(R"({"type":"join","room":"general","user":"ann"})");
    bob_.say(R"({"type":"join","room":"general","user":"bob"})");
    ann_.take();
  }

  /// What bob hears of typing: "+" for begun and "-" for ended.
  std::string heard() {
    std::string signs;
    for (const auto& message : bob_.hear()) {
      if (message.at("type") != "user_typing") continue;
      EXPECT_EQ(message.at("user"), "ann");
      EXPECT_EQ(message.at("room"), "general");
      EXPECT_FALSE(message.contains("seq"));
      signs += message.at("isTyping").get<bool>() ? '+' : '-';
    }
    return signs;
  }

  CoreFixture core_;
  NativeClient ann_;
  NativeClient bob_;
};

TEST_F(TypingTest, IsToldToTheOthersAndAcknowledged) {
  const auto answers = ann_.say(R"({"type":"typing","room":"general","isTyping":true,"id":"t"})");
  ASSERT_EQ(types(answers), Names{"ack"});
  EXPECT_EQ(answers[0].at("id"), "t");
  EXPECT_EQ(heard(), "+");
}

TEST_F(TypingTest, IsNotToldToTheSameUsersOtherSessions) {
  NativeClient laptop(core_);
  laptop.say(R"({"type":"join","room":"general","user":"ann"})");
  EXPECT_TRUE(ann_.say(kTyping).empty());
  EXPECT_TRUE(laptop.take().empty());
}

TEST_F(TypingTest, OfATurnOnlyTheLastWordIsTold) {
  ann_.mutter(kTyping);
  ann_.mutter(kStopped);
  ann_.mutter(kTyping);
  EXPECT_EQ(heard(), "+");
  ann_.mutter(kTyping);
  ann_.mutter(kStopped);
  EXPECT_EQ(heard(), "-");
}

TEST_F(TypingTest, EndsByItselfAfterTenSeconds) {
  ann_.say(kTyping);
  EXPECT_EQ(heard(), "+");
  core_.loop.advance(Milliseconds(9'990));
  EXPECT_EQ(heard(), "");
  core_.loop.advance(Milliseconds(20));
  EXPECT_EQ(heard(), "-");
  EXPECT_EQ(core_.typing.size(), 0U);
  core_.loop.advance(Milliseconds(20'000));
  EXPECT_EQ(heard(), "");
}

TEST_F(TypingTest, IsRefreshedBySayingItAgain) {
  ann_.say(kTyping);
  core_.loop.advance(Milliseconds(6'000));
  ann_.say(kTyping);
  heard();
  core_.loop.advance(Milliseconds(9'980));
  EXPECT_EQ(heard(), "");
  core_.loop.advance(Milliseconds(40));
  EXPECT_EQ(heard(), "-");
}

TEST_F(TypingTest, StoppingEndsItAndItsTime) {
  ann_.say(kTyping);
  ann_.say(kStopped);
  EXPECT_EQ(heard(), "+-");
  EXPECT_EQ(core_.typing.size(), 0U);
  core_.loop.advance(Milliseconds(20'000));
  EXPECT_EQ(heard(), "");
}

TEST_F(TypingTest, EndsWhenTheSessionLeaves) {
  ann_.say(kTyping);
  heard();
  ann_.say(R"({"type":"leave","room":"general"})");
  EXPECT_EQ(heard(), "-");
  EXPECT_EQ(core_.typing.size(), 0U);
}

TEST_F(TypingTest, EndsWhenTheSessionEnds) {
  ann_.say(kTyping);
  heard();
  ann_.session()->close(CloseReason::normal);
  EXPECT_EQ(heard(), "-");
  EXPECT_EQ(core_.typing.size(), 0U);
}

TEST_F(TypingTest, GoesOnWhenAnotherSessionOfTheUserLeaves) {
  NativeClient laptop(core_);
  laptop.say(R"({"type":"join","room":"general","user":"ann"})");
  laptop.say(kTyping);
  ann_.say(kTyping);
  heard();
  laptop.session()->close(CloseReason::normal);
  EXPECT_EQ(heard(), "");
  ann_.session()->close(CloseReason::normal);
  EXPECT_EQ(heard(), "-");
}

TEST_F(TypingTest, IsToldBeforeWhatTheRoomHearsNext) {
  ann_.mutter(kTyping);
  ann_.mutter(R"({"type":"chat","text":"1"})");
  ann_.mutter(kStopped);
  ann_.mutter(R"({"type":"chat","text":"2"})");
  EXPECT_EQ(types(bob_.hear()), (Names{"user_typing", "chat", "user_typing", "chat"}));
}

TEST_F(TypingTest, OfTwoUsersBothAreToldBeforeTheNextEvent) {
  NativeClient cid(core_);
  cid.say(R"({"type":"join","room":"general","user":"cid"})");
  bob_.take();
  ann_.mutter(kTyping);
  cid.mutter(kTyping);
  ann_.mutter(R"({"type":"chat","text":"1"})");
  EXPECT_EQ(types(bob_.hear()), (Names{"user_typing", "user_typing", "chat"}));
  core_.loop.advance(Milliseconds(10'020));
  EXPECT_EQ(types(bob_.hear()), (Names{"user_typing", "user_typing"}));
}

TEST_F(TypingTest, ANewcomerIsAnnouncedBeforeItTypes) {
  NativeClient cid(core_);
  cid.mutter(R"({"type":"join","room":"general","user":"cid"})");
  cid.mutter(kTyping);
  EXPECT_EQ(types(bob_.hear()), (Names{"user_joined", "user_typing"}));
}

TEST_F(TypingTest, GuestsTypeToo) {
  NativeClient guest(core_);
  guest.say(R"({"type":"join","room":"general"})");
  guest.say(kTyping);
  const auto told = bob_.hear();
  ASSERT_EQ(types(told), Names{"user_typing"});
  EXPECT_EQ(told[0].at("user"), guest.session()->user());
}

TEST_F(TypingTest, RefusesWrongFieldsAndRoomsThatItIsNotIn) {
  const auto refused = [&](std::string_view text, std::string_view code, std::string_view field) {
    const auto answers = ann_.say(text);
    ASSERT_EQ(types(answers), Names{"error"}) << text;
    EXPECT_EQ(answers[0].value("code", ""), code) << text;
    EXPECT_EQ(answers[0].value("field", ""), field) << text;
  };
  refused(R"({"type":"typing"})", "bad_message", "isTyping");
  refused(R"({"type":"typing","isTyping":1})", "bad_message", "isTyping");
  refused(R"({"type":"typing","room":"other","isTyping":true})", "not_joined", "room");
  refused(R"({"type":"typing","room":"$all","isTyping":true})", "forbidden", "room");
  refused(R"({"type":"typing","room":"@ann","isTyping":true})", "forbidden", "room");
  refused(R"({"type":"typing","room":".","isTyping":true})", "bad_room", "room");
  EXPECT_EQ(core_.typing.size(), 0U);
}

TEST_F(TypingTest, EachRoomIsItsOwn) {
  ann_.say(R"({"type":"join","room":"second"})");
  ann_.say(R"({"type":"typing","room":"general","isTyping":true})");
  ann_.say(R"({"type":"typing","room":"second","isTyping":true})");
  EXPECT_EQ(core_.typing.size(), 2U);
  EXPECT_EQ(heard(), "+");
  ann_.say(R"({"type":"typing","room":"second","isTyping":false})");
  EXPECT_EQ(heard(), "");
  EXPECT_EQ(core_.typing.size(), 1U);
}

TEST_F(TypingTest, TheRoomMayGoWithTheLastTypist) {
  bob_.say(R"({"type":"leave","room":"general"})");
  ann_.mutter(kTyping);
  ann_.mutter(R"({"type":"leave","room":"general"})");
  core_.settle();
  EXPECT_EQ(core_.hub.find_room("general"), nullptr);
  EXPECT_EQ(core_.typing.size(), 0U);
}

class BoundedTypingTest : public TypingTest {
 protected:
  BoundedTypingTest() : TypingTest(two()) {}

  static Limits two() {
    Limits limits;
    limits.connections = 2;
    return limits;
  }
};

TEST_F(BoundedTypingTest, NoMoreTypeThanMayBeHere) {
  for (const char* room : {"a", "b"})
    ann_.say(R"({"type":"join","room":")" + std::string(room) + "\"}");
  for (const char* room : {"a", "b", "general"})
    ann_.say(R"({"type":"typing","isTyping":true,"room":")" + std::string(room) + "\"}");
  EXPECT_EQ(core_.typing.size(), 2U);
  EXPECT_EQ(heard(), "");
  ann_.say(R"({"type":"typing","isTyping":false,"room":"a"})");
  ann_.say(R"({"type":"typing","isTyping":true,"room":"general"})");
  EXPECT_EQ(heard(), "+");
}

}  // namespace
}  // namespace confab::testing
