// SPDX-License-Identifier: MIT
#include "broker/memory_broker.hpp"

#include <gtest/gtest.h>

#include "support/fake_loop.hpp"

namespace confab {
namespace {

using From = HistoryQuery::From;

struct Recorder final : BrokerEvents {
  std::vector<EventPtr> events;
  std::vector<std::string> resets;
  bool up = false;

  void on_publication(const EventPtr& event) override { events.push_back(event); }

  void on_reset(std::string_view room, std::string_view, std::uint64_t, std::string_view reason) override {
    resets.push_back(std::string(room) + " " + std::string(reason));
  }

  void on_link(bool now_up) override { up = now_up; }
};

class MemoryBrokerTest : public ::testing::Test {
 protected:
  MemoryBrokerTest() { broker_.start(recorder_); }

  result<Published> publish(std::string_view room, std::string_view text, std::string_view id = "",
                            EventClass kind = EventClass::stored) {
    Publication publication;
    publication.room = room;
    publication.name = "chat";
    publication.user = "ann";
    publication.scope = "ann";
    publication.id = id;
    publication.body = text;
    publication.kind = kind;
    result<Published> answer = Fault{};
    const std::size_t before = recorder_.events.size();
    broker_.publish(publication, [&](const result<Published>& published) {
      // Promise 5: the echo was handed over before the answer.
      if (published && !published->repeated) {
        EXPECT_EQ(recorder_.events.size(), before + 1);
      }
      answer = published;
    });
    return answer;
  }

  HistoryPage read(std::string_view room, HistoryQuery query) {
    HistoryPage page;
    broker_.read(room, query, [&](result<HistoryPage> answer) { page = std::move(*answer); });
    return page;
  }

  HistoryPage after(std::string_view room, const Cursor& cursor) {
    HistoryQuery query;
    query.from = From::cursor;
    query.cursor = cursor;
    return read(room, query);
  }

