// SPDX-License-Identifier: MIT
#include "protocol/websocket/frame_encode.hpp"

#include <gtest/gtest.h>

#include <string>

#include "confab/base/utf8.hpp"
#include "support/websocket_client_codec.hpp"

namespace confab::ws {
namespace {

using test::ServerFrame;
using test::ServerFrameReader;

ServerFrame read(const FramePtr& frame) {
  ServerFrameReader reader;
  reader.feed(frame->bytes());
  auto parsed = reader.next();
  EXPECT_TRUE(parsed.has_value());
  EXPECT_EQ(reader.pending(), 0U);
  return parsed.value_or(ServerFrame{});
}

TEST(FrameEncode, UsesTheShortestLengthAtEveryBoundary) {
  const std::pair<std::size_t, std::size_t> sizes[] = {
      {0, 2},   {1, 2},     {124, 2},   {125, 2},    {126, 4},       {127, 4},
      {128, 4}, {65534, 4}, {65535, 4}, {65536, 10}, {16 << 20, 10},
  };
  for (const auto& [size, header] : sizes) {
    const std::string payload(size, 'x');
    const FramePtr made = make_message(Opcode::text, payload, 42);
    const ServerFrame frame = read(made);
    EXPECT_EQ(frame.header_size, header) << size;
    EXPECT_EQ(frame.payload, payload) << size;
    EXPECT_EQ(frame.opcode, 1U);
    EXPECT_TRUE(frame.fin);
    EXPECT_FALSE(frame.masked);
    EXPECT_EQ(frame.rsv, 0U);
    EXPECT_EQ(made->stamp(), 42);
    EXPECT_EQ(made->size(), header + size);
  }
}

TEST(FrameEncode, WritesTheExamplesOfTheStandard) {
  // RFC 6455 section 5.7.
  EXPECT_EQ(make_message(Opcode::text, "Hello")->bytes(), "\x81\x05Hello");
  EXPECT_EQ(make_ping("Hello")->bytes(), "\x89\x05Hello");
  EXPECT_EQ(make_pong("Hello")->bytes(), "\x8a\x05Hello");
  EXPECT_EQ(make_message(Opcode::binary, std::string(256, 'b'))->bytes().substr(0, 4),
            std::string_view("\x82\x7E\x01\x00", 4));
  EXPECT_EQ(make_message(Opcode::binary, std::string(65536, 'b'))->bytes().substr(0, 10),
            std::string_view("\x82\x7F\x00\x00\x00\x00\x00\x01\x00\x00", 10));
}

TEST(FrameEncode, MarksADeflatedMessageByItsFirstReservedBit) {
  const FramePtr made = make_deflated_message(Opcode::text, "\xf2\x48\xcd\xc9\xc9\x07", 7);
  const ServerFrame frame = read(made);
  EXPECT_EQ(frame.rsv, 4U);
  EXPECT_EQ(frame.opcode, 1U);
  EXPECT_TRUE(frame.fin);
  EXPECT_EQ(made->stamp(), 7);
  EXPECT_EQ(static_cast<unsigned char>(make_deflated_message(Opcode::binary, "x")->bytes()[0]), 0xC2);
}

TEST(FrameEncode, MakesControlFramesOfEverySize) {
  for (std::size_t size = 0; size <= kMaxControlPayload; ++size) {
    const std::string payload(size, 'p');
    EXPECT_EQ(read(make_ping(payload)).payload, payload);
    EXPECT_EQ(read(make_pong(payload)).payload, payload);
    EXPECT_EQ(read(make_ping(payload)).header_size, 2U);
  }
  EXPECT_EQ(read(make_ping()).opcode, 9U);
  EXPECT_EQ(read(make_pong("")).opcode, 10U);
}

TEST(FrameEncode, ClosesWithCodeAndTextOfEveryReason){
#define CONFAB_CLOSE(name, code, text)                             \
  {                                                                \
    const ServerFrame frame = read(make_close(CloseReason::name)); \
    EXPECT_EQ(frame.opcode, 8U);                                   \
    EXPECT_EQ(frame.close_code(), static_cast<unsigned>(code));    \
    EXPECT_EQ(frame.payload.substr(2), text);                      \
  }
    CONFAB_CLOSES(CONFAB_CLOSE)
#undef CONFAB_CLOSE
}

TEST(FrameEncode, ClosesWithoutACodeByAnEmptyFrame) {
  EXPECT_EQ(make_close(1005, "ignored")->bytes(), std::string_view("\x88\x00", 2));
}

TEST(FrameEncode, ClosesWithAnyCode) {
  EXPECT_EQ(read(make_close(4999, "")).close_code(), 4999U);
  EXPECT_EQ(read(make_close(1000, "bye")).payload, test::close_payload(1000, "bye"));
}

TEST(FrameEncode, CutsTheCloseTextBetweenCharacters) {
  for (const std::string character : {"a", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"}) {
    for (std::size_t offset = 0; offset < 4; ++offset) {
      std::string text(118 + offset, 'x');
      while (text.size() < 200)
        text += character;
      const std::string cut = read(make_close(4000, text)).payload.substr(2);
      EXPECT_LE(cut.size(), 123U);
      EXPECT_GT(cut.size(), 123U - character.size());
      EXPECT_EQ(text.substr(0, cut.size()), cut);
      Utf8Validator utf8;
      EXPECT_TRUE(utf8.feed(cut) && utf8.complete());
    }
  }
  EXPECT_EQ(read(make_close(4000, std::string(123, 'x'))).payload.size(), 125U);
  EXPECT_EQ(read(make_close(4000, std::string(124, 'x'))).payload.size(), 125U);
}

}  // namespace
}  // namespace confab::ws
