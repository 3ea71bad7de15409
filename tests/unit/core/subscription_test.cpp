// SPDX-License-Identifier: MIT
#include "confab/core/subscription.hpp"

#include <gtest/gtest.h>

#include "support/core_fixture.hpp"

namespace confab::testing {
namespace {

using Names = std::vector<std::string>;

Names names(const std::vector<StreamEvent>& events) {
  Names list;
  for (const auto& event : events)
    list.push_back(event.event);
  return list;
}

Names texts(const std::vector<StreamEvent>& events) {
  Names list;
  for (const auto& event : events)
    if (event.event == "chat") list.push_back(event.data.at("text"));
  return list;
}

Subscription to(std::vector<std::string> rooms, std::optional<Cursor> after = {},
                std::optional<std::size_t> history = {}) {
  return {std::move(rooms), std::move(after), history};
}

class SubscriptionTest : public ::testing::Test {
 protected:
  explicit SubscriptionTest(std::vector<RoomRule> rules = {}, Limits limits = {})
      : core_(std::move(rules), limits) {}

  CoreFixture core_;
};

TEST_F(SubscriptionTest, SaysJoinedForEachRoomWithoutMessages) {
  core_.publish("b", "1");
  StreamClient ann(core_, "ann");
  ann.subscribe(to({"a", "b", "a"}));
  const auto heard = ann.hear();
  ASSERT_EQ(names(heard), (Names{"joined", "joined"}));
  EXPECT_EQ(heard[0].data.at("room"), "a");
  EXPECT_EQ(heard[1].data.at("room"), "b");
  EXPECT_EQ(heard[1].data.at("seq"), 1);
  EXPECT_EQ(heard[1].data.at("users"), 1);
  EXPECT_EQ(heard[1].data.at("members")[0].at("user"), "ann");
  EXPECT_FALSE(heard[0].data.contains("messages"));
  EXPECT_FALSE(heard[0].data.contains("type"));
}

TEST_F(SubscriptionTest, WithoutARoomItIsAllAndTheUsersOwn) {
  StreamClient ann(core_, "ann");
  ann.subscribe(to({}));
  std::set<std::string> rooms;
  for (const auto& event : ann.hear()) {
    EXPECT_EQ(event.event, "joined");
    rooms.insert(event.data.at("room"));
  }
  EXPECT_EQ(rooms, (std::set<std::string>{"$all", "@ann"}));
  StreamClient guest(core_);
  guest.subscribe(to({}));
  const auto heard = guest.hear();
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(heard[0].data.at("room"), "$all");
}

TEST_F(SubscriptionTest, WithRoomsTheServersOwnAreThereSilently) {
  StreamClient ann(core_, "ann");
  ann.subscribe(to({"a"}));
  EXPECT_EQ(names(ann.hear()), Names{"joined"});
  core_.publish("$all", "all");
  core_.publish("@ann", "own");
  core_.publish("a", "room");
  EXPECT_EQ(texts(ann.hear()), (Names{"all", "own", "room"}));
}

TEST_F(SubscriptionTest, StoredEventsCarryACursorToComeBackWith) {
  StreamClient ann(core_);
  ann.subscribe(to({"a"}));
  ann.hear();
  const auto published = core_.publish("a", "1");
  const auto heard = ann.hear();
  ASSERT_EQ(heard.size(), 1U);
  const auto cursor = Cursor::parse(heard[0].id);
  ASSERT_TRUE(cursor);
  EXPECT_EQ(cursor->stamp, published.stamp);
}

TEST_F(SubscriptionTest, ResumesSeveralRoomsInOneOrder) {
  const Cursor start = core_.memory.now();
  for (const char* room : {"a", "b", "a", "$all", "b", "@ann", "c", "a"})
    core_.publish(room, room);
  StreamClient ann(core_, "ann");
  ann.subscribe(to({"a", "b"}, start));
  const auto heard = ann.hear();
  EXPECT_EQ(texts(heard), (Names{"a", "b", "a", "$all", "b", "@ann", "a"}));
  EXPECT_TRUE(heard[0].data.at("recovered").get<bool>());
  EXPECT_EQ(std::count_if(heard.begin(), heard.end(), [](const auto& e) { return e.event == "reset"; }), 0);
  core_.publish("b", "live");
  EXPECT_EQ(texts(ann.hear()), Names{"live"});
}

TEST_F(SubscriptionTest, ComesBackAfterTheLastIdItGot) {
  StreamClient first(core_, "ann");
  first.subscribe(to({"a", "b"}));
  core_.publish("a", "1");
  core_.publish("b", "2");
  core_.publish("a", "3");
  const auto heard = first.hear();
  first.session()->close(CloseReason::normal);
  core_.publish("b", "4");
  StreamClient second(core_, "ann");
  second.subscribe(to({"a", "b"}, Cursor::parse(heard[3].id)));
  EXPECT_EQ(texts(second.hear()), (Names{"3", "4"}));
}

TEST_F(SubscriptionTest, HistoryBringsTheNewestOfEachRoomInOneOrder) {
  for (const char* text : {"a1", "b1", "a2", "b2", "a3", "b3"})
    core_.publish(std::string_view(text).substr(0, 1), text);
  core_.publish("$all", "not asked for");
  StreamClient ann(core_);
  ann.subscribe(to({"a", "b"}, {}, 2));
  const auto heard = ann.hear();
  EXPECT_EQ(names(heard), (Names{"joined", "joined", "chat", "chat", "chat", "chat"}));
  EXPECT_EQ(texts(heard), (Names{"a2", "b2", "a3", "b3"}));
  EXPECT_FALSE(heard[2].id.empty());
}

TEST_F(SubscriptionTest, AnotherGenerationIsToldByResetForEveryRoomAndWhatIsLeftIsBrought) {
  core_.publish("a", "1");
  core_.publish("a", "2");
  StreamClient ann(core_);
  ann.subscribe(to({"a", "b"}, Cursor{"other", 1}));
  const auto heard = ann.hear();
  ASSERT_EQ(names(heard), (Names{"joined", "joined", "reset", "chat", "chat"}));
  EXPECT_FALSE(heard[0].data.at("recovered").get<bool>());
  std::set<std::string> rooms;
  for (const auto& room : heard[2].data.at("rooms")) {
    rooms.insert(room.at("room"));
    EXPECT_EQ(room.at("reason"), "epoch");
    EXPECT_EQ(room.at("seq"), 0);
    EXPECT_FALSE(room.at("epoch").get<std::string>().empty());
  }
  EXPECT_EQ(rooms, (std::set<std::string>{"a", "b", "$all"}));
}

TEST_F(SubscriptionTest, AnotherGenerationWithHistoryBringsTheNewestAndStillSaysWhy) {
  for (const char* text : {"1", "2", "3"})
    core_.publish("a", text);
  StreamClient ann(core_);
  ann.subscribe(to({"a"}, Cursor{"other", 1}, 2));
  const auto heard = ann.hear();
  EXPECT_EQ(texts(heard), (Names{"2", "3"}));
  ASSERT_EQ(heard[1].event, "reset");
  for (const auto& room : heard[1].data.at("rooms")) {
    EXPECT_EQ(room.at("reason"), "epoch");
    if (room.at("room") == "a") {
      EXPECT_EQ(room.at("seq"), 1);
    }
  }
}

class TrimmedSubscription : public SubscriptionTest {
 protected:
  TrimmedSubscription() : SubscriptionTest({rule()}) {}

