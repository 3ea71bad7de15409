// SPDX-License-Identifier: MIT
#include "confab/core/arrivals.hpp"

#include <gtest/gtest.h>

#include "support/core_fixture.hpp"

namespace confab::testing {
namespace {

using Names = std::vector<std::string>;
using json = nlohmann::json;
using Late = DelayedBroker::Late;

std::string since(const std::string& epoch, std::uint64_t seq, std::string_view rest = "") {
  return R"({"type":"join","room":"general","since":{"epoch":")" + epoch + R"(","seq":)" +
         std::to_string(seq) + "}" + std::string(rest) + "}";
}

/// Rooms with a long past, and a client that drains when it is told to.
class ArrivalsTest : public ::testing::Test {
 protected:
  explicit ArrivalsTest(std::size_t queue = std::size_t{1} << 20)
      : core_({rule()}, limits(queue)), ann_(core_) {}

  static RoomRule rule() {
    RoomRule rule;
    rule.history.size = 2000;
    rule.history.bytes = std::size_t{64} << 20;
    return rule;
  }

  static Limits limits(std::size_t queue) {
    Limits limits;
    limits.messages_per_second = 0;
    limits.queue_size = queue;
    return limits;
  }

  void fill(int count, std::size_t size = 1) {
    for (int i = 0; i < count; ++i)
      epoch_ = core_.publish("general", std::string(size, 'x')).epoch;
  }

  /// Takes the seqs of all that came, in the order it came, and forgets the rest.
  std::vector<std::uint64_t> seqs() {
    std::vector<std::uint64_t> list;
    for (const auto& message : core_heard()) {
      if (message.at("type") == "chat") list.push_back(message.at("seq"));
      if (message.contains("messages"))
        for (const auto& event : message.at("messages"))
          list.push_back(event.at("seq"));
    }
    return list;
  }

  std::vector<json> core_heard() {
    auto heard = ann_.take();
    heard_.insert(heard_.end(), heard.begin(), heard.end());
    return heard;
  }

  void expect_run(const std::vector<std::uint64_t>& list, std::uint64_t first, std::uint64_t last) {
    ASSERT_EQ(list.size(), last - first + 1);
    for (std::size_t i = 0; i < list.size(); ++i)
      ASSERT_EQ(list[i], first + i);
  }

  CoreFixture core_;
  NativeClient ann_;
  std::string epoch_;
  std::vector<json> heard_;
};

TEST_F(ArrivalsTest, ThreeHundredEventsGoIntoJoinedAndOneMoreDoesNot) {
  fill(301);
  auto heard = ann_.say(since(epoch_, 1));
  ASSERT_EQ(types(heard), Names{"joined"});
  EXPECT_EQ(heard[0].at("messages").size(), 300U);
  EXPECT_EQ(heard[0].at("more"), false);
  EXPECT_EQ(heard[0].at("recovered"), true);
  NativeClient bob(core_);
  heard = bob.say(since(epoch_, 0));
  ASSERT_EQ(types(heard), (Names{"joined", "messages"}));
  EXPECT_EQ(heard[0].at("messages").size(), 300U);
  EXPECT_EQ(heard[0].at("more"), true);
  EXPECT_EQ(heard[1].at("room"), "general");
  ASSERT_EQ(heard[1].at("messages").size(), 1U);
  EXPECT_EQ(heard[1]["messages"][0].at("seq"), 301);
  EXPECT_EQ(heard[1].at("more"), false);
}

TEST_F(ArrivalsTest, HistoryBeyondAPageComesInPagesOldestFirst) {
  fill(700);
  const auto heard = ann_.say(R"({"type":"join","room":"general","history":650,"id":"1"})");
  ASSERT_GE(heard.size(), 3U);
  EXPECT_EQ(heard[0].at("type"), "joined");
  EXPECT_EQ(heard[0].at("messages").size(), 300U);
  EXPECT_EQ(heard[0]["messages"][0].at("seq"), 51);
  EXPECT_EQ(heard[0].at("recovered"), false);
  std::uint64_t next = 51;
  for (const auto& message : heard) {
    if (!message.contains("messages")) continue;
    for (const auto& event : message.at("messages"))
      EXPECT_EQ(event.at("seq"), next++);
    EXPECT_EQ(message.at("more"), next <= 700);
  }
  EXPECT_EQ(next, 701U);
}

class SlowArrivals : public ArrivalsTest {
 protected:
  static constexpr std::size_t kQueue = 64 << 10;

