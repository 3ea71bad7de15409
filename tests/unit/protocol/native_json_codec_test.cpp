// SPDX-License-Identifier: MIT
#include "protocol/native/json_codec.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>

#include "protocol/codecs.hpp"
#include "protocol/native/event_json.hpp"
#include "protocol/native/json_to_msgpack.hpp"
#include "support/deflating_client.hpp"
#include "support/websocket_client_codec.hpp"

namespace confab::native {
namespace {

constexpr std::int64_t kTime = 1'795'514'400'123'456;

EventPtr chat(const std::string& text) {
  EventDraft draft;
  const std::string body = "\"text\":\"" + text + "\"";
  draft.room = "general";
  draft.name = "chat";
  draft.user = "ann";
  draft.id = "m-1";
  draft.cursor = "g.1";
  draft.body = body;
  draft.kind = EventClass::stored;
  draft.seq = 1;
  draft.time = kTime;
  return Event::make(draft);
}

EventPtr typing() {
  EventDraft draft;
  draft.room = "general";
  draft.name = "user_typing";
  draft.user = "ann";
  draft.body = R"("isTyping":true)";
  draft.kind = EventClass::ephemeral;
  draft.time = kTime;
  return Event::make(draft);
}

Reply pong() {
  Reply reply;
  reply.name = "pong";
  reply.members = R"("timestamp":1)";
  return reply;
}

/// The one frame of these bytes.
test::ServerFrame frame_of(const FramePtr& bytes) {
  test::ServerFrameReader reader;
  reader.feed(bytes->bytes());
  const auto frame = reader.next();
  EXPECT_TRUE(frame.has_value());
  EXPECT_EQ(reader.pending(), 0U);
  return frame.value_or(test::ServerFrame{});
}

TEST(JsonCodec, MakesBareText) {
  const JsonCodec codec(3);
  EXPECT_EQ(codec.slot(), 3U);
  EXPECT_EQ(codec.past(), Codec::Past::in_lists);
  EXPECT_EQ(codec.encode(*chat("hi"))->bytes(), json_of(*chat("hi")));
  EXPECT_EQ(codec.encode(pong())->bytes(), R"({"type":"pong","timestamp":1})");
}

TEST(JsonCodec, KeepsTheStampOfAStoredEventOnly) {
  const JsonCodec codec(0);
  EXPECT_EQ(codec.encode(*chat("hi"))->stamp(), kTime);
  EXPECT_EQ(codec.encode(*typing())->stamp(), 0);
  EXPECT_EQ(codec.encode(pong())->stamp(), 0);
}

TEST(WebSocketJsonCodec, MakesOneTextFrame) {
  const WebSocketJsonCodec codec(0);
  EXPECT_EQ(codec.past(), Codec::Past::in_lists);
  for (const std::size_t size : {0U, 20U, 60000U, 200'000U}) {
    const EventPtr event = chat(std::string(size, 'x'));
    const FramePtr bytes = codec.encode(*event);
    const auto frame = frame_of(bytes);
    EXPECT_EQ(frame.opcode, 1U);
    EXPECT_TRUE(frame.fin);
    EXPECT_EQ(frame.rsv, 0U);
    EXPECT_FALSE(frame.masked);
    EXPECT_EQ(frame.payload, json_of(*event));
    EXPECT_EQ(bytes->stamp(), kTime);
  }
  EXPECT_EQ(frame_of(codec.encode(pong())).payload, R"({"type":"pong","timestamp":1})");
  EXPECT_EQ(codec.encode(pong())->stamp(), 0);
}

TEST(DeflatedJsonCodec, DeflatesFromItsLimitOn) {
  const std::string text = json_of(*chat("hello hello hello hello"));
  const DeflatedJsonCodec exactly(0, 15, text.size());
  const auto deflated = frame_of(exactly.encode(*chat("hello hello hello hello")));
  EXPECT_EQ(deflated.opcode, 1U);
  EXPECT_TRUE(deflated.fin);
  EXPECT_EQ(deflated.rsv, 4U);
  EXPECT_EQ(test::inflate_as_client(deflated.payload), text);

  const DeflatedJsonCodec one_more(0, 15, text.size() + 1);
  const auto plain = frame_of(one_more.encode(*chat("hello hello hello hello")));
  EXPECT_EQ(plain.rsv, 0U);
  EXPECT_EQ(plain.payload, text);
}

TEST(DeflatedJsonCodec, NeverDeflatesWithALimitOfNothing) {
  const DeflatedJsonCodec codec(0, 15, 0);
  const auto frame = frame_of(codec.encode(*chat(std::string(100'000, 'x'))));
  EXPECT_EQ(frame.rsv, 0U);
  EXPECT_EQ(frame.payload, json_of(*chat(std::string(100'000, 'x'))));
}

TEST(DeflatedJsonCodec, DeflatesRepliesAlike) {
  const DeflatedJsonCodec codec(0, 15, 1);
  const auto frame = frame_of(codec.encode(pong()));
  EXPECT_EQ(frame.rsv, 4U);
  EXPECT_EQ(test::inflate_as_client(frame.payload), R"({"type":"pong","timestamp":1})");
  EXPECT_EQ(codec.encode(pong())->stamp(), 0);
}

TEST(DeflatedJsonCodec, KeepsTheStampDeflatedOrNot) {
  EXPECT_EQ(DeflatedJsonCodec(0, 15, 1).encode(*chat("hi"))->stamp(), kTime);
  EXPECT_EQ(DeflatedJsonCodec(0, 15, 10'000).encode(*chat("hi"))->stamp(), kTime);
}

TEST(DeflatedJsonCodec, KeepsToEveryWindowAndTakesNoContextOver) {
  // Repetitions further apart than the smallest windows, so that a larger one would be used if it were had.
  std::string text;
  for (int i = 0; i < 5000; ++i)
    text += std::to_string(i * 7919 % 100'000);
  text += text;
  for (int bits = 9; bits <= 15; ++bits) {
    const DeflatedJsonCodec codec(0, bits, 1);
    const std::string first(codec.encode(*chat(text))->bytes());
    EXPECT_EQ(test::inflate_as_client(frame_of(codec.encode(*chat(text))).payload, bits),
              json_of(*chat(text)));
    EXPECT_EQ(codec.encode(*chat(text))->bytes(), first);
  }
}

TEST(Codecs, GivesEachFormatASlotOfItsOwn) {
  const Codecs codecs(128);
  std::set<std::size_t> slots;
  std::size_t formats = 0;
  const auto note = [&](const Codec& codec) {
    EXPECT_LT(codec.slot(), Codec::kSlots);
    slots.insert(codec.slot());
    ++formats;
  };
  for (const auto encoding : {Encoding::json, Encoding::msgpack}) {
    note(codecs.websocket(encoding, std::nullopt));
    for (std::uint8_t bits = 9; bits <= 15; ++bits)
      note(codecs.websocket(encoding, ws::DeflateParams{bits}));
  }
  note(codecs.websocket(Encoding::gzip_envelope, std::nullopt));
  note(codecs.poll());
  for (const auto shape : {sse::Shape::bare, sse::Shape::enveloped})
    for (const auto compression : {sse::Compression::none, sse::Compression::gzip})
      note(codecs.sse(shape, compression));
  EXPECT_EQ(slots.size(), formats);
}

TEST(Codecs, AnswersTheWindowThatWasAgreedOn) {
  const Codecs codecs(1);
  EXPECT_EQ(&codecs.websocket(Encoding::json, ws::DeflateParams{}),
            &codecs.websocket(Encoding::json, ws::DeflateParams{15}));
  EXPECT_NE(&codecs.websocket(Encoding::json, ws::DeflateParams{14}),
            &codecs.websocket(Encoding::json, ws::DeflateParams{15}));
  std::string text;
  for (int i = 0; i < 2000; ++i)
    text += std::to_string(i * 7919 % 100'000);
  text += text;
  for (std::uint8_t bits = 9; bits <= 15; ++bits) {
    const auto frame =
        frame_of(codecs.websocket(Encoding::json, ws::DeflateParams{bits}).encode(*chat(text)));
    EXPECT_EQ(frame.rsv, 4U);
    EXPECT_EQ(test::inflate_as_client(frame.payload, bits), json_of(*chat(text)));
  }
  EXPECT_EQ(frame_of(codecs.websocket(Encoding::json, std::nullopt).encode(*chat(text))).rsv, 0U);
}

TEST(Codecs, SharesThePlainFramesWhereNothingIsDeflated) {
  const Codecs codecs(0);
  for (const auto encoding : {Encoding::json, Encoding::msgpack}) {
    for (std::uint8_t bits = 9; bits <= 15; ++bits)
      EXPECT_EQ(&codecs.websocket(encoding, ws::DeflateParams{bits}),
                &codecs.websocket(encoding, std::nullopt));
  }
}

TEST(Codecs, AnswersWhatIsSpoken) {
  const Codecs codecs(1);
  std::string text;
  for (int i = 0; i < 2000; ++i)
    text += std::to_string(i * 7919 % 100'000);
  std::string packed;
  json_to_msgpack(json_of(*chat(text)), packed);
  const auto plain = frame_of(codecs.websocket(Encoding::msgpack, std::nullopt).encode(*chat(text)));
  EXPECT_EQ(plain.opcode, 2U);
  EXPECT_EQ(plain.rsv, 0U);
  EXPECT_EQ(plain.payload, packed);
  for (std::uint8_t bits = 9; bits <= 15; ++bits) {
    const auto frame =
        frame_of(codecs.websocket(Encoding::msgpack, ws::DeflateParams{bits}).encode(*chat(text)));
    EXPECT_EQ(frame.opcode, 2U);
    EXPECT_EQ(frame.rsv, 4U);
    EXPECT_EQ(test::inflate_as_client(frame.payload, bits), packed);
  }
}

TEST(Codecs, SharesOneEnvelopeWhateverIsAgreedOnDeflate) {
  const Codecs codecs(1);
  const Codec& enveloped = codecs.websocket(Encoding::gzip_envelope, std::nullopt);
  for (std::uint8_t bits = 9; bits <= 15; ++bits)
    EXPECT_EQ(&codecs.websocket(Encoding::gzip_envelope, ws::DeflateParams{bits}), &enveloped);
  const auto frame = frame_of(enveloped.encode(*chat(std::string(5000, 'x'))));
  EXPECT_EQ(frame.opcode, 1U);
  EXPECT_EQ(frame.rsv, 0U);
  EXPECT_TRUE(frame.payload.starts_with(R"({"compressed":true,"data":")"));
}

TEST(Codecs, MakesEachFormatOnceAPublication) {
  const Codecs codecs(1);
  const EventPtr event = chat("hi");
  Prepared<Event> prepared(*event);
  const FramePtr& plain = prepared.frame(codecs.websocket(Encoding::json, std::nullopt));
  EXPECT_EQ(prepared.frame(codecs.websocket(Encoding::json, std::nullopt)), plain);
  EXPECT_NE(prepared.frame(codecs.poll()), plain);
  prepared.frame(codecs.websocket(Encoding::json, ws::DeflateParams{}));
  prepared.frame(codecs.websocket(Encoding::json, ws::DeflateParams{15}));
  prepared.frame(codecs.sse(sse::Shape::bare, sse::Compression::gzip));
  EXPECT_EQ(prepared.encoded(), 4U);
}

TEST(Codecs, AnswersTheSseCodecThatWasAskedFor) {
  const Codecs codecs(0);
  for (const auto shape : {sse::Shape::bare, sse::Shape::enveloped}) {
    EXPECT_EQ(codecs.sse(shape, sse::Compression::none).compression(), sse::Compression::none);
    EXPECT_EQ(codecs.sse(shape, sse::Compression::gzip).compression(), sse::Compression::gzip);
    const std::string text(codecs.sse(shape, sse::Compression::none).encode(*chat("hi"))->bytes());
    EXPECT_EQ(text.find("\"type\"") != std::string::npos, shape == sse::Shape::enveloped);
  }
}

}  // namespace
}  // namespace confab::native
