// SPDX-License-Identifier: MIT
#include "confab/core/lingering.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "support/core_fixture.hpp"

namespace confab::testing {
namespace {

/// A room that somebody polls: an observer comes, the room is kept, the observer goes.
class LingeringTest : public ::testing::Test {
 protected:
  void poll(std::string_view room) {
    FakeTransport transport;
    transport.session = core_.hub.open(transport, core_.codecs.poll(), SessionRole::observer);
    core_.hub.enter(*transport.session, room, Member::kEverything,
                    [](const result<Room*>& entered) { EXPECT_TRUE(entered); });
    core_.hub.keep(room);
    transport.session->close(CloseReason::normal);
    core_.settle();
  }

  void pass(int seconds) {
    core_.loop.advance(Milliseconds(seconds * 1000));
    core_.settle();
  }

  bool open(std::string_view room) { return core_.hub.find_room(room) != nullptr; }

  CoreFixture core_;
};

TEST_F(LingeringTest, ARoomThatIsKeptStaysAMinute) {
  poll("a");
  EXPECT_TRUE(open("a"));
  pass(59);
  EXPECT_TRUE(open("a"));
  pass(2);
  EXPECT_FALSE(open("a"));
}

TEST_F(LingeringTest, ARoomThatIsNotKeptGoesWithItsLastMember) {
  NativeClient ann(core_);
  ann.say(R"({"type":"join","room":"a"})");
  ann.say(R"({"type":"leave","room":"a"})");
  EXPECT_FALSE(open("a"));
}

TEST_F(LingeringTest, KeepingAgainMovesTheEnd) {
  poll("a");
  pass(40);
  poll("a");
  pass(40);
  EXPECT_TRUE(open("a"));
  pass(25);
  EXPECT_FALSE(open("a"));
}

TEST_F(LingeringTest, WhoIsInItKeepsItOpenBeyondTheMinuteAndLeavingLetsItGo) {
  NativeClient ann(core_);
  ann.say(R"({"type":"join","room":"a"})");
  core_.hub.keep("a");
  pass(61);
  EXPECT_TRUE(open("a"));
  ann.say(R"({"type":"leave","room":"a"})");
  pass(61);
  EXPECT_FALSE(open("a"));
}

TEST_F(LingeringTest, KeepingARoomThatIsNotOpenIsNothing) {
  core_.hub.keep("nowhere");
  EXPECT_FALSE(open("nowhere"));
  pass(120);
}

TEST_F(LingeringTest, ManyRoomsGoEachInItsTimeNeverEarlyAndAtMostAMinuteLate) {
  std::map<std::string, int> until;
  int now = 0;
  std::mt19937 random(7);
  for (; now < 600; ++now) {
    const std::string room = "r" + std::to_string(random() % 20);
    if (now < 480) {
      poll(room);
      until[room] = now + 60;
    }
    for (const auto& [name, end] : until) {
      if (now < end) {
        EXPECT_TRUE(open(name)) << name << " at " << now;
      }
      if (now > end + 61) {
        EXPECT_FALSE(open(name)) << name << " at " << now;
      }
    }
    pass(1);
  }
  pass(60);
  EXPECT_EQ(core_.hub.rooms(), 0U);
}

TEST_F(LingeringTest, ARoomStandsOnceInTheListHoweverOftenItGoesAndComesBack) {
  FakeLoop loop;
  int asked = 0;
  // Asked for every entry whose time has come.
  std::map<std::string, std::unique_ptr<Room>> rooms;
  Lingering lingering(loop, [&](const std::string& name) {
    ++asked;
    lingering.keeps_on(*rooms.at(name));
  });
  RoomRule rule;
  rooms["a"] = std::make_unique<Room>("a", rule);
  for (int i = 0; i < 10; ++i)
    lingering.keep(*rooms["a"]);
  loop.advance(Milliseconds(61'000));
  EXPECT_EQ(asked, 1);
  EXPECT_FALSE(lingering.holds(*rooms["a"]));
  lingering.keep(*rooms["a"]);
  loop.advance(Milliseconds(61'000));
  EXPECT_EQ(asked, 2);
}

}  // namespace
}  // namespace confab::testing
