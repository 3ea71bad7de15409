// SPDX-License-Identifier: MIT
#include "confab/core/calls.hpp"

#include <gtest/gtest.h>

#include <deque>

#include "support/core_fixture.hpp"

namespace confab::testing {
namespace {

using Names = std::vector<std::string>;
using json = nlohmann::json;

class CallsTest : public ::testing::Test {
 protected:
  CallsTest() : ann_(core_), bob_(core_) {
    name(ann_, "ann");
    name(bob_, "bob");
  }

  void name(NativeClient& client, const std::string& user) {
    client.say(json{{"type", "ping"}, {"user", user}}.dump());
  }

  void join(NativeClient& client, const std::string& room = "calls") {
    client.say(json{{"type", "join"}, {"room", room}}.dump());
    ann_.hear();
    bob_.hear();
  }

  void leave(NativeClient& client, const std::string& room = "calls") {
    client.say(json{{"type", "leave"}, {"room", room}}.dump());
  }

  /// One message from one to another, who hears it.
  void pass(const char* type, NativeClient& from, NativeClient& to) {
    from.say(json{{"type", type}, {"target", to.session()->client_id()}}.dump());
    EXPECT_EQ(types(only(to.hear(), type)), Names{type});
  }

  void go(NativeClient& client) {
    client.session()->close(CloseReason::normal);
    core_.settle();
  }

  /// The reasons of the `call_end`s that came, and nothing else of them.
  static Names ends(NativeClient& client) {
    Names reasons;
    for (const json& end : only(client.hear(), "call_end"))
      reasons.push_back(end.value("reason", "") + " " + end.value("from", ""));
    return reasons;
  }

