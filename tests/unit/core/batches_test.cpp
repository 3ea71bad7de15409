// SPDX-License-Identifier: MIT
// `?batch=`: what members who asked for it get of a room, and when.
#include "confab/core/batches.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <random>

#include "support/core_fixture.hpp"

namespace confab::testing {
namespace {

using Names = std::vector<std::string>;
using json = nlohmann::json;

constexpr Milliseconds kWidth{50};

/// What came, batches taken apart.
std::vector<json> flat(const std::vector<json>& messages) {
  std::vector<json> all;
  for (const auto& message : messages) {
    if (message.at("type") != "batch") {
      all.push_back(message);
      continue;
    }
    for (const auto& inner : message.at("messages"))
      all.push_back(inner);
  }
  return all;
}

std::vector<int> seqs(const std::vector<json>& messages) {
  std::vector<int> list;
  for (const auto& message : messages)
    list.push_back(message.value("seq", 0));
  return list;
}

class BatchesTest : public ::testing::Test {
 protected:
  BatchesTest() {
    enter(ann_, "ann", kWidth);
    enter(bob_, "bob", kWidth);
    enter(cat_, "cat", Milliseconds(0));
    quiet();
  }

  static void enter(NativeClient& client, const std::string& user, Milliseconds width) {
    client.session()->take_batches(width);
    client.say(R"({"type":"join","room":"r","user":")" + user + "\"}");
  }

  /// The windows close, and what is in them isn't looked at.
  void quiet() {
    pass(kWidth);
    for (NativeClient* client : {&ann_, &bob_, &cat_})
      client->take();
  }

  void pass(Milliseconds time) {
    core_.loop.advance(time + TimerWheel::kTick);
    core_.settle();
  }

