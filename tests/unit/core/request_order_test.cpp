// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "support/core_fixture.hpp"

namespace confab::testing {
namespace {

using Names = std::vector<std::string>;
using json = nlohmann::json;
using Late = DelayedBroker::Late;

/// The order of one session's commands where the broker answers late (protocol.md, promise 5).
class RequestOrder : public ::testing::TestWithParam<Late> {
 protected:
  RequestOrder() : core_({}, limits()), ann_(core_), bob_(core_) {
    core_.broker.subscribing = core_.broker.reading = core_.broker.publishing = GetParam();
  }

  static Limits limits() {
    Limits limits;
    limits.messages_per_second = 0;
    return limits;
  }

  void join(NativeClient& client, const std::string& user, const std::string& room = "general") {
    client.mutter(R"({"type":"join","room":")" + room + R"(","user":")" + user + "\"}");
    finish();
    client.take();
  }

  /// Lets everything through, however much comes of it.
  void finish() {
    for (int i = 0; i < 10'000 && (core_.broker.waiting() > 0 || !core_.loop.idle()); ++i) {
      core_.broker.release();
      core_.loop.end_turn();
    }
    ASSERT_EQ(core_.broker.waiting(), 0U);
  }

  CoreFixture core_;
  NativeClient ann_;
  NativeClient bob_;
};

TEST_P(RequestOrder, JoinChatLeaveChatTakeEffectAsTheyCame) {
  join(bob_, "bob");
  ann_.mutter(R"({"type":"join","room":"general","user":"ann","id":"1"})");
  ann_.mutter(R"({"type":"chat","room":"general","text":"in","id":"2"})");
  ann_.mutter(R"({"type":"leave","room":"general","id":"3"})");
  ann_.mutter(R"({"type":"chat","room":"general","text":"out","id":"4"})");
  core_.settle();
  finish();
  const auto heard = ann_.take();
  ASSERT_EQ(types(heard), (Names{"joined", "ack", "chat", "ack", "ack", "error"}));
  EXPECT_EQ(heard[1].at("id"), "1");
  EXPECT_EQ(heard[2].at("text"), "in");
  EXPECT_EQ(heard[3].at("id"), "2");
  EXPECT_EQ(heard[4].at("id"), "3");
  EXPECT_EQ(heard[5].at("id"), "4");
  EXPECT_EQ(heard[5].at("code"), "not_joined");
  EXPECT_EQ(types(bob_.take()), (Names{"user_joined", "chat", "user_left"}));
}

TEST_P(RequestOrder, ChatsOfOneSessionAreUnderWayTogetherAndStayInOrder) {
  join(ann_, "ann");
  for (int i = 0; i < 20; ++i)
    ann_.mutter(R"({"type":"chat","text":")" + std::to_string(i) + R"(","id":"c)" + std::to_string(i) +
                "\"}");
  EXPECT_EQ(core_.broker.waiting(), 20U);
  EXPECT_FALSE(ann_.session()->reading_paused());
  finish();
  int texts = 0;
  int acks = 0;
  for (const auto& message : ann_.take()) {
    if (message.at("type") == "chat") {
      EXPECT_EQ(message.at("text"), std::to_string(texts++));
    } else {
      EXPECT_EQ(message.at("id"), "c" + std::to_string(acks));
      EXPECT_EQ(message.at("seq"), ++acks);
      EXPECT_GE(texts, acks) << "the echo comes before its ack";
    }
  }
  EXPECT_EQ(texts, 20);
  EXPECT_EQ(acks, 20);
}

TEST_P(RequestOrder, HistoryWaitsForTheChatsBeforeItAndHoldsThoseAfterIt) {
  join(ann_, "ann");
  ann_.mutter(R"({"type":"chat","text":"1","echo":false})");
  ann_.mutter(R"({"type":"chat","text":"2","echo":false})");
  ann_.mutter(R"({"type":"history","room":"general","id":"h"})");
  ann_.mutter(R"({"type":"chat","text":"3","echo":false,"id":"3"})");
  EXPECT_EQ(core_.broker.waiting(), 2U) << "only the first two are under way";
  finish();
  const auto heard = ann_.take();
  ASSERT_EQ(types(heard), (Names{"ack", "ack"}));
  EXPECT_EQ(heard[0].at("id"), "h");
  EXPECT_EQ(heard[0].at("messages").size(), 2U);
  EXPECT_EQ(heard[1].at("seq"), 3);
}

TEST_P(RequestOrder, SessionsDontWaitForEachOther) {
  ann_.mutter(R"({"type":"join","room":"general","user":"ann"})");
  ann_.mutter(R"({"type":"chat","text":"waits"})");
  EXPECT_EQ(types(bob_.say(R"({"type":"ping"})")), Names{"pong"});
  bob_.mutter(R"({"type":"join","room":"other","user":"bob"})");
  const auto before = core_.broker.waiting();
  EXPECT_GE(before, 3U) << "ann's room and bob's two are asked for at the same time";
  finish();
  EXPECT_EQ(types(bob_.take()), Names{"joined"});
}