  static RoomRule rule() {
    RoomRule rule;
    rule.match = "short";
    rule.history.size = 2;
    return rule;
  }
};

TEST_F(TrimmedSubscription, OnlyTheRoomThatIsNotWholeIsNamedInReset) {
  const Cursor start = core_.memory.now();
  for (int i = 1; i <= 4; ++i) {
    core_.publish("short", "s" + std::to_string(i));
    core_.publish("long", "l" + std::to_string(i));
  }
  StreamClient ann(core_);
  ann.subscribe(to({"short", "long"}, start));
  const auto heard = ann.hear();
  ASSERT_EQ(heard[2].event, "reset");
  ASSERT_EQ(heard[2].data.at("rooms").size(), 1U);
  const auto& room = heard[2].data.at("rooms")[0];
  EXPECT_EQ(room.at("room"), "short");
  EXPECT_EQ(room.at("reason"), "gap");
  EXPECT_EQ(room.at("seq"), 2);
  EXPECT_EQ(texts(heard), (Names{"l1", "l2", "s3", "l3", "s4", "l4"}));
  EXPECT_FALSE(heard[0].data.at("recovered").get<bool>());
  EXPECT_TRUE(heard[1].data.at("recovered").get<bool>());
}

TEST_F(SubscriptionTest, AClearWhileItWasAwayIsToldByReset) {
  core_.publish("a", "1");
  const Cursor start = core_.memory.now();
  core_.memory.clear("a");
  const auto first = core_.publish("a", "new");
  StreamClient ann(core_);
  ann.subscribe(to({"a"}, start));
  const auto heard = ann.hear();
  ASSERT_EQ(names(heard), (Names{"joined", "reset", "chat"}));
  EXPECT_EQ(heard[1].data.at("rooms")[0].at("epoch"), first.epoch);
  EXPECT_EQ(heard[1].data.at("rooms")[0].at("seq"), 0);
}

class SlowSubscription : public SubscriptionTest {
 protected:
  static constexpr std::size_t kQueue = 32 << 10;