  CoreFixture core_;
  NativeClient ann_{core_};
  NativeClient bob_{core_};
  NativeClient cat_{core_};
};

TEST_F(BatchesTest, EventsOfAWindowComeAsOneBatchAndOthersHearAtOnce) {
  core_.publish("r", "one");
  core_.publish("r", "two");
  cat_.mutter(R"({"type":"publish","room":"r","event":"tick","data":7,"ephemeral":true})");
  core_.settle();
  EXPECT_EQ(types(cat_.take()), (Names{"chat", "chat", "tick"}));
  EXPECT_EQ(ann_.take(), std::vector<json>{});
  pass(kWidth);
  const auto heard = ann_.take();
  ASSERT_EQ(types(heard), Names{"batch"});
  EXPECT_EQ(heard[0].at("timestamp"), core_.loop.wall() / 1000);
  EXPECT_EQ(types(heard[0].at("messages")), (Names{"chat", "chat", "tick"}));
  EXPECT_EQ(heard[0].at("messages")[1].at("text"), "two");
  EXPECT_EQ(bob_.take(), heard);
}

TEST_F(BatchesTest, AWindowOfOneGoesAsItIs) {
  core_.publish("r", "alone");
  pass(kWidth);
  const auto heard = ann_.take();
  ASSERT_EQ(types(heard), Names{"chat"});
  EXPECT_EQ(bob_.take(), heard);
}

TEST_F(BatchesTest, OneBatchIsEncodedOnceForAll) {
  core_.publish("r", "one");
  core_.publish("r", "two");
  const auto before = core_.hub.counters().encodes;
  pass(kWidth);
  EXPECT_EQ(core_.hub.counters().encodes, before + 1);
  EXPECT_EQ(types(bob_.take()), Names{"batch"});
}

TEST_F(BatchesTest, ItClosesAtItsTimeAndNotBefore) {
  core_.publish("r", "one");
  core_.loop.advance(kWidth - Milliseconds(10));
  core_.publish("r", "two");
  core_.settle();
  EXPECT_EQ(ann_.take(), std::vector<json>{});
  pass(Milliseconds(10));
  EXPECT_EQ(types(ann_.take()), Names{"batch"});
  pass(kWidth);
  EXPECT_EQ(ann_.take(), std::vector<json>{});
}

TEST_F(BatchesTest, ItClosesAtAHundredMessages) {
  for (int i = 0; i < 99; ++i)
    core_.publish("r", "x");
  core_.settle();
  EXPECT_EQ(ann_.take(), std::vector<json>{});
  core_.publish("r", "x");
  core_.publish("r", "the next");
  core_.settle();
  const auto heard = ann_.take();
  ASSERT_EQ(types(heard), Names{"batch"});
  EXPECT_EQ(heard[0].at("messages").size(), 100U);
  pass(kWidth);
  EXPECT_EQ(types(ann_.take()), Names{"chat"});
}

TEST_F(BatchesTest, ItClosesBefore64KiB) {
  const std::string text(std::size_t{30} << 10, 'x');
  core_.publish("r", text);
  core_.publish("r", text);
  core_.settle();
  EXPECT_EQ(ann_.take(), std::vector<json>{});
  core_.publish("r", text);
  core_.settle();
  const auto heard = ann_.take();
  ASSERT_EQ(types(heard), Names{"batch"});
  EXPECT_EQ(heard[0].at("messages").size(), 2U);
  core_.publish("r", std::string(std::size_t{65} << 10, 'y'));
  core_.settle();
  EXPECT_EQ(types(ann_.take()), (Names{"chat", "chat"})) << "what fills a window alone goes at once";
}

TEST_F(BatchesTest, WidthsHaveWindowsOfTheirOwn) {
  NativeClient dan(core_);
  enter(dan, "dan", Milliseconds(200));
  quiet();
  dan.take();
  core_.publish("r", "one");
  core_.publish("r", "two");
  pass(kWidth);
  EXPECT_EQ(types(ann_.take()), Names{"batch"});
  EXPECT_EQ(dan.take(), std::vector<json>{});
  core_.publish("r", "three");
  pass(Milliseconds(150));
  EXPECT_EQ(types(ann_.take()), Names{"chat"});
  EXPECT_EQ(seqs(flat(dan.take())), (std::vector<int>{1, 2, 3}));
}

TEST_F(BatchesTest, TheSenderHasItsEchoBeforeItsAckAndNothingIsLeftBehind) {
  core_.publish("r", "before");
  const auto heard = ann_.say(R"({"type":"chat","text":"mine","id":"m-1"})");
  EXPECT_EQ(types(heard), (Names{"chat", "chat", "ack"}));
  EXPECT_EQ(seqs(heard), (std::vector<int>{1, 2, 2}));
  core_.publish("r", "after");
  core_.settle();
  EXPECT_EQ(types(ann_.take()), Names{"chat"}) << "singly, until the window closes";
  pass(kWidth);
  EXPECT_EQ(ann_.take(), std::vector<json>{});
  const auto others = bob_.take();
  ASSERT_EQ(types(others), Names{"batch"});
  EXPECT_EQ(seqs(flat(others)), (std::vector<int>{1, 2, 3}));
  core_.publish("r", "one");
  core_.publish("r", "two");
  pass(kWidth);
  EXPECT_EQ(types(ann_.take()), Names{"batch"}) << "a new window is for the sender too";
}

TEST_F(BatchesTest, WhoJoinsInsideAWindowGetsItsEventsSingly) {
  core_.publish("r", "one");
  NativeClient dan(core_);
  enter(dan, "dan", kWidth);
  EXPECT_EQ(dan.take(), std::vector<json>{});
  // Coming and going closes a window, so that one opens behind it.
  core_.publish("r", "two");
  NativeClient guest(core_);
  guest.session()->take_batches(kWidth);
  guest.say(R"({"type":"join","room":"r"})");
  core_.publish("r", "three");
  core_.settle();
  EXPECT_EQ(seqs(guest.take()), std::vector<int>{3});
  EXPECT_EQ(dan.take(), std::vector<json>{});
  pass(kWidth);
  EXPECT_EQ(guest.take(), std::vector<json>{});
  EXPECT_EQ(seqs(flat(dan.take())), (std::vector<int>{2, 3}));
}

TEST_F(BatchesTest, WhoLeavesGetsWhatWaitsFirst) {
  core_.publish("r", "one");
  core_.publish("r", "two");
  const auto heard = ann_.say(R"({"type":"leave","room":"r","id":"l"})");
  EXPECT_EQ(types(heard), (Names{"chat", "chat", "ack"}));
  pass(kWidth);
  EXPECT_EQ(ann_.take(), std::vector<json>{});
}

TEST_F(BatchesTest, NobodyLeavesBeforeItsLastWord) {
  cat_.say(R"({"type":"chat","text":"bye"})");
  cat_.say(R"({"type":"leave","room":"r"})");
  EXPECT_EQ(types(ann_.take()), (Names{"chat", "user_left"}));
}

TEST_F(BatchesTest, WhatGoesSinglyKeepsItsPlace) {
  core_.publish("r", "one");
  core_.publish("r", "two");
  cat_.say(R"({"type":"state","room":"r","key":"k","value":1})");
  EXPECT_EQ(types(ann_.take()), (Names{"batch", "delta"}));
  core_.publish("r", "three");
  cat_.say(R"({"type":"chat","text":"four","echo":false})");
  EXPECT_EQ(seqs(ann_.take()), (std::vector<int>{3, 4}));
  core_.publish("r", "five");
  cat_.say(R"({"type":"typing","isTyping":true})");
  EXPECT_EQ(types(ann_.take()), Names{"user_typing"}) << "nobody's place depends on that";
  pass(kWidth);
  EXPECT_EQ(seqs(flat(ann_.take())), std::vector<int>{5});
}

TEST_F(BatchesTest, APositionThatIsToldStandsForWhatWasHandedOver) {
  core_.publish("r", "one");
  core_.publish("r", "two");
  const auto heard = ann_.say(R"({"type":"join","room":"r"})");
  ASSERT_EQ(types(heard), (Names{"chat", "chat", "joined"}));
  EXPECT_EQ(heard[2].at("seq"), 2);
}

TEST_F(BatchesTest, AnAckOfARetryStandsForWhatWasHandedOverToo) {
  NativeClient second(core_);
  enter(second, "cat", kWidth);
  quiet();
  second.take();
  cat_.say(R"({"type":"chat","room":"r","text":"x","id":"retried"})");
  core_.publish("r", "behind");
  const auto heard = second.say(R"({"type":"chat","room":"r","text":"x","id":"retried"})");
  ASSERT_EQ(types(heard), (Names{"chat", "chat", "ack"}));
  EXPECT_EQ(heard[2].at("seq"), 1);
}

TEST_F(BatchesTest, AHistoryStandsForWhatWasHandedOver) {
  core_.publish("r", "one");
  const auto heard = ann_.say(R"({"type":"history","room":"r","id":"h"})");
  EXPECT_EQ(types(heard), (Names{"chat", "ack"}));
  pass(kWidth);
  EXPECT_EQ(ann_.take(), std::vector<json>{});
}

TEST_F(BatchesTest, WhatAWholeQueueCouldNotHoldComesAtOnce) {
  core_.limits.queue_size = 64 << 10;
  const std::string text(3000, 'x');
  for (int i = 0; i < 10; ++i)
    core_.publish("r", text);
  core_.settle();
  EXPECT_EQ(seqs(ann_.take()), (std::vector<int>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
  EXPECT_EQ(ann_.session()->waiting(), 0U);
  pass(kWidth);
  EXPECT_FALSE(ann_.ended());
}

TEST_F(BatchesTest, WhatWaitsInSeveralRoomsIsOneBound) {
  core_.limits.queue_size = 400 << 10;
  for (const char* room : {"r2", "r3"})
    ann_.say(R"({"type":"join","room":")" + std::string(room) + "\"}");
  const std::string text(std::size_t{20} << 10, 'x');
  core_.publish("r", text);
  core_.publish("r2", text);
  core_.settle();
  EXPECT_EQ(ann_.take(), std::vector<json>{});
  core_.publish("r3", text);
  core_.settle();
  EXPECT_EQ(types(ann_.take()), (Names{"chat", "chat", "chat"}));
}

TEST_F(BatchesTest, WhatIsNotStoredReachesAlsoWhoIsStillBroughtItsPast) {
  for (int i = 0; i < 3; ++i)
    core_.publish("r", "x");
  quiet();
  core_.broker.reading = DelayedBroker::Late::answers;
  ann_.mutter(R"({"type":"join","room":"r","history":2})");
  cat_.say(R"({"type":"publish","room":"r","event":"tick","data":7,"ephemeral":true})");
  core_.publish("r", "live");
  core_.settle();
  core_.broker.reading = DelayedBroker::Late::nothing;
  core_.broker.release_all();
  core_.settle();
  pass(kWidth);
  const auto heard = flat(ann_.take());
  EXPECT_EQ(only(heard, "tick").size(), 1U);
  EXPECT_EQ(only(heard, "joined").size(), 1U);
}

TEST_F(BatchesTest, FewWidthsAreTold) {
  for (const auto& [asked, given] : {std::pair(10, 10), {11, 20}, {50, 50}, {999, 1000}}) {
    ann_.session()->take_batches(Milliseconds(asked));
    EXPECT_EQ(ann_.session()->batch_width(), Milliseconds(given));
  }
}

TEST_F(BatchesTest, WhoComesBackForItsPastGetsEachEventOnce) {
  core_.publish("r", "one");
  core_.publish("r", "two");
  const std::string epoch = core_.publish("r", "three").epoch;
  const auto heard = ann_.say(R"({"type":"join","room":"r","since":{"epoch":")" + epoch + R"(","seq":1}})");
  ASSERT_EQ(types(heard), (Names{"chat", "chat", "chat", "joined"}));
  EXPECT_EQ(seqs(heard[3].at("messages")), (std::vector<int>{2, 3}));
  core_.publish("r", "four");
  core_.settle();
  pass(kWidth);
  EXPECT_EQ(seqs(flat(ann_.take())), std::vector<int>{4});
}

TEST_F(BatchesTest, WhatWaitsGoesBeforeTheGoodbye) {
  core_.publish("r", "one");
  core_.publish("r", "two");
  ann_.transport().slow = true;
  ann_.session()->close(CloseReason::going_away);
  bob_.session()->close(CloseReason::normal);
  cat_.session()->close(CloseReason::normal);
  core_.settle();
  EXPECT_EQ(ann_.transport().left_over.size(), 2U);
  EXPECT_EQ(core_.hub.rooms(), 0U);
  pass(kWidth);
  EXPECT_TRUE(core_.loop.idle());
}

TEST_F(BatchesTest, ABatchOfEphemeralEventsYieldsToWhoIsBehind) {
  ann_.transport().slow = true;
  const std::string text(std::size_t{60} << 10, 'x');
  while (ann_.session()->queue().bytes() < ann_.session()->queue_bound() / 4)
    core_.publish("r", text);
  const auto waiting = ann_.session()->queue().size();
  for (int i = 0; i < 2; ++i)
    cat_.say(R"({"type":"publish","room":"r","event":"tick","data":7,"ephemeral":true})");
  // One is left of those before.
  pass(kWidth);
  const auto dropped = core_.hub.counters().ephemeral_dropped;
  for (int i = 0; i < 2; ++i)
    cat_.say(R"({"type":"publish","room":"r","event":"tick","data":7,"ephemeral":true})");
  pass(kWidth);
  EXPECT_EQ(core_.hub.counters().ephemeral_dropped, dropped + 1);
  EXPECT_LE(ann_.session()->queue().size(), waiting + 1);
}

/// Against what is simple: each member hears all that was said while it was there, in order and once.
TEST(Batches, WhateverHappensNothingIsLostOrDoubled) {
  constexpr int kMembers = 12;
  std::mt19937 random(7);
  const auto below = [&](int most) { return static_cast<int>(random() % static_cast<unsigned>(most)); };
  CoreFixture core;
  std::vector<std::unique_ptr<NativeClient>> clients;
  std::vector<int> next(kMembers, 0);  // the seq that comes next; 0: it isn't in the room
  int top = 0;
  for (int i = 0; i < kMembers; ++i) {
    clients.push_back(std::make_unique<NativeClient>(core));
    clients.back()->session()->take_batches(Milliseconds(i % 3 * 20));
  }
  const auto hear = [&] {
    core.settle();
    for (std::size_t i = 0; i < kMembers; ++i) {
      for (const auto& message : flat(clients[i]->take())) {
        if (message.at("type") == "joined") next[i] = message.at("seq").get<int>() + 1;
        if (message.at("type") != "chat") continue;
        ASSERT_EQ(message.at("seq").get<int>(), next[i]) << "member " << i;
        ++next[i];
      }
    }
  };
  for (int step = 0; step < 20'000; ++step) {
    const auto who = static_cast<std::size_t>(below(kMembers));
    switch (below(12)) {
      case 0:
        clients[who]->mutter(R"({"type":"join","room":"r"})");
        break;
      case 1:
        clients[who]->mutter(R"({"type":"leave","room":"r"})");
        hear();
        next[who] = 0;
        break;
      case 2:
        if (next[who] != 0) {
          clients[who]->mutter(R"({"type":"chat","room":"r","text":"x"})");
          ++top;
        }
        break;
      case 3:
        if (next[who] != 0) clients[who]->mutter(R"({"type":"state","room":"r","key":"k","value":1})");
        break;
      case 4:
        core.loop.advance(Milliseconds(10 * below(3)));
        break;
      default:
        core.publish("r", "x");
        ++top;
        break;
    }
    hear();
    if (HasFatalFailure()) return;
  }
  core.loop.advance(Milliseconds(100));
  hear();
  for (std::size_t i = 0; i < kMembers; ++i) {
    if (clients[i]->session()->is_in("r")) {
      EXPECT_EQ(next[i], top + 1);
    }
    EXPECT_EQ(clients[i]->session()->waiting(), 0U);
  }
}

}  // namespace
}  // namespace confab::testing
