// SPDX-License-Identifier: MIT
#include "confab/core/hub.hpp"

#include <gtest/gtest.h>

#include "broker/memory_broker.hpp"
#include "support/fake_client.hpp"
#include "support/fake_loop.hpp"

namespace confab {
namespace {

using testing::FakeTransport;
using Texts = std::vector<std::string>;

class HubTest : public ::testing::Test {
 protected:
  HubTest() { broker_.start(hub_); }

  Session& open(FakeTransport& transport, std::string_view user = "", const Codec* codec = nullptr) {
    Session* session = hub_.open(transport, codec ? *codec : codec_);
    EXPECT_NE(session, nullptr);
    transport.session = session;
    if (!user.empty()) {
      EXPECT_TRUE(hub_.name(*session, user));
    }
    return *session;
  }

  result<Room*> enter(Session& session, std::string_view room) {
    result<Room*> answer = Fault{};
    hub_.enter(session, room, Member::kEverything, [&](const result<Room*>& entered) { answer = entered; });
    return answer;
  }

  void publish(std::string_view room, std::string_view body, EventClass kind = EventClass::stored,
               Audience audience = Audience::everyone, const Session* from = nullptr) {
    Publication publication;
    publication.room = room;
    publication.name = "chat";
    publication.user = from ? std::string_view(from->user()) : "";
    publication.body = body;
    publication.kind = kind;
    publication.audience = audience;
    publication.origin = from ? from->number() : 0;
    broker_.publish(publication, [](const result<Published>& answer) { EXPECT_TRUE(answer); });
  }

