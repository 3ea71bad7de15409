// SPDX-License-Identifier: MIT
#include "protocol/native/event_json.hpp"

#include <gtest/gtest.h>

#include <array>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

namespace confab::native {
namespace {

constexpr std::int64_t kTime = 1'795'514'400'123'456;  // 2026-11-24T10:00:00.123456Z

EventDraft chat() {
  EventDraft draft;
  draft.room = "general";
  draft.name = "chat";
  draft.user = "JohnDoe";
  draft.id = "m-1";
  draft.cursor = "g1.1795514400123456";
  draft.body = R"("text":"hi")";
  draft.kind = EventClass::stored;
  draft.seq = 42;
  draft.time = kTime;
  return draft;
}

EventDraft price() {
  EventDraft draft = chat();
  draft.room = "stocks:AAPL";
  draft.name = "price_update";
  draft.user = {};
  draft.shape = EventShape::data;
  draft.body = R"({"symbol":"AAPL","price":"101.20"})";
  draft.seq = 7;
  return draft;
}

std::string event_text(const EventDraft& draft, TypeMember type = TypeMember::present) {
  std::string out;
  append_event(out, *Event::make(draft), type);
  return out;
}

std::string reply_text(const Reply& reply, TypeMember type = TypeMember::present) {
  std::string out;
  append_reply(out, reply, type);
  return out;
}

TEST(EventJson, LaysAFlatEventsMembersBesideItsEnvelope) {
  EXPECT_EQ(event_text(chat()),
            R"({"type":"chat","room":"general","user":"JohnDoe","text":"hi","id":"m-1","seq":42,)"
            R"("timestamp":"2026-11-24T10:00:00.123Z"})");
}

TEST(EventJson, PutsTheValueOfACustomEventUnderData) {
  EXPECT_EQ(event_text(price()),
            R"({"type":"price_update","room":"stocks:AAPL","data":{"symbol":"AAPL","price":"101.20"},)"
            R"("id":"m-1","seq":7,"timestamp":"2026-11-24T10:00:00.123Z"})");
}

TEST(EventJson, NamesTheUserOfACustomEventWhereItHasOne) {
  EventDraft draft = price();
  draft.user = "ann";
  EXPECT_EQ(event_text(draft), R"({"type":"price_update","room":"stocks:AAPL","user":"ann",)"
                               R"("data":{"symbol":"AAPL","price":"101.20"},"id":"m-1","seq":7,)"
                               R"("timestamp":"2026-11-24T10:00:00.123Z"})");
}

TEST(EventJson, LeavesTheTypeOutWhereTheWireSaysIt) {
  EXPECT_EQ(event_text(chat(), TypeMember::absent),
            R"({"room":"general","user":"JohnDoe","text":"hi","id":"m-1","seq":42,)"
            R"("timestamp":"2026-11-24T10:00:00.123Z"})");
}

TEST(EventJson, ShowsAnEphemeralEventWithoutIdAndSeq) {
  EventDraft draft;
  draft.room = "general";
  draft.name = "user_joined";
  draft.user = "ann";
  draft.kind = EventClass::ephemeral;
  draft.time = kTime;
  EXPECT_EQ(event_text(draft),
            R"({"type":"user_joined","room":"general","user":"ann","timestamp":"2026-11-24T10:00:00.123Z"})");
}

TEST(EventJson, ShowsNoSeqOfAnOrdinaryEventThoughItsIdIsThere) {
  EventDraft draft = price();
  draft.kind = EventClass::ordinary;
  draft.body = "null";
  EXPECT_EQ(event_text(draft), R"({"type":"price_update","room":"stocks:AAPL","data":null,"id":"m-1",)"
                               R"("timestamp":"2026-11-24T10:00:00.123Z"})");
}

TEST(EventJson, TakesAFlatEventWithoutMembers) {
  EventDraft draft = chat();
  draft.body = {};
  EXPECT_EQ(event_text(draft), R"({"type":"chat","room":"general","user":"JohnDoe","id":"m-1","seq":42,)"
                               R"("timestamp":"2026-11-24T10:00:00.123Z"})");
}

TEST(EventJson, EscapesWhatNamesMayHold) {
  EventDraft draft = chat();
  draft.room = "a\"b\\c";
  draft.user = "\xC3\xA4\"/";
  draft.name = "\"x\"";
  draft.id = "i\\d\n";
  EXPECT_EQ(event_text(draft),
            "{\"type\":\"\\\"x\\\"\",\"room\":\"a\\\"b\\\\c\",\"user\":\"\xC3\xA4\\\"/\",\"text\":\"hi\","
            "\"id\":\"i\\\\d\\n\",\"seq\":42,\"timestamp\":\"2026-11-24T10:00:00.123Z\"}");
}

TEST(EventJson, PassesTheBodyThroughByteForByte) {
  EventDraft draft = price();
  draft.body = R"({"z":1.0e+2,"a":"\u00e4\/","n":123456789012345678901234567890})";
  EXPECT_NE(
      event_text(draft).find(R"("data":{"z":1.0e+2,"a":"\u00e4\/","n":123456789012345678901234567890},)"),
      std::string::npos);
}

TEST(EventJson, ShowsTheLargestSeq) {
  EventDraft draft = chat();
  draft.seq = INT64_MAX;
  EXPECT_NE(event_text(draft).find(R"("seq":9223372036854775807,)"), std::string::npos);
}

TEST(EventJson, AppendsBehindWhatIsThere) {
  std::string out = "[{";
  append_event(out, *Event::make(chat()));
  EXPECT_TRUE(out.starts_with(R"([{{"type":"chat",)")) << out;
}

TEST(EventJson, NeedsNoMoreRoomThanItsHint) {
  for (EventDraft draft : {chat(), price()}) {
    const std::string long_name(128, 'r');
    const std::string long_id(64, 'i');
    const std::string long_user(120, 'u');
    draft.room = long_name;
    draft.user = long_user;
    draft.id = long_id;
    draft.seq = INT64_MAX;
    EXPECT_LE(event_text(draft).size(), size_hint(*Event::make(draft)));
  }
}

TEST(EventJson, IsValidJsonWhateverTheNamesAre) {
  std::mt19937 random(7);
  const std::vector<std::string> pieces = {
      "a", "\"", "\\", "/", "\x7F", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80",
      " ", "{",  "}",  ":", ",",    "\x01",     "\t",           "\n"};
  const auto text = [&] {
    std::string out;
    for (auto n = random() % 12; n > 0; --n)
      out += pieces[random() % pieces.size()];
    return out;
  };
  for (int i = 0; i < 2000; ++i) {
    const std::string room = text(), name = text(), user = text(), id = text(), body = text();
    EventDraft draft;
    draft.room = room;
    draft.name = name;
    draft.user = user;
    draft.id = id;
    draft.kind = static_cast<EventClass>(random() % 3);
    draft.shape = static_cast<EventShape>(random() % 2);
    draft.seq = random();
    draft.time = kTime;
    const std::string value = nlohmann::json(body).dump();
    const std::string member = "\"text\":" + value;
    draft.body = draft.shape == EventShape::data ? value : member;
    const auto parsed = nlohmann::json::parse(event_text(draft));
    EXPECT_EQ(parsed.at("type"), name);
    EXPECT_EQ(parsed.value("room", ""), room);
    EXPECT_EQ(parsed.value("user", ""), user);
    EXPECT_EQ(parsed.value("id", ""), id);
    EXPECT_EQ(parsed.at(draft.shape == EventShape::data ? "data" : "text"), body);
    EXPECT_EQ(parsed.contains("seq"), draft.kind == EventClass::stored);
    EXPECT_EQ(parsed.at("timestamp"), "2026-11-24T10:00:00.123Z");
  }
}

TEST(ReplyJson, SaysItsNameAndMembers) {
  Reply reply;
  reply.name = "pong";
  reply.members = R"("timestamp":1795514400123)";
  EXPECT_EQ(reply_text(reply), R"({"type":"pong","timestamp":1795514400123})");
}

TEST(ReplyJson, PutsTheCorrelationBehindTheName) {
  Reply reply;
  reply.name = "ack";
  reply.correlation = R"("a\"b")";
  EXPECT_EQ(reply_text(reply), R"({"type":"ack","id":"a\"b"})");
  reply.members = R"("seq":3)";
  EXPECT_EQ(reply_text(reply), R"({"type":"ack","id":"a\"b","seq":3})");
}

