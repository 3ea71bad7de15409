// SPDX-License-Identifier: MIT
#include "protocol/websocket/deflating_framer.hpp"

#include <gtest/gtest.h>

#include <string>

#include "support/deflating_client.hpp"
#include "support/websocket_client_codec.hpp"

namespace confab::ws {
namespace {

test::ServerFrame frame_of(const FramePtr& bytes) {
  test::ServerFrameReader reader;
  reader.feed(bytes->bytes());
  return reader.next().value_or(test::ServerFrame{});
}

TEST(DeflatingFramer, KeepsTheKindAndTheStampDeflatedOrNot) {
  for (const Opcode kind : {Opcode::text, Opcode::binary}) {
    const DeflatingFramer framer(kind, 15, 10);
    for (const std::size_t size : {9U, 10U}) {
      const FramePtr bytes = framer.frame(std::string(size, 'x'), 7);
      const auto frame = frame_of(bytes);
      EXPECT_EQ(frame.opcode, static_cast<unsigned>(kind));
      EXPECT_EQ(frame.rsv, size == 10 ? 4U : 0U);
      EXPECT_EQ(size == 10 ? test::inflate_as_client(frame.payload) : frame.payload, std::string(size, 'x'));
      EXPECT_EQ(bytes->stamp(), 7);
    }
    EXPECT_EQ(framer.frame("hello")->stamp(), 0);
  }
}

TEST(DeflatingFramer, NeverDeflatesWithALimitOfNothing) {
  const DeflatingFramer framer(Opcode::binary, 9, 0);
  EXPECT_EQ(frame_of(framer.frame(std::string(100'000, 'x'))).rsv, 0U);
  EXPECT_EQ(frame_of(framer.frame("")).rsv, 0U);
}

}  // namespace
}  // namespace confab::ws
