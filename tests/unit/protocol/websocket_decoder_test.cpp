// SPDX-License-Identifier: MIT
#include "protocol/websocket/decoder.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>

#include "support/websocket_client_codec.hpp"
#include "support/websocket_recorder.hpp"

namespace confab::ws {
namespace {

using test::bytewise;
using test::client_binary;
using test::client_close;
using test::client_ping;
using test::client_pong;
using test::client_text;
using test::ClientFrame;
using test::Conversation;
using test::Events;
using test::Recorder;
using test::whole;
using Length = ClientFrame::Length;

const Events kProtocolError = {"fail:1002"};
const Events kTooBig = {"fail:1009"};

std::string letters(std::size_t size) {
  std::string text(size, 'a');
  for (std::size_t i = 0; i < size; ++i)
    text[i] = static_cast<char>('a' + i % 23);
  return text;
}

/// After how many bytes of them the connection fails, fed one by one; 0 where it does not.
std::size_t fails_after(std::string_view bytes, std::size_t limit = 64 << 10,
                        Compression compression = Compression::none) {
  Conversation conversation(limit, compression);
  return conversation.feed_in_pieces(bytes).value_or(0);
}

TEST(Mask, IsUndoneAtAnyOffsetAndCut) {
  std::mt19937 random(1);
  for (std::size_t size = 0; size < 70; ++size) {
    const std::string plain = letters(size);
    const MaskKey key = {static_cast<char>(random()), static_cast<char>(random()),
                         static_cast<char>(random()), 0};
    for (std::size_t offset = 0; offset < 9; ++offset) {
      for (std::size_t cut = 0; cut <= size; ++cut) {
        std::string memory = std::string(offset, '#') + plain;
        for (std::size_t i = 0; i < size; ++i) {
          memory[offset + i] = static_cast<char>(memory[offset + i] ^ key[i % 4]);
        }
        MaskKey turning = key;
        const std::span<char> masked = std::span(memory).subspan(offset);
        unmask(masked.first(cut), turning);
        unmask(masked.subspan(cut), turning);
        ASSERT_EQ(memory, std::string(offset, '#') + plain) << size << ' ' << offset << ' ' << cut;
      }
    }
  }
}

TEST(Decoder, IsSmallAndHoldsNothingAtRest) {
  Conversation conversation;
  EXPECT_LE(sizeof(Decoder), 64U);
  conversation.feed(client_text("hello") + client_ping("x") + client_binary("y"));
  EXPECT_EQ(conversation.decoder.held(), 0U);
  conversation.feed_in_pieces(client_text("hello") + client_ping("ping") + client_text("again"));
  EXPECT_EQ(conversation.decoder.held(), 0U);
  EXPECT_EQ(conversation.events().size(), 6U);
}

TEST(Decoder, ReadsTheExamplesOfTheStandard) {
  EXPECT_EQ(whole("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"), Events{"text:Hello"});
  EXPECT_EQ(whole("\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"), Events{"pong:Hello"});
}

TEST(Decoder, TakesMessagesOfEveryLengthAroundTheBoundaries) {
  for (const std::size_t size : std::initializer_list<std::size_t>{
           0, 1, 2, 3, 4, 7, 8, 9, 124, 125, 126, 127, 128, 129, 255, 256, 65534, 65535, 65536, 65537}) {
    const std::string payload = letters(size);
    for (const std::size_t piece : std::initializer_list<std::size_t>{1, 2, 7, 997, 1 << 20}) {
      Conversation conversation(1 << 20);
      conversation.feed_in_pieces(client_text(payload) + client_binary(payload), piece);
      ASSERT_EQ(conversation.events(), (Events{"text:" + payload, "binary:" + payload}))
          << size << ' ' << piece;
      ASSERT_EQ(conversation.decoder.held(), 0U);
    }
  }
}

TEST(Decoder, TakesSixteenMebibytesWhereTheLimitAllows) {
  constexpr std::size_t kSize = 16 << 20;
  const std::string payload = letters(kSize);
  const std::string frame = client_text(payload);
  for (const std::size_t piece : {std::size_t{65536}, std::size_t{65521}, frame.size()}) {
    Conversation conversation(kSize);
    conversation.feed_in_pieces(frame, piece);
    ASSERT_EQ(conversation.events().size(), 1U);
    EXPECT_TRUE(conversation.events()[0] == "text:" + payload);
  }
  EXPECT_EQ(whole(client_binary(letters(kSize + 1)), kSize), kTooBig);
}

TEST(Decoder, HandsOutAViewIntoTheReadBufferWhereOneReadBroughtTheMessage) {
  struct Viewer final : Sink {
    std::string_view seen;

    Next on_message(Opcode, std::string_view payload) override {
      seen = payload;
      return Next::go_on;
    }

    Next on_ping(std::string_view payload) override { return on_message(Opcode::ping, payload); }

    Next on_pong(std::string_view) override { return Next::go_on; }

    void on_close(std::uint16_t, std::string_view) override {}
  } sink;

  const DecoderShared shared{1 << 20, test::shared_inflater()};
  Decoder decoder(shared);
  std::string bytes = client_text("in place");
  ASSERT_FALSE(decoder.feed(bytes, sink));
  EXPECT_EQ(sink.seen.data(), bytes.data() + 6);
  bytes = client_ping("in place");
  ASSERT_FALSE(decoder.feed(bytes, sink));
  EXPECT_EQ(sink.seen.data(), bytes.data() + 6);
  // Also where the header came alone.
  bytes = client_text("in place");
  ASSERT_FALSE(decoder.feed(std::span(bytes).first(6), sink));
  ASSERT_FALSE(decoder.feed(std::span(bytes).subspan(6), sink));
  EXPECT_EQ(sink.seen.data(), bytes.data() + 6);
  EXPECT_EQ(sink.seen, "in place");
  EXPECT_EQ(decoder.held(), 0U);
}

TEST(Decoder, HoldsNoMoreThanCameOfAnAnnouncedMessage) {
  Conversation conversation(16 << 20);
  const ClientFrame frame{.opcode = 2, .announced = 16 << 20};
  conversation.feed(frame.header());
  EXPECT_EQ(conversation.decoder.held(), 0U);
  conversation.feed(letters(1000));
  EXPECT_LE(conversation.decoder.held(), 2000U);
  for (int i = 0; i < 99; ++i)
    conversation.feed(letters(1000));
  EXPECT_LE(conversation.decoder.held(), 200'000U);
  EXPECT_TRUE(conversation.events().empty());
}

TEST(Decoder, TakesManyMessagesOfOneRead) {
  std::string bytes;
  Events expected;
  for (int i = 0; i < 1000; ++i) {
    bytes += client_text(std::to_string(i));
    expected.push_back("text:" + std::to_string(i));
  }
  EXPECT_EQ(whole(bytes), expected);
  EXPECT_EQ(bytewise(bytes), expected);
}

TEST(Decoder, TakesPingsAndPongsOfUpTo125Bytes) {
  for (std::size_t size = 0; size <= 125; ++size) {
    const std::string payload = letters(size);
    const Events expected = {"ping:" + payload, "pong:" + payload};
    EXPECT_EQ(whole(client_ping(payload) + client_pong(payload)), expected);
    EXPECT_EQ(bytewise(client_ping(payload) + client_pong(payload)), expected);
  }
}

TEST(Decoder, RefusesAControlFrameOf126Bytes) {
  for (const unsigned opcode : {8U, 9U, 10U}) {
    const std::string bytes = ClientFrame{.opcode = opcode, .payload = letters(126)}.bytes();
    EXPECT_EQ(whole(bytes), kProtocolError);
    EXPECT_EQ(fails_after(bytes), 2U);
    EXPECT_EQ(fails_after(ClientFrame{.opcode = opcode, .length = Length::eight_bytes}.bytes()), 2U);
    EXPECT_EQ(fails_after(ClientFrame{.opcode = opcode, .length = Length::two_bytes}.bytes()), 2U);
  }
}

TEST(Decoder, PingPayloadsAreAnyBytes) {
  std::string payload;
  for (int i = 0; i < 125; ++i)
    payload += static_cast<char>(255 - i);
  EXPECT_EQ(bytewise(client_ping(payload)), Events{"ping:" + payload});
}

TEST(Decoder, RefusesEveryCombinationOfReservedBits) {
  for (unsigned rsv = 1; rsv < 8; ++rsv) {
    for (const unsigned opcode : {1U, 2U, 8U, 9U, 10U}) {
      const std::string bytes = ClientFrame{.opcode = opcode, .rsv = rsv}.bytes();
      EXPECT_EQ(whole(bytes), kProtocolError);
      EXPECT_EQ(fails_after(bytes), 1U) << rsv << ' ' << opcode;
      const bool legal = rsv == 4 && opcode <= 2;
      EXPECT_EQ(fails_after(bytes, 1 << 16, Compression::deflate), legal ? 0U : 1U) << rsv << ' ' << opcode;
    }
  }
}

TEST(Decoder, RefusesTheFirstReservedBitOnContinuations) {
  const std::string start = ClientFrame{.opcode = 1, .payload = "a", .fin = false}.bytes();
  const std::string deflated_start = ClientFrame{.opcode = 1, .payload = "a", .fin = false, .rsv = 4}.bytes();
  const std::string bad = ClientFrame{.opcode = 0, .payload = "b", .rsv = 4}.bytes();
  EXPECT_EQ(fails_after(start + bad, 1 << 16, Compression::deflate), start.size() + 1);
  EXPECT_EQ(fails_after(deflated_start + bad, 1 << 16, Compression::deflate), deflated_start.size() + 1);
}

TEST(Decoder, RefusesEveryReservedOpcode) {
  for (const unsigned opcode : {3U, 4U, 5U, 6U, 7U, 11U, 12U, 13U, 14U, 15U}) {
    for (const bool fin : {true, false}) {
      const std::string bytes = ClientFrame{.opcode = opcode, .payload = "x", .fin = fin}.bytes();
      EXPECT_EQ(whole(bytes), kProtocolError) << opcode;
      EXPECT_EQ(fails_after(bytes), 1U) << opcode;
    }
  }
}

TEST(Decoder, DeliversWhatCameBeforeAnError) {
  const std::string bad = ClientFrame{.opcode = 3}.bytes();
  const Events expected = {"text:before", "ping:p", "fail:1002"};
  EXPECT_EQ(whole(client_text("before") + client_ping("p") + bad + client_text("after")), expected);
  EXPECT_EQ(bytewise(client_text("before") + client_ping("p") + bad + client_text("after")), expected);
}

TEST(Decoder, RefusesAnUnmaskedFrame) {
  for (const unsigned opcode : {1U, 2U, 8U, 9U, 10U}) {
    const std::string bytes = ClientFrame{.opcode = opcode, .mask = ClientFrame::Mask::missing}.bytes();
    EXPECT_EQ(whole(bytes), kProtocolError);
    EXPECT_EQ(fails_after(bytes), 2U);
  }
}

TEST(Decoder, TakesAMaskOfZeros) {
  EXPECT_EQ(bytewise(ClientFrame{.payload = "plain", .key = {0, 0, 0, 0}}.bytes()), Events{"text:plain"});
}

TEST(Decoder, RefusesALengthThatIsNotTheShortest) {
  for (const std::uint64_t size : std::initializer_list<std::uint64_t>{0, 1, 124, 125}) {
    const ClientFrame frame{.opcode = 2, .payload = letters(size), .length = Length::two_bytes};
    EXPECT_EQ(whole(frame.bytes()), kProtocolError);
    EXPECT_EQ(fails_after(frame.bytes()), 4U);
  }
  for (const std::uint64_t size : std::initializer_list<std::uint64_t>{0, 125, 126, 65534, 65535}) {
    const ClientFrame frame{.opcode = 2, .payload = letters(size), .length = Length::eight_bytes};
    EXPECT_EQ(whole(frame.bytes()), kProtocolError);
    EXPECT_EQ(fails_after(frame.bytes()), 10U);
  }
  EXPECT_EQ(fails_after(ClientFrame{.payload = letters(126), .length = Length::two_bytes}.bytes()), 0U);
  EXPECT_EQ(fails_after(ClientFrame{.payload = letters(65536), .length = Length::eight_bytes}.bytes()), 0U);
}

TEST(Decoder, RefusesALengthWithItsTopBitSet) {
  const std::uint64_t top = std::uint64_t{1} << 63;
  for (const std::uint64_t announced : {top, top | 70000, ~std::uint64_t{0}}) {
    const ClientFrame frame{.opcode = 2, .length = Length::eight_bytes, .announced = announced};
    EXPECT_EQ(whole(frame.bytes()), kProtocolError);
    EXPECT_EQ(fails_after(frame.bytes()), 10U);
  }
  const ClientFrame largest{.opcode = 2, .length = Length::eight_bytes, .announced = top - 1};
  EXPECT_EQ(whole(largest.bytes()), kTooBig);
}

TEST(Decoder, RefusesAMessageOverTheLimitBeforeItsPayloadComes) {
  const ClientFrame small{.opcode = 2, .announced = 101};
  EXPECT_EQ(fails_after(small.bytes(), 100), 2U);
  const ClientFrame middle{.opcode = 2, .announced = 1001};
  EXPECT_EQ(fails_after(middle.bytes(), 1000), 4U);
  const ClientFrame large{.opcode = 2, .announced = 65537};
  EXPECT_EQ(fails_after(large.bytes(), 65536), 10U);
  for (const ClientFrame& frame : {small, middle, large}) {
    EXPECT_EQ(whole(frame.bytes(), *frame.announced - 1), kTooBig);
    EXPECT_EQ(whole(client_binary(letters(*frame.announced)), *frame.announced).size(), 1U);
    EXPECT_EQ(whole(client_binary(letters(*frame.announced)), *frame.announced),
              bytewise(client_binary(letters(*frame.announced)), *frame.announced));
  }
}

TEST(Decoder, TheLimitHoldsForTheSumOfFragments) {
  const std::string first = ClientFrame{.opcode = 2, .payload = letters(60), .fin = false}.bytes();
  const std::string second = ClientFrame{.opcode = 0, .payload = letters(40), .fin = false}.bytes();
  const std::string empty = ClientFrame{.opcode = 0, .fin = true}.bytes();
  const std::string one = ClientFrame{.opcode = 0, .payload = "x", .fin = true}.bytes();
  EXPECT_EQ(whole(first + second + client_ping() + empty, 100),
            (Events{"ping:", "binary:" + letters(60) + letters(40)}));
  EXPECT_EQ(whole(first + second + one, 100), kTooBig);
  EXPECT_EQ(fails_after(first + second + one, 100), first.size() + second.size() + 2);
  // A new message starts with the whole limit again.
  EXPECT_EQ(whole(first + second + empty + client_binary(letters(100)), 100).size(), 2U);
}

TEST(Decoder, TheLimitDoesNotHoldForControlFrames) {
  EXPECT_EQ(bytewise(client_ping(letters(125)), 1), Events{"ping:" + letters(125)});
  EXPECT_EQ(whole(client_binary("a") + client_binary("ab"), 1), (Events{"binary:a", "fail:1009"}));
}

TEST(Decoder, AHugeLimitDoesNotOverflow) {
  const ClientFrame frame{.opcode = 2, .announced = (std::uint64_t{1} << 32) + 1};
  EXPECT_EQ(whole(frame.bytes(), SIZE_MAX), kTooBig);
  EXPECT_EQ(whole(frame.bytes(), SIZE_MAX, Compression::deflate), kTooBig);
  const ClientFrame deflated{.opcode = 2, .rsv = 4, .announced = (std::uint64_t{1} << 32) + 1};
  EXPECT_EQ(whole(deflated.bytes(), SIZE_MAX, Compression::deflate), kTooBig);
  EXPECT_EQ(whole(client_text("small"), SIZE_MAX), Events{"text:small"});
}

TEST(Decoder, IgnoresEverythingAfterAnError) {
  Conversation conversation;
  EXPECT_EQ(conversation.feed(ClientFrame{.opcode = 3}.bytes()), CloseReason::protocol_error);
  EXPECT_TRUE(conversation.decoder.ended());
  EXPECT_FALSE(conversation.feed(client_text("late")));
  EXPECT_FALSE(conversation.feed(ClientFrame{.opcode = 3}.bytes()));
  EXPECT_EQ(conversation.events(), kProtocolError);
}

TEST(Decoder, IgnoresEverythingAfterAClose) {
  const std::string close = client_close(1000, "bye");
  const Events expected = {"close:1000:bye"};
  EXPECT_EQ(whole(close + client_text("late") + client_ping() + ClientFrame{.opcode = 3}.bytes()), expected);
  EXPECT_EQ(bytewise(close + client_text("late") + client_ping() + ClientFrame{.opcode = 3}.bytes()),
            expected);
}

TEST(Decoder, ReleasesWhatItHeldWhenItEnds) {
  const std::string start = ClientFrame{.opcode = 2, .payload = letters(5000), .fin = false}.bytes();
  for (const std::string& end : {client_close(1000), ClientFrame{.opcode = 1}.bytes()}) {
    Conversation conversation;
    conversation.feed(start);
    EXPECT_GE(conversation.decoder.held(), 5000U);
    conversation.feed(end);
    EXPECT_TRUE(conversation.decoder.ended());
    EXPECT_EQ(conversation.decoder.held(), 0U);
  }
}

TEST(Decoder, ReturnsAtOnceWhenTheSinkSaysStop) {
  const std::string bytes = client_text("1") + client_ping("2") + client_pong("3") + client_text("4");
  for (std::size_t stop = 1; stop <= 3; ++stop) {
    for (const std::size_t piece : {std::size_t{1}, bytes.size()}) {
      Conversation conversation;
      conversation.found.stop_after = stop;
      EXPECT_FALSE(conversation.feed_in_pieces(bytes, piece));
      EXPECT_EQ(conversation.events().size(), stop);
      EXPECT_TRUE(conversation.decoder.ended());
      conversation.feed(client_text("later"));
      EXPECT_EQ(conversation.events().size(), stop);
    }
  }
}

/// A connection that is gone as soon as it hears anything.
struct Vanishing final : Sink {
  explicit Vanishing(const DecoderShared& shared)
      : decoder(std::make_unique<Decoder>(shared, Compression::deflate)) {}

  Next vanish(std::string_view payload) {
    decoder.reset();
    seen = payload;  // the view is still good
    return Next::stop;
  }

  Next on_message(Opcode, std::string_view payload) override { return vanish(payload); }

  Next on_ping(std::string_view payload) override { return vanish(payload); }

  Next on_pong(std::string_view payload) override { return vanish(payload); }

  void on_close(std::uint16_t, std::string_view reason) override { vanish(reason); }

  std::unique_ptr<Decoder> decoder;
  std::string seen;
};

TEST(Decoder, MayBeDestroyedByItsSink) {
  const DecoderShared shared{1 << 20, test::shared_inflater()};
  const std::string fragments = ClientFrame{.payload = "pay", .fin = false}.bytes() +
                                ClientFrame{.opcode = 0, .payload = "load"}.bytes();
  for (const std::string& frame :
       {client_text("payload"), fragments, client_ping("payload"), client_pong("payload"),
        client_close(1000, "payload"),
        test::client_deflated(1, std::string("\x2a\x48\xac\xcc\xc9\x4f\x4c\x01\x00", 9))}) {
    for (const std::size_t size : {std::size_t{1}, std::size_t{5}, frame.size() + 100}) {
      Vanishing sink(shared);
      const std::string bytes = frame + client_text("more");
      for (std::size_t at = 0; at < bytes.size() && sink.decoder; at += size) {
        std::string piece = bytes.substr(at, size);
        EXPECT_FALSE(sink.decoder->feed(piece, sink));
      }
      EXPECT_EQ(sink.seen, "payload");
    }
  }
}

TEST(Decoder, AFeedFromInsideACallDoesNothing) {
  struct Nested final : Sink {
    Decoder* decoder = nullptr;
    int messages = 0;

    Next on_message(Opcode, std::string_view) override {
      ++messages;
      std::string more = client_text("nested");
      EXPECT_FALSE(decoder->feed(more, *this));
      return Next::go_on;
    }

    Next on_ping(std::string_view) override { return Next::go_on; }

    Next on_pong(std::string_view) override { return Next::go_on; }

    void on_close(std::uint16_t, std::string_view) override {}
  } sink;

  const DecoderShared shared{1 << 20, test::shared_inflater()};
  Decoder decoder(shared);
  sink.decoder = &decoder;
  std::string bytes = client_text("one") + client_text("two");
  EXPECT_FALSE(decoder.feed(bytes, sink));
  EXPECT_EQ(sink.messages, 2);
}

TEST(Decoder, AnEmptyFeedDoesNothing) {
  Conversation conversation;
  conversation.feed("");
  conversation.feed(client_text("abc").substr(0, 7));
  conversation.feed("");
  conversation.feed(client_text("abc").substr(7));
  EXPECT_EQ(conversation.events(), Events{"text:abc"});
}

}  // namespace
}  // namespace confab::ws
