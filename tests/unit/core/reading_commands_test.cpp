// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "support/core_fixture.hpp"

namespace confab::testing {
namespace {

using Names = std::vector<std::string>;
using json = nlohmann::json;

class Reading : public ::testing::Test {
 protected:
  explicit Reading(std::vector<RoomRule> rules = {}, Limits limits = {})
      : core_(std::move(rules), limits), ann_(core_) {}

  void fill(std::string_view room, int count) {
    for (int i = 0; i < count; ++i)
      epoch_ = core_.publish(room, std::to_string(i + 1)).epoch;
  }

  json ack(const std::string& text) {
    const auto heard = ann_.say(text);
    EXPECT_EQ(types(heard), Names{"ack"}) << text;
    return heard.empty() ? json::object() : heard.front();
  }

  void refused(const std::string& text, std::string_view code, std::string_view field) {
    const auto heard = ann_.say(text);
    ASSERT_EQ(types(heard), Names{"error"}) << text;
    EXPECT_EQ(heard[0].value("code", ""), code) << text;
    EXPECT_EQ(heard[0].value("field", ""), field) << text;
    EXPECT_EQ(heard[0].value("id", ""), "1") << text;
  }

  static std::vector<int> seqs(const json& answer) {
    std::vector<int> list;
    for (const auto& message : answer.at("messages"))
      list.push_back(message.at("seq"));
    return list;
  }

  CoreFixture core_;
  NativeClient ann_;
  std::string epoch_;
};

using Seqs = std::vector<int>;

TEST_F(Reading, HistoryIsTheNewestPageOldestFirst) {
  fill("general", 60);
  const json answer = ack(R"({"type":"history","room":"general","id":"1"})");
  EXPECT_EQ(answer.at("id"), "1");
  EXPECT_EQ(answer.at("epoch"), epoch_);
  EXPECT_EQ(answer.at("seq"), 60);
  EXPECT_EQ(answer.at("more"), true);
  const auto list = seqs(answer);
  ASSERT_EQ(list.size(), 50U);
  EXPECT_EQ(list.front(), 11);
  EXPECT_EQ(list.back(), 60);
  EXPECT_EQ(answer["messages"][0].at("type"), "chat");
}

TEST_F(Reading, HistoryBeforeASeqIsThePageBeforeIt) {
  fill("general", 10);
  json answer = ack(R"({"type":"history","room":"general","before":8,"limit":3,"id":"1"})");
  EXPECT_EQ(seqs(answer), (Seqs{5, 6, 7}));
  EXPECT_EQ(answer.at("more"), true);
  answer = ack(R"({"type":"history","room":"general","before":4,"limit":3,"id":"1"})");
  EXPECT_EQ(seqs(answer), (Seqs{1, 2, 3}));
  EXPECT_EQ(answer.at("more"), false);
  EXPECT_EQ(seqs(ack(R"({"type":"history","room":"general","before":1,"id":"1"})")), Seqs{});
  EXPECT_EQ(seqs(ack(R"({"type":"history","room":"general","before":0,"id":"1"})")), Seqs{});
  EXPECT_EQ(seqs(ack(R"({"type":"history","room":"general","before":999,"limit":1,"id":"1"})")), Seqs{10});
}

TEST_F(Reading, HistorySinceAPositionIsOldestFirstAfterIt) {
  fill("general", 10);
  const auto since = [&](int seq, int limit) {
    return R"({"type":"history","room":"general","id":"1","limit":)" + std::to_string(limit) +
           R"(,"since":{"epoch":")" + epoch_ + R"(","seq":)" + std::to_string(seq) + "}}";
  };
  json answer = ack(since(2, 3));
  EXPECT_EQ(seqs(answer), (Seqs{3, 4, 5}));
  EXPECT_EQ(answer.at("more"), true);
  answer = ack(since(7, 3));
  EXPECT_EQ(seqs(answer), (Seqs{8, 9, 10}));
  EXPECT_EQ(answer.at("more"), false);
  EXPECT_EQ(seqs(ack(since(10, 3))), Seqs{});
}

TEST_F(Reading, HistoryOfAnUnknownRoomIsEmpty) {
  const json answer = ack(R"({"type":"history","room":"unknown","id":"1"})");
  EXPECT_EQ(answer.at("messages"), json::array());
  EXPECT_EQ(answer.at("seq"), 0);
  EXPECT_EQ(answer.at("more"), false);
  EXPECT_EQ(core_.hub.find_room("unknown"), nullptr) << "reading makes no room";
}

TEST_F(Reading, HistoryWithoutAnIdIsNotAnswered) {
  fill("general", 1);
  EXPECT_TRUE(ann_.say(R"({"type":"history","room":"general"})").empty());
}

TEST_F(Reading, NamesItsRoomThoughTheSessionIsInOneOnly) {
  ann_.say(R"({"type":"join","room":"general","user":"ann"})");
  refused(R"({"type":"history","id":"1"})", "bad_room", "room");
  refused(R"({"type":"presence","id":"1"})", "bad_room", "room");
}

TEST_F(Reading, HistoryOfOnesOwnRoomAndOfAll) {
  core_.publish("@ann", "p");
  core_.publish("$all", "q");
  ann_.say(R"({"type":"ping","user":"ann"})");
  EXPECT_EQ(seqs(ack(R"({"type":"history","room":"@ann","id":"1"})")), Seqs{1});
  EXPECT_EQ(seqs(ack(R"({"type":"history","room":"$all","id":"1"})")), Seqs{1});
  refused(R"({"type":"history","room":"@bob","id":"1"})", "forbidden", "room");
}

TEST_F(Reading, HistoryRefusesBadFields) {
  refused(R"({"type":"history","id":"1"})", "bad_room", "room");
  refused(R"({"type":"history","room":"a","limit":0,"id":"1"})", "bad_message", "limit");
  refused(R"({"type":"history","room":"a","limit":301,"id":"1"})", "bad_message", "limit");
  refused(R"({"type":"history","room":"a","before":-1,"id":"1"})", "bad_message", "before");
  refused(R"({"type":"history","room":"a","before":"1","id":"1"})", "bad_message", "before");
  refused(R"({"type":"history","room":"a","since":1,"id":"1"})", "bad_message", "since");
  ack(R"({"type":"history","room":"a","limit":300,"id":"1"})");
}

class BigReading : public Reading {
 protected:
  BigReading() : Reading({big()}) {}

