// SPDX-License-Identifier: MIT
#include "confab/core/announcer.hpp"

#include <gtest/gtest.h>

#include "support/core_fixture.hpp"

namespace confab::testing {
namespace {

using Names = std::vector<std::string>;
using json = nlohmann::json;

/// A room in which two users are no crowd and three are.
class AnnouncerTest : public ::testing::Test {
 protected:
  AnnouncerTest() : core_({rule("general"), rule("second")}), watcher_(core_) {
    join(watcher_, "watcher");
    watcher_.take();
  }

  static RoomRule rule(std::string match) {
    RoomRule rule;
    rule.match = std::move(match);
    rule.presence_events_up_to = 2;
    return rule;
  }

  void join(NativeClient& client, const std::string& user, const std::string& room = "general") {
    client.say(R"({"type":"join","room":")" + room + (user.empty() ? "\"}" : R"(","user":")" + user + "\"}"));
  }

  NativeClient& come(const std::string& user, const std::string& room = "general") {
    clients_.push_back(std::make_unique<NativeClient>(core_));
    join(*clients_.back(), user, room);
    return *clients_.back();
  }

  std::vector<json> after(int milliseconds) {
    core_.loop.advance(Milliseconds(milliseconds));
    return watcher_.hear();
  }

  CoreFixture core_;
  NativeClient watcher_;
  std::vector<std::unique_ptr<NativeClient>> clients_;
};

TEST_F(AnnouncerTest, UpToTheBoundEachComingAndGoingIsTold) {
  come("a");
  EXPECT_EQ(types(watcher_.take()), Names{"user_joined"});
  clients_[0]->session()->close(CloseReason::normal);
  EXPECT_EQ(types(watcher_.hear()), Names{"user_left"});
  EXPECT_TRUE(after(5000).empty()) << "and no number";
}

TEST_F(AnnouncerTest, AboveTheBoundOnlyTheNumberIsToldASecondLater) {
  come("a");
  watcher_.take();
  come("b");
  come("");
  EXPECT_TRUE(watcher_.take().empty());
  EXPECT_TRUE(after(990).empty());
  const auto told = after(20);
  ASSERT_EQ(types(told), Names{"occupancy"});
  EXPECT_EQ(told[0].at("room"), "general");
  EXPECT_EQ(told[0].at("users"), 3);
  EXPECT_EQ(told[0].at("sessions"), 4);
  EXPECT_FALSE(told[0].contains("seq"));
  EXPECT_TRUE(after(5000).empty()) << "nothing has changed since";
}

TEST_F(AnnouncerTest, TheNumberIsToldAtMostOnceASecond) {
  come("a");
  come("b");
  watcher_.take();
  int numbers = 0;
  for (int i = 0; i < 50; ++i) {
    come("u" + std::to_string(i));
    for (const auto& message : after(100)) {
      EXPECT_EQ(message.at("type"), "occupancy");
      ++numbers;
    }
  }
  EXPECT_GE(numbers, 4);
  EXPECT_LE(numbers, 5);
}

TEST_F(AnnouncerTest, GuestsAndSecondSessionsChangeTheNumberOfACrowdToo) {
  come("a");
  come("b");
  after(2000);
  NativeClient& guest = come("");
  EXPECT_EQ(after(1010).at(0).at("sessions"), 4);
  guest.session()->close(CloseReason::normal);
  core_.settle();
  EXPECT_EQ(after(1010).at(0).at("sessions"), 3);
  come("a");
  const auto told = after(1010);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].at("users"), 3);
  EXPECT_EQ(told[0].at("sessions"), 4);
}

TEST_F(AnnouncerTest, WhereTheCrowdIsGoneComingsAndGoingsAreToldAgain) {
  come("a");
  NativeClient& b = come("b");
  after(2000);
  b.say(R"({"type":"leave","room":"general"})");
  EXPECT_EQ(types(watcher_.take()), Names{"user_left"});
}

TEST_F(AnnouncerTest, CrowdsOfTwoRoomsAreToldEachItsOwn) {
  join(watcher_, "", "second");
  for (const char* room : {"general", "second"}) {
    come(std::string("a-") + room, room);
    come(std::string("b-") + room, room);
  }
  watcher_.take();
  const auto told = after(2000);
  ASSERT_EQ(types(told), (Names{"occupancy", "occupancy"}));
  EXPECT_NE(told[0].at("room"), told[1].at("room"));
}

TEST_F(AnnouncerTest, ARoomThatGoesWhileItsNumberIsDueIsForgotten) {
  come("a", "second");
  come("b", "second");
  come("c", "second");
  for (auto& client : clients_)
    client->session()->close(CloseReason::normal);
  core_.settle();
  EXPECT_EQ(core_.hub.find_room("second"), nullptr);
  EXPECT_TRUE(after(2000).empty());
}

TEST_F(AnnouncerTest, WhoCameAndWentInOneTurnLeavesOneTrace) {
  NativeClient a(core_);
  a.mutter(R"({"type":"join","room":"general","user":"a"})");
  a.mutter(R"({"type":"leave","room":"general"})");
  EXPECT_EQ(types(watcher_.hear()), Names{"user_left"});
  a.mutter(R"({"type":"join","room":"general"})");
  a.mutter(R"({"type":"leave","room":"general"})");
  a.mutter(R"({"type":"join","room":"general"})");
  EXPECT_EQ(types(watcher_.hear()), Names{"user_joined"});
}

TEST_F(AnnouncerTest, TwoNewcomersOfOneTurnHearOfTheLaterOnly) {
  NativeClient a(core_);
  NativeClient b(core_);
  watcher_.say(R"({"type":"leave","room":"general"})");
  a.mutter(R"({"type":"join","room":"general","user":"a"})");
  b.mutter(R"({"type":"join","room":"general","user":"b"})");
  core_.settle();
  const auto first = a.take();
  ASSERT_EQ(types(first), (Names{"joined", "user_joined"}));
  EXPECT_EQ(first[1].at("user"), "b");
  const auto second = b.take();
  ASSERT_EQ(types(second), Names{"joined"});
  EXPECT_EQ(second[0].at("members").size(), 2U);
}

TEST(Announcer, TheServersRoomsHaveNoPresenceWhateverTheirRule) {
  RoomRule rule;
  rule.match = "$*";
  CoreFixture core({rule});
  NativeClient watcher(core);
  watcher.take();
  NativeClient ann(core);
  EXPECT_TRUE(core.hub.name(*ann.session(), "ann"));
  EXPECT_EQ(watcher.hear(), std::vector<json>{});
  core.hub.on_rules_changed();
  ann.session()->close(CloseReason::normal);
  EXPECT_EQ(watcher.hear(), std::vector<json>{});
}

}  // namespace
}  // namespace confab::testing
