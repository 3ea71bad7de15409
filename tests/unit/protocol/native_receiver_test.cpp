// SPDX-License-Identifier: MIT
// The other forms of a message than bare JSON: MessagePack, and the envelope.
#include "protocol/native/receiver.hpp"

#include <gtest/gtest.h>

#include <string>

#include "confab/base/text_of_bytes.hpp"
#include "support/core_fixture.hpp"
#include "support/gzip.hpp"

namespace confab::testing {
namespace {

using json = nlohmann::json;
using Names = std::vector<std::string>;

class NativeReceiver : public ::testing::Test {
 protected:
  std::vector<json> say_bytes(NativeClient& client, std::string_view bytes) {
    core_.receiver.on_msgpack(*client.session(), bytes);
    return client.hear();
  }

  std::vector<json> say_msgpack(NativeClient& client, const json& message) {
    const auto packed = json::to_msgpack(message);
    return say_bytes(client, {reinterpret_cast<const char*>(packed.data()), packed.size()});
  }

  static std::string enveloped(std::string_view message) {
    return json{{"compressed", false}, {"data", message}}.dump();
  }

  static std::string zipped(std::string_view message) {
    return json{{"compressed", true}, {"data", base64_encode(test::gzip(message))}}.dump();
  }

  static json only_error(const std::vector<json>& heard) {
    EXPECT_EQ(types(heard), Names{"error"});
    return heard.empty() ? json::object() : heard.front();
  }

