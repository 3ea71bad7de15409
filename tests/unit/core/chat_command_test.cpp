// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "support/core_fixture.hpp"

namespace confab::testing {
namespace {

using Names = std::vector<std::string>;
using json = nlohmann::json;

class Chat : public ::testing::Test {
 protected:
  explicit Chat(std::vector<RoomRule> rules = {}) : core_(std::move(rules)), ann_(core_), bob_(core_) {
    ann_.say(R"({"type":"join","room":"general","user":"ann"})");
    bob_.say(R"({"type":"join","room":"general","user":"bob"})");
    ann_.take();
  }

  json refused(NativeClient& client, const std::string& text) {
    const auto heard = client.say(text);
    EXPECT_EQ(types(heard), Names{"error"}) << text;
    return heard.empty() ? json::object() : heard.front();
  }

  CoreFixture core_;
  NativeClient ann_;
  NativeClient bob_;
};

TEST_F(Chat, ReachesEveryMemberAndIsAcknowledgedAfterTheEcho) {
  const auto heard = ann_.say(R"({"type":"chat","room":"general","text":"hi","id":"m1"})");
  ASSERT_EQ(types(heard), (Names{"chat", "ack"}));
  const json& chat = heard[0];
  EXPECT_EQ(chat.at("room"), "general");
  EXPECT_EQ(chat.at("user"), "ann");
  EXPECT_EQ(chat.at("text"), "hi");
  EXPECT_EQ(chat.at("id"), "m1");
  EXPECT_EQ(chat.at("seq"), 1);
  EXPECT_TRUE(parse_iso8601(chat.at("timestamp").get<std::string>()));
  EXPECT_EQ(
      heard[1],
      (json{
          {"type", "ack"}, {"id", "m1"}, {"room", "general"}, {"seq", 1}, {"timestamp", chat["timestamp"]}}));
  const auto other = bob_.take();
  ASSERT_EQ(other.size(), 1U);
  EXPECT_EQ(other[0], chat);
}

TEST_F(Chat, WithoutAnIdGetsOneOfTheServersAndNoAck) {
  const auto heard = ann_.say(R"({"type":"chat","text":"hi"})");
  ASSERT_EQ(types(heard), Names{"chat"});
  EXPECT_FALSE(heard[0].at("id").get<std::string>().empty());
}

TEST_F(Chat, GoesToTheOnlyRoomWhereNoneIsNamed) {
  EXPECT_EQ(ann_.say(R"({"type":"chat","text":"1"})")[0].at("room"), "general");
  EXPECT_EQ(ann_.say(R"({"type":"chat","room":null,"text":"1"})")[0].at("room"), "general");
  ann_.say(R"({"type":"join","room":"second"})");
  json error = refused(ann_, R"({"type":"chat","text":"2","id":"x"})");
  EXPECT_EQ(error.value("code", ""), "bad_room");
  EXPECT_EQ(error.value("field", ""), "room");
  EXPECT_EQ(error.value("id", ""), "x");
  ann_.say(R"({"type":"leave","room":"general"})");
  EXPECT_EQ(ann_.say(R"({"type":"chat","text":"3"})")[0].at("room"), "second");
  ann_.say(R"({"type":"leave","room":"second"})");
  EXPECT_EQ(refused(ann_, R"({"type":"chat","text":"4"})").value("code", ""), "bad_room");
}

TEST_F(Chat, KeepsWhatElseTheSenderPutThereByteForByteAndInOrder) {
  ann_.say_raw(
      R"({ "z": 1.50 , "type":"chat","b":{"y" : [1, 2.0e3 ,true]}, "text":"h\u0069","room":"general","big":12345678901234567890123,"\u0061\/b":"\u00e9" })");
  const auto raw = bob_.transport().take();
  ASSERT_EQ(raw.size(), 1U);
  EXPECT_NE(
      raw[0].find(
          R"("z":1.50,"b":{"y":[1,2.0e3,true]},"text":"h\u0069","big":12345678901234567890123,"\u0061\/b":"\u00e9",)"),
      std::string::npos)
      << raw[0];
}

TEST_F(Chat, StripsWhatIsTheServers) {
  const auto heard = ann_.say(
      R"({"type":"chat","room":"general","user":"eve","id":"m","seq":99,"epoch":"e","timestamp":1,"stamp":2,"deleted":true,"from":"x","fromClient":"y","ephemeral":true,"text":"hi","kept":1,"event":"mine","data":3})");
  ASSERT_EQ(types(heard), (Names{"chat", "ack"}));
  json chat = heard[0];
  EXPECT_EQ(chat.at("user"), "ann");
  EXPECT_EQ(chat.at("seq"), 1);
  EXPECT_TRUE(chat.at("timestamp").is_string());
  for (const char* gone : {"epoch", "stamp", "deleted", "from", "fromClient", "ephemeral"})
    EXPECT_FALSE(chat.contains(gone)) << gone;
  EXPECT_EQ(chat.at("kept"), 1);
  EXPECT_EQ(chat.at("event"), "mine");
  EXPECT_EQ(chat.at("data"), 3);
}

TEST_F(Chat, AServersFieldSpeltWithEscapesIsStrippedToo) {
  const auto heard = ann_.say(R"({"type":"chat","text":"hi","s\u0065q":99,"\u0064eleted":true})");
  ASSERT_EQ(types(heard), Names{"chat"});
  EXPECT_EQ(heard[0].at("seq"), 1);
  EXPECT_FALSE(heard[0].contains("deleted"));
}

TEST_F(Chat, AMessageInPlaceOfTextIsDeliveredUnderBothNames) {
  auto heard = ann_.say(R"({"type":"chat","message":"hi"})");
  EXPECT_EQ(heard[0].at("text"), "hi");
  EXPECT_EQ(heard[0].at("message"), "hi");
  heard = ann_.say(R"({"type":"chat","message":"m","text":"t"})");
  EXPECT_EQ(heard[0].at("text"), "t");
  EXPECT_EQ(heard[0].at("message"), "m");
}

TEST_F(Chat, WithoutATextIsRefused) {
  for (const char* text :
       {R"({"type":"chat"})", R"({"type":"chat","text":7})", R"({"type":"chat","message":{}})",
        R"({"type":"chat","text":null})", R"({"type":"chat","text":["a"]})"}) {
    const json error = refused(ann_, text);
    EXPECT_EQ(error.value("code", ""), "bad_message") << text;
    EXPECT_EQ(error.value("field", ""), "text") << text;
  }
  EXPECT_TRUE(bob_.take().empty());
  EXPECT_EQ(types(ann_.say(R"({"type":"chat","text":""})")), Names{"chat"});
}

TEST_F(Chat, WithEchoFalseTheSenderGetsOnlyTheAckAndItsOtherSessionsTheEvent) {
  NativeClient laptop(core_);
  laptop.say(R"({"type":"join","room":"general","user":"ann"})");
  const auto heard = ann_.say(R"({"type":"chat","text":"hi","echo":false,"id":"1"})");
  ASSERT_EQ(types(heard), Names{"ack"});
  EXPECT_EQ(heard[0].at("seq"), 1);
  const auto other = bob_.take();
  ASSERT_EQ(types(other), Names{"chat"});
  EXPECT_FALSE(other[0].contains("echo"));
  EXPECT_EQ(types(laptop.take()), Names{"chat"});
  EXPECT_EQ(types(ann_.say(R"({"type":"chat","text":"hi","echo":true})")), Names{"chat"});
}

TEST_F(Chat, EchoHasToBeABoolean) {
  EXPECT_EQ(refused(ann_, R"({"type":"chat","text":"hi","echo":"no"})").value("field", ""), "echo");
}

TEST_F(Chat, ARetryIsStoredOnceAndItsAckNamesTheFirstSeq) {
  const auto first = ann_.say(R"({"type":"chat","text":"hi","x":1,"id":"m"})");
  core_.loop.advance(Milliseconds(299'000));
  ann_.say(R"({"type":"chat","text":"between","id":"n"})");
  bob_.take();
  const auto again = ann_.say(R"({"type":"chat","text":"hi","x":1,"id":"m"})");
  ASSERT_EQ(types(again), Names{"ack"});
  EXPECT_EQ(again[0], first[1]);
  EXPECT_TRUE(bob_.take().empty());
  EXPECT_EQ(core_.hub.counters().repeated, 1U);
}

TEST_F(Chat, ARetryFromAnotherSessionOfTheUserIsOneToo) {
  ann_.say(R"({"type":"chat","text":"hi","id":"m"})");
  NativeClient laptop(core_);
  laptop.say(R"({"type":"join","room":"general","user":"ann"})");
  const auto again = laptop.say(R"({"type":"chat","text":"hi","id":"m"})");
  ASSERT_EQ(types(again), Names{"ack"});
  EXPECT_EQ(again[0].at("seq"), 1);
}

TEST_F(Chat, TheSameIdOfOtherContentOrAnotherUserOrRoomIsAnotherMessage) {
  ann_.say(R"({"type":"chat","text":"hi","id":"m"})");
  EXPECT_EQ(ann_.say(R"({"type":"chat","text":"ho","id":"m"})")[1].at("seq"), 2);
  EXPECT_EQ(bob_.say(R"({"type":"chat","text":"hi","id":"m"})").back().at("seq"), 3);
  ann_.say(R"({"type":"join","room":"second"})");
  EXPECT_EQ(ann_.say(R"({"type":"chat","text":"hi","id":"m","room":"second"})").back().at("seq"), 1);
}

TEST_F(Chat, GuestsRetryWithinTheirSessionOnly) {
  NativeClient one(core_);
  NativeClient two(core_);
  one.say(R"({"type":"join","room":"general"})");
  two.say(R"({"type":"join","room":"general"})");
  EXPECT_EQ(one.say(R"({"type":"chat","text":"hi","id":"m"})").back().at("seq"), 1);
  EXPECT_EQ(one.say(R"({"type":"chat","text":"hi","id":"m"})").back().at("seq"), 1);
  EXPECT_EQ(two.say(R"({"type":"chat","text":"hi","id":"m"})").back().at("seq"), 2);
}

TEST_F(Chat, AnIdWithEscapesIsGivenBackAsItCame) {
  ann_.mutter(R"({"type":"chat","text":"hi","id":"\u00e9\"x"})");
  core_.settle();
  const auto raw = ann_.transport().take();
  ASSERT_EQ(raw.size(), 2U);
  EXPECT_EQ(json::parse(raw[0]).at("id"), "\u00e9\"x");
  EXPECT_NE(raw[1].find(R"("id":"\u00e9\"x")"), std::string::npos);
}

TEST_F(Chat, IsRefusedWhereTheServersQueuesAreFull) {
  core_.limits.queued_memory = 1;
  ann_.transport().slow = true;
  core_.publish("general", "fills a queue");
  ann_.mutter(R"({"type":"chat","text":"hi","id":"1"})");
  core_.limits.queued_memory = std::size_t{512} << 20;
  ann_.transport().slow = false;
  ann_.session()->wake_again();
  const auto heard = ann_.hear();
  ASSERT_EQ(types(heard), (Names{"chat", "error"}));
  EXPECT_EQ(heard[1].at("code"), "unavailable");
  EXPECT_EQ(heard[1].at("id"), "1");
  EXPECT_EQ(types(ann_.say(R"({"type":"chat","text":"hi"})")), Names{"chat"});
}

TEST_F(Chat, ToTheServersRoomsIsForbidden) {
  for (const char* room : {"$all", "@ann", "@bob"})
    EXPECT_EQ(
        refused(ann_, R"({"type":"chat","text":"hi","room":")" + std::string(room) + "\"}").value("code", ""),
        "forbidden");
}

class RuledChat : public Chat {
 protected:
  RuledChat() : Chat(rules()) {}

  static std::vector<RoomRule> rules() {
    std::vector<RoomRule> list;
    const auto add = [&](std::string match, PublishRule publish, JoinRule join = JoinRule::anyone) {
      RoomRule rule;
      rule.match = std::move(match);
      rule.publish = publish;
      rule.join = join;
      list.push_back(rule);
    };
    add("member", PublishRule::member);
    add("anyone", PublishRule::anyone);
    add("user", PublishRule::user);
    add("server", PublishRule::server);
    add("nobody", PublishRule::nobody);
    return list;
  }

  std::string says(NativeClient& client, std::string_view room) {
    const auto heard = client.say(R"({"type":"chat","text":"hi","id":"1","echo":false,"room":")" +
                                  std::string(room) + "\"}");
    if (heard.empty()) return "nothing";
    return heard.back().at("type") == "ack" ? "ack" : heard.back().at("code").get<std::string>();
  }
};

TEST_F(RuledChat, KeepsToThePublishRule) {
  NativeClient guest(core_);
  EXPECT_EQ(says(ann_, "member"), "not_joined");
  ann_.say(R"({"type":"join","room":"member"})");
  EXPECT_EQ(says(ann_, "member"), "ack");
  EXPECT_EQ(says(guest, "anyone"), "ack");
  EXPECT_EQ(says(guest, "user"), "forbidden");
  EXPECT_EQ(says(ann_, "user"), "ack");
  for (const char* room : {"server", "nobody"}) {
    ann_.say(R"({"type":"join","room":")" + std::string(room) + "\"}");
    EXPECT_EQ(says(ann_, room), "forbidden") << room;
  }
}

TEST_F(RuledChat, FromOutsideReachesTheMembers) {
  bob_.say(R"({"type":"join","room":"anyone"})");
  EXPECT_EQ(says(ann_, "anyone"), "ack");
  EXPECT_EQ(types(bob_.take()), Names{"chat"});
}

}  // namespace
}  // namespace confab::testing