  SlowSubscription() : SubscriptionTest({rule()}, limits()) {}

  static RoomRule rule() {
    RoomRule rule;
    rule.history.size = 5000;
    rule.history.bytes = std::size_t{64} << 20;
    return rule;
  }

  static Limits limits() {
    Limits limits;
    limits.queue_size = kQueue;
    return limits;
  }
};

TEST_F(SlowSubscription, TheOrderOfStampsHoldsWhileOthersPublishDuringTheReplay) {
  const Cursor start = core_.memory.now();
  for (int i = 0; i < 500; ++i)
    core_.publish("busy", std::string(200, 'b'));
  core_.publish("quiet", "q");
  StreamClient ann(core_);
  ann.transport().slow = true;
  ann.subscribe(to({"quiet", "busy"}, start));
  std::size_t published = 501;
  std::vector<StreamEvent> heard;
  for (int i = 0; i < 5000; ++i) {
    core_.settle();
    if (ann.session()->queue().empty()) break;
    EXPECT_LE(ann.session()->queue().bytes(), kQueue / 2);
    ann.transport().collect(3);
    if (i < 100) {
      core_.publish(i % 2 == 0 ? "quiet" : "busy", "during");
      ++published;
    }
    for (auto& event : ann.take())
      heard.push_back(event);
  }
  Stamp last = 0;
  std::size_t events = 0;
  for (const auto& event : heard) {
    if (event.event != "chat") continue;
    ++events;
    const auto cursor = Cursor::parse(event.id);
    ASSERT_TRUE(cursor);
    ASSERT_GT(cursor->stamp, last);
    last = cursor->stamp;
  }
  EXPECT_EQ(events, published);
  core_.publish("quiet", "live");
  ann.transport().slow = false;
  EXPECT_EQ(texts(ann.hear()), Names{"live"});
}

TEST_F(SlowSubscription, TheServersRoomsWaitForTheHistoryOfTheOthers) {
  for (int i = 0; i < 200; ++i)
    core_.publish("busy", std::string(200, 'b'));
  StreamClient ann(core_, "ann");
  ann.transport().slow = true;
  ann.subscribe(to({"busy"}, {}, 200));
  core_.settle();
  core_.publish("$all", "news");
  core_.publish("@ann", "own");
  ann.transport().slow = false;
  ann.session()->wake_again();
  auto heard = texts(ann.hear());
  ASSERT_EQ(heard.size(), 202U);
  EXPECT_EQ(heard[200], "news");
  EXPECT_EQ(heard[201], "own");
  core_.publish("$all", "live");
  EXPECT_EQ(texts(ann.hear()), Names{"live"});
}

TEST_F(SlowSubscription, LeavingOneRoomDuringTheReplayLeavesTheOthers) {
  const Cursor start = core_.memory.now();
  for (int i = 0; i < 300; ++i)
    core_.publish(i % 2 == 0 ? "a" : "b", std::string(200, 'x'));
  StreamClient ann(core_);
  ann.transport().slow = true;
  ann.subscribe(to({"a", "b"}, start));
  core_.settle();
  core_.hub.leave(*ann.session(), "a").value();
  ann.transport().slow = false;
  ann.session()->wake_again();
  std::uint64_t at = 0;
  for (const auto& event : ann.hear())
    if (event.event == "chat" && event.data.at("room") == "b") {
      EXPECT_EQ(event.data.at("seq"), ++at);
    }
  EXPECT_EQ(at, 150U);
}

class BoundedSubscription : public SubscriptionTest {
 protected:
  BoundedSubscription() : SubscriptionTest({full(), closed()}, limits()) {}

