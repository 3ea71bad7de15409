// SPDX-License-Identifier: MIT
#include "confab/core/absences.hpp"

#include <gtest/gtest.h>

#include "support/core_fixture.hpp"

namespace confab::testing {
namespace {

using namespace std::chrono_literals;
using Names = std::vector<std::string>;

RoomRule patient() {
  RoomRule rule;
  rule.leave_grace = 5s;
  return rule;
}

class Grace : public ::testing::Test {
 protected:
  explicit Grace(Limits limits = {}) : core_({patient()}, limits), watcher_(core_) {
    watcher_.say(R"({"type":"join","room":"r","user":"watcher"})");
  }

  std::unique_ptr<NativeClient> come(const std::string& user) {
    auto client = std::make_unique<NativeClient>(core_);
    client->say(R"({"type":"join","room":"r","user":")" + user + R"("})");
    return client;
  }

  void lose(NativeClient& client) {
    client.session()->close(CloseReason::going_away);
    core_.settle();
  }

  CoreFixture core_;
  NativeClient watcher_;
};

TEST_F(Grace, WhoIsBackWithinItNeitherLeftNorJoined) {
  auto ann = come("ann");
  EXPECT_EQ(types(watcher_.take()), Names{"user_joined"});
  lose(*ann);
  core_.loop.advance(4s);
  auto back = come("ann");
  core_.loop.advance(60s);
  EXPECT_TRUE(watcher_.hear().empty());
  const auto presence = watcher_.say(R"({"type":"presence","room":"r","id":"p"})").back();
  EXPECT_EQ(presence.at("users"), 2);
  EXPECT_EQ(presence.at("members").at(0).at("connections"), 1);
}

TEST_F(Grace, WhoIsNotLeftWhenItIsOver) {
  auto ann = come("ann");
  watcher_.take();
  lose(*ann);
  EXPECT_EQ(watcher_.say(R"({"type":"presence","room":"r","id":"p"})").back().at("users"), 2);
  core_.loop.advance(4900ms);
  EXPECT_TRUE(watcher_.hear().empty());
  core_.loop.advance(200ms);
  EXPECT_EQ(types(watcher_.hear()), Names{"user_left"});
  EXPECT_EQ(watcher_.say(R"({"type":"presence","room":"r","id":"p"})").back().at("users"), 1);
}

TEST_F(Grace, WhoLeavesByItselfHasLeft) {
  auto ann = come("ann");
  watcher_.take();
  ann->say(R"({"type":"leave","room":"r"})");
  EXPECT_EQ(types(watcher_.hear()), Names{"user_left"});
}

TEST_F(Grace, WhomTheServerEndsHasLeft) {
  auto ann = come("ann");
  watcher_.take();
  EXPECT_EQ(core_.moderation.disconnect("ann", {}).value(), 1U);
  EXPECT_EQ(types(watcher_.hear()), Names{"user_left"});
}

TEST_F(Grace, CountsFromTheLastSession) {
  auto one = come("ann");
  auto two = come("ann");
  watcher_.take();
  lose(*one);
  core_.loop.advance(60s);
  EXPECT_TRUE(watcher_.hear().empty());
  lose(*two);
  core_.loop.advance(6s);
  EXPECT_EQ(types(watcher_.hear()), Names{"user_left"});
}

TEST_F(Grace, KeepsTheRoomOpenUntilItIsOver) {
  lose(watcher_);
  EXPECT_NE(core_.hub.find_room("r"), nullptr);
  core_.loop.advance(6s);
  core_.settle();
  EXPECT_EQ(core_.hub.find_room("r"), nullptr);
}

TEST_F(Grace, ARuleWithoutPresenceForgetsWhoIsAbsent) {
  auto ann = come("ann");
  watcher_.take();
  lose(*ann);
  RoomRule hidden = patient();
  hidden.presence = false;
  core_.rules = RoomRules({hidden});
  core_.hub.on_rules_changed();
  core_.loop.advance(6s);
  EXPECT_TRUE(watcher_.hear().empty());
}

class NoRoomForAbsence : public Grace {
 protected:
  NoRoomForAbsence()
      : Grace([] {
          Limits limits;
          limits.connections = 3;
          return limits;
        }()) {}
};

TEST_F(NoRoomForAbsence, AtItsBoundUsersLeaveAtOnce) {
  for (int i = 0; i < 3; ++i) {
    auto client = come("u" + std::to_string(i));
    lose(*client);
  }
  watcher_.take();
  auto fourth = come("u3");
  watcher_.take();
  lose(*fourth);
  EXPECT_EQ(types(watcher_.hear()), Names{"user_left"});
}

}  // namespace
}  // namespace confab::testing