  static RoomRule big() {
    RoomRule rule;
    rule.history.size = 1000;
    rule.history.bytes = std::size_t{16} << 20;
    return rule;
  }
};

TEST_F(BigReading, HistoryIsAtMostThreeHundredAndAQuarterOfTheQueue) {
  fill("general", 400);
  EXPECT_EQ(seqs(ack(R"({"type":"history","room":"general","limit":300,"id":"1"})")).size(), 300U);
  const std::string large(100'000, 'x');
  for (int i = 0; i < 5; ++i)
    core_.publish("large", large);
  const json answer = ack(R"({"type":"history","room":"large","limit":300,"id":"1"})");
  EXPECT_EQ(seqs(answer), (Seqs{4, 5}));
  EXPECT_EQ(answer.at("more"), true);
}

class RuledReading : public Reading {
 protected:
  RuledReading() : Reading(rules()) {}

  static std::vector<RoomRule> rules() {
    std::vector<RoomRule> list(3);
    list[0].match = "users";
    list[0].join = JoinRule::user;
    list[1].match = "closed";
    list[1].join = JoinRule::nobody;
    list[2].match = "quiet";
    list[2].presence = false;
    return list;
  }
};

TEST_F(RuledReading, IsAnsweredToWhomTheJoinRuleLetsInMemberOrNot) {
  for (const char* type : {"history", "presence"}) {
    const auto ask = [&](const char* room) {
      return R"({"type":")" + std::string(type) + R"(","id":"1","room":")" + room + "\"}";
    };
    refused(ask("users"), "forbidden", "room");
    refused(ask("closed"), "forbidden", "room");
    ack(ask("open"));
  }
  ann_.say(R"({"type":"ping","user":"ann"})");
  ack(R"({"type":"history","id":"1","room":"users"})");
  ack(R"({"type":"presence","id":"1","room":"users"})");
}

TEST_F(RuledReading, PresenceThatIsHiddenListsNobody) {
  ann_.say(R"({"type":"join","room":"quiet","user":"ann"})");
  const json answer = ack(R"({"type":"presence","room":"quiet","id":"1"})");
  EXPECT_EQ(answer.at("members"), json::array());
  EXPECT_EQ(answer.at("users"), 0);
  EXPECT_EQ(answer.at("sessions"), 1);
}

TEST_F(Reading, PresenceListsUsersWithTheirConnections) {
  NativeClient phone(core_);
  NativeClient laptop(core_);
  NativeClient guest(core_);
  phone.say(R"({"type":"join","room":"general","user":"bob"})");
  laptop.say(R"({"type":"join","room":"general","user":"bob"})");
  guest.say(R"({"type":"join","room":"general"})");
  const json answer = ack(R"({"type":"presence","room":"general","id":"1"})");
  ASSERT_EQ(answer.at("members").size(), 1U);
  const json& bob = answer["members"][0];
  EXPECT_EQ(bob.at("user"), "bob");
  EXPECT_EQ(bob.at("connections"), 2);
  EXPECT_TRUE(bob.at("joinedAt").is_string());
  EXPECT_TRUE(bob.at("read").is_number());
  EXPECT_EQ(answer.at("users"), 1);
  EXPECT_EQ(answer.at("sessions"), 3);
  EXPECT_EQ(answer.at("more"), false);
}

TEST_F(Reading, PresenceComesInPagesByName) {
  std::vector<std::unique_ptr<NativeClient>> clients;
  for (const char* name : {"d", "a", "c", "b"}) {
    clients.push_back(std::make_unique<NativeClient>(core_));
    clients.back()->say(R"({"type":"join","room":"general","user":")" + std::string(name) + "\"}");
  }
  std::string after;
  std::string seen;
  for (int page = 0; page < 3; ++page) {
    const json answer =
        ack(R"({"type":"presence","room":"general","limit":2,"id":"1","after":")" + after + "\"}");
    for (const auto& member : answer.at("members"))
      seen += after = member.at("user");
    EXPECT_EQ(answer.at("more"), page == 0);
    EXPECT_EQ(answer.at("users"), 4);
  }
  EXPECT_EQ(seen, "abcd");
}

