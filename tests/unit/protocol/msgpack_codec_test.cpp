// SPDX-License-Identifier: MIT
#include "protocol/native/msgpack_codec.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "protocol/native/event_json.hpp"
#include "support/deflating_client.hpp"
#include "support/websocket_client_codec.hpp"

namespace confab::native {
namespace {

using Tree = nlohmann::json;

constexpr std::int64_t kTime = 1'795'514'400'123'456;

EventPtr chat(const std::string& more = R"("text":"hi","list":[1,-2,0.5])") {
  EventDraft draft;
  draft.room = "general";
  draft.name = "chat";
  draft.user = "ann";
  draft.id = "m-1";
  draft.cursor = "g.1";
  draft.body = more;
  draft.kind = EventClass::stored;
  draft.seq = 1;
  draft.time = kTime;
  return Event::make(draft);
}

Reply joined(std::span<const EventPtr> messages) {
  Reply reply;
  reply.name = "joined";
  reply.correlation = R"("j\"1")";
  reply.members = R"("room":"general","recovered":false)";
  reply.messages = messages;
  reply.with_messages = true;
  return reply;
}

test::ServerFrame frame_of(const FramePtr& bytes) {
  test::ServerFrameReader reader;
  reader.feed(bytes->bytes());
  const auto frame = reader.next();
  EXPECT_TRUE(frame.has_value());
  EXPECT_EQ(reader.pending(), 0U);
  return frame.value_or(test::ServerFrame{});
}

TEST(WebSocketMsgpackCodec, SaysInOneBinaryFrameWhatJsonSays) {
  const WebSocketMsgpackCodec codec(5);
  EXPECT_EQ(codec.slot(), 5U);
  EXPECT_EQ(codec.past(), Codec::Past::in_lists);
  const FramePtr bytes = codec.encode(*chat());
  const auto frame = frame_of(bytes);
  EXPECT_EQ(frame.opcode, 2U);
  EXPECT_TRUE(frame.fin);
  EXPECT_EQ(frame.rsv, 0U);
  EXPECT_FALSE(frame.masked);
  EXPECT_EQ(Tree::from_msgpack(frame.payload), Tree::parse(json_of(*chat())));
  EXPECT_EQ(bytes->stamp(), kTime);

  const EventPtr messages[] = {chat(), chat(R"("text":")" + std::string(300, 'x') + "\"")};
  const Reply reply = joined(messages);
  const auto answered = frame_of(codec.encode(reply));
  EXPECT_EQ(answered.opcode, 2U);
  EXPECT_EQ(Tree::from_msgpack(answered.payload), Tree::parse(json_of(reply)));
  EXPECT_EQ(codec.encode(reply)->stamp(), 0);
}

TEST(WebSocketMsgpackCodec, GivesBytesAsBytes) {
  const WebSocketMsgpackCodec codec(0);
  const auto frame = frame_of(codec.encode(*chat(R"("text":"see","photo":{"$binary":"AP+A"})")));
  EXPECT_EQ(Tree::from_msgpack(frame.payload).at("photo"), Tree::binary({0, 0xFF, 0x80}));
}

TEST(DeflatedMsgpackCodec, DeflatesFromItsLimitOn) {
  const std::string packed = frame_of(WebSocketMsgpackCodec(0).encode(*chat())).payload;
  const FramePtr bytes = DeflatedMsgpackCodec(0, 12, packed.size()).encode(*chat());
  const auto deflated = frame_of(bytes);
  EXPECT_EQ(deflated.opcode, 2U);
  EXPECT_EQ(deflated.rsv, 4U);
  EXPECT_EQ(test::inflate_as_client(deflated.payload, 12), packed);
  EXPECT_EQ(bytes->stamp(), kTime);
  const auto plain = frame_of(DeflatedMsgpackCodec(0, 12, packed.size() + 1).encode(*chat()));
  EXPECT_EQ(plain.opcode, 2U);
  EXPECT_EQ(plain.rsv, 0U);
  EXPECT_EQ(plain.payload, packed);
}

TEST(DeflatedMsgpackCodec, DeflatesRepliesAlike) {
  const Reply reply = joined({});
  const auto frame = frame_of(DeflatedMsgpackCodec(0, 15, 1).encode(reply));
  EXPECT_EQ(frame.opcode, 2U);
  EXPECT_EQ(frame.rsv, 4U);
  EXPECT_EQ(Tree::from_msgpack(test::inflate_as_client(frame.payload)), Tree::parse(json_of(reply)));
}

}  // namespace
}  // namespace confab::native
