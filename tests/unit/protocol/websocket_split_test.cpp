// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "protocol/websocket/decoder.hpp"
#include "support/deflating_client.hpp"
#include "support/websocket_client_codec.hpp"
#include "support/websocket_recorder.hpp"

namespace confab::ws {
namespace {

using test::ClientFrame;
using test::Conversation;
using test::DeflatingClient;
using test::Events;

constexpr std::size_t kLimit = 3000;

/// Random conversations of a client that is mostly well-behaved, with what must come of them.
class RandomClient {
 public:
  explicit RandomClient(unsigned seed) : random_(seed) {}

  std::string bytes;
  Events expected;

  void talk(unsigned messages) {
    for (unsigned i = 0; i < messages; ++i) {
      if (pick(4) == 0) control();
      message();
    }
    if (pick(3) == 0) {
      bytes += test::client_close(1000, "bye");
      expected.push_back("close:1000:bye");
    }
  }

  /// One byte of it changed, inserted or removed: what comes of it is unknown, but must not depend on the
  /// split.
  void damage() {
    const std::size_t at = pick(bytes.size());
    switch (pick(3)) {
      case 0:
        bytes[at] = static_cast<char>(bytes[at] ^ static_cast<char>(1U << pick(8)));
        break;
      case 1:
        bytes.insert(at, 1, static_cast<char>(pick(256)));
        break;
      default:
        bytes.erase(at, 1);
    }
  }

  std::size_t pick(std::size_t below) { return random_() % below; }

 private:
  std::array<unsigned char, 4> key() {
    const auto value = random_();
    return {static_cast<unsigned char>(value), static_cast<unsigned char>(value >> 8),
            static_cast<unsigned char>(value >> 16), static_cast<unsigned char>(value >> 24)};
  }

  void frame(ClientFrame made) {
    made.key = key();
    bytes += made.bytes();
  }

  void control() {
    const bool ping = pick(2) == 0;
    const std::string payload(pick(2) == 0 ? pick(126) : pick(4), 'c');
    frame({.opcode = ping ? 9U : 10U, .payload = payload});
    expected.push_back((ping ? "ping:" : "pong:") + payload);
  }

  void message() {
    static const std::vector<std::string> kCharacters = {"a", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"};
    const bool text = pick(3) != 0;
    const std::size_t size = pick(5) == 0 ? pick(kLimit - 4) : pick(140);
    std::string content;
    while (content.size() < size)
      content += text ? kCharacters[pick(4)] : std::string(1, static_cast<char>(random_()));
    const bool deflated = pick(3) == 0;
    const std::string payload = deflated ? client_.message(content) : content;
    std::size_t at = 0;
    bool first = true;
    do {
      const std::size_t left = payload.size() - at;
      const std::size_t part = pick(2) == 0 ? left : pick(left + 1);
      const bool fin = part == left && pick(4) != 0;
      frame({.opcode = first ? (text ? 1U : 2U) : 0U,
             .payload = payload.substr(at, part),
             .fin = fin,
             .rsv = first && deflated ? 4U : 0U});
      at += part;
      first = false;
      if (fin) break;
      if (pick(3) == 0) control();
    } while (true);
    expected.push_back((text ? "text:" : "binary:") + content);
  }

  std::mt19937 random_;
  DeflatingClient client_;
};

TEST(AnySplit, GivesWhatTheClientSaid) {
  for (unsigned seed = 0; seed < 400; ++seed) {
    RandomClient client(seed);
    client.talk(12);
    ASSERT_EQ(test::whole(client.bytes, kLimit, Compression::deflate), client.expected) << seed;
    ASSERT_EQ(test::bytewise(client.bytes, kLimit, Compression::deflate), client.expected) << seed;
    Conversation conversation(kLimit, Compression::deflate);
    for (std::size_t at = 0; at < client.bytes.size();) {
      const std::size_t size = client.pick(3) == 0 ? client.pick(2000) : client.pick(20);
      conversation.feed(std::string_view(client.bytes).substr(at, size));
      at += size;
    }
    ASSERT_EQ(conversation.events(), client.expected) << seed;
    if (!conversation.decoder.ended()) {
      ASSERT_EQ(conversation.decoder.held(), 0U);
    }
  }
}

TEST(AnySplit, GivesTheSameOfADamagedConversation) {
  unsigned failures = 0;
  for (unsigned seed = 0; seed < 1500; ++seed) {
    RandomClient client(seed);
    client.talk(4);
    client.damage();
    const Events expected = test::whole(client.bytes, kLimit, Compression::deflate);
    failures += !expected.empty() && expected.back().starts_with("fail:");
    ASSERT_EQ(test::bytewise(client.bytes, kLimit, Compression::deflate), expected) << seed;
    Conversation conversation(kLimit, Compression::deflate);
    for (std::size_t at = 0; at < client.bytes.size();) {
      const std::size_t size = 1 + client.pick(40);
      conversation.feed(std::string_view(client.bytes).substr(at, size));
      at += size;
    }
    ASSERT_EQ(conversation.events(), expected) << seed;
  }
  EXPECT_GT(failures, 300U);
}

TEST(AnySplit, InTwoAtEveryPointGivesTheSame) {
  DeflatingClient deflating;
  const std::string bytes =
      test::client_text("h\xc3\xa9llo") + ClientFrame{.payload = "\xe2\x82", .fin = false}.bytes() +
      test::client_ping(std::string(125, 'p')) + ClientFrame{.opcode = 0, .payload = "\xac"}.bytes() +
      test::client_binary(std::string(200, '\xff')) +
      test::client_deflated(1, deflating.message("deflated text")) + test::client_close(4321, "the end");
  const Events expected = test::whole(bytes, kLimit, Compression::deflate);
  EXPECT_EQ(expected.size(), 6U);
  EXPECT_EQ(expected.back(), "close:4321:the end");
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    Conversation conversation(kLimit, Compression::deflate);
    conversation.feed(bytes.substr(0, cut));
    conversation.feed(bytes.substr(cut));
    ASSERT_EQ(conversation.events(), expected) << cut;
  }
}

}  // namespace
}  // namespace confab::ws