  CoreFixture core_;
  NativeClient ann_;
  NativeClient bob_;
};

const Names kNothing;

TEST_F(CallsTest, WhoGoesIsSaidToBeGone) {
  pass("offer", ann_, bob_);
  pass("answer", bob_, ann_);
  const std::string id = ann_.session()->client_id();
  go(ann_);
  EXPECT_EQ(
      bob_.hear(),
      (std::vector<json>{{{"type", "call_end"}, {"reason", "gone"}, {"from", "ann"}, {"fromClient", id}}}));
  EXPECT_EQ(core_.calls.size(), 0U);
}

TEST_F(CallsTest, ItIsSaidWhicheverOfThemGoes) {
  pass("call_request", ann_, bob_);
  pass("call_accept", bob_, ann_);
  go(bob_);
  EXPECT_EQ(ends(ann_), Names{"gone bob"});
}

TEST_F(CallsTest, ItIsSaidWhileItRings) {
  pass("call_request", ann_, bob_);
  go(ann_);
  EXPECT_EQ(ends(bob_), Names{"gone ann"});
}

TEST_F(CallsTest, AnEndOrARefusalEndsIt) {
  for (const char* type : {"call_end", "call_reject"}) {
    NativeClient caller(core_);
    NativeClient called(core_);
    pass("offer", caller, called);
    pass(type, called, caller);
    EXPECT_EQ(core_.calls.size(), 0U) << type;
    go(caller);
    EXPECT_EQ(ends(called), kNothing) << type;
  }
}

TEST_F(CallsTest, CandidatesAndServersBeginNone) {
  pass("ice-candidate", ann_, bob_);
  ann_.say(R"({"type":"ice_servers"})");
  EXPECT_EQ(core_.calls.size(), 0U);
  pass("offer", ann_, bob_);
  pass("ice-candidate", ann_, bob_);
  go(ann_);
  EXPECT_EQ(ends(bob_), Names{"gone ann"});
}

TEST_F(CallsTest, WhatWentToSeveralBindsThemToTheCallerButNotTheCallerToThem) {
  NativeClient phone(core_);
  name(phone, "bob");
  ann_.say(R"({"type":"offer","target":"bob"})");
  go(phone);
  EXPECT_EQ(ends(ann_), kNothing) << "another session of bob's still rings";
  pass("answer", bob_, ann_);
  go(bob_);
  EXPECT_EQ(ends(ann_), Names{"gone bob"});
}

TEST_F(CallsTest, AllThatARoomRangAreToldThatTheCallerIsGone) {
  NativeClient cid(core_);
  join(ann_);
  join(bob_);
  join(cid);
  ann_.say(R"({"type":"offer","room":"calls"})");
  go(ann_);
  EXPECT_EQ(ends(bob_), Names{"gone ann"});
  EXPECT_EQ(ends(cid), Names{"gone ann"});
}

TEST_F(CallsTest, WhoLeavesTheRoomIsGoneFromTheCallsThatBeganThere) {
  join(ann_);
  join(bob_);
  ann_.say(R"({"type":"offer","room":"calls"})");
  pass("answer", bob_, ann_);
  leave(ann_);
  EXPECT_EQ(ends(bob_), Names{"gone ann"});
  EXPECT_EQ(ends(ann_), kNothing);
  EXPECT_EQ(core_.calls.size(), 0U);
  go(ann_);
  EXPECT_EQ(ends(bob_), kNothing) << "it is said once";
}

TEST_F(CallsTest, LeavingAnotherRoomEndsNothing) {
  for (const char* room : {"calls", "other"}) {
    join(ann_, room);
    join(bob_, room);
  }
  ann_.say(R"({"type":"offer","room":"calls"})");
  bob_.hear();
  leave(ann_, "other");
  EXPECT_EQ(ends(bob_), kNothing);
  go(ann_);
  EXPECT_EQ(ends(bob_), Names{"gone ann"});
}

TEST_F(CallsTest, ACallToATargetOutlivesTheRoom) {
  join(ann_);
  join(bob_);
  pass("offer", ann_, bob_);
  leave(ann_);
  EXPECT_EQ(ends(bob_), kNothing);
  go(ann_);
  EXPECT_EQ(ends(bob_), Names{"gone ann"});
}

TEST_F(CallsTest, TwoThatGoInOneTurnAreNoTrouble) {
  pass("offer", ann_, bob_);
  ann_.session()->close(CloseReason::normal);
  bob_.session()->close(CloseReason::normal);
  core_.settle();
  EXPECT_EQ(core_.calls.size(), 0U);
}

TEST_F(CallsTest, NobodyIsInACallWithItself) {
  ann_.say(json{{"type", "offer"}, {"target", ann_.session()->client_id()}}.dump());
  EXPECT_EQ(core_.calls.size(), 0U);
}

class CrowdedCalls : public CallsTest {
 protected:
  static constexpr std::size_t kMost = Calls::kMostPeers;

  /// So many call ann, one after the other, and she accepts.
  void crowd(std::size_t count) {
    for (std::size_t n = 0; n < count; ++n) {
      callers_.emplace_back(core_);
      pass("offer", callers_.back(), ann_);
      core_.loop.advance(Milliseconds(1000));
      pass("answer", ann_, callers_.back());
    }
  }

  std::size_t told() {
    std::size_t count = 0;
    for (auto& caller : callers_)
      count += ends(caller).size();
    return count;
  }

  std::deque<NativeClient> callers_;
};

TEST_F(CrowdedCalls, AtTheBoundAllAreTold) {
  crowd(kMost);
  go(ann_);
  EXPECT_EQ(told(), kMost);
}

TEST_F(CrowdedCalls, OverTheBoundTheOldestIsForgottenOnBothSides) {
  crowd(kMost + 1);
  EXPECT_EQ(core_.calls.size(), kMost + 1) << "ann and as many peers; the first has none left";
  go(callers_.front());
  EXPECT_EQ(ends(ann_), kNothing);
  callers_.pop_front();
  go(ann_);
  EXPECT_EQ(told(), kMost);
}

TEST_F(CrowdedCalls, SayingItAgainTakesNoMorePlace) {
  crowd(kMost);
  for (int n = 0; n < 3; ++n)
    pass("offer", ann_, callers_.front());
  go(ann_);
  EXPECT_EQ(told(), kMost);
}

}  // namespace
}  // namespace confab::testing