  testing::FakeLoop loop_;
  Limits limits_;
  RoomRules rules_;
  Recorder recorder_;
  MemoryBroker broker_{loop_, rules_, limits_, 3};
};

TEST_F(MemoryBrokerTest, NumbersEachRoomFromOneAndStampsAllRoomsInOneOrder) {
  EXPECT_TRUE(recorder_.up);
  EXPECT_EQ(publish("a", "1")->seq, 1U);
  EXPECT_EQ(publish("b", "2")->seq, 1U);
  EXPECT_EQ(publish("a", "3")->seq, 2U);
  ASSERT_EQ(recorder_.events.size(), 3U);
  for (std::size_t i = 1; i < 3; ++i)
    EXPECT_GT(recorder_.events[i]->stamp(), recorder_.events[i - 1]->stamp());
  EXPECT_FALSE(recorder_.events[0]->id().empty());
  EXPECT_TRUE(Cursor::parse(recorder_.events[0]->cursor()));
}

TEST_F(MemoryBrokerTest, AnEventThatIsNotStoredHasNoSeqAndNoPast) {
  EXPECT_EQ(publish("a", "1", "", EventClass::ephemeral)->seq, 0U);
  EXPECT_EQ(recorder_.events.size(), 1U);
  EXPECT_TRUE(read("a", {}).events.empty());
  EXPECT_EQ(broker_.rooms(), 0U);
}

TEST_F(MemoryBrokerTest, ARetryIsStoredOnceAndOtherContentIsAnotherMessage) {
  const auto first = publish("a", "1", "id");
  const auto again = publish("a", "1", "id");
  EXPECT_TRUE(again->repeated);
  EXPECT_EQ(again->seq, first->seq);
  EXPECT_EQ(again->stamp, first->stamp);
  EXPECT_EQ(publish("a", "2", "id")->seq, 2U);
  EXPECT_EQ(publish("b", "1", "id")->seq, 1U);
  EXPECT_EQ(recorder_.events.size(), 3U);
}

TEST_F(MemoryBrokerTest, RefusesWhatItCouldNotRecogniseAgain) {
  for (const char* id : {"1", "2", "3"})
    EXPECT_TRUE(publish("a", "x", id));
  EXPECT_EQ(publish("a", "x", "4").error().code, errc::unavailable);
  EXPECT_TRUE(publish("a", "x", "3")->repeated);
  EXPECT_TRUE(publish("a", "x"));
  loop_.advance(std::chrono::minutes(5));
  EXPECT_TRUE(publish("a", "x", "4"));
}

TEST_F(MemoryBrokerTest, ACursorReadsWhatCameAfterIt) {
  publish("a", "1");
  const auto cursor = *Cursor::parse(recorder_.events.back()->cursor());
  publish("a", "2");
  const auto page = after("a", cursor);
  ASSERT_EQ(page.events.size(), 1U);
  EXPECT_EQ(page.events[0]->body(), "2");
  EXPECT_TRUE(page.complete);
  EXPECT_TRUE(after("a", broker_.now()).events.empty());
  EXPECT_TRUE(after("never", cursor).complete);
}

TEST_F(MemoryBrokerTest, AnotherGenerationOrEpochIsNotComplete) {
  publish("a", "1");
  auto page = after("a", {"other", 1});
  EXPECT_FALSE(page.complete);
  EXPECT_FALSE(page.same_epoch);
  EXPECT_EQ(page.events.size(), 1U);
  HistoryQuery query;
  query.from = From::position;
  query.epoch = "other";
  query.seq = 1;
  page = read("a", query);
  EXPECT_FALSE(page.complete);
  EXPECT_EQ(page.top, 1U);
  query.epoch = page.epoch;
  EXPECT_TRUE(read("a", query).complete);
}

TEST_F(MemoryBrokerTest, ClearingBeginsANewEpochAndSaysSo) {
  publish("a", "1");
  const auto cursor = *Cursor::parse(recorder_.events.back()->cursor());
  const std::string epoch = read("a", {}).epoch;
  broker_.clear("a");
  EXPECT_EQ(recorder_.resets, std::vector<std::string>{"a epoch"});
  EXPECT_NE(read("a", {}).epoch, epoch);
  EXPECT_FALSE(after("a", cursor).complete);
  EXPECT_EQ(broker_.history_bytes(), 0U);
  EXPECT_EQ(publish("a", "2")->seq, 1U);
}

TEST_F(MemoryBrokerTest, ACursorOfNowCoversNothingThatIsStoredInTheSameMicrosecond) {
  const auto cursor = broker_.now();
  publish("a", "1");
  EXPECT_EQ(after("a", cursor).events.size(), 1U);
  EXPECT_TRUE(after("a", cursor).complete);
}

TEST_F(MemoryBrokerTest, ARetryAfterAClearingNamesThePositionOfThen) {
  const auto first = publish("a", "1", "id");
  broker_.clear("a");
  const auto again = publish("a", "1", "id");
  EXPECT_TRUE(again->repeated);
  EXPECT_EQ(again->epoch, first->epoch);
  EXPECT_EQ(again->seq, first->seq);
  EXPECT_EQ(read("a", {}).top, 0U);
}

TEST_F(MemoryBrokerTest, ClearingOneRoomDoesNotSpoilTheCursorsOfOthers) {
  publish("a", "1");
  publish("b", "1");
  const auto cursor = broker_.now();
  broker_.clear("a");
  publish("c", "1");
  EXPECT_FALSE(after("a", cursor).complete);
  EXPECT_TRUE(after("b", cursor).complete);
  EXPECT_TRUE(after("c", cursor).complete);
  EXPECT_TRUE(after("never", cursor).complete);
}

TEST_F(MemoryBrokerTest, HistoriesTogetherStayWithinTheirMemory) {
  publish("idle", "1");
  limits_.history_memory = broker_.history_bytes() * 3;
  for (int i = 0; i < 100; ++i)
    publish("busy", "1");
  EXPECT_LE(broker_.history_bytes(), limits_.history_memory);
  EXPECT_TRUE(read("idle", {}).events.empty());
  EXPECT_EQ(read("idle", {}).top, 1U);
  EXPECT_FALSE(read("busy", {}).events.empty());
}

TEST_F(MemoryBrokerTest, RoomsAreBoundedAndKnownOnesGoOn) {
  limits_.rooms = 1;
  EXPECT_TRUE(publish("a", "1"));
  EXPECT_EQ(publish("b", "1").error().code, errc::unavailable);
  errc refused = errc::internal;
  broker_.subscribe("b", [&](result<void> answer) { refused = answer.error().code; });
  EXPECT_EQ(refused, errc::unavailable);
  EXPECT_TRUE(publish("a", "2"));
}

TEST_F(MemoryBrokerTest, EventsAgeOutAndARoomIsForgottenWhenNobodyNeedsIt) {
  publish("a", "1");
  const auto cursor = Cursor{broker_.now().generation, 1};
  loop_.advance(std::chrono::hours(1) + Milliseconds(20));
  EXPECT_EQ(broker_.history_bytes(), 0U);
  EXPECT_EQ(read("a", {}).top, 1U);
  loop_.advance(std::chrono::hours(24));
  EXPECT_EQ(broker_.rooms(), 0U);
  EXPECT_EQ(loop_.timers().size(), 0U);
  EXPECT_FALSE(after("a", cursor).complete);
  EXPECT_TRUE(after("a", broker_.now()).complete);
  publish("a", "2");
  EXPECT_FALSE(after("a", cursor).complete) << "the new epoch doesn't know what the old one had";
}

TEST_F(MemoryBrokerTest, ARoomWithMembersIsNotForgotten) {
  broker_.subscribe("a", [](result<void>) {});
  publish("a", "1");
  loop_.advance(std::chrono::hours(48));
  EXPECT_EQ(broker_.rooms(), 1U);
  broker_.unsubscribe("a");
  loop_.advance(std::chrono::hours(25));
  EXPECT_EQ(broker_.rooms(), 0U);
}

TEST_F(MemoryBrokerTest, TwentyThousandRoomsUsedOnceLeaveNothing) {
  for (int i = 0; i < 20'000; ++i)
    publish("room" + std::to_string(i), "1");
  EXPECT_EQ(broker_.rooms(), 20'000U);
  recorder_.events.clear();
  loop_.advance(std::chrono::hours(1) + Milliseconds(20));
  loop_.advance(std::chrono::hours(24));
  EXPECT_EQ(broker_.rooms(), 0U);
  EXPECT_EQ(broker_.history_bytes(), 0U);
}

TEST_F(MemoryBrokerTest, NamesItsRoomsInOrderAndTheServersOnlyWhereTheyAreAskedFor) {
  for (const auto* room : {"b", "a2", "@ann", "@bob", "$all", "a1", "~z"})
    publish(room, "\"text\":1");
  const auto names = [&](const RoomQuery& query) {
    std::string out;
    broker_.list(query, [&](const result<RoomNames>& rooms) {
      ASSERT_TRUE(rooms);
      for (const auto& name : rooms->names)
        out += name + " ";
      out += rooms->more ? "+" : ".";
    });
    return out;
  };
  EXPECT_EQ(names({"", "", 10}), "a1 a2 b ~z .");
  EXPECT_EQ(names({"", "", 4}), "a1 a2 b ~z .");
  EXPECT_EQ(names({"", "", 3}), "a1 a2 b +");
  EXPECT_EQ(names({"", "a1", 2}), "a2 b +");
  EXPECT_EQ(names({"", "~z", 2}), ".");
  EXPECT_EQ(names({"a", "", 10}), "a1 a2 .");
  EXPECT_EQ(names({"a", "a1", 10}), "a2 .");
  EXPECT_EQ(names({"@", "", 10}), "@ann @bob .");
  EXPECT_EQ(names({"$", "", 10}), "$all .");
  EXPECT_EQ(names({"x", "", 10}), ".");
}

}  // namespace
}  // namespace confab