  SlowArrivals() : ArrivalsTest(kQueue) { ann_.transport().slow = true; }

  /// The client takes one frame at a time until there is none; `between` may do something.
  void drain(const std::function<void()>& between = [] {}) {
    for (int i = 0; i < 10'000; ++i) {
      core_.settle();
      if (ann_.session() == nullptr || ann_.session()->queue().empty()) return;
      ann_.transport().collect(1);
      between();
    }
    FAIL() << "it never ends";
  }
};

TEST_F(SlowArrivals, PagesFitAQuarterOfTheQueueAndFollowAsItDrains) {
  fill(200, 1000);
  ann_.mutter(since(epoch_, 0));
  core_.settle();
  EXPECT_LE(ann_.session()->queue().bytes(), kQueue / 2);
  std::vector<std::uint64_t> list;
  drain([&] {
    EXPECT_LE(ann_.session()->queue().bytes(), kQueue / 2);
    for (const auto seq : seqs())
      list.push_back(seq);
  });
  expect_run(list, 1, 200);
  EXPECT_FALSE(ann_.transport().closed);
  ASSERT_GT(heard_.size(), 10U);
  EXPECT_EQ(heard_[0].at("type"), "joined");
  for (std::size_t i = 0; i < heard_.size(); ++i) {
    EXPECT_LE(heard_[i].dump().size(), kQueue / 4 + 1024);
    EXPECT_EQ(heard_[i].at("more"), i + 1 < heard_.size());
  }
}

TEST_F(SlowArrivals, AnEventLargerThanAPageComesAlone) {
  fill(3, 20'000);
  ann_.mutter(since(epoch_, 0));
  std::vector<std::uint64_t> list;
  drain([&] {
    for (const auto seq : seqs())
      list.push_back(seq);
  });
  expect_run(list, 1, 3);
}

TEST_F(SlowArrivals, WhatIsPublishedMeanwhileComesAfterwardsOnceAndInOrder) {
  fill(200, 1000);
  ann_.mutter(since(epoch_, 0));
  int left = 50;
  std::vector<std::uint64_t> list;
  drain([&] {
    if (left-- > 0) fill(1, 100);
    for (const auto seq : seqs())
      list.push_back(seq);
  });
  expect_run(list, 1, core_.publish("general", "last").seq - 1);
  bool live = false;
  for (const auto& message : heard_) {
    if (message.at("type") == "chat") live = true;
    if (message.contains("messages")) {
      EXPECT_FALSE(live) << "live events come after the last page";
    }
  }
  drain();
  EXPECT_EQ(types(ann_.take()), Names{"chat"});
}

TEST_F(SlowArrivals, EphemeralEventsGoOnDuringTheReplay) {
  fill(200, 1000);
  ann_.mutter(since(epoch_, 0));
  core_.settle();
  ann_.transport().collect(1);
  NativeClient bob(core_);
  bob.say(R"({"type":"join","room":"general","user":"bob"})");
  drain();
  EXPECT_EQ(only(core_heard(), "user_joined").size(), 1U);
}

TEST_F(SlowArrivals, AClearDuringTheReplayIsToldAndTheNewEpochFollows) {
  fill(200, 1000);
  ann_.mutter(since(epoch_, 0));
  core_.settle();
  core_.memory.clear("general");
  const auto first = core_.publish("general", "new");
  drain();
  core_heard();
  std::size_t reset = 0;
  while (reset < heard_.size() && heard_[reset].at("type") != "reset")
    ++reset;
  ASSERT_LT(reset, heard_.size());
  const json& room = heard_[reset].at("rooms")[0];
  EXPECT_EQ(room.at("room"), "general");
  EXPECT_EQ(room.at("epoch"), first.epoch);
  EXPECT_EQ(room.at("seq"), 0);
  EXPECT_EQ(room.at("reason"), "epoch");
  std::vector<std::uint64_t> after;
  for (std::size_t i = reset + 1; i < heard_.size(); ++i)
    for (const auto& event : heard_[i].at("messages"))
      after.push_back(event.at("seq"));
  EXPECT_EQ(after, std::vector<std::uint64_t>{1});
  EXPECT_EQ(heard_.back().at("more"), false);
  core_.publish("general", "live");
  drain();
  EXPECT_EQ(seqs(), std::vector<std::uint64_t>{2});
}

TEST_F(SlowArrivals, PagesThatWerePromisedEndThoughNothingIsLeft) {
  fill(200, 1000);
  ann_.mutter(since(epoch_, 0));
  core_.settle();
  core_.memory.clear("general");
  drain();
  core_heard();
  ASSERT_EQ(heard_.back().at("type"), "messages");
  EXPECT_EQ(heard_.back().at("messages").size(), 0U);
  EXPECT_EQ(heard_.back().at("more"), false);
}

TEST_F(SlowArrivals, WhatIsTrimmedDuringTheReplayIsToldAsAGap) {
  fill(1900, 300);
  ann_.mutter(since(epoch_, 0));
  core_.settle();
  fill(1500, 10);
  drain();
  core_heard();
  const auto resets = only(heard_, "reset");
  ASSERT_EQ(resets.size(), 1U);
  const json& room = resets[0].at("rooms")[0];
  EXPECT_EQ(room.at("reason"), "gap");
  EXPECT_EQ(room.at("epoch"), epoch_);
  EXPECT_EQ(room.at("seq"), 1400);
  std::uint64_t at = 0;
  for (const auto& message : heard_) {
    if (message.at("type") == "reset") at = 1400;
    if (!message.contains("messages")) continue;
    for (const auto& event : message.at("messages"))
      ASSERT_EQ(event.at("seq"), ++at);
  }
  EXPECT_EQ(at, 3400U);
}

TEST_F(SlowArrivals, LeavingDuringTheReplayEndsIt) {
  fill(200, 1000);
  ann_.mutter(since(epoch_, 0));
  core_.settle();
  ann_.mutter(R"({"type":"leave","room":"general","id":"l"})");
  drain();
  core_heard();
  EXPECT_EQ(types(heard_).back(), "ack");
  fill(1);
  drain();
  EXPECT_TRUE(core_heard().empty());
}

TEST_F(SlowArrivals, JoiningAgainWithoutAPositionDisturbsNothing) {
  fill(200, 1000);
  ann_.mutter(since(epoch_, 0));
  core_.settle();
  ann_.mutter(R"({"type":"join","room":"general","id":"again"})");
  std::vector<std::uint64_t> list;
  drain([&] {
    for (const auto seq : seqs())
      list.push_back(seq);
  });
  expect_run(list, 1, 200);
  const auto joined = only(heard_, "joined");
  ASSERT_EQ(joined.size(), 2U);
  EXPECT_EQ(joined[1].at("more"), true) << "pages are still to come";
  EXPECT_EQ(joined[1].at("seq"), 200);
  EXPECT_EQ(only(heard_, "ack").size(), 1U);
  EXPECT_EQ(heard_.back().at("more"), false);
}

TEST_F(SlowArrivals, JoiningAgainWithAPositionBeginsThere) {
  fill(200, 1000);
  ann_.mutter(since(epoch_, 0));
  core_.settle();
  ann_.mutter(since(epoch_, 150));
  drain();
  core_heard();
  std::size_t second = heard_.size() - 1;
  while (heard_[second].at("type") != "joined")
    --second;
  ASSERT_GT(second, 0U);
  EXPECT_EQ(heard_[second].at("recovered"), true);
  std::uint64_t at = 150;
  for (std::size_t i = second; i < heard_.size(); ++i)
    for (const auto& event : heard_[i].at("messages"))
      ASSERT_EQ(event.at("seq"), ++at);
  EXPECT_EQ(at, 200U);
  fill(1);
  drain();
  EXPECT_EQ(seqs(), std::vector<std::uint64_t>{201});
}

TEST_F(SlowArrivals, TwoRoomsAreReplayedSideBySide) {
  fill(100, 1000);
  std::string other;
  for (int i = 0; i < 100; ++i)
    other = core_.publish("other", std::string(1000, 'y')).epoch;
  ann_.mutter(since(epoch_, 0));
  ann_.mutter(R"({"type":"join","room":"other","since":{"epoch":")" + other + R"(","seq":0}})");
  drain();
  core_heard();
  std::map<std::string, std::uint64_t> at;
  for (const auto& message : heard_)
    for (const auto& event : message.at("messages"))
      ASSERT_EQ(event.at("seq"), ++at[event.at("room")]);
  EXPECT_EQ(at["general"], 100U);
  EXPECT_EQ(at["other"], 100U);
  EXPECT_FALSE(ann_.transport().closed);
}

TEST_F(SlowArrivals, ASessionThatEndsDuringTheReplayIsForgotten) {
  fill(200, 1000);
  ann_.mutter(since(epoch_, 0));
  core_.settle();
  ann_.session()->close(CloseReason::normal);
  core_.settle();
  EXPECT_EQ(core_.hub.sessions(), 0U);
  fill(1);
  core_.settle();
}

TEST_F(SlowArrivals, ADetachedSessionsReplayGoesOnWithItsNextTransport) {
  fill(200, 1000);
  ann_.mutter(since(epoch_, 0));
  ann_.session()->detach();
  core_.settle();
  FakeTransport next;
  next.session = ann_.session();
  ann_.session()->attach(next);
  ann_.transport().session = nullptr;
  core_.settle();
  std::uint64_t at = 0;
  for (const auto& text : next.take()) {
    const json message = json::parse(text);
    for (const auto& event : message.at("messages"))
      ASSERT_EQ(event.at("seq"), ++at);
  }
  EXPECT_EQ(at, 200U);
}

class LateArrivals : public ArrivalsTest {
 protected:
  void finish() {
    for (int i = 0; i < 1000 && (core_.broker.waiting() > 0 || !core_.loop.idle()); ++i) {
      core_.broker.release();
      core_.loop.end_turn();
    }
  }
};

TEST_F(LateArrivals, WhatComesBetweenTheReadAndItsAnswerFollowsJoined) {
  fill(3);
  core_.broker.reading = Late::answers;
  ann_.mutter(since(epoch_, 1));
  fill(2);
  core_.settle();
  EXPECT_TRUE(ann_.take().empty());
  finish();
  EXPECT_EQ(seqs(), (std::vector<std::uint64_t>{2, 3, 4, 5}));
  EXPECT_EQ(heard_[0].at("recovered"), true);
  EXPECT_EQ(heard_[0].at("seq"), 3);
  fill(1);
  finish();
  EXPECT_EQ(seqs(), std::vector<std::uint64_t>{6});
}

TEST_F(LateArrivals, AClearBetweenTheReadAndItsAnswerIsNotTakenForTheOldNumbering) {
  fill(10);
  core_.broker.reading = Late::answers;
  for (const std::string& join : {since(epoch_, 5), std::string(R"({"type":"join","room":"general"})")}) {
    NativeClient client(core_);
    client.mutter(join);
    core_.memory.clear("general");
    const auto first = core_.publish("general", "new");
    finish();
    auto heard = client.take();
    heard.erase(
        std::remove_if(heard.begin(), heard.end(), [](const json& m) { return m.at("type") == "reset"; }),
        heard.end());
    ASSERT_FALSE(heard.empty());
    EXPECT_EQ(heard[0].at("type"), "joined");
    EXPECT_EQ(heard[0].at("epoch"), first.epoch);
    EXPECT_EQ(heard[0].at("recovered"), false);
    core_.publish("general", "live");
    finish();
    EXPECT_EQ(only(client.take(), "chat").size(), 1U) << "it doesn't wait for the old numbers";
  }
}

TEST_F(LateArrivals, WhosePastCannotBeReadIsRefusedAndNoMember) {
  fill(3);
  core_.broker.failing = true;
  auto heard = ann_.say(since(epoch_, 1, R"(,"id":"1")"));
  ASSERT_EQ(types(heard), Names{"error"});
  EXPECT_EQ(heard[0].at("code"), "unavailable");
  EXPECT_EQ(heard[0].at("id"), "1");
  EXPECT_FALSE(core_.hub.delivers_after(*ann_.session(), "general"));
  core_.broker.failing = false;
  EXPECT_EQ(ann_.say(since(epoch_, 1))[0].at("messages").size(), 2U);
}

TEST_F(LateArrivals, AMemberWhosePastCannotBeReadGoesOnAndIsTold) {
  ann_.say(R"({"type":"join","room":"general"})");
  fill(3);
  core_.settle();
  ann_.take();
  core_.broker.failing = true;
  auto heard = ann_.say(since(epoch_, 1, R"(,"id":"1")"));
  EXPECT_EQ(only(heard, "error").size(), 1U);
  const auto resets = only(heard, "reset");
  ASSERT_EQ(resets.size(), 1U);
  EXPECT_EQ(resets[0].at("rooms")[0].at("seq"), 3);
  core_.broker.failing = false;
  fill(1);
  core_.settle();
  EXPECT_EQ(seqs(), std::vector<std::uint64_t>{4});
}

TEST_F(LateArrivals, ASessionThatLeftMeanwhileHearsNothingMoreOfTheRoom) {
  fill(3);
  core_.broker.reading = Late::answers;
  ann_.mutter(since(epoch_, 0));
  core_.hub.leave(*ann_.session(), "general").value();
  finish();
  EXPECT_TRUE(only(ann_.take(), "joined").empty());
  fill(1);
  finish();
  EXPECT_TRUE(ann_.take().empty());
}

TEST_F(LateArrivals, ASessionThatEndedMeanwhileIsNotTouched) {
  fill(3);
  core_.broker.reading = Late::answers;
  ann_.mutter(since(epoch_, 0));
  ann_.session()->close(CloseReason::normal);
  core_.settle();
  finish();
  EXPECT_EQ(core_.hub.sessions(), 0U);
}

TEST_F(LateArrivals, ALatePageOfAReplayIsDroppedWhereItsRoomWasLeft) {
  fill(700);
  core_.broker.reading = Late::answers;
  ann_.mutter(since(epoch_, 0));
  core_.broker.release();
  core_.settle();
  ASSERT_EQ(core_.broker.waiting(), 1U) << "the second page is on its way";
  core_.hub.leave(*ann_.session(), "general").value();
  finish();
  EXPECT_EQ(seqs().size(), 300U);
}

TEST_F(LateArrivals, ALatePageOfAnOldNumberingIsReadAnew) {
  fill(700);
  core_.broker.reading = Late::answers;
  ann_.mutter(since(epoch_, 0));
  core_.broker.release();
  core_.settle();
  ASSERT_EQ(core_.broker.waiting(), 1U);
  core_heard();
  core_.memory.clear("general");
  fill(2);
  finish();
  EXPECT_EQ(seqs(), (std::vector<std::uint64_t>{1, 2}));
  EXPECT_EQ(only(heard_, "reset").size(), 1U);
}

}  // namespace
}  // namespace confab::testing
