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
using test::client_close;
using test::client_ping;
using test::client_pong;
using test::client_text;
using test::ClientFrame;
using test::Conversation;
using test::Events;
using test::whole;

const Events kProtocolError = {"fail:1002"};

/// The message's frames, with the parts as payloads.
std::vector<std::string> fragments(const std::vector<std::string>& parts, unsigned opcode = 1) {
  std::vector<std::string> frames;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    frames.push_back(
        ClientFrame{.opcode = i == 0 ? opcode : 0, .payload = parts[i], .fin = i + 1 == parts.size()}
            .bytes());
  }
  return frames;
}

std::string join(const std::vector<std::string>& parts) {
  std::string all;
  for (const auto& part : parts)
    all += part;
  return all;
}

TEST(Fragments, AreJoinedIntoOneMessage) {
  for (const unsigned opcode : {1U, 2U}) {
    const std::string kind = opcode == 1 ? "text:" : "binary:";
    for (const auto& parts : std::vector<std::vector<std::string>>{{"one", "two"},
                                                                   {"", "two"},
                                                                   {"one", ""},
                                                                   {"", ""},
                                                                   {"", "", "", ""},
                                                                   {"a", "", "b", "", "c"},
                                                                   {"x"}}) {
      const std::string bytes = join(fragments(parts, opcode));
      EXPECT_EQ(whole(bytes), Events{kind + join(parts)});
      EXPECT_EQ(bytewise(bytes), Events{kind + join(parts)});
    }
  }
}

TEST(Fragments, OfOneByteEachMayBeMany) {
  const std::vector<std::string> parts(20'000, "z");
  Conversation conversation;
  conversation.feed(join(fragments(parts)));
  EXPECT_EQ(conversation.events(), Events{"text:" + std::string(20'000, 'z')});
  EXPECT_EQ(conversation.decoder.held(), 0U);
}

TEST(Fragments, LetControlFramesThroughAtEveryPosition) {
  const std::vector<std::string> frames = fragments({"one", "", "three", "four"});
  const std::string big(125, 'P');
  for (const std::string& control : {client_ping(), client_ping("p"), client_ping(big)}) {
    const std::string payload = control == client_ping() ? "" : control == client_ping("p") ? "p" : big;
    for (std::size_t position = 0; position <= frames.size(); ++position) {
      std::string bytes;
      for (std::size_t i = 0; i < frames.size(); ++i) {
        if (i == position) bytes += control;
        bytes += frames[i];
      }
      if (position == frames.size()) bytes += control;
      Events expected = {"ping:" + payload, "text:onethreefour"};
      if (position == frames.size()) std::swap(expected[0], expected[1]);
      EXPECT_EQ(whole(bytes), expected) << position;
      EXPECT_EQ(bytewise(bytes), expected) << position;
    }
  }
}

TEST(Fragments, LetSeveralControlFramesThroughAtOnce) {
  std::string bytes;
  Events expected;
  for (const std::string& frame : fragments({"a", "b", "c"}, 2)) {
    bytes += frame + client_ping("1") + client_pong("2") + client_ping();
    expected.insert(expected.end(), {"ping:1", "pong:2", "ping:"});
  }
  expected.insert(expected.end() - 3, "binary:abc");
  EXPECT_EQ(whole(bytes), expected);
  EXPECT_EQ(bytewise(bytes), expected);
}

TEST(Fragments, AControlFrameCutByReadsLeavesTheMessageAsItWas) {
  const std::vector<std::string> frames = fragments({std::string(300, 'a'), std::string(300, 'b')});
  const std::string ping = client_ping(std::string(125, 'p'));
  const std::string bytes = frames[0] + ping + frames[1];
  for (std::size_t cut = frames[0].size(); cut <= frames[0].size() + ping.size(); ++cut) {
    Conversation conversation;
    conversation.feed(bytes.substr(0, cut));
    conversation.feed(bytes.substr(cut));
    EXPECT_EQ(conversation.events(), (Events{"ping:" + std::string(125, 'p'),
                                             "text:" + std::string(300, 'a') + std::string(300, 'b')}));
    EXPECT_EQ(conversation.decoder.held(), 0U);
  }
}

TEST(Fragments, ACloseBetweenThemEndsTheConnection) {
  const std::vector<std::string> frames = fragments({"one", "two"});
  EXPECT_EQ(whole(frames[0] + client_close(1001) + frames[1]), Events{"close:1001:"});
  EXPECT_EQ(bytewise(frames[0] + client_close(1001, "gone") + frames[1]), Events{"close:1001:gone"});
}

TEST(Fragments, AContinuationWithoutAStartIsRefused) {
  for (const bool fin : {true, false}) {
    const std::string bytes = ClientFrame{.opcode = 0, .payload = "x", .fin = fin}.bytes();
    EXPECT_EQ(whole(bytes), kProtocolError);
    Conversation conversation;
    EXPECT_EQ(conversation.feed_in_pieces(bytes), 1U);
    EXPECT_EQ(whole(client_text("m") + bytes), (Events{"text:m", "fail:1002"}));
    EXPECT_EQ(whole(join(fragments({"a", "b"})) + bytes), (Events{"text:ab", "fail:1002"}));
    EXPECT_EQ(whole(client_ping() + bytes), (Events{"ping:", "fail:1002"}));
  }
}

TEST(Fragments, ANewMessageBetweenThemIsRefused) {
  const std::string start = fragments({"one", "two"})[0];
  for (const unsigned opcode : {1U, 2U}) {
    for (const bool fin : {true, false}) {
      const std::string bytes = start + ClientFrame{.opcode = opcode, .payload = "x", .fin = fin}.bytes();
      EXPECT_EQ(whole(bytes), kProtocolError);
      Conversation conversation;
      EXPECT_EQ(conversation.feed_in_pieces(bytes), start.size() + 1);
    }
  }
  const std::string empty_start = fragments({"", "two"})[0];
  EXPECT_EQ(whole(empty_start + client_text("x")), kProtocolError);
}

TEST(Fragments, ControlFramesAreNotFragmented) {
  for (const unsigned opcode : {8U, 9U, 10U}) {
    const std::string bytes = ClientFrame{.opcode = opcode, .fin = false}.bytes();
    EXPECT_EQ(whole(bytes + ClientFrame{.opcode = 0}.bytes()), kProtocolError);
    Conversation conversation;
    EXPECT_EQ(conversation.feed_in_pieces(bytes), 1U);
  }
}

}  // namespace
}  // namespace confab::ws
