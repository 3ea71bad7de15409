// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "support/core_fixture.hpp"

namespace confab::testing {
namespace {

using Names = std::vector<std::string>;
using json = nlohmann::json;

/// One rule for all rooms.
std::vector<RoomRule> rules(void (*change)(RoomRule&)) {
  RoomRule rule;
  change(rule);
  return {rule};
}

class Commands : public ::testing::Test {
 protected:
  explicit Commands(std::vector<RoomRule> rules = {}) : core_(std::move(rules)), ann_(core_), bob_(core_) {
    ann_.say(R"({"type":"join","room":"r","user":"ann"})");
    bob_.say(R"({"type":"join","room":"r","user":"bob"})");
    ann_.take();
  }

  json refused(NativeClient& client, const std::string& text) {
    const auto heard = client.say(text);
    EXPECT_EQ(types(heard), Names{"error"}) << text;
    return heard.empty() ? json::object() : heard.front();
  }

  void expect_refused(const std::string& text, const char* code, const char* field) {
    const json error = refused(ann_, text);
    EXPECT_EQ(error.value("code", ""), code) << text;
    EXPECT_EQ(error.value("field", ""), field) << text;
  }

  CoreFixture core_;
  NativeClient ann_;
  NativeClient bob_;
};

class ChatCommand : public Commands {};

TEST_F(ChatCommand, NoEventMayTakeMoreThanHalfOfAQueue) {
  core_.limits.queue_size = 4000;
  const auto chat = [](std::size_t size) {
    return R"({"type":"chat","room":"r","text":")" + std::string(size - 9, 'x') + "\"}";
  };
  EXPECT_EQ(types(ann_.say(chat(2000))), Names{"chat"});
  EXPECT_EQ(refused(ann_, chat(2001)).value("code", ""), "too_large");
  EXPECT_EQ(types(bob_.hear()), Names{"chat"});
  EXPECT_EQ(types(ann_.say(R"({"type":"ping"})")), Names{"pong"});
}

class StateCommand : public Commands {};

TEST_F(StateCommand, TellsEveryMemberTheChangeAndAcknowledgesItsVersion) {
  const auto heard = ann_.say(R"({"type":"state","room":"r","key":"topic","value":{"b":1,"a":2},"id":"s1"})");
  ASSERT_EQ(types(heard), (Names{"delta", "ack"}));
  const json delta = heard[0];
  EXPECT_EQ(delta, (json{{"type", "delta"},
                         {"room", "r"},
                         {"user", "ann"},
                         {"key", "topic"},
                         {"value", {{"a", 2}, {"b", 1}}},
                         {"version", 1},
                         {"timestamp", core_.loop.wall() / 1000}}));
  EXPECT_EQ(heard[1], (json{{"type", "ack"}, {"id", "s1"}, {"version", 1}}));
  EXPECT_EQ(bob_.take(), std::vector<json>{delta});
}

TEST_F(StateCommand, IsSilentWhereNothingChanges) {
  ann_.say(R"({"type":"state","room":"r","key":"k","value":1})");
  bob_.take();
  const auto heard = ann_.say(R"({"type":"state","room":"r","key":"k","value":1,"id":"x"})");
  EXPECT_EQ(types(heard), Names{"ack"});
  EXPECT_EQ(heard[0].at("version"), 1);
  EXPECT_TRUE(bob_.take().empty());
}

TEST_F(StateCommand, IsInJoined) {
  ann_.say(R"({"type":"state","room":"r","key":"k","value":1})");
  ann_.say(R"({"type":"state","room":"r","key":"l","value":"x"})");
  ann_.say(R"({"type":"state","room":"r","key":"k","value":null})");
  NativeClient cid(core_);
  cid.take();
  auto joined = cid.say(R"({"type":"join","room":"r"})").at(0);
  EXPECT_EQ(joined.at("state"), json({{"l", "x"}}));
  EXPECT_EQ(joined.at("stateVersion"), 3);
  EXPECT_FALSE(joined.contains("changes"));

  joined = cid.say(R"({"type":"join","room":"r","stateVersion":2})").at(0);
  EXPECT_FALSE(joined.contains("state"));
  EXPECT_EQ(joined.at("stateVersion"), 3);
  ASSERT_EQ(joined.at("changes").size(), 1U);
  EXPECT_EQ(joined["changes"][0].at("key"), "k");
  EXPECT_TRUE(joined["changes"][0].at("value").is_null());

  // Of another life of the room.
  joined = cid.say(R"({"type":"join","room":"r","stateVersion":2,"since":{"epoch":"other","seq":0}})").at(0);
  EXPECT_TRUE(joined.contains("state"));
  joined = cid.say(R"({"type":"join","room":"r","stateVersion":9})").at(0);
  EXPECT_TRUE(joined.contains("state"));
}

TEST_F(StateCommand, AnswersAConflictWithWhatIsThere) {
  ann_.say(R"({"type":"state","room":"r","key":"k","value":[1],"ifVersion":0})");
  bob_.take();
  const json error =
      refused(bob_, R"({"type":"state","room":"r","key":"k","value":2,"ifVersion":0,"id":"c"})");
  EXPECT_EQ(error.at("code"), "conflict");
  EXPECT_EQ(error.at("value"), json::parse("[1]"));
  EXPECT_EQ(error.at("version"), 1);
  EXPECT_EQ(types(bob_.say(R"({"type":"state","room":"r","key":"k","value":2,"ifVersion":1,"id":"c"})")),
            (Names{"delta", "ack"}));
}

TEST_F(StateCommand, RefusesWhatIsMissingOrWrong) {
  expect_refused(R"({"type":"state","key":"k","value":1})", "bad_room", "room");
  expect_refused(R"({"type":"state","room":"r","value":1})", "bad_message", "key");
  expect_refused(R"({"type":"state","room":"r","key":7,"value":1})", "bad_message", "key");
  expect_refused(R"({"type":"state","room":"r","key":"","value":1})", "bad_message", "key");
  expect_refused(R"({"type":"state","room":"r","key":")" + std::string(129, 'k') + R"(","value":1})",
                 "bad_message", "key");
  expect_refused(R"({"type":"state","room":"r","key":"k"})", "bad_message", "value");
  expect_refused(R"({"type":"state","room":"r","key":"k","value":1,"ifVersion":-1})", "bad_message",
                 "ifVersion");
  expect_refused(R"({"type":"state","room":"r","key":"k","value":1,"ifVersion":"1"})", "bad_message",
                 "ifVersion");
  expect_refused(R"({"type":"state","room":"@ann","key":"k","value":1})", "forbidden", "room");
  expect_refused(R"({"type":"state","room":"other","key":"k","value":1})", "not_joined", "room");
  EXPECT_TRUE(bob_.take().empty());
}

class SmallState : public Commands {
 protected:
  SmallState() : Commands(rules([](RoomRule& rule) { rule.state = {1, 10}; })) {}
};

TEST_F(SmallState, IsHeldToItsBounds) {
  expect_refused(R"({"type":"state","room":"r","key":"k","value":"01234567"})", "too_large", "value");
  ann_.say(R"({"type":"state","room":"r","key":"k","value":"0123456"})");
  EXPECT_EQ(bob_.take().size(), 1U);
  expect_refused(R"({"type":"state","room":"r","key":"l","value":1})", "too_large", "key");
}

class ReadCommand : public Commands {};

TEST_F(ReadCommand, TellsTheOthersAndIsKeptForPresence) {
  const auto heard = ann_.say(R"({"type":"read","room":"r","upTo":7,"id":"x"})");
  EXPECT_EQ(heard, std::vector<json>(1, json{{"type", "ack"}, {"id", "x"}}));
  EXPECT_EQ(bob_.take(),
            std::vector<json>(1, json{{"type", "user_read"}, {"room", "r"}, {"user", "ann"}, {"upTo", 7}}));
  EXPECT_EQ(types(ann_.say(R"({"type":"read","room":"r","upTo":5,"id":"y"})")), Names{"ack"});
  EXPECT_TRUE(bob_.take().empty());
  const json presence = bob_.say(R"({"type":"presence","room":"r","id":"p"})").back();
  EXPECT_EQ(presence.at("members").at(0).at("user"), "ann");
  EXPECT_EQ(presence["members"][0].at("read"), 7);
  EXPECT_EQ(presence["members"][1].at("read"), 0);
}

TEST_F(ReadCommand, OfAGuestIsToldAndNotKept) {
  NativeClient guest(core_);
  guest.say(R"({"type":"join","room":"r"})");
  guest.say(R"({"type":"read","room":"r","upTo":1})");
  const auto heard = bob_.take();
  ASSERT_EQ(types(heard), Names{"user_read"});
  EXPECT_EQ(core_.rooms.rooms(), 0U);
}

TEST_F(ReadCommand, RefusesWhatIsMissingOrWrong) {
  expect_refused(R"({"type":"read","upTo":1})", "bad_room", "room");
  expect_refused(R"({"type":"read","room":"r"})", "bad_message", "upTo");
  expect_refused(R"({"type":"read","room":"r","upTo":-1})", "bad_message", "upTo");
  expect_refused(R"({"type":"read","room":"r","upTo":1.5})", "bad_message", "upTo");
  expect_refused(R"({"type":"read","room":"other","upTo":1})", "not_joined", "room");
  expect_refused(R"({"type":"read","room":"@ann","upTo":1})", "forbidden", "room");
  EXPECT_TRUE(bob_.take().empty());
}

class Direct : public Commands {};

TEST_F(Direct, ReachesEverySessionOfTheUserAndCopiesItToTheSenders) {
  NativeClient second(core_);
  second.say(R"({"type":"ping","user":"ann"})");
  NativeClient cid(core_);
  cid.say(R"({"type":"ping","user":"cid"})");
  const auto heard = ann_.say(R"({"type":"direct","to":"bob","text":"psst","x":1,"id":"d1"})");
  ASSERT_EQ(types(heard), (Names{"direct", "ack"}));
  EXPECT_EQ(heard[1], (json{{"type", "ack"}, {"id", "d1"}, {"seq", 1}}));
  const auto at_bob = bob_.take();
  ASSERT_EQ(types(at_bob), Names{"direct"});
  EXPECT_EQ(at_bob[0].at("user"), "ann");
  EXPECT_EQ(at_bob[0].at("to"), "bob");
  EXPECT_EQ(at_bob[0].at("text"), "psst");
  EXPECT_EQ(at_bob[0].at("x"), 1);
  EXPECT_EQ(at_bob[0].at("id"), "d1");
  EXPECT_EQ(at_bob[0].at("room"), "@bob");
  const auto copy = second.take();
  ASSERT_EQ(types(copy), Names{"direct"});
  EXPECT_EQ(copy[0].at("room"), "@ann");
  EXPECT_EQ(copy[0].at("to"), "bob");
  EXPECT_EQ(copy[0], heard[0]);
  EXPECT_TRUE(cid.take().empty());
}

TEST_F(Direct, ToNobodyIsStoredForWhenTheyCome) {
  EXPECT_EQ(types(ann_.say(R"({"type":"direct","to":"dan","text":"later","id":"d"})")),
            (Names{"direct", "ack"}));
  NativeClient dan(core_);
  dan.say(R"({"type":"ping","user":"dan"})");
  const json joined = dan.say(R"({"type":"join","room":"@dan","history":10})").at(0);
  ASSERT_EQ(joined.at("messages").size(), 1U);
  EXPECT_EQ(joined["messages"][0].at("text"), "later");
}

TEST_F(Direct, ARetryIsStoredOnce) {
  ann_.say(R"({"type":"direct","to":"bob","text":"once","id":"same-id"})");
  bob_.take();
  const auto again = ann_.say(R"({"type":"direct","to":"bob","text":"once","id":"same-id"})");
  EXPECT_EQ(types(again), Names{"ack"});
  EXPECT_EQ(again[0].at("seq"), 1);
  EXPECT_TRUE(bob_.take().empty());
}

TEST_F(Direct, ToOneselfIsThereOnce) {
  EXPECT_EQ(types(ann_.say(R"({"type":"direct","to":"ann","text":"note","id":"n"})")),
            (Names{"direct", "ack"}));
}

TEST_F(Direct, OfAGuestHasNoCopy) {
  NativeClient guest(core_);
  guest.take();
  EXPECT_EQ(types(guest.say(R"({"type":"direct","to":"bob","text":"hi","id":"g"})")), Names{"ack"});
  EXPECT_EQ(bob_.take().size(), 1U);
}

TEST_F(Direct, RefusesWhatIsMissingOrWrong) {
  expect_refused(R"({"type":"direct","text":"x"})", "bad_message", "to");
  expect_refused(R"({"type":"direct","to":"@bob","text":"x"})", "bad_message", "to");
  expect_refused(R"({"type":"direct","to":"guest-12345678","text":"x"})", "bad_message", "to");
  expect_refused(R"({"type":"direct","to":"bob"})", "bad_message", "text");
  expect_refused(R"({"type":"direct","to":"bob","text":1})", "bad_message", "text");
  EXPECT_TRUE(bob_.take().empty());
}

class NamedDirect : public Commands {
 protected:
  NamedDirect()
      : Commands(rules([](RoomRule& rule) {
          rule.match = "@*";
          rule.publish = PublishRule::user;
          rule.presence = false;
        })) {}
};

TEST_F(NamedDirect, IsRuledByTheRuleOfPersonalRooms) {
  NativeClient guest(core_);
  guest.take();
  EXPECT_EQ(refused(guest, R"({"type":"direct","to":"bob","text":"x"})").at("code"), "forbidden");
  EXPECT_EQ(types(ann_.say(R"({"type":"direct","to":"bob","text":"x","id":"1"})")), (Names{"direct", "ack"}));
}

class Publishing : public Commands {
 protected:
  Publishing() : Commands(rules([](RoomRule& rule) { rule.events = {"price_*", "message"}; })) {}
};

TEST_F(Publishing, ACustomEventReachesEveryMemberAsData) {
  const auto heard = ann_.say(
      R"({"type":"publish","room":"r","event":"price_update","data":{"p":"1.0","q":1.50},"id":"p1"})");
  ASSERT_EQ(types(heard), (Names{"price_update", "ack"}));
  EXPECT_EQ(heard[1], (json{{"type", "ack"}, {"id", "p1"}, {"seq", 1}}));
  const auto at_bob = bob_.take();
  ASSERT_EQ(at_bob.size(), 1U);
  EXPECT_EQ(at_bob[0].at("data"), json::parse(R"({"p":"1.0","q":1.50})"));
  EXPECT_EQ(at_bob[0].at("user"), "ann");
  EXPECT_EQ(at_bob[0].at("id"), "p1");
  EXPECT_EQ(at_bob[0].at("seq"), 1);
}

TEST_F(Publishing, WithoutEchoComesToTheOthersOnly) {
  EXPECT_EQ(
      types(ann_.say(R"({"type":"publish","room":"r","event":"message","data":1,"echo":false,"id":"e"})")),
      Names{"ack"});
  EXPECT_EQ(types(bob_.take()), Names{"message"});
}

TEST_F(Publishing, AnEphemeralEventIsNotStored) {
  const auto heard =
      ann_.say(R"({"type":"publish","room":"r","event":"price_x","data":null,"ephemeral":true,"id":"e"})");
  ASSERT_EQ(types(heard), (Names{"price_x", "ack"}));
  EXPECT_EQ(heard[1], (json{{"type", "ack"}, {"id", "e"}}));
  EXPECT_FALSE(bob_.take().at(0).contains("seq"));
  EXPECT_EQ(ann_.say(R"({"type":"history","room":"r","id":"h"})").at(0).at("messages").size(), 0U);
}

TEST_F(Publishing, RefusesWhatTheRuleDoesntListAndWhatIsWrong) {
  expect_refused(R"({"type":"publish","room":"r","event":"other","data":1})", "forbidden", "event");
  expect_refused(R"({"type":"publish","room":"r","event":"chat","data":1})", "bad_message", "event");
  expect_refused(R"({"type":"publish","room":"r","event":"","data":1})", "bad_message", "event");
  expect_refused(R"({"type":"publish","room":"r","data":1})", "bad_message", "event");
  expect_refused(R"({"type":"publish","room":"r","event":"message"})", "bad_message", "data");
  expect_refused(R"({"type":"publish","event":"message","data":1})", "bad_room", "room");
  expect_refused(R"({"type":"publish","room":"r","event":"message","data":1,"ephemeral":1})", "bad_message",
                 "ephemeral");
  expect_refused(R"({"type":"publish","room":"s","event":"message","data":1})", "not_joined", "room");
  expect_refused(R"({"type":"publish","room":"$all","event":"message","data":1})", "forbidden", "room");
  EXPECT_TRUE(bob_.take().empty());
}

class Sanitized : public Commands {
 protected:
  Sanitized() : Commands(rules([](RoomRule& rule) { rule.sanitize = Sanitize::html; })) {}
};

TEST_F(Sanitized, MarkupInTextsIsEscapedAndNothingElse) {
  ann_.say(R"({"type":"chat","room":"r","text":"<b>\u003ci\u003e & \"'","x":"<"})");
  ann_.say(R"({"type":"chat","room":"r","message":"<"})");
  const auto heard = bob_.take();
  ASSERT_EQ(heard.size(), 2U);
  EXPECT_EQ(heard[0].at("text"), "&lt;b&gt;&lt;i&gt; &amp; &quot;&#39;");
  EXPECT_EQ(heard[0].at("x"), "<");
  EXPECT_EQ(heard[1].at("text"), "&lt;");
  EXPECT_EQ(heard[1].at("message"), "&lt;");
}

}  // namespace
}  // namespace confab::testing