  CoreFixture core_;
  NativeClient ann_{core_};
};

TEST_F(NativeReceiver, TakesCommandsInMessagePack) {
  EXPECT_EQ(types(say_msgpack(ann_, json{{"type", "ping"}})), Names{"pong"});
  EXPECT_EQ(
      types(say_msgpack(ann_, json{{"type", "join"}, {"room", "general"}, {"user", "ann"}, {"id", "j"}})),
      (Names{"joined", "ack"}));
  const auto heard = say_msgpack(
      ann_, json{{"type", "chat"}, {"text", "h\"i"}, {"photo", json::binary({1, 2, 255})}, {"half", 0.5}});
  ASSERT_EQ(types(heard), Names{"chat"});
  EXPECT_EQ(heard[0].at("text"), "h\"i");
  EXPECT_EQ(heard[0].at("photo"), (json{{"$binary", "AQL/"}}));
  EXPECT_EQ(heard[0].at("half"), 0.5);
}

TEST_F(NativeReceiver, AnswersWhatIsNoMessageInMessagePack) {
  for (const std::string_view bytes :
       {"", "\xc1", "\x90", "\xc0", "\x01", "\xa4ping", "\x81\xa4type", "\x81\x01\x02",
        "\x81\xa4type\xa4ping\xc0", "\x81\xa4type\xd4\x01\x02"}) {
    const json error = only_error(say_bytes(ann_, bytes));
    EXPECT_EQ(error.value("code", ""), "bad_message");
    EXPECT_FALSE(error.value("message", "").empty());
  }
  const json error = only_error(say_msgpack(ann_, json{{"id", "1"}, {"type", 7}}));
  EXPECT_EQ(error.value("field", ""), "type");
  EXPECT_EQ(error.value("id", ""), "1");
  EXPECT_EQ(types(say_msgpack(ann_, json{{"type", "ping"}})), Names{"pong"});
}

TEST_F(NativeReceiver, OfKeysThatComeTwiceTheLastCountsAsInJson) {
  EXPECT_EQ(types(say_bytes(ann_, "\x82\xa4type\xa5nonsx\xa4type\xa4ping")), Names{"pong"});
}

TEST_F(NativeReceiver, TakesMessagesOutOfEnvelopes) {
  EXPECT_EQ(types(ann_.say(enveloped(R"({"type":"ping"})"))), Names{"pong"});
  EXPECT_EQ(types(ann_.say(zipped(R"( {"type":"ping"} )"))), Names{"pong"});
  const auto heard = ann_.say(zipped(R"({"type":"join","room":"general","user":"ann","id":"j1"})"));
  ASSERT_EQ(types(heard), (Names{"joined", "ack"}));
  EXPECT_EQ(heard[1].at("id"), "j1");
  const auto chats = ann_.say(enveloped(R"({"type":"chat","text":"hi","data":"d","compressed":true})"));
  ASSERT_EQ(types(chats), Names{"chat"});
  EXPECT_EQ(chats[0].at("data"), "d");
}

TEST_F(NativeReceiver, TakesEnvelopesInMessagePackToo) {
  EXPECT_EQ(types(say_msgpack(ann_, json::parse(zipped(R"({"type":"ping"})")))), Names{"pong"});
}

TEST_F(NativeReceiver, AnswersWhatIsWrongInsideByItsId) {
  const json error = only_error(ann_.say(zipped(R"({"type":"shout","id":"7"})")));
  EXPECT_EQ(error.value("code", ""), "unknown_type");
  EXPECT_EQ(error.value("id", ""), "7");
}

TEST_F(NativeReceiver, AnEnvelopeIsNoMessageForAnother) {
  for (const std::string& text :
       {enveloped(enveloped(R"({"type":"ping"})")), zipped(zipped(R"({"type":"ping"})"))}) {
    const json error = only_error(ann_.say(text));
    EXPECT_EQ(error.value("code", ""), "bad_message");
    EXPECT_EQ(error.value("field", ""), "type");
  }
}

TEST_F(NativeReceiver, AnswersEnvelopesThatCannotBeOpened) {
  const auto refused = [&](std::string_view text) {
    const json error = only_error(ann_.say(text));
    return error.value("code", "") + " " + error.value("field", "");
  };
  EXPECT_EQ(refused(R"({"compressed":"yes","data":""})"), "bad_message compressed");
  EXPECT_EQ(refused(R"({"compressed":false,"data":7})"), "bad_message data");
  EXPECT_EQ(refused(R"({"compressed":true,"data":"{}"})"), "bad_message data");
  EXPECT_EQ(refused(enveloped("not json")), "bad_message ");
  EXPECT_EQ(refused(zipped("[]")), "bad_message ");
  EXPECT_EQ(refused(zipped("\xff")), "bad_message ");
}

TEST_F(NativeReceiver, TheMessageLimitHoldsInside) {
  core_.limits.message_size = 2000;
  std::string message = R"({"type":"ping","more":"")";
  message += std::string(2000 - message.size() - 1, ' ') + "}";
  ASSERT_EQ(message.size(), 2000U);
  EXPECT_EQ(types(ann_.say(zipped(message))), Names{"pong"});
  const json error = only_error(ann_.say(zipped(message + " ")));
  EXPECT_EQ(error.value("code", ""), "too_large");
  EXPECT_EQ(error.value("field", ""), "data");
  EXPECT_EQ(only_error(ann_.say(zipped(std::string(10'000'000, ' ')))).value("code", ""), "too_large");
}

TEST_F(NativeReceiver, RefusedOnesCountTowardsTheFloodLimit) {
  for (std::size_t i = 0; i < core_.limits.flood + 1 && !ann_.ended(); ++i) {
    core_.receiver.on_msgpack(*ann_.session(), "\xc1");
    core_.settle();
  }
  EXPECT_TRUE(ann_.ended());
}

TEST_F(NativeReceiver, ABatchIsAppliedMessageByMessage) {
  ann_.say(R"({"type":"join","room":"r","user":"ann"})");
  const auto heard = ann_.say(
      R"({"type":"batch","messages":[{"type":"chat","text":"one","id":"a"},{"type":"chat"},{"type":"nonsense","id":"b"},
          {"type":"typing","isTyping":true,"id":"c"}]})");
  ASSERT_EQ(types(heard), (Names{"chat", "ack", "error", "error", "ack"}));
  EXPECT_EQ(heard[1].at("id"), "a");
  EXPECT_EQ(heard[2].at("field"), "text");
  EXPECT_EQ(heard[3].at("id"), "b");
  EXPECT_EQ(heard[3].at("code"), "unknown_type");
  EXPECT_EQ(heard[4].at("id"), "c");
}

