// SPDX-License-Identifier: MIT
#include "confab/core/dispatcher.hpp"

#include <gtest/gtest.h>

#include "support/core_fixture.hpp"

namespace confab::testing {
namespace {

using Names = std::vector<std::string>;
using json = nlohmann::json;

/// An HTTP request that waits for the answer to what it carried.
class Waiter final : public Answer {
 public:
  void on_answer(const Reply& reply) override {
    ++answers;
    name = reply.name;
    correlation = reply.correlation;
    members = reply.members;
  }

  AnswerPtr next() override { return parts.emplace_back(new Waiter); }

  int answers = 0;
  std::vector<boost::intrusive_ptr<Waiter>> parts;
  std::string name;
  std::string correlation;
  std::string members;
};

using WaiterPtr = boost::intrusive_ptr<Waiter>;

WaiterPtr ask(CoreFixture& core, NativeClient& client, std::string_view text) {
  WaiterPtr waiter(new Waiter);
  core.receiver.on_text(*client.session(), text, waiter);
  return waiter;
}

json refused(NativeClient& client, std::string_view text) {
  const auto heard = client.say(text);
  EXPECT_EQ(types(heard), Names{"error"}) << text;
  return heard.empty() ? json::object() : heard.front();
}

TEST(Dispatcher, RefusesWhatIsNoCommand) {
  CoreFixture core;
  NativeClient ann(core);
  for (const char* text :
       {"", "nonsense", "[]", "7", "null", "{", R"({"type":"ping"}x)", "\"ping\"", "{\"a\":\"\xff\"}"}) {
    const json error = refused(ann, text);
    EXPECT_EQ(error.value("code", ""), "bad_message") << text;
    EXPECT_FALSE(error.value("message", "").empty()) << text;
    EXPECT_FALSE(error.contains("id")) << text;
  }
  EXPECT_EQ(types(ann.say(R"({"type":"ping"})")), Names{"pong"});
}

TEST(Dispatcher, RefusesAMissingOrWrongTypeByTheMessagesId) {
  CoreFixture core;
  NativeClient ann(core);
  for (const char* text : {R"({"id":"1"})", R"({"type":7,"id":"1"})", R"({"type":null,"id":"1"})"}) {
    const json error = refused(ann, text);
    EXPECT_EQ(error.value("code", ""), "bad_message") << text;
    EXPECT_EQ(error.value("field", ""), "type") << text;
    EXPECT_EQ(error.value("id", ""), "1") << text;
  }
}

TEST(Dispatcher, RefusesATypeThatThereIsNot) {
  CoreFixture core;
  NativeClient ann(core);
  for (const char* type : {"shout", "", "Chat", "joined", "ack", "error", "user_joined", "connected"}) {
    const json error = refused(ann, R"({"id":"1","type":")" + std::string(type) + "\"}");
    EXPECT_EQ(error.value("code", ""), "unknown_type") << type;
    EXPECT_EQ(error.value("id", ""), "1");
  }
}

TEST(Dispatcher, AnIdIsAStringOfOneToSixtyFourBytes) {
  CoreFixture core;
  NativeClient ann(core);
  const auto ping = [](const std::string& id) { return R"({"type":"ping","id":)" + id + '}'; };
  for (const std::string& id : {std::string("7"), std::string("true"), std::string("{}"), std::string("\"\""),
                                '"' + std::string(65, 'i') + '"'}) {
    const json error = refused(ann, ping(id));
    EXPECT_EQ(error.value("code", ""), "bad_message") << id;
    EXPECT_EQ(error.value("field", ""), "id") << id;
    EXPECT_FALSE(error.contains("id"));
  }
  EXPECT_EQ(ann.say(ping('"' + std::string(64, 'i') + '"'))[0].at("id"), std::string(64, 'i'));
  EXPECT_FALSE(ann.say(ping("null"))[0].contains("id"));
}

TEST(Dispatcher, HoldsASessionToItsPace) {
  Limits limits;
  limits.messages_per_second = 10;
  limits.message_burst = 3;
  CoreFixture core({}, limits);
  NativeClient ann(core);
  NativeClient bob(core);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(types(ann.say(R"({"type":"ping"})")), Names{"pong"});
  const json error = refused(ann, R"({"type":"ping","id":"1"})");
  EXPECT_EQ(error.value("code", ""), "rate_limited");
  EXPECT_EQ(error.value("id", ""), "1");
  EXPECT_EQ(error.at("retryAfter"), 100);
  EXPECT_EQ(types(bob.say(R"({"type":"ping"})")), Names{"pong"}) << "each session has its own";
  core.loop.advance(Milliseconds(99));
  EXPECT_EQ(refused(ann, R"({"type":"ping"})").at("retryAfter"), 1);
  core.loop.advance(Milliseconds(1));
  EXPECT_EQ(types(ann.say(R"({"type":"ping"})")), Names{"pong"});
}

TEST(Dispatcher, WhatIsNoCommandCountsForThePaceToo) {
  Limits limits;
  limits.messages_per_second = 10;
  limits.message_burst = 3;
  CoreFixture core({}, limits);
  NativeClient ann(core);
  for (int i = 0; i < 3; ++i)
    refused(ann, "nonsense");
  EXPECT_EQ(refused(ann, R"({"type":"ping"})").value("code", ""), "rate_limited");
}

TEST(Dispatcher, EndsASessionThatIsRefusedTooOften) {
  Limits limits;
  limits.messages_per_second = 0;
  CoreFixture core({}, limits);
  NativeClient ann(core);
  for (int i = 0; i < 199; ++i)
    refused(ann, R"({"type":"shout"})");
  EXPECT_FALSE(ann.transport().closed);
  EXPECT_EQ(types(ann.say(R"({"type":"ping"})")), Names{"pong"});
  ann.mutter("nonsense");
  core.settle();
  EXPECT_EQ(ann.transport().closed, CloseReason::flood);
}

TEST(Dispatcher, RefusalsBeyondThePaceEndTheSessionAsWell) {
  Limits limits;
  limits.message_burst = 1;
  limits.flood = 5;
  CoreFixture core({}, limits);
  NativeClient ann(core);
  for (int i = 0; i < 6; ++i)
    ann.mutter(R"({"type":"ping"})");
  core.settle();
  EXPECT_EQ(ann.transport().closed, CloseReason::flood);
}

TEST(Dispatcher, DoesNothingMoreForASessionThatIsClosing) {
  CoreFixture core;
  NativeClient ann(core);
  NativeClient bob(core);
  ann.say(R"({"type":"join","room":"general","user":"ann"})");
  bob.say(R"({"type":"join","room":"general","user":"bob"})");
  ann.take();
  ann.session()->close(CloseReason::policy);
  ann.mutter(R"({"type":"chat","text":"last words"})");
  ann.mutter("nonsense");
  EXPECT_EQ(types(bob.hear()), Names{"user_left"});
}

TEST(Dispatcher, GivesTheAnswerToWhoAskedForItAndTheRestToTheSession) {
  CoreFixture core;
  NativeClient ann(core);
  const auto join = ask(core, ann, R"({"type":"join","room":"general","user":"ann","id":"j"})");
  EXPECT_EQ(join->answers, 1);
  EXPECT_EQ(join->name, "ack");
  EXPECT_EQ(join->correlation, "\"j\"");
  EXPECT_EQ(join->members, R"("room":"general")");
  EXPECT_EQ(types(ann.hear()), Names{"joined"});
  const auto chat = ask(core, ann, R"({"type":"chat","text":"hi"})");
  EXPECT_EQ(chat->answers, 1);
  EXPECT_EQ(chat->name, "ack");
  EXPECT_EQ(chat->correlation, "");
  EXPECT_EQ(chat->members, "") << "without an id a bare ack";
  EXPECT_EQ(types(ann.hear()), Names{"chat"});
  const auto ping = ask(core, ann, R"({"type":"ping"})");
  EXPECT_EQ(ping->name, "pong");
  const auto bad = ask(core, ann, R"({"type":"leave","room":"other","id":"l"})");
  EXPECT_EQ(bad->answers, 1);
  EXPECT_EQ(bad->name, "error");
  EXPECT_EQ(bad->correlation, "\"l\"");
  EXPECT_NE(bad->members.find(R"("code":"not_joined")"), std::string::npos);
  const auto none = ask(core, ann, "nonsense");
  EXPECT_EQ(none->answers, 1);
  EXPECT_EQ(none->name, "error");
  EXPECT_TRUE(ann.hear().empty());
}

TEST(Dispatcher, AnAnswerIsLetGoWhereTheSessionIsClosing) {
  CoreFixture core;
  NativeClient ann(core);
  ann.session()->close(CloseReason::normal);
  const auto waiter = ask(core, ann, R"({"type":"ping"})");
  EXPECT_EQ(waiter->answers, 0);
  EXPECT_EQ(waiter->use_count(), 1U);
}

TEST(Dispatcher, DoesNotBlameAClientForWhatTheBrokerCannotDo) {
  Limits limits;
  limits.flood = 3;
  CoreFixture core({}, limits);
  NativeClient ann(core);
  ann.say(R"({"type":"join","room":"general","user":"ann"})");
  core.broker.failing = true;
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(ann.say(R"({"type":"chat","text":"x"})").at(0).at("code"), "unavailable");
  EXPECT_FALSE(ann.ended());
  EXPECT_EQ(core.hub.counters().messages_refused, 10U);
  for (int i = 0; i < 3; ++i)
    ann.say(R"({"type":"chat"})");
  EXPECT_TRUE(ann.ended());
}

}  // namespace
}  // namespace confab::testing