TEST(ReplyJson, CanBeEmptyWhereTheWireSaysTheName) {
  Reply reply;
  reply.name = "ack";
  EXPECT_EQ(reply_text(reply), R"({"type":"ack"})");
  EXPECT_EQ(reply_text(reply, TypeMember::absent), "{}");
  reply.members = R"("a":1)";
  EXPECT_EQ(reply_text(reply, TypeMember::absent), R"({"a":1})");
  reply.correlation = R"("c")";
  EXPECT_EQ(reply_text(reply, TypeMember::absent), R"({"id":"c","a":1})");
}

TEST(ReplyJson, CarriesEventsInTheNativeShape) {
  const std::array<EventPtr, 2> events = {Event::make(chat()), Event::make(price())};
  Reply reply;
  reply.name = "messages";
  reply.members = R"("room":"general")";
  reply.messages = events;
  reply.with_messages = true;
  EXPECT_EQ(reply_text(reply), R"({"type":"messages","room":"general","messages":[)" + event_text(chat()) +
                                   "," + event_text(price()) + "]}");
  EXPECT_LE(reply_text(reply).size(), size_hint(reply));
}

TEST(ReplyJson, ShowsAnEmptyListOnlyWhereThereIsToBeOne) {
  Reply reply;
  reply.name = "joined";
  EXPECT_EQ(reply_text(reply), R"({"type":"joined"})");
  reply.with_messages = true;
  EXPECT_EQ(reply_text(reply), R"({"type":"joined","messages":[]})");
  EXPECT_EQ(reply_text(reply, TypeMember::absent), R"({"messages":[]})");
}

}  // namespace
}  // namespace confab::native
