// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "protocol/websocket/decoder.hpp"
#include "support/websocket_client_codec.hpp"
#include "support/websocket_recorder.hpp"

namespace confab::ws {
namespace {

using test::bytewise;
using test::client_binary;
using test::client_ping;
using test::client_text;
using test::ClientFrame;
using test::Conversation;
using test::Events;
using test::whole;

// "κόσμε", the euro sign, the first and last character of each length, and the last before and the first
// after the surrogates.
const std::string kText =
    "\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5 \xe2\x82\xac \x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf"
    "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbe\xef\xbb\xbf";

/// Text, and with which byte of it (counted from 1) it can't become well-formed any more; 0 for text whose
/// last character is cut, which is known when the message ends.
struct Bad {
  std::string text;
  std::size_t at;
};

std::vector<Bad> bad_texts() {
  return {{"\x80", 1},
          {"\xbf", 1},
          {"\xc0", 1},
          {"\xc1\xbf", 1},
          {"\xf5", 1},
          {"\xf8\x88\x80\x80\x80", 1},
          {"\xfe", 1},
          {"\xff", 1},
          {"\xc2\x41", 2},
          {"\xc3\xc3", 2},
          {"\xe0\x9f\xbf", 2},
          {"\xe0\x80\x80", 2},
          {"\xed\xa0\x80", 2},
          {"\xed\xbf\xbf", 2},
          {"\xe2\x28\xa1", 2},
          {"\xe2\x82\x28", 3},
          {"\xe2\x82\xff", 3},
          {"\xf0\x8f\xbf\xbf", 2},
          {"\xf0\x80\x80\x80", 2},
          {"\xf4\x90\x80\x80", 2},
          {"\xf4\xc0", 2},
          {"\xf0\x90\x28\xbc", 3},
          {"\xf0\x90\x8c\x28", 4},
          {"\xe2\x82\xac\x80", 4},
          {"\xc3", 0},
          {"\xe2", 0},
          {"\xe2\x82", 0},
          {"\xf0", 0},
          {"\xf0\x9f", 0},
          {"\xf0\x9f\x98", 0}};
}

TEST(TextMessage, IsTakenHoweverItsFrameIsCut) {
  const std::string bytes = client_text(kText);
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    Conversation conversation;
    conversation.feed(bytes.substr(0, cut));
    conversation.feed(bytes.substr(cut));
    EXPECT_EQ(conversation.events(), Events{"text:" + kText}) << cut;
  }
  EXPECT_EQ(bytewise(bytes), Events{"text:" + kText});
}

TEST(TextMessage, MayBeFragmentedInsideCharacters) {
  for (std::size_t a = 0; a <= kText.size(); ++a) {
    for (std::size_t b = a; b <= kText.size(); ++b) {
      const std::string bytes =
          ClientFrame{.payload = kText.substr(0, a), .fin = false}.bytes() + client_ping("\xff") +
          ClientFrame{.opcode = 0, .payload = kText.substr(a, b - a), .fin = false}.bytes() +
          ClientFrame{.opcode = 0, .payload = kText.substr(b)}.bytes();
      ASSERT_EQ(whole(bytes), (Events{"ping:\xff", "text:" + kText})) << a << ' ' << b;
    }
  }
}

TEST(TextMessage, InOneFrameFailsWithTheFirstByteThatMakesItInvalid) {
  for (const Bad& bad : bad_texts()) {
    for (const std::string before : {"", "a", "seven x", "ascii of sixteen", "\xe2\x82\xac"}) {
      // Room for more in the frame: it must fail before the frame is complete.
      const std::string text = before + bad.text;
      const ClientFrame frame{.payload = text + (bad.at == 0 ? "" : "more text follows")};
      Conversation conversation;
      const std::size_t expected =
          frame.header().size() + before.size() + (bad.at == 0 ? bad.text.size() : bad.at);
      EXPECT_EQ(conversation.feed_in_pieces(frame.bytes()), expected)
          << before << testing::PrintToString(bad.text);
      EXPECT_EQ(conversation.events(), Events{"fail:1007"});
      EXPECT_EQ(whole(frame.bytes()), Events{"fail:1007"});
      EXPECT_EQ(conversation.decoder.held(), 0U);
    }
  }
}

TEST(TextMessage, InFramesOfOneByteFailsWithTheFirstByteThatMakesItInvalid) {
  for (const Bad& bad : bad_texts()) {
    const std::string text = "ok " + bad.text;
    Conversation conversation;
    std::size_t failed_with = 0;
    for (std::size_t i = 0; i < text.size() && failed_with == 0; ++i) {
      const ClientFrame frame{.opcode = i == 0 ? 1U : 0U, .payload = text.substr(i, 1), .fin = false};
      if (conversation.feed(frame.bytes())) failed_with = i + 1;
    }
    if (bad.at != 0) {
      EXPECT_EQ(failed_with, 3 + bad.at) << testing::PrintToString(bad.text);
    } else {
      EXPECT_EQ(failed_with, 0U);
      conversation.feed(ClientFrame{.opcode = 0}.bytes());
    }
    EXPECT_EQ(conversation.events(), Events{"fail:1007"});
  }
}

TEST(TextMessage, FailsInAFrameWhoseEndNeverComes) {
  Conversation conversation;
  const ClientFrame frame{.payload = "abc\xff", .announced = 60'000};
  EXPECT_EQ(conversation.feed(frame.bytes()), CloseReason::bad_utf8);
}

TEST(TextMessage, EachOneStartsAfresh) {
  // The first character's beginning must not complete the next message.
  EXPECT_EQ(whole(client_text("\xe2\x82") + client_text("\xac")), Events{"fail:1007"});
  EXPECT_EQ(whole(client_binary("\xe2\x82") + client_text("x")), (Events{"binary:\xe2\x82", "text:x"}));
}

TEST(TextMessage, BinaryIsNotChecked) {
  for (const Bad& bad : bad_texts()) {
    EXPECT_EQ(bytewise(client_binary(bad.text)), Events{"binary:" + bad.text});
    const std::string fragmented = ClientFrame{.opcode = 2, .payload = bad.text, .fin = false}.bytes() +
                                   ClientFrame{.opcode = 0, .payload = bad.text}.bytes();
    EXPECT_EQ(bytewise(fragmented), Events{"binary:" + bad.text + bad.text});
  }
}

TEST(TextMessage, MayHoldNulAndEveryAsciiByte) {
  std::string text;
  for (int c = 0; c < 128; ++c)
    text += static_cast<char>(c);
  EXPECT_EQ(bytewise(client_text(text)), Events{"text:" + text});
}

}  // namespace
}  // namespace confab::ws