TEST_F(NativeReceiver, ABatchWithAnIdIsAcknowledgedAfterAllInIt) {
  core_.broker.publishing = DelayedBroker::Late::answers;
  ann_.mutter(
      R"({"type":"batch","id":"all","messages":[{"type":"join","room":"r","id":"j"},{"type":"chat","room":"r","text":"x","id":"c"}]})");
  EXPECT_EQ(types(ann_.hear()), (Names{"joined", "ack", "chat"}));
  core_.broker.release_all();
  const auto heard = ann_.hear();
  ASSERT_EQ(types(heard), (Names{"ack", "ack"}));
  EXPECT_EQ(heard[0].at("id"), "c");
  EXPECT_EQ(heard[1], (json{{"type", "ack"}, {"id", "all"}}));
}

TEST_F(NativeReceiver, ABatchNamesNobody) {
  const auto heard = ann_.say(R"({"type":"batch","id":"b","user":7,"messages":[{"type":"ping"}]})");
  EXPECT_EQ(types(heard), (Names{"pong", "ack"}));
  ann_.say(R"({"type":"batch","id":"c","user":"zoe","messages":[{"type":"ping"}]})");
  EXPECT_TRUE(ann_.session()->guest());
}

TEST_F(NativeReceiver, ABatchIsRefusedByItsBounds) {
  const auto with = [&](int count) {
    json messages = json::array();
    for (int i = 0; i < count; ++i)
      messages.push_back({{"type", "ping"}});
    return json{{"type", "batch"}, {"messages", messages}}.dump();
  };
  core_.limits.message_burst = 1000;
  EXPECT_EQ(types(ann_.say(with(100))), Names(100, "pong"));
  for (const std::string& text : {with(101), with(0), std::string(R"({"type":"batch"})"),
                                  std::string(R"({"type":"batch","messages":{}})")}) {
    const json error = only_error(ann_.say(text));
    EXPECT_EQ(error.value("code", ""), "bad_message");
    EXPECT_EQ(error.value("field", ""), "messages");
  }
  EXPECT_EQ(only_error(ann_.say(R"({"type":"batch","id":"b"})")).value("id", ""), "b");
}

TEST_F(NativeReceiver, ABatchHoldsObjectsAndNoOtherBatch) {
  const auto heard = ann_.say(
      R"({"type":"batch","messages":[7,{"type":"batch","id":"in","messages":[{"type":"ping"}]},{"id":9,"type":"ping"},{},{"type":"ping"}]})");
  ASSERT_EQ(types(heard), (Names{"error", "error", "error", "error", "pong"}));
  EXPECT_EQ(heard[0].at("field"), "messages");
  EXPECT_EQ(heard[1].at("id"), "in");
  EXPECT_EQ(heard[1].at("field"), "type");
  EXPECT_EQ(heard[2].at("field"), "id");
  EXPECT_EQ(heard[3].at("field"), "type");
}

TEST_F(NativeReceiver, EachMessageOfABatchCountsAgainstThePace) {
  core_.limits.message_burst = 3;
  const auto heard = ann_.say(
      R"({"type":"batch","messages":[{"type":"ping"},{"type":"ping"},{"type":"ping"},{"type":"ping","id":"4"}]})");
  ASSERT_EQ(types(heard), (Names{"pong", "pong", "pong", "error"}));
  EXPECT_EQ(heard[3].at("code"), "rate_limited");
  EXPECT_EQ(heard[3].at("id"), "4");
}

}  // namespace
}  // namespace confab::testing