TEST_P(RequestOrder, ASessionThatEndsTakesItsWaitingCommandsWithIt) {
  join(bob_, "bob");
  ann_.mutter(R"({"type":"join","room":"general","user":"ann"})");
  ann_.mutter(R"({"type":"chat","text":"never","room":"general"})");
  ann_.session()->close(CloseReason::normal);
  core_.settle();
  finish();
  EXPECT_TRUE(only(bob_.take(), "chat").empty());
  EXPECT_EQ(core_.hub.sessions(), 1U);
}

TEST_P(RequestOrder, ReadingIsHeldWhileACommandWaitsAndReleasedAfterwards) {
  ann_.mutter(R"({"type":"join","room":"general","user":"ann"})");
  EXPECT_FALSE(ann_.session()->reading_paused()) << "nothing waits yet";
  ann_.mutter(R"({"type":"chat","text":"hi"})");
  EXPECT_TRUE(ann_.session()->reading_paused());
  core_.settle();
  EXPECT_TRUE(ann_.session()->reading_paused());
  const int wakes = ann_.transport().wakes;
  finish();
  EXPECT_FALSE(ann_.session()->reading_paused());
  EXPECT_GT(ann_.transport().wakes, wakes);
}

TEST_P(RequestOrder, ATransportIsWokenToReadOnThoughNothingIsQueued) {
  join(ann_, "ann");
  core_.broker.publishing = Late::nothing;
  ann_.mutter(R"({"type":"history","room":"general"})");
  ann_.mutter(R"({"type":"chat","text":"hi","echo":false})");
  core_.settle();
  ASSERT_TRUE(ann_.session()->reading_paused());
  const int wakes = ann_.transport().wakes;
  finish();
  EXPECT_FALSE(ann_.session()->reading_paused());
  EXPECT_EQ(ann_.transport().wakes, wakes + 1);
  EXPECT_TRUE(ann_.take().empty());
}

TEST_P(RequestOrder, CommandsThatWaitAreBounded) {
  ann_.mutter(R"({"type":"join","room":"general","user":"ann"})");
  for (int i = 0; i < 4096; ++i)
    ann_.mutter(R"({"type":"ping"})");
  core_.settle();
  EXPECT_TRUE(only(ann_.take(), "error").empty());
  ann_.mutter(R"({"type":"ping","id":"over"})");
  core_.settle();
  const auto heard = ann_.take();
  ASSERT_EQ(types(heard), Names{"error"});
  EXPECT_EQ(heard[0].at("code"), "unavailable");
  EXPECT_EQ(heard[0].at("id"), "over");
  finish();
  EXPECT_EQ(only(ann_.take(), "pong").size(), 4096U);
}

TEST_P(RequestOrder, ANameThatWaitsNamesInItsTurn) {
  ann_.mutter(R"({"type":"join","room":"general"})");
  ann_.mutter(R"({"type":"history","room":"general","user":"ann","id":"1"})");
  ann_.mutter(R"({"type":"join","room":"other","user":"bob","id":"2"})");
  EXPECT_TRUE(ann_.session()->guest());
  finish();
  EXPECT_EQ(ann_.session()->user(), "ann");
  const auto heard = ann_.take();
  EXPECT_EQ(only(heard, "ack").size(), 1U);
  ASSERT_EQ(only(heard, "error").size(), 1U);
  EXPECT_EQ(only(heard, "error")[0].at("id"), "2");
  EXPECT_EQ(only(heard, "error")[0].at("code"), "forbidden");
}

TEST_P(RequestOrder, WhatTheBrokerDoesNotConfirmIsUnavailable) {
  join(ann_, "ann");
  ann_.mutter(R"({"type":"chat","text":"hi","id":"1"})");
  core_.broker.failing = true;
  ann_.mutter(R"({"type":"history","room":"general","id":"2"})");
  finish();
  const auto heard = ann_.take();
  const auto errors = only(heard, "error");
  ASSERT_FALSE(errors.empty());
  EXPECT_EQ(errors.back().at("id"), "2");
  EXPECT_EQ(errors.back().at("code"), "unavailable");
  core_.broker.failing = false;
  ann_.mutter(R"({"type":"chat","text":"again","id":"3"})");
  finish();
  EXPECT_EQ(only(ann_.take(), "ack").size(), 1U);
}

TEST_P(RequestOrder, MembersLeaveWhileTheirCommandsAreUnderWay) {
  join(ann_, "ann");
  join(bob_, "bob");
  ann_.take();
  ann_.mutter(R"({"type":"chat","text":"hi","id":"1"})");
  core_.hub.leave(*ann_.session(), "general").value();
  finish();
  EXPECT_EQ(only(ann_.take(), "ack").size(), 1U);
  EXPECT_EQ(only(bob_.take(), "chat").size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(LateBroker, RequestOrder, ::testing::Values(Late::requests, Late::answers),
                         [](const auto& info) {
                           return info.param == Late::requests ? "Requests" : "Answers";
                         });

}  // namespace
}  // namespace confab::testing