TEST_F(Reading, PresenceOfARoomWhereNobodyIsIsEmpty) {
  const json answer = ack(R"({"type":"presence","room":"empty","id":"1"})");
  EXPECT_EQ(answer.at("members"), json::array());
  EXPECT_EQ(answer.at("users"), 0);
  EXPECT_EQ(answer.at("sessions"), 0);
  EXPECT_EQ(answer.at("more"), false);
}

TEST_F(Reading, PresenceRefusesBadFieldsAndTheServersRooms) {
  refused(R"({"type":"presence","room":"a","limit":0,"id":"1"})", "bad_message", "limit");
  refused(R"({"type":"presence","room":"a","limit":501,"id":"1"})", "bad_message", "limit");
  refused(R"({"type":"presence","room":"a","after":1,"id":"1"})", "bad_message", "after");
  refused(R"({"type":"presence","room":"$all","id":"1"})", "forbidden", "room");
  refused(R"({"type":"presence","id":"1"})", "bad_room", "room");
  ack(R"({"type":"presence","room":"a","limit":500,"id":"1"})");
}

TEST_F(Reading, PingIsAnsweredWithTheTimeWithAndWithoutAnId) {
  auto heard = ann_.say(R"({"type":"ping"})");
  ASSERT_EQ(types(heard), Names{"pong"});
  EXPECT_EQ(heard[0].at("timestamp"), core_.loop.wall() / 1000);
  EXPECT_FALSE(heard[0].contains("id"));
  heard = ann_.say(R"({"type":"ping","id":"p"})");
  ASSERT_EQ(types(heard), Names{"pong"});
  EXPECT_EQ(heard[0].at("id"), "p");
}

}  // namespace
}  // namespace confab::testing