  testing::FakeLoop loop_;
  Limits limits_;
  RoomRules rules_;
  testing::PlainCodec codec_;
  MemoryBroker broker_{loop_, rules_, limits_};
  Hub hub_{loop_, broker_, rules_, limits_, "node"};
};

TEST_F(HubTest, AMemberGetsWhatIsPublishedAndOthersDont) {
  FakeTransport in;
  FakeTransport out;
  enter(open(in), "general");
  open(out);
  publish("general", "1");
  EXPECT_TRUE(in.got.empty()) << "nothing is written before the turn ends";
  loop_.end_turn();
  EXPECT_EQ(in.take(), Texts{"chat general  1"});
  EXPECT_TRUE(out.got.empty());
}

TEST_F(HubTest, EncodesOnceAFormatAndWakesOnceASessionAndTurn) {
  testing::PlainCodec other(1);
  std::vector<FakeTransport> transports(50);
  for (std::size_t i = 0; i < transports.size(); ++i) {
    enter(open(transports[i], "", i % 2 == 0 ? &codec_ : &other), "general");
  }
  loop_.end_turn();
  for (auto& transport : transports)
    transport.wakes = 0;
  for (int i = 0; i < 10; ++i)
    publish("general", std::to_string(i));
  loop_.end_turn();
  EXPECT_EQ(codec_.encoded, 10);
  EXPECT_EQ(other.encoded, 10);
  EXPECT_EQ(hub_.counters().encodes, 20U);
  EXPECT_EQ(hub_.counters().deliveries, 500U);
  for (auto& transport : transports) {
    EXPECT_EQ(transport.wakes, 1);
    EXPECT_EQ(transport.got.size(), 10U);
  }
}

TEST_F(HubTest, EverySessionIsInAllAndInItsPersonalRoom) {
  FakeTransport ann;
  FakeTransport guest;
  open(ann, "ann");
  open(guest);
  publish("$all", "1");
  publish("@ann", "2");
  loop_.end_turn();
  EXPECT_EQ(ann.take(), (Texts{"chat $all  1", "chat @ann  2"}));
  EXPECT_EQ(guest.take(), Texts{"chat $all  1"});
}

TEST_F(HubTest, AnAudienceLeavesOutTheSenderOrItsUser) {
  FakeTransport first;
  FakeTransport second;
  Session& sender = open(first, "ann");
  enter(sender, "general");
  enter(open(second, "ann"), "general");
  loop_.end_turn();
  first.take();
  second.take();
  publish("general", "1", EventClass::stored, Audience::not_the_session, &sender);
  loop_.end_turn();
  EXPECT_TRUE(first.take().empty());
  EXPECT_EQ(second.take().size(), 1U);
  publish("general", "2", EventClass::stored, Audience::not_the_user, &sender);
  loop_.end_turn();
  EXPECT_TRUE(second.take().empty());
}

TEST_F(HubTest, AUserIsAnnouncedOnceAndNotToItself) {
  FakeTransport watcher;
  FakeTransport phone;
  FakeTransport laptop;
  enter(open(watcher, "bob"), "general");
  loop_.end_turn();
  EXPECT_TRUE(watcher.take().empty());
  Session& first = open(phone, "ann");
  enter(first, "general");
  loop_.end_turn();
  EXPECT_EQ(watcher.take(), Texts{"user_joined general ann "});
  EXPECT_TRUE(phone.take().empty());
  enter(open(laptop, "ann"), "general");
  hub_.leave(first, "general");
  loop_.end_turn();
  EXPECT_TRUE(watcher.take().empty());
  laptop.session->close(CloseReason::normal);
  loop_.end_turn();
  EXPECT_EQ(watcher.take(), Texts{"user_left general ann "});
}

TEST_F(HubTest, AComingIsToldBeforeWhatTheNewcomerSaysInTheSameTurn) {
  FakeTransport watcher;
  FakeTransport newcomer;
  enter(open(watcher, "bob"), "general");
  loop_.end_turn();
  Session& ann = open(newcomer, "ann");
  enter(ann, "general");
  publish("general", "hi", EventClass::stored, Audience::everyone, &ann);
  loop_.end_turn();
  EXPECT_EQ(watcher.take(), (Texts{"user_joined general ann ", "chat general ann hi"}));
  EXPECT_EQ(newcomer.take(), Texts{"chat general ann hi"});
}

TEST_F(HubTest, TheLastOfATurnWinsForEachUser) {
  FakeTransport watcher;
  FakeTransport restless;
  enter(open(watcher, "bob"), "general");
  loop_.end_turn();
  Session& ann = open(restless, "ann");
  for (int i = 0; i < 3; ++i) {
    enter(ann, "general");
    hub_.leave(ann, "general");
  }
  enter(ann, "general");
  loop_.end_turn();
  EXPECT_EQ(watcher.take(), Texts{"user_joined general ann "});
}

TEST_F(HubTest, AGuestThatGetsANameJoinsTheRoomsItIsIn) {
  FakeTransport watcher;
  FakeTransport guest;
  enter(open(watcher, "bob"), "general");
  Session& session = open(guest);
  enter(session, "general");
  loop_.end_turn();
  EXPECT_TRUE(watcher.take().empty());
  EXPECT_TRUE(session.user().starts_with("guest-"));
  ASSERT_TRUE(hub_.name(session, "ann"));
  loop_.end_turn();
  EXPECT_EQ(watcher.take(), Texts{"user_joined general ann "});
  EXPECT_TRUE(hub_.name(session, "ann"));
  EXPECT_EQ(hub_.name(session, "eve").error().code, errc::forbidden);
  FakeTransport another;
  EXPECT_EQ(hub_.name(open(another), "@eve").error().code, errc::bad_message);
}

TEST_F(HubTest, LeavingTheLastMemberForgetsTheRoom) {
  FakeTransport transport;
  Session& session = open(transport);
  enter(session, "general");
  EXPECT_NE(hub_.find_room("general"), nullptr);
  EXPECT_TRUE(hub_.leave(session, "general"));
  EXPECT_EQ(hub_.find_room("general"), nullptr);
  EXPECT_EQ(hub_.leave(session, "general").error().code, errc::not_joined);
}

TEST_F(HubTest, ASessionIsInAtMostSoManyRooms) {
  limits_.rooms_per_session = 2;
  FakeTransport transport;
  Session& session = open(transport, "ann");
  EXPECT_TRUE(enter(session, "a"));
  EXPECT_TRUE(enter(session, "b"));
  EXPECT_EQ(enter(session, "c").error().code, errc::too_many_rooms);
  EXPECT_TRUE(enter(session, "a"));
  hub_.leave(session, "a");
  EXPECT_TRUE(enter(session, "c"));
}

TEST_F(HubTest, ConnectionsAreBounded) {
  limits_.connections = 1;
  FakeTransport first;
  FakeTransport second;
  Session& session = open(first);
  EXPECT_EQ(hub_.open(second, codec_), nullptr);
  EXPECT_EQ(hub_.counters().sessions_rejected, 1U);
  session.close(CloseReason::normal);
  loop_.end_turn();
  EXPECT_NE(hub_.open(second, codec_), nullptr);
}

TEST_F(HubTest, ASessionBehindLosesEphemeralEventsFromAQuarterOfItsBound) {
  limits_.queue_size = 4000;
  FakeTransport slow;
  enter(open(slow), "general");
  slow.slow = true;
  publish("general", std::string(980, 'x'));
  publish("general", "1", EventClass::ephemeral);
  EXPECT_EQ(hub_.counters().ephemeral_dropped, 0U);
  publish("general", "2", EventClass::ephemeral);
  EXPECT_EQ(hub_.counters().ephemeral_dropped, 1U);
  publish("general", "3");
  EXPECT_EQ(slow.session->queue().size(), 3U);
}

TEST_F(HubTest, ASessionOverItsBoundIsClosedAndItsRoomGoesOn) {
  limits_.queue_size = 1000;
  FakeTransport slow;
  FakeTransport quick;
  enter(open(slow), "general");
  enter(open(quick), "general");
  slow.slow = true;
  for (int i = 0; i < 10; ++i) {
    publish("general", std::string(200, 'x'));
    loop_.end_turn();
  }
  EXPECT_EQ(slow.closed, CloseReason::slow_consumer);
  EXPECT_EQ(quick.take().size(), 10U);
  EXPECT_EQ(hub_.counters().slow_consumers, 1U);
  EXPECT_EQ(hub_.sessions(), 1U);
}

TEST_F(HubTest, ReadingPausesAboveHalfTheBoundAndGoesOnBelowAQuarter) {
  limits_.queue_size = 1000;
  FakeTransport slow;
  Session& session = open(slow);
  enter(session, "general");
  slow.slow = true;
  publish("general", std::string(300, 'x'));
  EXPECT_FALSE(session.reading_paused());
  publish("general", std::string(300, 'x'));
  EXPECT_TRUE(session.reading_paused());
  session.consumed(1);
  EXPECT_TRUE(session.reading_paused());
  session.consumed(1);
  EXPECT_FALSE(session.reading_paused());
}

TEST_F(HubTest, ADetachedSessionKeepsItsQueueForTheNextTransport) {
  FakeTransport first;
  FakeTransport second;
  Session& session = open(first);
  enter(session, "general");
  session.detach();
  publish("general", "1");
  publish("general", "2");
  loop_.end_turn();
  EXPECT_TRUE(first.got.empty());
  second.session = &session;
  session.attach(second);
  loop_.end_turn();
  EXPECT_EQ(second.take(), (Texts{"chat general  1", "chat general  2"}));
}

TEST_F(HubTest, WhatWasQueuedGoesWithTheClose) {
  FakeTransport transport;
  Session& session = open(transport);
  enter(session, "general");
  publish("general", "last words");
  session.close(CloseReason::disconnected);
  session.close(CloseReason::flood);
  publish("general", "too late");
  loop_.end_turn();
  EXPECT_EQ(transport.closed, CloseReason::disconnected);
  EXPECT_EQ(transport.left_over, Texts{"chat general  last words"});
}

TEST_F(HubTest, ManyRefusalsInTenSecondsEndTheSession) {
  limits_.flood = 3;
  FakeTransport transport;
  Session& session = open(transport);
  session.refused(Session::Blame::clients);
  session.refused(Session::Blame::clients);
  loop_.advance(Milliseconds(10'001));
  session.refused(Session::Blame::clients);
  session.refused(Session::Blame::clients);
  EXPECT_FALSE(session.closing());
  session.refused(Session::Blame::clients);
  loop_.end_turn();
  EXPECT_EQ(transport.closed, CloseReason::flood);
}

TEST_F(HubTest, AMemberIsToldOfAReset) {
  FakeTransport transport;
  FakeTransport other;
  enter(open(transport), "general");
  enter(open(other), "general");
  publish("general", "1");
  loop_.end_turn();
  transport.take();
  const int encoded = codec_.encoded;
  broker_.clear("general");
  loop_.end_turn();
  EXPECT_EQ(codec_.encoded, encoded + 1);
  const auto got = transport.take();
  ASSERT_EQ(got.size(), 1U);
  EXPECT_TRUE(got[0].starts_with("reset \"rooms\":[{\"room\":\"general\",\"epoch\":\""));
  EXPECT_TRUE(got[0].ends_with("\"seq\":0,\"reason\":\"epoch\"}]"));
}

TEST_F(HubTest, AnObserverGetsEventsAndIsSeenByNobody) {
  FakeTransport transport;
  Session* observer = hub_.open(transport, codec_, SessionRole::observer);
  ASSERT_NE(observer, nullptr);
  transport.session = observer;
  enter(*observer, "general");
  publish("general", "1");
  publish("$all", "2");
  loop_.end_turn();
  EXPECT_EQ(transport.take(), Texts{"chat general  1"});
  EXPECT_EQ(hub_.find_room("general")->sessions(), 0U);
}

TEST_F(HubTest, WakesABoundedNumberAPass) {
  std::vector<FakeTransport> transports(3000);
  for (auto& transport : transports)
    open(transport);
  publish("$all", "1");
  int turns = 0;
  for (; !loop_.idle() && turns < 10; ++turns)
    loop_.end_turn();
  EXPECT_EQ(turns, 3);
  for (auto& transport : transports)
    EXPECT_EQ(transport.got.size(), 1U);
}

TEST_F(HubTest, WhoIsClosedWhileOthersWaitTheirTurnIsNeverWoken) {
  std::vector<FakeTransport> transports(3000);
  for (auto& transport : transports)
    open(transport);
  for (int turn = 0; turn < 50; ++turn) {
    publish("$all", "1");
    loop_.end_turn();
  }
  // Who is closed while others still wait for their turn is gone all the same, and nobody is woken after it.
  for (std::size_t i = 0; i < transports.size(); i += 2)
    transports[i].session->close(CloseReason::normal);
  for (int turn = 0; turn < 10; ++turn)
    loop_.end_turn();
  EXPECT_TRUE(loop_.idle());
  EXPECT_EQ(hub_.sessions(), 1500U);
  for (std::size_t i = 1; i < transports.size(); i += 2)
    EXPECT_EQ(transports[i].got.size(), 50U);
}

TEST_F(HubTest, AFullRoomTakesObserversButNoMoreMembers) {
  RoomRule small;
  small.max_members = 1;
  const RoomRules rules({small});
  MemoryBroker broker(loop_, rules, limits_);
  Hub hub(loop_, broker, rules, limits_, "node");
  FakeTransport transport;
  std::vector<errc> refused;
  const auto enter = [&](SessionRole role) {
    hub.enter(*hub.open(transport, codec_, role), "general", Member::kEverything,
              [&](const result<Room*>& entered) {
                if (!entered) refused.push_back(entered.error().code);
              });
  };
  enter(SessionRole::observer);
  enter(SessionRole::client);
  enter(SessionRole::observer);
  EXPECT_TRUE(refused.empty());
  enter(SessionRole::client);
  EXPECT_EQ(refused, std::vector<errc>{errc::forbidden});
}

class LateHubTest : public ::testing::Test {
 protected:
  LateHubTest() {
    broker_.start(hub_);
    session_ = hub_.open(transport_, codec_);
    transport_.session = session_;
    broker_.answer();
  }

  void enter(std::string_view room) {
    hub_.enter(*session_, room, Member::kEverything,
               [this](const result<Room*>& entered) { entered ? ++entered_ : ++refused_; });
  }

  testing::FakeLoop loop_;
  Limits limits_;
  RoomRules rules_;
  testing::PlainCodec codec_;
  testing::LateBroker broker_;
  Hub hub_{loop_, broker_, rules_, limits_, "node"};
  FakeTransport transport_;
  Session* session_ = nullptr;
  int entered_ = 0;
  int refused_ = 0;
};

TEST_F(LateHubTest, AskingTwiceBeforeTheBrokerAnswersEntersOnce) {
  EXPECT_TRUE(hub_.linked());
  enter("general");
  enter("general");
  EXPECT_EQ(entered_, 0);
  broker_.answer();
  EXPECT_EQ(entered_, 2);
  EXPECT_EQ(hub_.find_room("general")->members().size(), 1U);
}

TEST_F(LateHubTest, ASessionThatEndsMeanwhileLeavesNoSubscription) {
  enter("general");
  session_->close(CloseReason::normal);
  loop_.end_turn();
  broker_.unsubscribed.clear();
  broker_.answer();
  EXPECT_EQ(entered_ + refused_, 0);
  EXPECT_EQ(broker_.unsubscribed, Texts{"general"});
  EXPECT_EQ(hub_.find_room("general"), nullptr);
}

TEST_F(LateHubTest, TheBoundOnRoomsHoldsForAnswersThatComeTogether) {
  limits_.rooms_per_session = 1;
  enter("a");
  enter("b");
  broker_.answer();
  EXPECT_EQ(entered_, 1);
  EXPECT_EQ(refused_, 1);
  EXPECT_EQ(broker_.unsubscribed, Texts{"b"});
}

TEST_F(LateHubTest, ARefusalOfTheBrokerIsPassedOn) {
  enter("general");
  broker_.answer(Fault{errc::unavailable});
  EXPECT_EQ(refused_, 1);
  EXPECT_EQ(hub_.find_room("general"), nullptr);
}

}  // namespace
}  // namespace confab