  static RoomRule full() {
    RoomRule rule;
    rule.match = "full";
    rule.max_members = 1;
    return rule;
  }

  static RoomRule closed() {
    RoomRule rule;
    rule.match = "closed";
    rule.join = JoinRule::nobody;
    return rule;
  }

  static Limits limits() {
    Limits limits;
    limits.rooms_per_session = 2;
    return limits;
  }
};

TEST_F(BoundedSubscription, SaysAnErrorForEachRoomThatCannotBeEntered) {
  StreamClient bob(core_);
  bob.subscribe(to({"full"}));
  bob.hear();
  StreamClient ann(core_);
  ann.subscribe(to({"full", "a", "b", "c"}));
  const auto heard = ann.hear();
  ASSERT_EQ(names(heard), (Names{"joined", "joined", "error", "error"}));
  EXPECT_EQ(heard[2].data.at("code"), "forbidden");
  EXPECT_EQ(heard[2].data.at("room"), "full");
  EXPECT_EQ(heard[3].data.at("code"), "too_many_rooms");
  EXPECT_EQ(heard[3].data.at("room"), "c");
}

TEST_F(BoundedSubscription, IsCheckedBeforeThereIsASession) {
  const auto code = [&](const Identity& who, std::vector<std::string> rooms) -> std::optional<errc> {
    const auto checked = core_.subscriber.check(who, to(std::move(rooms)));
    if (checked) return std::nullopt;
    return checked.error().code;
  };
  const Identity guest;
  const Identity ann{"ann", false};
  EXPECT_EQ(code(guest, {}), std::nullopt);
  EXPECT_EQ(code(guest, {"a", "b"}), std::nullopt);
  EXPECT_EQ(code(guest, {"a", "$all"}), errc::forbidden) << "it is there without being named";
  EXPECT_EQ(code(ann, {"@ann"}), errc::forbidden);
  EXPECT_EQ(code(ann, {"@bob"}), errc::forbidden);
  EXPECT_EQ(code(guest, {"a", "closed"}), errc::forbidden);
  EXPECT_EQ(code(guest, {"."}), errc::bad_room);
  EXPECT_EQ(code(guest, std::vector<std::string>(32, "a")), std::nullopt);
  EXPECT_EQ(code(guest, std::vector<std::string>(33, "a")), errc::bad_room);
}

}  // namespace
}  // namespace confab::testing
